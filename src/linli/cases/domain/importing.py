"""Bringing in messages from a file: previewed, taken in small transactions, resumable, each bad row reported.

    run = keep_file(file=upload, name="messages.csv", …)     the file waits, nothing is read into cases
    look = preview(run, reading, at=now)                      as it would be read
    start_import(run=run, reading=reading, …)                 from here a job calls `continue_import`

Three modes. `history` writes what is over, with no clocks and no messages: one move, take_over, into closed or filed.
`live` receives each row now. `replay` receives each row as it came, moved in time so that the newest comes now.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from linli.cases.domain.rows import BadRow, Message, Reading, check_reading, guess_columns, read_messages
from linli.cases.domain.sheets import SIZE_MOST, Unreadable, open_sheet
from linli.cases.domain.taking import Taker, report_bad
from linli.cases.models import ImportRun
from linli.core import jobs, stores
from linli.core.errors import Conflict, NotFound
from linli.core.models import Job
from linli.core.stores import Keep, Store
from linli.people.actors import Actor
from linli.people.domain import acts
from linli.people.models import Account, Post
from linli.places.domain.named import place_called

# Rows of the first batch and at most, and seconds of one transaction: of this thread's own work, for where the machine
# is busy smaller batches would only make it busier.
FIRST, BATCH, SLICE = 20, 200, 0.05
SHOWN, LOOKED_AT = 20, 2000  # rows that a preview shows, and that it reads
AWAKE = 5.0  # seconds after which a lease is renewed while rows are only read
CHUNK = 2**20
SOURCE = "messages"  # in the key of each row: the same file is the same messages, whoever sends it
Error, Mode, Status = ImportRun.Error, ImportRun.Mode, ImportRun.Status
Step = Callable[[], Any]  # opens the transaction of one batch


@dataclass(frozen=True)
class Preview:
    """What a person sees before anything is written: the first rows, and the first bad ones among `read`.

    unknown: names of places that no place has; their rows come in without one.
    """

    rows: list[Message]
    bad: list[BadRow]
    read: int
    unknown: tuple[str, ...] = ()


# --- the file, and what is to be done with it


def keep_file(*, file: IO[bytes], name: str, post: Post | None, account: Account | None, at: datetime) -> ImportRun:
    """Keep a file that is to be read. A file that waits in this post already is found again.

    Raises:
        Unreadable: it is no table, or too large.
    """
    sha256 = _keep(file)
    waiting = ImportRun.objects.filter(sha256=sha256, status=Status.PREVIEW, post=post).first() if post else None
    if waiting is not None:
        return waiting
    try:
        with open_sheet(imports_folder() / sha256) as sheet:
            heading = sheet.heading
    except Unreadable:
        _forget(sha256)
        raise
    return ImportRun.objects.create(
        name="".join(filter(str.isprintable, name))[-120:],
        sha256=sha256,
        mapping={**asdict(Reading(guess_columns(heading))), "heading": heading, "source": SOURCE},
        mode=Mode.HISTORY,
        started_by=account,
        post=post,
        started_at=at,
    )


def preview(run: ImportRun, reading: Reading, *, at: datetime) -> Preview:
    """Read the first rows without writing anything.

    Raises:
        Invalid: the columns do not fit the file.  Unreadable: the file turns out to be damaged.
    """
    rows: list[Message] = []
    bad: list[BadRow] = []
    with open_sheet(kept_file(run)) as sheet:
        for row in islice(read_messages(sheet, reading, source="", until=_latest(at)), LOOKED_AT):
            rows.append(row) if isinstance(row, Message) else bad.append(row)
    return Preview(rows[:SHOWN], bad, len(rows) + len(bad), unknown_places(rows))


def unknown_places(rows: Iterable[Message]) -> tuple[str, ...]:
    """What these rows name as their place and no place is called, what is named most first."""
    named = Counter(row.place for row in rows if row.place)
    return tuple(name for name, _number in named.most_common() if place_called(name) is None)


def start_import(
    *, run: ImportRun, reading: Reading, mode: str, all_or_none: bool, by: Actor, at: datetime
) -> ImportRun:
    """Have a waiting file read by a job. A second call has no effect.

    Raises:
        Invalid: the columns do not fit the file.  Conflict: the same file is being read already.
    """
    with transaction.atomic():
        if _start(run, reading, mode, all_or_none, at):
            _read_on(run, at)
            acts.record("import_begun", target=run.name, detail=mode, by=by, at=at)
    return ImportRun.objects.get(pk=run.pk)


def begin_import(
    *,
    path: Path,
    name: str,
    reading: Reading,
    mode: str,
    all_or_none: bool,
    at: datetime,
    source: str = SOURCE,
    post: Post | None = None,
    account: Account | None = None,
) -> ImportRun:
    """Keep a file and start its run without a job, for whoever calls `continue_import` themselves."""
    with path.open("rb") as file:
        run = keep_file(file=file, name=name, post=post, account=account, at=at)
    run.mapping["source"] = source
    with transaction.atomic():
        _start(run, reading, mode, all_or_none, at)
        acts.record("import_begun", target=run.name, detail=mode, by=Actor.named("command"), at=at)
    return ImportRun.objects.get(pk=run.pk)


def _start(run: ImportRun, reading: Reading, mode: str, all_or_none: bool, at: datetime) -> bool:
    check_reading(reading, run.mapping["heading"])
    # Runs of the command have no post; one that was broken off stands for ever and is nobody's reading.
    same = ImportRun.objects.filter(sha256=run.sha256, status=Status.RUNNING, post__isnull=False)
    if same.exclude(pk=run.pk).exists():
        raise Conflict(_("The same file is being read already. Wait until that is done."))
    changed = ImportRun.objects.filter(pk=run.pk, status=Status.PREVIEW).update(
        mapping={**run.mapping, **asdict(reading), "columns": dict(reading.columns)},
        mode=Mode(mode),
        all_or_none=all_or_none,
        status=Status.RUNNING,
        started_at=at,
    )
    return bool(changed)


def go_on(*, run: ImportRun, by: Actor, at: datetime) -> None:
    """Let a job read on from where the run stands, unless one does."""
    with transaction.atomic():
        _read_on(run, at)
        acts.record("import_continued", target=run.name, by=by, at=at)


def _read_on(run: ImportRun, at: datetime) -> None:
    jobs.enqueue("cases.import_messages", {"run": run.pk}, at=at, unique=_job_key(run))


def is_stopped(run: ImportRun) -> bool:
    """Whether the run is not over and no job will go on with it: its attempts are used up."""
    open_jobs = Job.objects.filter(unique=_job_key(run), done_at=None, dead_at=None)
    return run.status == Status.RUNNING and not open_jobs.exists()


def _job_key(run: ImportRun) -> str:
    return f"import-{run.pk}"


def discard(*, run: ImportRun, by: Actor, at: datetime) -> None:
    """Forget a file that was not started."""
    with transaction.atomic():
        if ImportRun.objects.filter(pk=run.pk, status=Status.PREVIEW).delete()[0]:
            acts.record("import_discarded", target=run.name, by=by, at=at)
    _forget(run.sha256)


def find_import(pk: int, *, post: Post) -> ImportRun:
    """A run of this post.

    Raises:
        NotFound: there is none, or it is another post's.
    """
    run = ImportRun.objects.filter(pk=pk, post=post).select_related("started_by").first()
    if run is None:
        raise NotFound
    return run


def imports_of(post: Post, *, most: int = 50) -> list[ImportRun]:
    """The runs of a post, the newest first. One statement."""
    return list(ImportRun.objects.filter(post=post).select_related("started_by").order_by("-started_at")[:most])


def kept_file(run: ImportRun) -> Path:
    return imports_folder() / run.sha256


def imports_folder() -> Path:
    """Where files wait; a folder of personal data."""
    return Path(settings.DATA) / "imports"


stores.declare(Store("imports", imports_folder, Keep.BOTH))  # a file goes as soon as its import has ended


def _keep(file: IO[bytes]) -> str:
    """Copy the file under the data folder by its hash. Returns the hash."""
    folder, whole, size = imports_folder(), hashlib.sha256(), 0
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f"{uuid4()}.new"
    with new.open("wb") as out:
        while size <= SIZE_MOST and (chunk := file.read(CHUNK)):
            size += len(chunk)
            whole.update(chunk)
            out.write(chunk)
    if size > SIZE_MOST:
        new.unlink()
        words = _("The file is too large. Split it into parts of at most 64 MB.")
        raise Unreadable(words, fields={"file": words})
    new.replace(folder / whole.hexdigest())
    return whole.hexdigest()


def _forget(sha256: str) -> None:
    """Delete a file that no run needs."""
    if not ImportRun.objects.filter(sha256=sha256).exists():
        (imports_folder() / sha256).unlink(missing_ok=True)


# --- reading it


def continue_import(run: ImportRun, *, at: datetime, step: Step = transaction.atomic) -> ImportRun:
    """Read on from where the run stands until the end. After a crash, calling it again goes on.

    Each transaction takes what fits into 50 ms, 200 rows at most, together with the run's position.
    """
    if run.status != Status.RUNNING:
        return run
    try:
        newest, bad = _survey(run, step)
        if bad and run.all_or_none and run.position == 0:
            return _end(run, at, step, Status.FAILED, Error.BAD_ROWS, bad=bad)
        shift = run.started_at - (newest or run.started_at) if run.mode == Mode.REPLAY else timedelta(0)
        _take(run, Taker(run, at, shift), step)
    except (Unreadable, FileNotFoundError):
        return _end(run, at, step, Status.FAILED, Error.DAMAGED)
    return _end(run, at, step, Status.DONE)


def _survey(run: ImportRun, step: Step) -> tuple[datetime | None, int]:
    """Read the file once for how many rows it has, the newest time and the number of bad rows.

    Where all or none is wanted, every bad row is written down here, before anything is taken.
    """
    newest, total, bad = None, 0, 0
    waiting: list[BadRow] = []
    for row in _rows(run, step):
        total += 1
        if isinstance(row, Message):
            newest = row.at if newest is None else max(newest, row.at)
            continue
        bad += 1
        if run.all_or_none:
            waiting.append(row)
        if len(waiting) == BATCH:
            with step():
                report_bad(run, waiting)
            waiting = []
    with step():
        report_bad(run, waiting)
        ImportRun.objects.filter(pk=run.pk).update(total=total)
    run.total = total
    return newest, bad


def _rows(run: ImportRun, step: Step) -> Iterator[Message | BadRow]:
    """Every row of the run's file; a step now and then keeps its job alive."""
    given = run.mapping
    reading = Reading(given["columns"], given["zone"], given["datum"])
    awake = time.monotonic()
    with open_sheet(kept_file(run)) as sheet:
        for row in read_messages(sheet, reading, source=given["source"], until=_latest(run.started_at)):
            if time.monotonic() - awake > AWAKE:
                with step():
                    awake = time.monotonic()
            yield row


def _latest(at: datetime) -> datetime:
    """Until when something can have happened: by the clock of another zone it may be tomorrow."""
    return at + timedelta(days=1)


def _take(run: ImportRun, taker: Taker, step: Step) -> None:
    rows = (row for row in _rows(run, step) if row.line > run.position)
    size = FIRST
    while batch := list(islice(rows, size)):
        began = time.thread_time()
        with step():
            taker.take(batch)
        size = _next_size(size, time.thread_time() - began)


def _next_size(size: int, seconds: float) -> int:
    """As many rows as fit into one slice of time, going by the last batch."""
    return max(1, min(BATCH, int(size * SLICE / max(seconds, 1e-4)), size * 2))


def _end(run: ImportRun, at: datetime, step: Step, status: ImportRun.Status, error: str = "", **more: int) -> ImportRun:
    with step():
        ImportRun.objects.filter(pk=run.pk, status=Status.RUNNING).update(
            status=status, error=error, ended_at=at, **more
        )
    return ImportRun.objects.get(pk=run.pk)
