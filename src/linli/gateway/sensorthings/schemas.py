"""What an observed property that came through SensorThings allows as results and parameters.

An operator declares it in the property's `properties`: resultType, low, high, values, parameters. What declares
nothing takes the results that the datastream's observationType names, and flat parameters
(docs/decisions/sensorthings-parameters.md); in a trial, where no people are, parameters of any JSON.
"""

from typing import Any

from django.utils.translation import gettext as _

from linli.gateway.sensorthings.bodies import is_scalar
from linli.gateway.sensorthings.comparing import is_number
from linli.gateway.sensorthings.errors import malformed
from linli.gateway.sensorthings.trial import is_lax
from linli.sensing.domain.properties import OBSERVATION_TYPES, catalogue
from linli.sensing.enums import ResultType
from linli.sensing.models import Datastream, ObservedProperty

ANY_PARAMETERS, JSON_PARAMETERS = {"*": "any"}, {"*": "json"}
KINDS = frozenset({"number", "text", "truth"})
BY_TYPE = {address: result for result, address in OBSERVATION_TYPES.items()}


def is_of_catalogue(row: ObservedProperty) -> bool:
    """Whether Linli knows this property from the start; its schema is not an operator's to change."""
    return row.code is not None and row.code in catalogue()


def declare(row: ObservedProperty) -> None:
    """Take the schema of a property out of its `properties`.

    Raises:
        BadRequest: something in the declaration is none.
    """
    if is_of_catalogue(row):
        return
    said = row.properties or {}
    row.result_type = _result_type(said.get("resultType"))
    row.low, row.high = (_bound(said.get(name), name) for name in ("low", "high"))
    row.values = _words(said.get("values"))
    row.parameters = _parameters(said.get("parameters"))


def _result_type(said: Any) -> str:
    if said is None:
        return ResultType.ANY
    if said not in ResultType.values:
        raise malformed("properties.resultType", said, _("Write one of: %s.") % ", ".join(ResultType.values))
    return str(said)


def _bound(said: Any, name: str) -> float | None:
    if said is not None and not is_number(said):
        raise malformed(f"properties.{name}", said, _("A number is expected."))
    return None if said is None else float(said)


def _words(said: Any) -> list[str]:
    if said is None:
        return []
    if not isinstance(said, list) or not all(isinstance(each, str) for each in said):
        raise malformed("properties.values", said, _("A list of words is expected."))
    return said


def _parameters(said: Any) -> dict[str, str]:
    if said is None:
        return dict(JSON_PARAMETERS if is_lax() else ANY_PARAMETERS)
    if not isinstance(said, dict) or not all(isinstance(kind, str) and kind in KINDS for kind in said.values()):
        raise malformed("properties.parameters", said, _("Write each name with number, text or truth."))
    return said


def check_result(stream: Datastream, result: Any) -> None:
    """Hold a result to the datastream's observationType, where its observed property leaves it open.

    Raises:
        BadRequest: a measurement that is no number, a count that is not whole, …
    """
    kind = BY_TYPE.get(stream.observation_type)
    if stream.observed_property.result_type != ResultType.ANY or kind is None or FITS[kind](result):
        return
    raise malformed("Observation.result", result, _("The datastream's observationType takes no such result."))


FITS = {
    ResultType.MEASUREMENT: is_number,
    ResultType.COUNT: lambda result: is_number(result) and result == int(result),
    ResultType.TRUTH: lambda result: isinstance(result, bool),
    ResultType.CATEGORY: lambda result: isinstance(result, str),
    ResultType.ANY: lambda result: True,
}


def check_parameters(stream: Datastream, parameters: Any) -> None:
    """Flat values only, where a property has declared nothing; the door holds declared ones to their kinds."""
    if parameters is None or stream.observed_property.parameters != ANY_PARAMETERS:
        return
    if not all(is_scalar(value) or value is None for value in parameters.values()):
        raise malformed("Observation.parameters", parameters, _("Only plain values are expected."))
