"""The letters of assistance as PDF: what the law asks to be in them, who may make one, and that no trace stays."""

from io import BytesIO
from uuid import uuid4

import pytest
from django.test import Client
from pypdf import PdfReader

from linli.core.models import Delivery, Job, ViewLog
from linli.core.typeset import can_typeset
from linli.services.domain import assistance as domain
from linli.services.domain import assistance_steps as steps
from linli.services.models_assistance import Assistance
from tests.services.contract_assistance import application, assistance_in

RARE = "𠮷㛃䶮·阿卜杜热合曼·买买提吐尔逊·古丽娜孜"
sets = pytest.mark.skipif(not can_typeset(), reason="typst or a typeface with Chinese characters is missing")
REFUSAL = "家庭人均收入高于标准。"


@pytest.fixture
def act(street):
    """A function that takes a step as the window, or as somebody else."""

    def step(verb, assistance: Assistance, role: str = "window_clerk", **given) -> Assistance:
        given = {"by": street.by(role), "at": street.now, "action": uuid4(), **given}
        return verb(assistance=assistance, version=assistance.procedure.version, **given)

    return step


@pytest.fixture
def asked(street):
    """Somebody with a long name and rare characters asked by herself, in no account."""
    by_herself = application(street, consent_how="online", committee=None, called=RARE)
    return domain.apply_for_assistance(application=by_herself, by=None, at=street.now, action=uuid4())


@pytest.fixture
def refused(act, asked):
    return act(steps.refuse, act(steps.begin, asked.assistance), reason=REFUSAL)


@pytest.fixture
def herself(asked) -> Client:
    client = Client(headers={"accept-language": "en"})
    number = asked.assistance.procedure.number
    client.post("/bookings/assistance/find/", {"number": number, "code": asked.code})
    return client


def own(assistance: Assistance) -> str:
    return f"/bookings/assistance/mine/{assistance.pk}/letter/"


def file(assistance: Assistance) -> str:
    return f"/bookings/assistance/file/{assistance.pk}/letter/"


def words(answer) -> str:
    """The text of a PDF in one line, without spaces and breaks."""
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages).split())


def without_spaces(*texts: str) -> list[str]:
    return ["".join(text.split()) for text in texts]


@sets
def test_a_refusal_says_what_was_decided_why_by_whom_and_how_to_object_and_a_long_name_fits(herself, refused):
    answer = herself.get(f"{own(refused)}?as=pdf")

    told = words(answer)
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    missing = [
        text
        for text in without_spaces(
            RARE, refused.procedure.number, REFUSAL, "Social Assistance Law, art. 45", "within 60 days", "six months",
            "23 Nov 2026", "(seal)", "Received on", "Signature",
        )
        if text not in told
    ]  # fmt: skip
    assert missing == []
    assert "\0" not in told  # the typeface has each of them


@sets
def test_its_file_name_title_and_answer_name_nobody_and_stay_in_no_cache(herself, refused):
    answer = herself.get(f"{own(refused)}?as=pdf")

    number = refused.procedure.number
    assert answer["Content-Disposition"] == f'inline; filename="letter-{number}.pdf"'
    assert "no-store" in answer["Cache-Control"]
    assert PdfReader(BytesIO(answer.content)).metadata.title == number
    assert [job for job in Job.objects.all() if "letter" in job.name or REFUSAL in str(job.args)] == []
    assert not Delivery.objects.filter(text__contains=REFUSAL).exists()


@sets
def test_the_invitation_to_the_hearing_says_why_until_when_and_that_nothing_is_less_until_then(street, sign_in):
    hearing = assistance_in(street, "hearing")

    told = words(sign_in("window_clerk").post(file(hearing), {"as": "pdf"}))

    for text in without_spaces(
        "Invitation to be heard", "王阿姨", "有了工作", "art. 48", "nothing is reduced until then",
        "by end of Mon 7 Dec", "let somebody speak for you",
    ):  # fmt: skip
        assert text in told, text


@sets
def test_less_and_no_more_say_the_reason_what_is_given_and_what_the_person_said(street, act, sign_in):
    heard = assistance_in(street, "hearing", ("hear",))
    reduced = act(steps.reduce, heard, reason="一半自己挣", aid="每月600元")

    told = words(sign_in("window_clerk").post(file(reduced), {"as": "pdf"}))

    for text in without_spaces("the aid is reduced", "每月600元", "一半自己挣", "一周只做两天", "within 60 days"):
        assert text in told, text
    ended = act(steps.end_aid, assistance_in(street, "hearing", ("hear",)), reason="全职了")
    told = words(sign_in("window_clerk").post(file(ended), {"as": "pdf"}))
    for text in without_spaces("the aid ends", "全职了", "一周只做两天", "within 60 days"):
        assert text in told, text


def test_each_letter_stays_to_be_read_after_the_next_one(street, act, sign_in):
    reduced = act(steps.reduce, assistance_in(street, "hearing", ("hear",)), reason="一半自己挣", aid="每月600元")
    client = sign_in("window_clerk")

    newest = client.get(file(reduced)).content.decode()
    seq = reduced.procedure.entries.get(kind="plan_reduction").seq
    invitation = client.get(f"{file(reduced)}?line={seq}").content.decode()

    assert "一半自己挣" in newest
    assert ("有了工作" in invitation, "一半自己挣" in invitation) == (True, False)
    assert client.get(f"{file(reduced)}?line=1").status_code == 404


def test_staff_open_the_name_only_when_they_ask_for_it_and_the_person_can_read_that(street, act, sign_in):
    granted = assistance_in(street, "granted")
    client = sign_in("window_clerk")

    before = client.get(file(granted)).content.decode()
    assert ("王阿姨" in before, "每月1200元" in before, ViewLog.objects.count()) == (False, False, 0)
    after = client.post(file(granted)).content.decode()

    assert ("王阿姨" in after, "每月1200元" in after) == (True, True)
    assert set(ViewLog.objects.values_list("field", "reason")) == {
        (field, "to write the letter: Decision on an application for social assistance")
        for field in ("assistance.called", "assistance.aid")
    }


def test_nobody_else_gets_a_letter_in_any_form(street, refused, sign_in):
    for role in ("resident", "outsider", "duty_officer", "committee_secretary", "auditor", "administrator"):
        client = sign_in(role)
        answers = [client.get(f"{own(refused)}?as=pdf"), client.get(f"{file(refused)}?as=pdf"),
                   client.post(file(refused), {"as": "pdf"})]  # fmt: skip
        assert {answer.status_code for answer in answers} <= {403, 404}, role
    assert Client().get(f"{own(refused)}?as=pdf").status_code == 404
    assert ViewLog.objects.count() == 0


def test_the_letter_that_asks_for_papers_says_by_when(street, sign_in):
    asked = assistance_in(street, "received", ("ask_missing",))

    page = sign_in("window_clerk").get(file(asked)).content.decode()

    assert ("By when" in page, "end of Mon 14 Dec" in page) == (True, True)  # fifteen working days
