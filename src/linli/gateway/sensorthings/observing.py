"""Observations on their way to the door, and what the door said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import shapely
from django.utils.translation import gettext as _

from linli.gateway.sensorthings.errors import BadRequest, malformed
from linli.gateway.sensorthings.observation import Observation
from linli.gateway.sensorthings.schemas import check_parameters, check_result
from linli.gateway.sensorthings.shapes import as_shape
from linli.gateway.sensorthings.stored import EXACT_INTEGER
from linli.gateway.sensorthings.times import Instant, Interval, micros, span, write_time
from linli.sensing.domain.accept import (
    Reading,
    Sender,
    accept_batch,
    correct_observation,
    delete_observation,
    delete_observations,
)
from linli.sensing.domain.refusals import WORDS, NotTaken, Reason
from linli.sensing.models import Datastream, FeatureOfInterest

MOST_EXTRA = 4096


@dataclass
class Pending:
    """An observation that is checked and not stored yet. pk: its id, once it is."""

    stream: Datastream
    feature: FeatureOfInterest
    reading: Reading
    pk: int = 0

    @property
    def row(self) -> Observation:
        """As it will be read."""
        each = self.reading
        return Observation(
            self.pk, each.datastream, each.at, each.until, each.result_time, each.result, each.feature,
            dict(each.extra or {}),
        )  # fmt: skip


def reading_of(stream: Datastream, feature: FeatureOfInterest, fields: Mapping[str, Any], at: datetime) -> Pending:
    """Check the properties of an observation, and make a reading of them.

    Raises:
        BadRequest: the datastream takes no such result or parameter.
    """
    check_result(stream, fields["result"])
    check_parameters(stream, fields.get("parameters"))
    start, until = bounds(fields.get("phenomenonTime") or Instant(micros(at) // 1000 * 1000))
    result_time = fields.get("resultTime")
    reading = Reading(
        datastream=stream.pk, at=start, until=until, result=fields["result"],
        result_time=result_time.us if result_time else None, feature=feature.pk, extra=extra_of(fields) or None,
    )  # fmt: skip
    return Pending(stream, feature, reading)


def pending_for(stream: Datastream, feature: FeatureOfInterest) -> Pending:
    """Only which feature a datastream observes."""
    return Pending(stream, feature, Reading(datastream=stream.pk, at=0, result=None))


def bounds(time: Instant | Interval) -> tuple[int, int | None]:
    start, end = span(time)
    return start, None if isinstance(time, Instant) else end


def extra_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """resultQuality, validTime and parameters, as a segment keeps them; and a result that no double holds exactly."""
    said = {name: fields.get(name) for name in ("resultQuality", "validTime", "parameters")}
    if isinstance(said["validTime"], Instant | Interval):
        said["validTime"] = write_time(said["validTime"])
    found = {name: value for name, value in said.items() if value is not None}
    result = fields.get("result")
    if isinstance(result, int) and abs(result) > EXACT_INTEGER:
        found["exact"] = result
    if found and len(orjson.dumps(found)) > MOST_EXTRA:
        raise malformed("Observation.parameters", "", _("They are too long."))
    return found


def store(pending: Sequence[Pending], *, sender: Sender, at: datetime) -> None:
    """Hand readings to the door; each gets its id. Durable when it returns.

    Raises:
        BadRequest: the door refused one. What was taken beside it stays.
        Away: nobody takes readings now.
    """
    if not pending:
        return
    told = accept_batch([each.reading for each in pending], sender=sender, received=at)
    for each, key in zip(pending, told.ids.tolist(), strict=True):
        each.pk = key
    if told.refused:
        raise refusal(told.refused[0].reason)
    grow_areas(pending)


def refusal(reason: Reason) -> BadRequest:
    return BadRequest(WORDS[reason], code=reason.value)


def grow_areas(pending: Sequence[Pending]) -> None:
    """observedArea holds every feature that was observed: the box around them all."""
    for stream, feature in {
        (each.stream.pk, each.feature.pk): (each.stream, each.feature) for each in pending
    }.values():
        seen, old = as_shape(feature.feature), as_shape(stream.observed_area)
        if seen is None or seen.is_empty or (old is not None and shapely.covers(old, seen)):
            continue
        both = seen if old is None else shapely.union(old.envelope, seen.envelope).envelope
        stream.observed_area = orjson.loads(shapely.to_geojson(both))
        Datastream.objects.filter(pk=stream.pk).update(observed_area=stream.observed_area)


def correct(row: Observation, stream: Datastream, feature: int | None, fields: Mapping[str, Any]) -> None:
    """Write what was changed of a stored observation. `fields` are all of them, as they are from now on.

    Raises:
        BadRequest: the datastream takes no such result or parameter.
    """
    check_result(stream, fields["result"])
    check_parameters(stream, fields.get("parameters"))
    start, until = bounds(fields["phenomenonTime"])
    result, extra = fields["result"], extra_of(fields)
    is_number = isinstance(result, int | float) and not isinstance(result, bool)
    truth = isinstance(result, bool) and stream.observed_property.result_type == "truth"
    result_time = fields.get("resultTime")
    now = {
        "datastream": stream.pk, "at": start, "until": until,
        "result_time": result_time.us if result_time else None,
        "number": float(result) if is_number or truth else None,
        "text": None if is_number or truth else orjson.dumps(result).decode(),
        "feature": feature, "extra": orjson.dumps(extra).decode() if extra else None,
    }  # fmt: skip
    try:
        correct_observation(row.pk, now)
    except NotTaken as error:
        raise refusal(error.reason) from error


def remove(keys: Sequence[int]) -> None:
    """Take observations away."""
    if len(keys) == 1:
        delete_observation(keys[0])
    elif keys:
        delete_observations(keys)
