"""Places from a GeoJSON file: read, checked against the tree feature by feature, then taken.

A feature's properties are `kind`, `name`, `name_en`, `code`, `aliases`, `spoken` (names that people use, each with its
source) and `parent`: the id of a feature of the same file, or the path or code of a place in the tree. A place of the
same kind and name under the same parent is changed.
The grid of a committee is taken whole or not at all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.core import acts
from linli.core.errors import DomainError, Invalid, TooLarge
from linli.places.domain import gcj02
from linli.places.domain.aliases import names_by_place, read_names, take_names
from linli.places.domain.draft import PlaceDraft
from linli.places.domain.geometry import Convert, as_given, clean_geometry, lies_in
from linli.places.domain.grid import grid_findings
from linli.places.domain.tree import BATCH, change_place, check_nesting, drawn_up, plant
from linli.places.models import PARENT_KINDS, Kind, Place

MOST_BYTES = 16 * 1024 * 1024
MOST_FEATURES = 20_000


@dataclass(eq=False)
class Candidate:
    """One feature on its way into the tree. `fault` says why it cannot be taken, in words for whoever made the file."""

    number: int  # in the file, counted from 1
    properties: dict[str, Any] = field(default_factory=dict)
    ref: str = ""
    draft: PlaceDraft | None = None
    row: Place | None = None  # as it would be stored; once taken, as it is
    parent: "Candidate | Place | None" = None
    existing: Place | None = None
    spoken: list[dict[str, str]] = field(default_factory=list)  # names that people use
    known_names: frozenset[str] = frozenset()
    fault: str = ""

    @property
    def name(self) -> str:
        return str(self.properties.get("name") or "")

    @property
    def kind(self) -> str:
        return self.draft.kind if self.draft else ""

    @property
    def holder(self) -> Place | None:
        """The place it lies in, stored or to be stored."""
        return (self.parent.existing or self.parent.row) if isinstance(self.parent, Candidate) else self.parent

    @property
    def changes(self) -> dict[str, Any]:
        """What the file says otherwise than the tree. A file without a geometry, code or English name takes none."""
        if self.existing is None or self.row is None:
            return {}
        fields = ("name_en", "code", "aliases", "geometry")
        said = {name: getattr(self.row, name) for name in fields if getattr(self.row, name)}
        return {name: value for name, value in said.items() if value != getattr(self.existing, name)}

    @property
    def new_names(self) -> list[dict[str, str]]:
        """The names that people use which the tree has not. A file takes none away."""
        return [name for name in self.spoken if name["text"] not in self.known_names]


@dataclass(frozen=True)
class Reading:
    """A file, read and checked; nothing is written yet."""

    candidates: Sequence[Candidate]

    @property
    def bad(self) -> list[Candidate]:
        return [candidate for candidate in self.candidates if candidate.fault]

    @property
    def new(self) -> list[Candidate]:
        return [candidate for candidate in self.candidates if not candidate.fault and candidate.existing is None]

    @property
    def changed(self) -> list[Candidate]:
        stored = [candidate for candidate in self.candidates if not candidate.fault and candidate.existing]
        return [candidate for candidate in stored if candidate.changes or candidate.new_names]

    @property
    def same(self) -> int:
        return len(self.candidates) - len(self.bad) - len(self.new) - len(self.changed)


def read_places(data: bytes, *, from_gcj02: bool = False) -> Reading:
    """Read a FeatureCollection and check each feature. from_gcj02: its coordinates are in GCJ-02 and are converted.

    Raises Invalid or TooLarge where the file as a whole cannot be read; what is wrong with a feature stands with it.
    """
    convert = gcj02.to_wgs84 if from_gcj02 else as_given
    candidates = [_candidate(number, feature, convert) for number, feature in enumerate(_features(data), start=1)]
    _Linking(candidates).link()
    _check_grids(candidates)
    for candidate in _parents_first(candidates):
        if not candidate.fault and isinstance(candidate.parent, Candidate) and candidate.parent.fault:
            candidate.fault = _("The place that it lies in cannot be taken.")
    return Reading(candidates)


@dataclass(frozen=True)
class Taken:
    """What became of a file: how many features made a place, changed one, said nothing new, were left."""

    created: int
    changed: int
    same: int
    left: int


def take_places(reading: Reading, *, rest: bool = False, by: Any = None, at: datetime | None = None) -> Taken:
    """Write what was read. rest: take what is good although something is bad; otherwise nothing is taken then.
    by: as in `core.acts`.

    Written in batches with a transaction each, parents first. Broken off, the same file taken again completes it.
    """
    if reading.bad and not rest:
        raise Invalid(_("Nothing was taken: some features cannot be."), code="bad-features")
    new, changed = reading.new, reading.changed
    result = Taken(len(new), len(changed), reading.same, len(reading.bad))
    if new or changed:  # written down first: broken off, some of it was taken
        said = _("%(created)d new, %(changed)d changed") % vars(result)
        acts.record("places_taken", target=_names([*new, *changed]), detail=said, by=by, at=at or timezone.now())
    for depth in range(len(Kind)):
        level = [candidate for candidate in new if _depth(candidate.kind) == depth]
        rows = plant([(candidate.holder, candidate.draft) for candidate in level if candidate.draft])
        for candidate, row in zip(level, rows, strict=True):
            candidate.row = row
    for start in range(0, len(changed), BATCH):
        with transaction.atomic():
            for candidate in changed[start : start + BATCH]:
                if candidate.existing and candidate.changes:
                    change_place(place=candidate.existing, **candidate.changes)
    _take_names([candidate for candidate in [*new, *changed] if candidate.new_names])
    return result


def _names(candidates: Sequence[Candidate]) -> str:
    return ", ".join(str(candidate.properties.get("name", "")) for candidate in candidates[:5])


def _take_names(named: Sequence[Candidate]) -> None:
    """Add the names that people use to places that are stored by now."""
    for start in range(0, len(named), BATCH):
        with transaction.atomic():
            for candidate in named[start : start + BATCH]:
                if place := candidate.existing or candidate.row:
                    take_names(place, candidate.new_names)


def _features(data: bytes) -> list[Any]:
    if len(data) > MOST_BYTES:
        raise TooLarge
    try:
        collection = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Invalid(_("This file is not JSON: %(error)s.") % {"error": error}, code="not-json") from error
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or collection.get("type") != "FeatureCollection":
        raise Invalid(_("This file is not a GeoJSON FeatureCollection."), code="not-geojson")
    if len(features) > MOST_FEATURES:
        raise TooLarge(_("A file may hold %(most)s features. Send it in parts.") % {"most": MOST_FEATURES})
    return features


def _candidate(number: int, feature: Any, convert: Convert) -> Candidate:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return Candidate(number, fault=_("This is not a GeoJSON Feature."))
    properties = feature.get("properties")
    if not isinstance(properties, dict):
        return Candidate(number, fault=_("The feature has no properties."))
    candidate = Candidate(number, properties, ref=str(feature.get("id", "")))
    try:
        candidate.draft = _draft(properties, feature.get("geometry"), convert)
        candidate.row = drawn_up(candidate.draft)
        candidate.spoken = read_names(properties.get("spoken") or [])
    except DomainError as error:
        candidate.fault = str(error.message)
    return candidate


def _draft(properties: dict[str, Any], geometry: Any, convert: Convert) -> PlaceDraft:
    kind, aliases = properties.get("kind"), properties.get("aliases") or []
    if kind not in Kind.values:
        raise Invalid(_("“%(kind)s” is no kind of place.") % {"kind": kind}, code="wrong-kind")
    if not isinstance(aliases, list):
        raise Invalid(_("The other names are a list."), code="not-a-list")
    return PlaceDraft(
        kind=kind,
        name=properties.get("name") or "",
        name_en=properties.get("name_en") or "",
        code=properties.get("code") or "",
        aliases=tuple(aliases),
        geometry=clean_geometry(geometry, kind=Kind(kind), convert=convert) if geometry is not None else None,
    )


class _Linking:
    """Finds for each candidate its parent and the place that it changes. Two statements."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self._candidates = candidates
        self._by_ref: dict[str, Candidate] = {}
        places = list(Place.objects.select_related("parent").order_by("path"))
        self._by_path = {place.path: place for place in places}
        self._names = names_by_place()
        self._by_code = {place.code: place for place in reversed(places) if place.code}
        self._by_name = {(place.parent_id, place.kind, place.name): place for place in places}
        self._seen: dict[tuple[Any, str, str], Candidate] = {}

    def link(self) -> None:
        for candidate in self._candidates:
            if candidate.ref and self._by_ref.setdefault(candidate.ref, candidate) is not candidate:
                candidate.fault = candidate.fault or _("Another feature of the file has this id already.")
        for candidate in _parents_first(self._candidates):
            if not candidate.fault:
                try:
                    self._link(candidate)
                except DomainError as error:
                    candidate.fault = str(error.message)

    def _link(self, candidate: Candidate) -> None:
        assert candidate.row is not None
        candidate.parent = self._parent(candidate.properties.get("parent"))
        check_nesting(candidate.row.kind, candidate.holder)
        key = (id(candidate.holder), candidate.row.kind, candidate.row.name)
        if self._seen.setdefault(key, candidate) is not candidate:
            raise Invalid(_("The file holds this kind and name twice under one parent."), code="twice")
        candidate.existing = self._existing(candidate)
        candidate.known_names = self._known_names(candidate.existing)
        self._check_lies_in(candidate)

    def _parent(self, ref: Any) -> "Candidate | Place | None":
        if ref is None or ref == "":
            return None
        found = self._by_ref.get(str(ref)) or self._by_path.get(str(ref)) or self._by_code.get(str(ref))
        if found is None:
            facts = {"parent": str(ref)[:40]}
            raise Invalid(
                _("Its parent “%(parent)s” is neither in the file nor in the tree.") % facts, code="no-parent"
            )
        if isinstance(found, Candidate) and found.fault:
            raise Invalid(_("The place that it lies in cannot be taken."), code="bad-parent")
        return found

    def _existing(self, candidate: Candidate) -> Place | None:
        assert candidate.row is not None
        holder = candidate.holder
        if holder is not None and holder._state.adding:
            return None
        above = holder.pk if holder else None
        existing = self._by_name.get((above, candidate.row.kind, candidate.row.name))
        if existing is not None and existing.retired_at is not None:
            raise Invalid(_("%(name)s is no longer in use.") % {"name": existing.title}, code="retired")
        return existing

    def _known_names(self, place: Place | None) -> frozenset[str]:
        return frozenset(alias.text for alias in self._names.get(place.pk, ())) if place else frozenset()

    def _check_lies_in(self, candidate: Candidate) -> None:
        holder, row = _as_it_will_be(candidate.parent), candidate.row
        if row and row.geometry and holder and holder.geometry and not lies_in(row.geometry, holder.geometry):
            raise Invalid(_("Its middle lies outside %(parent)s.") % {"parent": holder.title}, code="outside-parent")


def _check_grids(candidates: Sequence[Candidate]) -> None:
    """Hold the grids of all committees that the file touches to the rules. A cell at fault takes its grid with it."""
    touched: dict[str | int, tuple[Node, list[Candidate]]] = {}
    for candidate in candidates:
        if not candidate.fault and candidate.kind in {Kind.COMMITTEE, Kind.CELL, Kind.BUILDING}:
            committee = _committee(candidate)
            stored = _stored(committee)
            # By its path: a stored committee comes as another object from each of its estates.
            touched.setdefault(stored.path if stored else id(committee), (committee, []))[1].append(candidate)
    for committee, below in touched.values():
        of_the_file = next((candidate for candidate in below if candidate.kind == Kind.COMMITTEE), None)
        _check_grid(of_the_file or committee, below)


def _check_grid(committee: "Node", below: Sequence[Candidate]) -> None:
    """below: the good candidates of the file in this committee, itself among them where it is one."""
    rows = {id(candidate.row): candidate for candidate in below}
    whole = _as_it_will_be(committee)
    if whole is None:
        return
    cells, buildings = (_all_of(kind, _stored(committee), below) for kind in (Kind.CELL, Kind.BUILDING))
    grid = [candidate for candidate in below if candidate.kind == Kind.CELL]
    for finding in grid_findings(whole, cells, buildings):
        for candidate in grid or [rows[id(place)] for place in finding.places if id(place) in rows]:
            candidate.fault = candidate.fault or finding.words


def _all_of(kind: Kind, committee: Place | None, below: Sequence[Candidate]) -> list[Place]:
    """The places of a kind in a committee once the file is taken."""
    ours = [candidate for candidate in below if candidate.kind == kind]
    replaced = [candidate.existing.pk for candidate in ours if candidate.existing]
    stored = Place.objects.below(committee.path) if committee else Place.objects.none()
    kept = stored.filter(kind=kind, retired_at=None).exclude(pk__in=replaced).order_by("path")
    return [*kept, *(candidate.row for candidate in ours if candidate.row)]


def _as_it_will_be(node: "Node | None") -> Place | None:
    """The place with the outline that it has once the file is taken."""
    if not isinstance(node, Candidate):
        return node
    return node.row if node.row and node.row.geometry else node.existing or node.row


def _committee(node: "Node") -> "Node":
    """The committee that a cell, a building or the committee itself belongs to."""
    while node.kind != Kind.COMMITTEE and node.parent is not None:
        node = node.parent
    return node


def _stored(node: "Node") -> Place | None:
    return node.existing if isinstance(node, Candidate) else node


def _parents_first(candidates: Iterable[Candidate]) -> list[Candidate]:
    return sorted(
        (candidate for candidate in candidates if candidate.row), key=lambda candidate: _depth(candidate.kind)
    )


def _depth(kind: str) -> int:
    """0 for a district, 1 for what lies in it, and so on."""
    above = PARENT_KINDS.get(Kind(kind))
    return 1 + _depth(above) if above else 0


Node = Candidate | Place
"""A place of the file or of the tree."""
