"""The place that a text says: offered to the desk, taken by one tap and never by itself; on import and to residents."""

from html import unescape
from uuid import uuid4

import pytest
from django.utils import translation

from linli.cases.domain.importing import begin_import, continue_import
from linli.cases.domain.routing import why_text
from linli.cases.domain.rows import Reading
from linli.cases.models import Case
from linli.procedures.models import Assignment, Procedure

TEXT = "六村12号302，楼道灯不亮"
TOLD = "The text says: <strong>Leshan Estate 6, No. 12</strong> – because of “六村12号”"


def page_of(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


def test_the_desk_takes_the_place_of_the_text_by_one_tap(sign_in, report, street):
    case, client = report(place=None, text=TEXT).case, sign_in("duty_officer")
    building, move = street.places["building"], f"/case/{case.procedure.number}/file/"
    given = {"version": 1, "action": str(uuid4()), "klass": "lighting"}

    shown = page_of(client.get(move))
    taken = page_of(client.post(move, {**given, "take": building.path}))

    assert (TOLD in shown, f'name="take" value="{building.path}"' in shown) == (True, True)
    assert "302" not in shown.split("</blockquote>")[0].split("<blockquote")[0].split(TOLD)[1][:200]
    assert (TOLD in taken, f'value="{building.path}"' in taken, "Proposed: property manager for" in taken) == (
        False, True, True,
    )  # fmt: skip
    assert Procedure.objects.get(pk=case.pk).place is None  # looked at, not yet filed

    sent = client.post(move, {**given, "place": building.path, "to": street.posts["property_manager"].pk})

    assert (sent.status_code, Procedure.objects.get(pk=case.pk).place) == (302, building)


def test_a_place_that_is_not_taken_stays_unsaid(sign_in, report, street):
    case, client = report(place=None, text=TEXT).case, sign_in("duty_officer")
    given = {"version": 1, "action": str(uuid4()), "klass": "lighting", "to": street.posts["duty_officer"].pk}

    client.post(f"/case/{case.procedure.number}/file/", {**given, "reason": "to be looked at"})

    assert (Procedure.objects.get(pk=case.pk).state, Procedure.objects.get(pk=case.pk).place) == ("dispatched", None)


def test_a_case_at_an_estate_is_brought_on_to_its_building(sign_in, report, street):
    case = report(place=street.places["estate"], text="12号楼三楼灯不亮").case

    page = page_of(sign_in("duty_officer").get(f"/case/{case.procedure.number}/file/"))

    assert "The text says: <strong>Leshan Estate 6, No. 12</strong>" in page


@pytest.mark.parametrize("text", ["三楼灯不亮", "乐山六村12号灯不亮"])
def test_nothing_is_offered_where_the_text_is_unclear_or_says_what_is_known(sign_in, report, text):
    case = report(text=text).case

    assert "The text says" not in page_of(sign_in("duty_officer").get(f"/case/{case.procedure.number}/file/"))


@pytest.mark.parametrize("mode", ["live", "replay"])
def test_an_imported_message_keeps_its_proposal_and_still_goes_to_the_fallback_desk(street, tmp_path, settings, mode):
    settings.DATA = tmp_path
    path = tmp_path / "messages.csv"
    rows = ["text,time", f"{TEXT},2026-11-20 10:00", "第三中学旁边路灯不亮,2026-11-20 11:00"]
    path.write_text("\n".join(rows), encoding="utf-8")
    run = begin_import(
        path=path, name=path.name, reading=Reading({"text": "text", "time": "time"}), mode=mode, source="test",
        all_or_none=False, post=None, account=None, at=street.now,
    )  # fmt: skip

    continue_import(run, at=street.now)

    cases = list(Case.objects.order_by("text").select_related("procedure"))
    with translation.override("en"):
        told = {case.text: why_text(case.proposed_why) for case in cases}
    assert told == {
        TEXT: "It went to the fallback desk. The text may mean Leshan Estate 6, No. 12: the desk says whether it does.",
        "第三中学旁边路灯不亮": "The message names no place that we know, so it went to the fallback desk.",
    }
    assert [case.procedure.place for case in cases] == [None, None]
    assert set(Assignment.objects.values_list("post", "part")) == {(street.posts["duty_officer"].pk, "desk")}
    assert "302" not in str([case.proposed_why for case in cases])


def test_a_resident_who_types_words_is_helped_with_the_reason(street, visitor):
    client = visitor()
    client.post("/report/", {"klass": "lighting"})

    page = page_of(client.post("/report/where/words/", {"where": TEXT}))

    assert ("Leshan Estate 6, No. 12" in page, "Because of “六村12号”" in page) == (True, True)
