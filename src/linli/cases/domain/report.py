"""Something is reported: the beginning of every case."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.routing import About, desk_post, propose_handler, unplaced
from linli.cases.enums import Grade, Source
from linli.cases.models import Case, CaseClass
from linli.core import files
from linli.core.errors import Invalid
from linli.core.sealed import keyed_hash, seal
from linli.people.actors import Actor
from linli.people.models import Account, Post
from linli.places.domain.locate import locate
from linli.places.domain.queries import governed_path
from linli.places.models import Kind, Place
from linli.procedures.domain.move import new_procedure, open_procedure
from linli.procedures.domain.parties import CONTACT_FIELD
from linli.procedures.enums import Audience, Part, PartyKind
from linli.procedures.models import Party, Procedure
from linli.procedures.numbers import ALPHABET

TEXT_MOST = 4000


@dataclass(frozen=True)
class Reported:
    """A case, and the code that opens the way back to a report without an account."""

    case: Case
    claim_code: str


@dataclass(frozen=True)
class Spot:
    """Where something is: the most particular place known, its path, its grid cell, and whether we know it at all."""

    place: Place | None
    path: str
    cell: Place | None
    outside: bool


def report_case(
    *,
    text: str,
    source: Source,
    by: Actor | None,
    at: datetime,
    action: UUID,
    klass: CaseClass | None = None,
    place: Place | None = None,
    lon: float | None = None,
    lat: float | None = None,
    where: str = "",
    contact: str = "",
    account: Account | None = None,
    photos: Sequence[UUID] = (),
    grade: Grade | str = "",
    desk: Post | None = None,
) -> Reported:
    """Take a report in. Without `by` the reporter speaks, signed in as `account` or not at all.

    A place outside the area or unknown is kept as it was given, marked, and goes to the duty officer, so that nothing
    that somebody reported is lost. A second call with the same action returns the same report and the same code.

    lon, lat: WGS-84 degrees, both or neither.  grade: where whoever reports knows better than the rules.
    desk: the post that decides on it, where that is not the place's desk.

    Raises:
        Invalid: no text, or text too long, or half a position.
    """
    _check(text, lon, lat)
    spot = find_spot(place, lon, lat)
    procedure = new_procedure(
        kind="case", place=spot.place, place_path=spot.path, cell=spot.cell, at=at, sealed=bool(klass and klass.sealed)
    )
    reporter = Party(uuid=uuid5(action, "reporter"), procedure=procedure, kind=PartyKind.REPORTER, account=account)
    code = claim_code(action)
    reporter.claim_hash = claim_hash(procedure.number, code)
    if contact:
        reporter.contact_sealed = seal(contact, row=reporter.uuid, field=CONTACT_FIELD)
    route = propose_handler(klass, spot.path, at, About(source, text, at))
    why = route.why if spot.place else {**route.why, **unplaced(f"{where}\n{text}", spot.path)}
    case = Case(
        procedure=procedure,
        klass=klass,
        grade=grade or route.grade,
        hotline=route.hotline,
        source=source,
        text=text.strip(),
        where=where.strip()[:200],
        lon=lon,
        lat=lat,
        outside=spot.outside,
        proposed=route.post,
        proposed_why=why,
    )
    with transaction.atomic():
        opened, fresh = open_procedure(
            procedure=procedure,
            particulars=case,
            by=by or Actor(party=str(reporter.uuid)),
            at=at,
            action=action,
            says={
                "source": source,
                "klass": klass.code if klass else None,
                "proposed": route.post.pk,
                "why": why,
                "photos": [str(photo) for photo in photos],
            },
            audience=Audience.PARTIES,
            assign={desk or desk_post(spot.path, at): Part.DESK},
            parties=[reporter],
        )
        if fresh and photos:
            files.attach(photos, procedure=procedure.pk, audience=Audience.PARTIES)
    if not fresh:
        return Reported(Case.objects.select_related("procedure", "klass").get(pk=opened.pk), code)
    return Reported(case, code)


def find_spot(place: Place | None, lon: float | None, lat: float | None) -> Spot:
    """Where that is in our tree. A chosen place counts more than a point; a point finds the cell.

    A place that this office does not govern is outside, like a point there.
    """
    found = locate(lon, lat) if lon is not None and lat is not None else None
    if found is None and place is not None and place.lon is not None and place.lat is not None:
        found = locate(place.lon, place.lat)
    cell = found.cell if found else None
    chosen = place or (found.place if found and found.inside else None)
    if chosen is not None and chosen.kind == Kind.CELL:
        cell, chosen = chosen, chosen.parent
    root = root_path()
    if chosen is not None and chosen.path.startswith(root):
        return Spot(chosen, chosen.path, cell, outside=False)
    return Spot(None, root, None, outside=chosen is not None or lon is not None)


def root_path() -> str:
    """The path of the office's own place, where whatever has no place of its own belongs."""
    return governed_path()


def claim_hash(number: str, code: str) -> str:
    """The hash of a claim code as somebody types it, with blanks, hyphens and small letters, for one report."""
    plain = "".join(code.split()).replace("-", "").upper()
    return keyed_hash(f"{number}:{plain}", purpose="claim")


def claim_code(action: UUID) -> str:
    """Ten characters that only who holds this form's action can reckon, so that a doubled submit shows the same."""
    digest = hmac.new(settings.SECRET_KEY.encode(), b"claim-code" + action.bytes, hashlib.sha256).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:10])


def _check(text: str, lon: float | None, lat: float | None) -> None:
    if not text.strip():
        raise Invalid(fields={"text": _("Write in a sentence what is wrong.")})
    if "\0" in text:  # PostgreSQL keeps no NUL, and nobody types one
        raise Invalid(fields={"text": _("The text holds a character that cannot be kept. Please type it again.")})
    if len(text) > TEXT_MOST:
        raise Invalid(fields={"text": _("Write at most 4,000 characters.")})
    if (lon is None) != (lat is None):
        raise Invalid(fields={"where": _("Choose a point on the map, or leave the map alone.")})
    if lon is not None and lat is not None and not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Invalid(fields={"where": _("This is not a position on earth. Choose the point on the map again.")})


def reporter_of(procedure: Procedure) -> Party | None:
    return procedure.parties.filter(kind=PartyKind.REPORTER).first()


def reporters_of(procedure: Procedure) -> list[Party]:
    """Everybody who reported it and left a way to be reached, the first reporter first."""
    found = procedure.parties.filter(
        kind__in=[PartyKind.REPORTER, PartyKind.FURTHER], contact_sealed__isnull=False
    ).select_related("account")
    return sorted(found, key=lambda party: (party.kind == PartyKind.FURTHER, str(party.pk)))
