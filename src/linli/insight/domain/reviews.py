"""The yearly review of each mechanism: opened once a year, concluded in words, checked by somebody else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.core.errors import Invalid
from linli.insight.domain.mechanisms import BY_CODE, MECHANISMS, Mechanism
from linli.insight.domain.outside import whole_path
from linli.insight.enums import Outcome
from linli.insight.models import Review
from linli.insight.workflow import WORKFLOW
from linli.people.actors import Actor, Viewer
from linli.people.domain.directory import directory
from linli.people.enums import Role
from linli.people.models import Post
from linli.places.domain.kept import tree
from linli.places.domain.queries import governed_path
from linli.procedures.domain.move import Version, move, new_procedure, open_procedure
from linli.procedures.enums import Part
from linli.procedures.models import Procedure

OPENER = Actor.named("insight.open_reviews")
NAMESPACE = UUID("0b3f1c9e-6f0a-5d43-9b58-7a4e2b8c1d60")
LEADS = (Role.AREA_LEAD, Role.DUTY_OFFICER)
LONGEST = 4000
LATEST_NEXT = 2  # years after the review that the next one may be


# --- opening


def open_reviews(*, at: datetime) -> list[Review]:
    """Open the review of each mechanism whose day has come, at most once a year. Returns those opened now."""
    if not governed_path() or not _ours(*LEADS):
        return []
    on = timezone.localdate(at)
    last = latest_reviews()
    return [
        opened
        for mechanism in MECHANISMS
        if is_due(last.get(mechanism.code), on) and (opened := open_review(mechanism=mechanism, at=at)) is not None
    ]


def is_due(last: Review | None, on: date) -> bool:
    """Whether a mechanism is to be reviewed: never was, or its next day has come; not while one is under way."""
    if last is None:
        return True
    if last.procedure.closed is None or on.year <= last.year:
        return False
    if last.outcome == Outcome.STOP and last.next_on is None and last.procedure.state == "checked":
        return False
    return last.next_on is None or last.next_on <= on


def open_review(*, mechanism: Mechanism, at: datetime) -> Review | None:
    """Open one review; none where this year's is there already."""
    year = timezone.localdate(at).year
    if Review.objects.filter(mechanism=mechanism.code, year=year).exists():
        return None
    path = whole_path()
    procedure = new_procedure(
        kind=WORKFLOW.kind, place=tree().by_path.get(path), place_path=path, cell=None, at=at
    )  # fmt: skip
    review = Review(procedure=procedure, mechanism=mechanism.code, year=year)
    _opened, fresh = open_procedure(
        procedure=procedure, particulars=review, by=OPENER, at=at, action=uuid5(NAMESPACE, f"{mechanism.code}:{year}"),
        says={"mechanism": mechanism.code, "year": year}, assign={_post_for(mechanism.reviewer, at): Part.HANDLER},
    )  # fmt: skip
    return review if fresh else None


def _post_for(role: Role, at: datetime, *, but: Post | None = None) -> Post:
    """The post that reviews or checks: of this role where there is one, else of another that leads."""
    known = directory()
    posts = [post for each in (role, *LEADS) for post in _ours(each) if but is None or post.pk != but.pk]
    staffed = [post for post in posts if known.is_staffed(post, at)]
    return (staffed or posts)[0]


def _ours(*roles: Role) -> list[Post]:
    """The posts of these roles inside what this office governs."""
    root = governed_path()
    return [post for post in directory().with_role(*roles) if post.place.path.startswith(root)]


# --- the way of a review


def begin_review(*, review: Review, version: Version, by: Actor, at: datetime, action: UUID) -> Review:
    """Start to look into it."""
    return _after(move(review.procedure, "begin", version=version, by=by, at=at, action=action))


def conclude_review(
    *, review: Review, version: Version, outcome: str, text: str, next_on: date | None, by: Actor, at: datetime,
    action: UUID,
) -> Review:  # fmt: skip
    """Say in words whether the mechanism is kept, changed or stopped, and when it is looked at again.

    Raises:
        MissingEvidence: no outcome, no words, or no next day where it goes on.
        Invalid: the next day is not in one of the next two years, or the text is too long.
    """
    _check_conclusion(review, text, next_on)
    given = {"outcome": outcome, "text": text, "next_on": next_on}
    says = {"outcome": outcome, "text": text.strip(), **({"next_on": next_on.isoformat()} if next_on else {})}

    def change() -> None:
        Review.objects.filter(pk=review.pk).update(outcome=outcome, text=text.strip(), next_on=next_on)

    checker = _post_for(Role.DUTY_OFFICER, at, but=by.post)
    return _after(
        move(
            review.procedure, "conclude", version=version, by=by, at=at, action=action, given=given, says=says,
            assign={checker: Part.VERIFIER}, change=change,
        )
    )  # fmt: skip


def _check_conclusion(review: Review, text: str, next_on: date | None) -> None:
    if len(text) > LONGEST:
        raise Invalid(fields={"text": _("Write at most %(n)d characters.") % {"n": LONGEST}})
    if next_on is not None and not review.year < next_on.year <= review.year + LATEST_NEXT:
        years = {"first": review.year + 1, "last": review.year + LATEST_NEXT}
        raise Invalid(fields={"next_on": _("Choose a day in %(first)d or %(last)d.") % years})


def send_back_review(*, review: Review, version: Version, reason: str, by: Actor, at: datetime, action: UUID) -> Review:
    """The conclusion does not follow from what is there: back to whoever reviewed, with the reason."""
    return _after(move(review.procedure, "send_back", version=version, by=by, at=at, action=action, because=reason))


def check_review(*, review: Review, version: Version, by: Actor, at: datetime, action: UUID) -> Review:
    """Somebody else than who wrote it finds the conclusion sound."""
    return _after(move(review.procedure, "check", version=version, by=by, at=at, action=action))


def leave_out_review(*, review: Review, version: Version, reason: str, by: Actor, at: datetime, action: UUID) -> Review:
    """There is no such mechanism here, or nothing to review this year."""
    return _after(move(review.procedure, "leave_out", version=version, by=by, at=at, action=action, because=reason))


def _after(procedure: Procedure) -> Review:
    return Review.objects.select_related("procedure").get(pk=procedure.pk)


VERBS: Mapping[str, Callable[..., Review]] = {
    "begin": begin_review, "conclude": conclude_review, "send_back": send_back_review, "check": check_review,
    "leave_out": leave_out_review,
}  # fmt: skip


# --- reading


def latest_reviews() -> dict[str, Review]:
    """The last review of each mechanism. One statement."""
    rows = Review.objects.select_related("procedure").order_by("year")
    return {row.mechanism: row for row in rows}


@dataclass(frozen=True)
class MechanismRow:
    """A mechanism and its last review that the reader may see; overdue: nobody kept the next day."""

    mechanism: Mechanism
    review: Review | None


def mechanism_rows(viewer: Viewer) -> list[MechanismRow]:
    """All mechanisms with their last review. One statement."""
    seen = Procedure.objects.visible_to(viewer).filter(kind=WORKFLOW.kind)
    rows = Review.objects.filter(procedure__in=seen).select_related("procedure").order_by("year")
    last = {row.mechanism: row for row in rows}
    return [MechanismRow(mechanism, last.get(mechanism.code)) for mechanism in MECHANISMS]


def earlier_reviews(review: Review, viewer: Viewer) -> Sequence[Review]:
    """The reviews of the same mechanism in earlier years, the newest first. One statement."""
    seen = Procedure.objects.visible_to(viewer).filter(kind=WORKFLOW.kind)
    found = Review.objects.filter(procedure__in=seen, mechanism=review.mechanism, year__lt=review.year)
    return list(found.select_related("procedure").order_by("-year"))


def mechanism_of(review: Review) -> Mechanism:
    """The mechanism as the code has it; one that was taken out of the list keeps its bare name."""
    known = BY_CODE.get(review.mechanism)
    return known or Mechanism(review.mechanism, review.mechanism, "", Role.AREA_LEAD, ())
