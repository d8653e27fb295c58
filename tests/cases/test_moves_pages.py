"""The moves of a case as pages: what each asks, who is refused, doubled and second submits, and what is kept then."""

from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape
from PIL import Image

from linli.cases.domain.handling import accept_case, dispatch_case, file_case
from linli.cases.models import Case
from linli.core.models import File
from linli.people.domain.holdings import vacate
from linli.procedures.models import Assignment, Entry, Procedure

NASTY = "<img src=x onerror=alert(1)>"


def picture(name: str = "work.png", content: bytes | None = None) -> SimpleUploadedFile:
    if content is None:
        drawn = BytesIO()
        Image.new("RGB", (64, 48), "#0b6e63").save(drawn, "PNG")
        content = drawn.getvalue()
    return SimpleUploadedFile(name, content, "image/png")


def url(case: Case, move: str) -> str:
    return f"/case/{case.procedure.number}/{move}/"


def submit(case: Case, **more: object) -> dict[str, object]:
    """What a form of this case sends, as it was shown when the case had this version."""
    return {"version": Procedure.objects.get(pk=case.pk).version, "action": str(uuid4()), **more}


# What each move is tried with: from which state, by whom, and with which values beside version and action.
TRIED = {
    "file": (
        "received",
        "duty_officer",
        lambda street: {"klass": "lighting", "to": street.posts["property_manager"].pk},
    ),
    "dispatch": ("filed", "duty_officer", lambda street: {"to": street.posts["property_manager"].pk}),
    "accept": ("dispatched", "property_manager", lambda street: {}),
    "hand_back": ("dispatched", "property_manager", lambda street: {"reason": "not ours"}),
    "hand_in": ("handling", "property_manager", lambda street: {"text": "bulb changed", "photos": picture()}),
    "verify": ("handled", "grid_worker", lambda street: {"note": "it shines", "photos": picture()}),
    "rework": ("handled", "grid_worker", lambda street: {"reason": "still dark"}),
    "close": ("verified", "duty_officer", lambda street: {"answer": "The light works."}),
    "reopen": ("closed", "duty_officer", lambda street: {"reason": "dark again"}),
    "void": ("received", "duty_officer", lambda street: {"reason": "not in our area"}),
}
AFTER = {
    "file": "dispatched", "dispatch": "dispatched", "accept": "handling", "hand_back": "filed", "hand_in": "handled",
    "verify": "verified", "rework": "handling", "close": "closed", "reopen": "filed", "void": "void",
}  # fmt: skip


@pytest.mark.parametrize("move", list(TRIED))
def test_the_page_asks_and_one_submit_makes_the_move(sign_in, case_in, street, move):
    state, role, given = TRIED[move]
    case, client = case_in(state), sign_in(role)
    street_given = given(street)

    asked = client.get(url(case, move))
    sent = client.post(url(case, move), submit(case, **street_given))

    assert (asked.status_code, sent.status_code, sent.url) == (200, 302, f"/case/{case.procedure.number}/")
    assert Procedure.objects.get(pk=case.pk).state == AFTER[move]
    assert client.get(sent.url).status_code == 200


@pytest.mark.parametrize("move", list(TRIED))
def test_other_roles_are_refused_and_nothing_moves(sign_in, case_in, street, move):
    state, who, given = TRIED[move]
    case = case_in(state)
    roles = {
        "property_manager", "duty_officer", "committee_secretary", "auditor", "administrator", "mediator", "outsider",
    } - {who}  # fmt: skip
    if move in ("verify", "rework"):
        roles -= {"duty_officer"}  # who may look, too

    for role in roles:
        client = sign_in(role)
        assert client.get(url(case, move)).status_code in (403, 404), role
        assert client.post(url(case, move), submit(case, **given(street))).status_code in (403, 404), role

    assert Procedure.objects.get(pk=case.pk).state == state


@pytest.mark.parametrize("move", list(TRIED))
def test_a_doubled_submit_has_one_effect(sign_in, case_in, street, move):
    state, role, given = TRIED[move]
    case, client = case_in(state), sign_in(role)
    sent = submit(case)

    answers = [client.post(url(case, move), {**sent, **given(street)}).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert Entry.objects.filter(procedure=case.pk, kind=move).count() == 1
    kept = File.objects.filter(procedure=case.pk).count()
    assert kept == {"hand_in": 1, "verify": 2}.get(move, kept)


@pytest.mark.parametrize(
    ("move", "missing", "words"),
    [
        ("file", {"klass": ""}, "Choose a class."),
        ("file", {"to": "999999"}, "Select a valid choice."),
        ("hand_back", {"reason": "  "}, "Write the reason in a sentence."),
        ("hand_in", {"text": ""}, "Write what was done."),
        ("hand_in", {"photos": ""}, "Add a photograph of the work done."),
        ("rework", {"reason": ""}, "Write the reason in a sentence."),
        ("close", {"answer": ""}, "Write the answer that the reporter will read."),
        ("close", {"answer": "x" * 2001}, "2000"),
        ("void", {"reason": ""}, "Write the reason in a sentence."),
        ("accept", {"version": ""}, "This page had grown old."),
        ("accept", {"version": "1e9"}, "This page had grown old."),
        ("accept", {"action": "no-uuid"}, "This page had grown old."),
    ],
)
def test_what_is_missing_is_asked_for_and_the_rest_is_kept(sign_in, case_in, street, move, missing, words):
    state, role, given = TRIED[move]
    case = case_in(state)

    answer = sign_in(role).post(url(case, move), {**submit(case, **given(street)), **missing})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Procedure.objects.get(pk=case.pk).state == state


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00 not a picture", b"<svg onload=alert(1)>"])
def test_a_photo_that_is_none_is_refused_beside_its_field_and_the_text_stays(sign_in, case_in, content):
    case = case_in("handling")

    answer = sign_in("property_manager").post(
        url(case, "hand_in"), submit(case, text="bulb changed", photos=picture(content=content))
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_photos_error"' in page
    assert "bulb changed" in page


# --- two at once


def test_the_second_of_two_is_told_who_was_first_and_keeps_the_text(sign_in, case_in, street):
    case = case_in("filed")
    officer, stale = sign_in("duty_officer"), submit(case)
    dispatch_case(
        case=case, version=2, to=street.posts["property_manager"], reason="", by=street.by("duty_officer"),
        at=street.now, action=uuid4(),
    )  # fmt: skip

    answer = officer.post(
        url(case, "dispatch"), {**stale, "to": street.posts["area_lead"].pk, "reason": f"lamp {NASTY}"}
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "10:00, 街道值班长: Dispatched to 六村物业经理. What you wrote is kept below." in page
    assert escape(f"lamp {NASTY}") in page
    assert NASTY not in page
    assert Entry.objects.filter(procedure=case.pk, kind="dispatch").count() == 1


def test_where_the_move_is_still_open_it_is_asked_anew_with_the_text_and_the_new_version(sign_in, case_in, street):
    case = case_in("received")
    officer, stale = sign_in("duty_officer"), submit(case)
    file_case(case=case, version=1, klass=case.klass, by=street.by("duty_officer"), at=street.now, action=uuid4())

    answer = officer.post(url(case, "void"), {**stale, "reason": "a neighbour's lamp"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "街道值班长: Filed as “Lighting”." in page
    assert escape("a neighbour's lamp") in page
    assert 'name="version" value="2"' in page
    assert stale["action"] not in page


def test_a_queued_action_may_follow_the_one_before_it_instead_of_a_version(sign_in, case_in):
    case, manager, first = case_in("dispatched"), sign_in("property_manager"), str(uuid4())

    accepted = manager.post(url(case, "accept"), {"version": "3", "action": first})
    handed_in = manager.post(
        url(case, "hand_in"), {"version": first, "action": str(uuid4()), "text": "done", "photos": picture()}
    )

    assert (accepted.status_code, handed_in.status_code) == (302, 302)
    assert Procedure.objects.get(pk=case.pk).state == "handled"


def test_a_queued_action_whose_forerunner_never_came_is_told_so(sign_in, case_in):
    case = case_in("dispatched")

    answer = sign_in("property_manager").post(url(case, "accept"), {"version": str(uuid4()), "action": str(uuid4())})

    assert answer.status_code == 409
    assert "The step before this one has not arrived yet." in answer.content.decode()


def test_a_page_of_a_move_that_is_over_leads_back_to_the_case(sign_in, case_in):
    case = case_in("handling")

    answer = sign_in("property_manager").get(url(case, "accept"))

    assert (answer.status_code, answer.url) == (302, f"/case/{case.procedure.number}/")
    assert sign_in("property_manager").get(url(case, "take_over")).status_code == 404


# --- the desk's form


def test_another_post_than_the_proposed_needs_a_reason_which_the_story_keeps(sign_in, case_in, street):
    case, officer = case_in("received"), sign_in("duty_officer")
    lead = {"klass": "lighting", "to": street.posts["area_lead"].pk}

    refused = officer.post(url(case, "file"), submit(case, **lead))
    done = officer.post(url(case, "file"), submit(case, **lead, reason="needs a decision"))

    assert "Say why you send it elsewhere than proposed." in refused.content.decode()
    assert (refused.status_code, done.status_code) == (422, 302)
    assert "needs a decision" in officer.get(done.url).content.decode()


def test_only_posts_that_answer_for_the_class_here_can_be_chosen(sign_in, case_in, street):
    case = case_in("received")

    page = sign_in("duty_officer").get(url(case, "file")).content.decode()

    offered = {key for key, post in street.posts.items() if f'name="to" value="{post.pk}"' in page}
    assert offered == {"property_manager", "grid_worker", "area_lead", "duty_officer"}
    assert "Proposed: property manager for “Lighting” at Leshan Estate 6" in page


def test_looking_at_another_class_proposes_who_answers_for_it_and_moves_nothing(sign_in, case_in, street):
    case = case_in("received")

    answer = sign_in("duty_officer").post(
        url(case, "file"), submit(case, klass="noise", to=street.posts["property_manager"].pk, look="1", reason="loud")
    )

    page = answer.content.decode()
    secretary = street.posts["committee_secretary"].pk
    assert answer.status_code == 200
    assert f'name="to" value="{secretary}"' in page
    assert "Proposed: committee secretary for “Noise” at Leshan 6–7" in page
    assert "loud" in page
    assert Procedure.objects.get(pk=case.pk).state == "received"


def test_the_place_is_put_right_by_search_and_the_cell_goes_with_it(sign_in, case_in, street):
    case, officer = case_in("received"), sign_in("duty_officer")
    there = street.places["building_15"]

    looked = officer.post(url(case, "file"), submit(case, klass="lighting", words="六村15", look="1"))
    officer.post(
        url(case, "file"),
        submit(case, klass="lighting", words="六村15", place=there.path, to=street.posts["property_manager"].pk),
    )

    assert "Leshan Estate 6, No. 15" in looked.content.decode()
    moved = Procedure.objects.get(pk=case.pk)
    assert (moved.place, moved.cell, moved.state) == (there, street.places["cell_02"], "dispatched")


@pytest.mark.parametrize("words", [NASTY, "没有这个地方", "x" * 60, ""])
def test_a_search_for_a_place_that_is_none_finds_none(sign_in, case_in, words):
    case = case_in("received")

    answer = sign_in("duty_officer").post(url(case, "file"), submit(case, words=words, look="1"))

    assert answer.status_code == 200
    assert NASTY not in answer.content.decode()


def test_a_place_of_the_next_street_cannot_be_chosen(sign_in, case_in, street):
    case = case_in("received")
    given = {"klass": "lighting", "place": street.places["other_street"].path, "to": street.posts["duty_officer"].pk}

    answer = sign_in("duty_officer").post(url(case, "file"), submit(case, **given))

    assert answer.status_code == 422
    assert Procedure.objects.get(pk=case.pk).place == street.places["building"]


def test_what_is_sent_to_a_vacant_post_goes_up_its_ladder(sign_in, case_in, street):
    case, post = case_in("filed"), street.posts["property_manager"]
    vacate(post=post, account=street.accounts["property_manager"], by=street.by("administrator"), at=street.now)

    sign_in("duty_officer").post(url(case, "dispatch"), submit(case, to=post.pk))

    assert Assignment.objects.get(procedure=case.pk, part="handler").post == street.posts["area_lead"]


def test_the_answer_begins_with_what_the_handler_said(sign_in, case_in):
    case = case_in("verified")

    page = sign_in("duty_officer").get(f"/case/{case.procedure.number}/").content.decode()

    assert "We have dealt with what you reported: 灯泡已换。" in page


def test_a_class_without_photo_is_handed_in_without_one(sign_in, report, street):
    case, officer, handler = report(klass=street.klass("noise")).case, street.by("duty_officer"), "committee_secretary"
    case = file_case(case=case, version=1, klass=case.klass, by=officer, at=street.now, action=uuid4())
    to = street.posts[handler]
    case = dispatch_case(case=case, version=2, to=to, reason="", by=officer, at=street.now, action=uuid4())
    case = accept_case(case=case, version=3, by=street.by(handler), at=street.now, action=uuid4())

    answer = sign_in(handler).post(url(case, "hand_in"), submit(case, text="They agreed on ten o'clock."))

    assert answer.status_code == 302
    assert Procedure.objects.get(pk=case.pk).state == "handled"


def test_whose_turn_it_is_has_the_form_open_and_whoever_may_too_has_a_button(sign_in, case_in):
    case = case_in("handled")
    url_ = f"/case/{case.procedure.number}/"

    worker = sign_in("grid_worker").get(url_).content.decode()
    officer = sign_in("duty_officer").get(url_).content.decode()

    assert 'id="step-verify"' in worker
    assert 'id="step-verify"' not in officer
    assert f'href="{url_}verify/"' in officer
