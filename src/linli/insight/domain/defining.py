"""The definitions as they hold here: the delivered ones, and the versions that an office wrote since.

Of what Linli computes an office may put the caveats and the owner in its own words, and no more: what is counted stands
in the code. Of what is handed in from outside it may write every word, and define indicators of its own.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli.core.errors import Conflict, Invalid, Refused
from linli.insight.domain.definitions import FORMULAS, WORDS, Indicator, Worded
from linli.insight.domain.delivered import COMPUTED
from linli.insight.domain.figures import Form
from linli.insight.domain.handed_in import OUTSIDE, WAITING
from linli.insight.enums import Group, Making, Span
from linli.insight.models import IndicatorVersion
from linli.people.actors import Actor
from linli.people.domain import acts
from linli.people.enums import Role

DELIVERED = {each.code: each for each in (*COMPUTED, *OUTSIDE, *WAITING)}
OWN_WORDS = ("caveats",)  # of what Linli computes
LONGEST = 300
UPS = {"more": True, "less": False, "neither": None}
CODE = re.compile(r"[a-z][a-z0-9_]{2,39}")
READERS = frozenset(
    {
        Role.DUTY_OFFICER, Role.AREA_LEAD, Role.COMMITTEE_SECRETARY, Role.DEPARTMENT_HANDLER, Role.PROPERTY_MANAGER,
        Role.PROJECT_LEAD, Role.AUDITOR, Role.ADMINISTRATOR,
    }
)  # fmt: skip


def known(today: date) -> dict[str, Indicator]:
    """Every indicator by its code, in the words that hold today; those defined here come last. One statement."""
    return _known(list(IndicatorVersion.objects.filter(since__lte=today).order_by("number")))


def _known(versions: Sequence[IndicatorVersion]) -> dict[str, Indicator]:
    found = dict(DELIVERED)
    for version in versions:
        found[version.code] = apply(found.get(version.code), version)
    return found


def apply(earlier: Indicator | None, version: IndicatorVersion) -> Indicator:
    """The definition as this version has it."""
    content = version.content
    words: dict[str, Any] = {name: Worded(dict(texts)) for name, texts in content.items() if name in WORDS}
    more: dict[str, Any] = {
        "owner": Role(version.owner),
        "version": version.number,
        "since": version.since,
        "reason": version.reason,
    }
    if earlier is not None:
        return replace(earlier, **words, **more)
    form = Form(content["form"])
    return Indicator(
        **{"formula": FORMULAS[form], **words}, **more, code=version.code, group=Group(content["group"]),
        making=Making.OUTSIDE, form=form, up=content["up"], span=Span(content["span"]), public=bool(content["public"]),
    )  # fmt: skip


@dataclass(frozen=True)
class Edition:
    """One version of a definition, with who wrote it; the delivered one has no author."""

    indicator: Indicator
    author: str
    written_at: datetime | None


def editions(code: str) -> list[Edition]:
    """Every version of a definition, the newest first, also one that holds only later. One statement."""
    found: list[Edition] = []
    now: Indicator | None = DELIVERED.get(code)
    if now is not None:
        found.append(Edition(now, "", None))
    for version in IndicatorVersion.objects.filter(code=code).select_related("post").order_by("number"):
        now = apply(now, version)
        found.insert(0, Edition(now, version.post.title if version.post else "", version.written_at))
    return found


def define(
    *,
    code: str,
    number: int,
    texts: Mapping[str, Mapping[str, str]],
    owner: Role,
    since: date,
    reason: str,
    by: Actor,
    at: datetime,
    kind: Mapping[str, Any] | None = None,
) -> IndicatorVersion:
    """Write a version of a definition, or define an indicator whose figures come from outside.

    number: the version that was shown, 0 for a new indicator.  texts: by field, then by language (zh, en).
    kind: of a new indicator its group, form, span, up and public.

    Raises:
        Refused: somebody else than an administrator.
        Invalid: nothing was changed, a text is missing, or the words of what Linli computes were changed.
        Conflict: somebody wrote a version since.
    """
    if not by.has_role(Role.ADMINISTRATOR) or by.account is None:
        raise Refused
    earlier = DELIVERED.get(code) or _known(list(IndicatorVersion.objects.filter(code=code).order_by("number"))).get(
        code
    )
    content = _content(code, earlier, texts, kind)
    _check(earlier, owner, since, reason)
    latest = IndicatorVersion.objects.filter(code=code).order_by("-number").values_list("number", flat=True).first()
    if number != (latest or (1 if earlier else 0)):
        raise Conflict(_("Somebody changed this definition meanwhile. Look at it and write again."))
    try:
        with transaction.atomic():
            version = IndicatorVersion.objects.create(
                code=code, number=number + 1, since=since, content=content, owner=owner, reason=reason.strip(),
                author=by.account, post=by.post, written_at=at,
            )  # fmt: skip
            acts.record("indicator_defined", target=code, detail=reason.strip(), by=by, at=at)
    except IntegrityError as error:
        raise Conflict(_("Somebody changed this definition meanwhile. Look at it and write again.")) from error
    return version


def _content(
    code: str, earlier: Indicator | None, texts: Mapping[str, Mapping[str, str]], kind: Mapping[str, Any] | None
) -> dict[str, Any]:
    allowed = WORDS if earlier is None or earlier.making == Making.OUTSIDE else OWN_WORDS
    content: dict[str, Any] = {}
    for name, by_language in texts.items():
        told = {language: text.strip() for language, text in by_language.items() if text.strip()}
        if told and name not in allowed:
            raise Invalid(fields={name: _("Linli computes this. What is counted cannot be put differently here.")})
        if any(len(text) > LONGEST for text in told.values()):
            raise Invalid(fields={name: _("Write at most %(n)d characters.") % {"n": LONGEST}})
        if told:
            content[name] = told
    if earlier is None:
        content |= _kind(code, content, kind or {})
    return content


def _kind(code: str, content: Mapping[str, Any], kind: Mapping[str, Any]) -> dict[str, Any]:
    """What a new indicator is, besides its words."""
    fields: dict[str, Any] = {}
    if not CODE.fullmatch(code):
        fields["code"] = _("Write 3 to 40 small letters, digits or _, beginning with a letter.")
    for name in ("label", "counts", "of", "source", "caveats"):
        if name not in content:
            fields[name] = _("Please fill this in.")
    if fields:
        raise Invalid(fields=fields)
    return {
        "group": Group(kind["group"]).value, "form": Form(kind["form"]).value, "span": Span(kind["span"]).value,
        "up": kind["up"], "public": bool(kind["public"]),
    }  # fmt: skip


def _check(earlier: Indicator | None, owner: Role, since: date, reason: str) -> None:
    fields: dict[str, Any] = {}
    if not reason.strip():
        fields["reason"] = _("Write the reason in a sentence.")
    if earlier is not None and since < earlier.since:
        fields["since"] = _("It cannot hold from before the version that it replaces.")
    if owner not in READERS:
        fields["owner"] = _("This post cannot read indicators, so it cannot own one.")
    if fields:
        raise Invalid(fields=fields)
