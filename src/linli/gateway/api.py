"""The HTTP interface for programs: the same verbs and queries as the pages, typed and described by OpenAPI."""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.renderers import BaseRenderer

from linli.core.errors import Invalid, Refused
from linli.core.errors_pages import answer
from linli.gateway.cases import router


class OrjsonRenderer(BaseRenderer):
    """Writes Chinese as it is, a quarter shorter than escaped."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data)


class NotSignedIn(Refused):
    status = 401
    code = "sign-in"


api = NinjaAPI(
    title="Linli",
    version="1",
    description="What happens in a neighbourhood, and what becomes of it.",
    renderer=OrjsonRenderer(),
    urls_namespace="api",
    docs_url=None,  # its page would load scripts from elsewhere; openapi.json describes the same
)


@api.exception_handler(ValidationError)
def say_what_is_wrong(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A value is missing or of the wrong type: 422, and which."""
    return answer(request, Invalid(fields={str(row["loc"][-1]): row["msg"] for row in error.errors}))


@api.exception_handler(AuthenticationError)
def say_who_may(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    """Nobody is signed in (401), or this post may not (403)."""
    return answer(request, Refused() if request.user.is_authenticated else NotSignedIn())


api.add_router("/cases", router)
