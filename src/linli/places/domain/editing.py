"""One place at a time, by somebody who keeps the tree: added, changed, taken out of use; the log says what was done."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linli.core import acts
from linli.core.errors import Conflict, Invalid
from linli.places.domain.grid import check_cells
from linli.places.domain.tree import change_place, create_place, retire_place
from linli.places.models import PARENT_KINDS, Kind, Place

Outline = Mapping[str, Any]


def kinds_in(place: Place) -> list[Kind]:
    """What may lie directly in a place."""
    return [kind for kind, parent in PARENT_KINDS.items() if parent == place.kind]


def add_place(
    *,
    parent: Place,
    kind: str,
    name: str,
    name_en: str = "",
    code: str = "",
    geometry: Outline | None = None,
    by: Any,
    at: datetime,
) -> Place:
    """Add one place directly in `parent`.

    Raises:
        Invalid: it does not belong there, its outline is no outline, or as a grid cell it leaves the grid with a fault.
        Conflict: there is one of this kind and name already.
    """
    with transaction.atomic():
        place = create_place(parent=parent, kind=kind, name=name, name_en=name_en, code=code, geometry=geometry)
        _check_overlap(place)
        acts.record("place_added", target=f"{place.path} {place.name}", by=by, at=at)
    return place


def edit_place(
    *, place: Place, name: str, name_en: str, code: str, geometry: Outline | None, by: Any, at: datetime
) -> Place:
    """Change what a place is called and where it lies. geometry: none leaves it as it is.

    Raises:
        Invalid, Conflict: as in `add_place`.
    """
    with transaction.atomic():
        changed = change_place(place=place, name=name, name_en=name_en, code=code, geometry=geometry)
        _check_overlap(changed)
        now = {"name": changed.name, "name_en": changed.name_en, "code": changed.code}
        before = {field: getattr(place, field) for field in now}
        told = [f"{field}: {before[field]} → {value}" for field, value in now.items() if before[field] != value]
        told += ["outline"] if geometry is not None and changed.geometry != place.geometry else []
        if told:
            acts.record("place_changed", target=f"{place.path} {place.name}", detail="; ".join(told), by=by, at=at)
    return changed


def close_place(*, place: Place, by: Any, at: datetime) -> int:
    """Take a place and all that lies in it out of use. Their past stays readable. Returns how many places.

    Raises:
        Conflict: it is out of use already.
    """
    with transaction.atomic():
        number = retire_place(place=place, at=at)
        if not number:
            raise Conflict(_("This place is out of use already."))
        acts.record("place_retired", target=f"{place.path} {place.name}", detail=number, by=by, at=at)
    return number


def _check_overlap(place: Place) -> None:
    """A grid cell may for a while leave a gap, until its neighbour is drawn; it never overlaps or cuts a building."""
    if place.kind != Kind.CELL or place.parent is None:
        return
    found = [finding for finding in check_cells(place.parent) if finding.rule in ("overlap", "cut", "code-twice")]
    own = [finding for finding in found if any(other.pk == place.pk for other in finding.places)]
    if own:
        raise Invalid(fields={"geometry": own[0].words})
