"""A picture in words and drawings: the parts of the page that change, and what map and charts are drawn from."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.queries import classes
from linli.cases.sentences import STATES
from linli.insight.domain.screen import LATEST, Picture, Spot
from linli.insight.domain.screen_usual import Today
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title
from linli.places.models import Kind, Place
from linli.sensing.enums import Grade
from linli.sensing.models import Episode, RuleVersion

RED_SHOWN, CALLS_SHOWN, DUTY_SHOWN = 4, 3, 4

LABELS: dict[str, Any] = {
    "open": _("Open cases"),
    "waiting": _("To be sent on"),
    "late": _("Overdue"),
    "soon": _("Due soon"),
    "alarms": _("Devices calling"),
    "duty": _("Posts on duty"),
    "came": _("Reports today"),
    "closed": _("Closed today"),
    "called": _("Device calls today"),
    "week_came": _("Reports of the last seven whole days"),
    "week_closed": _("Closed in the last seven whole days"),
}
NOW = (("open", "list", ""), ("waiting", "inbox", ""), ("soon", "clock", "soon"), ("late", "stop", "late"),
       ("alarms", "ring", "late"), ("duty", "shield", ""))  # fmt: skip
DAY = ("came", "closed", "called")
STANDINGS: dict[str, Any] = {
    "more": (_("more than usual"), "plus"),
    "fewer": (_("fewer than usual"), "minus"),
    "usual": (_("as usual"), "check"),
}


@dataclass(frozen=True)
class Shown:
    """What a screen shows: fragments of the page, what charts and map are drawn from, and the map's spots by place."""

    picture: Picture
    html: Mapping[str, str]
    data: Mapping[str, Any]
    spots: Mapping[str, list[Any]]


def show(picture: Picture) -> Shown:
    """In the active language. One statement where a device calls, none else."""
    return Shown(
        picture=picture,
        html={name: render_to_string(f"insight/screen/{name}.html", make(picture)) for name, make in PARTS.items()},
        data=_data(picture),
        spots={spot.place.path: _spot(spot) for spot in picture.spots},
    )


def link(figure: str, **narrowed: Any) -> str:
    """The list behind a figure."""
    query = urlencode({name: value for name, value in narrowed.items() if value not in (None, "")})
    return reverse("screen:list", args=[figure]) + (f"?{query}" if query else "")


# --- fragments


def _now(picture: Picture) -> dict[str, Any]:
    tiles = [
        {
            "name": name, "label": LABELS[name], "number": picture.numbers[name], "url": link(name), "icon": icon,
            "tone": tone if picture.numbers[name] else "",
        }
        for name, icon, tone in NOW
    ]  # fmt: skip
    return {"tiles": tiles}


def _today(picture: Picture) -> dict[str, Any]:
    return {"rows": [_against(kind, picture.today[kind]) for kind in DAY]}


def _against(kind: str, today: Today) -> dict[str, Any]:
    words, icon = STANDINGS.get(today.standing, (_("too few weeks to say what is usual"), ""))
    return {
        "name": kind, "label": LABELS[kind], "number": today.number, "url": link(kind), "standing": words,
        "icon": icon, "usual": _span(today),
    }  # fmt: skip


def _span(today: Today) -> str:
    """9–15: between which numbers it usually lies by this hour."""
    if today.low is None or today.high is None:
        return ""
    return str(today.low) if today.low == today.high else f"{today.low}–{today.high}"


def _red(picture: Picture) -> dict[str, Any]:
    rows = [
        {
            "who": red.post.title if red.post else gettext("nobody has it"), "number": red.number,
            "url": link("late", post=red.post.pk if red.post else "none"), "oldest": red.oldest,
            "alone": red.post is None,
        }
        for red in picture.red
    ]  # fmt: skip
    return {"rows": rows[:RED_SHOWN], "more": max(0, len(rows) - RED_SHOWN), "url": link("late"), "n": len(rows)}


def _calls(picture: Picture) -> dict[str, Any]:
    titles = _rule_titles(picture)
    rows = [
        {"title": titles.get(call.rule, call.rule), "where": _where(call.place), "since": call.since,
         "loud": call.grade == "alarm", "url": reverse("sensing:alert", args=[call.key])}
        for call in picture.calling
    ]  # fmt: skip
    return {
        "rows": rows[:CALLS_SHOWN],
        "more": picture.numbers["alarms"] - len(rows[:CALLS_SHOWN]),
        "url": link("alarms"),
    }


def _duty(picture: Picture) -> dict[str, Any]:
    rows = [{"title": one.post.title, "until": one.until, "held": one.held} for one in picture.duty]
    return {"rows": rows[:DUTY_SHOWN], "more": max(0, len(rows) - DUTY_SHOWN), "url": link("duty")}


def _places(picture: Picture) -> dict[str, Any]:
    known = {part.place.path: part for part in picture.parts}
    committees = tree().of_kind(Kind.COMMITTEE, below=picture.path)
    most = max((part.open for part in picture.parts), default=0) or 1
    rows: list[dict[str, Any]] = [
        {
            "title": place.title, "path": place.path,
            "open": known[place.path].open if place.path in known else 0,
            "late": known[place.path].late if place.path in known else 0,
            "open_url": link("open", place=place.path), "late_url": link("late", place=place.path), "most": most,
        }
        for place in committees
    ]  # fmt: skip
    return {"rows": sorted(rows, key=lambda row: -row["open"])[:8]}


def _latest(picture: Picture) -> dict[str, Any]:
    titles, known = _class_titles(), tree().by_path
    rows = [
        {"at": news.at, "title": titles.get(news.klass or 0, ""), "state": STATES.get(news.state, ""),
         "where": known[news.path].title if news.path in known else ""}
        for news in picture.latest[:LATEST]
    ]  # fmt: skip
    return {"rows": rows}


PARTS: dict[str, Callable[[Picture], dict[str, Any]]] = {
    "now": _now, "today": _today, "red": _red, "calls": _calls, "duty": _duty, "places": _places, "latest": _latest,
    "drawn": lambda picture: {"drawn": picture.drawn, "open": picture.numbers["open"], "url": link("open")},
}  # fmt: skip


def _where(place: Place | None) -> str:
    return full_title(place) if place else gettext("place not known")


def _class_titles() -> dict[int, str]:
    return {klass.pk: klass.title for klass in classes()}


@dataclass(frozen=True)
class EpisodeRow:
    """One call of a device as the list behind a number shows it."""

    title: str
    where: str
    tone: str
    grade: str
    since: datetime
    quiet: datetime | None
    url: str


TONES = {"notice": "off", "warning": "waiting", "alarm": "late"}


def episode_rows(found: Iterable[Episode]) -> list[EpisodeRow]:
    """Two statements, whatever the number."""
    episodes = list(found)
    titles = _titles_of({one.rule_id for one in episodes})
    return [
        EpisodeRow(
            titles.get(one.rule_id, ""), _where(one.place), TONES[one.grade], str(Grade(one.grade).label),
            one.opened_at, one.cleared_at, reverse("sensing:alert", args=[one.pk]),
        )
        for one in episodes
    ]  # fmt: skip


def _rule_titles(picture: Picture) -> dict[int, str]:
    return _titles_of({call.rule for call in picture.calling})


def _titles_of(keys: Collection[int]) -> dict[int, str]:
    """What the newest version of each rule is called. One statement, none where no rule called."""
    rows = RuleVersion.objects.filter(rule__in=keys).select_related("rule").order_by("number") if keys else ()
    return {version.rule_id: version.title for version in rows}


# --- what is drawn


def _data(picture: Picture) -> dict[str, Any]:
    titles = _rule_titles(picture)
    return {
        "calls": [
            [call.key, call.place.lon, call.place.lat, titles.get(call.rule, ""), _where(call.place), call.grade]
            for call in picture.calling
            if call.place is not None and call.place.lon is not None
        ],
        "duty": _duty_on_map(picture),
        "parts": {part.place.path: [part.open, part.late] for part in picture.parts},
        "today": {kind: _chart(kind, picture.today[kind]) for kind in ("came", "closed")},
    }


def _duty_on_map(picture: Picture) -> list[list[Any]]:
    """Posts on duty by the place that their post is for; never where somebody is."""
    found: dict[str, list[Any]] = {}
    for one in picture.duty:
        place = one.post.place
        if place.lon is not None:
            found.setdefault(place.path, [place.path, place.lon, place.lat, place.title, []])[4].append(one.post.title)
    return list(found.values())


def _chart(kind: str, today: Today) -> dict[str, Any]:
    return {
        "label": str(LABELS[kind]),
        "course": list(today.course),
        "low": [low for low, _high in today.band],
        "high": [high for _low, high in today.band],
    }


def _spot(spot: Spot) -> list[Any]:
    """lon, lat, open, late, soon, where, how that is said, and [number, class, state] of the most pressing."""
    titles = _class_titles()
    named = [[number, titles.get(klass, ""), str(STATES[state])] for number, klass, state in spot.named]
    return [
        spot.place.lon, spot.place.lat, spot.open, spot.late, spot.soon, full_title(spot.place),
        spot_words(spot), named,
    ]  # fmt: skip


def spot_words(spot: Spot) -> str:
    """3 open, 1 overdue."""
    said = ngettext("{n} open case", "{n} open cases", spot.open).format(n=spot.open)
    return said + (gettext(", {n} overdue").format(n=spot.late) if spot.late else "")
