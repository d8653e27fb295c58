"""Sourced numbers about a place as a whole: what they are called and counted in. Never about one person."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.places.models import Place, PlaceFigure

NAMES: dict[str, Any] = {
    "households": _("Number of households"),
    "floor_area": _("Floor area"),
    "aged_65": _("People aged 65 or over"),
    "disabled": _("Disabled residents"),
    "hardship": _("Households in hardship"),
    "storeys": _("Number of storeys"),
    "built": _("Year of completion"),
}
UNITS: dict[str, Any] = {
    "households": _("households"),
    "persons": _("persons"),
    "storeys": _("storeys"),
    "percent": "%",
    "m2": "m²",
    "year": "",
}


@dataclass(frozen=True)
class FigureRow:
    """A figure as a page shows it."""

    name: Any
    value: str
    source: str
    as_of: date
    verified: bool


def figure_row(figure: PlaceFigure) -> FigureRow:
    """The figure in words; a name or unit that is not known here stands as it was recorded."""
    number = f"{figure.value.normalize():f}" if figure.unit == "year" else f"{figure.value.normalize():,f}"
    return FigureRow(
        name=NAMES.get(figure.name, figure.name),
        value=f"{number} {UNITS.get(figure.unit, figure.unit)}".rstrip(),
        source=figure.source,
        as_of=figure.as_of,
        verified=figure.verified,
    )


def set_figure(
    *, place: Place, name: str, value: Decimal, unit: str, source: str, as_of: date, verified: bool = False
) -> PlaceFigure:
    """Record a figure of a place at a date; a figure of that name and date is replaced."""
    figure, _created = PlaceFigure.objects.update_or_create(
        place=place,
        name=name,
        as_of=as_of,
        defaults={"value": value, "unit": unit, "source": source, "verified": verified},
    )
    return figure
