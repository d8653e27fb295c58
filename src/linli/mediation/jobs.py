"""What mediations do by themselves: remind, and tell the matter that they came out of how they ended."""

from datetime import timedelta

from django.utils import timezone

from linli.core.jobs import periodic
from linli.core.outbox import Message, consumer
from linli.mediation.domain.after import remind_of_month, remind_of_performances
from linli.mediation.workflow import WORKFLOW
from linli.procedures.domain.referrals import ANSWERED, ANSWERS, audience_of
from linli.procedures.domain.story import append_entry
from linli.procedures.models import Referral

# What the matter that a mediation came out of hears: that there is an agreement, and how it all ended.
NEWS = ("agree", "refuse", "withdraw", "stop", "fail", "perform", "leave_unperformed", "divert")
SAID_AS = {"diverted": "failed"}  # why it was taken another way is nobody's business there


@periodic("mediation.remind", every=timedelta(hours=6))
def remind() -> None:
    """Remind of performances that fall due, and of the month."""
    at = timezone.now()
    remind_of_performances(at=at)
    remind_of_month(at=at)


@consumer("mediation.answers", topics=[f"{WORKFLOW.kind}.{name}" for name in NEWS])
def answer(message: Message) -> None:
    """Tell the matter that it came out of; a noise case must hold this evidence (Public Security law 88)."""
    state = SAID_AS.get(message.body["state"], message.body["state"])
    found = Referral.objects.filter(result=message.procedure).exclude(outcome=state)
    for referral in found.select_related("procedure"):
        Referral.objects.filter(pk=referral.pk).update(outcome=state)
        says = {"number": message.body["number"], "kind": WORKFLOW.kind, "state": state}
        told = audience_of(referral.procedure)
        append_entry(referral.procedure, ANSWERED, by=ANSWERS, at=message.at, says=says, audience=told)
