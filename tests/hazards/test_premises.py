"""The register of premises and rounds with a list: who keeps them, and that nobody outside sees any."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.core.models import ViewLog
from linli.hazards.domain.checklists import checklists, law_of
from linli.hazards.domain.indicators import premises_done
from linli.hazards.domain.inspecting import Round, Tick, record_inspection
from linli.hazards.domain.premises import (
    add_premises,
    follow_up,
    forget_closed,
    open_operator,
    record_talk,
    record_visit,
)
from linli.hazards.domain.queries import premises_by_status, seen_inspections, seen_premises
from linli.hazards.models import Hazard, Inspection, Premises, Talk, Visit
from linli.people.actors import Viewer
from tests.neighbourhood import photo

DAY = timedelta(days=1)
KEEPERS = ["grid_worker", "committee_secretary", "area_lead", "duty_officer", "department_handler"]
OTHERS = [
    "grid_worker_2", "property_manager", "mediator", "petition_clerk", "window_clerk", "volunteer_captain",
    "owners_chair", "project_lead", "police_liaison", "auditor", "administrator", "outsider",
]  # fmt: skip


def viewer(street, role: str) -> Viewer:
    return Viewer((street.posts[role],), street.accounts[role])


def room(street, **more) -> Premises:
    given = {
        "kind": "room", "name": "老街坊棋牌室", "place": street.places["building"], "operator": "139 0000 0000",
        "by": street.by("committee_secretary"), "at": street.now, "action": uuid4(), **more,
    }  # fmt: skip
    return add_premises(**given)


def visit(street, premises: Premises, after: str, **more) -> Visit:
    given = {
        "premises": premises, "version": premises.version, "concerns": ["noise"], "text": "", "after": after,
        "by": street.by("committee_secretary"), "at": street.now, "action": uuid4(), **more,
    }  # fmt: skip
    return record_visit(**given)


def test_the_register_is_seen_by_the_posts_that_keep_it_and_by_nobody_else(street):
    premises = room(street)

    seeing = {role for role in KEEPERS + OTHERS if list(seen_premises(viewer(street, role))) == [premises]}

    assert seeing == set(KEEPERS)
    assert not seen_premises(Viewer()).exists()


@pytest.mark.parametrize("role", [role for role in OTHERS if role != "grid_worker_2"])
def test_nobody_else_adds_premises_or_visits(street, role):
    premises = room(street)

    with pytest.raises(Refused):
        room(street, by=street.by(role))
    with pytest.raises(Refused):
        visit(street, premises, "closed", by=street.by(role))


def test_premises_go_from_open_to_put_right_and_are_counted_once(street):
    premises = room(street)
    visit(street, premises, "correcting")
    visit(street, Premises.objects.get(), "corrected", concerns=["none"], at=street.now + DAY)
    visit(street, Premises.objects.get(), "closed", concerns=["none"], at=street.now + 2 * DAY)

    now, first, last = Premises.objects.get(), date(2026, 11, 23), date(2026, 11, 30)

    assert (now.status, now.version, now.since) == ("closed", 4, street.now + 2 * DAY)
    assert premises_done(None, first, last) == 1
    assert premises_done([street.places["other_street"].path], first, last) == 0
    assert premises_done(None, first, first) == 0
    assert premises_by_status(viewer(street, "area_lead"))["closed"] == 1


def test_of_two_visits_written_at_once_the_second_is_told(street):
    premises, action = room(street), uuid4()
    visit(street, premises, "correcting", action=action)
    visit(street, premises, "correcting", action=action)  # the same submit twice

    with pytest.raises(Conflict):
        visit(street, premises, "closed")

    assert Visit.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"concerns": []}, "concerns"),
        ({"concerns": ["none", "noise"]}, "concerns"),
        ({"concerns": ["gambling"]}, "concerns"),  # there is no such word on the register
        ({"after": "unlawful"}, "after"),
        ({"visit_on": date(2026, 11, 22)}, "visit_on"),
        ({"text": "x" * 1001}, "text"),
    ],
)
def test_a_visit_that_lacks_something_is_not_kept(street, wrong, field):
    with pytest.raises(Invalid) as told:
        visit(street, room(street), **{"after": "open", **wrong})

    assert set(told.value.fields) == {field}


def test_what_was_promised_is_followed_up_once(street):
    premises = room(street)
    given = {"premises": premises, "by": street.by("area_lead"), "at": street.now, "action": uuid4()}
    talk = record_talk(talked_with="landlord", promised="九点后关窗", follow_up_on=date(2026, 12, 1), **given)
    record_talk(talked_with="landlord", promised="九点后关窗", follow_up_on=date(2026, 12, 1), **given)

    kept = follow_up(talk=talk, kept=False, found="仍有噪声", by=street.by("grid_worker"), at=street.now + 9 * DAY)

    assert (Talk.objects.count(), kept.status, kept.found) == (1, "broken", "仍有噪声")
    with pytest.raises(Conflict):
        follow_up(talk=talk, kept=True, found="", by=street.by("grid_worker"), at=street.now + 9 * DAY)
    with pytest.raises(Invalid):
        record_talk(
            talked_with="nobody", promised="", follow_up_on=date(2025, 1, 1), **{**given, "action": uuid4()}
        )  # fmt: skip


def test_the_operator_is_reached_with_a_reason_that_is_written_down(street):
    premises = room(street)
    given = {"premises": premises, "at": street.now, "reason": "to agree on a day"}

    assert open_operator(by=street.by("area_lead"), **given) == "139 0000 0000"
    assert [(log.field, log.reason) for log in ViewLog.objects.all()] == [("premises.operator", "to agree on a day")]
    assert b"139" not in bytes(Premises.objects.get().operator_sealed)
    for role in ("grid_worker", "department_handler", "administrator", "auditor", "outsider"):
        with pytest.raises(Refused):
            open_operator(by=street.by(role), **given)
    with pytest.raises(NotFound):
        open_operator(**{**given, "premises": room(street, operator="")}, by=street.by("area_lead"))


def test_three_years_after_closing_contact_visits_and_talks_are_gone(street):
    visit(street, room(street), "closed")
    visit(street, room(street), "corrected")

    assert forget_closed(at=street.now + 1097 * DAY) == 1

    gone, kept = Premises.objects.order_by("pk")
    assert (gone.operator_sealed, kept.operator_sealed is not None) == (None, True)
    assert [row.premises for row in Visit.objects.all()] == [kept]


# --- rounds


def ticks(code: str, **bad: Tick) -> dict[str, Tick]:
    return {line.code: bad.get(line.code, Tick("good")) for line in checklists()[code].lines}


def test_each_bad_tick_becomes_a_hazard_where_one_wants_it(street):
    found = ticks(
        "stairwell", way_clear=Tick("bad", "堆满杂物", [photo()]), lights=Tick("bad", "一盏不亮", opens=False),
        hydrant=Tick("absent"),
    )  # fmt: skip
    done = Round(checklist=checklists()["stairwell"], place=street.places["building"], ticks=found, where="三楼")
    action = uuid4()

    for _twice in range(2):
        kept = record_inspection(done=done, by=street.by("grid_worker"), at=street.now, action=action)

    assert (kept.good, kept.bad, Inspection.objects.count()) == (4, 2, 1)
    hazard = Hazard.objects.select_related("procedure").get()
    assert (hazard.line, hazard.blocks, hazard.where, hazard.inspection) == (
        "stairwell.way_clear", True, "三楼", kept,
    )  # fmt: skip
    assert list(seen_inspections(viewer(street, "area_lead"))) == [kept]
    for role in ("outsider", "mediator", "grid_worker_2"):
        assert not seen_inspections(viewer(street, role)).exists()


@pytest.mark.parametrize(
    "wrong", [{"lights": Tick("bad", " ")}, {"lights": Tick("")}, {"lights": Tick("bad", "x" * 501)}]
)
def test_a_round_that_lacks_something_opens_nothing(street, wrong):
    done = Round(
        checklist=checklists()["stairwell"], place=street.places["building"],
        ticks=ticks("stairwell", way_clear=Tick("bad", "full"), **wrong),
    )  # fmt: skip

    with pytest.raises(Invalid) as told:
        record_inspection(done=done, by=street.by("grid_worker"), at=street.now, action=uuid4())

    assert (set(told.value.fields), Hazard.objects.count()) == ({"lights"}, 0)


def test_every_list_is_in_both_languages_and_cites_rules_that_are_there():
    for each in checklists().values():
        assert all((each.zh, each.en, each.hint_zh, each.hint_en))
        for line in each.lines:
            assert 1 <= line.days <= 30
            assert all((line.zh, line.en))
            assert len(law_of(line, date(2026, 11, 23))) == bool(line.rule) + bool(line.fine)
