"""The parties choose the mediator: one side proposes, the other accepts; who is not impartial steps back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.core.errors import Conflict, Invalid, NotFound
from linli.mediation.domain.standing import fresh, is_in, side_of
from linli.mediation.enums import Offer, Side
from linli.mediation.models import Mediation, Participant, Proposal
from linli.people.actors import Actor
from linli.people.domain.queries import holder_of, office_posts
from linli.people.enums import Role
from linli.people.models import Post
from linli.procedures.domain.assignments import is_shut_out
from linli.procedures.domain.move import Version, first_time, move
from linli.procedures.domain.story import append_entry
from linli.procedures.enums import Audience, Part
from linli.procedures.models import Exclusion, Procedure

BOTH = {Side.APPLICANT, Side.RESPONDENT}


def mediators(mediation: Mediation, at: datetime) -> list[Post]:
    """The posts of mediators that the parties can choose from: held, not excluded, and no party to it themselves.

    The nearest first.
    """
    procedure = mediation.procedure
    found = [post for post in office_posts(Role.MEDIATOR) if _can_mediate(mediation, post, at)]
    return sorted(found, key=lambda post: (not procedure.place_path.startswith(post.place.path), post.pk))


def _can_mediate(mediation: Mediation, post: Post, at: datetime) -> bool:
    holder = holder_of(post, at=at)
    if holder is None or is_shut_out(mediation.procedure, post):
        return False
    named = Exclusion.objects.filter(procedure=mediation.pk, account=holder).exists()
    return not named and not mediation.procedure.parties.filter(account=holder).exists()


def propose(
    *, mediation: Mediation, version: Version, post: Post, by: Actor, at: datetime, action: UUID, side: str = ""
) -> Mediation:
    """A side proposes a mediator, or the committee does, to both. An open proposal of the same post is one with it.

    side: for whom staff write it down; none where the committee itself proposes.
    Raises:
        Invalid: this mediator cannot take it on.
    """
    speaking = side_of(mediation, by, side)
    is_in(mediation, "choosing")
    if not _can_mediate(mediation, post, at):
        raise Invalid(fields={"post": _("This mediator cannot take it on. Choose another.")})
    with transaction.atomic():
        if not first_time(action, "propose", procedure=mediation.procedure, by=by, at=at):
            return fresh(mediation.procedure)
        found, made = Proposal.objects.get_or_create(
            procedure=mediation.procedure, post=post, status=Offer.OPEN,
            defaults={"side": speaking or "", "at": at, "accepted_by": [speaking] if speaking else []},
        )  # fmt: skip
        append_entry(
            mediation.procedure, "proposed", by=by, at=at, audience=Audience.PARTIES,
            says={"to": post.pk, "side": speaking or "", "proposal": found.pk},
        )  # fmt: skip
        if not made and speaking:
            _accept(mediation, found, speaking, version, by, at, action)
    return fresh(mediation.procedure)


def answer_proposal(
    *, mediation: Mediation, version: Version, proposal: int, accept: bool, by: Actor, at: datetime, action: UUID,
    side: str = "",
) -> Mediation:  # fmt: skip
    """A side says yes or no to a proposed mediator. With both sides' yes the mediator takes over.

    Raises:
        NotFound: there is no such proposal.  Conflict: it was answered already.
        Invalid: staff have not said for which side.
    """
    speaking = side_of(mediation, by, side)
    if speaking is None:
        raise Invalid(fields={"side": _("Say for which side.")})
    is_in(mediation, "choosing")
    with transaction.atomic():
        found = Proposal.objects.select_for_update(of=("self",)).filter(pk=proposal, procedure=mediation.pk).first()
        if found is None:
            raise NotFound
        if not first_time(action, "answer_proposal", procedure=mediation.procedure, by=by, at=at):
            return fresh(mediation.procedure)
        if found.status != Offer.OPEN:
            raise Conflict(_("This proposal was answered already."))
        if accept:
            _accept(mediation, found, speaking, version, by, at, action)
        else:
            Proposal.objects.filter(pk=found.pk).update(status=Offer.DECLINED)
            says = {"to": found.post_id, "side": speaking}
            append_entry(mediation.procedure, "proposal_declined", by=by, at=at, says=says, audience=Audience.PARTIES)
    return fresh(mediation.procedure)


def _accept(
    mediation: Mediation, found: Proposal, side: Side, version: Version, by: Actor, at: datetime, action: UUID
) -> None:
    sides = sorted({*found.accepted_by, side})
    both = set(sides) == BOTH
    Proposal.objects.filter(pk=found.pk).update(accepted_by=sides, status=Offer.ACCEPTED if both else Offer.OPEN)
    if not both:
        return
    post = Post.objects.select_related("place", "organisation").get(pk=found.post_id)
    if not _can_mediate(mediation, post, at):
        raise Invalid(fields={"post": _("This mediator cannot take it on. Choose another.")})
    move(
        mediation.procedure, "appoint", version=version, by=by, at=at, action=uuid5(action, "appoint"),
        given={"mediator": post.pk}, says={"to_post": post.pk}, assign={post: Part.HANDLER},
    )  # fmt: skip
    Proposal.objects.filter(procedure=mediation.pk, status=Offer.OPEN).update(status=Offer.DECLINED)


def recuse(
    *, mediation: Mediation, version: Version, reason: str, by: Actor, at: datetime, action: UUID
) -> Mediation:  # fmt: skip
    """The mediator declares a conflict of interest, or the desk finds one: another is chosen, and this one is shut out.

    The exclusion names the post, and the person where it is the mediator who declares it.
    """
    handler = (
        mediation.procedure.assignments.filter(part=Part.HANDLER).select_related("post__place", "post__organisation")
    ).first()  # fmt: skip

    def change() -> None:
        if handler is None:
            return
        person = by.account if by.post is not None and by.post.pk == handler.post_id else holder_of(handler.post, at=at)
        Exclusion.objects.create(
            procedure=mediation.procedure, post=handler.post, account=person, reason=reason.strip()[:200], since=at
        )
        Procedure.objects.filter(pk=mediation.pk).update(excludes=True)
        handler.delete()
        Participant.objects.filter(procedure=mediation.pk).update(talks=False)

    return fresh(
        move(
            mediation.procedure, "recuse", version=version, by=by, at=at, action=action, because=reason, change=change
        )
    )  # fmt: skip


def proposals(mediation: Mediation) -> Sequence[Proposal]:
    found = Proposal.objects.filter(procedure=mediation.pk)
    return list(found.select_related("post__organisation", "post__place"))
