"""The addresses of SensorThings: one for the root, one for whatever lies below it."""

from collections.abc import Callable
from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from linli.core.access import public
from linli.core.errors import Busy, DomainError, Invalid, TooLarge
from linli.core.errors_pages import is_busy, problem
from linli.gateway.sensorthings.batch import answer_batch
from linli.gateway.sensorthings.callers import admit
from linli.gateway.sensorthings.conformance import CONFORMANCE, settings_of_server
from linli.gateway.sensorthings.data_arrays import as_data_array
from linli.gateway.sensorthings.entities import ENTITIES, OBSERVATION
from linli.gateway.sensorthings.errors import BadRequest, NotSignedIn, WrongMethod
from linli.gateway.sensorthings.paths import Target, resolve
from linli.gateway.sensorthings.query import read_query
from linli.gateway.sensorthings.relations import Relations
from linli.gateway.sensorthings.rendering import Renderer, encoded, plain

ROOT = "/sensorthings/v1.1/"
READS = ("GET", "HEAD")
View = Callable[..., HttpResponse]


def answering(view: View) -> View:
    """Whatever the domain says becomes an answer of SensorThings."""

    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except RequestDataTooBig:
            return _problem(TooLarge())
        except RecursionError:
            return _problem(BadRequest())
        except DomainError as error:
            return _problem(error)
        except Exception as error:
            if is_busy(error):
                return _problem(Busy(after=5))
            raise

    answer.__name__ = view.__name__
    return answer


def _problem(error: DomainError) -> HttpResponse:
    if isinstance(error, Invalid):
        error = BadRequest(error.message, code=error.code, **{**error.facts, **error.fields})
    response = problem(error)
    response["Cache-Control"] = "no-store"
    if isinstance(error, NotSignedIn):
        response["WWW-Authenticate"] = 'Basic realm="SensorThings", charset="UTF-8"'
    if isinstance(error, WrongMethod):
        response["Allow"] = str(error.facts["allow"])
    if "after" in error.facts:
        response["Retry-After"] = str(error.facts["after"])
    return response


@csrf_exempt  # for tokens; a session's writes are checked in `admit`
@public  # `admit` decides, for a token is no session
@answering
def root(request: HttpRequest) -> HttpResponse:
    """The entity sets, and what this service conforms to."""
    admit(request, writes=request.method not in READS)
    if request.method not in READS:
        raise WrongMethod(*READS)
    base = base_of(request)
    value = [{"name": entity.plural, "url": f"{base}{entity.plural}"} for entity in ENTITIES]
    return as_json({"value": value, "serverSettings": settings_of_server(CONFORMANCE)})


@csrf_exempt
@public
@answering
def below(request: HttpRequest, address: str) -> HttpResponse:
    """Everything else: read, or changed."""
    if address.strip("/") == "$batch":
        if request.method != "POST":
            raise WrongMethod("POST")
        admit(request, writes=False)  # and each request in it by itself
        return answer_batch(request, ROOT, below)
    sender = admit(request, writes=request.method not in READS)
    if request.method in READS:
        return read(request, address)
    from linli.gateway.sensorthings import writing  # Arrow is loaded by the first that writes

    return writing.write(request, address, base_of(request), sender)


def read(request: HttpRequest, address: str) -> HttpResponse:
    relations = Relations()
    target = resolve(address, relations)
    if target.prop:
        return _property(target, relations)
    query = read_query(request.META.get("QUERY_STRING", ""), target.entity)
    renderer = Renderer(base_of(request), relations)
    here = f"{renderer.base}{encoded(address.strip('/'))}"
    if target.ref:
        return _reference(target, query, renderer, here.removesuffix("/$ref"))
    if target.collection is None:
        return as_json(renderer.entities(target.entity, [target.row], query)[0])
    if query.data_array and target.entity is OBSERVATION:
        return as_json(as_data_array(renderer, target.collection, query, here))
    return as_json(renderer.collection(target.collection, query, here))


def _reference(target: Target, query: Any, renderer: Renderer, here: str) -> HttpResponse:
    if target.collection is None:
        return as_json({"@iot.selfLink": renderer.link(target.entity, target.row.pk)})
    return as_json(renderer.references(target.collection, query, here))


def _property(target: Target, relations: Relations) -> HttpResponse:
    """A property by its name, or only its value; 204 where it has none."""
    if target.entity.plural == "Datastreams":
        relations.observations.add_extents([target.row])
    value = plain(target.value())
    if value is None:
        return HttpResponse(status=204)
    if not target.raw:
        name = target.last if target.inside else {"id": "@iot.id"}.get(target.prop, target.prop)
        return as_json({name: value})
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def base_of(request: HttpRequest) -> str:
    """The service's root as the caller reaches it."""
    return f"{request.scheme}://{request.get_host()}{ROOT}"


def as_json(told: Any, *, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(told), status=status, content_type="application/json")
