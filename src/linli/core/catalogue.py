"""The catalogue of personal fields: what is kept of a person, why, on what basis, how long, who sees it, and where.

Each app registers its own in a module `privacy.py`, which is imported at start; the page /privacy/fields/ shows all.
A field is personal when it is sealed, an e-mail address, points to an account, or was declared with `personal(...)`;
`missing()` names those that nobody has registered, and a test holds it empty.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

Field = TypeVar("Field", bound=models.Field)


class Store(StrEnum):
    """Where a personal value may lie. Purging it means all of these."""

    ROW = "row"
    SEALED = "sealed"
    SEARCH = "search"
    FILE = "file"
    PREVIEW = "preview"
    OUTBOX = "outbox"
    REPORT = "report"
    OUTGOING = "outgoing"
    MODEL = "model"
    BACKUP = "backup"

    @property
    def title(self) -> Any:
        return STORES[self]


STORES = {
    Store.ROW: pgettext_lazy("store", "database"),
    Store.SEALED: pgettext_lazy("store", "database, sealed"),
    Store.SEARCH: pgettext_lazy("store", "search index"),
    Store.FILE: pgettext_lazy("store", "file"),
    Store.PREVIEW: pgettext_lazy("store", "preview"),
    Store.OUTBOX: pgettext_lazy("store", "outbox"),
    Store.REPORT: pgettext_lazy("store", "import report"),
    Store.OUTGOING: pgettext_lazy("store", "file of outgoing messages"),
    Store.MODEL: pgettext_lazy("store", "reading model: only what five messages share"),
    Store.BACKUP: pgettext_lazy("store", "backup"),
}


@dataclass(frozen=True)
class PersonalField:
    """One kind of personal data.

    name: `Model.field`, several with commas between, of the app with this label.  kept_until: stands after
    "kept until", where no number of days can be given.  sealed_as: the `field` it is sealed under, by which the log of
    views names it.
    """

    name: str
    app: str
    title: Any
    purpose: Any
    basis: Any
    seen_by: Any
    stores: tuple[Store, ...]
    days_kept: int | None = None
    kept_until: Any = ""
    sealed_as: str = ""

    @property
    def labels(self) -> list[str]:
        return [f"{self.app}.{name.strip()}" for name in self.name.split(",")]

    @property
    def store_titles(self) -> list[Any]:
        return [store.title for store in self.stores]


_fields: dict[str, PersonalField] = {}
_sealed: dict[str, Any] = {}


def register(*fields: PersonalField) -> None:
    for field in fields:
        for label in field.labels:
            _fields[label] = field
        if field.sealed_as:
            _sealed[field.sealed_as] = field.title


def personal(field: Field) -> Field:
    """Mark a model's field as personal: `text = personal(models.TextField())`. It must then be in the catalogue."""
    field.linli_personal = True  # type: ignore[attr-defined]
    return field


def registered() -> list[PersonalField]:
    """Every entry once, in the order in which the apps depend on each other."""
    return list(dict.fromkeys(_fields.values()))


def title_of(sealed_as: str) -> Any:
    """What a sealed field is called, for the person who reads who opened it."""
    return _sealed.get(sealed_as, sealed_as)


def missing() -> list[str]:
    """The personal fields of our models that are not in the catalogue, as app.Model.field."""
    return sorted(
        label
        for model in apps.get_models()
        if model.__module__.startswith("linli.")
        for field in model._meta.local_fields
        if is_personal(field) and (label := f"{model._meta.app_label}.{model.__name__}.{field.name}") not in _fields
    )


def unknown() -> list[str]:
    """Entries of the catalogue that name no field of a model any more."""
    known = {
        f"{model._meta.app_label}.{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_fields
    }
    return sorted(set(_fields) - known)


def is_personal(field: models.Field) -> bool:
    return (
        getattr(field, "linli_personal", False)
        or ("sealed" in field.name.split("_") and isinstance(field, models.BinaryField))
        or isinstance(field, models.EmailField)
        or (field.is_relation and field.related_model is apps.get_model(settings.AUTH_USER_MODEL))
    )
