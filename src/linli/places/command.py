"""What `linli places check`, `linli places import FILE` and `linli places export [FILE]` do."""

import sys
from collections.abc import Callable
from pathlib import Path

from django.utils.translation import gettext as _

from linli.core.errors import DomainError
from linli.places.domain.export import export_places
from linli.places.domain.grid import check_cells
from linli.places.domain.intake import read_places, take_places
from linli.places.models import Kind, Place

Say = Callable[[str], object]


def run(what: str, file: Path | None, *, datum: str = "wgs84", rest: bool = False, say: Say = print) -> int:
    """Do one of the three and say what came of it, line by line; the exit code.

    datum: wgs84 or gcj02, of the file to import.  rest: take the good features although some are bad.
    """
    if what == "check":
        return check_grids(say)
    if what == "export":
        return export_to(file)
    if file is None:
        say(_("Name the GeoJSON file to import."))
        return 2
    return import_from(file, datum=datum, rest=rest, say=say)


def check_grids(say: Say) -> int:
    """Hold the grid of every committee to the rules; 1 where something is wrong."""
    committees = Place.objects.filter(kind=Kind.COMMITTEE, retired_at=None).order_by("path")
    findings = [(committee.title, finding.words) for committee in committees for finding in check_cells(committee)]
    for name, words in findings:
        say(f"{name}: {words}")
    facts = {"committees": len(committees), "findings": len(findings)}
    say(_("Committees: %(committees)d. Findings: %(findings)d.") % facts)
    return 1 if findings else 0


def import_from(file: Path, *, datum: str, rest: bool, say: Say) -> int:
    """Take the places of a GeoJSON file; 1 where it cannot be read, or it or some of its features cannot be taken."""
    try:
        reading = read_places(file.read_bytes(), from_gcj02=datum == "gcj02")
        for bad in reading.bad:
            say(f"{bad.number}\t{bad.name}\t{bad.fault}")
        taken = take_places(reading, rest=rest)
    except OSError as error:
        say(str(error))
        return 1
    except DomainError as error:
        say(str(error.message))
        return 1
    say(_("Created: %(created)d. Changed: %(changed)d. Unchanged: %(same)d. Left: %(left)d.") % vars(taken))
    return 1 if reading.bad else 0


def export_to(file: Path | None) -> int:
    """Write the tree as GeoJSON to a file, or to the standard output."""
    if file is None:
        sys.stdout.buffer.writelines(export_places())
        return 0
    with file.open("wb") as stream:
        stream.writelines(export_places())
    return 0
