"""The names that people use for a place, as the office learns them: added, taken away, exchanged by file."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linli.core import acts
from linli.core.errors import Conflict, Invalid
from linli.places.domain.kept import TREE
from linli.places.domain.plain import plain
from linli.places.models import Alias, Kind, Place

SHORTEST = 2  # characters that can be told from the rest of a sentence
NAMED = frozenset({Kind.COMMITTEE, Kind.ESTATE, Kind.BUILDING, Kind.ENTRANCE, Kind.LANE})


def add_alias(*, place: Place, text: str, source: str = "", by: Any, at: datetime) -> Alias:
    """Let a place be found by one more name.

    Raises:
        Invalid: no name, or one that says nothing.  Conflict: the place is called so already.
    """
    text = " ".join(text.split())
    _check(place, text)
    if text in {place.name, place.name_en, *place.aliases} or place.spoken.filter(text=text).exists():
        raise Conflict(_("This place is called “%(text)s” already.") % {"text": text}, code="alias-taken")
    with transaction.atomic():
        alias = Alias.objects.create(place=place, text=text, source=" ".join(source.split())[:80])
        TREE.changed()
        acts.record("place_named", target=f"{place.path} {place.name}", detail=text, by=by, at=at)
    return alias


def remove_alias(*, place: Place, alias: int, by: Any, at: datetime) -> None:
    """Let a place no longer be found by a name. One that is gone already is no error."""
    with transaction.atomic():
        if place.spoken.filter(pk=alias).delete()[0]:
            TREE.changed()
            acts.record("place_unnamed", target=f"{place.path} {place.name}", by=by, at=at)


def aliases_of(place: Place) -> list[Alias]:
    """The names that the office added, in their order. One statement."""
    return list(place.spoken.all())


@TREE.kept
def spoken() -> dict[str, list[str]]:
    """What the office added, by the path of the place. One statement when the tree has changed."""
    names: dict[str, list[str]] = {}
    for path, text in Alias.objects.order_by("id").values_list("place__path", "text"):
        names.setdefault(path, []).append(text)
    return names


def names_by_place() -> dict[int, list[Alias]]:
    """What the office added, by the key of the place. One statement."""
    names: dict[int, list[Alias]] = {}
    for alias in Alias.objects.all():
        names.setdefault(alias.place_id, []).append(alias)
    return names


def take_names(place: Place, spoken: Iterable[Mapping[str, Any]]) -> None:
    """Add the names of a file, in the caller's transaction; those that the place has stay as they are."""
    rows = [Alias(place=place, text=given["text"], source=given.get("source", "")) for given in spoken]
    Alias.objects.bulk_create(rows, ignore_conflicts=True)
    TREE.changed()


def read_names(given: Any) -> list[dict[str, str]]:
    """The `spoken` of a feature, checked: a list of {"text", "source"}. Raises Invalid."""
    if not isinstance(given, list):
        raise Invalid(_("The names that people use are a list."), code="not-a-list")
    read = []
    for one in given:
        text, source = (one.get("text"), one.get("source", "")) if isinstance(one, dict) else (None, None)
        if not isinstance(text, str) or not isinstance(source, str) or not _fits(text) or len(source) > 80:
            raise Invalid(_("A name that people use has 2 to 80 characters, and a source."), code="wrong-alias")
        read.append({"text": text, "source": source})
    return read


def _check(place: Place, text: str) -> None:
    if place.kind not in NAMED:
        raise Invalid(_("Only what lies in an estate, an estate and a committee are found in texts."), code="too-wide")
    if not _fits(text):
        raise Invalid(
            fields={"text": _("Write a name of 2 to 80 characters, not a number alone: for example “the old sixth”.")}
        )


def _fits(text: str) -> bool:
    spoken = plain(text).text
    return len(spoken) >= SHORTEST and len(text) <= 80 and text.isprintable() and not spoken.isdigit()
