"""What the person is told, and when: what is missing, that the result is there, why it was refused."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from linli.core import deliver
from linli.core.models import Delivery
from linli.core.outbox import Message
from linli.core.sealed import unseal
from linli.procedures.domain.parties import CONTACT_FIELD
from linli.procedures.enums import ClockState, PartyKind
from linli.procedures.models import Clock, Party, Procedure
from linli.services.models import Request
from linli.services.workflow import PAPERS

# The states in which a message about a move is still true when it is sent.
STILL_TRUE = {
    "request.ask_papers": {"received", "accepted", "passed_on"},
    "request.accept": {"accepted", "passed_on"},
    "request.decide": {"decided"},
    "request.refuse": {"refused"},
    "request.rectify": {"rectified"},
}


def tell_applicant(message: Message) -> None:
    """Send the applicant word of a move, unless the request has gone on since. No message names the item: it may say
    that somebody is in need, and others read a phone too."""
    request = Request.objects.select_related("procedure").filter(pk=message.procedure).first()
    if request is None or request.procedure.state not in STILL_TRUE[message.topic]:
        return
    key = f"{message.topic}:{request.pk}:{message.body['version']}"
    _send(request, message.topic, key=key, at=message.at, wanted_if="services.as_told")


def tell_still_missing(message: Message) -> None:
    """Once more to whoever has not sent what was asked for, when its time is over."""
    late = Clock.objects.filter(rule=PAPERS, state=ClockState.RUNNING, due__lte=message.at)
    request = Request.objects.select_related("procedure").filter(pk=message.procedure).first()
    if request is not None and late.filter(procedure=request.pk).exists():
        key = f"request.still_missing:{request.pk}"
        _send(request, "request.ask_papers", key=key, at=message.at, wanted_if="services.still_missing")


def _send(request: Request, topic: str, *, key: str, at: datetime, wanted_if: str) -> None:
    party = Party.objects.filter(procedure=request.pk, kind=PartyKind.REPORTER).select_related("account").first()
    if party is None or party.contact_sealed is None:
        return
    contact = unseal(party.contact_sealed, row=party.uuid, field=CONTACT_FIELD)
    with override((party.account.language if party.account else "") or "zh-hans"):
        deliver.send(
            "mail" if "@" in contact else "sms",
            contact,
            _("Your request {number}").format(number=request.procedure.number),
            words(topic, request.procedure),
            key=key,
            procedure=request.pk,
            at=at,
            wanted_if=wanted_if,
        )


@deliver.still_wanted("services.as_told")
def as_told(delivery: Delivery) -> bool:
    """Whether the request still stands as the message says; its key begins with the topic."""
    state = Procedure.objects.filter(pk__in=[delivery.procedure]).values_list("state", flat=True).first()
    return state in STILL_TRUE[delivery.key.partition(":")[0]]


@deliver.still_wanted("services.still_missing")
def still_missing(delivery: Delivery) -> bool:
    """Whether it has not come yet, and the request is not over."""
    return Clock.objects.filter(procedure__in=[delivery.procedure], rule=PAPERS, state=ClockState.RUNNING).exists()


def words(topic: str, procedure: Procedure) -> str:
    """The message itself, in the active language."""
    page = settings.ADDRESS + reverse("services:follow", args=[procedure.number])
    told = {"number": procedure.number, "page": page}
    if topic == "request.ask_papers":
        return _("Your request {number} needs something more from you. See what: {page}").format(**told)
    if topic == "request.accept":
        return _("Your request {number} is accepted. Follow it at {page}").format(**told)
    if topic == "request.decide":
        return _("The result of your request {number} is here. See how you get it: {page}").format(**told)
    if topic == "request.refuse":
        return _("Your request {number} was refused. The reasons, and what you can do: {page}").format(**told)
    return _("What you found wrong with request {number} was put right. You may rate it once more: {page}").format(
        **told
    )
