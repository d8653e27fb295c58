"""Review and re-check: asked for within 30 days, answered within 30 by somebody who did not decide before."""

from datetime import datetime
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Conflict, Invalid
from linli.people.actors import Actor
from linli.petitions.domain.answering import check_contents
from linli.petitions.domain.handling import set_on, step
from linli.petitions.domain.letters import delivered, write_letter
from linli.petitions.domain.posts import reviewer_for
from linli.petitions.enums import LetterForm, Verdict
from linli.petitions.models import Petition
from linli.procedures.domain.clocks import open_clocks
from linli.procedures.domain.move import Version
from linli.procedures.enums import Part
from linli.procedures.models import Procedure

LAPSED = Actor.named("petitions")
REASON_MOST = 2000


def ask_review(*, petition: Petition, version: Version, reason: str, by: Actor, at: datetime, action: UUID) -> Petition:
    """The petitioner does not accept the opinion. A body above whoever handled it looks at it again (art. 35).

    Raises:
        Invalid: the 30 days are over, or no reason.
    """
    return _ask(petition, "ask_review", version, reason, by, at, action)


def ask_recheck(
    *, petition: Petition, version: Version, reason: str, by: Actor, at: datetime, action: UUID
) -> Petition:
    """The petitioner does not accept the review either (art. 36)."""
    return _ask(petition, "ask_recheck", version, reason, by, at, action)


def _ask(
    petition: Petition, name: str, version: Version, reason: str, by: Actor, at: datetime, action: UUID
) -> Petition:
    if len(reason) > REASON_MOST:
        raise Invalid(fields={"reason": _("Write at most 2,000 characters.")})
    if is_too_late(petition.procedure, at):
        raise Invalid(fields={"reason": _("The 30 days in which this can be asked are over.")})
    return step(
        petition, name, version=version, because=reason, assign={reviewer_for(petition.procedure, at): Part.VERIFIER},
        by=by, at=at, action=action,
    )  # fmt: skip


def is_too_late(procedure: Procedure, at: datetime) -> bool:
    """Whether the days to ask for a review or a re-check are over."""
    return any(
        clock.rule in ("petition.ask_review", "petition.ask_recheck") and clock.due is not None and at >= clock.due
        for clock in open_clocks(procedure)
    )


def review(
    *, petition: Petition, version: Version, verdict: str, facts: str, opinion: str, basis: str, by: Actor,
    at: datetime, action: UUID,
) -> Petition:  # fmt: skip
    """The opinion of the review."""
    return _decide(petition, "review", LetterForm.REVIEW, version, verdict, (facts, opinion, basis), by, at, action)


def recheck(
    *, petition: Petition, version: Version, verdict: str, facts: str, opinion: str, basis: str, by: Actor,
    at: datetime, action: UUID,
) -> Petition:  # fmt: skip
    """The opinion of the re-check, which is final (art. 36)."""
    return _decide(petition, "recheck", LetterForm.RECHECK, version, verdict, (facts, opinion, basis), by, at, action)


def _decide(
    petition: Petition, name: str, form: LetterForm, version: Version, verdict: str, said: tuple[str, str, str],
    by: Actor, at: datetime, action: UUID,
) -> Petition:  # fmt: skip
    contents = dict(zip(("facts", "opinion", "basis"), said, strict=True))
    check_contents(contents)
    if verdict not in Verdict.values:
        raise Invalid(fields={"verdict": _("Choose what becomes of the opinion before.")})

    def change() -> None:
        set_on(petition, verdict=verdict)
        write_letter(petition, form, {**contents, "verdict": verdict}, by=by, at=at, action=action)

    return step(
        petition, name, version=version, given={**contents, "verdict": verdict}, says={"verdict": verdict}, by=by,
        at=at, action=action, change=change,
    )  # fmt: skip


def deliver_review(*, petition: Petition, version: Version, by: Actor, at: datetime, action: UUID) -> Petition:
    """The review reached the petitioner, who has 30 days to ask for a re-check."""
    return step(
        petition, "deliver_review", version=version, by=by, at=at, action=action,
        change=lambda: delivered(petition, (LetterForm.REVIEW,), at),
    )  # fmt: skip


def deliver_recheck(*, petition: Petition, version: Version, by: Actor, at: datetime, action: UUID) -> Petition:
    """The re-check reached the petitioner: the matter has gone its whole way."""
    return step(
        petition, "deliver_recheck", version=version, by=by, at=at, action=action,
        change=lambda: delivered(petition, (LetterForm.RECHECK,), at),
    )  # fmt: skip


def hear(*, petition: Petition, version: Version, text: str, by: Actor, at: datetime, action: UUID) -> Petition:
    """A hearing begins: until it is over the time of the re-check stands still (art. 36). text: when and where."""
    return step(
        petition, "hear", version=version, given={"text": text}, says={"text": text.strip()}, by=by, at=at,
        action=action,
    )  # fmt: skip


def heard(*, petition: Petition, version: Version, by: Actor, at: datetime, action: UUID) -> Petition:
    """The hearing is over: the clock runs on."""
    return step(petition, "heard", version=version, by=by, at=at, action=action)


def lapse_due(*, at: datetime) -> int:
    """End what nobody asked to have reviewed in time. Returns how many."""
    ended = 0
    over = Procedure.objects.filter(
        kind="petition", state__in=("delivered", "review_delivered"), clocks__state="running", clocks__due__lte=at,
        clocks__rule__in=("petition.ask_review", "petition.ask_recheck"),
    )  # fmt: skip
    for petition in Petition.objects.filter(procedure__in=over).select_related("procedure"):
        try:
            step(petition, "lapse", version=petition.procedure.version, by=LAPSED, at=at, action=uuid4())
        except Conflict:  # somebody was faster
            continue
        ended += 1
    return ended
