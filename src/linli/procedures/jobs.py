"""What the system does by itself: amber and red clocks, anchors, verification, recounting, passing work up, purge."""

from dataclasses import astuple
from datetime import datetime, timedelta
from itertools import count

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from linli.core.jobs import Lease, periodic
from linli.core.outbox import Message, consumer, tell
from linli.people.actors import Actor
from linli.people.domain.directory import directory
from linli.people.models import Post
from linli.procedures.domain import assignments, audit, clocks
from linli.procedures.domain.envelope import envelope
from linli.procedures.domain.limits import calendar
from linli.procedures.domain.story import append_entry
from linli.procedures.enums import ClockState
from linli.procedures.models import Assignment, Clock, Escalation, Procedure, Verification
from linli.procedures.registry import kinds

AMBER, RED = 1, 2
FIELDS = {AMBER: "amber", RED: "due"}
CLOCKS, PURGE = Actor.named("clocks"), Actor.named("purge")
BATCH = 200
RENEW = 500  # stories read under one lease
KEPT = 100  # findings that are kept


@periodic("procedures.watch_clocks", every=timedelta(minutes=1))
def watch_clocks() -> None:
    """Tell, once each, of clocks that turned amber or are missed."""
    at = now()
    for level, entry in ((AMBER, "amber"), (RED, "missed")):
        field = FIELDS[level]
        turned = Clock.objects.filter(state=ClockState.RUNNING, **{f"{field}__lte": at}).exclude(
            escalations__level=level
        )
        for clock in turned.order_by(field)[:BATCH]:
            escalate(clock, level, entry, at)


def escalate(clock: Clock, level: int, entry: str, at: datetime) -> bool:
    """Write and tell that a clock reached a level. False where somebody did so already, or where a move has stopped,
    paused or extended it since it was read."""
    field = FIELDS[level]
    try:
        with transaction.atomic():
            procedure = _locked(clock)
            if not Clock.objects.filter(pk=clock.pk, state=ClockState.RUNNING, **{f"{field}__lte": at}).exists():
                return False
            Escalation.objects.create(clock=clock, level=level, at=at)
            append_entry(procedure, entry, by=CLOCKS, at=at, says={"clock": clock.rule}, rule=clock.source)
            posts = Assignment.objects.filter(procedure=procedure, open=True).values_list("post", flat=True)
            tell(f"{procedure.kind}.{entry}", procedure.pk, envelope(procedure, posts), at)
    except IntegrityError:
        return False
    return True


def _locked(clock: Clock) -> Procedure:
    """The clock's procedure as it stands now, for this transaction alone: moves wait for it, as they do for moves."""
    return Procedure.objects.select_for_update().get(pk=clock.procedure_id)


@periodic("procedures.anchor", every=timedelta(minutes=10))
def anchor() -> None:
    """Anchor the stories that grew, and export the anchors off the database."""
    while audit.set_anchor(now()):
        continue
    audit.export_anchors()


@periodic("procedures.verify", every=timedelta(days=1), steps=True)
def verify_all(lease: Lease) -> None:
    """Read every story and anchor again, and keep what was found."""
    started, stories = now(), count()

    def go_on() -> None:
        if next(stories) % RENEW == 0:
            lease.renew()

    found = list(audit.verify(after_each=go_on))
    with lease.step():
        Verification.objects.create(
            started_at=started,
            ended_at=now(),
            stories=next(stories),
            findings=[astuple(finding) for finding in found[:KEPT]],
            found=len(found),
        )


@periodic("procedures.recount", every=timedelta(minutes=10))
def recount_provisional() -> None:
    """Recount the running clocks that ended beyond the calendar, once the calendar knows more."""
    days = calendar()
    if not days.years:
        return
    # The last day of a year ends at the midnight that begins the next.
    known = datetime(max(days.years) + 1, 1, 1, tzinfo=days.tz)
    waiting = Clock.objects.filter(state=ClockState.RUNNING, provisional=True, due__lte=known)
    for clock in waiting.order_by("due")[:BATCH]:
        recount(clock, now())


def recount(clock: Clock, at: datetime) -> None:
    """Reckon one clock anew, as it stands now; the story says what changed, and nothing where nothing did."""
    with transaction.atomic():
        procedure = _locked(clock)
        clock.refresh_from_db()
        before, was_provisional = clock.due, clock.provisional
        clocks.reckon(clock)
        if clock.state != ClockState.RUNNING or (clock.due, clock.provisional) == (before, was_provisional):
            return
        clock.save(update_fields=clocks.CHANGED)
        procedure.due, procedure.amber = clocks.first_due(clocks.open_clocks(procedure))
        procedure.save(update_fields=["due", "amber"])
        assignments.follow_clocks(procedure)
        says = {"clock": clock.rule, "before": before, "after": clock.due, "calendar": calendar().version}
        append_entry(procedure, "recounted", by=CLOCKS, at=at, says=says)


@consumer("procedures.vacancies", topics=["people.post_vacated"])
def pass_on_vacancy(message: Message) -> None:
    """A post lost its holder: its open work goes up the ladder."""
    post = Post.objects.select_related("place", "organisation").filter(pk=message.body["post"]).first()
    if post is not None:
        assignments.pass_up(post=post, by=Actor.named("vacancy"), at=message.at)


@periodic("procedures.vacant", every=timedelta(minutes=1))
def sweep_vacant() -> None:
    """Work that reached a vacant post all the same goes up: another process may route by what was true a second ago."""
    at, posts = now(), directory()
    open_work = Assignment.objects.filter(open=True).values_list("post", flat=True).distinct()
    for post in Post.objects.filter(pk__in=open_work).select_related("place", "organisation"):
        if not posts.is_staffed(post, at):
            assignments.pass_up(post=post, by=Actor.named("vacancy"), at=at)


@periodic("procedures.purge", every=timedelta(days=1), steps=True)
def purge_old(lease: Lease) -> None:
    """Forget the persons in every procedure whose days of keeping are over, however many an import brought."""
    at = now()
    for kind in kinds().values():
        old = Procedure.objects.filter(kind=kind.workflow.kind, closed__lt=at - timedelta(days=kind.keep_days))
        waiting = old.exclude(entries__kind=audit.PURGED).order_by("closed")
        while batch := list(waiting[:BATCH]):
            for procedure in batch:
                with lease.step():
                    audit.purge(procedure=procedure, rule=f"{kind.workflow.kind}.keep", by=PURGE, at=at)
