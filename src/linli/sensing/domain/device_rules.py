"""What the register may say of a device, privacy first."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from linli.cases.domain.classes import known_basis
from linli.core.errors import Invalid
from linli.sensing.domain.standards import standard_of
from linli.sensing.enums import DeviceStatus, DeviceType, Site
from linli.sensing.models import Device

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{1,19}")
RESERVED = frozenset({"public", "new", "import", "export", "labels", "map", "care"})  # parts of addresses
# Where the public does not go; everywhere else a device stands in the public register (but for the care check).
NOT_PUBLIC = frozenset({Site.HOME, Site.SHOP, Site.PUMP_ROOM, Site.ROOF_TANK, Site.OTHER})
CHANGEABLE = frozenset(
    {
        "spot", "height", "owner", "operator", "purpose", "purpose_en", "basis", "sees", "sees_en", "days", "standard",
        "installed_on", "next_check", "expected", "status", "public",
    }
)  # fmt: skip
ASKED = frozenset({"type", "site", "place", "lon", "lat"}) | CHANGEABLE
NEEDED_TEXTS = ("purpose", "sees")
TEXTS = ("spot", "purpose", "purpose_en", "basis", "sees", "sees_en", "standard")
MOST = {each.name: each.max_length or 0 for each in Device._meta.fields if each.name in TEXTS}
DAYS_MOST = 3650
CARE_DAYS = 2
EXPECTED_MOST = 31 * 86_400
HEIGHT_MOST = 200.0


def is_slug(code: str) -> bool:
    return CODE.fullmatch(code) is not None and code.lower() not in RESERVED


def settle(given: Mapping[str, Any]) -> dict[str, Any]:
    """Every value of a new device, with those of its siting standard where none was given.

    Raises:
        Invalid: a name that the register does not have.
    """
    if unknown := sorted(set(given) - ASKED):
        raise Invalid(fields=dict.fromkeys(unknown, _("The register has no such field.")))
    standard = standard_of(given["type"])
    care = given["type"] == DeviceType.CARE
    plain = {
        "lon": None, "lat": None, "height": None, "spot": "", "basis": standard.basis, "days": standard.days,
        "standard": standard.standard, "installed_on": None, "next_check": None, "expected": standard.expected,
        "status": DeviceStatus.ACTIVE, "public": not care,
    }  # fmt: skip
    values = plain | dict(given)
    return {name: value.strip() if name in TEXTS else value for name, value in values.items()}


def check_values(values: Mapping[str, Any], confirms: Collection[str] | None) -> dict[str, Any]:
    """What is wrong with them, by field. confirms: the points looked at; None where they were confirmed before."""
    wrong = _texts(values) | _numbers(values) | _privacy(values)
    if values["status"] == DeviceStatus.RETIRED:
        wrong["status"] = _("Take it down on its own page, with the reason.")
    if values["basis"] and not known_basis(values["basis"]):
        wrong["basis"] = _("The lawbook has no such rule.")
    needed = standard_of(values["type"]).needed
    missing = [] if confirms is None else [point.title for point in needed if point.id not in confirms]
    if missing:
        wrong["confirms"] = _("Make sure of this first: %(points)s.") % {"points": "; ".join(missing)}
    return wrong


def _texts(values: Mapping[str, Any]) -> dict[str, Any]:
    wrong: dict[str, Any] = {}
    for name in TEXTS:
        if len(values[name]) > MOST[name] or "\0" in values[name]:
            wrong[name] = _("Write at most %(most)d characters.") % {"most": MOST[name]}
    for name in NEEDED_TEXTS:
        if not values[name].strip():
            wrong[name] = _("Write it in a sentence that residents understand.")
    return wrong


def _numbers(values: Mapping[str, Any]) -> dict[str, Any]:
    wrong: dict[str, Any] = {}
    if (values["lon"] is None) != (values["lat"] is None):
        wrong["lon"] = _("Give both longitude and latitude, or neither.")
    elif values["lon"] is not None and not (-180 <= values["lon"] <= 180 and -90 <= values["lat"] <= 90):
        wrong["lon"] = _("Longitude is between -180 and 180, latitude between -90 and 90.")
    if values["height"] is not None and not -HEIGHT_MOST <= values["height"] <= HEIGHT_MOST:
        wrong["height"] = _("The height is in metres above the ground, at most 200.")
    if not 1 <= values["days"] <= DAYS_MOST:
        wrong["days"] = _("Data stay at least 1 and at most 3,650 days.")
    if not 0 <= values["expected"] <= EXPECTED_MOST:
        wrong["expected"] = _("Between two messages lie at most 31 days; 0 means that it speaks only in need.")
    return wrong


def _privacy(values: Mapping[str, Any]) -> dict[str, Any]:
    """No device in a home but the care check; what stands where the public goes is public."""
    wrong: dict[str, Any] = {}
    care = values["type"] == DeviceType.CARE
    if values["site"] == Site.HOME and not care:
        wrong["site"] = _("Only the care check that somebody asked for may stand in a home.")
    if care and values["public"]:
        wrong["public"] = _("The care check is never shown in the public register.")
    if not care and not values["public"] and values["site"] not in NOT_PUBLIC:
        wrong["public"] = _("What stands where the public goes stands in the public register.")
    if care and values["days"] > CARE_DAYS:
        wrong["days"] = _("What the care check tells stays for 2 days.")
    return wrong
