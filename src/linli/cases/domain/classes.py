"""The classes of case: loading the starter set; adding, changing and retiring one, each change a version of its own."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli import lawbook
from linli.cases.domain.catalogue import CLASSES, majors
from linli.cases.domain.versions import FIELDS, NAMES, TEXTS, Change, Content, changes, content_of
from linli.cases.enums import Grade, Publicity, Share
from linli.cases.models import Case, CaseClass, ClassLimit, ClassVersion, Responsibility
from linli.core.errors import Conflict, Invalid, Refused
from linli.engines.clocks import Kind, Limit
from linli.people.actors import Actor
from linli.people.domain import acts
from linli.people.enums import Role
from linli.places.models import Place
from linli.procedures.domain.story import append_entry

STARTER = "data/classes.toml"
RESERVED = frozenset({"new", "answers"})  # parts of addresses
UNFILED = ("received",)
LISTED = 20  # open cases that a preview names


@cache
def starter() -> dict[str, Any]:
    """The starter catalogue as it comes with Linli."""
    return tomllib.loads(files("linli.cases").joinpath(STARTER).read_text(encoding="utf-8"))


def load_starter_classes(*, place: Place, at: datetime) -> int:
    """Bring in the starter catalogue for the office at `place`. Classes that are there already stay as they are.

    Returns how many were added.
    """
    known = set(CaseClass.objects.values_list("code", flat=True))
    with transaction.atomic():
        added = [_start(row, order, place, at) for order, row in enumerate(starter()["class"])
                 if row["code"] not in known]  # fmt: skip
        CLASSES.changed()
    return len(added)


def _start(row: dict[str, Any], order: int, place: Place, at: datetime) -> CaseClass:
    klass = _create(row["code"], starter_content(row), order, reason="", author=None, at=at, action=None)
    bodies = [(row["lead"], Share.LEAD), *((role, Share.HELPER) for role in row["helpers"])]
    Responsibility.objects.bulk_create(
        Responsibility(klass=klass, place=place, role=Role(role), share=share, basis=row.get("basis", ""), order=number)
        for number, (role, share) in enumerate(bodies)
    )
    return klass


PLAIN = {
    "danger": False, "grade": Grade.ORDINARY, "basis": "", "publicity": Publicity.PUBLIC, "photo_needed": True,
    "before_needed": False, "sealed": False, "confirmed": False,
}  # fmt: skip


def starter_content(row: Mapping[str, Any]) -> Content:
    """A row of the starter catalogue as a class; where it sets no urgent limit, that for all applies."""
    values = {**PLAIN, **{name: row[name] for name in FIELDS if name in row}}
    limits = {(clock, Grade.ORDINARY.value): _limit(text) for clock, text in row.get("ordinary", {}).items()}
    urgent = starter()["urgent"] | row.get("urgent", {})
    return Content(values, limits | {(clock, Grade.URGENT.value): _limit(text) for clock, text in urgent.items()})


def _limit(text: str) -> Limit:
    amount, unit = text.split()
    return Limit(int(amount), Kind(unit))


def _create(
    code: str, content: Content, order: int, *, reason: str, author: Any, at: datetime, action: UUID | None
) -> CaseClass:
    klass = CaseClass.objects.create(code=code, order=order, **content.values)
    _keep(klass, content, reason=reason, author=author, at=at, action=action)
    return klass


def _keep(klass: CaseClass, content: Content, *, reason: str, author: Any, at: datetime, action: UUID | None) -> None:
    """Write the limits and the version of a class that was just written."""
    ClassLimit.objects.filter(klass=klass).delete()
    ClassLimit.objects.bulk_create(
        ClassLimit(klass=klass, clock=clock, grade=grade, amount=limit.amount, unit=limit.kind)
        for (clock, grade), limit in content.limits.items()
    )
    ClassVersion.objects.create(
        klass=klass, number=klass.version, content=content.as_data(), reason=reason.strip(), author=author, at=at,
        action=action,
    )  # fmt: skip
    CLASSES.changed()


@dataclass(frozen=True)
class Preview:
    """What a change of a class would do.

    waiting: numbers of open cases that are not filed yet and will be filed under the new version, the oldest first, at
    most `LISTED`; `waiting_count` is how many there are.  kept: open cases that keep the version they were filed under.
    """

    changed: Sequence[Change]
    waiting: Sequence[str]
    waiting_count: int
    kept: int


def preview_class(klass: CaseClass, content: Content) -> Preview:
    """What would change, for which open cases. Three statements."""
    open_cases = Case.objects.filter(klass=klass, procedure__closed=None)
    unfiled = open_cases.filter(procedure__state__in=UNFILED)
    waiting = unfiled.order_by("procedure__opened").values_list("procedure__number", flat=True)
    count = unfiled.count()
    return Preview(changes(content_of(klass), content), list(waiting[:LISTED]), count, kept=open_cases.count() - count)


def change_class(
    *, klass: CaseClass, version: int, content: Content, reason: str, by: Actor, at: datetime, action: UUID
) -> CaseClass:
    """Put a new version of a class into force. Going back to an earlier one is a new version with its content.

    Cases that are filed keep the limits and texts of their version; what the public sees is for all of them as the
    class says now. A class saved as it was stays at its version.

    Raises:
        Refused: somebody else than an administrator.
        Conflict: somebody else changed it since `version` was shown.
        Invalid: another class has this name, or something is no value that a class can have.
    """
    _require_administrator(by)
    if ClassVersion.objects.filter(action=action).exists():
        return CaseClass.objects.get(pk=klass.pk)
    _check(content, klass)
    with transaction.atomic():
        now = CaseClass.objects.prefetch_related("limits").get(pk=klass.pk)
        changed = changes(content_of(now), content)
        if now.version == version and not changed:
            return now
        found = CaseClass.objects.filter(pk=klass.pk, version=version, retired_at=None)
        if not found.update(**content.values, version=version + 1):
            raise Conflict(current=ClassVersion.objects.filter(klass=klass).select_related("author").first())
        now = CaseClass.objects.get(pk=klass.pk)
        _keep(now, content, reason=reason, author=by.account, at=at, action=action)
        acts.record("class_changed", target=klass.code, detail=_detail(changed, reason), by=by, at=at)
    return now


def _detail(changed: Sequence[Change], reason: str) -> str:
    said = [f"{_name(change.name)}: {_short(change.after)}" for change in changed]
    return "; ".join([*([reason.strip()] if reason.strip() else []), *said])


def _name(name: str | tuple[str, str]) -> str:
    if isinstance(name, str):
        return name
    clock, grade = name
    return clock if grade == Grade.ORDINARY else f"{clock} {grade}"


def _short(value: Any) -> str:
    return f"{value.amount} {value.kind}" if isinstance(value, Limit) else "lawbook" if value is None else str(value)


def add_class(
    *, code: str, content: Content, role: Role, place: Place, reason: str, by: Actor, at: datetime, action: UUID
) -> CaseClass:
    """Add a class, and who answers for it in the whole office: no class is nobody's from its first day on.

    Raises:
        Refused: somebody else than an administrator.
        Invalid: the code or the name is taken, or something is no value that a class can have.
    """
    _require_administrator(by)
    if (made := ClassVersion.objects.filter(action=action).select_related("klass").first()) is not None:
        return made.klass
    if code in RESERVED or CaseClass.objects.filter(code=code).exists():
        raise Invalid(fields={"code": _("This code is taken. Choose another.")})
    _check(content, None)
    with transaction.atomic():
        klass = _create(
            code, content, CaseClass.objects.count(), reason=reason, author=by.account, at=at, action=action
        )
        Responsibility.objects.create(klass=klass, place=place, role=role)
        acts.record("class_added", target=code, detail=reason, by=by, at=at)
    return klass


def retire_class(
    *, klass: CaseClass, version: int, replacement: CaseClass, reason: str, by: Actor, at: datetime
) -> int:
    """Take a class out of use. Cases that are not filed yet, and reports being written, go to the replacement.

    Cases that are filed stay in the class as it was. Returns how many cases were passed on.

    Raises:
        Refused: somebody else than an administrator.
        Conflict: somebody else changed it since `version` was shown.
        Invalid: the replacement is this class or itself retired, or no reason is given.
    """
    _require_administrator(by)
    if replacement.pk == klass.pk or replacement.retired_at is not None:
        raise Invalid(fields={"replacement": _("Choose another class that is in use.")})
    if not reason.strip():
        raise Invalid(fields={"reason": _("Write the reason in a sentence.")})
    with transaction.atomic():
        found = CaseClass.objects.filter(pk=klass.pk, version=version, retired_at=None)
        if not found.update(retired_at=at, replaced_by=replacement):
            raise Conflict(current=ClassVersion.objects.filter(klass=klass).select_related("author").first())
        waiting = Case.objects.filter(klass=klass, procedure__closed=None, procedure__state__in=UNFILED)
        passed = list(waiting.select_related("procedure"))
        for case in passed:
            _pass_on(case, replacement, by, at)
        CLASSES.changed()
        detail = f"→ {replacement.code}: {reason.strip()}"
        acts.record("class_retired", target=klass.code, detail=detail, by=by, at=at)
    return len(passed)


def _pass_on(case: Case, replacement: CaseClass, by: Actor, at: datetime) -> None:
    says = {"klass": replacement.code, "names": [replacement.name, replacement.name_en]}
    Case.objects.filter(pk=case.pk).update(klass=replacement)
    append_entry(case.procedure, "reclassed", by=by, at=at, says=says)


def _require_administrator(by: Actor) -> None:
    if not by.has_role(Role.ADMINISTRATOR):
        raise Refused


MOST = {each.name: each.max_length or 0 for each in CaseClass._meta.fields if each.name in TEXTS}


def _check(content: Content, klass: CaseClass | None) -> None:
    """Hold a class to what its texts, choices and limits may be."""
    values = content.values
    wrong: dict[str, Any] = {}
    for name in TEXTS:
        most = MOST[name]
        if len(values[name]) > most or "\0" in values[name]:
            wrong[name] = _("Write at most %(most)d characters.") % {"most": most}
    others = CaseClass.objects.filter(retired_at=None)
    others = others.exclude(pk=klass.pk) if klass else others
    for name in NAMES:
        if not values[name].strip():
            wrong[name] = _("Every class needs a name in both languages.")
        elif others.filter(**{name: values[name]}).exists():
            wrong[name] = _("Another class has this name.")
    if values["standard_code"] and values["standard_code"] not in majors():
        wrong["standard_code"] = _("Choose one of the list.")
    if values["basis"] and not known_basis(values["basis"]):
        wrong["basis"] = _("The lawbook has no such rule.")
    if any(limit.amount < 1 for limit in content.limits.values()):
        wrong["limits"] = _("A time limit is at least 1.")
    if wrong:
        raise Invalid(fields=wrong)


def known_basis(name: str) -> bool:
    """Whether the lawbook has a rule of this id."""
    try:
        lawbook.book().versions(name)
    except lawbook.UnknownRule:
        return False
    return True


def limit_of(klass: CaseClass) -> Limit | None:
    """The class's own ordinary time to handle, if it has one."""
    return content_of(klass).limits.get(("case.handle", Grade.ORDINARY))
