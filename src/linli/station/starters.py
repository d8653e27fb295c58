"""What an office begins from: the desks of the safety work station and its equipment, marked as examples."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from linli.core.starters import starters
from linli.station.domain import desks, equipment  # noqa: F401  they say what their examples are
from linli.station.domain.kept import load_starters, missing_starters


def load_kept(at: datetime) -> int:
    return load_starters(at=at)


starters("station.kept", _("desks and equipment of the station"), missing=missing_starters, load=load_kept)
