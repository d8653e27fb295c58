"""The HTTP interface for programs: the same verbs and queries as the pages, typed and described by OpenAPI."""

from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from linli.core.errors import DomainError, Invalid, Refused, TooLarge
from linli.core.errors_pages import answer
from linli.core.json_in import NotJson, read_json
from linli.core.text import tidy
from linli.gateway.cases import router


class OrjsonRenderer(BaseRenderer):
    """Writes Chinese as it is, a quarter shorter than escaped."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data)


class CarefulParser(Parser):
    """Bodies of a size and depth that we read, without characters that nobody sees."""

    def parse_body(self, request: HttpRequest) -> Any:
        return read_json(request.body)

    def parse_querydict(self, data: MultiValueDict, list_fields: list[str], request: HttpRequest) -> dict[str, Any]:
        return {
            name: [tidy(value) for value in values] if isinstance(values, list) else tidy(values)
            for name, values in super().parse_querydict(data, list_fields, request).items()
        }


class NotSignedIn(Refused):
    status = 401
    code = "sign-in"


api = NinjaAPI(
    title="Linli",
    version="1",
    description="What happens in a neighbourhood, and what becomes of it.",
    renderer=OrjsonRenderer(),
    parser=CarefulParser(),
    urls_namespace="api",
    docs_url=None,  # its page would load scripts from elsewhere; openapi.json describes the same
)


@api.exception_handler(HttpError)
def say_what_could_not_be_read(request: HttpRequest, error: HttpError) -> HttpResponse:
    """ninja's own refusals; what reading the body found is told as such."""
    found = error.__cause__
    if isinstance(found, RequestDataTooBig):
        found = TooLarge()
    return answer(request, found if isinstance(found, DomainError) else NotJson())


@api.exception_handler(ValidationError)
def say_what_is_wrong(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A value is missing or of the wrong type: 422, and which."""
    return answer(request, Invalid(fields={str(row["loc"][-1]): row["msg"] for row in error.errors}))


@api.exception_handler(AuthenticationError)
def say_who_may(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    """Nobody is signed in (401), or this post may not (403)."""
    return answer(request, Refused() if request.user.is_authenticated else NotSignedIn())


api.add_router("/cases", router)
