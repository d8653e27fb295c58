"""The way of an application: urgent aid first, reasons for a refusal, a call-back, and a hearing before less."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from linli import lawbook
from linli.core import deliver
from linli.core.errors import Conflict, Invalid
from linli.core.models import Delivery
from linli.core.outbox import Message
from linli.core.sealed import seal, unseal
from linli.people.actors import Actor
from linli.people.domain.accounts import contact_of
from linli.people.domain.contacts import Contact, read_contact
from linli.people.domain.posts import acting_post
from linli.people.domain.queries import office_posts
from linli.people.enums import Role
from linli.people.models import Post
from linli.procedures.domain.limits import calendar
from linli.procedures.domain.move import Version, move
from linli.procedures.domain.parties import CONTACT_FIELD
from linli.procedures.domain.story import last_of_kind
from linli.procedures.enums import ClockState, Part
from linli.procedures.models import Action, Assignment, Clock, Party, Procedure
from linli.services.domain.assistance_file import AID, MOST, fresh, person_of
from linli.services.models_assistance import Assistance
from linli.services.workflow_assistance import MISSING, papers_missing, was_extended

DECIDE = "assistance.decide"
URGENT = ("urgent_aid", "more_aid")


def give_urgent_aid(
    *, assistance: Assistance, version: Version, text: str, by: Actor, at: datetime, action: UUID
) -> Assistance:
    """Help now, look into it afterwards (art. 50). The papers follow; their clock starts with the first time."""
    due = assistance.procedure.clocks.filter(rule="assistance.papers", ended=None).exists()
    done = Action.objects.filter(pk=action).values_list("verb", flat=True).first()  # a doubled submit does the same
    name = done if done in URGENT else ("more_aid" if due else "urgent_aid")
    return step(name, assistance, version, by, at, action, text=text, rule="assistance.urgent")


def papers_in(
    *, assistance: Assistance, version: Version, text: str, by: Actor, at: datetime, action: UUID
) -> Assistance:  # fmt: skip
    """The papers after urgent aid are there. What the office can look up itself is not asked for (art. 62)."""
    return step("papers_in", assistance, version, by, at, action, text=text, rule="assistance.no_reasking")


def ask_missing(
    *, assistance: Assistance, version: Version, text: str, by: Actor, at: datetime, action: UUID
) -> Assistance:  # fmt: skip
    """Say which papers are missing: once, and completely. The time to begin and to decide stands still until then.

    What the office can look up itself is not asked for (art. 62).
    """
    return step("ask_missing", assistance, version, by, at, action, text=text, rule="assistance.no_reasking")


def missing_in(
    *, assistance: Assistance, version: Version, text: str, by: Actor, at: datetime, action: UUID
) -> Assistance:  # fmt: skip
    """They are there, or it goes on without them; the text says which. The time runs on."""
    return step("missing_in", assistance, version, by, at, action, text=text)


def missing_papers(assistance: Assistance) -> str:
    """What the person is asked for and has not brought yet; "" where nothing is awaited. Two statements."""
    if not papers_missing(assistance.procedure):
        return ""
    asked = last_of_kind(assistance.procedure, "ask_missing")
    return str((asked.says or {}).get("text", "")) if asked else ""


def most_more(assistance: Assistance) -> int:
    """By how many days, in the unit of the limit, the time to decide may be extended now: once, and then none."""
    clock = assistance.procedure.clocks.filter(rule=DECIDE).order_by("-start").first()
    if clock is None or clock.ended is not None or was_extended(assistance.procedure):
        return 0
    day = clock.start.astimezone(calendar().tz).date()
    return int(lawbook.rule(DECIDE, on=day).params["extension"])


def extend(
    *, assistance: Assistance, version: Version, amount: int, reason: str, by: Actor, at: datetime, action: UUID
) -> Assistance:
    """More time to decide, once, with the reason; the person is told (see the lawbook, assistance.decide).

    Raises:
        Invalid: more days than that, or a second time.
    """
    most = most_more(assistance)
    if not Action.objects.filter(pk=action).exists():  # a doubled submit does the same
        if most == 0:
            raise Invalid(fields={"amount": _("The time was extended once already; it cannot be extended again.")})
        if not 0 < amount <= most:
            raise Invalid(fields={"amount": _("Write a number from 1 to {most}.").format(most=most)})
    return step(
        "extend", assistance, version, by, at, action, because=reason, given={"amount": amount}, rule=DECIDE,
        says={"amount": amount},
    )  # fmt: skip


def begin(*, assistance: Assistance, version: Version, by: Actor, at: datetime, action: UUID) -> Assistance:
    """Begin to look into it."""
    return step("begin", assistance, version, by, at, action)


def grant(
    *, assistance: Assistance, version: Version, aid: str, one_off: bool, by: Actor, at: datetime, action: UUID
) -> Assistance:
    """Give aid, once or going on; somebody else calls back."""
    return _give("grant", assistance, version, aid, one_off, "", by, at, action)


def reduce(
    *, assistance: Assistance, version: Version, aid: str, reason: str, by: Actor, at: datetime, action: UUID
) -> Assistance:
    """Give less from now on, with the reason. Only after the person was heard (art. 48)."""
    return _give("reduce", assistance, version, aid, False, reason, by, at, action)


def _give(
    name: str, assistance: Assistance, version: Version, aid: str, one_off: bool, reason: str, by: Actor,
    at: datetime, action: UUID,
) -> Assistance:  # fmt: skip
    def change() -> None:
        sealed = seal(aid.strip(), row=assistance.pk, field=AID)
        Assistance.objects.filter(pk=assistance.pk).update(aid_sealed=sealed, one_off=one_off)

    caller = {} if _has_caller(assistance, by) else {_caller(by, at): Part.VERIFIER}
    rule = "assistance.hear" if name == "reduce" else ""
    return step(
        name, assistance, version, by, at, action, because=reason, given={"aid": aid}, change=change, assign=caller,
        rule=rule,
    )  # fmt: skip


def _has_caller(assistance: Assistance, by: Actor) -> bool:
    """Whether a post that did not decide has the call-back already."""
    parts = Assignment.objects.filter(procedure=assistance.pk, part=Part.VERIFIER)
    return parts.exclude(post=by.post).exists()


def _caller(by: Actor, at: datetime) -> Post:
    """Who calls back: whoever leads the office, where that is not the post that decides.

    Raises:
        Conflict: nobody else is left.
    """
    for each in office_posts(Role.DUTY_OFFICER, Role.AREA_LEAD):
        post = acting_post(each, at=at)
        if by.post is None or post != by.post:
            return post
    raise Conflict(_("Nobody else is left who could call back. Ask the administrator for a further post."))


def refuse(
    *, assistance: Assistance, version: Version, reason: str, by: Actor, at: datetime, action: UUID
) -> Assistance:  # fmt: skip
    """Say no, in writing and with the reason (art. 45).

    Raises:
        MissingEvidence: no reason.
    """
    return step("refuse", assistance, version, by, at, action, because=reason, rule="assistance.refusal")


def call_back(
    *, assistance: Assistance, version: Version, text: str, by: Actor, at: datetime, action: UUID
) -> Assistance:  # fmt: skip
    """Somebody else asks whether the aid arrived and what is missing. What is given once ends with it."""
    with transaction.atomic():
        called = step("call_back", assistance, version, by, at, action, text=text)
        if called.one_off and called.procedure.state == "running":
            called = step("finish", called, called.procedure.version, by, at, uuid5(action, "finish"))
    return called


def plan_reduction(
    *, assistance: Assistance, version: Version, reason: str, by: Actor, at: datetime, action: UUID
) -> Assistance:
    """Tell the person that aid is to be reduced or ended, and why; now they are heard (art. 48)."""
    return step("plan_reduction", assistance, version, by, at, action, because=reason, rule="assistance.hear")


def hear(*, assistance: Assistance, version: Version, text: str, by: Actor, at: datetime, action: UUID) -> Assistance:
    """Write down what the person said."""
    return step("hear", assistance, version, by, at, action, text=text, rule="assistance.hear")


def keep_aid(
    *, assistance: Assistance, version: Version, reason: str, by: Actor, at: datetime, action: UUID
) -> Assistance:  # fmt: skip
    """It stays as it is after all."""
    return step("keep_aid", assistance, version, by, at, action, because=reason)


def end_aid(
    *, assistance: Assistance, version: Version, reason: str, by: Actor, at: datetime, action: UUID
) -> Assistance:  # fmt: skip
    """No more from now on, with the reason. Only after the person was heard (art. 48)."""
    return step("end_aid", assistance, version, by, at, action, because=reason, rule="assistance.hear")


def step(
    name: str, assistance: Assistance, version: Version, by: Actor, at: datetime, action: UUID, *, because: str = "",
    text: str = "", given: Mapping[str, Any] | None = None, change: Callable[[], None] | None = None,
    assign: Mapping[Post, Part] | None = None, rule: str = "", says: Mapping[str, Any] | None = None,
) -> Assistance:  # fmt: skip
    if max(len(because), len(text)) > MOST:
        raise Invalid(_("Write at most 2,000 characters."))
    said = {**({"text": text.strip()} if text.strip() else {}), **(says or {})}
    with transaction.atomic():
        now = move(
            assistance.procedure, name, version=version, by=by, at=at, action=action, because=because.strip(),
            given={"text": text, **(given or {})}, says=said, change=change, assign=assign, rule=rule,
        )  # fmt: skip
        if name in TOLD:
            _tell(now, f"assistance.{name}:{now.pk}:{now.version}", "assistance.as_told", at)
    return fresh(now)


# --- news: a message says that there is news, never which


TOLD = frozenset({"ask_missing", "extend", "grant", "refuse", "plan_reduction", "reduce", "end_aid", "keep_aid"})


def tell_still_missing(message: Message) -> None:
    """Once more to whoever has not brought the papers that were asked for, when their time is over."""
    late = Clock.objects.filter(procedure=message.procedure, rule=MISSING, state=ClockState.RUNNING)
    for clock in late.filter(due__lte=message.at).select_related("procedure"):
        key = f"assistance.still_missing:{clock.procedure_id}"
        _tell(clock.procedure, key, "assistance.still_missing", message.at)


def _tell(procedure: Procedure, key: str, wanted_if: str, at: datetime) -> None:
    person = person_of(procedure)
    contact = _reach(person)
    if contact is None:
        return
    with override((person.account.language if person.account else "") or "zh-hans"):
        page = settings.ADDRESS + reverse("bookings:assistance_own", args=[procedure.pk])
        deliver.send(
            contact.channel, contact.address, _("News of your matter"),
            _("There is news of your matter {number}. Read it at {page}, or ring the service hall.").format(
                number=procedure.number, page=page
            ),
            key=key, procedure=procedure.pk, at=at, wanted_if=wanted_if,
        )  # fmt: skip


def _reach(person: Party) -> Contact | None:
    """Where a message reaches the person: what they left with this matter, or else their account's."""
    if person.contact_sealed is not None:
        return read_contact(unseal(person.contact_sealed, row=person.uuid, field=CONTACT_FIELD))
    return contact_of(person.account) if person.account else None


@deliver.still_wanted("assistance.as_told")
def as_told(delivery: Delivery) -> bool:
    """Whether it still stands as it did when the message was written."""
    _what, key, version = delivery.key.split(":")
    return Procedure.objects.filter(pk=UUID(key), version=version).exists()


@deliver.still_wanted("assistance.still_missing")
def still_missing(delivery: Delivery) -> bool:
    """Whether the papers have not come yet, and the matter is not over."""
    return Clock.objects.filter(procedure__in=[delivery.procedure], rule=MISSING, state=ClockState.RUNNING).exists()
