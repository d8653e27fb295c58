"""A hazard is found: by an inspection, by staff, by a resident, or handed on from another matter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.claiming import party_by_code
from linli.cases.domain.report import Spot, claim_code, claim_hash, find_spot
from linli.core import files
from linli.core.errors import Invalid, NotFound, NotReady, Refused
from linli.core.sealed import seal
from linli.core.viewlog import open_sealed
from linli.hazards.enums import HazardKind, Origin
from linli.hazards.models import Hazard, Inspection, Premises
from linli.hazards.workflow import may_reach
from linli.people.actors import Actor
from linli.people.domain.directory import directory
from linli.people.enums import Role
from linli.people.models import Account, Post
from linli.places.models import STEP, Kind, Place
from linli.procedures.domain.move import new_procedure, open_procedure
from linli.procedures.domain.parties import CONTACT_FIELD
from linli.procedures.enums import Audience, Part, PartyKind
from linli.procedures.models import Party, Procedure

TEXT_MOST = 2000
WHERE_MOST = 120
# Whoever has one of these posts decides on what they found themselves; the others' goes to the committee.
DECIDES = (
    Role.GRID_WORKER, Role.COMMITTEE_SECRETARY, Role.AREA_LEAD, Role.DUTY_OFFICER, Role.DEPARTMENT_HANDLER,
)  # fmt: skip
FINDS = (*DECIDES, Role.PROPERTY_MANAGER, Role.WINDOW_CLERK)


@dataclass(frozen=True)
class Told:
    """A hazard that somebody pointed out, and the code that opens the answer without an account."""

    hazard: Hazard
    code: str


def find_hazard(
    *, kind: HazardKind, text: str, place: Place, by: Actor, at: datetime, action: UUID, where: str = "",
    imminent: bool = False, blocks: bool = False, line: str = "", photos: Sequence[UUID] = (),
    premises: Premises | None = None, inspection: Inspection | None = None, origin: Origin = Origin.STAFF,
) -> Hazard:  # fmt: skip
    """Staff saw something. Whoever found it serves the notice; of who may not, the committee does.

    Raises:
        Invalid: no text, or too long a one, or a place that this office does not govern.
        Refused: the post is none of those that find hazards, or its place does not hold this one.
    """
    spot = _spot(place)
    if by.post is None or by.post.role not in FINDS or not covers(by.post, spot.path):
        raise Refused
    desk = by.post if by.post.role in DECIDES else committee_post(spot.path, at)
    hazard = _hazard(spot, kind, origin, text, where, at)
    hazard.imminent, hazard.blocks, hazard.line = imminent, blocks, line
    hazard.premises, hazard.inspection = premises, inspection
    return _open(hazard, by=by, at=at, action=action, desk=desk, photos=photos, party=None)


def tell_hazard(
    *, kind: HazardKind, text: str, place: Place, at: datetime, action: UUID, where: str = "", contact: str = "",
    account: Account | None = None, by: Actor | None = None, imminent: bool = False, blocks: bool = False,
    photos: Sequence[UUID] = (),
) -> Told:  # fmt: skip
    """A resident points out a hazard; `by` is the clerk who writes it down for them. It is answered like a report.

    Raises:
        Invalid: no text, or too long a one, or a place that this office does not govern.
    """
    if by is not None and (by.post is None or by.post.role not in FINDS):
        raise Refused
    spot = _spot(place)
    hazard = _hazard(spot, kind, Origin.PAPER if by else Origin.RESIDENT, text, where, at)
    hazard.imminent, hazard.blocks = imminent, blocks
    code = claim_code(action)
    party = Party(
        uuid=uuid5(action, "reporter"), procedure=hazard.procedure, kind=PartyKind.REPORTER, account=account,
        claim_hash=claim_hash(hazard.procedure.number, code),
    )  # fmt: skip
    if contact.strip():
        party.contact_sealed = seal(contact.strip(), row=party.uuid, field=CONTACT_FIELD)
    told = _open(
        hazard, by=by or Actor(party=str(party.uuid)), at=at, action=action, desk=committee_post(spot.path, at),
        photos=photos, party=party,
    )  # fmt: skip
    return Told(told, code)


def start(*, origin: Procedure, by: Actor, at: datetime, action: UUID, says: Mapping[str, Any]) -> Procedure:
    """Take in what another matter handed on; the committee looks at it. See procedures.domain.referrals."""
    kind = says.get("kind")
    spot = Spot(origin.place, origin.place_path, origin.cell, outside=False)
    hazard = _hazard(
        spot, HazardKind(kind) if kind in HazardKind.values else HazardKind.FIRE, Origin.REFERRAL, str(says["text"]),
        "", at,
    )  # fmt: skip
    return _open(
        hazard, by=by, at=at, action=action, desk=committee_post(spot.path, at), photos=(), party=None
    ).procedure  # fmt: skip


def open_by_code(*, number: str, code: str) -> Party:
    """The part of whoever pointed it out, for whoever knows the code.

    Raises:
        NotFound: there is no such hazard, or this is not its code; the two are not told apart.
    """
    return party_by_code(number=number, code=code, kind="hazard", parties=(PartyKind.REPORTER,))


def open_contact(*, hazard: Hazard, reason: str, by: Actor, at: datetime) -> str:
    """How to reach whoever pointed it out. Who opened it, and why, is written down.

    Raises:
        Refused: not the desk of this hazard.  NotFound: no contact was left.  Invalid: no reason.
    """
    if by.post is None or by.account is None or not may_reach(by, hazard.procedure):
        raise Refused
    party = hazard.procedure.parties.filter(kind=PartyKind.REPORTER, contact_sealed__isnull=False).first()
    if party is None or party.contact_sealed is None:
        raise NotFound
    return open_sealed(
        party.contact_sealed, row=party.uuid, field=CONTACT_FIELD, viewer=by.account, post_title=by.post.title,
        subject=party.account, procedure=hazard.pk, reason=reason, at=at,
    )  # fmt: skip


# --- who decides, and where


def covers(post: Post, path: str) -> bool:
    """Whether a post's place holds this place; a grid worker's is the committee of the cell."""
    own = post.place.path[:-STEP] if post.place.kind == Kind.CELL else post.place.path
    return path.startswith(own)


def committee_post(path: str, at: datetime) -> Post:
    """Who decides on what somebody else pointed out: the committee, or the first above it that is there."""
    known = directory()
    for role in (Role.COMMITTEE_SECRETARY, Role.AREA_LEAD, Role.DUTY_OFFICER):
        for post in known.above(role, path):
            return known.acting(post, at)
    raise NotReady


def _spot(place: Place) -> Spot:
    spot = find_spot(place, None, None)
    if spot.place is None:
        raise Invalid(fields={"place": _("This place is outside this office's area. Call 12345 for it.")})
    return spot


def _hazard(spot: Spot, kind: HazardKind, origin: Origin, text: str, where: str, at: datetime) -> Hazard:
    written = text.strip()
    if not written or "\0" in written:
        raise Invalid(fields={"text": _("Write in a sentence what is wrong.")})
    if len(written) > TEXT_MOST:
        raise Invalid(fields={"text": _("Write at most 2,000 characters.")})
    procedure = new_procedure(kind="hazard", place=spot.place, place_path=spot.path, cell=spot.cell, at=at)
    lon, lat = (spot.place.lon, spot.place.lat) if spot.place else (None, None)
    return Hazard(
        procedure=procedure, kind=kind, origin=origin, text=written, where=where.strip()[:WHERE_MOST], lon=lon, lat=lat
    )


def _open(
    hazard: Hazard, *, by: Actor, at: datetime, action: UUID, desk: Post, photos: Sequence[UUID], party: Party | None
) -> Hazard:
    says = {
        "kind": hazard.kind, "origin": hazard.origin, "line": hazard.line, "imminent": hazard.imminent,
        "photos": [str(photo) for photo in photos],
    }  # fmt: skip
    with transaction.atomic():
        opened, fresh = open_procedure(
            procedure=hazard.procedure, particulars=hazard, by=by, at=at, action=action, says=says,
            audience=Audience.PARTIES, assign={desk: Part.DESK}, parties=[party] if party else [],
        )  # fmt: skip
        if fresh and photos:
            files.attach(photos, procedure=opened.pk, audience=Audience.PARTIES if party else Audience.STAFF)
    return hazard if fresh else Hazard.objects.select_related("procedure").get(pk=opened.pk)
