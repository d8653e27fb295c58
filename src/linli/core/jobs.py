"""Work for later, done once: leased by compare-and-swap, fenced by the lease, with back-off and dead letters.

`Job.run_at` is when a job is due and, while a worker has it, until when: claiming pushes it forward, and that instant
is the worker's token. Effect and tick commit together, and only while the token still stands; a worker that was
killed lets its lease run out, and one that was too slow finds the lease gone and rolls back.

    @job("files.previews")                  effect and tick in one transaction: short work in the database
    def make_previews(file: str) -> None: ...

    @job("import.messages", steps=True)     many transactions: each `with lease.step():` counts and renews the lease
    def import_messages(lease: Lease, batch: str) -> None: ...

    @periodic("outbox.clean", every=timedelta(days=1))
    def clean() -> None: ...

Handlers live in an app's `jobs.py`, which is imported at start. Arguments hold ids, never personal data.
"""

import logging
import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Event, Thread
from typing import Any, TypeVar
from uuid import UUID

from django.db import connections, transaction
from django.db.models import F, Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.core import acts
from linli.core.errors import Conflict, DomainError, NotFound
from linli.core.models import Job, Schedule

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
ATTEMPTS = 5
PAUSE = 0.5  # seconds between two looks at an empty queue
KEPT = timedelta(days=14)  # how long a finished job can still be looked up

Handler = TypeVar("Handler", bound=Callable[..., None])
Round = TypeVar("Round", bound=Callable[[], object])


class LeaseLost(Exception):
    """Somebody else has the job now: whatever this worker did since its last step must not count."""


@dataclass
class Lease:
    """One worker's right to one job, until `until`."""

    job: Job
    until: datetime

    @contextmanager
    def step(self) -> Iterator[None]:
        """A transaction of a long job. It commits only under our lease, and renews it.

        Raises:
            LeaseLost: another worker has the job; nothing is written.
        """
        with transaction.atomic():
            self.renew()
            yield

    def renew(self) -> None:
        until = timezone.now() + LEASE
        if not self._held().update(run_at=until):
            raise LeaseLost
        self.until = until

    def tick(self) -> None:
        if not self._held().update(done_at=timezone.now(), error=""):
            raise LeaseLost

    def _held(self) -> QuerySet[Job]:
        return Job.objects.filter(pk=self.job.pk, run_at=self.until, done_at=None, dead_at=None)


@dataclass(frozen=True)
class _Known:
    handler: Callable[..., None]
    steps: bool


_known: dict[str, _Known] = {}
_every: dict[str, timedelta] = {}
_rounds: list[Callable[[], object]] = []


def job(name: str, *, steps: bool = False) -> Callable[[Handler], Handler]:
    """Register the handler of a job. With `steps` it gets the lease first and opens its own transactions."""

    def register(handler: Handler) -> Handler:
        _known[name] = _Known(handler, steps)
        return handler

    return register


def periodic(name: str, *, every: timedelta, steps: bool = False) -> Callable[[Handler], Handler]:
    """Register a job without arguments that falls due again and again, first when a worker starts."""
    _every[name] = every
    return job(name, steps=steps)


def every_round(function: Round) -> Round:
    """Register what each worker does twice a second beside its jobs. It must be quick when there is nothing to do."""
    _rounds.append(function)
    return function


# --- asking for work


def enqueue(name: str, args: Mapping[str, Any] | None = None, *, at: datetime, unique: str = "") -> Job | None:
    """Write a job, due at `at`, in the caller's transaction.

    args: numbers, flags, uuids, dates, and single words; a name, address or sentence is refused.
    unique: where an open job has this key already, nothing is written and None returned.
    Raises:
        LookupError: no handler has this name.  ValueError: an argument that may be personal.
    """
    if name not in _known:
        raise LookupError(f"no job is registered as {name!r}")
    new = Job(name=name, args=_plain(args or {}), run_at=at, created_at=timezone.now(), unique=unique)
    if not unique:
        new.save(force_insert=True)
        return new
    Job.objects.bulk_create([new], ignore_conflicts=True)
    return Job.objects.filter(unique=unique, done_at=None, dead_at=None, run_at=at, created_at=new.created_at).first()


WORD = re.compile(r"[A-Za-z0-9_.:+/-]{0,80}")


def _plain(args: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for name, value in args.items():
        if isinstance(value, UUID):
            plain[name] = str(value)
        elif isinstance(value, date | datetime):
            plain[name] = value.isoformat()
        elif value is None or isinstance(value, int) or (isinstance(value, str) and WORD.fullmatch(value)):
            plain[name] = value
        else:
            raise ValueError(f"argument {name!r} of a job may hold ids, numbers and dates only")
    return plain


# --- doing it


def work(stop: Event) -> None:
    """Work until `stop` is set: jobs here, the schedule and whatever goes round beside them in a second thread."""
    prepare_schedule(at=timezone.now())
    beside = Thread(target=_go_round, args=(stop,), name="linli-rounds", daemon=True)
    beside.start()
    while not stop.is_set():
        try:
            busy = work_once()
        except Exception:  # the database is away or locked: wait and look again
            logger.exception("could not look for work")
            connections.close_all()
            busy = False
        if not busy:
            stop.wait(PAUSE)
    beside.join()
    connections.close_all()


def work_once() -> bool:
    """Do the next job that is due. False where there is none."""
    lease = _claim()
    if lease is None:
        return False
    try:
        _do(lease)
    except LeaseLost:
        logger.warning("job %s (%s) took longer than its lease", lease.job.pk, lease.job.name)
    except Exception as error:
        logger.exception("job %s (%s) failed", lease.job.pk, lease.job.name)
        _put_back(lease, error)
    return True


def _claim() -> Lease | None:
    """Take the next due job. Whoever pushes `run_at` forward has it; who has not, looks at the next."""
    while True:
        now = timezone.now()
        due = Job.objects.filter(done_at=None, dead_at=None, run_at__lte=now)
        found = due.order_by("run_at", "id").first()
        if found is None:
            return None
        mine = due.filter(pk=found.pk, run_at=found.run_at)
        if found.attempts >= ATTEMPTS:  # its last worker was killed
            mine.update(dead_at=now, error=found.error or "the worker ended before the job did")
        elif mine.update(run_at=now + LEASE, attempts=F("attempts") + 1):
            found.attempts += 1
            return Lease(found, now + LEASE)


def _do(lease: Lease) -> None:
    known = _known.get(lease.job.name)
    if known is None:
        raise LookupError(f"no job is registered as {lease.job.name!r}")
    if known.steps:
        known.handler(lease, **lease.job.args)
        lease.tick()
        return
    with transaction.atomic():
        known.handler(**lease.job.args)
        lease.tick()


def _put_back(lease: Lease, error: Exception) -> None:
    now = timezone.now()
    held = Job.objects.filter(pk=lease.job.pk, run_at=lease.until, done_at=None)
    if lease.job.attempts >= ATTEMPTS:
        held.update(dead_at=now, error=describe(error))
    else:
        held.update(run_at=now + back_off(lease.job.attempts), error=describe(error))


def back_off(attempts: int) -> timedelta:
    """How long to wait after the attempt of this number: 5 s, 25 s, 2 min, 10 min."""
    return timedelta(seconds=5**attempts)


def describe(error: Exception) -> str:
    """What went wrong and where, without the error's own words: those may quote somebody's data."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename.rpartition('/linli/')[2]}:{frames[-1].lineno} in {frames[-1].name}" if frames else ""
    code = f" ({error.code})" if isinstance(error, DomainError) else ""
    return f"{type(error).__name__}{code} {where}".strip()


# --- the schedule


def prepare_schedule(*, at: datetime) -> None:
    """Give each periodic job its row; those that are new fall due at once."""
    Schedule.objects.bulk_create([Schedule(name=name, next_at=at) for name in _every], ignore_conflicts=True)


@every_round
def start_periodic() -> None:
    """Enqueue what has fallen due. Of several workers the one that moves the date forward does it."""
    now = timezone.now()
    for due in Schedule.objects.filter(name__in=_every, next_at__lte=now):
        every = _every[due.name]
        following = due.next_at + every * ((now - due.next_at) // every + 1)
        with transaction.atomic():
            if Schedule.objects.filter(pk=due.pk, next_at=due.next_at).update(next_at=following):
                enqueue(due.name, at=now, unique=due.name)


def _go_round(stop: Event) -> None:
    while not stop.wait(PAUSE):
        for function in _rounds:
            try:
                function()
            except Exception:
                logger.exception("%s failed", function.__qualname__)
                connections.close_all()
    connections.close_all()


# --- looking after it


def oldest_due(*, at: datetime) -> timedelta:
    """How long the longest-waiting due job has waited for a worker."""
    waiting = Job.objects.filter(done_at=None, dead_at=None, run_at__lte=at)
    first = waiting.aggregate(first=Min("run_at"))["first"]
    return at - first if first else timedelta()


def retry(*, job: int, at: datetime, by: Any = None) -> None:
    """Give a dead job all its attempts again. `by` as in `core.acts`.

    Raises:
        NotFound: it is not among the dead.  Conflict: a job with the same key is open; drop this one.
    """
    dead = find_dead(job)
    if dead.unique and Job.objects.filter(unique=dead.unique, done_at=None, dead_at=None).exists():
        raise Conflict(_("The same work is waiting already. Drop this one."))
    with transaction.atomic():
        if Job.objects.filter(pk=dead.pk, dead_at=dead.dead_at).update(dead_at=None, attempts=0, run_at=at):
            acts.record("job_retried", target=dead.name, by=by, at=at)


def drop(*, job: int, because: str, by: Any, at: datetime) -> None:
    """Take a dead job off the page for good; who did it and why is kept with it. `by` as in `core.acts`.

    Raises:
        NotFound: it is not among the dead, or no longer.
    """
    dead = find_dead(job)
    with transaction.atomic():
        still = Job.objects.filter(pk=dead.pk, done_at=None, dead_at=dead.dead_at)
        if not still.update(done_at=at, dropped_by=by.account if by else None, dropped_because=because):
            raise NotFound  # somebody had it tried again, or dropped it, in this moment
        acts.record("job_dropped", target=dead.name, detail=because, by=by, at=at)


def find_dead(pk: int) -> Job:
    """A dead job that nobody has dropped.

    Raises:
        NotFound: there is none.
    """
    found = Job.objects.filter(pk=pk, done_at=None, dead_at__isnull=False).first()
    if found is None:
        raise NotFound
    return found


@periodic("jobs.clean", every=timedelta(hours=6), steps=True)
def clean(lease: Lease) -> None:
    """Delete finished jobs two weeks later, a few at a time, so that nobody waits for the writer."""
    old = Job.objects.filter(done_at__lt=timezone.now() - KEPT)
    while batch := list(old.values_list("pk", flat=True)[:200]):
        with lease.step():
            Job.objects.filter(pk__in=batch).delete()
