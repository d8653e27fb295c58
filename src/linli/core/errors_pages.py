"""How a problem is told: a page to a person, a fragment to htmx, problem+json (RFC 9457) to a program."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

import orjson
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import DisallowedHost, PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext_lazy as _

from linli.core import metrics
from linli.core.errors import Busy, DomainError, Invalid, NotFound, NotReady, Refused, TooLarge, TooMany

TITLES: dict[int, Any] = {
    400: _("We could not read that"),
    401: _("Please sign in again"),
    403: _("You cannot open this"),
    404: _("We could not find that"),
    409: _("Somebody else was first"),
    413: _("Too large"),
    422: _("Something is missing or wrong"),
    429: _("Too many tries"),
    500: _("Something broke on our side"),
    503: _("Linli is busy"),
}
BROKEN = _("We have noted it. Please try again in a few minutes, or call the residents' committee.")
FORM_TOO_OLD = _("This page was open for too long. What you wrote stands below: open it again, and send it once more.")

COUNTED = 90  # seconds that are told as such; a longer wait is told as the hour at which it ends

# What a form carries beside the person's own words, and what no page should repeat.
NOT_KEPT = frozenset(
    {"csrfmiddlewaretoken", "action", "version", "next", "reader", "password", "password1", "password2", "code"}
)
LABELS: dict[str, Any] = {
    "text": _("Your text"),
    "note": _("Note"),
    "reason": _("Reason"),
    "answer": _("Answer"),
    "title": _("Title"),
    "where": _("Where"),
    "contact": _("Contact"),
    "name": _("Name"),
}


class Failed(DomainError):
    status = 500
    code = "failed"
    message = BROKEN


def answer(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The answer to `error`, with what the person had typed, so that nothing has to be written twice."""
    if isinstance(error, Busy):
        metrics.BUSY.inc()
    response = problem(error) if request.path.startswith("/api/") else _page(request, error)
    if (after := error.facts.get("after")) is not None:
        response["Retry-After"] = str(after)
    response["Cache-Control"] = "no-store"
    return response


def problem(error: DomainError) -> HttpResponse:
    """`error` as problem+json. Facts that are no plain values stay inside."""
    told: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "code": error.code,
        "detail": str(error.message),
        **_plain(error.facts),
    }
    if isinstance(error, Invalid):
        told["fields"] = {name: str(message) for name, message in error.fields.items()}
    return HttpResponse(orjson.dumps(told), status=error.status, content_type="application/problem+json")


def is_busy(error: BaseException | None) -> bool:
    """Whether the database was only occupied or away: worth another try, and no fault of the code."""
    if not isinstance(error, OperationalError):
        return False
    words = str(error).lower()
    return any(sign in words for sign in ("locked", "deadlock", "lock timeout", "too many clients", "connection"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, TooLarge() if isinstance(exception, RequestDataTooBig) else DomainError())


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    said = str(exception) if isinstance(exception, PermissionDenied) else ""
    return answer(request, Refused(said or None))


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token does not fit: it was open for too long, or is not ours. `reason` is for the log."""
    return answer(request, Refused(FORM_TOO_OLD, code="form-too-old"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, NotFound())


def too_many(request: HttpRequest) -> HttpResponse:
    return answer(request, TooMany())


def failed(request: HttpRequest) -> HttpResponse:
    """Outside the views, too, an occupied database is no failure: the session is read before any of them."""
    if is_busy(sys.exception()):
        return answer(request, Busy(after=5))
    if request.path.startswith("/api/"):
        return answer(request, Failed())
    # The request's own context may be what broke: this page asks nothing of it.
    context = {"status": 500, "title": TITLES[500], "message": BROKEN}
    return HttpResponse(render_to_string("core/broken.html", context), status=500)


def _page(request: HttpRequest, error: DomainError) -> HttpResponse:
    if not hasattr(request, "user"):  # refused before it was known who asks, and in which language
        request.user = AnonymousUser()
    htmx = request.headers.get("HX-Request") == "true"
    template = "core/error_fragment.html" if htmx else "core/error.html"
    with override(getattr(request, "LANGUAGE_CODE", "") or get_language_from_request(request)):
        response = render(request, template, _context(request, error), status=error.status)
    if htmx:
        response["HX-Retarget"] = "#notices"
        response["HX-Reswap"] = "innerHTML"
    return response


def _context(request: HttpRequest, error: DomainError) -> dict[str, Any]:
    return {
        "status": error.status,
        "code": error.code,
        "title": error.title if isinstance(error, NotReady) else TITLES.get(error.status, TITLES[400]),
        "message": error.message,
        "facts": error.facts,
        "again": _again(error),
        "fields": error.fields if isinstance(error, Invalid) else {},
        "kept": list(_kept(request)) if error.status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE else [],
        "retry": _retry(request),
    }


def _again(error: DomainError) -> datetime | None:
    """When it can be tried again, where that is so far away that nobody counts the seconds."""
    after = error.facts.get("after", 0)
    return timezone.now() + timedelta(seconds=after + 59) if after > COUNTED else None


def _kept(request: HttpRequest) -> Iterator[tuple[Any, str]]:
    for name, values in request.POST.lists():
        for value in values:
            if value.strip() and name not in NOT_KEPT:
                yield LABELS.get(name, ""), value


def _retry(request: HttpRequest) -> str:
    """Where the person came from, if that was here; else the same address."""
    came_from = request.headers.get("Referer", "")
    try:
        here = {request.get_host()}
    except DisallowedHost:  # which may be what is told of
        here = set()
    if request.method == "POST" and url_has_allowed_host_and_scheme(came_from, here):
        return came_from
    return request.get_full_path()


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for name, value in facts.items():
        if is_dataclass(value) and not isinstance(value, type):
            plain[name] = _plain({field.name: getattr(value, field.name) for field in fields(value)})
        elif value is None or isinstance(value, str | int | float | datetime | UUID):
            plain[name] = value
    return plain
