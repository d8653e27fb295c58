"""What pages read of mediations: the list, one file, a party's own page, and the numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.cases.domain.report import claim_hash
from linli.core.errors import NotFound
from linli.core.sealed import unseal
from linli.core.viewlog import open_sealed
from linli.mediation.domain.opening import DETAILS_FIELD
from linli.mediation.domain.types import DisputeType, types
from linli.mediation.models import Agreement, Mediation, Participant
from linli.people.actors import Actor, Viewer
from linli.people.models import Account
from linli.procedures.domain.parties import CONTACT_FIELD, contact_of
from linli.procedures.models import Procedure
from linli.procedures.numbers import read_number

FEWEST = 5  # a smaller number would point at people
PAGE = 50


@dataclass(frozen=True)
class Row:
    """One mediation of the list."""

    number: str
    type: str
    state: str
    place: str
    opened: datetime
    due: datetime | None
    amber: datetime | None
    remind_at: datetime | None
    names: str


def listed(viewer: Viewer, *, open_only: bool = True, about: str = "", most: int = PAGE) -> list[Row]:
    """The mediations in which the viewer's post has a part, what is due first on top. Two statements."""
    found = Mediation.objects.filter(procedure__in=Procedure.objects.visible_to(viewer))
    if open_only:
        found = found.filter(procedure__closed=None)
    if about:
        found = found.filter(type=about)
    order = ["procedure__due", "-procedure__opened"] if open_only else ["-procedure__opened"]
    rows = list(found.select_related("procedure__place").order_by(*order)[:most])
    names: dict[UUID, list[str]] = {}
    people = Participant.objects.filter(procedure__in=[row.pk for row in rows])
    for key, name in people.values_list("procedure", "name"):
        names.setdefault(key, []).append(name)
    return [
        Row(
            number=row.procedure.number, type=row.type, state=row.procedure.state,
            place=row.procedure.place.title if row.procedure.place else "", opened=row.procedure.opened,
            due=row.procedure.due, amber=row.procedure.amber, remind_at=row.remind_at,
            names=" / ".join(names.get(row.pk, [])),
        )
        for row in rows
    ]  # fmt: skip


def visible(number: str, viewer: Viewer) -> Mediation:
    """One mediation for a post that has a part in it.

    Raises:
        NotFound: there is none, or it is closed to this post; the two are not told apart.
    """
    typed = read_number(number)
    found = (
        Mediation.objects.filter(procedure__number=typed, procedure__in=Procedure.objects.visible_to(viewer))
        .select_related("procedure__place")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def participants(mediation: Mediation) -> list[Participant]:
    return list(Participant.objects.filter(procedure=mediation.pk).select_related("party__account"))


def agreement_of(mediation: Mediation) -> Agreement | None:
    return Agreement.objects.filter(pk=mediation.pk).first()


# --- a party's own way in


def by_code(*, number: str, code: str) -> Participant:
    """The party with this code.

    Raises:
        NotFound: number and code do not belong together, or there is no such mediation.
    """
    typed = read_number(number)
    found = (
        Participant.objects.filter(
            procedure__kind="mediation", procedure__number=typed, party__claim_hash=claim_hash(typed, code)
        )
        .select_related("procedure__place", "party")
        .first()
        if typed
        else None
    )
    if found is None:
        raise NotFound(_("Number and code do not belong together. Please check both."))
    return found


def own(number: str, *, account: Account | None, claimed: Mapping[UUID, UUID]) -> Participant:
    """The reader's own part in a mediation: signed in as the party, or let in by its code before.

    Raises:
        NotFound: there is no such mediation, or it is somebody else's.
    """
    typed = read_number(number)
    mine = Q(pk__in=claimed.values())
    if account is not None:
        mine |= Q(party__account=account)
    found = (
        Participant.objects.filter(mine, procedure__kind="mediation", procedure__number=typed)
        .select_related("procedure__place", "procedure__mediation", "party__account")
        .first()
        if typed
        else None
    )
    if found is None:
        raise NotFound
    return found


def own_details(participant: Participant) -> str:
    """Identity number and address, for the party itself."""
    if participant.details_sealed is None:
        return ""
    return unseal(participant.details_sealed, row=participant.pk, field=DETAILS_FIELD)


def open_details(participant: Participant, *, what: str, reason: str, by: Actor, at: datetime) -> str:
    """The contact or the details of a party, for a reason that the party can read; it is written down.

    what: contact or details. Nothing was left: "".
    """
    value = participant.party.contact_sealed if what == "contact" else participant.details_sealed
    if value is None:
        return ""
    assert by.post is not None
    return open_sealed(
        value, row=participant.pk, field=CONTACT_FIELD if what == "contact" else DETAILS_FIELD, viewer=by.account,
        post_title=by.post.title, subject=participant.party.account, procedure=participant.procedure_id,
        reason=reason, at=at,
    )  # fmt: skip


def own_contact(participant: Participant) -> str:
    return contact_of(participant.party)


# --- numbers


@dataclass(frozen=True)
class TypeCount:
    """Of one kind of dispute: how many came, how many ended, how many of these with an agreement."""

    type: DisputeType
    came: int
    ended: int
    agreed: int

    @property
    def few(self) -> bool:
        """So few that the number would point at people."""
        return 0 < self.came < FEWEST


AGREED = ("agreed", "performed", "unperformed")
ENDED = (*AGREED, "refused", "withdrawn", "failed", "diverted")


def by_type(paths: Sequence[str] | None, *, first: date, last: date) -> list[TypeCount]:
    """Mediations by kind of dispute, of those that came from day to day. No name, no place. One statement.

    What was taken another way counts as ended without an agreement: a number that fell again would tell of it.
    """
    zone = timezone.get_current_timezone()
    start = datetime.combine(first, datetime.min.time(), zone)
    end = datetime.combine(last + timedelta(days=1), datetime.min.time(), zone)
    found = Mediation.objects.filter(procedure__opened__gte=start, procedure__opened__lt=end)
    if paths is not None:
        inside = Q(pk__in=[])
        for path in paths:
            inside |= Q(procedure__place_path__gte=path, procedure__place_path__lt=path + "~")
        found = found.filter(inside)
    rows = found.values("type").annotate(
        came=Count("pk"),
        ended=Count("pk", filter=Q(procedure__state__in=ENDED)),
        agreed=Count("pk", filter=Q(procedure__state__in=AGREED)),
    )
    counted = {row["type"]: row for row in rows}
    return [
        TypeCount(kind, *(counted[code][name] for name in ("came", "ended", "agreed")))
        if code in counted
        else TypeCount(kind, 0, 0, 0)
        for code, kind in types().items()
    ]
