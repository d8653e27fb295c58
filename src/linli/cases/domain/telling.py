"""What the reporter is told, and when: that somebody has it, that it is answered, why it was not taken."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from linli.cases.domain.report import reporters_of
from linli.cases.models import Case
from linli.core import dates, deliver
from linli.core.models import Delivery
from linli.core.outbox import Message
from linli.core.sealed import unseal
from linli.procedures.domain.parties import CONTACT_FIELD
from linli.procedures.domain.story import last_of_kind
from linli.procedures.enums import Audience, PartyKind
from linli.procedures.models import Party

GOING_ON = {"received", "filed", "dispatched", "handling", "handled", "verified", "deferred"}
# The states in which a message about a move is still true when it is sent.
STILL_TRUE = {
    "case.dispatch": {"dispatched", "handling", "handled", "verified"},
    "case.ask": {"received", "filed", "dispatched", "handling"},
    "case.close": {"closed"},
    "case.joined": {"merged"},
    "case.void": {"void"},
    "case.reopen": {"filed", "dispatched", "handling", "handled", "verified"},
    "case.told": GOING_ON,
    "case.promise": GOING_ON,
}
# What is said of these stands in the line of this kind that was written at the message's own time.
LINES = {"case.told": "note", "case.promise": "promise"}


def tell_reporter(message: Message) -> None:
    """Send the reporters of a case word of a move, unless the case has gone on since."""
    case = Case.objects.select_related("procedure", "klass").filter(pk=message.procedure).first()
    if case is None or case.procedure.state not in STILL_TRUE[message.topic]:
        return
    each = message.cursor.id if message.topic in LINES else message.body["version"]
    for party in reporters_of(case.procedure):
        if message.topic != "case.ask" or party.kind == PartyKind.REPORTER:
            _send(case, message.topic, each, party, message.at)


def tell_joined(joined: UUID, case: Case, at: datetime) -> None:
    """Send the reporters of a report that was joined with `case` the answer that it now has."""
    own = Case.objects.select_related("procedure", "klass").get(pk=joined)
    for party in reporters_of(own.procedure):
        _send(own, "case.joined", case.procedure.version, party, at)


def _send(case: Case, topic: str, each: int, party: Party, at: datetime) -> None:
    """One message of each move to each reporter; of what is no move, one of each line. Its key says all of this."""
    contact = unseal(party.contact_sealed or b"", row=party.uuid, field=CONTACT_FIELD)
    with override((party.account.language if party.account else "") or "zh-hans"):
        text = words(topic, case, at)
        if not text:
            return
        deliver.send(
            "mail" if "@" in contact else "sms",
            contact,
            _("Your report {number}").format(number=case.procedure.number),
            text,
            key=f"{topic}:{case.pk}:{each}" + (f":{party.pk}" if party.kind == PartyKind.FURTHER else ""),
            procedure=case.pk,
            at=at,
            wanted_if="cases.as_told",
        )


@deliver.still_wanted("cases.as_told")
def as_told(delivery: Delivery) -> bool:
    """Whether the case still stands as the message says, and the person still has a contact in it. See `_send`."""
    topic, _case, _each, *further = delivery.key.split(":")
    party = Q(pk=further[0]) if further else Q(kind=PartyKind.REPORTER)
    reachable = Party.objects.filter(party, procedure__in=[delivery.procedure], contact_sealed__isnull=False)
    return reachable.filter(procedure__state__in=STILL_TRUE[topic]).exists()


def words(topic: str, case: Case, at: datetime) -> str:
    """The message itself, in the active language; nothing where the reporters are not to read it.

    at: when what it tells of was written.
    """
    number = case.procedure.number
    if topic in LINES:
        return _line(topic, case, at)
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


def _line(topic: str, case: Case, at: datetime) -> str:
    """What was written to all reporters. Behind it may stand another by now, meant for staff or for one of them."""
    line = last_of_kind(case.procedure, LINES[topic], at=at, audience=Audience.PARTIES, only=None)
    if line is None or line.says is None:
        return ""
    words = {"number": case.procedure.number, "text": line.says["text"]}
    if until := line.says.get("until"):
        when = dates.when(datetime.fromisoformat(until))
        return _("About your report {number}: {text} Next news by {when}.").format(**words, when=when)
    return _("About your report {number}: {text}").format(**words)
