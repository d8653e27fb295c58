"""The datastreams of the register as the rules see them, by the log that their observations lie in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F

from linli.engines.rules import Stream
from linli.places.domain.kept import TREE, tree
from linli.places.models import STEP, Kind
from linli.sensing.domain.kept import DEVICES
from linli.sensing.domain.rule_library import kind_and_site
from linli.sensing.enums import DeviceStatus
from linli.sensing.models import CareConsent, Datastream

LogName = tuple[str, str]  # (estate, "main" or "care")
WIDER = {Kind.ENTRANCE: "entrance", Kind.BUILDING: "building", Kind.ESTATE: "estate"}


def tokens() -> tuple[Any, ...]:
    """What changes whenever the streams may have changed."""
    return DEVICES.token(), TREE.token()


def all_streams() -> dict[LogName, tuple[Stream, ...]]:
    """Every datastream of a device that is in use, by its log. Two statements.

    A care check is among them only while its consent is open: when it is withdrawn, what the rules had seen of it goes.
    """
    consented = set(CareConsent.objects.filter(withdrawn_at=None).values_list("device_id", flat=True))
    rows = (
        Datastream.objects.filter(thing__device__isnull=False, observed_property__code__isnull=False)
        .exclude(thing__device__status__in=(DeviceStatus.RETIRED, DeviceStatus.PLANNED))
        .order_by("pk")
        .values(
            "pk", "estate", "care", code=F("observed_property__code"), device=F("thing__device__pk"),
            kind=F("thing__device__type"), site=F("thing__device__site"), path=F("thing__device__place__path"),
        )
    )  # fmt: skip
    found: dict[LogName, list[Stream]] = defaultdict(list)
    for row in rows:
        if not row["care"] or row["device"] in consented:
            found[row["estate"], "care" if row["care"] else "main"].append(_stream(row))
    return {name: tuple(streams) for name, streams in found.items()}


def _stream(row: Mapping[str, Any]) -> Stream:
    path, by_path, wider = row["path"], tree().by_path, {}
    for end in range(STEP, len(path) + 1, STEP):
        place = by_path.get(path[:end])
        if place is not None and place.kind in WIDER:
            wider[WIDER[Kind(place.kind)]] = place.path
    return Stream(row["pk"], row["code"], row["device"], path, kind_and_site(row["kind"], row["site"]), **wider)


def differences(now: Iterable[Stream], wanted: Iterable[Stream]) -> dict[str, Any] | None:
    """The payload of a record "streams" that makes one set of the other; None where they are the same."""
    old, new = {stream.id: stream for stream in now}, {stream.id: stream for stream in wanted}
    put = [as_row(stream) for number, stream in new.items() if old.get(number) != stream]
    gone = [number for number in old if number not in new]
    return {"put": put, "gone": gone} if put or gone else None


def as_row(stream: Stream) -> list[Any]:
    return list(vars(stream).values())
