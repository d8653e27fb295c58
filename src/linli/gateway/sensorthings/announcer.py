"""Tells subscribers of the embedded broker what is new: observations from the segments, entities as they change.

Who subscribes to what is asked of the broker at the moment at which there is something to tell, so that nothing is
worked out for nobody, and nobody who came a moment ago misses anything. Delivery is best effort (QoS 0).
"""

import logging
from collections.abc import Iterable, Iterator
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection

from linli.gateway.mqtt.broker import ACCOUNT, WATCHER, Broker
from linli.gateway.mqtt.topics import subject_of, topic_of
from linli.gateway.mqtt.wire import BrokerAway, BrokerRefused, Wire
from linli.gateway.sensorthings.announcing import PREFIX, Change, notifications
from linli.gateway.sensorthings.entities import OBSERVATION
from linli.gateway.sensorthings.relations import Relations
from linli.sensing.domain.observations import readable

if TYPE_CHECKING:
    from linli.sensing.segments import Frame, Position
    from linli.sensing.service.intake import Intake

log = logging.getLogger(__name__)
LOOK_EVERY = 0.2  # seconds
SUBSCRIPTIONS = "$SYS.REQ.SERVER.PING.SUBSZ"
MOST_TOPICS = 10_000
AWAY_FOR = 10.0  # seconds that a broker which did not answer is left alone


class Publisher:
    """Two connections to the broker: one that says who subscribes, one that publishes. Used by one thread at a time."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._wires: tuple[Wire, Wire] | None = None

    def topics(self) -> list[str]:
        """The addresses that somebody subscribes to, each once. Raises BrokerAway or BrokerRefused."""
        asked = {"subscriptions": True, "limit": MOST_TOPICS, "account": ACCOUNT}
        told = self._open()[1].request(SUBSCRIPTIONS, asked)
        rows = told.get("data", told).get("subscriptions_list") or []
        subjects = {row.get("subject", "") for row in rows}
        return sorted(topic for subject in subjects if (topic := topic_of(subject)).startswith(PREFIX))

    def publish(self, told: Iterable[tuple[str, bytes]]) -> None:
        wire = self._open()[0]
        for topic, payload in told:
            wire.publish(subject_of(topic), payload)

    def close(self) -> None:
        for wire in self._wires or ():
            wire.close()
        self._wires = None

    def _open(self) -> tuple[Wire, Wire]:
        if self._wires is None:
            self._wires = (self._broker.connect(), self._broker.connect(WATCHER))
        return self._wires


class Announcer:
    """A gate of the service that only lets out: it follows every log and tells what was stored."""

    def __init__(self, _intake: "Intake | None" = None, broker: Broker | None = None) -> None:
        self._publisher = Publisher(broker or Broker())
        self._stop, self.state = Event(), "starting"
        self._after: dict[int, Position] = {}
        self._thread = Thread(target=self._run, name="announcer", daemon=True)

    def start(self) -> None:
        for each in readable().logs():
            self._after[each.number] = each.end
        self.state = "open"
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(AWAY_FOR)
        self.state = "stopped"

    def _run(self) -> None:
        while not self._stop.wait(LOOK_EVERY):
            try:
                if frames := list(self._new()):
                    self._tell(frames)
                    self.state = "open"
            except (BrokerAway, BrokerRefused) as error:
                self._leave_off()
                log.info("nobody was told of new observations: %s", error)
            except Exception:  # of these observations nobody is told, but of the next ones
                self._leave_off()
                log.exception("nobody was told of new observations")
            finally:
                connection.close()
        self._publisher.close()

    def _leave_off(self) -> None:
        self.state = "away"
        self._publisher.close()

    def _new(self) -> Iterator["Frame"]:
        for each in readable().logs():
            if each.stream != "main":
                continue
            for frame in each.read(self._after.get(each.number)):
                self._after[each.number] = frame.position
                if frame.kind == "rows":
                    yield frame

    def _tell(self, frames: list["Frame"]) -> None:
        topics = self._publisher.topics()
        if not topics:
            return
        relations = Relations()
        for frame in frames:
            rows = relations.observations.of_frame(frame)
            changes = [Change(OBSERVATION, row) for row in rows]
            self._publisher.publish(notifications(changes, topics, relations))


# --- entities, from whichever process changes them

_lock = Lock()
_kept: dict[str, Any] = {}


def announce(changes: list[Change]) -> None:
    """Tell subscribers of entities that have just been changed, where there is an embedded broker. Never fails."""
    if settings.MQTT or not changes or not (settings.SENSING / "broker.json").exists():
        return
    with _lock:
        if monotonic() < _kept.get("away", 0.0):
            return
        publisher = _kept.setdefault("publisher", Publisher(Broker()))
        try:
            if topics := publisher.topics():
                publisher.publish(notifications(changes, topics))
        except (BrokerAway, BrokerRefused) as error:
            log.info("nobody was told of a change: %s", error)
            publisher.close()
            _kept.clear()
            _kept["away"] = monotonic() + AWAY_FOR
