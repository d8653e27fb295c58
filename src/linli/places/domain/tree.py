"""The verbs of the tree: create, change, retire. Nothing is ever deleted, so a path never means two places."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import CharField, Max
from django.utils.translation import gettext as _

from linli.core.errors import Conflict, Invalid
from linli.places.domain.draft import PlaceDraft
from linli.places.domain.geometry import clean_geometry, middle
from linli.places.domain.kept import TREE
from linli.places.models import PARENT_KINDS, STEP, Kind, Place, PlaceFigure, path_step

BATCH = 200  # rows of one transaction, so that others can write in between

LONGEST = {column.name: column.max_length or 0 for column in Place._meta.fields if isinstance(column, CharField)}

Planting = tuple[Place | None, PlaceDraft]
"""A draft and the place it will lie in; its children stay out of account."""


def create_place(
    *,
    parent: Place | None,
    kind: str,
    name: str,
    name_en: str = "",
    code: str = "",
    aliases: Iterable[str] = (),
    geometry: Mapping[str, Any] | None = None,
) -> Place:
    """Add one place below `parent`. Raises Invalid for what does not fit, Conflict where the name is taken."""
    draft = PlaceDraft(kind=kind, name=name, name_en=name_en, code=code, aliases=tuple(aliases), geometry=geometry)
    return create_places(parent=parent, drafts=[draft])[0]


def create_places(*, parent: Place | None, drafts: Sequence[PlaceDraft]) -> list[Place]:
    """Add whole branches below `parent`: the new places, level by level, as many as the drafts hold in all.

    Written in batches of `BATCH` rows with a transaction each, parents before children: broken off, it leaves a smaller
    tree and never a wrong one.
    """
    created: list[Place] = []
    level: list[Planting] = [(parent, draft) for draft in drafts]
    while level:
        places = plant(level)
        created += places
        pairs = zip(places, (draft for _parent, draft in level), strict=True)
        level = [(place, child) for place, draft in pairs for child in draft.children]
    return created


def plant(level: Sequence[Planting]) -> list[Place]:
    """Add one place for each draft, in the order given, batch by batch. Children of the drafts are not looked at."""
    created: list[Place] = []
    for start in range(0, len(level), BATCH):
        created += _plant_batch(level[start : start + BATCH])
    return created


def change_place(
    *,
    place: Place,
    name: str | None = None,
    name_en: str | None = None,
    code: str | None = None,
    aliases: Iterable[str] | None = None,
    geometry: Mapping[str, Any] | None = None,
) -> Place:
    """Change what is given and leave the rest. The kind, the parent and the path of a place never change.

    Returns the place as it is stored now. Raises Invalid for what does not fit, Conflict where the name is taken.
    """
    with _one_name_once(), transaction.atomic():
        stored = Place.objects.select_for_update().get(pk=place.pk)  # it may have changed since the page was opened
        draft = PlaceDraft(
            kind=stored.kind,
            name=stored.name if name is None else name,
            name_en=stored.name_en if name_en is None else name_en,
            code=stored.code if code is None else code,
            aliases=tuple(stored.aliases if aliases is None else aliases),
            geometry=stored.geometry if geometry is None else geometry,
        )
        changed = drawn_up(draft)
        changed.pk, changed.parent_id = stored.pk, stored.parent_id
        changed.path, changed.retired_at = stored.path, stored.retired_at
        changed.save()
        TREE.changed()
    return changed


def retire_place(*, place: Place, at: datetime) -> int:
    """Take a place and all beneath it out of use from `at` on; the number of places. Their past stays readable."""
    with transaction.atomic():
        number = Place.objects.below(place.path).filter(retired_at=None).update(retired_at=at)
        TREE.changed()
    return number


def _plant_batch(batch: Sequence[Planting]) -> list[Place]:
    places = [_placed(parent, draft) for parent, draft in batch]
    parents = {place.parent_id: place.parent for place in places}
    with _one_name_once(), transaction.atomic():
        # Held until the commit, so that two people adding under one parent take paths one after the other.
        list(Place.objects.select_for_update().filter(pk__in=[key for key in parents if key]).values_list("pk"))
        paths = _free_paths(parents)
        for place in places:
            place.path = next(paths[place.parent_id])
        Place.objects.bulk_create(places)
        PlaceFigure.objects.bulk_create(
            PlaceFigure(place=place, **vars(figure))
            for place, (_parent, draft) in zip(places, batch, strict=True)
            for figure in draft.figures
        )
        TREE.changed()
    return places


def _free_paths(parents: Mapping[int | None, Place | None]) -> dict[int | None, Iterator[str]]:
    """For each parent the paths that its next children take, after the highest that was ever given."""
    taken = Place.objects.filter(parent__in=[key for key in parents if key])
    highest = {row["parent"]: row["last"] for row in taken.values("parent").annotate(last=Max("path"))}
    if None in parents:
        highest[None] = Place.objects.filter(parent=None).aggregate(last=Max("path"))["last"]
    return {
        key: _paths(parent.path if parent else "", after=int((highest.get(key) or "0")[-STEP:], 36))
        for key, parent in parents.items()
    }


def _paths(start: str, *, after: int) -> Iterator[str]:
    for number in range(after + 1, 36**STEP):
        yield start + path_step(number)
    raise Conflict(_("There is no room for another place here."), code="no-room")


def _placed(parent: Place | None, draft: PlaceDraft) -> Place:
    check_nesting(draft.kind, parent)
    place = drawn_up(draft)
    place.parent = parent
    return place


def check_nesting(kind: str, parent: Place | None) -> None:
    """Raises Invalid unless a place of this kind may lie directly in `parent`."""
    if kind not in Kind.values:
        raise Invalid(_("“%(kind)s” is no kind of place.") % {"kind": kind}, code="wrong-kind")
    wanted = PARENT_KINDS.get(Kind(kind))
    if (parent.kind if parent else None) != wanted:
        words = {"kind": Kind(kind).label, "wanted": wanted.label if wanted else _("nothing")}
        raise Invalid(_("A place of the kind “%(kind)s” lies in: %(wanted)s.") % words, code="wrong-parent")
    if parent is not None and parent.retired_at is not None:
        raise Invalid(_("%(name)s is no longer in use.") % {"name": parent.title}, code="retired")


def drawn_up(draft: PlaceDraft) -> Place:
    """The draft as a row that lies nowhere yet and is not stored; raises Invalid for what does not fit."""
    place = Place(kind=draft.kind)
    for field in ("name", "name_en", "code"):
        setattr(place, field, _text(field, getattr(draft, field)))
    if not place.name:
        raise Invalid(_("The name is missing."), code="no-name")
    place.aliases = [_text("name", alias) for alias in draft.aliases]
    if draft.geometry is not None:
        place.geometry = clean_geometry(draft.geometry, kind=Kind(draft.kind))
        place.lon, place.lat = middle(place.geometry)
    elif draft.kind == Kind.CELL:
        raise Invalid(_("A grid cell needs an outline."), code="no-geometry")
    return place


def _text(field: str, value: Any) -> str:
    longest = LONGEST[field]
    if not isinstance(value, str) or len(value.strip()) > longest or any(ord(character) < 32 for character in value):
        raise Invalid(
            _("“%(value)s” is not a text of at most %(longest)s characters on one line.")
            % {"value": str(value)[:longest], "longest": longest},
            code="not-a-text",
        )
    return value.strip()


class _one_name_once:  # noqa: N801  reads as a phrase after `with`
    """Says in words what the constraint on parent, kind and name refuses."""

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, IntegrityError):
            raise Conflict(_("There is a place of this kind and name here already."), code="name-taken") from error
