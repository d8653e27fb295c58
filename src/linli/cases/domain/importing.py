"""Bringing in messages from a file: previewed, taken in small transactions, resumable, each bad row reported.

Three modes. `history` writes what is over, with no clocks and no messages: one move, take_over, into closed or filed.
`live` receives each row now. `replay` receives each row as it came, moved in time so that the newest comes now.
"""

import csv
import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.timezone import now
from django.utils.translation import gettext as _

from linli.cases.domain.report import find_spot, report_case, root_path
from linli.cases.domain.routing import desk_post
from linli.cases.domain.rows import (
    BadRow, Message, Reading, Sheet, check_columns, guess_columns, open_sheet, read_messages,
)  # fmt: skip
from linli.cases.enums import Source
from linli.cases.models import Case, CaseClass, ImportRow, ImportRun
from linli.core.errors import Conflict, Invalid
from linli.people.actors import Actor
from linli.people.models import Account, Post
from linli.procedures.domain.move import new_procedure
from linli.procedures.domain.past import Past, take_over
from linli.procedures.models import Action

FIRST, BATCH, SLICE = 20, 200, 0.05  # rows of the first batch and at most, and seconds of one transaction
SIZE_MOST = 64 * 2**20
Step = Callable[[], Any]  # opens the transaction of one batch


@dataclass(frozen=True)
class Preview:
    """What a person sees before anything is written: the guessed columns, the first rows, the first bad ones."""

    heading: list[str]
    columns: dict[str, str]
    rows: list[Message]
    bad: list[BadRow]


def preview(file: IO[bytes], name: str, reading: Reading | None = None, *, most: int = 20) -> Preview:
    """Read the first rows without writing anything."""
    sheet = open_sheet(file, name)
    reading = reading or Reading(guess_columns(sheet.heading))
    try:
        check_columns(reading.columns, sheet.heading)
    except Invalid:
        return Preview(sheet.heading, dict(reading.columns), [], [])
    rows = list(islice(read_messages(sheet, reading, ""), most))
    return Preview(
        sheet.heading,
        dict(reading.columns),
        [row for row in rows if isinstance(row, Message)],
        [row for row in rows if isinstance(row, BadRow)],
    )


def begin_import(
    *,
    path: Path,
    name: str,
    reading: Reading,
    mode: str,
    source: str,
    all_or_none: bool,
    post: Post | None,
    account: Account | None,
    at: datetime,
) -> ImportRun:
    """Note down what is to be read and how; `continue_import` does the reading. The file is kept until it is done.

    Raises:
        Invalid: the file is too large or cannot be read, or the columns do not fit it.
    """
    if path.stat().st_size > SIZE_MOST:
        raise Invalid(fields={"file": _("The file is too large. Split it into parts of at most 64 MB.")})
    with path.open("rb") as file:
        check_columns(reading.columns, open_sheet(file, name).heading)
    kept = _keep(path)
    return ImportRun.objects.create(
        name=name[:120],
        sha256=kept,
        mapping={**asdict(reading), "columns": dict(reading.columns), "source": source},
        mode=ImportRun.Mode(mode),
        all_or_none=all_or_none,
        status=ImportRun.Status.RUNNING,
        started_by=account,
        post=post,
        started_at=at,
    )


def kept_file(run: ImportRun) -> Path:
    return settings.DATA / "imports" / run.sha256


def _keep(path: Path) -> str:
    """Copy the file under the data folder by its hash. Returns the hash."""
    data = path.read_bytes()
    name = hashlib.sha256(data).hexdigest()
    target = settings.DATA / "imports" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        new = target.with_suffix(".new")
        new.write_bytes(data)
        new.replace(target)
    return name


def continue_import(run: ImportRun, *, at: datetime, step: Step = transaction.atomic) -> ImportRun:
    """Read on from where the run stands until the end. After a crash, calling it again goes on.

    Each transaction takes what fits into 50 ms, 200 rows at most, together with the run's position.
    """
    reading, source = _reading(run)
    with kept_file(run).open("rb") as file:
        sheet = open_sheet(file, run.name)
        rows = read_messages(sheet, reading, source)
        if run.all_or_none and run.position == 0 and _any_bad(run, reading, source):
            return _end(run, at, ImportRun.Status.FAILED, _("Some rows are bad, so nothing was taken."))
        shift = _shift(run, reading, source, at)
        rows = (row for row in rows if row.line > run.position)
        taker = Taker(run, at, shift)
        size = FIRST
        while batch := list(islice(rows, size)):
            began = time.perf_counter()
            with step():
                taker.take(batch)
            size = _next_size(size, time.perf_counter() - began)
    return _end(run, at, ImportRun.Status.DONE, "")


def _next_size(size: int, seconds: float) -> int:
    """As many rows as fit into one slice of time, going by the last batch."""
    return max(1, min(BATCH, int(size * SLICE / max(seconds, 1e-4)), size * 2))


def _reading(run: ImportRun) -> tuple[Reading, str]:
    given = run.mapping
    return Reading(given["columns"], given["zone"], given["datum"]), given["source"]


def _again(run: ImportRun, reading: Reading, source: str) -> Iterator[Message | BadRow]:
    with kept_file(run).open("rb") as file:
        yield from read_messages(open_sheet(file, run.name), reading, source)


def _any_bad(run: ImportRun, reading: Reading, source: str) -> bool:
    """Write down every bad row before anything is taken. Whether there is one."""
    bad = [row for row in _again(run, reading, source) if isinstance(row, BadRow)]
    _report(run, bad)
    run.bad = len(bad)
    return bool(bad)


def _report(run: ImportRun, bad: list[BadRow]) -> None:
    rows = [ImportRow(run=run, line=row.line, reason=row.reason[:200], raw=row.raw) for row in bad]
    ImportRow.objects.bulk_create(rows, ignore_conflicts=True)


def _shift(run: ImportRun, reading: Reading, source: str, at: datetime) -> timedelta:
    """How far a replay is moved in time: the newest row comes when the run was started."""
    if run.mode != ImportRun.Mode.REPLAY:
        return timedelta(0)
    newest = max((row.at for row in _again(run, reading, source) if isinstance(row, Message)), default=at)
    return run.started_at - newest


def _end(run: ImportRun, at: datetime, status: ImportRun.Status, error: str) -> ImportRun:
    run.status, run.error, run.ended_at = status, error, at
    run.save(update_fields=["status", "error", "ended_at", "bad"])
    return run


class Taker:
    """Takes batches of rows for one run."""

    def __init__(self, run: ImportRun, at: datetime, shift: timedelta) -> None:
        self.run, self.at, self.shift = run, at, shift
        self.by = Actor.named(f"import:{run.pk}")
        self.source = Source.OUTSIDE
        self.classes = {}
        for klass in CaseClass.objects.filter(retired_at=None).prefetch_related("limits"):
            self.classes |= {klass.code: klass, klass.name: klass, klass.name_en: klass}
        self.root = root_path()
        self.desks: dict[str, Post] = {}

    def take(self, batch: list[Message | BadRow]) -> None:
        """Take a batch in the caller's transaction, and move the run's position."""
        messages = [row for row in batch if isinstance(row, Message)]
        bad = [row for row in batch if isinstance(row, BadRow)]
        taken = self._history(messages) if self.run.mode == ImportRun.Mode.HISTORY else self._received(messages)
        _report(self.run, bad)
        moved = ImportRun.objects.filter(pk=self.run.pk, position=self.run.position).update(
            position=batch[-1].line,
            rows=F("rows") + len(batch),
            taken=F("taken") + taken,
            known=F("known") + len(messages) - taken,
            bad=F("bad") + (0 if self.run.all_or_none else len(bad)),
        )
        if not moved:
            raise Conflict(_("Somebody else reads this file already."))
        self.run.refresh_from_db()

    def _history(self, messages: list[Message]) -> int:
        return len(take_over([self._past(message) for message in messages], by=self.by, at=self.at))

    def _past(self, message: Message) -> Past:
        spot = find_spot(None, message.lon, message.lat)
        procedure = new_procedure(
            kind="case", place=spot.place, place_path=spot.path or self.root, cell=spot.cell, at=message.at
        )
        desk = self._desk(procedure.place_path)
        case = Case(
            procedure=procedure,
            klass=self.classes.get(message.klass),
            source=self.source,
            text=message.text,
            where=message.where,
            lon=message.lon,
            lat=message.lat,
            outside=spot.outside,
            proposed=None if message.closed else desk,
            proposed_why={} if spot.place else {"unplaced": True},
            answer=message.answer,
            import_key=str(message.key),
        )
        return Past(
            procedure=procedure,
            particulars=case,
            action=message.key,
            move="take_over_closed" if message.closed else "take_over",
            moved=message.closed or message.at,
            because=_("row {line} of {name}").format(line=message.line, name=self.run.name),
            says={"source": self.source, "number": message.number, "run": self.run.pk},
            desk=None if message.closed else desk,
        )

    def _received(self, messages: list[Message]) -> int:
        """Receive each row as a report of its own; the rows that are known already stay one case."""
        known = set(Action.objects.filter(pk__in=[message.key for message in messages]).values_list("pk", flat=True))
        for message in messages:
            if message.key not in known:
                report_case(
                    text=message.text,
                    klass=self.classes.get(message.klass),
                    source=self.source,
                    where=message.where,
                    lon=message.lon,
                    lat=message.lat,
                    by=self.by,
                    at=message.at + self.shift if self.run.mode == ImportRun.Mode.REPLAY else self.at,
                    action=message.key,
                )
        return len(messages) - len(known)

    def _desk(self, path: str) -> Post:
        if path not in self.desks:
            self.desks[path] = desk_post(path, self.at)
        return self.desks[path]


def bad_rows_csv(run: ImportRun) -> Iterator[list[str]]:
    """The bad rows for a download: line, reason, row. Cells that a spreadsheet would run as a formula are quoted."""
    yield [_("line"), _("reason"), _("row")]
    for row in run.bad_rows.order_by("line").iterator():
        yield [str(row.line), row.reason, _harmless(row.raw)]


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in "=+-@\t\r" else cell


def import_from_command(
    *, path: Path, mode: str, mapping: dict[str, str], zone: str, datum: str, all_or_none: bool
) -> int:
    """`linli import messages FILE`: reads the whole file, showing how far it is. Returns the exit status."""
    with path.open("rb") as file:
        guessed = guess_columns(open_sheet(file, path.name).heading)
    reading = Reading({**guessed, **mapping}, zone, datum)
    run = begin_import(
        path=path, name=path.name, reading=reading, mode=mode, source="messages", all_or_none=all_or_none,
        post=None, account=None, at=now(),
    )  # fmt: skip
    print("  ".join(f"{what} = {column}" for what, column in reading.columns.items()))
    began = time.perf_counter()
    run = continue_import(run, at=now(), step=_printing(run))
    seconds = time.perf_counter() - began
    print(f"\r{run.rows} rows in {seconds:.1f} s: {run.taken} taken, {run.known} known already, {run.bad} bad")
    for row in run.bad_rows.order_by("line")[:20]:
        print(f"  line {row.line}: {row.reason}")
    if run.error:
        print(run.error)
    return 0 if run.status == ImportRun.Status.DONE else 1


def _printing(run: ImportRun) -> Step:
    """Transactions that show the position on the terminal as they begin."""

    def step() -> Any:
        print(f"\r{run.rows} rows", end="", flush=True)
        return transaction.atomic()

    return step


def write_csv(lines: Iterator[list[str]]) -> Iterator[str]:
    """Lines of CSV, one string each, for a streamed download."""
    writer = csv.writer(Echo())
    for line in lines:
        yield writer.writerow(line)


class Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value

