"""The routing rules: read, tried on past cases, and put into force; each change a version of its own."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from linli.cases.domain.catalogue import CLASSES, Ruling, catalogue, rulings
from linli.cases.domain.classes import known_basis
from linli.cases.domain.conditions import LISTS, as_data, read_conditions
from linli.cases.domain.routing import Route, about_of, propose_handler
from linli.cases.models import Case, RoutingRule
from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.engines.routing import Conditions
from linli.people.actors import Actor, Viewer
from linli.people.domain import acts
from linli.people.enums import OrganisationKind, Role
from linli.people.models import Organisation, Post
from linli.places.domain.kept import tree
from linli.procedures.models import Procedure

LOOKED_AT = 200  # past cases on which a rule is tried
RESERVED = frozenset({"new"})


@dataclass(frozen=True)
class RuleContent:
    """What a rule says. Where to is a role, an organisation or a post, or none of them."""

    order: int
    note: str
    note_en: str
    conditions: Conditions = field(default_factory=Conditions)
    role: str = ""
    organisation: Organisation | None = None
    post: Post | None = None
    grade: str = ""
    hotline: str = ""
    advice: str = ""
    advice_en: str = ""
    basis: str = ""

    def as_row(self, code: str) -> RoutingRule:
        """A rule that is not saved, and on."""
        given = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "conditions"}
        return RoutingRule(code=code, on=True, conditions=as_data(self.conditions), **given)


def rules_in_force() -> list[RoutingRule]:
    """Every rule as it stands, on or off, in the order in which they are asked. One statement."""
    found = RoutingRule.objects.filter(until=None)
    return list(found.select_related("organisation", "post", "author").order_by("order", "code"))


def rule_named(code: str) -> RoutingRule:
    """A rule as it stands.

    Raises:
        NotFound: there is none of this code.
    """
    found = RoutingRule.objects.filter(code=code, until=None).select_related("organisation", "post", "author").first()
    if found is None:
        raise NotFound
    return found


def versions_of(code: str) -> list[RoutingRule]:
    """All versions of a rule, the newest first."""
    return list(RoutingRule.objects.filter(code=code).select_related("author").order_by("-version"))


@dataclass(frozen=True)
class Moved:
    """A past case that would have gone elsewhere, or had another grade or limit."""

    case: Case
    before: Route
    after: Route


@dataclass(frozen=True)
class DryRun:
    """What a rule would have done. matched: for how many of the cases looked at its conditions hold."""

    looked: int
    moved: Sequence[Moved]


def dry_run(*, code: str, content: RuleContent | None, viewer: Viewer, at: datetime) -> DryRun:
    """Route the last `LOOKED_AT` cases that the viewer may see with the rules that are on, and again with this one.

    content: none tries what happens without the rule. Both times posts and duties are those of today, so that only the
    rule makes the difference. Sealed cases are left out. One statement.
    """
    now = catalogue().rules
    others = [ruling.row for ruling in now if ruling.row.code != code]
    tried = rulings([*others, content.as_row(code)] if content else others)
    seen = Procedure.objects.visible_to(viewer).filter(kind="case", sealed=False)
    cases = Case.objects.filter(procedure__in=seen).select_related("procedure", "procedure__place", "klass")
    looked = list(cases.order_by("-procedure__opened")[:LOOKED_AT])
    both = [(case, _route(case, now, at), _route(case, tried, at)) for case in looked]
    return DryRun(len(looked), [Moved(*each) for each in both if _outcome(each[1]) != _outcome(each[2])])


def _route(case: Case, rules: Sequence[Ruling], at: datetime) -> Route:
    return propose_handler(case.klass, case.procedure.place_path, at, about_of(case), rules=rules)


def _outcome(route: Route) -> tuple[int, str, str]:
    return route.post.pk, str(route.grade), str(route.hotline)


def save_rule(
    *, code: str, version: int, content: RuleContent, on: bool, by: Actor, at: datetime, action: UUID
) -> RoutingRule:
    """Put a version of a rule into force, on or off. version: the one that was shown; 0 for a new rule.

    A rule saved as it was stays at its version.

    Raises:
        Refused: somebody else than an administrator.
        Conflict: somebody else changed it since `version` was shown.
        Invalid: it says nothing, names what is not there, or would send matters to the police by itself.
    """
    if not by.has_role(Role.ADMINISTRATOR):
        raise Refused
    if (made := RoutingRule.objects.filter(action=action).first()) is not None:
        return made
    _check(code, content)
    row = content.as_row(code)
    row.version, row.on, row.author, row.since, row.action = version + 1, on, by.account, at, action
    with transaction.atomic():
        before = rule_named(code) if version else None
        if before is not None and before.version == version and _same(before, row):
            return before
        if version and not RoutingRule.objects.filter(code=code, version=version, until=None).update(until=at):
            raise Conflict(current=versions_of(code)[0])
        _insert(row, new=not version)
        CLASSES.changed()
        acts.record("routing_rule_set", target=code, detail=f"{'on' if on else 'off'}: {row.note}", by=by, at=at)
    return row


SAID = (
    "order", "on", "conditions", "role", "organisation_id", "post_id", "grade", "hotline", "note", "note_en", "advice",
    "advice_en", "basis",
)  # fmt: skip


def _same(one: RoutingRule, other: RoutingRule) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in SAID)


def _insert(row: RoutingRule, *, new: bool) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as taken:
        if not new:
            raise
        raise Invalid(fields={"code": _("This code is taken. Choose another.")}) from taken


def _check(code: str, content: RuleContent) -> None:
    wrong: dict[str, Any] = {}
    if code in RESERVED or slugify(code) != code:
        wrong["code"] = _("Write small letters, digits and hyphens.")
    if not content.note.strip() or not content.note_en.strip():
        wrong["note" if not content.note.strip() else "note_en"] = _("Say in both languages what the rule does.")
    targets = [target for target in (content.role, content.organisation, content.post) if target]
    if not (targets or content.grade or content.hotline):
        wrong["send"] = _("The rule does nothing yet: say where to, how urgent, or which limit.")
    if len(targets) > 1 or _is_police(content):
        wrong["send"] = _("A rule never calls the police by itself. A member of staff decides that.")
    known = {klass.code for klass in catalogue().classes}
    if strange := sorted(set(content.conditions.classes) - known):
        wrong["classes"] = _("Unknown here: %(names)s") % {"names": ", ".join(strange)}
    if any(path not in tree().by_path for path in content.conditions.places):
        wrong["places"] = _("One of these places is not there any more.")
    if content.basis and not known_basis(content.basis):
        wrong["basis"] = _("The lawbook has no such rule.")
    if wrong:
        raise Invalid(fields=wrong)
    read_conditions(as_data(content.conditions))


def _is_police(content: RuleContent) -> bool:
    posts = [content.role, content.post.role if content.post else ""]
    return Role.POLICE_LIAISON in posts or bool(
        content.organisation and content.organisation.kind == OrganisationKind.POLICE
    )


@cache
def starter_rules() -> list[dict[str, Any]]:
    """The rules that come with Linli, as they stand in the file."""
    text = files("linli.cases").joinpath("data/routing.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["rule"]


def load_starter_rules(*, at: datetime) -> int:
    """Bring in the rules to begin with, on. Those that are there already stay as they are. Returns how many came."""
    known = set(RoutingRule.objects.values_list("code", flat=True))
    rows = [_start(row, at) for row in starter_rules() if row["code"] not in known]
    with transaction.atomic():
        RoutingRule.objects.bulk_create(rows)
        CLASSES.changed()
    return len(rows)


def _start(row: dict[str, Any], at: datetime) -> RoutingRule:
    asked = read_conditions({name: row[name] for name in (*LISTS, "words") if name in row})
    said = {name: value for name, value in row.items() if name not in (*LISTS, "words")}
    return RoutingRule(conditions=as_data(asked), on=True, since=at, **said)
