"""What `linli riskmap import KIND FILE` does: the page's importer for whoever has the server's command line.

Every bad row is named, and nothing is written while there is one, unless the good rows are asked for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from linli.core.errors import DomainError, Invalid
from linli.people.actors import Actor
from linli.people.models import Organisation
from linli.places.domain.kept import tree
from linli.places.domain.queries import governed_path
from linli.places.models import Place
from linli.riskmap.domain.importing import Reading, Taken, read_file, take_cameras, take_shapes

Say = Callable[[str], object]


@dataclass(frozen=True)
class Cameras:
    """What the register asks of cameras beside the file. operator: the name of an organisation."""

    operator: str
    purpose: str
    sees: str
    confirms: Sequence[str] = ()


def import_file(
    *, what: str, file: Path, source: str, within: str, cameras: Cameras, rest: bool, check: bool, at: datetime,
    say: Say = print,
) -> int:  # fmt: skip
    """Read a file, name its bad rows, and take it. Returns the exit status: 1 where some rows were bad or refused.

    within: the name of the place that it belongs to; empty for all that this office governs.  rest: take the good
    rows although some are bad.  check: only read.
    """
    try:
        reading = read_file(file.read_bytes(), what=what)
        _tell(reading, say)
        if check or (reading.bad and not rest):
            say(_("Nothing was written."))
            return 1 if reading.bad else 0
        taken = _take(reading, source or file.name, _place(within), cameras, at)
    except OSError as error:
        say(str(error))
        return 1
    except DomainError as told:
        _refuse(told, say)
        return 1
    words = _("%(added)d were put in, %(replaced)d were there and are as the file says.")
    say(words % {"added": taken.added, "replaced": taken.replaced})
    return 1 if reading.bad else 0


def _tell(reading: Reading, say: Say) -> None:
    """Each bad row with its number and name, then what the file holds."""
    for bad in reading.bad:
        say(f"{bad.row}\t{bad.name}\t{bad.why}")
    told = {
        _("Rows that can be taken"): reading.good, _("Of these with assumed figures"): reading.assumed,
        _("Left out, for they are in nobody's way"): reading.left_out, _("Rows that cannot be taken"): len(reading.bad),
    }  # fmt: skip
    for words, number in told.items():
        say(f"{words}: {number}")


def _take(reading: Reading, source: str, place: Place, cameras: Cameras, at: datetime) -> Taken:
    common: dict[str, Any] = {"source": source[:100], "within": place, "by": Actor.named("command"), "at": at}
    if reading.what != "cameras":
        return take_shapes(reading, **common)
    return take_cameras(
        reading, operator=_operator(cameras.operator), purpose=cameras.purpose, sees=cameras.sees,
        confirms=cameras.confirms, **common,
    )  # fmt: skip


def _place(name: str) -> Place:
    """Raises Invalid where no place, or more than one, has this name."""
    root = governed_path()
    inside = [place for place in tree().places if place.path.startswith(root)]
    found = [place for place in inside if name in (place.name, place.name_en, place.path)] if name else []
    found = found if name else [place for place in inside if place.path == root]
    if len(found) != 1:
        raise Invalid(fields={"within": _("%(n)d places have this name. One is needed.") % {"n": len(found)}})
    return found[0]


def _operator(name: str) -> Organisation:
    found = [each for each in Organisation.objects.filter(closed_at=None) if name and name in (each.name, each.name_en)]
    if len(found) != 1:
        words = _("%(n)d organisations have this name. Name the one that operates the cameras.")
        raise Invalid(fields={"operator": words % {"n": len(found)}})
    return found[0]


def _refuse(told: DomainError, say: Say) -> None:
    """What is wrong, with the name of the option that it is about."""
    fields = told.fields if isinstance(told, Invalid) else {}
    for name, words in fields.items():
        say(f"{name}: {words}")
    if not fields:
        say(str(told.message))
