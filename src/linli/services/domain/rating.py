"""How the person found it: five grades, a call within a day after a bad one, and what is put right."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.core.errors import Invalid, NotReady
from linli.people.actors import Actor
from linli.people.domain.directory import directory
from linli.people.enums import Role
from linli.people.models import Post
from linli.procedures.domain.move import Version, move
from linli.procedures.enums import Part
from linli.procedures.models import Assignment, Procedure
from linli.services.domain.handling import fresh
from linli.services.enums import BAD_FROM, Grade
from linli.services.models import Request

WORDS_MOST = 1000


def is_bad(grade: int) -> bool:
    """Dissatisfied and below are bad ratings (DOMAIN 2.15)."""
    return grade <= BAD_FROM


def rate(
    *, request: Request, version: Version, grade: int, words: str = "", by: Actor, at: datetime, action: UUID
) -> Request:
    """The person's grade, once. A bad one opens the call of one day and the days in which it is put right.

    The clerk may write down a grade given on paper or by phone; who looks into a bad one is above the clerk.

    Raises:
        Invalid: this is none of the five grades, or the words are too long.
        Refused: somebody else, or it was rated already.
    """
    _check(grade, words)
    bad = is_bad(grade)
    return fresh(
        move(
            request.procedure, "rate_badly" if bad else "rate", version=version, by=by, at=at, action=action,
            given={"grade": grade}, says={"grade": grade, "text": words.strip()},
            assign={checker_for(request.procedure, at): Part.VERIFIER} if bad else None,
            change=lambda: _keep(request, grade, words, at),
        )
    )  # fmt: skip


def call_back(*, request: Request, version: Version, text: str, by: Actor, at: datetime, action: UUID) -> Request:
    """The person was called: what they said went wrong."""
    return fresh(
        move(
            request.procedure, "call", version=version, by=by, at=at, action=action, given={"text": text},
            says={"text": text.strip()},
        )
    )  # fmt: skip


def rectify(*, request: Request, version: Version, text: str, by: Actor, at: datetime, action: UUID) -> Request:
    """What was put right, told to the person. They may rate once more."""
    return fresh(
        move(
            request.procedure, "rectify", version=version, by=by, at=at, action=action, given={"text": text},
            says={"text": text.strip()},
        )
    )  # fmt: skip


def rate_again(
    *, request: Request, version: Version, grade: int, words: str = "", by: Actor, at: datetime, action: UUID
) -> Request:
    """One further grade after it was put right. The first one stays beside it."""
    _check(grade, words)

    def change() -> None:
        Request.objects.filter(pk=request.pk).update(
            first_grade=request.grade, grade=grade, grade_words=words.strip(), graded_at=at
        )

    return fresh(
        move(
            request.procedure, "rate_again", version=version, by=by, at=at, action=action, given={"grade": grade},
            says={"grade": grade, "text": words.strip()}, change=change,
        )
    )  # fmt: skip


def checker_for(procedure: Procedure, at: datetime) -> Post:
    """Who calls back: the post above the clerk's and not one that worked on it, or else a duty officer's.

    Raises:
        NotReady: the office has neither.
    """
    posts = directory()
    involved = set(Assignment.objects.filter(procedure=procedure).values_list("post", flat=True))
    desk = Assignment.objects.filter(procedure=procedure, part=Part.DESK).values_list("post", flat=True).first()
    ladder = list(posts.ladder(posts.by_key[desk]))[1:] if desk in posts.by_key else []
    above = [*ladder, *posts.above(Role.DUTY_OFFICER, procedure.place_path), *posts.with_role(Role.DUTY_OFFICER)]
    acting = [posts.acting(post, at) for post in above]
    if not acting:
        raise NotReady
    return next((post for post in acting if post.pk not in involved), acting[0])


def _keep(request: Request, grade: int, words: str, at: datetime) -> None:
    Request.objects.filter(pk=request.pk).update(grade=grade, grade_words=words.strip(), graded_at=at)


def _check(grade: int, words: str) -> None:
    if grade not in Grade.values:
        raise Invalid(fields={"grade": _("Choose one of the five grades.")})
    if len(words) > WORDS_MOST:
        raise Invalid(fields={"words": _("Write at most %(n)d characters.") % {"n": WORDS_MOST}})
