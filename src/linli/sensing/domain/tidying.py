"""How long observations stay: each datastream as long as the register says, and hours that are over in small files.

Only the process that writes the store may do this; `linli sensing` does once a day.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from linli.sensing.models import Datastream
from linli.sensing.segments import Store

CARE_DAYS = 2
OTHER_DAYS = 90  # of a thing without a row in the register
SETTLED = timedelta(hours=2)  # an hour is packed once it has been over for so long


def days_by_datastream() -> Mapping[int, int]:
    """How many days each datastream's observations stay. One statement.

    A device that was taken down keeps its days: what it told runs out as was said on its label.
    """
    rows = Datastream.objects.values_list("pk", "care", "thing__device__days")
    return {pk: CARE_DAYS if care else (days or OTHER_DAYS) for pk, care, days in rows}


def tidy_observations(store: Store, *, at: datetime) -> None:
    """Drop what has stayed its time, then pack the hours that are over. Safe to repeat after a crash."""
    now = round(at.timestamp() * 1_000_000)
    store.retain(dict(days_by_datastream()), now)
    store.compact(round((at - SETTLED).timestamp() * 1_000_000))
