"""The register of premises: visits, talks with what was promised, and how things stand. Rooms, never persons.

A room where chess and cards are played for the price of a seat is not unlawful as such (DOMAIN 2.11); a clue of
gambling is passed to the police and decided by nobody here.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.cases.domain.report import find_spot
from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.core.sealed import seal
from linli.core.viewlog import open_sealed
from linli.hazards.domain.opening import covers
from linli.hazards.enums import Concern, Kept, PremisesKind, PremisesStatus, TalkWith
from linli.hazards.models import Premises, Talk, Visit
from linli.people.actors import Actor
from linli.people.enums import Role
from linli.people.models import Account, Post
from linli.places.models import Place
from linli.procedures.numbers import new_number

KEEPS = (
    Role.GRID_WORKER, Role.COMMITTEE_SECRETARY, Role.AREA_LEAD, Role.DUTY_OFFICER, Role.DEPARTMENT_HANDLER,
)  # fmt: skip
OPENS_CONTACT = (Role.COMMITTEE_SECRETARY, Role.AREA_LEAD, Role.DUTY_OFFICER)
CONTACT = "premises.operator"
TEXT_MOST = 1000
LATEST = timedelta(days=366)
KEPT_AFTER_CLOSING = timedelta(days=1096)
# Which status a visit may find, from which. What is closed may open again, and is then looked at anew.
AFTER: Mapping[str, tuple[str, ...]] = {
    "open": ("open", "correcting", "corrected", "closed"),
    "correcting": ("correcting", "corrected", "closed", "open"),
    "corrected": ("corrected", "closed", "open"),
    "closed": ("closed", "open"),
}


def add_premises(
    *, kind: str, name: str, place: Place, by: Actor, at: datetime, action: UUID, where: str = "", operator: str = "",
    visit_on: date | None = None,
) -> Premises:  # fmt: skip
    """Put rooms on the register. operator: whom to ring, sealed.

    Raises:
        Refused: the post keeps no register, or not there.  Invalid: no name, no such kind, outside the area.
    """
    wrong: dict[str, Any] = {}
    if not name.strip() or len(name) > 80:
        wrong["name"] = _("Write what the rooms are called, in at most 80 characters.")
    if kind not in PremisesKind.values:
        wrong["kind"] = _("Choose what kind of rooms they are.")
    if wrong:
        raise Invalid(fields=wrong)
    spot = find_spot(place, None, None)
    _may_keep(by, spot.path)
    if spot.place is None:
        raise Invalid(fields={"place": _("This place is outside this office's area. Call 12345 for it.")})
    premises = Premises(
        number=new_number(), kind=kind, name=name.strip(), place=spot.place, place_path=spot.path, cell=spot.cell,
        where=where.strip()[:120], since=at, added_at=at, visit_on=visit_on,
        action=action,
    )  # fmt: skip
    if operator.strip():
        premises.operator_sealed = seal(operator.strip()[:200], row=premises.number, field=CONTACT)
    with transaction.atomic():
        if (done := Premises.objects.filter(action=action).first()) is not None:
            return done
        premises.save(force_insert=True)
    return premises


def record_visit(
    *, premises: Premises, version: int, concerns: Sequence[str], text: str, after: str, by: Actor, at: datetime,
    action: UUID, visit_on: date | None = None,
) -> Visit:  # fmt: skip
    """Somebody went there; how it stands from now on, and when somebody goes again.

    Raises:
        Conflict: somebody else wrote a visit since `version` was shown, or that status cannot follow.
        Invalid: nothing ticked, or a next visit in the past.  Refused: the post keeps no register here.
    """
    post, account = _may_keep(by, premises.place_path)
    wrong: dict[str, Any] = {}
    if not concerns or any(each not in Concern.values for each in concerns):
        wrong["concerns"] = _("Tick what you found, or “nothing”.")
    elif Concern.NONE in concerns and len(concerns) > 1:
        wrong["concerns"] = _("Tick “nothing” alone, or what you found.")
    if len(text) > TEXT_MOST:
        wrong["text"] = _("Write at most 1,000 characters.")
    if after not in AFTER[premises.status]:
        wrong["after"] = _("Choose how it stands now.")
    if visit_on is not None and not timezone.localdate(at) <= visit_on <= timezone.localdate(at) + LATEST:
        wrong["visit_on"] = _("Choose a day within the next year.")
    if wrong:
        raise Invalid(fields=wrong)
    with transaction.atomic():
        if (done := Visit.objects.filter(action=action, premises=premises).first()) is not None:
            return done
        _turn(premises, version, after, at, visit_on=visit_on)
        return Visit.objects.create(
            premises=premises, at=at, concerns=list(concerns), text=text.strip(), after=after, post=post,
            account=account, action=action,
        )  # fmt: skip


def _turn(premises: Premises, version: int, status: str, at: datetime, **more: Any) -> None:
    changed = {"status": status, "version": version + 1, **more}
    if status != premises.status:
        changed["since"] = at
    if not Premises.objects.filter(pk=premises.pk, version=version).update(**changed):
        raise Conflict


def record_talk(
    *, premises: Premises, talked_with: str, promised: str, follow_up_on: date, by: Actor, at: datetime, action: UUID,
    signed_name: str = "",
) -> Talk:  # fmt: skip
    """A talk with landlord or operator: what they promised, and the day on which somebody looks whether it was kept.

    Raises:
        Invalid: no promise, nobody talked with, or a day that is not within the next year.
    """
    post, account = _may_keep(by, premises.place_path)
    wrong: dict[str, Any] = {}
    if talked_with not in TalkWith.values:
        wrong["talked_with"] = _("Choose who was talked with.")
    if not promised.strip() or len(promised) > TEXT_MOST:
        wrong["promised"] = _("Write what was promised, in at most 1,000 characters.")
    if not timezone.localdate(at) <= follow_up_on <= timezone.localdate(at) + LATEST:
        wrong["follow_up_on"] = _("Choose a day within the next year.")
    if wrong:
        raise Invalid(fields=wrong)
    with transaction.atomic():
        if (done := Talk.objects.filter(action=action, premises=premises).first()) is not None:
            return done
        return Talk.objects.create(
            premises=premises, at=at, talked_with=talked_with, promised=promised.strip(), follow_up_on=follow_up_on,
            signed_name=signed_name.strip()[:60], post=post, account=account, action=action,
        )  # fmt: skip


def follow_up(*, talk: Talk, kept: bool, found: str, by: Actor, at: datetime) -> Talk:
    """Somebody looked whether the promise was kept; said once.

    Raises:
        Conflict: it was said already.
    """
    _may_keep(by, talk.premises.place_path)
    status = Kept.KEPT if kept else Kept.BROKEN
    changed = Talk.objects.filter(pk=talk.pk, status=Kept.OPEN).update(
        status=status, looked_at=at, found=found.strip()[:500]
    )
    if not changed:
        raise Conflict
    return Talk.objects.get(pk=talk.pk)


def open_operator(*, premises: Premises, reason: str, by: Actor, at: datetime) -> str:
    """How to reach the operator. Who opened it, and why, is written down.

    Raises:
        Refused: the post may not.  NotFound: nothing is kept.  Invalid: no reason was given.
    """
    if by.post is None or by.account is None or by.post.role not in OPENS_CONTACT:
        raise Refused
    _may_keep(by, premises.place_path)
    if premises.operator_sealed is None:
        raise NotFound
    return open_sealed(
        premises.operator_sealed, row=premises.number, field=CONTACT, viewer=by.account, post_title=by.post.title,
        subject=None, procedure=None, reason=reason, at=at,
    )  # fmt: skip


def _may_keep(by: Actor, path: str) -> tuple[Post, Account]:
    if by.post is None or by.account is None or by.post.role not in KEEPS or not covers(by.post, path):
        raise Refused
    return by.post, by.account


def forget_closed(*, at: datetime) -> int:
    """Premises closed for three years: whom to ring, what was seen and promised is forgotten. Returns how many."""
    gone = Premises.objects.filter(status=PremisesStatus.CLOSED, since__lt=at - KEPT_AFTER_CLOSING)
    gone = gone.filter(Q(operator_sealed__isnull=False) | Q(visits__isnull=False) | Q(talks__isnull=False)).distinct()
    keys = list(gone.values_list("pk", flat=True))
    with transaction.atomic():
        Visit.objects.filter(premises__in=keys).delete()
        Talk.objects.filter(premises__in=keys).delete()
        Premises.objects.filter(pk__in=keys).update(operator_sealed=None)
    return len(keys)
