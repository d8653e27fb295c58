"""The catalogue of classes: loading the starter set, and changing a class."""

import tomllib
from datetime import datetime
from importlib.resources import files
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linli.cases.domain.catalogue import CLASSES
from linli.cases.enums import Publicity
from linli.cases.models import CaseClass, ClassLimit, Responsibility
from linli.core.errors import Invalid, Refused
from linli.engines.clocks import Kind, Limit
from linli.people.actors import Actor
from linli.people.domain import acts
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
        CLASSES.changed()
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


HANDLE = "case.handle"


def change_class(
    *,
    klass: CaseClass,
    name: str,
    name_en: str,
    filing: str,
    filing_en: str,
    closing: str,
    closing_en: str,
    publicity: Publicity,
    photo_needed: bool,
    limit: Limit | None,
    by: Actor,
    at: datetime,
) -> CaseClass:
    """Change a class: its texts, what the public sees, and the time to handle. The log says what was changed.

    limit: none leaves the time to handle to the lawbook. Cases that are being handled keep their date.

    Raises:
        Refused: somebody else than an administrator.
        Invalid: another class has this name.
    """
    if not by.has_role(Role.ADMINISTRATOR):
        raise Refused
    if CaseClass.objects.exclude(pk=klass.pk).filter(name=name, retired_at=None).exists():
        raise Invalid(fields={"name": _("Another class has this name.")})
    new = {
        "name": name, "name_en": name_en, "filing": filing, "filing_en": filing_en, "closing": closing,
        "closing_en": closing_en, "publicity": publicity, "photo_needed": photo_needed,
    }  # fmt: skip
    with transaction.atomic():
        changed = [f"{field}: {value}" for field, value in new.items() if getattr(klass, field) != value]
        CaseClass.objects.filter(pk=klass.pk).update(**new)
        changed += _set_limit(klass, limit)
        CLASSES.changed()
        if changed:
            acts.record("class_changed", target=klass.code, detail="; ".join(changed), by=by, at=at)
    return CaseClass.objects.get(pk=klass.pk)


def _set_limit(klass: CaseClass, limit: Limit | None) -> list[str]:
    """Put the time to handle in place, and say what changed of it, if anything."""
    before = limit_of(klass)
    if before == limit:
        return []
    if limit is None:
        klass.limits.filter(clock=HANDLE).delete()
        return [f"{HANDLE}: lawbook"]
    klass.limits.update_or_create(clock=HANDLE, defaults={"amount": limit.amount, "unit": limit.kind})
    return [f"{HANDLE}: {limit.amount} {limit.kind}"]


def limit_of(klass: CaseClass) -> Limit | None:
    """The class's own time to handle, if it has one."""
    found = next((row for row in klass.limits.all() if row.clock == HANDLE), None)
    return Limit(found.amount, Kind(found.unit)) if found else None
