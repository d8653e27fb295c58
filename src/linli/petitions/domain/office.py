"""Where the petition desk is found: its address, opening hours and telephone, as the office itself keeps them."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files as resources
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.core.errors import Conflict, Invalid, Refused
from linli.people.actors import Actor
from linli.people.domain import acts
from linli.people.enums import Role
from linli.petitions.models import Office

KEEPERS = (Role.DUTY_OFFICER, Role.ADMINISTRATOR)  # who leads the petition desk, and who keeps the office's facts
EXAMPLE = 1
TELEPHONE = frozenset("0123456789 +-()/转,，")


@dataclass(frozen=True)
class Facts:
    """What is said of the desk. version: 1 for the example, which nobody of the office wrote."""

    address: str
    address_en: str
    hours: str
    hours_en: str
    telephone: str
    version: int = EXAMPLE

    @property
    def example(self) -> bool:
        return self.version == EXAMPLE

    @property
    def where(self) -> str:
        return self.address_en if _english() and self.address_en else self.address

    @property
    def when(self) -> str:
        return self.hours_en if _english() and self.hours_en else self.hours


def _english() -> bool:
    return (get_language() or "").startswith("en")


@cache
def delivered() -> Facts:
    return Facts(**tomllib.loads(resources("linli.petitions").joinpath("data/office.toml").read_text(encoding="utf-8")))


def office(at: datetime | None = None) -> Facts:
    """What stands now, or stood at a moment. Before the office wrote any version: the example. One statement."""
    rows = list(Office.objects.all()) if at is None else list(Office.objects.filter(at__lte=at))
    if not rows:
        return delivered()
    row = rows[-1]
    return Facts(row.address, row.address_en, row.hours, row.hours_en, row.telephone, EXAMPLE + len(rows))


def versions() -> list[Office]:
    """Every version, the newest first, with who wrote it."""
    return list(Office.objects.select_related("author", "post").order_by("-at", "-pk"))


def keep_office(
    *, address: str, address_en: str, hours: str, hours_en: str, telephone: str, reason: str, version: int, by: Actor,
    at: datetime, action: UUID,
) -> Facts:  # fmt: skip
    """Write a version. version: the one that was shown. A second call with the same action writes nothing.

    Raises:
        Refused: neither who leads the petition desk nor an administrator.
        Conflict: somebody wrote one since.
        Invalid: address, hours, telephone or reason lack, or the telephone is none.
    """
    if not by.has_role(*KEEPERS) or by.account is None or by.post is None:
        raise Refused
    given = {
        "address": address.strip(), "hours": hours.strip(), "telephone": telephone.strip(), "reason": reason.strip(),
    }  # fmt: skip
    wrong: dict[str, Any] = {name: _("Please write this.") for name, text in given.items() if not text}
    if given["telephone"] and not set(given["telephone"]) <= TELEPHONE:
        wrong["telephone"] = _("Write digits only, for example 021-12345.")
    if wrong:
        raise Invalid(fields=wrong)
    with transaction.atomic():
        if Office.objects.filter(pk=action).exists():
            return office()
        if office().version != version:
            raise Conflict(_("Somebody changed this since. Look at it as it stands now."))
        Office.objects.create(
            uuid=action,
            **given,
            address_en=address_en.strip(),
            hours_en=hours_en.strip(),
            author=by.account,
            post=by.post,
            at=at,
        )
        acts.record("petition_office_kept", target=given["address"], detail=given["reason"], by=by, at=at)
    return office()
