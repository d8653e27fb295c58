"""What a phone may keep of cases and what not, and acts that come after the fact."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from linli.cases.enums import Publicity
from linli.cases.models import CaseClass
from linli.core.models import File
from linli.procedures.models import Entry, Procedure
from tests.cases.test_moves_pages import picture, submit, url

ASKED = {"X-Linli-Keep": "1"}


def copy(client, path: str):
    """What is asked for to be kept, and whose it is said to be; nothing where it may not be kept."""
    answer = client.get(path, headers=ASKED)
    return answer.headers.get("X-Linli-Keep")


@pytest.fixture
def keeper(street):
    return lambda role: f"{street.accounts[role].uuid}/{street.posts[role].pk}"


def test_only_what_is_asked_for_as_a_copy_says_that_it_may_be_kept(sign_in, case_in, keeper):
    case, worker = case_in("handled"), sign_in("grid_worker")
    page = f"/case/{case.procedure.number}/"

    assert worker.get(page).headers.get("X-Linli-Keep") is None
    kept = [copy(worker, path) for path in (page, url(case, "rework"), "/grid/", "/grid/report/", "/inbox/", "/queue/")]
    assert kept == [keeper("grid_worker")] * 6


def test_whoever_does_not_go_there_keeps_nothing(sign_in, case_in):
    case = case_in("handled")
    for role in ("duty_officer", "property_manager", "area_lead"):
        assert copy(sign_in(role), f"/case/{case.procedure.number}/") is None, role
    for path in ("/desk/", "/cases/all/", "/account/", "/"):
        assert copy(sign_in("duty_officer"), path) is None, path
    assert copy(sign_in("resident"), "/my-reports/") is None


def seal(case) -> None:
    Procedure.objects.filter(pk=case.pk).update(sealed=True)


def exclude(case) -> None:
    Procedure.objects.filter(pk=case.pk).update(excludes=True)


def hide(case) -> None:
    CaseClass.objects.filter(pk=case.klass_id).update(publicity=Publicity.NEVER)


@pytest.mark.parametrize("shut", [seal, exclude, hide])
def test_what_is_sealed_is_in_no_cache_on_a_phone(sign_in, case_in, shut):
    case, worker = case_in("handled", text="secret words"), sign_in("grid_worker")
    shut(case)

    for path in (f"/case/{case.procedure.number}/", url(case, "rework")):
        answer = worker.get(path, headers=ASKED)
        assert (answer.status_code, answer.headers.get("X-Linli-Keep")) == (200, None)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "data-offline" not in answer.content.decode()
    assert b"secret words" in worker.get("/grid/").content
    for path in ("/grid/", "/inbox/"):
        assert case.procedure.number.encode() not in worker.get(path, headers=ASKED).content


def test_the_photographs_of_a_case_are_kept_by_no_browser(sign_in, case_in):
    case, worker = case_in("handled"), sign_in("grid_worker")

    answer = worker.get(f"/files/{File.objects.get(procedure=case.pk).pk}/")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")


def test_a_copy_says_how_old_it_is_and_shows_no_message_meant_for_once(sign_in, case_in):
    case, worker = case_in("handled"), sign_in("grid_worker")
    page = f"/case/{case.procedure.number}/"
    worker.post(url(case, "rework"), submit(case, reason="still dark"))

    kept = worker.get("/grid/", headers=ASKED).content.decode()
    read = worker.get(page).content.decode()

    assert ("No signal. You see what was here at" in kept, "Sent back for rework." in kept) == (True, False)
    assert ("No signal." in read, "Sent back for rework." in read) == (False, True)


def test_the_list_of_the_cell_names_what_to_keep(sign_in, case_in):
    case = case_in("handled")
    number = case.procedure.number

    page = sign_in("grid_worker").get("/grid/").content.decode()

    assert f'data-keep="/grid/ /grid/report/ /inbox/ /case/{number}/#5 /case/{number}/rework/#5 "' in page


def test_the_form_of_handing_in_is_kept_before_the_case_is_accepted(sign_in, case_in, keeper):
    case, handler = case_in("dispatched"), sign_in("property_manager")

    assert handler.get(url(case, "hand_in")).status_code == 302
    assert copy(handler, url(case, "hand_in")) == keeper("property_manager")
    assert sign_in("department_handler").get(url(case, "hand_in"), headers=ASKED).status_code == 404


def test_accepting_and_handing_in_without_signal_follow_each_other(sign_in, case_in, street):
    street.now = timezone.now() - timedelta(hours=5)
    case, handler = case_in("dispatched"), sign_in("property_manager")
    accept, hand_in = uuid4(), uuid4()
    work = {"version": str(accept), "action": str(hand_in), "text": "bulb changed", "ago": "3600"}

    early = handler.post(url(case, "hand_in"), {**work, "photos": picture()})
    first = handler.post(url(case, "accept"), submit(case, action=str(accept), ago="7200"))
    then = handler.post(url(case, "hand_in"), {**work, "photos": picture()})

    assert (early.status_code, first.status_code, then.status_code) == (409, 302, 302)
    assert Procedure.objects.get(pk=case.pk).state == "handled"
    entries = Entry.objects.filter(procedure=case.pk, kind__in=["accept", "hand_in", "late"]).order_by("seq")
    hours = [(entry.kind, round((timezone.now() - entry.at).total_seconds() / 3600)) for entry in entries]
    assert hours == [("accept", 2), ("late", 0), ("hand_in", 1), ("late", 0)]


def test_the_story_says_both_times(sign_in, case_in, street):
    street.now = timezone.now() - timedelta(hours=5)
    case, worker = case_in("handled"), sign_in("grid_worker")

    worker.post(url(case, "verify"), submit(case, note="it shines", ago="7200"))

    page = worker.get(f"/case/{case.procedure.number}/").content.decode()
    assert "without signal and received only now<" in page


def test_a_note_and_a_report_are_kept_with_their_time_as_well(sign_in, case_in, street):
    street.now = timezone.now() - timedelta(hours=5)
    case, worker = case_in("handled"), sign_in("grid_worker")
    report = {"action": str(uuid4()), "text": "dark", "place": street.places["building"].path, "ago": "7200"}

    note = {"action": str(uuid4()), "text": "nobody in", "reader": "staff", "ago": "7200"}
    worker.post(f"/case/{case.procedure.number}/note/", note)
    worker.post("/grid/report/", report)

    told = Entry.objects.filter(kind__in=["note", "late", "received"]).exclude(procedure=case.pk, kind="received")
    hours = [(entry.kind, round((timezone.now() - entry.at).total_seconds() / 3600)) for entry in told.order_by("pk")]
    assert hours == [("note", 2), ("late", 0), ("received", 2), ("late", 0)]
