"""The present of the synthetic neighbourhood: people go on reporting, over HTTP like everybody else."""

import logging
from collections.abc import Iterator
from pathlib import Path
from random import Random
from threading import Event, Thread
from uuid import uuid4

import httpx
from django.utils.timezone import now

from linli.places.domain.kept import tree
from linli.places.domain.queries import called
from linli.world import hall
from linli.world.seed import AREA
from linli.world.sensors.past import lived
from linli.world.sensors.present import Net, broker, replay, speak
from linli.world.sensors.recorded import Recording, read
from linli.world.sensors.register import planned, read_keys, register_recorded
from linli.world.stories import PLOTS

logger = logging.getLogger(__name__)
LOOK = 2.0
PAUSE = (50.0, 150.0)  # seconds between two reports


def play(*, url: str, speed: float, stop: Event, seed: int | None = None, observations: Path | None = None) -> int:
    """Report something every minute or two until `stop` is set, `speed` times faster than life. Returns how many.

    The devices speak beside, as soon as their past is lived; and those of a recording, whose files lie in the folder
    `observations`, with its first row now.

    Raises:
        NothingRecorded: there is nothing in that folder that could be spoken.
    """
    random, sent = Random(seed), 0
    if observations is not None:
        recording = read(observations)
        Thread(target=_recorded, args=(recording, stop, speed), name="recorded", daemon=True).start()
    Thread(target=_devices, args=(stop, speed), name="devices", daemon=True).start()
    Thread(target=_hall, args=(stop, speed), name="hall", daemon=True).start()
    buildings = list(_buildings())
    with httpx.Client(base_url=url, timeout=10) as client:
        while not stop.wait(random.uniform(*PAUSE) / speed):
            sent += _report(client, random, random.choice(buildings))
    return sent


def _devices(stop: Event, speed: float) -> None:
    while not lived():
        if stop.wait(LOOK):
            return
    host, port = broker()
    speak(Net(planned(), read_keys(), host, port, seed=Random().getrandbits(32)), stop, speed)


def _hall(stop: Event, speed: float) -> None:
    while not lived():
        if stop.wait(LOOK):
            return
    hall.go_on(stop, speed)


def _recorded(recording: Recording, stop: Event, speed: float) -> None:
    while not lived():
        if stop.wait(LOOK):
            return
    host, port = broker()
    keys = register_recorded(recording.kinds, now())
    logger.info("%d recorded readings of %d devices are spoken", len(recording.said), len(keys))
    sent = replay(Net([], keys, host, port, seed=0), recording, stop, speed)
    logger.info("%d recorded readings were spoken", sent)


def _buildings() -> Iterator[int]:
    places = called(tree().places)
    inside = places[AREA].path
    return (place.pk for place in places.values() if place.kind == "building" and place.path.startswith(inside))


def _report(client: httpx.Client, random: Random, building: int) -> bool:
    """Send one report; while the server is away it is let go, and said."""
    plot = random.choices(PLOTS, [plot.weight for plot in PLOTS])[0]
    text = random.choice(plot.reports).replace("{n}", str(random.randint(2, 6)))
    given = {"text": text, "class": plot.klass, "place": building, "action": str(uuid4())}
    try:
        answer = client.post("/api/v1/cases", json=given)
    except httpx.TransportError as error:
        logger.warning("no report sent: %s", error)
        return False
    if answer.status_code != httpx.codes.CREATED:
        logger.warning("report refused: %s", answer.status_code)
    return answer.status_code == httpx.codes.CREATED
