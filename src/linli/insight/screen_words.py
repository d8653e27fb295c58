"""The story of the week in words: each scene with a title and a caption in both languages, and where to look."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, override

from linli.cases.domain.queries import classes
from linli.insight import words
from linli.insight.domain.screen_week import Scene
from linli.insight.screen_shown import link

Facts = Mapping[str, Any]


LINKS = {"week": "week_came", "in_time": "week_closed", "red": "late", "duty": "duty"}


def told(scenes: Sequence[Scene]) -> list[dict[str, Any]]:
    """The scenes as the page plays them: title and text by language, a link to the rows, and the place to look at."""
    return [
        {
            "kind": scene.kind,
            "words": {code: _in(code, scene) for code, _name in settings.LANGUAGES},
            "url": _url(scene),
            "path": scene.place.path if scene.place else "",
            "at": [scene.place.lon, scene.place.lat] if scene.place and scene.place.lon is not None else None,
        }
        for scene in scenes
    ]


def _url(scene: Scene) -> str:
    """The list or the page behind a scene; empty where there is none."""
    if scene.kind == "begun":
        return reverse("effects:action", args=[scene.facts["action"].key])
    return link(LINKS[scene.kind]) if scene.kind in LINKS else ""


def _in(language: str, scene: Scene) -> list[str]:
    with override(language):
        title, text = SCENES[scene.kind](scene, scene.facts)
        return [title, text]


def _week(_scene: Scene, facts: Facts) -> tuple[str, str]:
    ends = timezone.localdate(facts["last"]) - timedelta(days=1)
    title = gettext("Seven days: {days}").format(days=words.days(timezone.localdate(facts["first"]), ends))
    text = gettext(
        "{came} reports came in, and {closed} cases were closed with an answer. In the seven days before it was "
        "{came_before} and {closed_before}."
    ).format(**{name: number for name, number in facts.items() if name not in ("first", "last")})
    return title, text


def _busiest(scene: Scene, facts: Facts) -> tuple[str, str]:
    name = scene.place.title if scene.place else ""
    text = gettext("Most reports came from here: {n}.").format(n=facts["n"]) + _of_class(facts)
    return name, text


def _second(scene: Scene, facts: Facts) -> tuple[str, str]:
    name = scene.place.title if scene.place else ""
    return name, gettext("{n} reports came from here.").format(n=facts["n"]) + _of_class(facts)


def _of_class(facts: Facts) -> str:
    titles = {klass.pk: klass.title for klass in classes()}
    if facts["klass"] not in titles:
        return ""
    return gettext(" {many} of them were about one kind of thing: {klass}.").format(
        many=facts["many"], klass=titles[facts["klass"]]
    )


def _checked(_scene: Scene, facts: Facts) -> tuple[str, str]:
    title = gettext("Checked by somebody else")
    text = ngettext(
        "The work on {n} case was looked at by somebody who had not done it.",
        "The work on {n} cases was looked at by somebody who had not done it.",
        facts["looked"],
    ).format(n=facts["looked"])
    if facts["back"]:
        text += gettext(" {n} went back to be done again.").format(n=facts["back"])
    return title, text


def _in_time(_scene: Scene, facts: Facts) -> tuple[str, str]:
    text = gettext("Of the {n} cases closed in these days, the work on {in_time} was handed in before its limit ended.")
    return gettext("Kept in time"), text.format(**facts)


def _devices(scene: Scene, facts: Facts) -> tuple[str, str]:
    text = ngettext("Devices called once.", "Devices called {n} times.", facts["n"]).format(n=facts["n"])
    if scene.place:
        text += gettext(" Most often from here: {place}.").format(place=scene.place.title)
    if facts["judged"]:
        text += gettext(" Of {judged} calls somebody went to see, {true} were as the device had said.").format(**facts)
    return gettext("Places are watched over, people are not"), text


def _content(_scene: Scene, facts: Facts) -> tuple[str, str]:
    text = gettext("{rated} reporters said how content they are; {content} were fairly satisfied or better.")
    return gettext("What reporters say"), text.format(**facts)


def _begun(scene: Scene, facts: Facts) -> tuple[str, str]:
    action = facts["action"]
    text = gettext("Begun on {day} at {place}: {what}. Whether it helped is worked out and said, whatever comes of it.")
    where = scene.place.title if scene.place else ""
    return gettext("What was done about it"), text.format(day=words.one_day(action.day), place=where, what=action.name)


def _red(_scene: Scene, facts: Facts) -> tuple[str, str]:
    text = ngettext("{n} case is overdue now.", "{n} cases are overdue now.", facts["n"]).format(n=facts["n"])
    if facts["post"]:
        text += gettext(" {post} has most of them: {many}.").format(post=facts["post"].title, many=facts["many"])
    return gettext("What is still red"), text


def _green(_scene: Scene, _facts: Facts) -> tuple[str, str]:
    return gettext("Nothing is red"), gettext("No case is overdue at this moment.")


def _duty(_scene: Scene, facts: Facts) -> tuple[str, str]:
    text = ngettext(
        "{n} post is on duty now by the roster.", "{n} posts are on duty now by the roster.", facts["n"]
    ).format(n=facts["n"])
    return gettext("Somebody is there"), text + gettext(" In danger to life: 110, 119, 120.")


SCENES: Mapping[str, Callable[[Scene, Facts], tuple[str, str]]] = {
    "week": _week, "busiest": _busiest, "second": _second, "checked": _checked, "in_time": _in_time,
    "devices": _devices, "content": _content, "begun": _begun, "red": _red, "green": _green, "duty": _duty,
}  # fmt: skip
