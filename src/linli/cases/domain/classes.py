"""The catalogue of classes: loading the starter set, and changing a class."""

import tomllib
from importlib.resources import files
from typing import Any

from django.db import transaction

from linli.cases.enums import Publicity
from linli.cases.models import CaseClass, ClassLimit, Responsibility
from linli.people.enums import Role
from linli.places.models import Place

STARTER = "data/classes.toml"
TEXTS = ("code", "standard_code", "name", "name_en", "filing", "filing_en", "closing", "closing_en", "basis")


def load_starter_classes(*, place: Place) -> int:
    """Bring in the starter catalogue for the office at `place`. Classes that are there already stay as they are.

    Returns how many were added.
    """
    rows = tomllib.loads(files("linli.cases").joinpath(STARTER).read_text(encoding="utf-8"))["class"]
    known = set(CaseClass.objects.values_list("code", flat=True))
    with transaction.atomic():
        added = [_add(row, order, place) for order, row in enumerate(rows) if row["code"] not in known]
    return len(added)


def _add(row: dict[str, Any], order: int, place: Place) -> CaseClass:
    klass = CaseClass.objects.create(
        order=order,
        publicity=Publicity(row.get("publicity", Publicity.PUBLIC)),
        photo_needed=row.get("photo_needed", True),
        **{name: row.get(name, "") for name in TEXTS},
    )
    if limit := row.get("limit"):
        ClassLimit.objects.create(klass=klass, clock="case.handle", amount=limit["amount"], unit=limit["unit"])
    Responsibility.objects.create(klass=klass, place=place, role=Role(row["role"]))
    return klass
