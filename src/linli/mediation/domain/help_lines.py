"""Who helps, with their numbers: delivered as data, and kept by each office in its own words."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid, NotFound, Refused
from linli.mediation.models_protection import HelpLine
from linli.people.actors import Actor
from linli.people.domain import acts
from linli.people.enums import Role

DATA = Path(__file__).resolve().parents[1] / "data" / "help_lines.toml"
KEEPERS = (Role.ADMINISTRATOR, Role.DUTY_OFFICER)


@dataclass(frozen=True)
class Line:
    """checked: whether somebody made sure of the number."""

    code: str
    number: str
    name: str
    name_en: str
    says: str
    says_en: str
    checked: bool
    checked_on: date | None = None

    @property
    def label(self) -> str:
        return self.name_en if _english() else self.name

    @property
    def text(self) -> str:
        return self.says_en if _english() else self.says


def _english() -> bool:
    return (get_language() or "").startswith("en")


@cache
def delivered() -> dict[str, Line]:
    rows = tomllib.loads(DATA.read_text(encoding="utf-8"))["line"]
    return {
        row["code"]: Line(
            row["code"], row["number"], row["zh"], row["en"], row["says_zh"], row["says_en"], row["checked"]
        )
        for row in rows
    }


def help_lines() -> list[Line]:
    """All of them, in the order of the delivered file; the office's own words where there are some. One statement."""
    own = {
        row.code: Line(
            row.code, row.number, row.name, row.name_en, row.says, row.says_en, row.checked_on is not None,
            row.checked_on,
        )
        for row in HelpLine.objects.all()
    }  # fmt: skip
    return [own.get(code, line) for code, line in delivered().items()]


def keep_line(
    *, code: str, number: str, name: str, name_en: str, says: str, says_en: str, checked_on: date | None, by: Actor,
    at: datetime,
) -> HelpLine:  # fmt: skip
    """Put the office's own words in the place of the delivered ones.

    Raises:
        Refused: neither administrator nor duty officer.  NotFound: there is no such line.
        Invalid: the number holds something else than digits, blanks, + and -.
    """
    if not by.has_role(*KEEPERS) or by.account is None:
        raise Refused
    if code not in delivered():
        raise NotFound
    if not all(sign.isascii() and (sign.isdigit() or sign in " +-") for sign in number):
        raise Invalid(fields={"number": _("Write digits only, for example 12338.")})
    given: dict[str, Any] = {
        "number": number, "name": name, "name_en": name_en, "says": says, "says_en": says_en, "checked_on": checked_on,
        "author": by.account, "written_at": at,
    }  # fmt: skip
    row, _made = HelpLine.objects.update_or_create(code=code, defaults=given)
    acts.record("help_line_kept", target=code, detail=number, by=by, at=at)
    return row
