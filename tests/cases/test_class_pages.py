"""The administrator's pages: classes with their preview and versions, who answers for what, rules tried before use."""

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from linli.cases.domain.duties import Duty, add_duty, answer
from linli.cases.domain.duty_files import HEADING, duties_csv
from linli.cases.domain.routing import day_of
from linli.cases.domain.rulebook import load_starter_rules, rule_named
from linli.cases.domain.versions import content_of
from linli.cases.enums import Grade, Share, Source
from linli.cases.forms_classes import initial_of
from linli.cases.models import Case, CaseClass, ClassVersion, Responsibility, RoutingRule
from linli.core.errors import Refused
from linli.people.enums import Role
from linli.people.models import AdminAct
from linli.procedures.models import Clock
from tests.cases.conftest import statements
from tests.procedures.test_pages import ROLES

PAGES = (
    "/admin/classes/", "/admin/classes/new/", "/admin/classes/lighting/", "/admin/classes/lighting/retire/",
    "/admin/answers/", "/admin/answers/export.csv", "/admin/answers/take/", "/admin/routing/", "/admin/routing/new/",
)  # fmt: skip


def text(answer_: object) -> str:
    return " ".join(unescape(answer_.content.decode()).split())


@pytest.mark.parametrize("url", PAGES)
def test_a_page_opens_to_the_administrator_alone(sign_in, url):
    assert {role for role in ROLES if sign_in(role).get(url).status_code == 200} == {"administrator"}


# --- classes


def class_form(klass: CaseClass, **changes: object) -> dict[str, object]:
    """What a browser would send for a class as it stands, with changes; "" or None takes a value away."""
    shown = {name: value for name, value in initial_of(content_of(klass)).items() if value not in (False, None)}
    given = {"version": klass.version, "action": str(uuid4()), "reason": "", **shown, **changes}
    return {name: "on" if value is True else value for name, value in given.items() if value is not None}


def send(client: Client, url: str, **given: object):
    return client.post(url, {"confirm": "1", **given})


def test_a_change_is_shown_first_and_then_made_and_the_log_says_what(sign_in, street, report):
    number = report().case.procedure.number
    client, klass = sign_in("administrator"), street.klass()
    form = class_form(klass, closing="灯亮", publicity="estate", limit_handle_ordinary_amount=1, reason="faster")

    seen = text(client.post("/admin/classes/lighting/", form))

    assert street.klass().version == 1
    for words in (
        "2 working days",
        "1 working day",
        "灯已正常，现场照片可见",
        "灯亮",
        number,
        "1 case is not filed yet",
    ):
        assert words in seen
    assert send(client, "/admin/classes/lighting/", **form).status_code == 302
    klass = street.klass()
    assert (klass.version, klass.closing, klass.publicity) == (2, "灯亮", "estate")
    act = AdminAct.objects.get(what="class_changed")
    assert (act.target, act.detail) == (
        "lighting", "faster; closing: 灯亮; publicity: estate; case.handle: 1 working_day"
    )  # fmt: skip
    assert "faster" in text(client.get("/admin/classes/lighting/"))


def test_the_page_sends_again_what_was_written(sign_in, street):
    form = class_form(street.klass(), closing='<b>"灯"</b>')

    page = sign_in("administrator").post("/admin/classes/lighting/", form).content.decode()

    assert '<input type="hidden" name="closing" value="&lt;b&gt;&quot;灯&quot;&lt;/b&gt;">' in page
    assert "<b>" not in page


def test_without_a_limit_of_its_own_a_class_goes_by_the_lawbook(sign_in, street, case_in):
    form = class_form(street.klass(), limit_handle_ordinary_amount="")

    send(sign_in("administrator"), "/admin/classes/lighting/", **form)

    clock = Clock.objects.get(procedure=case_in("dispatched").pk, rule="case.handle")
    assert (clock.amount, clock.source) == (5, "case.handle")


def test_a_class_saved_as_it_was_leaves_no_trace(sign_in, street):
    assert send(sign_in("administrator"), "/admin/classes/lighting/", **class_form(street.klass())).status_code == 302

    assert not AdminAct.objects.filter(what="class_changed").exists()
    assert street.klass().version == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""}, {"name": "设施损坏"}, {"name": "x" * 41}, {"publicity": "all"}, {"grade": "x"},
        {"limit_handle_ordinary_amount": -1}, {"limit_file_urgent_amount": 1001}, {"basis": "x"}, {"version": "x"},
    ],
)  # fmt: skip
def test_a_class_that_cannot_be_is_refused(sign_in, street, changes):
    answer_ = send(sign_in("administrator"), "/admin/classes/lighting/", **class_form(street.klass(), **changes))

    assert answer_.status_code == 422
    assert street.klass().version == 1


def test_the_second_administrator_is_told_and_keeps_the_words(sign_in, street):
    client, mine = sign_in("administrator"), class_form(street.klass(), closing="我写的")
    send(client, "/admin/classes/lighting/", **class_form(street.klass(), closing="灯亮"))

    for confirm in ({}, {"confirm": "1"}):
        second = client.post("/admin/classes/lighting/", {**mine, **confirm})
        assert second.status_code == 409
        assert "系统管理员 changed this at" in text(second)
        assert "我写的" in text(second)
        assert 'name="version" value="2"' in text(second)
    assert street.klass().closing == "灯亮"


def test_an_earlier_version_is_brought_back(sign_in, street):
    client = sign_in("administrator")
    send(client, "/admin/classes/lighting/", **class_form(street.klass(), closing="灯亮"))

    page = text(client.get("/admin/classes/lighting/?from=1"))

    assert "with the content of version 1" in page
    assert "灯已正常，现场照片可见</textarea>" in page
    for number in ("9", "x", "²"):
        assert client.get("/admin/classes/lighting/", {"from": number}).status_code == 200


def test_a_class_is_added_and_retired_on_pages(sign_in, street, report):
    client = sign_in("administrator")
    form = class_form(street.klass(), code="pavement", role="area_lead", name="路面", name_en="Pavement")

    assert "no case changes" in text(client.post("/admin/classes/new/", form))
    assert send(client, "/admin/classes/new/", **form).status_code == 302
    report(klass=street.klass("pavement"))
    given = {"action": str(uuid4()), "version": 1, "replacement": "other", "reason": "too few"}
    assert client.post("/admin/classes/pavement/retire/", {**given, "reason": ""}).status_code == 422
    assert client.post("/admin/classes/pavement/retire/", given).status_code == 302

    assert Case.objects.get().klass.code == "other"
    assert "Pavement → Something else" in text(client.get("/admin/classes/"))
    assert client.get("/admin/classes/pavement/").status_code == 404
    assert [version.number for version in ClassVersion.objects.filter(klass__code="pavement")] == [1]


@pytest.mark.parametrize("role", ["duty_officer", "auditor", "property_manager", "outsider"])
def test_nobody_but_the_administrator_changes_a_class(sign_in, street, role):
    form = class_form(street.klass(), name="x")

    assert send(sign_in(role), "/admin/classes/lighting/", **form).status_code == 403
    assert sign_in("administrator").get("/admin/classes/nosuch/").status_code == 404


# --- who answers for what


@pytest.fixture
def cell(street):
    """A function that says who answers for a class at the estate, some days from now."""
    return lambda code, days=0: answer(
        street.klass(code), street.places["estate"], day_of(street.now + timedelta(days=days)), street.now
    )


def duty(street, code: str, role: Role, **more: object) -> Duty:
    return Duty(street.klass(code), more.pop("place", street.places["street"]), Share.LEAD, role, **more)


def test_every_class_of_the_starter_catalogue_is_answered_for_at_the_estate(cell):
    assert {code: cell(code).state for code in CaseClass.objects.values_list("code", flat=True)} == dict.fromkeys(
        CaseClass.objects.values_list("code", flat=True), "fine"
    )
    assert cell("gas").helpers == ["committee_secretary", "department_handler"]


def test_gaps_and_overlaps_stand_in_the_table_in_red(sign_in, street, cell):
    Responsibility.objects.filter(klass__code="trees").delete()
    add_duty(
        duty=duty(street, "pets", Role.PROPERTY_MANAGER, place=street.places["street"], since=day_of(street.now)),
        by=street.by("administrator"), at=street.now,
    )  # fmt: skip

    page = text(sign_in("administrator").get("/admin/answers/"))

    assert (cell("trees").state, cell("pets").leads) == ("gap", 2)
    assert "1 gap" in page
    assert 'class="answers-gap"' in page


def test_todays_row_applies_and_a_scheduled_one_waits(street, cell, report):
    day = day_of(street.now)
    tomorrow = duty(street, "trees", Role.AREA_LEAD, place=street.places["estate"], since=day + timedelta(days=1))
    add_duty(duty=tomorrow, by=street.by("administrator"), at=street.now)

    assert [cell("trees", days).post.role for days in (0, 1)] == ["property_manager", "area_lead"]
    assert report(klass=street.klass("trees")).case.proposed.role == "property_manager"
    later = report(klass=street.klass("trees"), at=street.now + timedelta(days=1)).case
    assert later.proposed.role == "area_lead"


def test_a_row_is_added_and_ended_on_the_page_of_its_cell(sign_in, street):
    client, path = sign_in("administrator"), street.places["estate"].path
    url = f"/admin/answers/trees/{path}/"
    given = {
        "share": "helper",
        "role": "mediator",
        "place": path,
        "every": "one",
        "why": "邻里纠纷",
        "since": "2027-01-01",
    }

    assert client.post(url, given).status_code == 302
    row = Responsibility.objects.get(role="mediator", klass__code="trees")
    assert "scheduled" in text(client.get(url))
    assert client.post(url, given).status_code == 422
    assert client.post(url, {**given, "until": "2026-01-01"}).status_code == 422
    assert client.post(f"{url}{row.pk}/end/", {"until": "2027-02-01"}).status_code == 302

    row.refresh_from_db()
    assert (row.share, row.why, str(row.until)) == ("helper", "邻里纠纷", "2027-02-01")
    assert client.post(f"{url}{row.pk}/end/", {"until": "2027-01-01"}).status_code == 302
    assert not Responsibility.objects.filter(pk=row.pk).exists()
    assert client.post(f"{url}999/end/", {"until": "2027-01-01"}).status_code == 404
    assert client.get("/admin/answers/nosuch/0001/").status_code == 404


def test_only_an_administrator_says_who_answers(street):
    with pytest.raises(Refused):
        add_duty(duty=duty(street, "trees", Role.AREA_LEAD), by=street.by("duty_officer"), at=street.now)


def test_the_table_costs_no_more_for_more_rows(sign_in, street):
    client = sign_in("administrator")
    before = statements(client, "/admin/answers/")
    for code in ("trees", "gas", "noise"):
        add_duty(duty=duty(street, code, Role.AREA_LEAD), by=street.by("administrator"), at=street.now)

    assert statements(client, "/admin/answers/") == before


def rows_of(lines: Iterator[str]) -> list[str]:
    return "".join(lines).removeprefix("\ufeff").splitlines()


def take(client: Client, lines: list[str]):
    file = SimpleUploadedFile("who.csv", "\r\n".join(lines).encode())
    return client.post("/admin/answers/take/", {"file": file})


def test_the_table_goes_out_as_csv_and_comes_back_as_it_was(sign_in, street):
    lines = rows_of(duties_csv())

    page = text(take(sign_in("administrator"), lines))

    assert lines[0] == ",".join(HEADING)
    assert f"Added: 0. Changed: 0. As they were: {Responsibility.objects.count()}." in page


def test_each_bad_row_of_a_csv_is_named_and_then_nothing_is_taken(sign_in, street):
    place, before = street.places["estate"].path, Responsibility.objects.count()
    good = f"trees,{place},,helper,mediator,,邻里,,2027-01-01,"
    bad = [
        f"nosuch,{place},,lead,mediator,,,,,",
        "trees,9999,,lead,mediator,,,,,",
        f"trees,{place},,boss,mediator,,,,,",
        f"trees,{place},,lead,king,,,,,",
        f"trees,{place},,lead,mediator,无此单位,,,,",
        f"trees,{place},,lead,mediator,,,,2027-13-01,",
        f"trees,{place},,lead,mediator,,,,2027-02-01,2027-01-01",
        f"trees,{place},,lead,mediator,,,no.such,,",
        good,
    ]
    client = sign_in("administrator")

    answer_ = take(client, [",".join(HEADING), good, *bad])

    assert answer_.status_code == 422
    assert [f'class="number">{line}</th>' in text(answer_) for line in range(3, 12)] == [True] * 9
    assert Responsibility.objects.count() == before
    assert "Added: 1. Changed: 0. As they were: 0." in text(take(client, [",".join(HEADING), good]))


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2", b"\xff\xfe\x00", b"x" * 1_000_001])
def test_what_is_no_such_file_is_refused(sign_in, data):
    file = SimpleUploadedFile("who.csv", data)

    assert sign_in("administrator").post("/admin/answers/take/", {"file": file}).status_code == 422


def test_what_a_spreadsheet_would_run_is_kept_from_it(street):
    add_duty(duty=duty(street, "trees", Role.AREA_LEAD, why="=1+1"), by=street.by("administrator"), at=street.now)

    assert any(",'=1+1," in line for line in rows_of(duties_csv()))


# --- rules


RULE = {
    "code": "hurt", "note": "有人受伤：紧急", "note_en": "Somebody hurt: urgent", "order": "5", "version": "0",
    "words": "摔伤\n砸 伤", "send": "role:area_lead", "grade": "urgent",
}  # fmt: skip


def test_a_rule_is_tried_on_past_cases_before_it_is_switched_on(sign_in, report):
    number = report(text="灯不亮，有人摔伤").case.procedure.number
    client, form = sign_in("administrator"), {**RULE, "action": str(uuid4())}

    seen = text(client.post("/admin/routing/new/", form))

    assert "Of the last 1 cases, 1 would have gone elsewhere" in seen
    for words in (number, "六村物业经理 → 片区长", "ordinary → urgent"):
        assert words in seen
    assert not RoutingRule.objects.exists()
    assert client.post("/admin/routing/new/", {**form, "confirm": "on"}).status_code == 302
    rule = rule_named("hurt")
    assert (rule.on, rule.conditions, rule.role) == (True, {"words": [["摔伤"], ["砸", "伤"]]}, "area_lead")
    assert report(text="又有人摔伤").case.grade == Grade.URGENT


def test_a_rule_is_switched_off_and_an_old_version_brought_back(sign_in, street, report):
    load_starter_rules(at=street.now)
    client = sign_in("administrator")
    page = client.get("/admin/routing/gas-smell/")
    form = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    form = {name: value for name, value in form.items() if value not in (None, "")}

    assert client.post("/admin/routing/gas-smell/", {**form, "confirm": "off"}).status_code == 302

    assert (rule_named("gas-smell").version, rule_named("gas-smell").on) == (2, False)
    assert report(text="有煤气味").case.grade == Grade.ORDINARY
    assert client.get("/admin/routing/gas-smell/?from=1").status_code == 200
    late = client.post("/admin/routing/gas-smell/", {**form, "action": str(uuid4()), "confirm": "on"})
    assert (late.status_code, "changed this at" in text(late)) == (409, True)


@pytest.mark.parametrize(
    "changes",
    [
        {"words": "13800138000"}, {"words": "一 二 三 四 五 六 七"}, {"classes": ["nosuch"]},
        {"send": "role:police_liaison"},
        {"send": "role:nosuch"}, {"send": "post:999999"}, {"send": "", "grade": ""}, {"order": "-1"}, {"code": "A B"},
        {"times": ["noon"]}, {"note_en": ""},
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_is_refused_on_its_page(sign_in, changes):
    form = {**RULE, "action": str(uuid4()), "confirm": "on", **changes}

    assert sign_in("administrator").post("/admin/routing/new/", form).status_code == 422
    assert not RoutingRule.objects.exists()


def test_the_list_says_each_rule_in_the_readers_language_and_grows_without_cost(sign_in, street):
    client = sign_in("administrator")
    before = statements(client, "/admin/routing/")
    load_starter_rules(at=street.now)

    page = text(client.get("/admin/routing/"))

    assert statements(client, "/admin/routing/") <= before + 1  # the posts, read once
    assert "words: 煤气 + 味 or 燃气 + 味" in page
    assert "Fire Protection" in page or "art. 28" in page
    assert "词语" in sign_in("administrator", "zh-hans").get("/admin/routing/").content.decode()


# --- what others see of it


def test_the_desk_grades_and_names_the_kind_at_the_hotline_when_it_files(sign_in, street, report):
    load_starter_rules(at=street.now)
    case = report(source=Source.HOTLINE, by=street.by("duty_officer"), klass=street.klass("trees")).case
    officer, number = sign_in("duty_officer"), case.procedure.number
    page = text(officer.get(f"/case/{number}/"))
    form = {
        "action": str(uuid4()), "version": 1, "klass": "trees", "place": "", "words": "", "grade": "urgent",
        "hotline": "review", "to": street.posts["property_manager"].pk, "reason": "",
    }  # fmt: skip

    assert 'value="help" selected' in page
    assert officer.post(f"/case/{number}/file/", form).status_code == 302

    case.refresh_from_db()
    assert (case.grade, case.hotline, case.standard.number) == ("urgent", "review", 1)
    page = text(officer.get(f"/case/{number}/"))
    for words in ("urgent", "supervised, or sent back", "hotline: supervised, or sent back", "Help or a complaint"):
        assert words in page
    assert "urgent" in text(officer.get("/desk/"))


def test_a_resident_is_told_of_the_danger_before_anything_is_asked_and_what_happens_next(visitor, street):
    browser = visitor()
    browser.post("/report/", {"klass": "gas"})

    assert "If you smell gas: switch nothing on or off" in text(browser.get("/report/where/"))
    browser.post("/report/", {"klass": "lighting"})
    assert "If you smell gas" not in text(browser.get("/report/where/"))
