"""The inbox, the auditor's and the administrator's pages: what they show, and to whom they stay shut."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.cases.domain.contact import open_contact
from linli.core import jobs
from linli.core.models import Job
from linli.people.models import AdminAct
from linli.procedures.domain.audit import export_anchors, set_anchor
from linli.procedures.models import EntryBody, LocalRule, Verification, WorkCalendar

ROLES = [
    "duty_officer", "area_lead", "grid_worker", "department_handler", "property_manager", "committee_secretary",
    "mediator", "petition_clerk", "window_clerk", "volunteer_captain", "owners_chair", "project_lead", "police_liaison",
    "auditor", "administrator", "outsider", "resident",
]  # fmt: skip
AUDIT = ["procedures:audit", "procedures:audit_entries", "procedures:audit_views"]
ADMIN = ["procedures:admin", "procedures:rules", "procedures:new_rule", "procedures:calendar"]
ASKED = ["procedures:verify_one", "procedures:verify_all", "procedures:load_calendar"]
WHO = {
    "procedures:inbox": set(ROLES) - {"outsider", "resident"},
    **{view: {"auditor"} for view in AUDIT},
    **{view: {"administrator"} for view in ADMIN},
}


def text(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("view", list(WHO))
def test_a_page_opens_to_whom_it_concerns_and_to_nobody_else(sign_in, view):
    opened = {role for role in ROLES if sign_in(role).get(reverse(view)).status_code == 200}

    assert opened == WHO[view]


@pytest.mark.parametrize("view", ASKED)
def test_what_changes_something_is_refused_to_others(sign_in, view):
    answers = {role: sign_in(role).post(reverse(view)).status_code for role in ("duty_officer", "mediator", "outsider")}

    assert set(answers.values()) == {403}
    assert not Job.objects.filter(name="procedures.verify").exists()


def test_somebody_who_is_not_signed_in_is_led_to_the_door(client, street):
    for view in WHO:
        answer = client.get(reverse(view))
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/sign-in/")


# --- inbox


def test_the_inbox_shows_what_a_post_has_to_do_and_nothing_of_others(sign_in, case_in):
    mine, others = case_in("dispatched"), case_in("received")

    page = text(sign_in("property_manager").get("/inbox/"))

    assert mine.procedure.number in page
    assert others.procedure.number not in page
    for words in ("Lighting", "Leshan Estate 6, No. 12", "to be accepted", "handler", "due "):
        assert words in page


@pytest.mark.parametrize("role", ["police_liaison", "mediator"])
def test_whoever_has_nothing_to_do_has_a_calm_page_without_empty_menus(sign_in, case_in, role):
    case_in("dispatched")

    page = text(sign_in(role).get("/inbox/"))

    assert "Nothing waits for you." in page
    menu = page.split('<nav class="navigation"')[1].split("</nav>")[0]
    assert "/inbox/" in menu
    assert not [url for url in ("/desk/", "/cases/all/", "/audit/", "/admin/", "/grid/") if url in menu]


def test_three_rows_of_the_inbox_cost_what_one_costs(sign_in, case_in):
    client = sign_in("property_manager")
    costs = []
    for _round in (1, 2):
        case_in("dispatched")
        client.get("/inbox/")  # what a process keeps is read by now
        with CaptureQueriesContext(connection) as counted:
            client.get("/inbox/")
        costs.append(len(counted))
        case_in("dispatched")

    assert costs == [4, 4]


# --- auditor


def test_one_story_is_verified_on_the_spot_and_a_change_is_found(sign_in, case_in, street):
    case = case_in("handling")
    set_anchor(street.now)
    auditor = sign_in("auditor")

    good = auditor.post("/audit/verify/", {"number": case.procedure.number})
    body = EntryBody.objects.filter(entry__procedure=case.pk).order_by("entry__seq")[1]
    EntryBody.objects.filter(pk=body.pk).update(data=b'{"klass":"waste"}')
    bad = auditor.post("/audit/verify/", {"number": case.procedure.number})

    assert f"All 4 entries of {case.procedure.number} are as they were written." in text(good)
    assert "1 anchor holds this story." in text(good)
    assert f"The story of {case.procedure.number} does not fit" in text(bad)
    assert f"<strong>altered</strong>: {case.procedure.number} #2" in text(bad)


@pytest.mark.parametrize("number", ["", "NOSUCH", "3333333333333"])
def test_a_number_that_is_none_is_asked_for_again(sign_in, number):
    answer = sign_in("auditor").post("/audit/verify/", {"number": number})

    assert answer.status_code == 422
    assert 'class="error-summary"' in text(answer)


def test_a_sealed_story_is_not_looked_up_by_its_number(sign_in, report):
    case = report().case
    type(case.procedure).objects.filter(pk=case.pk).update(sealed=True)

    answer = sign_in("auditor").post("/audit/verify/", {"number": case.procedure.number})

    assert answer.status_code == 422
    assert case.procedure.number not in text(sign_in("auditor").get("/audit/entries/"))


def test_the_last_reading_of_everything_stands_on_the_page(sign_in, case_in, street, settings, tmp_path):
    settings.ANCHORS = tmp_path
    case_in("filed")
    set_anchor(street.now)
    export_anchors()
    auditor = sign_in("auditor")

    assert auditor.post("/audit/verify/all/").status_code == 302
    auditor.post("/audit/verify/all/")
    assert Job.objects.filter(name="procedures.verify").count() == 1
    while jobs.work_once():
        continue

    assert (Verification.objects.get().stories, Verification.objects.get().found) == (1, 0)
    page = text(auditor.get("/audit/"))
    assert "Nothing altered, removed, moved or cut off" in page
    assert "1 story read" in page


def test_entries_are_listed_by_kind_and_post_without_what_they_say(sign_in, report, case_in):
    case_in("dispatched", text="只有当事人才该读到的话")

    page = text(sign_in("auditor").get("/audit/entries/"))

    assert "只有当事人才该读到的话" not in page
    for words in ("received", "file", "dispatch", "街道值班长", "a party"):
        assert words in page


def test_who_opened_a_sealed_field_is_listed_but_never_whose_or_what(sign_in, report, street):
    case = report(contact="13800138000").case
    open_contact(case=case, reason="call back", by=street.by("duty_officer"), at=street.now)

    page = text(sign_in("auditor").get("/audit/views/"))

    assert "13800138000" not in page
    for words in ("街道值班长", "call back", case.procedure.number, "telephone number or e-mail left with a report"):
        assert words in page


# --- administrator


def test_the_start_page_leads_to_whatever_is_set_up(sign_in):
    page = text(sign_in("administrator").get("/admin/"))

    for view in (
        "people:office",
        "places:tree",
        "cases:classes",
        "procedures:rules",
        "procedures:calendar",
        "core:jobs",
    ):
        assert f'href="{reverse(view)}"' in page


def test_a_local_rule_is_set_on_a_page_and_what_the_domain_refuses_stands_beside_the_field(sign_in):
    administrator = sign_in("administrator")
    given = {
        "clock": "case.verify", "amount": "1", "unit": "working_day", "effective_from": "2026-12-01",
        "reason": "promised <b>aloud</b>",
    }  # fmt: skip

    refused = administrator.post("/admin/rules/new/", {**given, "reason": ""})
    assert administrator.post("/admin/rules/new/", given).status_code == 302

    assert refused.status_code == 422
    assert LocalRule.objects.count() == 1
    page = text(administrator.get("/admin/rules/"))
    assert "promised &lt;b&gt;aloud&lt;/b&gt;" in page
    assert "1 working day" in page


def test_the_calendar_says_what_is_known_and_is_loaded_by_a_press(sign_in):
    administrator = sign_in("administrator")
    before = text(administrator.get("/admin/calendar/"))

    assert administrator.post("/admin/calendar/load/").status_code == 302

    assert "2026" in before
    assert WorkCalendar.objects.order_by("-version").first().version == 2
    assert AdminAct.objects.filter(what="calendar_loaded").count() == 1


def test_an_unknown_cursor_begins_at_the_start(sign_in, case_in):
    number = case_in("dispatched").procedure.number

    for after in ("~", "x~y", f"~{uuid4()}", "9~9", "2026-11-25T00:00:00~1", f"~{'9' * 40}", "2026-11-25T00:00:00Z~²"):
        assert sign_in("property_manager").get("/inbox/", {"after": after}).status_code == 200
    assert number in text(sign_in("property_manager").get("/inbox/", {"after": "x~y"}))
