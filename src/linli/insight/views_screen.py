"""The one screen: the page, what changes on it, the list behind each number, and the screen that everybody may open."""

from typing import Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_GET, require_safe

from linli.cases.domain.desk import holders
from linli.cases.views.desk import lines
from linli.core.access import needs, public
from linli.core.errors import NotFound, TooMany
from linli.insight import words
from linli.insight.domain import screen_rows as rows
from linli.insight.domain.screen_ground import ground as ground_features
from linli.insight.domain.screen_ground import ground_etag
from linli.insight.domain.screen_public import public_picture
from linli.insight.domain.screen_week import story
from linli.insight.screen_live import PICTURES, Key, Listener, changes, fan, stream
from linli.insight.screen_shown import LABELS, episode_rows
from linli.insight.screen_ten import Ten, ten
from linli.insight.screen_words import told
from linli.people.domain.directory import directory
from linli.people.middleware import Request
from linli.places.domain.kept import tree
from linli.places.domain.queries import governed_path

GEOJSON = "application/geo+json"


def _path(request: Request) -> str:
    """The place that this post's screen shows: the one it looks after.

    Raises:
        NotFound: it looks after a cell only, or nothing here.
    """
    paths = request.viewer.paths
    if not paths:
        raise NotFound
    return max(paths[0], governed_path())


def _key(request: Request) -> Key:
    return Key(_path(request), get_language() or settings.LANGUAGE_CODE)


@needs("insight.screen")
@require_safe
def screen(request: Request) -> HttpResponse:
    """The whole screen of one's place."""
    key = _key(request)
    shown = PICTURES.shown(key)
    place = tree().by_path[key.path]
    context = {
        "place": place,
        "path": key.path,
        "shown": shown,
        "at": shown.picture.at,
        "first": {"at": shown.picture.at, "data": shown.data, "spots": shown.spots},
        "story": PICTURES.hourly(("story", key.path), lambda: told(story(shown.picture))),
        "ten": _ten(request, key),
        "zone": settings.TIME_ZONE,
    }
    return render(request, "insight/screen/screen.html", context)


def _ten(request: Request, key: Key) -> Ten:
    """As the pages of indicators have them for this post; so they are kept for each post."""
    at, post = timezone.now(), request.viewer.posts[0].pk
    today = timezone.localdate(at)
    return PICTURES.hourly(("ten", key, post, request.account.pk, today), lambda: ten(request.viewer, at))


@needs("insight.screen")
@require_safe
def now(request: Request) -> HttpResponse:
    """Everything that changes, for a screen whose line of events does not hold."""
    return JsonResponse(changes(None, PICTURES.shown(_key(request))))


@needs("insight.screen")
@require_GET
def live(request: Request) -> StreamingHttpResponse:
    """The stream of what changes, as text/event-stream."""
    if not isinstance(request, ASGIRequest):
        raise NotFound  # a worker that serves one request at a time would be lost to this one
    owner = f"account:{request.account.pk}"
    if fan.is_full(owner):
        raise TooMany(after=30)
    response = StreamingHttpResponse(stream(Listener(owner, _key(request))), content_type="text/event-stream")
    response["Cache-Control"] = "no-cache"
    response["X-Accel-Buffering"] = "no"
    return response


@public
@require_GET
@cache_control(no_cache=True)
@condition(etag_func=lambda request: ground_etag(request.GET.get("below", "")))
def ground(request: HttpRequest) -> HttpResponse:
    """Outlines and heights for the map: `below=path`."""
    return HttpResponse(ground_features(request.GET.get("below", "")), content_type=GEOJSON)


@needs("insight.screen")
@require_safe
def listed(request: Request, figure: str) -> HttpResponse:
    """The rows that a number of the screen counts, counted anew."""
    make = LISTS.get(figure)
    if make is None:
        raise NotFound
    context = {"what": LABELS[figure], "figure": figure, "now": timezone.now(), **make(request, figure)}
    return render(request, "insight/screen/list.html", context)


def _cases(request: Request, figure: str) -> dict[str, Any]:
    """`place` narrows to a place below, `post` to those whose turn it is; `post=none` to those that nobody has."""
    place = tree().by_path.get(request.GET.get("place", ""))
    post, who = _post(request.GET.get("post", ""))
    found = rows.cases(
        request.viewer, _path(request), figure, timezone.now(), place=place.path if place else "", post=post
    )
    page = rows.listed(found, after=request.GET.get("after"))
    held = holders([row.key for row in page.rows])
    narrowed = [name for name in (place.title if place else "", who) if name]
    return {"kind": "cases", "number": found.count(), "lines": lines(page.rows, held), "page": page,
            "narrowed": narrowed}  # fmt: skip


def _post(asked: str) -> tuple[int | None, str]:
    if asked == "none":
        return 0, _("nobody has it")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        return None, ""
    found = directory().by_key.get(int(asked))
    return (found.pk, found.title) if found else (int(asked), "")


def _alarms(request: Request, figure: str) -> dict[str, Any]:
    found = rows.alarms(request.viewer, _path(request), timezone.now(), since_midnight=figure == "called")
    return {"kind": "alarms", "number": found.count(), "rows": episode_rows(found[: rows.MOST])}


def _duty(request: Request, _figure: str) -> dict[str, Any]:
    found = rows.on_duty(_path(request), timezone.now())
    return {"kind": "duty", "number": len(found), "rows": found}


LISTS = {**dict.fromkeys(rows.OF_CASES, _cases), "alarms": _alarms, "called": _alarms, "duty": _duty}


@public
@require_safe
def public_screen(request: HttpRequest) -> HttpResponse:
    """What everybody may see of a whole month: by committee, over five cases at least, and no single case."""
    today = timezone.localdate()
    key = Key(governed_path(), get_language() or settings.LANGUAGE_CODE)
    picture = PICTURES.hourly(("public", today), lambda: public_picture(today))
    place = tree().by_path.get(key.path)
    numbers = [number for _place, number in picture.committees if number is not None]
    context = {
        "place": place,
        "path": key.path,
        "month": words.title(picture.month),
        "figures": [(value.figure.label, value, words.value(value)) for value in picture.figures],
        "committees": picture.committees,
        "most": max(numbers, default=1),
        "ten": PICTURES.hourly(("ten", key, today), lambda: ten(None, timezone.now())),
        "first": {"data": {"columns": {place.path: number for place, number in picture.committees if number}}},
        "zone": settings.TIME_ZONE,
    }
    return render(request, "insight/screen/public.html", context)
