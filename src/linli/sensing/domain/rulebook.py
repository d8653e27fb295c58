"""The rules at work: written, tried beside, switched on, ended, taken back. Each step says who did it and why.

A rule is a lineage; its versions never change but for their status. Whoever keeps the rules (`linli sensing`) hears of
a change by the token of `RULES`, and goes on without losing what its rules had seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.engines.rules import Rule as EngineRule
from linli.engines.rules import is_semantic_change
from linli.people.actors import Actor
from linli.people.domain import acts
from linli.people.domain.directory import directory
from linli.people.enums import Role
from linli.people.models import Post
from linli.places.domain.queries import governed_path
from linli.sensing.domain.kept import RULES
from linli.sensing.domain.rule_checks import check_content
from linli.sensing.domain.rule_library import engine_rule, library
from linli.sensing.enums import RuleStatus
from linli.sensing.models import Rule, RuleVersion

RESERVED = frozenset({"new", "owned"})  # parts of addresses
WRITERS = (Role.DUTY_OFFICER, Role.ADMINISTRATOR)
OWNERS = (Role.DUTY_OFFICER, Role.AREA_LEAD, Role.COMMITTEE_SECRETARY, Role.PROJECT_LEAD)
REASON = 200


@dataclass(frozen=True)
class AtWork:
    """A version that runs: at work, or only tried beside."""

    code: str
    number: int
    care: bool
    beside: bool
    rule: EngineRule


@RULES.kept
def at_work() -> tuple[AtWork, ...]:
    """Every version that runs now, by the order of rules. One statement."""
    running = RuleVersion.objects.filter(status__in=(RuleStatus.LIVE, RuleStatus.DRY)).select_related("rule")
    return tuple(as_work(version) for version in running.order_by("rule__order", "rule__code", "status"))


def as_work(version: RuleVersion, *, beside: bool | None = None) -> AtWork:
    """What runs of a version. beside: as its status says, where it is not given."""
    tried = version.status == RuleStatus.DRY if beside is None else beside
    code, care = version.rule.code, bool(version.content["then"].get("care", False))
    return AtWork(code, version.number, care, tried, engine_of(version, beside=tried))


def engine_of(version: RuleVersion, *, beside: bool = False) -> EngineRule:
    return engine_rule(version.content["rule"], version.rule.code, version.semantic, beside=beside)


def load_rules(*, at: datetime) -> int:
    """Bring in the rules that Linli comes with, at work. Those that are there already stay as they are.

    Returns how many came.
    """
    known = set(Rule.objects.values_list("code", flat=True))
    new = [(order, code, row) for order, (code, row) in enumerate(library().items(), 1) if code not in known]
    with transaction.atomic():
        for order, code, row in new:
            content = {name: value for name, value in row.items() if name not in ("code", "owner", "floor")}
            check_content(code, content)
            rule = Rule.objects.create(
                code=code, order=order * 10, owner=_owner(row["owner"]), floor=row.get("floor", 50),
                review_on=_review(content, timezone.localdate(at)),
            )  # fmt: skip
            RuleVersion.objects.create(
                rule=rule, number=1, content=content, status=RuleStatus.LIVE, made_at=at,
                since=at,
            )  # fmt: skip
        if new:
            RULES.changed()
    return len(new)


def give_owners() -> int:
    """Give the rules that Linli comes with to the post that is to look at them, where an office began with the rules
    before it had such a post. An owner that the office chose stays. Returns how many rules."""
    given = 0
    for rule in Rule.objects.filter(owner=None, code__in=library()):
        owner = _owner(library()[rule.code]["owner"])
        if owner is not None:
            given += Rule.objects.filter(pk=rule.pk, owner=None).update(owner=owner)
    return given


def _owner(role: str) -> Post | None:
    """The post of that role that stands for the widest place here."""
    found = [post for post in directory().with_role(role) if post.place.path.startswith(governed_path())]
    return min(found, key=lambda post: (len(post.place.path), post.pk), default=None)


def _review(content: Mapping[str, Any], today: date) -> date:
    month = today.month - 1 + int(content.get("review_months", 12))
    return date(today.year + month // 12, month % 12 + 1, min(today.day, 28))


def write_version(
    *,
    code: str,
    after: int,
    content: Mapping[str, Any],
    reason: str,
    owner: Post | None = None,
    floor: int = 50,
    by: Actor,
    at: datetime,
    action: UUID,
) -> RuleVersion:
    """Write a version of a rule, as a draft. The same action sent twice writes one.

    after: the number of the newest version that was shown; 0 for a new rule.  owner: who looks at it again, and is
    asked when it calls wrongly too often; floor: the share of true calls, in percent, below which that is.

    Raises:
        Invalid: by field, as `check_content` names them; also code, reason, owner and floor.
        Conflict: somebody wrote another version since.
        Refused: the post may not write rules.
    """
    _must_write(by)
    if (made := RuleVersion.objects.filter(action=action).select_related("rule").first()) is not None:
        return made
    engine = _checked(code, content, reason, owner, floor)
    with transaction.atomic():
        rule = _lineage(code, after, owner, floor)
        newest = rule.versions.aggregate(newest=Max("number"))["newest"] or 0
        if newest != after:
            raise Conflict(current=newest_version(rule))
        version = RuleVersion.objects.create(
            rule=rule, number=newest + 1, semantic=semantic_of(rule, engine),
            content=dict(content), reason=reason.strip(), author=by.account, post=by.post,
            made_at=at, action=action,
        )  # fmt: skip
        _log("rule_written", version, reason, by, at)
    return version


def _must_write(by: Actor) -> None:
    if by.system is None and not by.has_role(*WRITERS):
        raise Refused


def _checked(code: str, content: Mapping[str, Any], reason: str, owner: Post | None, floor: int) -> EngineRule:
    wrong: dict[str, Any] = _reason(reason)
    if code in RESERVED or slugify(code) != code or len(code) > 40:
        wrong["code"] = _("Write small letters, digits and hyphens.")
    if owner is None or owner.role not in OWNERS:
        wrong["owner"] = _("Choose a post that answers for this rule.")
    if not 0 <= floor <= 100:
        wrong["floor"] = _("Write a share from 0 to 100 percent.")
    try:
        rule = check_content(code, content)
    except Invalid as told:
        raise Invalid(fields=wrong | told.fields) from told
    if wrong:
        raise Invalid(fields=wrong)
    return rule


def _reason(reason: str) -> dict[str, Any]:
    if not reason.strip():
        return {"reason": _("Say why; the rule's page shows it.")}
    if len(reason) > REASON:
        return {"reason": _("Write at most %(most)d characters.") % {"most": REASON}}
    return {}


def _lineage(code: str, after: int, owner: Post | None, floor: int) -> Rule:
    if after:
        rule = rule_named(code)
        rule.owner, rule.floor = owner, floor
        rule.save(update_fields=["owner", "floor"])
        return rule
    last = Rule.objects.aggregate(last=Max("order"))["last"] or 0
    try:
        with transaction.atomic():
            return Rule.objects.create(code=code, owner=owner, floor=floor, order=min(last + 10, 32_000))
    except IntegrityError as taken:
        raise Invalid(fields={"code": _("This code is taken. Choose another.")}) from taken


def semantic_of(rule: Rule, engine: EngineRule) -> int:
    """The number of a pattern: that of an earlier version that sees the same, or one that no version had."""
    earlier = list(rule.versions.select_related("rule"))
    for version in earlier:
        if not is_semantic_change(engine_of(version), engine):
            return version.semantic
    return max((version.semantic for version in earlier), default=0) + 1


def try_beside(*, version: RuleVersion, reason: str, by: Actor, at: datetime) -> RuleVersion:
    """Let a version run beside the one at work: its calls are counted, and nobody is sent.

    Raises:
        Conflict: it is no draft any more, or another version is tried already.
    """
    return _turn(version, RuleStatus.DRAFT, RuleStatus.DRY, "rule_tried", reason, by, at)


def switch_on(*, version: RuleVersion, reason: str, by: Actor, at: datetime) -> RuleVersion:
    """Put a version to work in the place of the one that was. Its owner looks at it again after `review_months`.

    Raises:
        Conflict: it is at work or ended meanwhile.
        Invalid: without a reason; or a rule whose alerts it takes is not at work any more.
    """
    check_content(version.rule.code, version.content)
    return _turn(version, (RuleStatus.DRAFT, RuleStatus.DRY), RuleStatus.LIVE, "rule_switched_on", reason, by, at)


def end_version(*, version: RuleVersion, reason: str, by: Actor, at: datetime) -> RuleVersion:
    """Take a version out: the one at work, the one that is tried, or a draft that is not wanted.

    Raises:
        Conflict: it has ended already.
        Invalid: without a reason; or another rule takes the alerts of this one.
    """
    if version.status == RuleStatus.LIVE and (users := _users_of(version.rule.code)):
        raise Invalid(_("These rules take its alerts; end them first: %(names)s") % {"names": ", ".join(users)})
    running = (RuleStatus.DRAFT, RuleStatus.DRY, RuleStatus.LIVE)
    return _turn(version, running, RuleStatus.ENDED, "rule_ended", reason, by, at)


def _users_of(code: str) -> list[str]:
    return [each.code for each in at_work() if code in each.rule.select.alerts]


def _turn(
    version: RuleVersion,
    before: str | Sequence[str],
    after: str,
    what: str,
    reason: str,
    by: Actor,
    at: datetime,
) -> RuleVersion:
    """Compare and swap of the status; what stands in the way of one that goes to work ends."""
    _must_write(by)
    if wrong := _reason(reason):
        raise Invalid(fields=wrong)
    allowed = [before] if isinstance(before, str) else before
    stamps = {"since": at} if after in (RuleStatus.LIVE, RuleStatus.DRY) else {"until": at}
    with transaction.atomic():
        if after == RuleStatus.LIVE:
            others = RuleVersion.objects.filter(rule_id=version.rule_id, status=RuleStatus.LIVE).exclude(pk=version.pk)
            others.update(status=RuleStatus.ENDED, until=at)
            months = timezone.localdate(at)
            Rule.objects.filter(pk=version.rule_id).update(review_on=_review(version.content, months), asked_at=None)
        try:
            with transaction.atomic():
                turned = RuleVersion.objects.filter(pk=version.pk, status__in=allowed).update(status=after, **stamps)
        except IntegrityError as second:
            raise Conflict(_("Another version of this rule is tried already. End it first.")) from second
        if not turned:
            raise Conflict(current=newest_version(version.rule))
        _log(what, version, reason, by, at)
        RULES.changed()
    version.refresh_from_db()
    return version


def go_back(*, rule: Rule, number: int, reason: str, by: Actor, at: datetime, action: UUID) -> RuleVersion:
    """Put an earlier version to work again, as the newest one.

    Raises:
        NotFound: the rule has no such version.
        Conflict: it is the one at work.
        Invalid: without a reason; or what it said then cannot be said any more (a class or a property is gone).
    """
    if (made := RuleVersion.objects.filter(action=action).select_related("rule").first()) is not None:
        return made
    old = version_numbered(rule, number)
    if old.status == RuleStatus.LIVE:
        raise Conflict(current=old)
    with transaction.atomic():
        again = write_version(
            code=rule.code, after=newest_version(rule).number, content=old.content, reason=reason,
            owner=rule.owner, floor=rule.floor, by=by, at=at, action=action,
        )  # fmt: skip
        return switch_on(version=again, reason=reason, by=by, at=at)


def seen_to(*, rule: Rule, reason: str, by: Actor, at: datetime) -> Rule:
    """Its owner looked at the rule and leaves it as it is: nobody asks again before it was judged anew."""
    _must_write(by)
    if wrong := _reason(reason):
        raise Invalid(fields=wrong)
    with transaction.atomic():
        rule.asked_at, rule.review_on = None, _review(working_version(rule).content, timezone.localdate(at))
        rule.save(update_fields=["asked_at", "review_on"])
        acts.record("rule_seen_to", target=rule.code, detail=reason, by=by, at=at)
    return rule


def _log(what: str, version: RuleVersion, reason: str, by: Actor, at: datetime) -> None:
    acts.record(what, target=version.rule.code, detail=f"{version.number}: {reason.strip()}", by=by, at=at)


def rule_named(code: str) -> Rule:
    found = Rule.objects.filter(code=code).select_related("owner", "owner__place").first()
    if found is None:
        raise NotFound
    return found


def newest_version(rule: Rule) -> RuleVersion:
    found = rule.versions.select_related("rule", "author").order_by("-number").first()
    if found is None:
        raise NotFound
    return found


def working_version(rule: Rule) -> RuleVersion:
    """The version at work, or else the newest."""
    live = rule.versions.select_related("rule", "author").filter(status=RuleStatus.LIVE).first()
    return live or newest_version(rule)


def version_numbered(rule: Rule, number: int) -> RuleVersion:
    found = rule.versions.select_related("rule", "rule__owner", "author").filter(number=number).first()
    if found is None:
        raise NotFound
    return found
