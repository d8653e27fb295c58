"""Our own time limits: shorter than the law's or in place of an assumption, written down, and refused otherwise."""

from datetime import date, timedelta

import pytest

from linli.core.errors import Invalid, Refused
from linli.people.models import AdminAct
from linli.procedures.domain.limits import limit_for, local_rules, set_local_rule
from linli.procedures.models import Clock

FROM = date(2026, 11, 1)


@pytest.fixture
def set_rule(street):
    def make(**changes: object):
        given = {
            "clock": "case.verify", "kind": "", "amount": 1, "unit": "working_day", "effective_from": FROM,
            "reason": "街道承诺一天核查", "by": street.by("administrator"), "at": street.now, **changes,
        }  # fmt: skip
        return set_local_rule(**given)

    return make


def test_a_local_rule_stands_under_the_dates_it_sets_and_in_the_log(street, set_rule, case_in):
    rule = set_rule()

    clock = Clock.objects.get(procedure=case_in("handled").procedure, rule="case.verify")

    assert (clock.amount, clock.unit, clock.source) == (1, "working_day", f"local:{rule.pk}")
    act = AdminAct.objects.get(what="local_rule_set")
    assert (act.target, act.account) == ("case.verify", street.accounts["administrator"])
    assert "街道承诺一天核查" in act.detail


def test_a_limit_that_the_lawbook_only_assumes_may_be_longer_too(set_rule):
    assert set_rule(amount=20).amount == 20


def test_a_legal_limit_can_be_made_shorter_but_never_longer(set_rule):
    set_rule(clock="petition.forward", amount=10, unit="natural_day")

    with pytest.raises(Invalid) as told:
        set_rule(clock="petition.forward", amount=30, unit="natural_day")

    assert list(told.value.fields) == ["amount"]
    assert [(rule.clock, rule.amount, rule.version) for rule in local_rules()] == [("petition.forward", 10, 1)]


def test_each_further_rule_of_a_clock_is_a_version_and_the_newest_in_force_applies(street, set_rule, case_in):
    set_rule(amount=2)
    set_rule(amount=1, effective_from=FROM + timedelta(days=5))
    set_rule(amount=4, effective_from=date(2027, 1, 1))

    procedure = case_in("handling").procedure

    assert [rule.version for rule in local_rules()] == [3, 2, 1]
    assert limit_for("case.verify", procedure, street.now).limit.amount == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"effective_to": FROM}, "effective_to"),
        ({"amount": 0}, "amount"),
        ({"clock": "no.such.clock"}, "clock"),
    ],
)
def test_what_is_missing_or_wrong_is_named(set_rule, changes, field):
    with pytest.raises(Invalid) as told:
        set_rule(**changes)

    assert list(told.value.fields) == [field]


@pytest.mark.parametrize("role", ["duty_officer", "auditor", "area_lead", "outsider"])
def test_nobody_but_the_administrator_sets_a_limit(street, set_rule, role):
    with pytest.raises(Refused):
        set_rule(by=street.by(role))
