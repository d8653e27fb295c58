"""Who answers for what, as a file for spreadsheets: written, and read with each bad row named."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO

from django.db import transaction
from django.utils.translation import gettext as _

from linli.cases.domain.catalogue import CLASSES, catalogue
from linli.cases.domain.duties import EVERY, Duty, faults, key_of
from linli.cases.enums import Share
from linli.cases.models import Responsibility
from linli.core import tables
from linli.core.errors import Invalid, Refused
from linli.people.actors import Actor
from linli.people.domain import acts
from linli.people.enums import Role
from linli.people.models import Organisation
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title

HEADING = ("class", "place", "place_name", "share", "role", "organisation", "why", "basis", "since", "until")
NEEDED = frozenset(HEADING) - {"place_name"}
MOST_ROWS, MOST_BYTES = 5000, 1_000_000


def duties_csv() -> Iterator[str]:
    """Lines of CSV under `HEADING`. `place_name` is for reading only."""
    return tables.lines(HEADING, (_cells(row) for row in catalogue().duties))


def _cells(row: Responsibility) -> Sequence[object]:
    return (
        row.klass.code if row.klass else EVERY, row.place.path, full_title(row.place), row.share, row.role,
        row.organisation.name if row.organisation else "", row.why, row.basis, row.since or "", row.until or "",
    )  # fmt: skip


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be taken: its line in the file, what is wrong, and its cells."""

    line: int
    why: str
    cells: Sequence[str]


@dataclass(frozen=True)
class Taken:
    """What a file did, or why nothing was taken: where one row is bad, none is taken."""

    added: int = 0
    changed: int = 0
    same: int = 0
    bad: Sequence[BadRow] = ()


def take_duties(*, data: bytes, by: Actor, at: datetime) -> Taken:
    """Take a file like the one that is exported. Rows that are not in it stay; to end one, give it a last day.

    Raises:
        Refused: somebody else than an administrator.
        Invalid: it is no such file.
    """
    if not by.has_role(Role.ADMINISTRATOR):
        raise Refused
    duties, bad = _read(data)
    if bad:
        return Taken(bad=bad)
    known = {key_of(row): row for row in Responsibility.objects.all()}
    new = [duty.as_row() for duty in duties if duty.key not in known]
    changed = [row for duty in duties if duty.key in known and (row := _changed(known[duty.key], duty))]
    with transaction.atomic():
        Responsibility.objects.bulk_create(new)
        Responsibility.objects.bulk_update(changed, CHANGEABLE)
        CLASSES.changed()
        if new or changed:
            acts.record("responsibility_set", target="CSV", detail=f"+{len(new)} ~{len(changed)}", by=by, at=at)
    return Taken(len(new), len(changed), len(duties) - len(new) - len(changed))


CHANGEABLE = ("share", "why", "basis", "until")


def _changed(row: Responsibility, duty: Duty) -> Responsibility | None:
    """The row with what the file says of it, or none where it says nothing new."""
    if all(getattr(row, name) == getattr(duty, name) for name in CHANGEABLE):
        return None
    for name in CHANGEABLE:
        setattr(row, name, getattr(duty, name))
    return row


def _read(data: bytes) -> tuple[list[Duty], list[BadRow]]:
    rows = _rows(data)
    organisations = {each.name: each for each in Organisation.objects.filter(closed_at=None)}
    duties: dict[tuple[object, ...], Duty] = {}
    bad: list[BadRow] = []
    for line, cells in rows:
        found = _duty({name: _plain(text) for name, text in cells.items()}, organisations)
        if isinstance(found, Duty) and found.key in duties:
            found = _("The same row stands further up.")
        if isinstance(found, Duty):
            duties[found.key] = found
        else:
            bad.append(BadRow(line, found, list(cells.values())))
    return list(duties.values()), bad


def _rows(data: bytes) -> list[tuple[int, dict[str, str]]]:
    if len(data) > MOST_BYTES:
        raise Invalid(fields={"file": _("The file is larger than 1 MB.")})
    try:
        text = data.decode("utf-8-sig")
        reader = csv.DictReader(StringIO(text, newline=""), restkey="", restval="", strict=True)
        if missing := sorted(NEEDED - set(reader.fieldnames or ())):
            raise Invalid(fields={"file": _("These columns are missing: %(names)s") % {"names": ", ".join(missing)}})
        rows = [(reader.line_num, {name: row[name] for name in HEADING if name in row}) for row in reader]
    except (UnicodeDecodeError, csv.Error) as unreadable:
        raise Invalid(fields={"file": _("It cannot be read. Save it as CSV in UTF-8.")}) from unreadable
    if len(rows) > MOST_ROWS:
        raise Invalid(fields={"file": _("The file has more than 5,000 rows.")})
    return rows


def _plain(cell: str) -> str:
    """A cell without the apostrophe that kept a spreadsheet from running it."""
    return tables.as_typed(cell.strip())


def _duty(cells: dict[str, str], organisations: dict[str, Organisation]) -> Duty | str:
    """The row that a line says, or what is wrong with it."""
    klass = catalogue().named(cells["class"])
    place = tree().by_path.get(cells["place"])
    organisation = organisations.get(cells["organisation"])
    checks = (
        (klass is None and cells["class"] != EVERY, "class"),
        (place is None, "place"),
        (cells["share"] not in Share.values, "share"),
        (cells["role"] not in Role.values, "role"),
        (organisation is None and cells["organisation"] != "", "organisation"),
        (not _is_day(cells["since"]), "since"),
        (not _is_day(cells["until"]), "until"),
    )
    if name := next((name for wrong, name in checks if wrong), ""):
        return _("Unknown %(column)s: “%(value)s”") % {"column": name, "value": cells[name][:60]}
    assert place is not None
    duty = Duty(
        klass, place, Share(cells["share"]), Role(cells["role"]), organisation, cells["why"], cells["basis"],
        _day(cells["since"]), _day(cells["until"]),
    )  # fmt: skip
    return next(iter(faults(duty).values()), duty)


def _is_day(text: str) -> bool:
    try:
        _day(text)
    except ValueError:
        return False
    return True


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
