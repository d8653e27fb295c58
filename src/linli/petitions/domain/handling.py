"""What the desk and the body that gets an item do with it: notice, transfer, objection, acceptance or none."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid, Refused
from linli.people.actors import Actor
from linli.people.models import Post
from linli.petitions.domain.letters import write_letter
from linli.petitions.domain.posts import chair_for, receivers, stand_in_for
from linli.petitions.enums import Ground, LetterForm, Manner, Objection, PetitionClass
from linli.petitions.models import Petition, TransferObjection
from linli.procedures.domain.move import Version, move
from linli.procedures.enums import Part
from linli.procedures.models import Action, Assignment, Exclusion, Procedure


def fresh(petition: Petition) -> Petition:
    return Petition.objects.select_related("procedure").get(pk=petition.pk)


def step(
    petition: Petition, name: str, *, change: Callable[[], Any] | None = None, **given: Any
) -> Petition:  # fmt: skip
    """Move on and return the petition as it stands then."""
    move(petition.procedure, name, change=change, **given)
    return fresh(petition)


def set_on(petition: Petition, **values: Any) -> None:
    Petition.objects.filter(pk=petition.pk).update(**values)


def done_as(action: UUID) -> str:
    """The move that this form made already, for a doubled submit to do the same; "" where it made none."""
    return Action.objects.filter(pk=action).values_list("verb", flat=True).first() or ""


# --- receipt


def notify(*, petition: Petition, version: Version, text: str = "", by: Actor, at: datetime, action: UUID) -> Petition:
    """Tell the petitioner in writing that it was received and how it is handled (art. 23).

    Raises:
        Invalid: nobody can be told, because name or address are unclear.
    """
    if not petition.named:
        raise Invalid(fields={"text": _("Name or address are unclear: write down why no notice is owed instead.")})

    def change() -> None:
        write_letter(petition, LetterForm.NOTICE, {"text": text.strip()}, by=by, at=at, action=action)

    return step(petition, "notify", version=version, by=by, at=at, action=action, change=change)


def waive_notice(
    *, petition: Petition, version: Version, reason: str, by: Actor, at: datetime, action: UUID
) -> Petition:
    """Name or address are unclear, so that nobody can be told (art. 23)."""
    if petition.named:
        raise Invalid(fields={"reason": _("Name and address are known: the petitioner is told in writing.")})
    return step(petition, "waive_notice", version=version, because=reason, by=by, at=at, action=action)


def forward(
    *, petition: Petition, version: Version, to: Post, manner: str = Manner.FORWARD, by: Actor, at: datetime,
    action: UUID,
) -> Petition:  # fmt: skip
    """Send it to the body that has the power, and tell the petitioner so.

    Raises:
        Invalid: this post must not know of it, or takes no petitions.
    """
    _check_receiver(petition, to, at)

    def change() -> None:
        set_on(petition, manner=manner)
        content = {"body": to.organisation.name, "body_en": to.organisation.name_en, "manner": manner}
        write_letter(petition, LetterForm.TRANSFER, content, by=by, at=at, action=action)

    return step(
        petition, "forward", version=version, assign={to: Part.HANDLER}, says={"to": to.pk, "manner": manner},
        by=by, at=at, action=action, change=change,
    )  # fmt: skip


def _check_receiver(petition: Petition, to: Post, at: datetime) -> None:
    if to.pk not in {post.pk for post in receivers(petition.procedure, at)}:
        raise Invalid(fields={"to": _("This post cannot take it on. Choose another.")})


def merge(*, petition: Petition, version: Version, into: Petition, by: Actor, at: datetime, action: UUID) -> Petition:
    """The same matter is with us already: it goes on there. Joined by matter, never by who wrote.

    Raises:
        Invalid: another matter, one that is over, or itself.
    """
    other = into.procedure
    same = into.field == petition.field and into.accused_id == petition.accused_id
    if into.pk == petition.pk or not same or other.closed is not None:
        raise Invalid(fields={"into": _("Choose an open petition on the same matter and about the same body.")})

    def change() -> None:
        set_on(petition, repeats=into)

    return step(
        petition, "merge", version=version, given={"into": other.number}, says={"into": other.number}, by=by, at=at,
        action=action, change=change,
    )  # fmt: skip


# --- accepted, or not


def accept(
    *, petition: Petition, version: Version, to: Post | None = None, by: Actor, at: datetime, action: UUID
) -> Petition:
    """Take it on. to: who handles it, where it is not whoever accepts it. 60 days run for a request.

    Raises:
        Invalid: the same facts were decided in a re-check (art. 36), or `to` must not know of it.
    """
    if petition.repeats is not None and petition.repeats.procedure.state in ("rechecked", "final"):
        raise Invalid(
            fields={"to": _("The same facts and reasons were decided in a re-check: it is not accepted again.")}
        )
    if to is not None:
        _check_receiver(petition, to, at)
    taker = to or by.post
    assert taker is not None
    name = "accept" if petition.klass == PetitionClass.REQUEST else "take_up"

    def change() -> None:
        content = {"body": taker.organisation.name, "body_en": taker.organisation.name_en, "class": petition.klass}
        write_letter(petition, LetterForm.ACCEPTANCE, content, by=by, at=at, action=action)

    return step(
        petition, name, version=version, assign={taker: Part.HANDLER}, by=by, at=at, action=action, change=change,
    )  # fmt: skip


def not_accept(
    *, petition: Petition, version: Version, ground: str, text: str, repeats: Petition | None = None, by: Actor,
    at: datetime, action: UUID,
) -> Petition:  # fmt: skip
    """Say why it is not accepted, and which way leads on (art. 19, 31, 36). text: where to turn, for the petitioner.

    Raises:
        Invalid: the ground names an earlier petition, and none that fits is given.
    """
    _check_ground(petition, ground, repeats)

    def change() -> None:
        set_on(petition, ground=ground, repeats=repeats)
        content = {"ground": ground, "text": text.strip()}
        write_letter(petition, LetterForm.NOT_ACCEPTED, content, by=by, at=at, action=action)

    return step(
        petition, "not_accept", version=version, given={"ground": ground, "text": text}, says={"ground": ground},
        by=by, at=at, action=action, change=change,
    )  # fmt: skip


EARLIER = {
    Ground.ALREADY: ("handling", "answered"),
    Ground.FINAL: ("rechecked", "final"),
}


def _check_ground(petition: Petition, ground: str, repeats: Petition | None) -> None:
    if ground not in Ground.values:
        raise Invalid(fields={"ground": _("Choose why it is not accepted.")})
    if ground not in EARLIER:
        return
    if repeats is None or repeats.pk == petition.pk or repeats.procedure.state not in EARLIER[Ground(ground)]:
        raise Invalid(fields={"repeats": _("Write the number of the earlier petition on the same facts.")})


# --- an objection to a transfer


def object_to(
    *, petition: Petition, version: Version, ground: str, text: str, by: Actor, at: datetime, action: UUID
) -> Petition:
    """Say with reasons that it is outside one's powers (art. 23). A second time for the same, the chair decides.

    Raises:
        Invalid: the five working days are over: it is theirs.
    """
    if ground not in Objection.values:
        raise Invalid(fields={"ground": _("Choose a reason.")})
    clock = petition.procedure.clocks.filter(rule="petition.object").order_by("-start").first()
    if clock is not None and clock.due is not None and at >= clock.due:
        raise Invalid(fields={"ground": _("The five working days for an objection are over.")})
    assert by.post is not None
    post, done = by.post, done_as(action)
    again = done == "object_again" if done else petition.objections.filter(post=post, ground=ground).exists()

    def change() -> None:
        TransferObjection.objects.create(petition=petition, post=post, ground=ground, at=at)

    chair = {chair_for(petition.procedure, at, but=[post.pk]): Part.VERIFIER} if again else {}
    return step(
        petition, "object_again" if again else "object", version=version, given={"ground": ground, "text": text},
        because=text, says={"ground": ground}, assign=chair, by=by, at=at, action=action, change=change,
    )  # fmt: skip


def agree(*, petition: Petition, version: Version, by: Actor, at: datetime, action: UUID) -> Petition:
    """The sender agrees: it comes back to the desk, which has 15 days again to send it on."""
    return _answer(petition, "agree", True, version=version, by=by, at=at, action=action)


def refuse(*, petition: Petition, version: Version, reason: str, by: Actor, at: datetime, action: UUID) -> Petition:
    """The sender does not agree, with the reason: it stays where it was sent."""
    return _answer(petition, "refuse", False, version=version, because=reason, by=by, at=at, action=action)


def _answer(petition: Petition, name: str, agreed: bool, **given: Any) -> Petition:
    def change() -> None:
        petition.objections.filter(agreed=None).update(agreed=agreed)

    return step(petition, name, change=change, **given)


def decide(
    *, petition: Petition, version: Version, to: Post, reason: str, by: Actor, at: datetime, action: UUID
) -> Petition:
    """The chair of the joint meeting says who handles it; nobody can object any more (art. 13, 23)."""
    _check_receiver(petition, to, at)
    objector = petition.objections.last()

    def change() -> None:
        set_on(petition, bound=True)
        petition.objections.filter(agreed=None).update(agreed=objector is not None and objector.post_id != to.pk)

    return step(
        petition, "decide", version=version, because=reason, says={"to": to.pk}, assign={to: Part.HANDLER}, by=by,
        at=at, action=action, change=change,
    )  # fmt: skip


# --- beside the way


def supervise(*, petition: Petition, version: Version, text: str, by: Actor, at: datetime, action: UUID) -> Petition:
    """The desk asks whoever handles it what it is waiting for."""

    def change() -> None:
        set_on(petition, supervised=petition.supervised + 1)

    return step(
        petition, "supervise", version=version, given={"text": text}, because=text, by=by, at=at, action=action,
        change=change,
    )  # fmt: skip


def withdraw(*, petition: Petition, version: Version, by: Actor, at: datetime, action: UUID) -> Petition:
    """The petitioner takes it back."""
    return step(petition, "withdraw", version=version, by=by, at=at, action=action)


def recuse(*, petition: Petition, version: Version, reason: str, by: Actor, at: datetime, action: UUID) -> Petition:
    """Somebody with an interest in it withdraws (art. 28): they see it no more; the next one up takes their parts."""
    if by.post is None or by.account is None:
        raise Refused
    procedure, account, post = petition.procedure, by.account, by.post
    to = stand_in_for(procedure, post, account, at)

    def change() -> None:
        Exclusion.objects.create(procedure=procedure, account=account, reason="recusal", since=at)
        Procedure.objects.filter(pk=procedure.pk).update(excludes=True)
        for row in Assignment.objects.filter(procedure=procedure, post=post):
            Assignment.objects.filter(procedure=procedure, post=to, part=row.part).delete()
            Assignment.objects.filter(pk=row.pk).update(post=to, since=at)

    return step(
        petition, "recuse", version=version, because=reason, says={"to": to.pk}, by=by, at=at, action=action,
        change=change,
    )  # fmt: skip
