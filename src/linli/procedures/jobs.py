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
CLOCKS = Actor.named("clocks")
BATCH = 200
RENEW = 500  # stories read under one lease
KEPT = 100  # findings that are kept


@periodic("procedures.watch_clocks", every=timedelta(minutes=1))
def watch_clocks() -> None:
    """Tell, once each, of clocks that turned amber or are missed."""
    at = now()
    for level, field, entry in ((AMBER, "amber", "amber"), (RED, "due", "missed")):
        turned = Clock.objects.filter(state=ClockState.RUNNING, **{f"{field}__lte": at}).exclude(
            escalations__level=level
        )
        for clock in turned.select_related("procedure").order_by(field)[:BATCH]:
            escalate(clock, level, entry, at)


def escalate(clock: Clock, level: int, entry: str, at: datetime) -> bool:
    """Write and tell that a clock reached a level. False where somebody did so already."""
    try:
        with transaction.atomic():
            Escalation.objects.create(clock=clock, level=level, at=at)
            append_entry(clock.procedure, entry, by=CLOCKS, at=at, says={"clock": clock.rule}, rule=clock.source)
            posts = Assignment.objects.filter(procedure=clock.procedure, open=True).values_list("post", flat=True)
            tell(f"{clock.procedure.kind}.{entry}", clock.procedure_id, envelope(clock.procedure, posts), at)
    except IntegrityError:
        return False
    return True


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
    known = max(calendar().years, default=0)
    waiting = Clock.objects.filter(state=ClockState.RUNNING, provisional=True, due__year__lte=known)
    for clock in waiting.select_related("procedure")[:BATCH]:
        recount(clock, now())


def recount(clock: Clock, at: datetime) -> None:
    """Reckon one clock anew; the story says what changed."""
    before = clock.due
    with transaction.atomic():
        clocks.reckon(clock)
        clock.save(update_fields=clocks.CHANGED)
        procedure = clock.procedure
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
        if posts.acting(post, at).pk != post.pk:
            assignments.pass_up(post=post, by=Actor.named("vacancy"), at=at)


@periodic("procedures.purge", every=timedelta(days=1))
def purge_old() -> None:
    """Forget the persons in procedures whose days of keeping are over."""
    at = now()
    for kind in kinds().values():
        old = Procedure.objects.filter(kind=kind.workflow.kind, closed__lt=at - timedelta(days=kind.keep_days))
        for procedure in old.exclude(entries__kind=audit.PURGED)[:BATCH]:
            audit.purge(procedure=procedure, rule=f"{kind.workflow.kind}.keep", by=Actor.named("purge"), at=at)
