"""The catalogue of what may be observed: the schema that the door holds each reading to."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid
from linli.sensing.enums import ResultType
from linli.sensing.models import ObservedProperty

OM = "http://www.opengis.net/def/observationType/OGC-OM/2.0/"
OBSERVATION_TYPES = {
    ResultType.MEASUREMENT: OM + "OM_Measurement",
    ResultType.COUNT: OM + "OM_CountObservation",
    ResultType.TRUTH: OM + "OM_TruthObservation",
    ResultType.CATEGORY: OM + "OM_CategoryObservation",
    ResultType.ANY: OM + "OM_Observation",
}


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """The properties that Linli knows from the start, by code."""
    text = (files("linli.sensing") / "data" / "properties.toml").read_text(encoding="utf-8")
    return {row["code"]: row for row in tomllib.loads(text)["property"]}


def load_properties() -> int:
    """Bring the catalogue into the database; what an office has changed stays. Returns how many are new."""
    known = set(ObservedProperty.objects.filter(code__isnull=False).values_list("code", flat=True))
    new = [_row(row) for code, row in catalogue().items() if code not in known]
    ObservedProperty.objects.bulk_create(new)
    return len(new)


def observed_property(code: str) -> ObservedProperty:
    """The property of that code.

    Raises:
        Invalid: nobody has registered it.
    """
    found = ObservedProperty.objects.filter(code=code).first()
    if found is None:
        raise Invalid(fields={"property": _("No observed property is called so. Choose one from the list.")})
    return found


def _row(row: dict[str, Any]) -> ObservedProperty:
    return ObservedProperty(
        code=row["code"],
        name=row["name"],
        name_zh=row["name_zh"],
        definition=f"urn:linli:property:{row['code']}",
        description=row["name"],
        result_type=row["result"],
        unit=row.get("unit", ""),
        low=row.get("low"),
        high=row.get("high"),
        care=row.get("care", False),
    )
