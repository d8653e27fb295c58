"""Pages of the path of safety: 110 first, no trace, one's own files only, and every step by its form."""

import re
from dataclasses import replace
from io import BytesIO
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from pypdf import PdfReader

from linli.core.models import Delivery, Job, ViewLog
from linli.core.typeset import can_typeset
from linli.mediation.domain import protection_orders as orders
from linli.mediation.domain import protection_steps as steps
from linli.mediation.domain.protection_queries import own_files
from linli.mediation.models import HelpLine, Protection
from linli.people.actors import Viewer
from linli.procedures.models import Party, Procedure
from tests.mediation.shelter import REACH, act, ask, order_prepared, screened, warned

PUBLIC = ("/protection/help/", "/protection/help/ask/", "/protection/help/again/")
ASKED = {
    "channel": "call", "to": "13812345678", "times": "weekdays 9 to 11", "careful": "say it is the library",
    "name": "", "said": "He hits me.",
}  # fmt: skip


@pytest.fixture
def anybody() -> Client:
    return Client(headers={"accept-language": "en"})


@pytest.mark.parametrize("page", PUBLIC)
def test_the_public_pages_say_nothing_in_the_title_keep_nothing_and_have_a_way_out(street, anybody, page):
    answer = anybody.get(page)

    told = answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert re.search(r"<title>(.*?)</title>", told)[1] == "Neighbourhood services – Linli"
    assert "data-leave" in told
    assert Session.objects.count() == 0


def test_the_help_page_puts_110_first_and_marks_what_nobody_rang(street, anybody):
    told = anybody.get("/protection/help/").content.decode()

    main = told[told.index('id="quiet"') :]
    assert re.findall(r'href="tel:(\d+)"', main)[0] == "110"
    assert main.count("this office has not rung it yet") == 3


def test_asking_is_answered_at_once_and_leaves_no_session_message_job_or_party(street, anybody):
    answer = anybody.post("/protection/help/ask/", ASKED | {"action": str(uuid4())})

    procedure = Procedure.objects.get(kind="protection")
    told = answer.content.decode()
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert procedure.number not in told
    assert "13812345678" not in told
    assert (Session.objects.count(), Delivery.objects.count(), Party.objects.count()) == (0, 0, 0)
    assert [job.args for job in Job.objects.all() if str(procedure.pk) in str(job.args)] == []
    assert Protection.objects.get().claim_hash is None


def test_asked_for_a_number_and_a_code_are_shown_once_and_open_the_way_back(street, anybody):
    told = anybody.post("/protection/help/ask/", ASKED | {"action": str(uuid4()), "want_code": "on"}).content.decode()
    number, code = re.findall(r'<dd class="number">(\w+)</dd>', told)

    standing = anybody.post("/protection/help/again/", {"number": number, "code": code})
    gone = anybody.post("/protection/help/again/", {"number": number, "code": code, "step": "take_back"})

    assert "Somebody will reach you" in standing.content.decode()
    assert "13812345678" not in standing.content.decode()
    assert "Taken back" in gone.content.decode()
    assert Procedure.objects.get(kind="protection").state == "closed"
    wrong = anybody.post("/protection/help/again/", {"number": number, "code": "ABCDEFGHJK"})
    assert (wrong.status_code, wrong.context.get("procedure")) == (422, None)


def test_with_nothing_answered_what_was_typed_stays_and_the_form_says_what_is_missing(street, anybody):
    answer = anybody.post("/protection/help/ask/", {"action": str(uuid4()), "times": "at noon"})

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"channel", "to"}
    assert 'value="at noon"' in answer.content.decode()
    assert Procedure.objects.filter(kind="protection").count() == 0


def test_a_signed_in_resident_who_asks_is_named_nowhere(street, sign_in):
    client = sign_in("resident")
    client.post("/protection/help/ask/", ASKED | {"action": str(uuid4())})

    assert Party.objects.count() == 0
    assert Procedure.objects.of_account(street.accounts["resident"]).count() == 0
    for page in ("/help/my-file/", "/my/", "/my-data/", "/my-data/take-along/"):
        told = client.get(page, follow=True).content.decode()
        assert Procedure.objects.get(kind="protection").number not in told


def test_a_window_clerk_writes_it_down_and_is_told_to_forget_it(street, sign_in):
    client = sign_in("window_clerk")
    form = ASKED | {"action": str(uuid4()), "came": "desk", "address": "No. 12"}

    page = client.get("/protection/begin/").content.decode()
    answer = client.post("/protection/begin/", form)

    assert page.index("tel:110") < page.index("<h1>")
    assert answer.templates[0].name == "mediation/protection/begun.html"
    number = Procedure.objects.get(kind="protection").number
    assert client.get(f"/protection/{number}/").status_code == 403


def test_a_mediator_who_writes_it_down_goes_on_in_the_file(street, sign_in):
    answer = sign_in("mediator").post("/protection/begin/", ASKED | {"action": str(uuid4()), "came": "desk"})

    assert answer.headers["Location"] == f"/protection/{Procedure.objects.get(kind='protection').number}/"


def test_the_file_shows_nothing_sealed_until_it_is_opened_for_a_purpose(street, sign_in):
    procedure, client = screened(street), sign_in("mediator")
    page = f"/protection/{procedure.number}/"

    shut = client.get(page)
    unasked = client.post(f"{page}opened/", {"parts": ["contact"]})
    opened = client.post(f"{page}opened/", {"parts": ["contact", "notes"], "purpose": "reach"})

    for secret in ("13812345678", "He hits me", "To stay", "No. 12, room 301"):
        assert secret not in shut.content.decode()
        assert (secret in opened.content.decode()) == (secret != "No. 12, room 301")
    assert (shut.headers["Cache-Control"], opened.headers["Cache-Control"]) == ("no-store", "no-store")
    assert unasked.status_code == 422
    assert set(ViewLog.objects.values_list("reason", flat=True)) == {"to reach the person"}


def test_for_a_child_the_call_stands_first_and_is_written_down(street, sign_in):
    procedure, client = screened(street, "minor"), sign_in("mediator")
    page = f"/protection/{procedure.number}/"

    told = client.get(page).content.decode()
    form = {"step": "report", "action": str(uuid4()), "version": 2, "call": "110", "text": "Officer 0312."}
    done = client.post(page, form)

    main = told[told.index("Sealed file") :]
    assert main.index("tel:110") < main.index('name="step"')
    assert done.status_code == 302
    assert Procedure.objects.get(pk=procedure.pk).state == "helping"


def test_every_step_that_a_post_may_make_stands_on_the_page_as_a_form(street, sign_in):
    procedure = order_prepared(street, warned(street))

    def offered(role: str) -> set[str]:
        told = sign_in(role).get(f"/protection/{procedure.number}/").content.decode()
        return set(re.findall(r'name="step" value="(\w+)"', told))

    assert offered("mediator") == {
        "note", "again", "warning", "visit", "accept", "ended", "bring_in", "let_go", "hand_on", "shut_out", "close",
    }  # fmt: skip
    assert offered("police_liaison") == {"note", "warning", "visit"}


def test_two_at_once_the_second_is_told_and_keeps_the_text(street, sign_in):
    procedure, client = screened(street), sign_in("mediator")
    act(street, steps.note, procedure, about="talk", text="First.")

    form = {"step": "note", "action": str(uuid4()), "version": procedure.version, "about": "talk", "text": "Second."}
    answer = client.post(f"/protection/{procedure.number}/", form)

    assert answer.status_code == 409
    assert "Second." in answer.content.decode()


def test_stepping_aside_leads_out_of_the_file(street, sign_in):
    procedure, client = screened(street), sign_in("mediator")
    form = {
        "step": "hand_on", "action": str(uuid4()), "version": procedure.version, "why": "My cousin.", "related": "on",
        "to": street.posts["committee_secretary"].pk,
    }  # fmt: skip

    answer = client.post(f"/protection/{procedure.number}/", form)

    assert answer.headers["Location"] == "/protection/"
    assert client.get(f"/protection/{procedure.number}/").status_code == 404
    secretary = Viewer((street.posts["committee_secretary"],), street.accounts["committee_secretary"])
    assert [row.number for row in own_files(secretary)] == [procedure.number]


def test_the_application_is_printed_with_the_words_that_were_sealed_and_the_log_says_so(street, sign_in):
    procedure = order_prepared(street)

    told = sign_in("mediator").post(f"/protection/{procedure.number}/application/").content.decode()

    assert "人身安全保护令申请书" in told
    assert all(words in told for words in ("Wang", "No violence, no contact.", "On 20 November"))
    assert set(ViewLog.objects.values_list("field", flat=True)) == {"protection.order", "protection.contact"}


@pytest.mark.skipif(not can_typeset(), reason="typst or a typeface with Chinese characters is missing")
def test_the_application_as_pdf_holds_what_the_law_asks_for_and_names_nothing_outside_itself(street, sign_in):
    link = "http://example.org/" * 12
    reach = replace(REACH, name="欧阳𠮷㛃䶮·买买提吐尔逊")
    procedure = act(
        street, orders.prepare_order, screened(street, reach=reach), applicant="committee", respondent="王" * 40,
        request="禁止实施家庭暴力；\n禁止骚扰、跟踪、接触。", facts="十一月二十日，当着孩子的面。" + link,
    )  # fmt: skip

    answer = sign_in("mediator").post(f"/protection/{procedure.number}/application/", {"as": "pdf"})

    document = PdfReader(BytesIO(answer.content))
    told = "".join("".join(page.extract_text().split()) for page in document.pages).replace("\u200b", "")
    wanted = (
        "人身安全保护令申请书", "欧阳𠮷㛃䶮·买买提吐尔逊", "王" * 40, "禁止骚扰、跟踪、接触。", "当着孩子的面。",
        "第二十三条、第二十七条、第二十九条", "居民委员会", "人民法院", "申请人（签名或捺印）", link,
    )  # fmt: skip
    assert [words for words in wanted if words not in told] == []
    assert "\0" not in told
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "no-store")
    assert (answer["Content-Disposition"], document.metadata.title) == ('inline; filename="paper.pdf"', "Paper")
    assert set(ViewLog.objects.values_list("field", flat=True)) == {"protection.order", "protection.contact"}
    assert [job for job in Job.objects.all() if procedure.number in str(job.args)] == []


def test_an_office_keeps_its_own_numbers(street, sign_in, anybody):
    given = {
        "action": str(uuid4()),
        "number": "021-12338",
        "name": "妇联",
        "name_en": "Women",
        "checked_on": "2026-11-20",
    }
    client = sign_in("duty_officer")

    assert client.post("/protection/lines/women/", given).status_code == 302
    assert HelpLine.objects.get().number == "021-12338"
    assert anybody.get("/protection/help/").content.decode().count("this office has not rung it yet") == 2
    assert client.post("/protection/lines/women/", given | {"number": "ring me"}).status_code == 422
    assert client.get("/protection/lines/none/").status_code == 404


def test_my_own_files_cost_no_more_for_three_than_for_one(street, sign_in, django_assert_max_num_queries):
    client = sign_in("mediator")
    ask(street)
    client.get("/protection/")
    with django_assert_max_num_queries(40) as one:
        client.get("/protection/")
    ask(street)
    ask(street)
    with django_assert_max_num_queries(len(one.captured_queries)):
        client.get("/protection/")
