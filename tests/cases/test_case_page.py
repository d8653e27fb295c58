"""The page of one case for staff: what it shows, what stays sealed, and to whom the case does not exist."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from linli.cases.domain.handling import dispatch_case, hand_back_case, note_on_case
from linli.cases.models import Case
from linli.core.models import ViewLog
from linli.people.actors import Actor
from linli.people.models import Organisation
from linli.procedures.domain.audit import purge
from linli.procedures.jobs import watch_clocks
from linli.procedures.models import Entry, Exclusion, Procedure
from tests.neighbourhood import photo

PHONE = "13800138000"
NASTY = '<script>alert(1)</script> & "quotes" 𠮷 \'); DROP TABLE cases_case;--'
SEES = {
    "duty_officer", "area_lead", "grid_worker", "property_manager", "committee_secretary", "auditor", "administrator",
}  # fmt: skip
SEES_NOT = {
    "grid_worker_2", "department_handler", "mediator", "petition_clerk", "window_clerk", "volunteer_captain",
    "owners_chair", "project_lead", "police_liaison",
}  # fmt: skip


def page_of(client, case: Case) -> str:
    return client.get(f"/case/{case.procedure.number}/").content.decode()


def test_who_may_see_a_case_sees_it_and_to_all_others_it_does_not_exist(sign_in, report):
    url = f"/case/{report().case.procedure.number}/"

    answers = {role: sign_in(role).get(url).status_code for role in SEES | SEES_NOT | {"outsider", "resident"}}

    assert answers == {
        **dict.fromkeys(SEES, 200), **dict.fromkeys(SEES_NOT, 404), "outsider": 403, "resident": 403,
    }  # fmt: skip


@pytest.mark.parametrize("number", ["NOSUCH", "333333333", "x" * 300, "' OR 1=1"])
def test_a_number_that_nobody_has_is_not_found(sign_in, number):
    assert sign_in("duty_officer").get(f"/case/{number}/").status_code == 404


def test_the_page_says_what_where_who_and_until_when(sign_in, case_in):
    case = case_in("handling")

    page = page_of(sign_in("duty_officer"), case)

    for words in (
        "Lighting", case.procedure.number, "being handled", "Leshan Estate 6, No. 12", "Cell 01", case.text,
        "2 working days from", "the class of the case", "A resident reported it", "Filed as “Lighting”",
        "Dispatched to 六村物业经理", "Took it on",
    ):  # fmt: skip
        assert escape(words) in page, words


def test_what_somebody_typed_is_shown_as_typed_and_never_run(sign_in, report, street):
    case = report(text=NASTY, where=NASTY).case
    officer = street.by("duty_officer")
    note_on_case(case=case, text=NASTY, to_reporter=False, by=officer, at=street.now, action=uuid4())

    page = page_of(sign_in("duty_officer"), case)

    assert "<script>alert(1)" not in page
    assert page.count(escape(NASTY)) >= 3


def test_the_story_names_posts_and_never_the_resident(sign_in, case_in, street):
    case = case_in("received", account=street.accounts["resident"], contact=PHONE)

    page = page_of(sign_in("duty_officer"), case)

    assert "the reporter" in page
    assert "测试居民" not in page


def test_lines_that_the_system_wrote_stand_in_the_story_too(sign_in, case_in):
    case = case_in("filed")
    watch_clocks()

    page = page_of(sign_in("duty_officer"), case)

    assert "Overdue: dispatch" in page
    assert "Linli, by itself" in page


def test_a_purged_line_says_that_it_was_forgotten(sign_in, case_in, street):
    case = case_in("closed")
    purge(procedure=case.procedure, rule="case.keep", by=Actor.named("purge"), at=street.now)

    page = page_of(sign_in("duty_officer"), case)

    assert "What was said of persons is forgotten" in page
    assert case.text not in page


def test_photos_stand_by_what_they_show(sign_in, case_in):
    case = case_in("verified", photos=[photo("before.png")])

    page = page_of(sign_in("duty_officer"), case)

    assert page.index("As reported") < page.index("The work")
    assert page.count("/320.webp") == 2 + 1 + 1  # each in its group, and in the story with the line it came with


# --- the contact


def test_a_sealed_contact_is_in_no_page_until_it_is_opened_with_a_reason(sign_in, report, street):
    case = report(contact=PHONE).case
    officer, url = sign_in("duty_officer"), f"/case/{case.procedure.number}/contact/"

    before = page_of(officer, case)
    unasked = officer.post(url, {"reason": " "})
    opened = officer.post(url, {"reason": "Ask which landing"})
    after = page_of(officer, case)

    assert PHONE not in before
    assert (unasked.status_code, PHONE in unasked.content.decode()) == (422, False)
    assert (opened.status_code, PHONE in opened.content.decode()) == (200, True)
    assert opened["Cache-Control"] == "no-store"
    assert PHONE not in after
    row = ViewLog.objects.get()
    assert (row.viewer, row.post_title, row.procedure, row.field, row.reason) == (
        street.accounts["duty_officer"], "街道值班长", case.pk, "party.contact", "Ask which landing",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("role", "status"),
    [("property_manager", 403), ("committee_secretary", 403), ("auditor", 403), ("administrator", 403),
     ("mediator", 404), ("outsider", 403)],
)  # fmt: skip
def test_whoever_has_no_part_in_a_case_cannot_open_the_contact(sign_in, report, role, status):
    case = report(contact=PHONE).case
    client = sign_in(role)

    answer = client.post(f"/case/{case.procedure.number}/contact/", {"reason": "curious"})

    assert (answer.status_code, PHONE in answer.content.decode()) == (status, False)
    assert not ViewLog.objects.exists()
    if status == 403 and role != "outsider":
        assert "Open with a reason" not in page_of(client, case)


def test_a_case_without_contact_offers_none(sign_in, report):
    case = report().case
    officer = sign_in("duty_officer")

    assert "none left" in page_of(officer, case)
    assert officer.post(f"/case/{case.procedure.number}/contact/", {"reason": "call"}).status_code == 404


# --- notes and publicity


def test_a_note_is_written_once_however_often_it_is_sent(sign_in, report):
    case = report().case
    officer, note = sign_in("duty_officer"), {"text": "Called back.", "reader": "staff", "action": str(uuid4())}
    url = f"/case/{case.procedure.number}/note/"

    answers = [officer.post(url, note).status_code for _ in range(2)]

    assert answers == [302, 302]
    line = Entry.objects.get(procedure=case.pk, kind="note")
    assert (line.audience, line.only) == ("staff", None)


def test_a_note_to_the_reporter_is_for_that_one_party(sign_in, case_in):
    case = case_in("handling")
    sign_in("property_manager").post(
        f"/case/{case.procedure.number}/note/",
        {"text": "We come on Tuesday.", "reader": "reporter", "action": str(uuid4())},
    )

    line = Entry.objects.get(procedure=case.pk, kind="note")

    assert (line.audience, line.only) == ("parties", case.procedure.parties.get())
    assert "To the reporter" in page_of(sign_in("duty_officer"), case)


@pytest.mark.parametrize("role", ["auditor", "administrator", "property_manager"])
def test_whoever_only_looks_writes_nothing(sign_in, report, role):
    case = report().case
    client = sign_in(role)
    note = {"text": "x", "reader": "staff", "action": str(uuid4())}

    assert client.post(f"/case/{case.procedure.number}/note/", note).status_code == 403
    assert client.post(f"/case/{case.procedure.number}/release/", {"released": "1"}).status_code == 403
    assert "Write a note" not in page_of(client, case)
    assert not Entry.objects.filter(kind__in=["note", "released"]).exists()


def test_text_and_photos_are_released_and_taken_back(sign_in, case_in):
    case = case_in("dispatched")
    officer, url = sign_in("duty_officer"), f"/case/{case.procedure.number}/release/"

    for released in ("1", "1", "0"):
        assert officer.post(url, {"released": released}).status_code == 302

    assert Case.objects.get(pk=case.pk).released is False
    kinds = Entry.objects.filter(procedure=case.pk, kind__in=["released", "withdrawn"]).order_by("seq")
    assert list(kinds.values_list("kind", flat=True)) == ["released", "withdrawn"]


def test_a_class_of_which_the_public_sees_no_single_case_is_not_released(sign_in, report, street):
    case, officer = report(klass=street.klass("noise")).case, sign_in("duty_officer")

    assert "Make text and photos public" not in page_of(officer, case)
    assert officer.post(f"/case/{case.procedure.number}/release/", {"released": "1"}).status_code == 422
    assert Case.objects.get(pk=case.pk).released is False


# --- sealed and excluded


def test_a_sealed_case_is_seen_by_its_posts_alone(sign_in, case_in):
    case = case_in("dispatched")
    Procedure.objects.filter(pk=case.pk).update(sealed=True)
    url = f"/case/{case.procedure.number}/"

    answers = {role: sign_in(role).get(url).status_code for role in ("property_manager", "area_lead", "auditor")}

    assert answers == {"property_manager": 200, "area_lead": 404, "auditor": 404}


def test_an_excluded_organisation_does_not_see_a_case_of_its_own_place(sign_in, case_in, street):
    case = case_in("dispatched")
    company = Organisation.objects.get(kind="property_company")
    Exclusion.objects.create(procedure=case.procedure, organisation=company, reason="named", since=street.now)

    assert sign_in("property_manager").get(f"/case/{case.procedure.number}/").status_code == 404


# --- cost


@pytest.mark.parametrize("state", ["received", "filed", "dispatched", "handling", "handled", "verified", "closed"])
def test_one_case_with_its_story_costs_twelve_statements_at_most(sign_in, case_in, state):
    case, officer = case_in(state, contact=PHONE), sign_in("duty_officer")
    page_of(officer, case)  # calendar and places are read by now

    with CaptureQueriesContext(connection) as counted:
        page_of(officer, case)

    asked = [query["sql"][:90] for query in counted if "core_watch" not in query["sql"]]  # which is asked by time
    assert len(asked) <= 12, asked


def test_a_longer_story_costs_no_more(sign_in, case_in, street):
    case, officer, costs = case_in("dispatched"), sign_in("duty_officer"), []
    for _round in (1, 2):
        page_of(officer, case)
        with CaptureQueriesContext(connection) as counted:
            page_of(officer, case)
        costs.append(len(counted))
        version = Procedure.objects.get(pk=case.pk).version
        case = hand_back_case(
            case=case, version=version, reason="not ours", by=street.by("property_manager"), at=street.now,
            action=uuid4(),
        )  # fmt: skip
        case = dispatch_case(
            case=case, version=version + 1, to=street.posts["property_manager"], reason="yours after all",
            by=street.by("duty_officer"), at=street.now, action=uuid4(),
        )  # fmt: skip

    assert costs[0] == costs[1]
