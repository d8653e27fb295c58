"""Keeping the sums: moved with every message about a case, and compared with the rows every night."""

from datetime import timedelta

from django.utils import timezone

from linli.cases.workflow import WORKFLOW
from linli.core import outbox
from linli.core.jobs import Lease, job, periodic
from linli.core.outbox import Message, consumer
from linli.insight.domain.comparing import COMPARE_NOW, compare
from linli.insight.domain.facts import refresh

NAME = "insight.facts"
KIND = WORKFLOW.kind
# Every move, and what changes a case without one.
TOLD = ("opened", "taken_over", "reassigned", "rated", "extended", "deferred", "resumed", "merged", "split", "placed",
        "sealed", "opened_up", "excluded", "purged", "recounted", "classified")  # fmt: skip


@consumer(NAME, topics=[f"{KIND}.{name}" for name in dict.fromkeys((*WORKFLOW.moves, *TOLD))])
def count(message: Message) -> None:
    """Read the case of a message anew. What the message says is not looked at, so it may come twice or late."""
    keys = message.body.get("procedures") or [message.procedure]
    refresh(keys)


@periodic("insight.compare", every=timedelta(days=1), steps=True)
def compare_nightly(lease: Lease) -> None:
    """Hold what is counted to the rows, and put right what does not fit."""
    _compare(lease)


@job(COMPARE_NOW, steps=True)
def compare_now(lease: Lease) -> None:
    """The same, when an administrator asks for it."""
    _compare(lease)


def _compare(lease: Lease) -> None:
    outbox.drain(NAME)  # what only waits to be counted is no difference
    compare(at=timezone.now(), step=lease.step)
