"""Rules that route and grade: what they decide, what they may not, and how one is tried before it is on."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from linli.cases.domain.conditions import as_data, read_conditions
from linli.cases.domain.routing import advice_of, why_text
from linli.cases.domain.rulebook import (
    RuleContent,
    dry_run,
    load_starter_rules,
    rule_named,
    rules_in_force,
    save_rule,
    starter_rules,
    versions_of,
)
from linli.cases.enums import Source
from linli.cases.models import RoutingRule
from linli.core.errors import Conflict, Invalid, Refused
from linli.engines.routing import Conditions, Time
from linli.people.actors import Viewer

NIGHT = timedelta(hours=13)  # from ten in the morning to eleven at night


@pytest.fixture
def put(street):
    """A function that puts a rule into force."""

    def make(code: str = "one", *, version: int = 0, on: bool = True, by: str = "administrator", **said: object):
        content = RuleContent(**{"order": 5, "note": "规则", "note_en": "the rule", **said})
        return save_rule(
            code=code, version=version, content=content, on=on, by=street.by(by), at=street.now, action=uuid4()
        )

    return make


@pytest.fixture
def starters(street) -> int:
    return load_starter_rules(at=street.now)


@pytest.fixture
def administrator(street) -> Viewer:
    return Viewer(posts=(street.posts["administrator"],), account=street.accounts["administrator"])


# --- what the starter rules do


@pytest.mark.parametrize(
    ("given", "post", "grade", "hotline"),
    [
        ({"klass": "other", "text": "楼道里有煤气味"}, "committee_secretary", "urgent", ""),
        ({"klass": "gas", "text": "软管老化"}, "property_manager", "urgent", ""),
        ({"klass": "facility", "text": "电梯里困了两个人", "later": NIGHT}, "property_manager", "urgent", ""),
        ({"klass": "facility", "text": "电梯有异响"}, "property_manager", "ordinary", ""),
        ({"klass": "fire_lane", "text": "消防车进不来"}, "property_manager", "urgent", ""),
        ({"klass": "fire_lane", "text": "通道停了车"}, "property_manager", "ordinary", ""),
        ({"klass": "structures", "text": "有人正在搭雨棚"}, "department_handler", "urgent", ""),
        ({"klass": "falling", "text": "砸到人了"}, "property_manager", "urgent", ""),
        ({"klass": "posting", "text": "弄堂口有人摆摊"}, "department_handler", "ordinary", ""),
        ({"klass": "noise", "text": "吵", "later": NIGHT}, "duty_officer", "urgent", ""),
        ({"klass": "noise", "text": "吵"}, "committee_secretary", "ordinary", ""),
        (
            {"klass": "trees", "text": "请问何时修剪", "source": Source.HOTLINE},
            "property_manager",
            "ordinary",
            "consult",
        ),
        (
            {"klass": "trees", "text": "督办：大树倾斜", "source": Source.HOTLINE},
            "property_manager",
            "ordinary",
            "review",
        ),
        ({"klass": "trees", "text": "大树倾斜", "source": Source.HOTLINE}, "property_manager", "ordinary", "help"),
    ],
)
def test_each_starter_rule_does_what_it_says(given, post, grade, hotline, report, street, starters):
    at = street.now + given.pop("later", timedelta(0))
    by = street.by("duty_officer") if "source" in given else None

    case = report(**{**given, "klass": street.klass(given["klass"]), "at": at, "by": by}).case

    assert (case.proposed, case.grade, case.hotline) == (street.posts[post], grade, hotline)


def test_the_starter_rules_come_once_and_each_is_whole(starters, street):
    assert (starters, load_starter_rules(at=street.now)) == (len(starter_rules()), 0)
    for rule in rules_in_force():
        assert as_data(read_conditions(rule.conditions)) == rule.conditions
        assert rule.role or rule.grade or rule.hotline


def test_the_reason_is_kept_as_facts_and_told_in_both_languages(report, street, starters):
    case = report(klass=street.klass("structures"), text="正在搭棚").case

    with override("en"):
        assert why_text(case.proposed_why) == (
            "department handler for “Lean-tos and enclosures” at street; rule: It is being built now: urgent, to the"
            " department, which is there within two hours; graded by the rule: It is being built now: urgent, to the"
            " department, which is there within two hours"
        ).replace("at street", "at Xujiahui Subdistrict")
    assert case.proposed_why["rule"] == {
        "code": "building-now", "version": 1,
        "note": ["正在搭建：紧急，派主管部门（两小时内到场）",
                 "It is being built now: urgent, to the department, which is there within two hours"],
    }  # fmt: skip


def test_whoever_writes_of_gas_is_told_at_once_what_to_do(report, street, starters):
    case = report(klass=street.klass("other"), text="有煤气味").case

    with override("en"):
        assert advice_of(case.proposed_why).startswith("If you smell gas: switch nothing on or off")


# --- order, and what falls back


def test_the_first_that_says_something_decides_each_thing_by_itself(put, report):
    put("later", order=9, grade="ordinary", role="area_lead")
    put("first", order=1, grade="urgent")
    put("off", order=0, on=False, role="duty_officer")

    case = report().case

    assert (case.proposed.role, case.grade) == ("area_lead", "urgent")


def test_a_rule_cannot_send_to_who_does_not_answer_for_it(put, report):
    put(role="petition_clerk")

    assert report().case.proposed.role == "property_manager"


def test_a_rule_may_name_an_organisation_or_one_post(put, report, street):
    put("org", order=2, organisation=street.posts["department_handler"].organisation,
        conditions=Conditions(classes=("manhole",)))  # fmt: skip
    put("post", order=1, post=street.posts["area_lead"], conditions=Conditions(classes=("trees",)))

    assert report(klass=street.klass("manhole")).case.proposed == street.posts["department_handler"]
    assert report(klass=street.klass("trees")).case.proposed == street.posts["area_lead"]


def test_the_text_of_a_sealed_class_is_shown_to_no_rule_but_one_that_names_it(put, report, street):
    games = street.klass("games")
    put(conditions=Conditions(words=(("后门",),)), grade="urgent")

    assert report(klass=games, text="后门锁死").case.grade == "ordinary"

    put("named", conditions=Conditions(classes=("games",), words=(("后门",),)), grade="urgent")
    assert report(klass=games, text="后门锁死").case.grade == "urgent"


# --- hostile and wrong


@pytest.mark.parametrize(
    "data",
    [
        [], {"persons": ["x"]}, {"classes": "gas"}, {"classes": [1]}, {"classes": [""]}, {"sources": ["x"]},
        {"times": ["noon"]}, {"words": ["gas"]}, {"words": [[]]}, {"words": [["x"] * 7]}, {"words": [["x" * 21]]},
        {"words": [["13800138000"]]}, {"words": [["310104 1980"]]}, {"words": [["a"]] * 41}, {"classes": ["a"] * 41},
        {"words": {"a": 1}}, {"words": [[None]]},
    ],
)  # fmt: skip
def test_conditions_of_another_form_are_refused(data):
    with pytest.raises(Invalid):
        read_conditions(data)


def test_conditions_are_read_as_they_were_written():
    asked = Conditions(("gas",), ("0001",), ("hotline",), (Time.NIGHT,), (("电梯", "困"),))

    assert read_conditions(as_data(asked)) == asked
    assert as_data(Conditions()) == {}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "send"),
        ({"role": "police_liaison"}, "send"),
        ({"grade": "urgent", "note": " "}, "note"),
        ({"grade": "urgent", "note_en": ""}, "note_en"),
        ({"grade": "urgent", "basis": "no.such"}, "basis"),
        ({"grade": "urgent", "conditions": Conditions(classes=("nosuch",))}, "classes"),
        ({"grade": "urgent", "conditions": Conditions(places=("9999",))}, "places"),
        ({"grade": "urgent", "code": "new"}, "code"),
        ({"grade": "urgent", "code": "Not A Slug"}, "code"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(said, field, put):
    with pytest.raises(Invalid) as told:
        put(**said)

    assert list(told.value.fields) == [field]
    assert not RoutingRule.objects.exists()


def test_no_rule_calls_the_police(put, street):
    for said in (
        {"post": street.posts["police_liaison"]},
        {"organisation": street.posts["police_liaison"].organisation},
    ):
        with pytest.raises(Invalid):
            put(**said)


@pytest.mark.parametrize("role", ["duty_officer", "auditor", "property_manager", "outsider"])
def test_only_an_administrator_makes_rules(role, put):
    with pytest.raises(Refused):
        put(grade="urgent", by=role)


# --- versions


def test_each_change_is_a_version_and_the_second_of_two_is_told(put):
    put(grade="urgent")
    put(version=1, grade="ordinary")

    with pytest.raises(Conflict) as told:
        put(version=1, grade="urgent")

    assert told.value.current.version == 2
    assert [(rule.version, rule.grade, rule.until is None) for rule in versions_of("one")] == [
        (2, "ordinary", True), (1, "urgent", False),
    ]  # fmt: skip
    assert rule_named("one").version == 2


def test_a_rule_saved_as_it_was_stays_at_its_version(put):
    put(grade="urgent")

    assert put(version=1, grade="urgent").version == 1


def test_a_second_rule_of_the_same_code_is_refused(put):
    put(grade="urgent")

    with pytest.raises(Invalid):
        put(grade="ordinary")


# --- tried on past cases


def test_a_dry_run_lists_what_would_have_gone_elsewhere_and_changes_nothing(put, report, street, administrator):
    moved = report(text="灯不亮，有人摔伤").case
    report(), report(klass=street.klass("games"), text="摔伤")
    content = RuleContent(1, "有人受伤", "hurt", Conditions(words=(("摔伤",),)), role="area_lead", grade="urgent")

    tried = dry_run(code="hurt", content=content, viewer=administrator, at=street.now)

    assert tried.looked == 2  # the sealed one is not looked at
    assert [(m.case.pk, m.before.post.role, m.after.post.role, m.after.grade) for m in tried.moved] == [
        (moved.pk, "property_manager", "area_lead", "urgent")
    ]
    moved.refresh_from_db()
    assert (moved.proposed.role, moved.grade, RoutingRule.objects.count()) == ("property_manager", "ordinary", 0)


def test_trying_without_a_rule_shows_what_it_does(put, report, street, administrator):
    put(grade="urgent")
    report()

    assert len(dry_run(code="one", content=None, viewer=administrator, at=street.now).moved) == 1


def test_trying_on_three_cases_costs_no_more_than_on_one(report, street, administrator):
    content = RuleContent(1, "一", "one", grade="urgent")

    def cost() -> int:
        dry_run(code="x", content=content, viewer=administrator, at=street.now)
        with CaptureQueriesContext(connection) as caught:
            dry_run(code="x", content=content, viewer=administrator, at=street.now)
        return len(caught)

    report()
    one = cost()
    report(), report()

    assert cost() == one == 1
