"""The pages of what happens to a case on its way: what each asks, who is refused, the guest's page, the reply."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from django.utils.html import escape

from linli.cases.domain.asking import ask_reporter, invite_guest
from linli.cases.domain.handling import fresh
from linli.cases.domain.joining import merge_cases
from linli.cases.domain.more_time import ask_time
from linli.cases.domain.report import claim_code
from linli.cases.domain.together import ask_help
from linli.cases.domain.watching import supervise_case, take_charge
from linli.cases.models import Case
from linli.procedures.domain.story import last_of_kind
from linli.procedures.models import Procedure
from tests.cases.conftest import statements
from tests.cases.test_moves_pages import NASTY, submit, url


def before(name: str, case: Case, street) -> None:
    """What must have happened so that a page has something to ask."""
    secretary, liaison = street.posts["committee_secretary"], street.posts["police_liaison"]
    verbs = {
        "ask_time": (ask_time, "property_manager", {"amount": 2, "reason": "the part is ordered"}),
        "ask": (ask_reporter, "property_manager", {"question": "几楼？"}),
        "ask_help": (ask_help, "property_manager", {"to": liaison, "text": "come along"}),
        "supervise": (supervise_case, "area_lead", {"text": "why so long?"}),
        "take_charge": (take_charge, "area_lead", {"to": secretary, "text": "twelve years of damp"}),
    }
    verb, role, given = verbs[name]
    verb(
        case=fresh(case), version=fresh(case).procedure.version, by=street.by(role), at=street.now, action=uuid4(),
        **given,
    )  # fmt: skip


# page: (state, who, what came before, values of the form, the state afterwards)
TRIED = {
    "hand_on": ("handling", "property_manager", "", {"to": "grid_worker", "reason": "a bulb"}, "dispatched"),
    "recall": ("dispatched", "duty_officer", "", {"reason": "nobody answers"}, "filed"),
    "ask_time": ("handling", "property_manager", "", {"amount": "2", "reason": "a part"}, "handling"),
    "extend": ("handling", "area_lead", "ask_time", {"amount": "2"}, "handling"),
    "refuse_time": ("handling", "area_lead", "ask_time", {"reason": "in stock"}, "handling"),
    "defer": ("handling", "area_lead", "", {"until": "tomorrow", "reason": "frost"}, "deferred"),
    "ask": ("handling", "property_manager", "", {"question": "Which floor?"}, "handling"),
    "reply": ("handling", "duty_officer", "ask", {"text": "The third."}, "handling"),
    "ask_help": ("handling", "property_manager", "", {"to": "police_liaison", "text": "come"}, "handling"),
    "help_done": ("handling", "police_liaison", "ask_help", {"text": "came"}, "handling"),
    "relieve": ("handling", "property_manager", "ask_help", {"to": "police_liaison", "reason": "ill"}, "handling"),
    "invite": ("handling", "property_manager", "", {"text": "look at the meter", "contact": ""}, "handling"),
    "split": ("filed", "duty_officer", "", {"text": "the railing", "klass": "facility"}, "filed"),
    "supervise": ("handling", "area_lead", "", {"text": "why so long?"}, "handling"),
    "report_back": ("handling", "property_manager", "supervise", {"text": "a part"}, "handling"),
    "take_charge": ("handling", "area_lead", "", {"to": "committee_secretary", "text": "damp"}, "handling"),
    "review": ("handling", "committee_secretary", "take_charge", {"text": "spoke"}, "handling"),
    "settle": ("handling", "committee_secretary", "take_charge", {"text": "dry"}, "handling"),
}


def filled(values: dict[str, str], street) -> dict[str, object]:
    given: dict[str, object] = dict(values)
    if "to" in given:
        given["to"] = street.posts[str(given["to"])].pk
    if given.get("until") == "tomorrow":
        given["until"] = (timezone.localdate() + timedelta(days=1)).isoformat()
    return given


@pytest.fixture
def tried(case_in, street):
    def bring(move: str) -> tuple[Case, str, dict[str, object], str]:
        state, role, first, values, after = TRIED[move]
        case = case_in(state)
        if first:
            before(first, case, street)
        return case, role, filled(values, street), after

    return bring


@pytest.mark.parametrize("move", list(TRIED))
def test_the_page_asks_and_one_submit_does_it(sign_in, tried, move):
    case, role, given, after = tried(move)
    client = sign_in(role)
    version = Procedure.objects.get(pk=case.pk).version

    asked = client.get(url(case, move))
    sent = client.post(url(case, move), submit(case, **given))

    assert (asked.status_code, sent.status_code) == (200, 302)
    now = Procedure.objects.get(pk=case.pk)
    assert (now.state, now.version) == (after, version + 1)
    assert client.get(sent.url).status_code == 200


@pytest.mark.parametrize("move", list(TRIED))
def test_the_outsider_and_those_who_look_on_are_refused(sign_in, tried, move):
    case, _role, given, _after = tried(move)
    version = Procedure.objects.get(pk=case.pk).version

    for role in ("outsider", "auditor", "administrator", "mediator"):
        client = sign_in(role)
        assert client.get(url(case, move)).status_code in (403, 404), role
        assert client.post(url(case, move), submit(case, **given)).status_code in (403, 404), role

    assert Procedure.objects.get(pk=case.pk).version == version


@pytest.mark.parametrize(
    "move", [name for name, tried in TRIED.items() if set(tried[3]) & {"reason", "text", "question"}]
)
def test_an_empty_answer_is_told_and_what_was_typed_is_kept(sign_in, tried, move):
    case, role, given, _after = tried(move)
    written = next(name for name in ("reason", "text", "question") if name in given)

    told = sign_in(role).post(url(case, move), submit(case, **{**given, written: "  "}))
    kept = sign_in(role).post(url(case, move), {**submit(case, **{**given, written: NASTY}), "version": "999"})

    assert told.status_code == 422
    assert kept.status_code == 409
    assert escape(NASTY) in kept.content.decode()


def test_a_case_is_joined_by_the_number_of_the_other(sign_in, case_in, report):
    other, case, client = report().case, case_in("handling"), sign_in("duty_officer")
    number = case.procedure.number

    asked = client.get(url(other, "merge") + f"?into={number}")
    wrong = client.post(url(other, "merge"), submit(other, into="47TKF9VHF"))
    sent = client.post(url(other, "merge"), submit(other, into=number.lower(), because="same lamp"))

    assert f'value="{number}"' in asked.content.decode()
    assert (wrong.status_code, sent.status_code) == (422, 302)
    assert fresh(other).merged_into_id == case.pk
    page = client.get(f"/case/{number}/").content.decode()
    assert other.procedure.number in page


def test_a_case_of_another_office_cannot_be_named(sign_in, case_in, report):
    case, hidden = report().case, case_in("filed")
    hidden.procedure.sealed = True
    hidden.procedure.save(update_fields=["sealed"])
    hidden.procedure.assignments.all().delete()

    told = sign_in("duty_officer").post(url(case, "merge"), submit(case, into=hidden.procedure.number))

    assert told.status_code == 422
    assert fresh(case).procedure.state == "received"


def test_the_link_is_shown_to_whoever_made_it_and_opens_for_the_guest(sign_in, case_in, client, street):
    case, staff = case_in("handling"), sign_in("property_manager")
    sent = staff.post(url(case, "invite"), submit(case, text="请看燃气表", contact="13800000000"))

    shown = staff.get(sent.url).content.decode()
    start = shown.index(f"/guest/{case.procedure.number}/")
    link = shown[start : shown.index('"', start)]
    page = client.get(link)
    done = client.post(link, {"text": "看过了", "action": str(uuid4())})

    assert "请看燃气表" in page.content.decode()
    assert "三楼楼道灯不亮" not in page.content.decode()
    assert page["Cache-Control"].startswith("max-age=0")
    assert done.status_code == 302
    assert last_of_kind(fresh(case).procedure, "guest_done").says["text"] == "看过了"
    assert sign_in("outsider").get(sent.url).status_code == 403


def test_a_guest_who_comes_too_late_keeps_what_they_wrote(case_in, client, street):
    case, action = case_in("handling"), uuid4()
    invite_guest(
        case=case, version=case.procedure.version, text="look", by=street.by("property_manager"), at=street.now,
        action=action,
    )  # fmt: skip
    Procedure.objects.filter(pk=case.pk).update(state="handled")

    late = client.post(
        f"/guest/{case.procedure.number}/{claim_code(action)}/", {"text": "看过了", "action": str(uuid4())}
    )

    assert late.status_code == 422
    assert "看过了" in late.content.decode()


@pytest.mark.parametrize(("code", "status"), [("WRONGCODE3", 404), ("x", 404), ("%00", 400), ("😀", 404)])
def test_a_wrong_link_says_nothing(client, case_in, code, status):
    number = case_in("handling").procedure.number

    assert client.get(f"/guest/{number}/{code}/").status_code == status


def test_guessing_links_is_slow(client, case_in):
    number = case_in("handling").procedure.number

    answers = [client.get(f"/guest/{number}/WRONGCODE{n % 8}/", REMOTE_ADDR="10.3.3.3").status_code for n in range(31)]

    assert answers == [404] * 30 + [429]


def test_the_reporter_reads_the_question_and_answers(client, report, street, case_in):
    case = case_in("handling", account=street.accounts["resident"])
    before("ask", case, street)
    client.force_login(street.accounts["resident"])
    number = case.procedure.number

    asked = client.get(f"/r/{number}/").content.decode()
    form = client.get(f"/r/{number}/reply/")
    sent = client.post(f"/r/{number}/reply/", submit(case, text="三楼"))

    assert "几楼？" in asked
    assert form.status_code == 200
    assert (sent.status_code, fresh(case).asked_at) == (302, None)
    assert last_of_kind(fresh(case).procedure, "reply").says["text"] == "三楼"
    assert client.get(f"/r/{number}/reply/").status_code == 302


def test_the_reporter_of_a_joined_report_reads_that_it_goes_along(client, report, street, case_in):
    other = report(account=street.accounts["resident"]).case
    case = case_in("handling")
    merge_cases(case=other, into=case, version=1, by=street.by("duty_officer"), at=street.now, action=uuid4())
    client.force_login(street.accounts["resident"])

    page = client.get(f"/r/{other.procedure.number}/").content.decode()

    assert "同样的答复" in page
    assert case.procedure.number not in page


def test_the_list_of_grievances_costs_the_same_for_three_as_for_one(sign_in, case_in, street):
    client = sign_in("duty_officer")
    before("take_charge", case_in("handling"), street)
    one = statements(client, "/grievances/")
    for _more in range(2):
        before("take_charge", case_in("handling"), street)

    assert statements(client, "/grievances/") == one


def test_the_links_name_says_nothing_to_a_post_that_may_not_see_the_case(sign_in, case_in, street):
    case = case_in("handling")
    action = uuid4()
    invite_guest(
        case=case, version=case.procedure.version, text="look", by=street.by("property_manager"), at=street.now,
        action=action,
    )  # fmt: skip

    assert sign_in("outsider").get(f"/case/{case.procedure.number}/link/{action}/").status_code == 403
    assert sign_in("duty_officer").get(f"/case/{case.procedure.number}/link/{uuid4()}/").status_code == 404
