"""The outermost layer: gives each request a number, counts it, times it, and writes one line about it."""

import logging
import time
from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest, HttpResponseBase

from linli.core import metrics
from linli.core.logs import request_id

logger = logging.getLogger("linli.requests")

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Watching:
    """One line and three numbers for each request; the answer carries the number that the line has."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        number, began = uuid4().hex, time.perf_counter()
        token = request_id.set(number)
        try:
            response = self.get_response(request)
            seconds = time.perf_counter() - began
            route, method = route_of(request), request.method if request.method in METHODS else "other"
            metrics.REQUESTS.labels(route, method, str(response.status_code)).inc()
            metrics.TIME.labels(route).observe(seconds)
            said = {"route": route, "method": method, "status": response.status_code, "ms": round(seconds * 1000, 1)}
            logger.info("%s %s %s %.1f ms", method, route, response.status_code, said["ms"], extra=said)
        finally:
            request_id.reset(token)
        response["X-Request-ID"] = number
        return response


def route_of(request: HttpRequest) -> str:
    """The name of the view that answered: `cases:case`. One word for all addresses that nothing answers to."""
    match = request.resolver_match
    if match is None:
        return "none"
    return match.view_name or "unnamed"
