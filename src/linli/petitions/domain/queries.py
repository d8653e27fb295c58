"""Reading petitions: the desk's list, kept by matter; the same matter elsewhere; never by who wrote."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from linli.core.errors import NotFound
from linli.people.actors import Viewer
from linli.people.models import Organisation
from linli.petitions.models import Petition
from linli.places.domain.queries import full_title, governed_path
from linli.procedures.models import Procedure
from linli.procedures.numbers import read_number

MOST = 200


def seen(viewer: Viewer) -> QuerySet[Petition]:
    """The petitions that these posts may read: those with a part in them, and none that is closed to the reader."""
    procedures = Procedure.objects.visible_to(viewer).filter(kind="petition")
    return Petition.objects.filter(procedure__in=procedures).select_related("procedure__place")


def petition_of(number: str, viewer: Viewer) -> Petition:
    """One petition for staff.

    Raises:
        NotFound: there is none, or this reader must not know of it; the two are not told apart.
    """
    found = seen(viewer).filter(procedure__number=read_number(number) or "").select_related("accused").first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Row:
    """A line of the desk's list."""

    number: str
    matter: str
    klass: str
    field: str
    channel: str
    state: str
    place: str
    due: datetime | None
    amber: datetime | None
    received_at: datetime


def desk_rows(viewer: Viewer, *, field: str = "", over: bool = False) -> list[Row]:
    """The petitions of the reader's posts on a matter, what is due first on top. Two statements, however many rows."""
    found = seen(viewer).filter(procedure__closed__isnull=not over)
    if field:
        found = found.filter(field=field)
    order = ("-received_at",) if over else ("procedure__due", "received_at")
    return [_row(petition) for petition in found.order_by(*order)[:MOST]]


def _row(petition: Petition) -> Row:
    procedure = petition.procedure
    return Row(
        procedure.number, petition.matter, petition.klass, petition.field, petition.channel, procedure.state,
        full_title(procedure.place) if procedure.place else "", procedure.due, procedure.amber, petition.received_at,
    )  # fmt: skip


def same_matter(petition: Petition, viewer: Viewer) -> list[Row]:
    """Other open petitions on the same field about the same body, that the reader may see."""
    found = seen(viewer).filter(field=petition.field, accused=petition.accused_id, procedure__closed=None)
    return [_row(each) for each in found.exclude(pk=petition.pk).order_by("received_at")[:20]]


def organisations() -> Iterable[Organisation]:
    """What can be complained of: every open organisation whose place lies here."""
    found = Organisation.objects.filter(closed_at=None, place__path__startswith=governed_path())
    return found.order_by("kind", "name")
