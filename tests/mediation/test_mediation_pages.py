"""The pages of mediation: for who asks, for a party, for desk and mediator, for strangers nothing."""

import re
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from linli.core.models import ViewLog
from linli.core.typeset import can_typeset
from linli.mediation.domain import agreeing, choosing, ending, opening, talking
from linli.mediation.enums import Side
from linli.mediation.models import Mediation
from linli.procedures.models import Entry, Procedure
from tests.mediation.conftest import SAFE, lay_out, sign_both

NO = dict.fromkeys(SAFE, "no")
DISPUTE = {"about": "noise", "matter": "Steps at night.", "wish": "Quiet."}
PEOPLE = {"other": "王建国", "other_contact": "", "name": "陈美华", "contact": "13800000001", "place": ""}


@pytest.fixture
def visitor(db) -> Client:
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def party(dispute_in):
    """A function: a dispute in a state, and a client in which one of its parties has typed its code."""

    def enter(dispute, who: str) -> Client:
        one = dispute.one(Side(who))
        code = dispute.code
        if who == "respondent":
            code = dispute.do(opening.issue_code, "desk", participant=one)
        client = Client(headers={"accept-language": "en"})
        page = client.post(f"/mediation/mine/{dispute.procedure.number}/", {"code": code})
        assert page.status_code == 302
        return client

    return enter


def send(client: Client, address: str, step: str, dispute, **given):
    form = {"step": step, "action": str(uuid4()), "version": dispute.procedure.version, **given}
    return client.post(address, form)


def test_a_yes_leads_to_help_and_nothing_is_kept(visitor):
    page = visitor.post("/mediation/apply/", NO | {"fear": "yes"})

    assert (page.status_code, page.url == "/protection/help/") == (302, True)
    assert Procedure.objects.count() == 0
    assert "fear" not in str(dict(visitor.session))
    assert visitor.get("/mediation/apply/dispute/").url == "/mediation/apply/"


def test_an_application_from_its_first_question_to_its_own_page(street, visitor):
    assert visitor.post("/mediation/apply/", {}).status_code == 422
    assert visitor.post("/mediation/apply/", NO).url == "/mediation/apply/dispute/"
    assert visitor.post("/mediation/apply/dispute/", DISPUTE).url == "/mediation/apply/people/"
    assert (
        visitor.post("/mediation/apply/people/", PEOPLE | {"place": street.places["building"].path}).status_code == 302
    )
    assert "Steps at night" not in str(dict(visitor.session))  # the draft is sealed
    form = visitor.get("/mediation/apply/check/").content.decode()
    action = re.search(r'name="action" value="([0-9a-f-]+)"', form)[1]

    assert visitor.post("/mediation/apply/check/", {"action": action}).status_code == 422  # rights not ticked
    for _again in range(2):
        assert (
            visitor.post("/mediation/apply/check/", {"action": action, "rights": "on"}).url == "/mediation/apply/sent/"
        )

    mediation = Mediation.objects.get()
    assert (mediation.type, mediation.procedure.place, mediation.procedure.sealed) == (
        "noise", street.places["building"], True,
    )  # fmt: skip
    number = mediation.procedure.number
    page = visitor.get("/mediation/apply/sent/").content.decode()
    assert number in page
    assert "Steps at night." in visitor.get(f"/mediation/mine/{number}/").content.decode()


def test_a_clerk_writes_it_down_and_hands_over_number_and_code(street, sign_in, visitor):
    clerk = sign_in("window_clerk")
    given = NO | DISPUTE | PEOPLE | {"channel": "phone", "told": "orally", "action": str(uuid4())}

    away = clerk.post("/mediation/enter/", given | {"violence": "yes"})
    assert (away.status_code, Procedure.objects.count()) == (302, 0)
    page = clerk.post("/mediation/enter/", given).content.decode()

    number = Mediation.objects.get().procedure.number
    code = re.search(r'id="code">(\w+)<span class="gap"></span>(\w+)<', page)
    assert visitor.post("/mediation/find/", {"number": number, "code": code[1] + code[2]}).status_code == 302
    assert clerk.get(f"/mediation/file/{number}/").status_code == 403  # the clerk does not see it again


def test_a_stranger_sees_nothing(dispute_in, visitor, sign_in):
    dispute = dispute_in("agreed")
    number = dispute.procedure.number

    assert "What is the code" in visitor.get(f"/mediation/mine/{number}/").content.decode()
    assert "What is the code" in visitor.get("/mediation/mine/AAAAAAAAA/").content.decode()  # there is none such
    assert visitor.post(f"/mediation/mine/{number}/", {"code": "AAAAAAAAAA"}).status_code == 422
    assert visitor.get(f"/mediation/mine/{number}/agreement/").status_code == 404
    for role in ("duty_officer", "area_lead", "police_liaison"):
        client = sign_in(role)
        assert [
            client.get(f"/mediation/file/{number}/{tail}").status_code for tail in ("", "papers/", "letter/", "reach/")
        ] == [404] * 4
        assert number not in client.get("/mediation/?all=1").content.decode()
    for role in ("resident", "administrator", "auditor", "property_manager", "grid_worker"):
        assert sign_in(role).get(f"/mediation/file/{number}/").status_code == 403


def test_each_party_reads_its_own_talk_and_never_the_others(dispute_in, party):
    dispute = dispute_in("mediating")
    address = f"/mediation/mine/{dispute.procedure.number}/"
    one, other = party(dispute, "applicant"), party(dispute, "respondent")

    assert send(one, address, "say", dispute, text="I am at my wits' end.").status_code == 302
    seq = Entry.objects.filter(kind="said").latest("seq").seq
    assert one.get(address).content.decode().count("wits") == 1
    assert "wits" not in other.get(address).content.decode()
    assert send(other, address, "allow", dispute, seq=seq).status_code == 404

    assert send(one, address, "allow", dispute, seq=seq).status_code == 302
    dispute.do(talking.pass_on, "mediator", seq=seq)
    assert "wits" in other.get(address).content.decode()


def test_the_shared_talk_opens_and_closes_on_the_page(dispute_in, party):
    dispute = dispute_in("mediating")
    address = f"/mediation/mine/{dispute.procedure.number}/"
    one, other = party(dispute, "applicant"), party(dispute, "respondent")

    assert send(one, address, "talks", dispute).status_code == 302
    assert 'value="talk"' not in one.get(address).content.decode()
    assert send(other, address, "talks", dispute).status_code == 302
    assert send(one, address, "talk", dispute, text="Good evening.").status_code == 302
    assert "Good evening." in other.get(address).content.decode()
    assert send(other, address, "hush", dispute).status_code == 302
    assert send(one, address, "talk", dispute, text="Hello?").status_code == 409


def test_the_respondent_answers_on_its_page_and_reads_only_the_neutral_words(dispute_in, party):
    dispute = dispute_in("asking")
    address = f"/mediation/mine/{dispute.procedure.number}/"
    other = party(dispute, "respondent")

    page = other.get(address).content.decode()
    assert "Noise after ten at night." in page
    assert "walks in shoes" not in page  # the applicant's own words
    assert "13800000001" not in page
    assert send(other, address, "yes", dispute).status_code == 422  # the rights not ticked
    assert send(other, address, "yes", dispute, rights="on").status_code == 302
    assert dispute.procedure.state == "choosing"


def test_a_dispute_from_the_desk_to_the_papers(dispute_in, party, sign_in, street):
    dispute = dispute_in("applied")
    number = dispute.procedure.number
    file, mine = f"/mediation/file/{number}/", f"/mediation/mine/{number}/"
    desk, mediator = sign_in("committee_secretary"), sign_in("mediator")
    assert number in desk.get("/mediation/").content.decode()

    assert send(desk, file, "ask", dispute, text="Noise at night.").status_code == 302
    other = str(dispute.respondent.pk)
    assert send(desk, file, "willing", dispute, participant=other, told="orally").status_code == 302
    assert send(desk, file, "propose", dispute, post=street.posts["mediator"].pk, side="applicant").status_code == 302
    proposal = dispute.procedure.proposals.get().pk
    assert send(desk, file, "answer", dispute, which=proposal, accept="yes", side="respondent").status_code == 302
    starts = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    planned = send(mediator, file, "plan", dispute, starts=starts, where="room 2", manner="together", only="")
    assert planned.status_code == 302
    due = (timezone.localdate() + timedelta(days=20)).isoformat()
    whole = {"facts": "f", "issues": "i", "content": "c", "by_1": other, "what_1": "a carpet", "manner_1": "himself"}
    lacking = send(mediator, file, "agreement", dispute, **whole)
    assert (lacking.status_code, "Fill in the whole line" in lacking.content.decode()) == (422, True)
    assert send(mediator, file, "agreement", dispute, **whole, due_1=due).status_code == 302
    draft = dispute.procedure.agreement.draft
    applicant = party(dispute, "applicant")
    signed = send(applicant, mine, "sign", dispute, draft=draft, signature_typed="陈美华")
    assert signed.status_code == 302
    assert send(mediator, file, "seal", dispute, draft=draft).status_code == 422
    assert send(mediator, file, "paper", dispute, draft=draft, participant=other, name="王建国").status_code == 302
    assert send(mediator, file, "seal", dispute, draft=draft).status_code == 302

    assert dispute.procedure.state == "agreed"
    for kind in ("agreement", "application", "proof"):
        assert mediator.get(f"{file}papers/?paper={kind}").status_code == 200
        assert applicant.get(f"{mine}agreement/?paper={kind}").status_code == 200


def test_a_contact_is_opened_with_a_reason_that_is_kept(dispute_in, sign_in):
    dispute = dispute_in("asking")
    address = f"/mediation/file/{dispute.procedure.number}/reach/"
    desk = sign_in("committee_secretary")
    given = {"action": str(uuid4()), "version": 2, "participant": str(dispute.respondent.pk), "what": "contact"}

    assert desk.post(address, given).status_code == 422
    page = desk.post(address, given | {"reason": "to ask whether he is willing"}).content.decode()

    assert "13800000002" in page
    assert [(row.field, row.reason) for row in ViewLog.objects.all()] == [
        ("party.contact", "to ask whether he is willing")
    ]


def test_a_letter_opens_the_page_of_its_party_and_the_one_before_no_more(dispute_in, sign_in, visitor):
    dispute = dispute_in("asking")
    number = dispute.procedure.number
    desk = sign_in("committee_secretary")

    def letter() -> str:
        given = {"action": str(uuid4()), "version": 2, "participant": str(dispute.respondent.pk)}
        page = desk.post(f"/mediation/file/{number}/letter/", given).content.decode()
        found = re.search(r'id="code">(\w+)<span class="gap"></span>(\w+)<', page)
        return found[1] + found[2]

    first, second = letter(), letter()

    assert visitor.post(f"/mediation/mine/{number}/", {"code": first}).status_code == 422
    assert visitor.post(f"/mediation/mine/{number}/", {"code": second}).status_code == 302


def test_the_police_read_what_was_passed_on_and_no_more(dispute_in, sign_in):
    dispute = dispute_in("mediating")
    dispute.do(talking.say, "applicant", participant=dispute.applicant, text="Between us.", may_pass=True)
    dispute.move(ending.report_danger, "mediator", text="He threatens to break the door.")
    number = dispute.procedure.number
    police = sign_in("police_liaison")

    page = police.get(f"/mediation/file/{number}/").content.decode()
    assert ("break the door" in page, "Between us." in page, "walks in shoes" in page) == (True, False, False)
    assert [
        police.get(f"/mediation/file/{number}/{tail}").status_code for tail in ("reach/", "letter/", "papers/")
    ] == [404] * 3
    assert send(police, f"/mediation/file/{number}/", "police", dispute, text="A patrol goes by.").status_code == 302


@pytest.mark.parametrize("who", ["applicant", "respondent"])
def test_on_neither_page_a_word_tells_what_was_diverted_from_what_failed(who, dispute_in, party):
    pages = []
    for verb, more in ((ending.divert, {}), (ending.fail, {"reason": "No agreement can be reached."})):
        dispute = dispute_in("mediating")
        client = party(dispute, who)
        dispute.move(verb, "mediator", **more)
        page = client.get(f"/mediation/mine/{dispute.procedure.number}/").content.decode()
        assert ("ended without agreement" in page, "iolence" in page) == (True, False)
        pages.append(re.sub(r"<[^>]+>", " ", page).replace(dispute.procedure.number, ""))

    assert pages[0] == pages[1]


def test_no_public_number_falls_when_a_mediation_goes_another_way(dispute_in, visitor):
    disputes = [dispute_in("mediating", at=timezone.now()) for _n in range(6)]
    before = visitor.get("/mediation/figures/").context["came"]

    disputes[0].move(ending.divert, "mediator")

    after = visitor.get("/mediation/figures/").context
    assert (before, after["came"], after["ended"]) == (6, 6, 1)


def test_figures_hide_small_numbers(dispute_in, visitor):
    for _n in range(5):
        dispute_in("applied", at=timezone.now())
    dispute_in("applied", about="parking", at=timezone.now())

    page = visitor.get("/mediation/figures/").content.decode()

    rows = dict(re.findall(r'<th scope="row">([^<]+)</th><td class="number"[^>]*>([^<]+)<', page))
    assert (rows["Noise"], rows["Parking"], rows["Water from above"]) == ("5", "fewer than 5", "0")


@pytest.mark.skipif(not can_typeset(), reason="typst or a typeface is not installed")
def test_the_agreement_is_a_pdf_in_which_long_names_and_rare_characters_fit(dispute_in, sign_in):
    from pypdf import PdfReader

    long = "欧阳𬭛㛃" * 10
    dispute = dispute_in("mediating", respondents=[opening.Person(long, details="310104199001010011 乐山六村12号602")])
    draft = lay_out(dispute)
    sign_both(dispute, draft)
    dispute.move(agreeing.seal_agreement, "mediator", draft=draft)
    client = sign_in("mediator")

    for kind in ("agreement", "application", "proof"):
        answer = client.get(f"/mediation/file/{dispute.procedure.number}/papers/?paper={kind}&as=pdf&with=details")
        assert answer["Content-Type"] == "application/pdf"
        text = "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(answer.content)).pages)
        assert (long in text, "310104199001010011" in text) == (True, True)
    assert ViewLog.objects.filter(field="mediation.details").count() == 3


def test_a_mediator_who_steps_back_comes_to_the_list(dispute_in, sign_in):
    dispute = dispute_in("mediating")
    mediator = sign_in("mediator")

    done = send(mediator, f"/mediation/file/{dispute.procedure.number}/", "recuse", dispute, reason="A cousin.")

    assert (done.status_code, done.url) == (302, "/mediation/")
    assert choosing.mediators(dispute.it, dispute.now) == []


def test_for_who_has_no_screen_staff_write_it_down(dispute_in, sign_in):
    dispute = dispute_in("mediating")
    file = f"/mediation/file/{dispute.procedure.number}/"
    mediator, desk = sign_in("mediator"), sign_in("committee_secretary")
    one, other = str(dispute.applicant.pk), str(dispute.respondent.pk)

    assert (
        send(mediator, file, "said", dispute, participant=one, text="By telephone.", may_pass="on").status_code == 302
    )
    assert send(mediator, file, "invite", dispute, name="林阿姨", what="neighbour").status_code == 302
    helper = dispute.procedure.invitees.get().pk
    for who in (one, other):
        said = send(desk, file, "invited", dispute, participant=who, which=helper, accept="yes")
        assert said.status_code == 302
    assert send(desk, file, "openly", dispute, side="applicant", wanted="yes").status_code == 302
    assert send(mediator, file, "talk", dispute, text="To all.").status_code == 409  # nobody allowed a shared talk
    assert send(desk, file, "stop", dispute).status_code == 302

    assert (dispute.procedure.state, dispute.procedure.invitees.get().status, dispute.it.open_wanted) == (
        "failed", "accepted", ["applicant"],
    )  # fmt: skip


def test_both_sides_and_the_mediator_read_what_the_law_says_of_this_type(dispute_in, party, sign_in, visitor):
    dispute = dispute_in("asking")
    number = dispute.procedure.number
    address = f"/mediation/mine/{number}/"
    desk = sign_in("committee_secretary").get(f"/mediation/file/{number}/").content.decode()
    pages = [desk, *(party(dispute, who).get(address).content.decode() for who in ("applicant", "respondent"))]

    assert all(page.count('id="clauses"') == 1 and "/legal/cards/noise/" in page for page in pages)
    assert "/legal/cards/" not in visitor.get(address).content.decode()  # only who has the code
