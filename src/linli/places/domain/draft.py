"""A branch of the tree as somebody drew it up, before it has rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class FigureDraft:
    """A sourced number about a place as a whole. `name` and `unit` as in `places.domain.figures`."""

    name: str
    value: Decimal
    unit: str
    source: str
    as_of: date
    verified: bool = False


@dataclass(frozen=True)
class PlaceDraft:
    """A place and what lies in it. `kind` is a value of `Kind`, `geometry` a GeoJSON geometry in WGS-84."""

    kind: str
    name: str
    name_en: str = ""
    code: str = ""
    aliases: tuple[str, ...] = ()
    geometry: Mapping[str, Any] | None = None
    figures: tuple[FigureDraft, ...] = ()
    children: tuple["PlaceDraft", ...] = ()
