"""The duty desk at a busy hour: bursts, many at once, promises, further reporters, the change of shift, the pages."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from linli.cases.domain import heaps
from linli.cases.domain.bulk import answer_many, dispatch_many, join_group, plan_dispatch, posts_for
from linli.cases.domain.closing import close_case, rate_case
from linli.cases.domain.desk import Filters, cases_numbered, desk, holders, nearby_open
from linli.cases.domain.further import join_report
from linli.cases.domain.handling import fresh, note_on_case
from linli.cases.domain.heaps import find_bursts
from linli.cases.domain.promises import keep_promise, open_promises, promise
from linli.cases.domain.reporter import add_to_case, open_by_code
from linli.cases.domain.shift import hand_over, read_sheet, shift_of, take_over
from linli.cases.domain.telling import as_told, tell_reporter
from linli.cases.models import Case, Promise, ShiftHandover
from linli.core.errors import Conflict, Invalid, Refused
from linli.core.models import Delivery
from linli.core.outbox import Cursor, after
from linli.people.actors import Actor, Viewer
from linli.people.domain.duty import set_duty
from linli.procedures.domain.parties import forget_contacts
from linli.procedures.domain.story import story
from linli.procedures.enums import PartyKind
from linli.procedures.models import Party, Procedure


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def officer(street) -> Viewer:
    return Viewer(posts=(street.posts["duty_officer"],), account=street.accounts["duty_officer"])


def told(street, role: str = "duty_officer", **more: object) -> dict:
    return {"by": street.by(role), "at": street.now, "action": uuid4(), **more}


# --- bursts


def test_many_calls_about_one_thing_are_one_burst_and_a_few_are_none(report, officer, street):
    pump = street.klass("facility")
    for minute in range(6):
        place = street.places["building" if minute % 2 else "building_15"]
        report(klass=pump, place=place, at=street.now + timedelta(minutes=minute))
    for minute in range(4):
        report(at=street.now + timedelta(minutes=minute))
    report(klass=pump, at=street.now - timedelta(hours=30))

    (burst,) = find_bursts(officer, street.now + timedelta(minutes=10))

    assert (burst.klass, burst.place, burst.number, burst.waiting) == (pump.pk, street.places["estate"].path, 6, 6)
    assert (burst.first, burst.last) == (street.now, street.now + timedelta(minutes=5))
    assert Procedure.objects.filter(burst.members).count() == 6
    assert len(desk(officer, Filters(burst=burst)).rows) == 6
    assert len(desk(officer, Filters(folded=[burst])).rows) == 5


def test_points_within_fifty_metres_are_a_burst_where_no_place_is_known(report, officer, street):
    def at(metres_east: float) -> None:
        report(place=None, lon=121.40 + metres_east / 95_200, lat=31.19, text="窨井冒水")

    for metres in (0, 20, 30, 40, 49):
        at(metres)
    at(400)

    (burst,) = find_bursts(officer, street.now)

    assert (burst.place, burst.number) == ("", 5)
    assert Procedure.objects.filter(burst.members).count() == 5


def test_bursts_cost_the_same_for_six_reports_as_for_twelve(report, officer, street):
    costs = []
    for _ in range(2):
        for _call in range(6):
            report()
        with CaptureQueriesContext(connection) as caught:
            find_bursts(officer, street.now)
        costs.append(len(caught))

    assert costs[0] == costs[1] <= 4


def test_nobody_else_sees_the_burst(report, street):
    for _ in range(6):
        report()

    assert find_bursts(Viewer(posts=(street.posts["outsider"],)), street.now) == []


def test_the_page_shows_a_burst_as_one_row_that_opens(sign_in, report, street):
    street.now = timezone.now() - timedelta(minutes=5)
    numbers = [report(at=street.now).case.procedure.number for _ in range(6)]
    client = sign_in("duty_officer")

    page = client.get("/desk/").content.decode()
    opened = client.get(f"/desk/?burst=lighting~{street.places['estate'].path}").content.decode()

    assert "Lighting at Leshan Estate 6: 6 reports since" in page.replace("乐山六村", "Leshan Estate 6")
    assert not any(f"{number}:1" in page for number in numbers)
    assert all(f'value="{number}:1" checked' in opened for number in numbers)
    for strange in ("x~y", "lighting~", "lighting~1,x", "lighting~zzz", "~"):
        assert client.get("/desk/", {"burst": strange}).status_code == 200, strange


# --- many at once


def test_each_case_goes_its_own_way_and_one_conflict_does_not_stop_the_rest(case_in, report, officer, street):
    filed, received, moved = case_in("filed"), report().case, case_in("filed")
    unclassed = report(klass=None).case
    shown = [filed, received, moved, unclassed]
    versions = {case.procedure.number: case.procedure.version for case in shown} | {moved.procedure.number: 1}
    given = told(street, versions=versions, to=None, reason="")

    cases = cases_numbered(list(versions), officer)
    outcomes = dispatch_many(cases, **given)
    again = dispatch_many(cases_numbered(list(versions), officer), **given)

    assert [one.case.procedure.number for one in outcomes] == list(versions)
    assert [one.done for one in outcomes] == [True, True, False, False]
    assert [str(one.told) for one in outcomes] == [
        "dispatched", "filed and dispatched", str(Conflict().message), "no class yet: open it and file it",
    ]  # fmt: skip
    assert [str(one.told) for one in again][:2] == ["done before", "done before"]
    states = dict(Procedure.objects.values_list("number", "state"))
    assert [states[number] for number in versions] == ["dispatched", "dispatched", "filed", "received"]


def test_who_may_not_dispatch_dispatches_none_of_them(case_in, street):
    case = case_in("filed")
    viewer = Viewer(posts=(street.posts["committee_secretary"],))
    cases = cases_numbered([case.procedure.number], viewer)

    (outcome,) = dispatch_many(cases, **told(street, "committee_secretary", versions={}, to=None, reason=""))

    assert (outcome.done, str(outcome.told)) == (False, "not your desk's to send on")
    assert cases_numbered([case.procedure.number], Viewer(posts=(street.posts["outsider"],))) == []


def test_a_plan_names_the_post_for_each_and_a_post_that_cannot_is_said(case_in, report, officer, street):
    lamp, done = case_in("filed"), case_in("handling")
    numbers = [lamp.procedure.number, done.procedure.number]
    cases = cases_numbered(numbers, officer)

    plans = plan_dispatch(cases, to=None, by=street.by("duty_officer"), at=street.now)
    police = plan_dispatch(cases, to=street.posts["police_liaison"], by=street.by("duty_officer"), at=street.now)

    assert [plan.to for plan in plans] == [lamp.proposed, None]
    assert [str(plan.why_not) for plan in police] == [
        "this post does not answer for such a case there", "it has been sent on already",
    ]  # fmt: skip
    assert street.posts["area_lead"] in posts_for(cases, street.now)


def test_planning_for_three_costs_what_planning_for_one_costs(case_in, officer, street):
    def cost(numbers: list[str]) -> int:
        with CaptureQueriesContext(connection) as caught:
            plan_dispatch(cases_numbered(numbers, officer), to=None, by=street.by("duty_officer"), at=street.now)
        return len(caught)

    numbers = [case_in("filed").procedure.number for _ in range(3)]
    cost(numbers)

    assert cost(numbers[:1]) == cost(numbers) == 2


def test_the_pages_of_many_show_the_plan_then_what_became_of_each(sign_in, case_in, report):
    filed, unclassed = case_in("filed").procedure, report(klass=None).case.procedure
    picks = [f"{filed.number}:{filed.version}", f"{unclassed.number}:1"]
    client = sign_in("duty_officer")

    plan = client.post("/desk/dispatch/", {"pick": picks})
    done = client.post("/desk/dispatch/", {"pick": picks, "go": "1", "action": str(uuid4()), "to": "", "reason": ""})

    assert (plan.status_code, done.status_code) == (200, 200)
    assert "Dispatch 1 case?" in plan.content.decode()
    assert "1 cannot: no class yet: open it and file it" in plan.content.decode()
    page = done.content.decode()
    assert "1 done. 1 could not be; it stays chosen below." in " ".join(page.split())
    assert f'value="{unclassed.number}:1" checked' in page
    assert f'value="{filed.number}:' not in page
    assert client.post("/desk/dispatch/", {"pick": ["x", "y:z"]}).status_code == 200
    assert client.post("/desk/dispatch/").url == "/desk/"


def test_another_post_than_proposed_needs_its_reason(sign_in, case_in, street):
    filed = case_in("filed").procedure
    given = {"pick": [f"{filed.number}:2"], "go": "1", "action": str(uuid4()), "to": str(street.posts["area_lead"].pk)}

    answer = sign_in("duty_officer").post("/desk/dispatch/", given)

    assert answer.status_code == 422
    assert "Say why you send it elsewhere than proposed." in answer.content.decode()


@pytest.mark.parametrize("url", ["/desk/dispatch/", "/desk/answer/", "/desk/join/", "/desk/handover/", "/desk/phone/"])
@pytest.mark.parametrize("role", ["property_manager", "grid_worker", "auditor", "outsider", "resident"])
def test_the_desks_pages_are_refused_to_others(sign_in, role, url):
    assert sign_in(role).post(url).status_code == 403


def test_a_group_becomes_one_case_and_what_moved_on_does_not_stop_the_rest(case_in, report, officer, street):
    parent, child, gone, stale = report().case, report().case, case_in("closed"), report().case
    cases = cases_numbered([each.procedure.number for each in (parent, child, gone, stale)], officer)
    versions = {case.procedure.number: case.procedure.version for case in cases} | {stale.procedure.number: 9}
    given = told(street, because="one pump", versions=versions)

    outcomes = join_group(cases, parent, **given)
    again = join_group(cases, parent, **given)

    assert [(one.case.pk, one.done) for one in outcomes] == [(child.pk, True), (gone.pk, False), (stale.pk, False)]
    assert [(one.case.pk, str(one.told)) for one in again if one.done] == [(child.pk, "done before")]
    assert fresh(child).merged_into_id == parent.pk
    assert {fresh(case).procedure.state for case in (parent, stale)} == {"received"}


def test_the_page_of_joining_asks_which_goes_on_and_joins_the_others(sign_in, case_in, report):
    other, handled = report().case.procedure, case_in("handling").procedure
    picks = [f"{other.number}:{other.version}", f"{handled.number}:{handled.version}"]
    client = sign_in("duty_officer")

    asked = client.post("/desk/join/", {"pick": picks})
    one = client.post("/desk/join/", {"pick": picks[:1]})
    given = {"pick": picks, "go": "1", "action": str(uuid4()), "into": handled.number}
    done = client.post("/desk/join/", given)

    page = asked.content.decode()
    assert page.index(f'value="{handled.number}"') < page.index(f'value="{other.number}"')  # the further one first
    assert (one.status_code, done.status_code) == (302, 200)
    assert Procedure.objects.get(pk=other.pk).state == "merged"


# --- one answer to all, and promises


def test_one_word_reaches_every_reporter_of_every_case_once(report, officer, street):
    street.now = timezone.now()  # what is older than two days is no news and is not sent
    first, second = report(contact="13800138001", at=street.now).case, report(contact="13800138002", at=street.now).case
    join_report(case=first, contact="13800138003", source="hotline", **told(street))
    given = told(street, text="水泵正在修。", until=street.now + timedelta(hours=2))
    cases = [first, second]

    outcomes = answer_many(cases, **given)
    again = answer_many(cases, **given)
    for message in after(Cursor(0, 0)):
        if message.topic == "case.promise":
            tell_reporter(message)
            tell_reporter(message)

    assert [str(one.told) for one in [*outcomes, *again]] == ["told", "told", "done before", "done before"]
    assert [[line.kind for line in story(case.procedure, ["parties"])] for case in cases] == [
        ["received", "promise"], ["received", "promise"],
    ]  # fmt: skip
    texts = list(Delivery.objects.values_list("text", flat=True))
    assert len(texts) == 3
    assert all("水泵正在修。" in text for text in texts)


@pytest.mark.parametrize("to_reporter", [True, False])
def test_each_word_is_sent_as_it_was_written_whatever_was_noted_since(report, street, to_reporter):
    street.now = timezone.now()
    case = report(contact="13800138001", at=street.now).case
    join_report(case=case, contact="13800138003", source="hotline", **told(street))
    answer_many([case], **told(street, text="水泵正在修。", until=None))
    later = {**told(street), "at": street.now + timedelta(seconds=1)}
    note_on_case(case=case, text="只给第一位反映人", to_reporter=to_reporter, **later)

    for message in after(Cursor(0, 0)):
        if message.topic == "case.told":
            tell_reporter(message)

    texts = list(Delivery.objects.values_list("text", flat=True))
    assert len(texts) == 2
    assert all("水泵正在修。" in text for text in texts)


def test_whoever_takes_their_contact_back_gets_no_word_that_was_still_waiting(report, street):
    street.now = timezone.now()
    account = street.accounts["resident"]
    case = report(contact="13800138001", account=account, at=street.now).case
    further = join_report(case=case, contact="13800138003", source="hotline", **told(street)).party
    answer_many([case], **told(street, text="水泵正在修。", until=None))
    for message in after(Cursor(0, 0)):
        if message.topic == "case.told":
            tell_reporter(message)
    of_first, of_further = Delivery.objects.order_by("key")
    assert (as_told(of_first), as_told(of_further)) == (True, True)

    forget_contacts(account=account, at=street.now)
    assert (as_told(of_first), as_told(of_further)) == (False, True)

    Party.objects.filter(pk=further.pk).update(contact_sealed=None)
    assert (as_told(of_first), as_told(of_further)) == (False, False)


def test_a_word_without_a_time_is_a_note_and_no_promise(report, street):
    case = report().case

    answer_many([case], **told(street, text="We know.", until=None))

    assert [line.kind for line in story(case.procedure, ["parties"])] == ["received", "note"]
    assert not Promise.objects.exists()


def test_a_promise_stands_on_the_desk_amber_then_red_until_it_is_kept(report, officer, street):
    case, until = report().case, street.now + timedelta(hours=4)
    promise(case=case, text="Call back", until=until, to_reporters=False, **told(street))

    (listed,) = open_promises(officer)
    assert (listed.number, listed.text, listed.due) == (case.procedure.number, "Call back", until)
    assert listed.amber == street.now + timedelta(hours=3)
    assert open_promises(Viewer(posts=(street.posts["outsider"],))) == []

    keep_promise(procedure=case.procedure, key=listed.key, by=street.by("duty_officer"), at=until)
    assert open_promises(officer) == []
    with pytest.raises(Conflict):
        keep_promise(procedure=case.procedure, key=listed.key, by=street.by("duty_officer"), at=until)
    assert [line.kind for line in story(case.procedure, ["staff"])] == ["promise", "promise_kept"]


def test_a_new_promise_renews_the_one_before(report, officer, street):
    case = report().case
    for hours in (1, 5):
        until = street.now + timedelta(hours=hours)
        promise(case=case, text="News", until=until, to_reporters=True, **told(street))

    assert [one.due for one in open_promises(officer)] == [street.now + timedelta(hours=5)]
    assert list(Promise.objects.order_by("pk").values_list("end", flat=True)) == ["renewed", ""]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"text": " "}, Invalid),
        ({"until": timedelta(0)}, Invalid),
        ({"until": timedelta(days=61)}, Invalid),
        ({"role": "police_liaison"}, Refused),
    ],
)
def test_a_promise_that_cannot_be_is_refused(report, street, changes, error):
    given = {"text": "News", "until": timedelta(hours=1), "role": "duty_officer", **changes}

    with pytest.raises(error):
        promise(
            case=report().case, text=given["text"], until=street.now + given["until"], to_reporters=True,
            **told(street, given["role"]),
        )  # fmt: skip

    assert not Promise.objects.exists()


def test_nothing_is_promised_in_a_closed_case(case_in, street):
    with pytest.raises(Conflict):
        promise(
            case=case_in("closed"), text="x", until=street.now + timedelta(hours=1), to_reporters=True, **told(street)
        )


def test_what_was_told_to_many_is_one_line_of_the_desk_and_kept_in_all(sign_in, report, officer, street):
    street.now = timezone.now()
    cases = [report().case for _ in range(3)]
    answer_many(cases, **told(street, text="The pump.", until=street.now + timedelta(hours=1)))
    (line,) = open_promises(officer)

    client = sign_in("duty_officer")
    page = client.get("/desk/").content.decode()
    client.post(f"/case/{line.number}/promise/{line.key}/kept/", {"from": "desk"})

    assert line.cases == 3
    assert "in 3 cases" in page
    assert open_promises(officer) == []


def test_the_page_of_a_case_takes_a_promise(sign_in, report, officer):
    number = report(at=timezone.now()).case.procedure.number
    client = sign_in("duty_officer")
    until = timezone.localtime(timezone.now() + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    given = {"text": "Call her back", "until": until, "reader": "staff", "action": str(uuid4())}

    done = client.post(f"/case/{number}/promise/", given)
    wrong = client.post(f"/case/{number}/promise/", {**given, "until": "", "action": str(uuid4())})

    assert (done.status_code, wrong.status_code) == (302, 422)
    assert "Call her back" in client.get(f"/case/{number}/").content.decode()
    assert [one.text for one in open_promises(officer)] == ["Call her back"]


# --- further reporters


def test_a_further_reporter_has_a_code_of_their_own_and_reads_nothing_of_the_first(visitor, report, street, case_in):
    first = report(text="我家5楼的水泵响", contact="13800138001")
    joined = join_report(
        case=first.case, text="Also loud here", contact="13800138002", source="hotline", **told(street)
    )
    number = first.case.procedure.number
    reporter = Actor(party=str(first.case.procedure.parties.get(kind=PartyKind.REPORTER).pk))
    add_to_case(case=first.case, text="Secret of the first", by=reporter, at=street.now, action=uuid4())

    browser = visitor()
    browser.post("/follow/", {"number": number, "code": joined.claim_code})
    page = browser.get(reverse("cases:follow", args=[number])).content.decode()

    assert joined.claim_code != first.code
    assert open_by_code(number=number, code=first.code).kind == PartyKind.REPORTER
    assert "Also loud here" in page
    assert "水泵响" not in page
    assert "Secret of the first" not in page
    other = visitor()
    other.post("/follow/", {"number": number, "code": first.code})
    first_page = other.get(reverse("cases:follow", args=[number])).content.decode()
    assert "水泵响" in first_page
    assert "Also loud here" not in first_page


def test_the_second_call_with_one_form_adds_nobody(report, street):
    case, given = report().case, told(street, source="hotline")

    codes = {join_report(case=case, **given).claim_code for _ in range(2)}

    assert len(codes) == 1
    assert case.procedure.parties.filter(kind=PartyKind.FURTHER).count() == 1
    assert Case.objects.get(pk=case.pk).supporters == 1


def test_a_further_reporter_is_answered_and_grades_nothing(case_in, street):
    street.now = timezone.now()
    case = case_in("verified", contact="13800138001")
    joined = join_report(case=case, contact="13800138002", source="hotline", **told(street))
    close_case(case=case, version=case.procedure.version, answer="Mended.", **told(street))
    for message in after(Cursor(0, 0)):
        if message.topic == "case.close":
            tell_reporter(message)

    assert Delivery.objects.filter(key__startswith="case.close").count() == 2
    with pytest.raises(Refused):
        rate_case(case=case, grade=5, by=Actor(party=str(joined.party.pk)), at=street.now)


@pytest.mark.parametrize(
    ("role", "state", "error"), [("police_liaison", "received", Refused), ("duty_officer", "closed", Conflict)]
)
def test_nobody_is_added_where_it_may_not_be(case_in, street, role, state, error):
    case = case_in(state)

    with pytest.raises(error):
        join_report(case=case, source="hotline", **told(street, role))

    assert not case.procedure.parties.filter(kind=PartyKind.FURTHER).exists()


def phoned(street, **changes: object) -> dict:
    return {
        "text": "The pump is loud.", "klass": "facility", "words": "六村12", "place": street.places["building"].path,
        "contact": "138 0013 8000", "source": "hotline", "action": str(uuid4()), **changes,
    }  # fmt: skip


def test_a_report_by_phone_is_taken_down_and_its_code_told_once(sign_in, street):
    client, given = sign_in("duty_officer"), phoned(street)

    answers = [client.post("/desk/phone/", given) for _ in range(2)]

    case = Case.objects.get()
    code = client.post("/desk/phone/", given).context["code"]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert (case.source, case.klass.code, case.procedure.place) == ("hotline", "facility", street.places["building"])
    assert open_by_code(number=case.procedure.number, code=code).procedure_id == case.pk


def test_what_is_open_there_is_offered_while_the_place_is_typed_and_joined_with_one_tap(sign_in, report, street):
    near = report(klass=street.klass("facility"), place=street.places["building_15"]).case.procedure
    client = sign_in("duty_officer")

    look = client.post("/desk/phone/", phoned(street, look="1"))
    done = client.post("/desk/phone/", phoned(street, join=near.number))

    assert (look.status_code, done.status_code) == (200, 200)
    assert f'name="join" value="{near.number}"' in look.content.decode()
    assert Procedure.objects.count() == 1
    assert near.parties.filter(kind=PartyKind.FURTHER).count() == 1
    assert done.context["joined"]


@pytest.mark.parametrize(
    ("name", "value"), [("text", ""), ("contact", "12"), ("source", "sensor"), ("klass", "nosuch")]
)
def test_a_report_by_phone_that_cannot_be_is_asked_for_again(sign_in, street, name, value):
    answer = sign_in("duty_officer").post("/desk/phone/", phoned(street, **{name: value}))

    assert (answer.status_code, Case.objects.count()) == (422, 0)


def test_a_sealed_case_is_not_offered_to_a_caller(report, officer, street):
    case = report().case
    Procedure.objects.filter(pk=case.pk).update(sealed=True)

    assert nearby_open(officer, place=street.places["building"], klass=None) == []


# --- the change of shift


def test_a_desk_is_left_read_and_taken_over_once(report, officer, street):
    Procedure.objects.filter(pk=report().case.pk).update(due=street.now - timedelta(hours=1))
    promise(case=report().case, text="News", until=street.now + timedelta(hours=1), to_reporters=True, **told(street))
    sheet = read_sheet(officer, street.now)
    lead = street.posts["area_lead"]

    made = hand_over(to=lead, note="Pump firm comes at nine.", sheet=sheet, by=street.by("duty_officer"), at=street.now)
    taken = take_over(handover=made, by=street.by("area_lead"), at=street.now + timedelta(minutes=5))

    assert made.sheet["numbers"] == {"open": 2, "waiting": 2, "untaken": 0, "late": 1, "soon": 0}
    assert [len(made.sheet[name]) for name in ("late", "soon", "promises")] == [1, 0, 1]
    assert "楼道灯" not in str(made.sheet)
    assert (taken.taker, taken.taken_at) == (street.accounts["area_lead"], street.now + timedelta(minutes=5))
    with pytest.raises(Conflict):
        take_over(handover=made, by=street.by("area_lead"), at=street.now)


def test_who_keeps_no_desk_neither_leaves_nor_takes_it(officer, street):
    sheet = read_sheet(officer, street.now)
    with pytest.raises(Refused):
        hand_over(to=street.posts["area_lead"], note="", sheet=sheet, by=street.by("property_manager"), at=street.now)
    with pytest.raises(Invalid):
        hand_over(to=street.posts["outsider"], note="", sheet=sheet, by=street.by("duty_officer"), at=street.now)

    made = hand_over(to=street.posts["area_lead"], note="", sheet=sheet, by=street.by("duty_officer"), at=street.now)
    for role in ("duty_officer", "auditor", "outsider"):
        with pytest.raises(Refused):
            take_over(handover=made, by=street.by(role), at=street.now)
    assert ShiftHandover.objects.get().taken_at is None


def test_a_shift_that_nobody_follows_names_who_stands_in(street):
    officer, lead = street.posts["duty_officer"], street.posts["area_lead"]
    ends = street.now + timedelta(hours=4)
    set_duty(post=lead, starts=street.now, ends=ends, by=street.by("administrator"), at=street.now)

    alone = shift_of(lead, street.now)
    set_duty(post=officer, starts=ends, ends=ends + timedelta(hours=8), by=street.by("administrator"), at=street.now)
    followed = shift_of(lead, street.now)

    assert (alone.mine.ends, alone.following, alone.gap, alone.deputy) == (ends, None, ends, officer.title)
    assert (followed.following.post, followed.gap, followed.deputy) == (officer, None, "")


def test_the_handover_pages_lead_from_one_to_the_next(sign_in, report, street):
    report()
    officer, lead = sign_in("duty_officer"), sign_in("area_lead")
    given = {"to": str(street.posts["area_lead"].pk), "note": "Mind the pump.", "action": str(uuid4())}

    first = officer.get("/desk/handover/").content.decode()
    left = officer.post("/desk/handover/", given)
    waiting = lead.get("/desk/").content.decode()
    read = lead.get(left.url).content.decode()
    lead.post(left.url)

    assert "nobody is on the roster" in first
    assert "Handed over by 街道值班长 at" in waiting
    assert "Mind the pump." in read
    assert "I have read it and take over" in read
    assert "I have read it and take over" not in officer.get(left.url).content.decode()
    assert ShiftHandover.objects.get().taker == street.accounts["area_lead"]
    assert sign_in("auditor").get(left.url).status_code == 403
    assert officer.post("/desk/handover/", {**given, "to": "0"}).status_code == 422


# --- the page


def test_each_row_says_who_has_it_and_since_when(case_in, street):
    case = case_in("dispatched")

    held = holders([case.pk])[case.pk]

    assert (held.post, held.since) == (street.posts["property_manager"], street.now)


def test_a_chip_narrows_the_list_and_leads_back(sign_in, report, street):
    report()
    report(klass=street.klass("facility"))
    estate = street.places["estate"].path
    client = sign_in("duty_officer")

    narrowed = client.get("/desk/?klass=facility")

    assert [(chip.number, chip.url) for chip in client.get("/desk/").context["chips"][0][1]] == [
        (2, f"?place={estate}")
    ]
    assert len(narrowed.context["lines"]) == 1
    assert [(chip.number, chip.here) for chip in narrowed.context["chips"][0][1]] == [(1, False)]
    assert ("?", True) in [(chip.url, chip.here) for chip in narrowed.context["chips"][1][1]]


def test_a_full_page_of_the_desk_costs_eight_statements_and_two_fewer_while_nothing_moves(
    sign_in, report, street, monkeypatch
):
    monkeypatch.setattr(heaps, "DEAR", 0)  # counted anew as soon as something was told
    for _ in range(3):
        report()
    client = sign_in("duty_officer")
    client.get("/desk/")

    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get("/desk/")
        return len([query for query in caught if "core_watch" not in query["sql"]])

    still = cost()
    report()
    moved = cost()

    assert (still, moved) == (7, 9)  # on a page that is not full one of them looks for what has no date


def test_the_pane_shows_a_case_and_its_next_move(sign_in, report):
    number = report().case.procedure.number

    pane = sign_in("duty_officer").get(f"/desk/preview/{number}/").content.decode()

    assert "<html" not in pane
    assert "File and dispatch" in pane
    assert sign_in("property_manager").get(f"/desk/preview/{number}/").status_code == 403


def test_a_desk_shows_five_hundred_on_one_page(sign_in, report):
    for _ in range(55):
        report(at=timezone.now() - timedelta(days=1))
    client = sign_in("duty_officer")

    assert [len(client.get(f"/desk/?each=1&rows={rows}").context["lines"]) for rows in ("50", "500", "9999", "x")] == [
        50, 55, 50, 50,
    ]  # fmt: skip
