"""Taking away what was observed of datastreams that are gone, part by part until nothing is left."""

from collections.abc import Callable, Sequence
from datetime import datetime

from linli.core import jobs
from linli.sensing.domain.accept import delete_observations
from linli.sensing.domain.observations import readable

JOB = "sensing.forget_streams"
PART = 2_000  # observations that are taken away with one wait for the disk


def forget_later(streams: Sequence[int], *, at: datetime) -> None:
    """Have everything that was observed of these datastreams taken away, once this transaction has committed."""
    for stream in streams:
        jobs.enqueue(JOB, {"stream": stream}, at=at, unique=f"{JOB}:{stream}")


def forget_stream(stream: int, *, beat: Callable[[], None] = lambda: None) -> int:
    """Take away all that was observed of a datastream. Returns how many observations.

    beat: called before each part.
    Raises:
        Away: the service does not take it now; what was taken away stays so.
    """
    gone = 0
    while keys := _first(stream):
        beat()
        delete_observations(keys)
        gone += len(keys)
    return gone


def _first(stream: int) -> list[int]:
    found = readable().scan(datastreams=[stream], columns=[], limit=PART, streams=("main", "care"))
    return [key for batch in found for key in batch.column("id").to_pylist()]
