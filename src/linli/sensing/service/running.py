"""The service from start to stop: the store, the intake, the local socket, the rules, and the gates it is given."""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.db import DatabaseError, connection

from linli.core.models import Installation
from linli.sensing.domain.accept import hold, micros
from linli.sensing.domain.directory import directory
from linli.sensing.domain.door import Door, Notes
from linli.sensing.service import flushing, heartbeat
from linli.sensing.service.intake import Intake
from linli.sensing.service.server import Server

if TYPE_CHECKING:
    from linli.sensing.host import Host
    from linli.sensing.segments import Store

log = logging.getLogger(__name__)
COUNTS_EVERY, DEVICES_EVERY, KEEPING_EVERY = 60.0, 180.0, 3600.0  # seconds
HOUR = timedelta(hours=1)


class Gate(Protocol):
    """A door that the command line brings: a protocol's way to the intake. `state` is a word for the heartbeat."""

    state: str

    def start(self) -> None: ...

    def stop(self) -> None: ...


def serve(stop: Event, gates: Sequence[Callable[[Intake], Gate]] = ()) -> int:
    """Take what comes in until `stop` is set. Returns 0, or 1 where the disk did not take it.

    Raises:
        StoreBusy: another process holds the observations.
        RuntimeError: no office has begun here, whose observations they would be.
    """
    from linli.sensing.host import Host
    from linli.sensing.segments import Store

    settings.SENSING.mkdir(mode=0o700, parents=True, exist_ok=True)
    office = Installation.objects.first()
    if office is None:
        raise RuntimeError("No office has begun here, so nothing is taken in. First run: linli office begin")
    installation = str(office.uuid)
    with Store(settings.OBSERVATIONS, installation=installation) as store:
        host = Host(store, settings.SENSING / "rules", kernel=True)
        intake = Intake(Door(store, clock=_now), after=host.wake)
        running: list[Any] = [intake, host, Server(intake), *(gate(intake) for gate in gates)]
        hold(intake)
        started: list[Any] = []
        try:
            for each in running:
                started.append(each)
                each.start()
            return _until(stop, intake, host, store, running[3:])
        finally:
            # First what lets in, then what takes, and the rules last: they read what was taken.
            for each in [*reversed(started[2:]), *started[:1], *started[1:2]]:
                _end(each)
            hold(None)
            heartbeat.stop_beating()


def _until(stop: Event, intake: Intake, host: "Host", store: "Store", gates: Sequence[Gate]) -> int:
    """Beat, write down what was noticed, and keep house, until it is time to stop.

    Where the disk or the rules fail it ends with 1: whoever watches starts it anew, and the rules read on from their
    last snapshot. A service without rules would take alarms in and call nobody.
    """
    notes = Notes()
    due = {"counts": monotonic() + COUNTS_EVERY, "devices": monotonic() + DEVICES_EVERY, "keeping": monotonic()}
    keeper: Thread | None = None
    while not stop.wait(1.0) and intake.failed is None and host.failed is None:
        heartbeat.beat(
            datetime.now(UTC), taken=intake.taken, refused=intake.refused, gates=[gate.state for gate in gates]
        )
        now = monotonic()
        if now >= due["counts"]:
            due["counts"] = now + COUNTS_EVERY
            flushing.merge(notes, intake.notes())
            flushing.flush_refused(notes, datetime.now(UTC))
        if now >= due["devices"]:
            due["devices"] = now + DEVICES_EVERY
            flushing.flush_devices(notes)
        if now >= due["keeping"] and (keeper is None or not keeper.is_alive()):
            due["keeping"] = now + KEEPING_EVERY
            keeper = Thread(target=_keep, args=(store,), name="keeping", daemon=True)
            keeper.start()
    flushing.merge(notes, intake.notes())
    flushing.flush_refused(notes, datetime.now(UTC))
    flushing.flush_devices(notes)
    return 1 if intake.failed or host.failed else 0


def _keep(store: "Store") -> None:
    """Pack hours that are over, and drop what has been kept for as long as its device's entry says."""
    now = datetime.now(UTC)
    try:
        store.compact(micros(now - HOUR))
        store.retain(kept_days(), micros(now))
    except (DatabaseError, OSError):
        log.exception("observations could not be packed; it is tried again in an hour")
    finally:
        connection.close()


def kept_days() -> dict[int, int]:
    """For how many days each datastream's observations stay. Those of no device of the register stay."""
    days: dict[int, int] = {}
    for device in directory().devices.values():
        days |= {stream.id: device.days for stream in device.streams.values()}
    return days


def _now() -> int:
    return micros(datetime.now(UTC))


def _end(each: Any) -> None:
    try:
        each.stop()
    except Exception:
        log.exception("%s did not stop as it should", type(each).__name__)
