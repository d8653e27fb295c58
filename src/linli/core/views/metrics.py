"""`/metrics`, for this machine itself or for whoever shows the word of LINLI_METRICS."""

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from linli.core import metrics
from linli.core.access import public
from linli.core.errors import NotFound

LOOPBACK = frozenset({"127.0.0.1", "::1"})


@public
@require_safe
def prometheus(request: HttpRequest) -> HttpResponse:
    if not may_read(request):
        raise NotFound
    return HttpResponse(metrics.reading(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def may_read(request: HttpRequest) -> bool:
    """With a word set, only who shows it. Without, only this machine, and nobody whom a proxy speaks for."""
    if settings.METRICS:
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(shown.encode(), settings.METRICS.encode())
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "Via"))
    return request.META.get("REMOTE_ADDR") in LOOPBACK and not forwarded
