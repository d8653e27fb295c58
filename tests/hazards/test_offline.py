"""What of hazards a phone may keep and what not, and what was done in a basement and arrives later, once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from linli.core.errors import Conflict
from linli.core.models import File
from linli.core.signatures import Signature
from linli.hazards.domain.checklists import checklists
from linli.hazards.domain.inspecting import Round, There, Tick, record_inspection
from linli.hazards.domain.steps import confirm_right
from linli.hazards.enums import Origin
from linli.hazards.models import Hazard, Inspection, Notice, Premises
from linli.procedures.models import Clock, Entry, Procedure
from tests.core.test_signatures import drawn
from tests.hazards.contract import found_hazard, hazard_in
from tests.hazards.test_pages import picture
from tests.hazards.test_premises import room

ASKED = {"X-Linli-Keep": "1"}
LIST = "/hazards/inspections/list/meter_room/"
HOUR = timedelta(hours=1)


def page(hazard: Hazard) -> str:
    return f"/hazards/h/{hazard.procedure.number}/"


def copy(client: Client, path: str) -> str | None:
    """Whose copy it is said to be; nothing where it may not be kept."""
    return client.get(path, headers=ASKED).headers.get("X-Linli-Keep")


@pytest.fixture
def worker(street, sign_in) -> Client:
    return sign_in("grid_worker")


def test_the_list_each_round_and_each_hazard_may_be_kept_by_who_goes_there(street, worker, sign_in):
    hazard = found_hazard(street)
    whose = f"{street.accounts['grid_worker'].uuid}/{street.posts['grid_worker'].pk}"

    kept = [copy(worker, path) for path in ("/hazards/inspections/", LIST, "/hazards/new/", page(hazard))]

    assert kept == [whose] * 4
    shown = worker.get("/hazards/inspections/").content.decode()
    assert f"{page(hazard)}#1" in shown
    assert all(f"/hazards/inspections/list/{code}/" in shown for code in checklists())
    assert page(hazard) in worker.get("/inbox/", headers=ASKED).content.decode()
    # Whoever has nothing to do there keeps nothing of it.
    assert copy(sign_in("area_lead"), page(hazard)) is None
    assert [copy(worker, path) for path in ("/hazards/", "/hazards/buildings/", "/hazards/premises/")] == [None] * 3


def seal(hazard: Hazard) -> None:
    Procedure.objects.filter(pk=hazard.pk).update(sealed=True)


def exclude(hazard: Hazard) -> None:
    Procedure.objects.filter(pk=hazard.pk).update(excludes=True)


def hand_on(hazard: Hazard) -> None:
    Hazard.objects.filter(pk=hazard.pk).update(origin=Origin.REFERRAL)


def register(hazard: Hazard) -> None:
    Hazard.objects.filter(pk=hazard.pk).update(premises=Premises.objects.get())


@pytest.mark.parametrize("shut", [seal, exclude, hand_on, register])
def test_what_is_sealed_handed_on_or_of_the_register_is_in_no_cache_on_a_phone(street, worker, shut):
    room(street)
    hazard = found_hazard(street, text="secret words")
    shut(hazard)

    answer = worker.get(page(hazard), headers=ASKED)

    assert (answer.status_code, answer.headers.get("X-Linli-Keep")) == (200, None)
    assert "no-store" in answer.headers["Cache-Control"]
    assert "data-offline" not in answer.content.decode()
    for path in ("/hazards/inspections/", "/inbox/"):
        kept = worker.get(path, headers=ASKED).content.decode()
        assert hazard.procedure.number not in kept
        assert "secret words" not in kept


def test_a_round_of_premises_is_kept_by_nothing(street, worker):
    premises = room(street)

    answer = worker.get(f"{LIST}?premises={premises.number}", headers=ASKED)

    assert (answer.status_code, answer.headers.get("X-Linli-Keep")) == (200, None)
    assert "no-store" in answer.headers["Cache-Control"]
    assert "data-offline" not in answer.content.decode()


def test_a_copy_has_no_signature_no_contact_and_no_rounds_of_the_past(street, worker, sign_in):
    hazard = found_hazard(street)
    signed = {
        "step": "serve", "version": 1, "action": str(uuid4()), "demand": "Clear it", "answers": "unit",
        "answers_name": "No. 12", "days": "3", "handed": "signed", "signature": drawn(),
    }  # fmt: skip
    assert worker.post(page(hazard), signed).status_code == 302
    drawing = str(Notice.objects.get().signature)

    read, kept = (worker.get(page(hazard), headers=headers).content.decode() for headers in ({}, ASKED))

    assert (drawing in read, drawing in kept) == (True, False)
    assert 'name="contact"' in worker.get("/hazards/new/").content.decode()
    assert 'name="contact"' not in worker.get("/hazards/new/", headers=ASKED).content.decode()
    assert "The last rounds" not in worker.get("/hazards/inspections/", headers=ASKED).content.decode()


# --- what arrives later


def round_of(street, **more: object) -> Round:
    found = checklists()["meter_room"]
    ticks = {line.code: Tick("good") for line in found.lines} | {"empty": Tick("bad", "Boxes", opens=True)}
    return Round(checklist=found, place=street.places["building"], ticks=ticks, **more)  # type: ignore[arg-type]


def test_a_round_that_arrives_late_has_both_times_and_happens_once(street):
    now, action = timezone.now(), uuid4()
    there = There("household", "No. 12, unit 301", Signature("王𬭛"))
    given = {"done": round_of(street, there=there), "by": street.by("grid_worker"), "action": action}

    first = record_inspection(**given, at=now - 2 * HOUR, now=now)
    again = record_inspection(**given, at=now - 2 * HOUR + timedelta(seconds=3), now=now + timedelta(minutes=1))

    assert (again.pk, Inspection.objects.count(), Hazard.objects.count()) == (first.pk, 1, 1)
    assert first.at == now - 2 * HOUR
    hazard, notice = Hazard.objects.get(), Notice.objects.get()
    assert (hazard.procedure.state, notice.signed_name, notice.served_at) == ("noticed", "王𬭛", first.at)
    told = Entry.objects.filter(procedure=hazard.pk).order_by("seq").values_list("kind", "at")
    assert list(told) == [("found", first.at), ("late", now), ("serve", first.at), ("late", now)]
    running = Clock.objects.get(procedure=hazard.pk, state="running")
    assert (running.rule, running.start, running.due) == ("fire.rectify", now, notice.until)


def test_the_action_of_a_round_is_nobody_elses(street):
    action = uuid4()
    record_inspection(done=round_of(street), by=street.by("grid_worker"), at=street.now, action=action)

    with pytest.raises(Conflict):
        record_inspection(done=round_of(street), by=street.by("committee_secretary"), at=street.now, action=action)

    assert Inspection.objects.count() == 1


def filled(street, **more: object) -> dict[str, object]:
    ticks = {f"tick_{line.code}": "good" for line in checklists()["meter_room"].lines}
    return {
        **ticks, "place": street.places["building"].path, "action": str(uuid4()), "tick_empty": "bad",
        "note_empty": "Boxes", "open_empty": "on", **more,
    }  # fmt: skip


def test_a_round_comes_from_the_phone_with_photo_signature_and_time(street, worker):
    sent = filled(street, serve="on", answers="household", answers_name="301", signature=drawn(), ago="7200")

    first = worker.post(LIST, {**sent, "photo_empty": picture()})
    again = worker.post(LIST, {**sent, "photo_empty": picture()})

    assert (first.status_code, again.url) == (302, first.url)
    hazard = Hazard.objects.get()
    assert (Inspection.objects.count(), hazard.procedure.state) == (1, "noticed")
    assert sorted(File.objects.filter(procedure=hazard.pk).values_list("audience", flat=True)) == ["sealed", "staff"]
    assert round((timezone.now() - Inspection.objects.get().at) / HOUR) == 2


def test_who_signs_at_once_is_asked_for(street, worker):
    answer = worker.post(LIST, filled(street, serve="on"))

    assert answer.status_code == 422
    said = answer.content.decode()
    for words in ("Please choose: Who answers for it?", "Please fill in: Which one?", "Sign on the glass"):
        assert words in said
    assert not Inspection.objects.exists()
    assert worker.post(LIST, filled(street)).status_code == 302  # nobody there: nothing is asked for


def test_a_post_that_serves_no_notice_is_not_asked_for_a_signature(street, sign_in):
    assert 'name="serve"' not in sign_in("property_manager").get(LIST).content.decode()


def test_steps_that_follow_each_other_without_signal_arrive_in_order_and_once(street, worker):
    street.now = timezone.now() - 5 * HOUR
    hazard = found_hazard(street, imminent=True, at=street.now)
    secure, serve = str(uuid4()), str(uuid4())
    measures = {"step": "secure", "version": 1, "action": secure, "text": "119 called.", "ago": "7200"}
    notice = {
        "step": "serve", "version": secure, "action": serve, "demand": "Clear it", "answers": "unit",
        "answers_name": "No. 12", "days": "3", "handed": "signed", "signature_typed": "王𬭛", "ago": "3600",
    }  # fmt: skip

    early = worker.post(page(hazard), notice)
    sent = [worker.post(page(hazard), each).status_code for each in (measures, notice, notice, measures)]

    assert (early.status_code, sent) == (409, [302] * 4)
    rows = Entry.objects.filter(procedure=hazard.pk, kind__in=["secure", "serve", "late"]).order_by("seq")
    hours = [(entry.kind, round((timezone.now() - entry.at) / HOUR)) for entry in rows]
    assert hours == [("secure", 2), ("late", 0), ("serve", 1), ("late", 0)]
    assert Notice.objects.get().until == Clock.objects.get(procedure=hazard.pk, state="running").due


def test_a_second_notice_whose_answer_was_lost_is_not_taken_for_another(street, worker):
    hazard = hazard_in(street, "unresolved")
    again = {
        "step": "serve_again", "version": hazard.procedure.version, "action": str(uuid4()), "demand": "Clear it",
        "answers": "unit", "answers_name": "No. 12", "days": "5", "handed": "signed", "signature_typed": "王𬭛",
    }  # fmt: skip

    sent = [worker.post(page(hazard), again).status_code for _twice in range(2)]

    assert (sent, Notice.objects.count()) == ([302, 302], 2)


def test_whoever_comes_second_is_told_who_was_first_and_keeps_the_words(street, sign_in):
    hazard = hazard_in(street, "claimed")
    written = {
        "step": "not_right", "version": hazard.procedure.version, "action": str(uuid4()), "reason": "Boxes still there",
        "ago": "3600",
    }  # fmt: skip
    confirm_right(
        hazard=hazard, version=hazard.procedure.version, text="Clear", answer="Clear", by=street.by("area_lead"),
        at=street.now, action=uuid4(),
    )  # fmt: skip

    answer = sign_in("committee_secretary").post(page(hazard), written)

    said = answer.content.decode()
    assert answer.status_code == 409
    assert "Second look: put right. Closed. What you wrote is kept below." in said
    assert "片区长" in said
    assert "Boxes still there" in said
    assert Procedure.objects.get(pk=hazard.pk).state == "closed"


def test_steps_of_a_desk_count_from_when_they_arrive(street, sign_in):
    street.now = timezone.now() - 5 * HOUR
    hazard = hazard_in(street, "unresolved")
    lead = sign_in("area_lead")
    to = street.posts["department_handler"].pk

    lead.post(
        page(hazard),
        {
            "step": "escalate", "version": hazard.procedure.version, "action": str(uuid4()), "to": to,
            "reason": "Nothing was done.", "ago": "7200",
        },
    )  # fmt: skip

    entry = Entry.objects.get(procedure=hazard.pk, kind="escalate")
    assert timezone.now() - entry.at < timedelta(minutes=5)
    assert not Entry.objects.filter(procedure=hazard.pk, kind="late").exists()


def test_where_danger_is_imminent_the_first_form_is_that_of_measures_at_once(street, worker):
    shown = worker.get(page(found_hazard(street, imminent=True))).content.decode()

    assert shown.index('value="secure"') < shown.index('value="serve"')


@pytest.mark.parametrize("address", ["/petitions/", "/mediation/", "/protection/", "/protection/help/", "/station/"])
@pytest.mark.parametrize("role", ["grid_worker", "mediator", "petition_clerk", "duty_officer"])
def test_nothing_of_petitions_mediation_and_protection_is_kept_on_a_phone(street, sign_in, role, address):
    assert copy(sign_in(role), address) is None
