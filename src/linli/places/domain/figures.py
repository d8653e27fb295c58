"""Sourced numbers about a place as a whole: what they are called and counted in. Never about one person."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from linli.places.models import Place, PlaceFigure

NAMES = {
    "households": _("households"),
    "floor_area": _("floor area"),
    "aged_65": _("people aged 65 or over"),
    "disabled": _("disabled residents"),
    "hardship": _("households in hardship"),
    "storeys": _("storeys"),
    "built": _("built in"),
}
UNITS = {
    "households": _("households"),
    "persons": _("persons"),
    "percent": "%",
    "m2": "m²",
    "storeys": _("storeys"),
    "year": "",
}


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
