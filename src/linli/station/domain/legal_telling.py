"""The asker is told that there is an answer, never what it says: others read a phone too."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from linli.core import deliver
from linli.core.models import Delivery
from linli.core.outbox import Message, consumer
from linli.core.sealed import unseal
from linli.procedures.domain.parties import CONTACT_FIELD
from linli.procedures.enums import PartyKind
from linli.procedures.models import Party, Procedure

# The states in which a message about a move is still true when it is sent.
STILL_TRUE = {
    "legal_question.answer": {"answered"},
    "legal_question.refuse_aid": {"answered"},
    "legal_question.appoint": {"appointed"},
}


@consumer("station.legal_told", topics=sorted(STILL_TRUE))
def tell_asker(message: Message) -> None:
    """Send the asker word that there is news, unless the question has gone on since."""
    procedure = Procedure.objects.filter(pk__in=[message.procedure], state__in=STILL_TRUE[message.topic]).first()
    party = (
        Party.objects.filter(procedure=message.procedure, kind=PartyKind.PETITIONER).select_related("account").first()
    )
    if procedure is None or party is None or party.contact_sealed is None:
        return
    contact = unseal(party.contact_sealed, row=party.uuid, field=CONTACT_FIELD)
    page = settings.ADDRESS + reverse("legal:follow", args=[procedure.number])
    with override((party.account.language if party.account else "") or "zh-hans"):
        deliver.send(
            "mail" if "@" in contact else "sms",
            contact,
            _("Your question {number}").format(number=procedure.number),
            _("There is news of your question {number}. Read it at {page}").format(number=procedure.number, page=page),
            key=f"{message.topic}:{procedure.pk}:{message.body['version']}",
            procedure=procedure.pk,
            at=message.at,
            wanted_if="station.legal_as_told",
        )


@deliver.still_wanted("station.legal_as_told")
def as_told(delivery: Delivery) -> bool:
    """Whether the question still stands as the message says; its key begins with the topic."""
    state = Procedure.objects.filter(pk__in=[delivery.procedure]).values_list("state", flat=True).first()
    return state in STILL_TRUE[delivery.key.partition(":")[0]]
