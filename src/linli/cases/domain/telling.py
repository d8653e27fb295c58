"""What the reporter is told, and when: that somebody has it, that it is answered, why it was not taken."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from linli.cases.domain.report import reporter_of
from linli.cases.models import Case
from linli.core import deliver
from linli.core.models import Delivery
from linli.core.outbox import Message
from linli.core.sealed import unseal
from linli.procedures.domain.parties import CONTACT_FIELD
from linli.procedures.models import Procedure

# The states in which a message about a move is still true when it is sent.
STILL_TRUE = {
    "case.dispatch": {"dispatched", "handling", "handled", "verified"},
    "case.ask": {"received", "filed", "dispatched", "handling"},
    "case.close": {"closed"},
    "case.joined": {"merged"},
    "case.void": {"void"},
    "case.reopen": {"filed", "dispatched", "handling", "handled", "verified"},
}


def tell_reporter(message: Message) -> None:
    """Send the reporter of a case word of a move, unless the case has gone on since."""
    case = Case.objects.select_related("procedure", "klass").filter(pk=message.procedure).first()
    if case is not None:
        _tell(case, message.topic, message.body["version"], message.at)


def tell_joined(joined: UUID, case: Case, at: datetime) -> None:
    """Send the reporter of a report that was joined with `case` the answer that it now has."""
    own = Case.objects.select_related("procedure", "klass").get(pk=joined)
    _tell(own, "case.joined", case.procedure.version, at)


def _tell(case: Case, topic: str, version: int, at: datetime) -> None:
    party = reporter_of(case.procedure)
    if party is None or party.contact_sealed is None or case.procedure.state not in STILL_TRUE[topic]:
        return
    contact = unseal(party.contact_sealed, row=party.uuid, field=CONTACT_FIELD)
    with override((party.account.language if party.account else "") or "zh-hans"):
        deliver.send(
            "mail" if "@" in contact else "sms",
            contact,
            _("Your report {number}").format(number=case.procedure.number),
            words(topic, case),
            key=f"{topic}:{case.pk}:{version}",
            procedure=case.pk,
            at=at,
            wanted_if="cases.as_told",
        )


@deliver.still_wanted("cases.as_told")
def as_told(delivery: Delivery) -> bool:
    """Whether the case still stands as the message says; its key begins with the topic."""
    state = Procedure.objects.filter(pk__in=[delivery.procedure]).values_list("state", flat=True).first()
    return state in STILL_TRUE[delivery.key.partition(":")[0]]


def words(topic: str, case: Case) -> str:
    """The message itself, in the active language."""
    number = case.procedure.number
    page = settings.ADDRESS + reverse("cases:follow", args=[number])
    if topic == "case.dispatch":
        return _("Your report {number} has been passed to who must act. Follow it at {page}").format(
            number=number, page=page
        )
    if topic == "case.ask":
        return _("About your report {number} we need your answer: {page}").format(number=number, page=page)
    if topic in ("case.close", "case.joined"):
        return _("Your report {number} is finished. Answer: {answer} Tell us whether you are content: {page}").format(
            number=number, answer=case.answer, page=page
        )
    if topic == "case.void":
        return _("We cannot take up your report {number}: {answer}").format(number=number, answer=case.answer)
    return _("Your report {number} has been taken up again. Follow it at {page}").format(number=number, page=page)
