"""Whoever pointed out a hazard is told when it is closed: what was found and done, in the words of the answer."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from linli.core import deliver
from linli.core.errors import Invalid
from linli.core.models import Delivery
from linli.core.outbox import Message
from linli.core.sealed import unseal
from linli.hazards.domain.answering import answer_outside
from linli.hazards.models import Hazard
from linli.people.domain.contacts import Contact, read_contact
from linli.procedures.domain.parties import CONTACT_FIELD
from linli.procedures.enums import PartyKind
from linli.procedures.models import Party, Procedure

# The states in which a message about a move is still true when it is sent.
STILL_TRUE = {"hazard.confirm": {"closed"}, "hazard.no_hazard": {"none"}}


def tell_who_pointed_it_out(message: Message) -> None:
    """Send the answer to whoever left a way to be reached, unless the hazard has gone on since."""
    hazard = Hazard.objects.select_related("procedure", "premises").filter(pk=message.procedure).first()
    if hazard is None or hazard.procedure.state not in STILL_TRUE[message.topic]:
        return
    told = Party.objects.filter(procedure=hazard.pk, kind=PartyKind.REPORTER, contact_sealed__isnull=False)
    for party in told.select_related("account"):
        contact = _contact(party)
        if contact is not None:
            _send(hazard, message.topic, party, contact, message.body["version"], message.at)


def _contact(party: Party) -> Contact | None:
    """Where a message reaches them; none where a clerk wrote down something else, such as a door."""
    try:
        return read_contact(unseal(party.contact_sealed or b"", row=party.uuid, field=CONTACT_FIELD))
    except Invalid:
        return None


def _send(hazard: Hazard, topic: str, party: Party, contact: Contact, version: int, at: datetime) -> None:
    number = hazard.procedure.number
    with override((party.account.language if party.account else "") or "zh-hans"):
        deliver.send(
            contact.channel, contact.address, _("The hazard {number}").format(number=number), words(topic, hazard),
            key=f"{topic}:{hazard.pk}:{version}:{party.pk}", procedure=hazard.pk, at=at, wanted_if="hazards.as_told",
        )  # fmt: skip


def words(topic: str, hazard: Hazard) -> str:
    """The message, in the active language. It says no more of who answers for the place than the answer does."""
    page = settings.ADDRESS + reverse("hazards:find") + f"?number={hazard.procedure.number}"
    given = {"number": hazard.procedure.number, "answer": answer_outside(hazard), "page": page}
    if topic == "hazard.confirm":
        return _("The hazard {number} that you pointed out is put right: {answer} More: {page}").format(**given)
    return _("Somebody looked at {number} that you pointed out: there is no hazard. {answer} More: {page}").format(
        **given
    )


@deliver.still_wanted("hazards.as_told")
def as_told(delivery: Delivery) -> bool:
    """Whether the hazard still stands as the message says; its key begins with the topic."""
    return _state(delivery.procedure) in STILL_TRUE[delivery.key.partition(":")[0]]


def _state(procedure: UUID | None) -> str | None:
    return Procedure.objects.filter(pk__in=[procedure]).values_list("state", flat=True).first()
