"""Rules at work are written, tried, switched on, ended and taken back, each time by somebody and for a reason."""

import ast
import inspect
from datetime import date, timedelta
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest

from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.engines.rules import RuleError, model, parsing, sources
from linli.people.models import AdminAct
from linli.sensing.domain import rule_checks, rulebook
from linli.sensing.domain.kept import RULES
from linli.sensing.domain.rule_library import engine_rule, library
from linli.sensing.domain.rulebook import (
    at_work,
    end_version,
    go_back,
    load_rules,
    newest_version,
    rule_named,
    seen_to,
    switch_on,
    try_beside,
    write_version,
)
from linli.sensing.models import Rule, RuleVersion
from tests.neighbourhood import LONG_AGO, NOW, Street

LANE_15 = {"kind": "held", "when": {"op": "==", "value": 1.0}, "lasting": "15 min"}


def content(code: str = "fire_lane", **parts: Any) -> dict[str, Any]:
    """The content that comes with Linli; parts: other values, of tables only what differs."""
    found = {name: value for name, value in library()[code].items() if name not in ("code", "owner", "floor")}
    for name, value in parts.items():
        found[name] = found[name] | value if isinstance(value, dict) else value
    return found


def write(
    street: Street, code: str = "fire_lane", *, after: int = 1, by: str = "duty_officer", **parts: Any
) -> RuleVersion:
    return write_version(
        code=code, after=after, content=content(**parts), reason="卸货常超过十分钟", owner=street.posts["duty_officer"],
        by=street.by(by), at=NOW, action=uuid4(),
    )  # fmt: skip


def given(street: Street) -> dict[str, Any]:
    return {"reason": "test", "by": street.by("duty_officer"), "at": NOW}


def states(code: str = "fire_lane") -> list[tuple[int, int, str]]:
    rows = RuleVersion.objects.filter(rule__code=code).order_by("number")
    return [(row.number, row.semantic, row.status) for row in rows]


def test_the_library_is_brought_in_at_work_once_with_owners_and_a_day_of_review(rulebook):
    assert load_rules(at=LONG_AGO) == 0
    assert set(Rule.objects.values_list("code", flat=True)) == set(library())
    assert {row.rule.lineage for row in at_work()} == set(library())
    smoke = rule_named("smoke")
    assert (smoke.owner, smoke.floor, smoke.review_on) == (rulebook.posts["duty_officer"], 50, date(2025, 1, 2))


def test_a_version_is_a_draft_until_somebody_switches_it_on(rulebook):
    version = write(rulebook, rule={"pattern": LANE_15})
    assert states() == [(1, 1, "live"), (2, 2, "draft")]
    assert (version.author, version.post, version.made_at) == (
        rulebook.accounts["duty_officer"], rulebook.posts["duty_officer"], NOW
    )  # fmt: skip

    switch_on(version=version, **given(rulebook))

    assert states() == [(1, 1, "ended"), (2, 2, "live")]
    assert next(row.rule.pattern.window for row in at_work() if row.code == "fire_lane") == 900_000_000
    acts = AdminAct.objects.filter(target="fire_lane").order_by("pk").values_list("what", "detail")
    assert list(acts) == [("rule_written", "2: 卸货常超过十分钟"), ("rule_switched_on", "2: test")]


def test_a_version_is_tried_beside_the_one_at_work_one_at_a_time(rulebook):
    second, third = write(rulebook), write(rulebook, after=2)
    try_beside(version=second, **given(rulebook))

    assert [(row.number, row.beside, row.rule.lineage) for row in at_work() if row.code == "fire_lane"] == [
        (2, True, "fire_lane~dry"), (1, False, "fire_lane")
    ]  # fmt: skip
    with pytest.raises(Conflict):
        try_beside(version=third, **given(rulebook))


def test_only_an_edit_of_what_a_rule_sees_raises_its_semantic_version(rulebook):
    write(rulebook, then={"answer_within": 120})
    write(rulebook, after=2, rule={"suppress": "1 h"})
    write(rulebook, after=3, rule={"pattern": LANE_15})
    write(rulebook, after=4, rule={"key": "building"})
    write(rulebook, after=5)

    assert [semantic for _number, semantic, _status in states()] == [1, 1, 1, 2, 3, 1]


def test_one_goes_back_to_an_earlier_version_by_a_new_one(rulebook):
    switch_on(version=write(rulebook, rule={"pattern": LANE_15}), **given(rulebook))
    action = uuid4()

    back = go_back(rule=rule_named("fire_lane"), number=1, action=action, **given(rulebook))

    assert states() == [(1, 1, "ended"), (2, 2, "ended"), (3, 1, "live")]
    assert back.content == RuleVersion.objects.get(rule__code="fire_lane", number=1).content
    assert go_back(rule=rule_named("fire_lane"), number=1, action=action, **given(rulebook)) == back
    with pytest.raises(Conflict):
        go_back(rule=rule_named("fire_lane"), number=3, action=uuid4(), **given(rulebook))


def test_a_rule_whose_alerts_another_takes_is_not_ended_first(rulebook):
    with pytest.raises(Invalid) as told:
        end_version(version=newest_version(rule_named("ebike_seen")), **given(rulebook))
    assert "ebike_in_lift" in str(told.value.message)

    end_version(version=newest_version(rule_named("ebike_in_lift")), **given(rulebook))
    end_version(version=newest_version(rule_named("ebike_seen")), **given(rulebook))

    assert {"ebike_seen", "ebike_in_lift"} & {row.code for row in at_work()} == set()


def test_the_second_of_two_writers_is_told(rulebook):
    write(rulebook)

    with pytest.raises(Conflict) as told:
        write(rulebook)

    assert told.value.current.number == 2


def test_the_same_writing_sent_twice_writes_one_version(rulebook):
    more = {
        "code": "fire_lane", "after": 1, "content": content(), "reason": "x", "owner": rulebook.posts["duty_officer"],
        "by": rulebook.by("duty_officer"), "at": NOW, "action": uuid4(),
    }  # fmt: skip

    assert write_version(**more) == write_version(**more)
    assert len(states()) == 2


def test_two_steps_at_once_have_one_effect(rulebook):
    version = write(rulebook)
    stale = RuleVersion.objects.select_related("rule").get(pk=version.pk)
    end_version(version=version, **given(rulebook))

    with pytest.raises(Conflict):
        switch_on(version=stale, **given(rulebook))

    assert states() == [(1, 1, "live"), (2, 1, "ended")]


@pytest.mark.parametrize("role", ["area_lead", "auditor", "property_manager", "committee_secretary", "grid_worker"])
def test_who_may_not_write_rules_is_refused(rulebook, role):
    with pytest.raises(Refused):
        write(rulebook, by=role)
    with pytest.raises(Refused):
        end_version(version=newest_version(rule_named("smoke")), reason="x", by=rulebook.by(role), at=NOW)


def test_a_change_tells_whoever_keeps_the_rules(rulebook):
    before = RULES.token()

    switch_on(version=write(rulebook), **given(rulebook))

    assert RULES.token() != before


def test_a_rule_that_was_looked_at_waits_for_its_next_review(rulebook):
    Rule.objects.filter(code="fire_lane").update(asked_at=NOW)

    rule = seen_to(rule=rule_named("fire_lane"), **given(rulebook))

    assert (rule.asked_at, rule.review_on) == (None, date(2027, 5, 23))


WRONG: list[tuple[str, str, dict[str, Any]]] = [
    ("fire_lane", "title", {"title": " "}),
    ("fire_lane", "explain_en", {"explain_en": "x" * 601}),
    ("fire_lane", "basis", {"basis": "no.such"}),
    ("fire_lane", "review_months", {"review_months": 99}),
    ("fire_lane", "colour", {"colour": "red"}),
    ("fire_lane", "rule.pattern.lasting", {"rule": {"pattern": {**LANE_15, "lasting": "soon"}}}),
    ("fire_lane", "rule.pattern.kind", {"rule": {"pattern": {"kind": "often"}}}),
    ("fire_lane", "rule.key", {"rule": {"key": "person"}}),
    ("fire_lane", "rule.select.face", {"rule": {"select": {"properties": ["blocked"], "face": ["x"]}}}),
    ("fire_lane", "rule.select.properties", {"rule": {"select": {"properties": ["faces"]}}}),
    ("fire_lane", "rule.select.properties", {"rule": {"select": {"properties": ["blocked", "water_used"]}}}),
    ("fire_lane", "rule.select.types", {"rule": {"select": {"properties": ["blocked"], "types": ["drone"]}}}),
    ("fire_lane", "rule.select.places", {"rule": {"select": {"properties": ["blocked"], "places": ["zzzz"]}}}),
    ("fire_lane", "rule.select.alerts", {"rule": {"select": {"alerts": ["fire_lane"]}}}),
    ("fire_lane", "rule.select.alerts", {"rule": {"select": {"alerts": ["ebike_in_lift"]}}}),
    ("fire_lane", "rule.select.alerts", {"rule": {"select": {"alerts": ["*"]}}}),
    ("smoke", "rule.pattern.grades.alarm",
     {"rule": {"pattern": {"kind": "threshold", "op": ">=", "grades": {"alarm": 140.0}}}}),
    ("pump_failure", "rule.pattern.when.value",
     {"rule": {"pattern": {"kind": "held", "when": {"op": "<", "value": -3.0}, "lasting": "10 min"}}}),
    ("fire_lane", "then.klass", {"then": {"klass": "no-such"}}),
    ("fire_lane", "then.answer_within", {"then": {"answer_within": 5}}),
    ("fire_lane", "then.case_grade", {"then": {"case_grade": "loud"}}),
    ("fire_lane", "then.urgent", {"then": {"urgent": "yes"}}),
    ("fire_lane", "then.photo", {"then": {"photo": True}}),
    ("fire_lane", "then.recipients", {"then": {"recipients": []}}),
    ("fire_lane", "then.recipients", {"then": {"recipients": [{"role": "police_liaison"}]}}),
    ("fire_lane", "then.helpers", {"then": {"helpers": [{"role": "mediator", "kind": "police"}]}}),
    ("fire_lane", "then.helpers", {"then": {"helpers": "everybody"}}),
    ("fire_lane", "then.care", {"then": {"care": True}}),
    ("care_check", "then.care", {"then": {"care": False}}),
    ("care_check", "then.klass", {"then": {"klass": "noise"}}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "field", "parts"), WRONG)
def test_what_a_rule_may_not_say_is_told_by_field(rulebook, code, field, parts):
    made = {**content(code), **{n: {**content(code)[n], **v} if isinstance(v, dict) else v for n, v in parts.items()}}

    with pytest.raises(Invalid) as told:
        rule_checks.check_content(code, made)

    assert field in told.value.fields


def test_every_word_of_the_engine_about_a_wrong_rule_can_be_translated():
    told = {text for module in (model, parsing, sources) for text in sentences_in(module)}

    assert told - set(rule_checks.ENGINE_WORDS) == set()


def sentences_in(module: ModuleType) -> set[str]:
    """The texts of a module that are no docstring and no error of whoever calls it."""
    tree = ast.parse(inspect.getsource(module))
    passed = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ValueError":
            passed |= {id(each) for each in ast.walk(node)}
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return {each.value for each in texts if id(each) not in passed and each.value.endswith(".") and " " in each.value}


def test_what_reason_owner_and_code_may_be(rulebook):
    with pytest.raises(Invalid) as told:
        write_version(
            code="Fire Lane!", after=0, content=content(), reason=" ", floor=101,
            owner=rulebook.posts["police_liaison"], by=rulebook.by("duty_officer"), at=NOW, action=uuid4(),
        )  # fmt: skip

    assert set(told.value.fields) == {"code", "reason", "owner", "floor"}


def test_a_new_rule_takes_no_code_that_is_taken(rulebook):
    with pytest.raises(Invalid) as told:
        write(rulebook, after=0)
    assert set(told.value.fields) == {"code"}


def test_a_version_that_is_not_there_is_not_found(rulebook):
    with pytest.raises(NotFound):
        rulebook_version(9)


def rulebook_version(number: int) -> RuleVersion:
    return rulebook.version_numbered(rule_named("smoke"), number)


def test_types_and_sites_become_the_pairs_that_the_engine_compares():
    mapping = content("smoke")["rule"] | {
        "select": {"properties": ["smoke"], "types": ["smoke"], "sites": ["stairwell"]}
    }

    assert engine_rule(mapping, "smoke", 1).select.sites == ("smoke@stairwell",)
    with pytest.raises(RuleError):
        engine_rule({"select": "smoke"}, "smoke", 1)


def test_a_review_is_due_so_many_months_later_and_never_on_a_day_that_is_not_there(rulebook):
    version = write(rulebook, review_months=3)
    switch_on(version=version, reason="x", by=rulebook.by("duty_officer"), at=NOW + timedelta(days=8))

    assert rule_named("fire_lane").review_on == date(2027, 3, 1)
