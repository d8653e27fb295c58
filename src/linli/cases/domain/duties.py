"""Who answers for what: the rows behind routing, seen as a table of classes and places, with its gaps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile

from django.db import transaction
from django.utils.translation import gettext as _

from linli.cases.domain.catalogue import CLASSES, catalogue
from linli.cases.domain.classes import known_basis
from linli.cases.domain.routing import duties_on, post_for, rank
from linli.cases.enums import Share
from linli.cases.models import CaseClass, Responsibility
from linli.core.errors import Conflict, Invalid, Refused
from linli.people.actors import Actor
from linli.people.domain import acts
from linli.people.domain.directory import directory
from linli.people.enums import Role
from linli.people.models import Organisation, Post
from linli.places.models import Place

EVERY = "*"  # stands for every class in files and addresses


@dataclass(frozen=True)
class Duty:
    """A row to be: who answers for a class at a place, or helps. klass none: every class. Days as in Responsibility."""

    klass: CaseClass | None
    place: Place
    share: Share
    role: Role
    organisation: Organisation | None = None
    why: str = ""
    basis: str = ""
    since: date | None = None
    until: date | None = None

    def as_row(self) -> Responsibility:
        return Responsibility(**{name: getattr(self, name) for name in self.__dataclass_fields__})

    @property
    def key(self) -> tuple[int | None, int, str, int | None, date | None]:
        return key_of(self.as_row())


KEY = ("klass", "place", "role", "organisation", "since")


def key_of(row: Responsibility) -> tuple[int | None, int, str, int | None, date | None]:
    """What makes a row itself: its class, place, role, organisation and first day."""
    return row.klass_id, row.place_id, row.role, row.organisation_id, row.since


def add_duty(*, duty: Duty, by: Actor, at: datetime) -> Responsibility:
    """Say who answers, from a day on.

    Raises:
        Refused: somebody else than an administrator; the system may, where it sets an office up.
        Invalid: it says so already, it ends before it begins, or it names no rule of the lawbook.
    """
    _require_administrator(by)
    if wrong := faults(duty):
        raise Invalid(fields=wrong)
    row = duty.as_row()
    with transaction.atomic():
        # SQLite lets two rows with empty columns count as different, so the constraint alone does not hold it there.
        if Responsibility.objects.filter(**{name: getattr(duty, name) for name in KEY}).exists():
            raise Invalid(fields={"role": _("This is said already, from the same day on.")})
        row.save(force_insert=True)
        CLASSES.changed()
        acts.record("responsibility_set", target=_words(row), detail=_days(row), by=by, at=at)
    return row


def end_duty(*, duty: Responsibility, shown: date | None, until: date, by: Actor, at: datetime) -> None:
    """Let a row end: `until` is the first day on which it no longer holds. A row that would never apply goes away.

    shown: the last day that the page showed.

    Raises:
        Refused: somebody else than an administrator.
        Conflict: somebody else ended it in the meantime.
    """
    _require_administrator(by)
    with transaction.atomic():
        found = Responsibility.objects.filter(pk=duty.pk, until=shown)
        gone = duty.since is not None and until <= duty.since
        done = found.delete()[0] if gone else found.update(until=until)
        if not done:
            raise Conflict
        CLASSES.changed()
        acts.record("responsibility_ended", target=_words(duty), detail=until, by=by, at=at)


def _require_administrator(by: Actor) -> None:
    if by.system is None and not by.has_role(Role.ADMINISTRATOR):
        raise Refused


def faults(duty: Duty) -> dict[str, str]:
    """What is wrong with a row, by field."""
    wrong: dict[str, str] = {}
    if duty.since and duty.until and duty.until <= duty.since:
        wrong["until"] = _("It ends before it begins.")
    if duty.basis and not known_basis(duty.basis):
        wrong["basis"] = _("The lawbook has no such rule.")
    if len(duty.why) > 200:
        wrong["why"] = _("Write at most %(most)d characters.") % {"most": 200}
    return wrong


def _words(row: Responsibility) -> str:
    return f"{row.klass.code if row.klass else EVERY} · {row.place.name} · {row.share} · {row.role}"


def _days(row: Responsibility) -> str:
    return f"{row.since or ''} – {row.until or ''}"


@dataclass(frozen=True)
class Answer:
    """Who answers for a class at a place on a day.

    post: the nearest post of whoever leads; none: nobody, a gap.  staffed: whether somebody holds it.
    leads: how many lead with equal right; two or more overlap.  helpers: the roles that help.
    """

    klass: CaseClass
    place: Place
    post: Post | None
    staffed: bool
    leads: int
    helpers: Sequence[str]

    @property
    def state(self) -> str:
        if self.post is None:
            return "gap"
        return "overlap" if self.leads > 1 else "fine" if self.staffed else "vacant"


def answer(klass: CaseClass, place: Place, on: date, at: datetime) -> Answer:
    """Who answers for a class at a place. No statement."""
    duties = duties_on(klass, place.path, on)
    leads = [duty for duty in duties if duty.share == Share.LEAD]
    posts = [post for duty in leads if (post := post_for(duty, place.path))]
    equal = list(takewhile(lambda duty: rank(duty)[:3] == rank(leads[0])[:3], leads))
    helpers = [duty.role for duty in duties if duty.share == Share.HELPER]
    post = posts[0] if posts else None
    staffed = post is not None and directory().is_staffed(post, at)
    return Answer(klass, place, post, staffed, len(equal), list(dict.fromkeys(helpers)))


def matrix(places: Iterable[Place], *, on: date, at: datetime) -> list[tuple[CaseClass, list[Answer]]]:
    """Every class in force with its answer at each place. No statement, whatever the number of places."""
    shown = list(places)
    return [(klass, [answer(klass, place, on, at) for place in shown]) for klass in catalogue().classes]


def rows_for(klass: CaseClass, place: Place) -> list[Responsibility]:
    """Every row that says something of a class at a place, of any time, the one that counts most first."""
    found = [
        duty for duty in catalogue().duties
        if duty.klass_id in (None, klass.pk) and place.path.startswith(duty.place.path)
    ]  # fmt: skip
    return sorted(found, key=lambda duty: (*rank(duty), duty.since or date.min))
