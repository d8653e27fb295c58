"""What follows the moves of requests: messages to the person; and new versions coming into force."""

from datetime import timedelta

from django.utils import timezone

from linli.core.jobs import Lease, periodic
from linli.core.outbox import Message, consumer
from linli.services.domain.catalogue import bring_into_force
from linli.services.domain.paper_files import forget_papers
from linli.services.domain.telling import STILL_TRUE, tell_applicant, tell_still_missing


@consumer("services.applicant", topics=sorted(STILL_TRUE))
def answer_applicant(message: Message) -> None:
    """Tell the person, if a way to reach them was given."""
    tell_applicant(message)


@consumer("services.still_missing", topics=["request.missed"])
def remind_applicant(message: Message) -> None:
    """Tell the person once more that something is awaited, when its time is over."""
    tell_still_missing(message)


@periodic("services.versions", every=timedelta(hours=1))
def let_versions_begin() -> None:
    """Let the items whose next version begins today say so."""
    bring_into_force(on=timezone.localdate())


@periodic("services.papers", every=timedelta(hours=12), steps=True)
def forget_sent_papers(_lease: Lease) -> None:
    """Purge the photos and files of papers whose request ended half a year ago."""
    forget_papers(at=timezone.now())
