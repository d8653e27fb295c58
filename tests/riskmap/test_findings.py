"""The checks of Decree 799: what each finds, when it stops finding it, and how a finding becomes a case."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import translation

from linli.cases.domain.catalogue import CLASSES
from linli.cases.models import Case, CaseClass
from linli.core.errors import Invalid, Refused
from linli.riskmap.domain.checks import CHECKS, Facts, Found, findings_of
from linli.riskmap.domain.finding_words import law_line
from linli.riskmap.domain.findings import open_case, run_checks
from linli.riskmap.domain.optics import change_papers, turn_camera
from linli.riskmap.domain.privacy import SeenZone
from linli.riskmap.domain.yardsticks import set_yardstick, yardsticks
from linli.riskmap.models import Finding, Optics
from linli.riskmap.shown import said
from linli.sensing.domain.devices import take_down
from linli.sensing.enums import DeviceStatus
from linli.sensing.models import Device
from tests.riskmap.town import TODAY, draw_town, put_camera

YARD = {"window_density": 62.5, "private_density": 25.0, "remind_filing": 7.0, "remind_inspection": 14.0}
FINE = {
    "legal": "art9", "first_used": TODAY - timedelta(days=200), "sign": "there", "days": 30, "deletes": True,
    "access_log": True, "next_inspection": TODAY + timedelta(days=100),
}  # fmt: skip
WINDOW = SeenZone(7, "window", "3号楼的窗", 12.0, 90.0)
FAINT = SeenZone(8, "window", "4号楼的窗", 30.0, 30.0)


def found(*, today: date = TODAY, private: tuple = (), status: str = "active", **papers) -> dict[str, Found]:
    device = Device(code="CM-1", status=DeviceStatus(status))
    optics = Optics(device=device, bearing=0, **{**FINE, **papers})
    return findings_of(Facts(optics, today, YARD, private))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {}),
        ({"room": "bath"}, {"room": Found({"room": "bath"})}),
        ({"private": (WINDOW, FAINT)}, {"window": Found(
            {"zone": "3号楼的窗", "metres": 12.0, "number": 1, "kind": "window"}, measured=90.0, limit=62.5, zone=7)}),
        ({"private": (FAINT,)}, {}),
        ({"private": (FAINT,), "legal": "non-public"}, {"private": Found(
            {"zone": "4号楼的窗", "metres": 30.0, "number": 1, "kind": "window"}, measured=30.0, limit=25.0, zone=8)}),
        ({"sign": "missing"}, {"sign": Found({"sign": "missing"})}),
        ({"sign": "unknown"}, {"sign": Found({"sign": "unknown"})}),
        ({"sign": "missing", "legal": "non-public"}, {}),
        ({"days": 29}, {"kept": Found({}, measured=29, limit=30)}),
        ({"days": 0, "access_log": False, "deletes": False}, {}),
        ({"deletes": False}, {"deleted": Found()}),
        ({"access_log": False}, {"log": Found()}),
        ({"legal": "art7-1", "first_used": None}, {"first_use": Found()}),
        ({"next_inspection": TODAY + timedelta(days=15)}, {}),
        ({"next_inspection": TODAY + timedelta(days=14)}, {"inspection": Found(
            {"due": "2026-12-07"}, measured=0, limit=0, soon=True)}),
        ({"next_inspection": TODAY - timedelta(days=1)}, {"inspection": Found(
            {"due": "2026-11-22"}, measured=1, limit=0)}),
        ({"sign": "missing", "status": "planned"}, {}),
    ],
)  # fmt: skip
def test_each_check_finds_what_it_is_for_and_nothing_else(given, expected) -> None:
    assert found(**given) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [(22, None), (23, True), (30, True), (31, False)],
    ids=["nothing yet", "reminded a week before", "the last day", "the day after"],
)
def test_filing_is_due_within_thirty_days_of_first_use_and_reminded_of_before(days, expected) -> None:
    first_used = TODAY - timedelta(days=days)
    told = found(legal="art7-2", first_used=first_used).get("filing")
    assert (told.soon if told else None) == expected
    assert found(legal="art7-2", first_used=first_used, filed=TODAY) == {}
    assert found(legal="art9", first_used=first_used) == {}


def test_every_check_is_in_words_and_names_an_article_of_the_lawbook_or_says_that_there_is_none() -> None:
    with translation.override("en"):
        laws = [law_line(check.rule) for check in CHECKS]
    assert sum(law.startswith("No article asks for this") for law in laws) == 1
    assert all(check.title and check.words and check.do for check in CHECKS)


def test_a_run_opens_keeps_and_settles_and_a_second_run_changes_nothing(street) -> None:
    draw_town(street)
    put_camera(street, sign="missing", days=10)
    first = run_checks(at=street.now)
    again = run_checks(at=street.now + timedelta(days=1))

    assert (first.cameras, first.opened, first.settled) == (1, 2, 0)
    assert (again.opened, again.settled) == (0, 0)
    optics = Optics.objects.get()
    change_papers(optics=optics, version=1, changes={"sign": "there"}, by=street.by("administrator"), at=street.now)
    assert run_checks(at=street.now + timedelta(days=2)).settled == 1
    rows = Finding.objects.order_by("rule").values_list("rule", "state", "measured", "limit")
    assert list(rows) == [("kept", "open", 10.0, 30.0), ("sign", "settled", None, None)]


def test_a_run_costs_the_same_for_three_cameras_as_for_one(street, django_assert_max_num_queries) -> None:
    draw_town(street)
    put_camera(street, sign="missing")
    run_checks(at=street.now)
    for number in (2, 3):
        put_camera(street, f"CM-{number}", sign="missing")
    with django_assert_max_num_queries(14):
        run_checks(at=street.now)


def test_a_camera_turned_over_a_window_is_found_and_turned_away_is_settled(street) -> None:
    draw_town(street)
    optics = put_camera(street)

    def turn(**changes):
        current = Optics.objects.select_related("device__place").get()
        turn_camera(
            optics=current, version=current.version, device_version=current.device.version, changes=changes,
            reason="try", by=street.by("project_lead"), at=street.now, action=uuid4(),
        )  # fmt: skip
        run_checks(at=street.now, devices=[optics.pk])

    turn(bearing=90, range=40, tilt=10, pixels=8000)
    finding = Finding.objects.get()
    assert (finding.rule, finding.state, finding.detail["zone"]) == ("window", "open", "15号西窗")
    assert finding.measured > finding.limit == 62.5
    turn(bearing=180)
    assert Finding.objects.get().state == "settled"


def test_a_camera_that_was_taken_down_has_no_findings_any_more(street) -> None:
    optics = put_camera(street, sign="missing")
    run_checks(at=street.now)
    take_down(device=optics.device, version=1, reason="gone", by=street.by("administrator"), at=street.now)
    run_checks(at=street.now)
    assert Finding.objects.get().state == "settled"


def test_one_tap_makes_a_case_that_says_what_where_by_which_article_and_what_to_do(street) -> None:
    put_camera(street, sign="missing")
    run_checks(at=street.now)
    finding = Finding.objects.select_related("device__place").get()
    given = {"finding": finding, "by": street.by("property_manager"), "at": street.now}
    case = open_case(**given, action=uuid4())
    again = open_case(**given, action=uuid4())

    assert case == again
    assert Case.objects.count() == 1
    lines = case.text.splitlines()
    assert lines[0].startswith("摄像设备CM-1") or "CM-1" in lines[0]
    assert case.procedure.place_path == street.places["building"].path
    assert case.klass.code == "camera_finding"
    with translation.override("en"):
        assert said(Finding.objects.get()).law.endswith("a prominent sign is set.")


def test_an_office_without_a_class_for_cameras_files_a_finding_elsewhere(street) -> None:
    CaseClass.objects.filter(code="camera_finding").delete()
    CLASSES.changed()
    put_camera(street, sign="missing")
    run_checks(at=street.now)
    finding = Finding.objects.select_related("device__place").get()
    case = open_case(finding=finding, by=street.by("property_manager"), at=street.now, action=uuid4())
    assert case.klass.code == "other"


def test_a_reminder_or_a_settled_finding_makes_no_case_and_nobody_from_elsewhere_does(street) -> None:
    put_camera(street, next_inspection=TODAY + timedelta(days=3))
    put_camera(street, "CM-2", sign="missing")
    run_checks(at=street.now)
    reminder = Finding.objects.select_related("device__place").get(rule="inspection")
    broken = Finding.objects.select_related("device__place").get(rule="sign")

    with pytest.raises(Invalid):
        open_case(finding=reminder, by=street.by("project_lead"), at=street.now, action=uuid4())
    with pytest.raises(Refused):
        open_case(finding=broken, by=street.by("outsider"), at=street.now, action=uuid4())


def test_a_threshold_of_ours_is_chosen_with_a_reason_and_holds_from_then_on(street) -> None:
    given = {"by": street.by("administrator"), "at": street.now}
    assert yardsticks() == YARD
    set_yardstick(name="window_density", value=40, reason="the residents' meeting asked for it", **given)
    assert yardsticks()["window_density"] == 40.0
    for wrong in ({"name": "window_density", "value": 0.2}, {"name": "nothing", "value": 3}):
        with pytest.raises(Invalid):
            set_yardstick(reason="x", **wrong, **given)
