"""Handing a matter up to another app: what can be begun from a procedure, and how its end comes back.

Apps register what they take in; procedures know none of them. Both stories say what was referred, except where what
came of it is sealed: then the first story keeps silent, for it may be read by whom the sealed one is kept from.

What is sealed goes to some only with the written consent of whose matter it is. Then only what they agreed to goes
along, not even the number, and they read in their own story what was handed on and how it ended.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid, NotFound, Refused
from linli.core.outbox import Message, consumer
from linli.people.actors import Actor
from linli.procedures.domain.assignments import is_shut_out
from linli.procedures.domain.limits import calendar
from linli.procedures.domain.move import first_time
from linli.procedures.domain.story import append_entry
from linli.procedures.enums import Audience, Part
from linli.procedures.models import Exclusion, Procedure, Referral
from linli.procedures.permissions import holds, takes_part
from linli.procedures.registry import kind_of

REFERRED, CAME, ANSWERED = "referred", "came_from", "referral_answered"
MOST = 2000  # characters of what is written for whoever takes it on
ANSWERS = Actor.named("referrals")


class Start(Protocol):
    """Opens a procedure for a matter that comes from `origin`. says: what was written for it, `text` among it."""

    def __call__(
        self, *, origin: Procedure, by: Actor, at: datetime, action: UUID, says: Mapping[str, Any]
    ) -> Procedure: ...


@dataclass(frozen=True)
class Destination:
    """A kind of procedure that takes in matters from others.

    `hint` says in a line what becomes of a matter there. `takes(origin)` answers whether it takes them from this one;
    a procedure never goes to its own kind. `consent`: what is sealed goes there only with the consent of whose it is.
    """

    kind: str
    label: Any
    start: Start
    hint: Any = ""
    takes: Callable[[Procedure], bool] = lambda _origin: True
    consent: bool = False

    def asks(self, origin: Procedure) -> bool:
        """Whether the consent of whose matter it is must be written down first."""
        return self.consent and origin.sealed


SIGNED, SPOKEN = "signed", "spoken"


@dataclass(frozen=True)
class Consent:
    """That whose matter it is agreed to its being handed on: on which day, and how, signed or spoken."""

    on: date | None
    how: str


_known: dict[str, Destination] = {}


def register(destination: Destination) -> None:
    """Offer a destination, from its app's `ready`, behind the registration of its kind."""
    _known[destination.kind] = destination
    workflow = kind_of(destination.kind).workflow
    ends = [
        f"{destination.kind}.{move.name}"
        for move in workflow.moves.values()
        if any(move.leads_to(state) in workflow.closed for state in move.sources)
    ]
    consumer(f"referrals.{destination.kind}", topics=ends)(_answer)


def destinations(origin: Procedure, by: Actor) -> list[Destination]:
    """Where this procedure may go from here: for whoever has a part in it, while it is open.

    Where a consent must be written down, only the desk hands it on: it is who speaks with the person.
    """
    if origin.closed is not None or not takes_part()(by, origin):
        return []
    desk = holds(Part.DESK)(by, origin)
    takes = [each for each in _known.values() if each.kind != origin.kind and each.takes(origin)]
    return [each for each in takes if desk or not each.asks(origin)]


def refer(
    origin: Procedure,
    *,
    to: str,
    text: str,
    by: Actor,
    at: datetime,
    action: UUID,
    says: Mapping[str, Any] | None = None,
    consent: Consent | None = None,
) -> Procedure:
    """Begin there what does not end here. Both go on; the origin's story hears how the other ended.

    text: what whoever takes it on must know, at most 2,000 characters. Returns the procedure that came of it.

    Raises:
        NotFound: nothing takes such a matter in.
        Refused: who has no part in the origin, or it is closed.
        Invalid: no text, or too long a one; or no consent, where one is asked for.
    """
    destination = _known.get(to)
    if destination is None:
        raise NotFound
    if destination not in destinations(origin, by):
        raise Refused
    written = text.strip()
    if not written:
        raise Invalid(fields={"text": _("Write what whoever takes it on must know.")})
    if len(written) > MOST:
        raise Invalid(fields={"text": _("Write at most 2,000 characters.")})
    agreed = _agreed(consent, at) if destination.asks(origin) else {}
    with transaction.atomic():
        if not first_time(action, f"refer.{to}", procedure=origin, by=by, at=at):
            return _came_of(origin, to)
        begun = uuid5(action, "referral")
        result = destination.start(
            origin=origin, by=by, at=at, action=begun, says={**(says or {}), **agreed, "text": written}
        )
        Referral.objects.create(procedure=origin, kind=to, result=result, at=at)
        _keep_shut(origin, result, at)
        audience = Audience.SEALED if origin.sealed and not result.sealed else Audience.STAFF
        number = "" if agreed else origin.number
        came = {"number": number, "kind": origin.kind, **agreed}
        append_entry(result, CAME, by=by, at=at, says=came, audience=audience)
        if not result.sealed:
            append_entry(origin, REFERRED, by=by, at=at, says={"number": result.number, "kind": to, "because": written})
    return result


def _agreed(consent: Consent | None, at: datetime) -> dict[str, str]:
    """The consent as both stories keep it.

    Raises:
        Invalid: there is none, or it was given on a day that has not come.
    """
    if consent is None or consent.how not in (SIGNED, SPOKEN):
        raise Invalid(fields={"consent_how": _("Write down how the person agreed. Without that it stays here.")})
    if consent.on is None or consent.on > at.astimezone(calendar().tz).date():
        raise Invalid(fields={"consent_on": _("Write on which day the person agreed, today or earlier.")})
    return {"agreed_on": consent.on.isoformat(), "agreed_how": consent.how}


def audience_of(origin: Procedure) -> Audience:
    """Who reads in the first story what became of it: staff, and its people too where they agreed to it."""
    return Audience.PARTIES if origin.sealed and kind_of(origin.kind).consents else Audience.STAFF


def _keep_shut(origin: Procedure, result: Procedure, at: datetime) -> None:
    """Whoever must not know of a matter must not know of what came of it either.

    Raises:
        Invalid: whoever would take it on must not know.
    """
    if not origin.excludes:
        return
    shut = Exclusion.objects.filter(procedure=origin)
    Exclusion.objects.bulk_create(
        Exclusion(
            procedure=result, organisation_id=row.organisation_id, post_id=row.post_id, account_id=row.account_id,
            reason=row.reason, since=at,
        )
        for row in shut
    )  # fmt: skip
    Procedure.objects.filter(pk=result.pk).update(excludes=True)
    result.excludes = True
    assigned = result.assignments.select_related("post__organisation", "post__place")
    if any(is_shut_out(result, row.post) for row in assigned):
        raise Invalid(fields={"to": _("Whoever would take it on there must not know of it. Choose another way.")})


def _came_of(origin: Procedure, to: str) -> Procedure:
    """What the same submit began a moment ago."""
    referral = origin.referrals.filter(kind=to).exclude(result=None).select_related("result").latest("at", "pk")
    assert referral.result is not None
    return referral.result


def _answer(message: Message) -> None:
    """What was referred came to its end: the origin's story says how. Sealed results say nothing."""
    kind, state = message.body["kind"], message.body["state"]
    if state not in kind_of(kind).workflow.closed:
        return
    waiting = Referral.objects.filter(result=message.procedure, result__sealed=False, outcome="")
    for referral in waiting.select_related("procedure"):
        Referral.objects.filter(pk=referral.pk).update(outcome=state)
        says = {"number": message.body["number"], "kind": kind, "state": state}
        append_entry(referral.procedure, ANSWERED, by=ANSWERS, at=message.at, says=says)
