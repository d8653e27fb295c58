"""Findings in words: what was found, by which article, and what the article says."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli import lawbook
from linli.procedures.sentences import law_of
from linli.riskmap.domain.checks import BY_NAME
from linli.riskmap.enums import Room, Sign, ZoneKind


def say(rule: str, detail: Mapping[str, Any], *, measured: float | None, limit: float | None) -> str:
    """What a check found, as a sentence in the active language."""
    check = BY_NAME[rule]
    words = check.soon if detail.get("soon") and check.soon else check.words
    return str(words) % _facts(detail, measured, limit)


def _facts(detail: Mapping[str, Any], measured: float | None, limit: float | None) -> dict[str, str]:
    told = {name: str(value) for name, value in detail.items()}
    if "room" in detail:
        told["room"] = str(Room(detail["room"]).label)
    if "sign" in detail:
        told["sign"] = str(Sign(detail["sign"]).label)
    if "zone" in detail:
        told["zone"] = detail["zone"] or str(ZoneKind(detail["kind"]).label)
    return told | {"measured": _number(measured), "limit": _number(limit)}


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def law_line(rule: str) -> str:
    """The article behind a check and what it says; that the check is our own, where no law asks for it."""
    if not rule:
        return _("No article asks for this: it is this office's own check.")
    known = lawbook.book().versions(rule)[-1]
    text = known.text_en if (get_language() or "").startswith("en") else known.text_zh
    return _("%(law)s, art. %(article)s: %(text)s") % {"law": law_of(known), "article": known.article, "text": text}
