"""The edges of a request: asked once, clocks, papers that serve again, proxies, refusals, ratings, who sees it."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from linli.core.errors import Conflict, Invalid, NotFound, NotReady, Refused
from linli.core.models import Delivery, Outbox
from linli.core.outbox import Cursor, Message, drain
from linli.people.actors import Viewer
from linli.people.domain.accounts import create_resident_account
from linli.places.domain.tree import create_place
from linli.places.models import Kind
from linli.procedures.domain.move import MissingEvidence
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience, ClockState
from linli.procedures.jobs import RED, escalate
from linli.procedures.models import Assignment, Clock, Procedure
from linli.procedures.registry import kind_of
from linli.services.domain import indicators, rating
from linli.services.domain.applying import window_for
from linli.services.domain.handling import AskedAlready, deciding_posts, fresh
from linli.services.domain.papers import keep_no_longer, kept_papers, request_by_code
from linli.services.domain.queries import requests_of, whole
from linli.services.domain.telling import still_missing, tell_applicant
from linli.services.domain.visits import end_visit, metres, plan_visit, round_of
from linli.services.enums import Channel, Held
from linli.services.models import HomeVisit, Request, RequestMaterial
from linli.services.words import stands
from tests.neighbourhood import LONG_AGO
from tests.services import walk
from tests.services.contract import applicant, rated, request_in
from tests.services.window import ONE_PAPER, ask, missing, open_window, step


@pytest.fixture
def window(street):
    open_window()
    return street


def at(text: str) -> datetime:
    """A moment of Shanghai, as an instant."""
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def clock(request: Request, rule: str) -> Clock:
    return Clock.objects.get(procedure=request.pk, rule=rule)


# --- corrections, once


def test_what_is_missing_is_asked_for_once_whoever_asks(window):
    request = step(window, ask(window).request, "ask_papers", text="租房合同缺第二页，照片太暗。")

    with pytest.raises(AskedAlready):
        step(window, request, "ask_papers", text="还少一张表。")

    step(window, request, "accept", papers=missing(request))
    step(window, request, "pass_on", to=window.posts["department_handler"])
    with pytest.raises(AskedAlready):
        step(window, request, "ask_papers", "department_handler", text="部门还要一份。")
    assert [line.kind for line in story(request.procedure, [Audience.PARTIES])].count("ask_papers") == 1


def test_the_clock_stands_still_until_all_is_here_and_goes_on_with_the_last_paper(window):
    request = step(window, ask(window).request, "ask_papers", text="照片太暗。")
    assert (clock(request, "request.check").state, fresh(request).answered_at) == (ClockState.PAUSED, None)
    later = window.now + timedelta(days=9)

    some = step(window, request, "receive", papers=["id_card"], at=later)
    assert (some.answered_at, clock(request, "request.check").state) == (None, ClockState.PAUSED)
    rest = step(window, request, "receive", papers=missing(request), at=later)

    assert (rest.answered_at, clock(request, "request.check").state) == (later, ClockState.RUNNING)
    assert [line.kind for line in story(request.procedure, [Audience.PARTIES])] == [
        "received", "ask_papers", "receive", "papers_in"
    ]  # fmt: skip


def test_nothing_is_accepted_while_a_paper_is_missing(window):
    request = ask(window).request

    with pytest.raises(MissingEvidence) as told:
        step(window, request, "accept", papers=["id_card"])

    assert told.value.facts["needs"] == ["papers"]
    with pytest.raises(Invalid):
        step(window, request, "receive", papers=["passport"])
    assert fresh(request).procedure.state == "received"


# --- the promised days


@pytest.mark.parametrize(
    ("accepted", "due"),
    [
        ("2026-02-13T16:00", "2026-03-06T00:00"),  # ten working days over the Spring Festival, 14 and 28 Feb worked
        ("2026-11-23T10:00", "2026-12-08T00:00"),  # an ordinary fortnight
        ("2026-09-30T09:00", "2026-10-21T00:00"),  # over the National Day holiday, with 10 October worked
    ],
)
def test_ten_working_days_run_from_acceptance_over_holidays(window, accepted, due):
    moment = at(accepted)
    request = ask(window, at=moment).request

    step(window, request, "accept", papers=missing(request), at=moment)

    found = clock(request, "request.decide")
    assert (found.due, found.amount, found.source, found.provisional) == (at(due), 10, "item", False)


def test_beyond_the_calendar_the_promised_day_is_provisional(window):
    moment = at("2026-12-28T10:00")
    request = ask(window, at=moment).request

    step(window, request, "accept", papers=missing(request), at=moment)

    assert clock(request, "request.decide").provisional is True


def test_while_a_correction_is_awaited_the_promised_days_wait_too(window):
    request = ask(window).request
    step(window, request, "accept", papers=missing(request))
    step(window, request, "pass_on", to=window.posts["department_handler"])
    assert clock(request, "request.decide").due == at("2026-12-08T00:00")
    RequestMaterial.objects.filter(request=request, key="lease").update(held=Held.ASKED)

    step(window, request, "ask_papers", "department_handler", text="合同要房东签字。")
    back = window.now + timedelta(days=7)
    step(window, request, "receive", "department_handler", papers=["lease"], at=back)

    # From 24 to 27 November four working days passed while it stood still.
    assert clock(request, "request.decide").due == at("2026-12-12T00:00")


def test_what_is_late_was_missed_and_stays_so_in_the_story(window):
    request = ask(window).request
    step(window, request, "accept", papers=missing(request))

    step(window, request, "decide", result="准予发证", at=window.now + timedelta(days=60))

    assert clock(request, "request.decide").state == ClockState.MISSED


# --- papers that serve again


def test_papers_given_with_consent_serve_again_for_the_same_person_only(window):
    mother = create_resident_account(name="钱宝珍", at=LONG_AGO)
    first = ask(window, account=mother, keep_papers=True).request
    step(window, first, "receive", papers=["photo", "id_card"])

    again = ask(window, account=mother, reuse=True).request
    held = dict(RequestMaterial.objects.filter(request=again).values_list("key", "held"))
    assert (held["photo"], held["id_card"], held["lease"]) == (Held.REUSED, Held.ASKED, Held.ASKED)
    assert RequestMaterial.objects.get(request=again, key="photo").reused_from_id == first.pk

    def kept(**who):
        given = {"applicant": "钱宝珍", "account": mother, "earlier": None, "on": window.now.date(), **who}
        return set(kept_papers(**given))

    assert kept() == {"photo"}
    assert kept(applicant="别人") == set()
    assert kept(account=create_resident_account(name="钱宝珍", at=LONG_AGO)) == set()
    assert kept(on=window.now.date() + timedelta(days=366)) == set()
    keep_no_longer(request=first, by=applicant(first), at=window.now)
    assert kept() == set()


def test_without_an_account_number_and_code_show_that_papers_are_ones_own(window):
    first = ask(window, keep_papers=True)
    step(window, first.request, "receive", papers=["photo"])
    number = first.request.procedure.number

    found = request_by_code(number=number, code=first.claim_code.lower())
    assert set(kept_papers(applicant="钱宝珍", account=None, earlier=found, on=window.now.date())) == {"photo"}
    with pytest.raises(NotFound):
        request_by_code(number=number, code="AAAAAAAAAA")


def test_without_consent_nothing_serves_again(window):
    mother = create_resident_account(name="钱宝珍", at=LONG_AGO)
    step(window, ask(window, account=mother).request, "receive", papers=["photo"])

    assert kept_papers(applicant="钱宝珍", account=mother, earlier=None, on=window.now.date()) == {}
    with pytest.raises(Refused):
        keep_no_longer(request=ask(window).request, by=window.by("window_clerk"), at=window.now)


# --- proxies, refusals


def test_a_daughter_asks_for_her_mother_with_two_papers_more(window):
    alone, with_daughter = ask(window).request, ask(window, proxy="钱小燕", relation="女儿").request

    assert missing(with_daughter) == [*missing(alone), "authority", "proxy_id"]
    with pytest.raises(Invalid) as told:
        ask(window, proxy="钱小燕")
    assert set(told.value.fields) == {"relation"}


def test_a_refusal_needs_its_reasons_and_the_way_on_in_writing(window):
    request = ask(window).request

    for given in ({"reason": " ", "remedy": "可申请复议"}, {"reason": "不满半年", "remedy": ""}):
        with pytest.raises(MissingEvidence):
            step(window, request, "refuse", **given)

    refused = step(window, request, "refuse", reason="居住不满半年。", remedy="六十日内可以申请行政复议。")
    assert (refused.procedure.state, refused.refusal, refused.remedy, refused.ended_at) == (
        "refused", "居住不满半年。", "六十日内可以申请行政复议。", window.now
    )  # fmt: skip
    said = story(refused.procedure, [Audience.PARTIES])[-1].says
    assert (said["because"], said["remedy"]) == ("居住不满半年。", "六十日内可以申请行政复议。")


def test_a_department_that_cannot_decide_sends_back_and_the_days_run_on(window):
    request = ask(window).request
    step(window, request, "accept", papers=missing(request))
    with pytest.raises(Invalid):
        step(window, request, "pass_on", to=window.posts["mediator"])
    step(window, request, "pass_on", to=window.posts["department_handler"])
    before = clock(request, "request.decide").due

    back = step(window, request, "send_back", "department_handler", reason="归房管部门。")

    assert (back.procedure.state, clock(request, "request.decide").due) == ("accepted", before)
    assert window.posts["department_handler"] in deciding_posts()


def test_of_two_clerks_at_once_the_second_is_told(window):
    request = ask(window, ONE_PAPER).request
    step(window, request, "settle", papers=missing(request), result="津贴已登记")

    with pytest.raises(Conflict):
        step(window, request, "settle", papers=[], result="津贴已登记")


# --- rating


def test_a_bad_grade_opens_a_call_of_a_day_and_fifteen_working_days_for_somebody_above(window):
    request = rated(window, request_in(window, "ended"), 2, "等了两个小时")

    assert (request.procedure.state, request.grade, request.grade_words) == ("rectifying", 2, "等了两个小时")
    assert clock(request, "rating.contact").due == at("2026-11-25T00:00")
    assert clock(request, "rating.rectify").due == at("2026-12-15T00:00")
    acting = Assignment.objects.get(procedure=request.pk, open=True)
    assert (acting.post, acting.part) == (window.posts["duty_officer"], "verifier")
    with pytest.raises(Refused):
        check(window, request, rating.rectify, "window_clerk", text="已改进")

    check(window, request, rating.call_back, text="窗口少，等得久。")
    done = check(window, request, rating.rectify, text="上午增开一个窗口。")
    again = rating.rate_again(
        request=done, version=done.procedure.version, grade=4, by=applicant(done), at=window.now, action=uuid4()
    )

    assert (again.first_grade, again.grade, again.procedure.state) == (2, 4, "rectified")
    with pytest.raises(Refused):
        rating.rate_again(
            request=again, version=again.procedure.version, grade=5, by=applicant(again), at=window.now, action=uuid4()
        )


def check(street, request, verb, role="duty_officer", **given):
    now = fresh(request)
    return verb(request=now, version=now.procedure.version, by=street.by(role), at=street.now, action=uuid4(), **given)


@pytest.mark.parametrize("grade", [3, 4, 5])
def test_a_good_grade_opens_nothing_and_is_given_once(window, grade):
    request = rated(window, request_in(window, "ended"), grade)

    assert (request.procedure.state, request.procedure.closed is not None) == ("ended", True)
    with pytest.raises(Refused):
        rated(window, request, 1)


@pytest.mark.parametrize("grade", [0, 6])
def test_there_are_five_grades(window, grade):
    with pytest.raises(Invalid):
        rated(window, request_in(window, "ended"), grade)


# --- home visits


def test_the_round_goes_to_the_nearest_next_and_the_morning_comes_first(window):
    near, far = window.places["building"], window.places["building_15"]
    planned = [(far, "am", "远"), (near, "am", "近"), (near, "pm", "午后")]
    for place, half, name in planned:
        request = ask(window, "pension_check", place=place, applicant=name).request
        plan_visit(
            request=request, on=date(2026, 11, 24), half=half, by=window.by("window_clerk"), at=window.now,
            action=uuid4(),
        )  # fmt: skip
    post = window.posts["window_clerk"]
    post.place.lon, post.place.lat = near.lon - 0.001, near.lat

    stops = round_of(post, date(2026, 11, 24))

    assert [stop.visit.request.applicant for stop in stops] == ["近", "远", "午后"]
    between = round(metres((near.lon, near.lat), (far.lon, far.lat)))
    assert [stop.metres for stop in stops][1:] == [between, between]


def test_a_visit_is_on_a_working_day_by_whoever_has_the_request_and_ends_once(window):
    request = ask(window, "pension_check", place=window.places["building"], room="301").request

    def plan(on=date(2026, 11, 24), half="am", role="window_clerk"):
        return plan_visit(request=request, on=on, half=half, by=window.by(role), at=window.now, action=uuid4())

    for wrong in ({"on": date(2026, 11, 22)}, {"on": date(2026, 11, 28)}, {"half": "night"}):
        with pytest.raises(Invalid):
            plan(**wrong)
    with pytest.raises(Refused):
        plan(role="grid_worker")
    visit = plan()
    with pytest.raises(Conflict):
        plan()
    end_visit(visit=visit, outcome="done", by=window.by("window_clerk"), at=window.now)
    with pytest.raises(Conflict):
        end_visit(visit=visit, outcome="missed", by=window.by("window_clerk"), at=window.now)
    assert HomeVisit.objects.get().status == "done"


# --- who sees it


ADDRESSES = (
    "/services/r/{}/", "/services/desk/{}/", "/services/desk/{}/contact/", "/services/desk/{}/slip/{}/",
)  # fmt: skip
POSTS = (
    "/services/r/{}/rate/", "/services/r/{}/withdraw/", "/services/r/{}/papers/", "/services/r/{}/leave/",
    "/services/desk/{}/", "/services/desk/{}/visit/",
)  # fmt: skip
STRANGERS = (
    "grid_worker", "area_lead", "duty_officer", "property_manager", "committee_secretary", "department_handler",
    "auditor", "administrator", "outsider", "resident",
)  # fmt: skip


def test_a_stranger_sees_nothing_and_can_do_nothing(window, sign_in):
    request = ask(window, "minimum_living", contact="13812345678").request
    number, before = request.procedure.number, request.procedure.seq

    for client in (Client(headers={"accept-language": "en"}), *map(sign_in, STRANGERS)):
        pages = [client.get(page.format(number, uuid4())) for page in ADDRESSES]
        pages += [client.post(page.format(number), {"step": "withdraw", "grade": 1}) for page in POSTS]
        lists = [client.get(page) for page in ("/services/desk/?list=received", "/inbox/", "/services/mine/")]
        for answer in (*pages, *lists):
            text = answer.content.decode()
            assert "钱宝珍" not in text
            assert "Minimum living" not in text
        assert {answer.status_code for answer in pages} <= {200, 302, 401, 403, 404, 405}  # 200: asked for its code
    assert fresh(request).procedure.seq == before
    seen = {role for role in window.posts
            if Procedure.objects.visible_to(Viewer((window.posts[role],))).filter(pk=request.pk).exists()}  # fmt: skip
    assert seen == {"window_clerk"}


def test_the_clerk_finds_it_takes_it_to_its_end_and_the_person_rates_it(window, sign_in):
    clerk, person = sign_in("window_clerk"), Client(headers={"accept-language": "en"})
    walk.begin(person, ONE_PAPER, who="other", choice="card")
    walk.answer(
        person, ONE_PAPER, names={"applicant": "钱宝珍", "proxy": "钱小燕", "relation": "女儿"}, reach={}, more={}
    )
    walk.answer(person, ONE_PAPER, papers={})
    sent = walk.send(person, ONE_PAPER)
    assert sent.url == "/services/sent/"
    shown = person.get(sent.url).content.decode()
    request = Request.objects.get()
    number = request.procedure.number
    assert number in shown
    assert "Bring these three papers" in shown

    assert number in clerk.get("/services/desk/").content.decode()
    page = f"/services/desk/{number}/"
    lacking = {"step": "settle", "version": 1, "action": uuid4(), "papers": ["id_card"], "result": "Registered."}
    assert clerk.post(page, lacking).status_code == 422
    done = clerk.post(page, {**lacking, "papers": missing(request)})
    assert done.status_code == 302
    follow = f"/services/r/{number}/"
    assert "Registered." in person.get(follow).content.decode()
    person.post(f"{follow}rate/", {"version": 2, "action": uuid4(), "grade": 5, "words": "快"})

    assert (fresh(request).grade, fresh(request).at_first_visit) == (5, True)
    assert "very satisfied" in person.get(follow).content.decode()


def test_a_clerk_writes_down_what_came_on_paper_and_hands_out_number_and_code(window, sign_in):
    clerk, action = sign_in("window_clerk"), uuid4()
    page = reverse("services:enter", args=["senior_card"]) + "?who=me&choice=first"
    home = window.places["building"]
    assert f'<option value="{home.path}">No. 12</option>' in clerk.get(page).content.decode()

    given = {"action": action, "channel": "paper", "applicant": "周根发", "visit": "on", "place": home.path}
    program = SimpleUploadedFile("photo.jpg", b"MZ\x90\0" + b"\0" * 60)
    wrong = clerk.post(page, given | {"paper-id_card": program})
    taken = clerk.post(page, given)

    assert (wrong.status_code, "周根发" in wrong.content.decode()) == (422, True)
    request = Request.objects.get()
    assert request.procedure.place == home
    assert (request.channel, request.procedure.sealed) == (Channel.PAPER, True)
    slip = clerk.get(taken.url).content.decode()
    assert request.procedure.number in slip
    assert sign_in("committee_secretary").get(taken.url).status_code == 404


def test_a_list_of_three_costs_no_more_statements_than_a_list_of_one(window, sign_in, django_assert_num_queries):
    clerk = sign_in("window_clerk")

    def statements() -> int:
        clerk.get("/services/desk/")
        with CaptureQueriesContext(connection) as found:
            assert clerk.get("/services/desk/").status_code == 200
        return len(found)

    ask(window)
    one = statements()
    ask(window)
    ask(window, "senior_card")

    assert statements() == one
    viewer = Viewer((window.posts["window_clerk"],))
    with django_assert_num_queries(1):
        assert len(requests_of(viewer, "received")) == 3


# --- what is told, counted and forgotten


def test_the_person_is_told_what_is_missing_without_the_item_being_named(window):
    window.now = timezone.now()  # what is older than two days is no news and is not sent
    request = ask(window, "minimum_living", contact="13812345678").request
    step(window, request, "ask_papers", text="全家签字缺一人。")
    row = Outbox.objects.get(topic="request.ask_papers")

    tell_applicant(Message(Cursor(0, row.pk), row.topic, row.procedure, row.body, row.at))

    sent = Delivery.objects.get()
    assert request.procedure.number in sent.text
    assert "低保" not in sent.text
    assert "签字" not in sent.text


def test_only_matters_of_the_window_count_and_a_second_visit_shows(window):
    for channel in (Channel.WINDOW, Channel.ONLINE):
        request = ask(window, ONE_PAPER, channel=channel).request
        step(window, request, "settle", papers=missing(request), result="已登记")
    request = ask(window, ONE_PAPER, channel=Channel.PAPER).request
    step(window, request, "ask_papers", text="证件过期。")
    step(window, request, "settle", papers=missing(request), result="已登记")
    today = window.now.date()

    assert indicators.counts(None, today, today) == (1, 2)
    assert indicators.counts([window.places["street"].path], today, today) == (1, 2)
    assert indicators.counts([window.places["other_street"].path], today, today) == (0, 0)
    assert indicators.counts(None, today - timedelta(days=9), today - timedelta(days=1)) == (0, 0)


def test_purging_forgets_whose_matter_it_was(window):
    request = rated(window, request_in(window, "ended"), 4, "谢谢小王")

    kind_of("request").erase(request.procedure)

    left = Request.objects.get(pk=request.pk)
    assert (left.applicant, left.result, left.grade_words, left.grade) == ("", "", "", 4)
    assert RequestMaterial.objects.filter(request=request).count() == 0
    assert whole(left, [Audience.PARTIES]).papers == []


# --- nothing is lost, and nobody rings in vain


@pytest.mark.parametrize("verb", ["withdraw", "refuse"])
def test_where_it_is_over_no_clerk_comes_any_more(verb, window):
    request = ask(window, "pension_check", place=window.places["building"], room="301").request
    planned = plan_visit(
        request=request, on=date(2026, 11, 24), half="am", by=window.by("window_clerk"), at=window.now, action=uuid4()
    )

    given = {"reason": "不符合条件。", "remedy": "可申请复议。"} if verb == "refuse" else {}
    step(window, request, verb, at=window.now + timedelta(hours=1), **given)

    planned.refresh_from_db()
    assert (planned.status, planned.ended_at) == ("cancelled", window.now + timedelta(hours=1))
    assert round_of(window.posts["window_clerk"], date(2026, 11, 24)) == []


def test_a_clerk_whose_step_came_too_late_keeps_the_words(window, sign_in):
    request = ask(window).request
    stale = {"step": "ask_papers", "version": request.procedure.version, "text": "租房合同缺第二页，照片太暗。"}
    page = reverse("services:request", args=[request.procedure.number])
    clerk = sign_in("window_clerk")
    step(window, request, "receive", papers=["id_card"])

    again = clerk.post(page, {**stale, "action": uuid4()})
    step(window, request, "withdraw")
    over = clerk.post(page, {**stale, "action": uuid4()})

    assert [(each.status_code, stale["text"] in each.content.decode()) for each in (again, over)] == [(409, True)] * 2
    form = next(form for each, form in again.context["more"] if each.name == "ask_papers")
    assert form["version"].value() == str(fresh(request).procedure.version - 1)  # withdrawn since


def test_a_grade_that_comes_second_keeps_its_words(window, sign_in):
    account = window.accounts["resident"]
    request = ask(window, "pension_check", account=account).request
    step(window, request, "settle", papers=missing(request), result="认证完成。")
    rating.rate(
        request=fresh(request), version=fresh(request).procedure.version, grade=4, by=window.by("window_clerk"),
        at=window.now, action=uuid4(),
    )  # fmt: skip

    answer = sign_in("resident").post(
        reverse("services:rate", args=[request.procedure.number]),
        {"grade": 2, "words": "等了一个上午。", "version": 2, "action": uuid4()},
    )

    assert (answer.status_code, "等了一个上午。" in answer.content.decode()) == (409, True)


def test_an_office_without_anybody_says_so(db):
    create_place(parent=None, kind=Kind.DISTRICT, name="徐汇区", name_en="Xuhui District")
    with pytest.raises(NotReady):
        window_for("", datetime.now(UTC))


def test_what_was_asked_for_has_a_last_day_after_which_the_person_is_told_once_more(window):
    asked_at = timezone.now() - timedelta(days=40)
    request = ask(window, at=asked_at, contact="13812345678").request
    request = step(window, request, "ask_papers", text="照片太暗。", at=asked_at)
    awaited = clock(request, "request.papers")
    assert (awaited.state, awaited.amount, awaited.unit) == (ClockState.RUNNING, 15, "working_day")
    assert requests_of(Viewer((window.posts["window_clerk"],)), "received")[0].due == awaited.due
    with override("en"):
        page = whole(request, [Audience.PARTIES])
        said = [stands("received", page.clock, when, waits=page.waits).when for when in (asked_at, timezone.now())]
    assert [each.split(" by ")[0] for each in said] == ["Send or bring it", "It was needed"]
    Delivery.objects.all().delete()

    for _twice in range(2):
        escalate(awaited, RED, "missed", timezone.now())
        drain("services.still_missing")

    told = Delivery.objects.get()
    assert (told.key, still_missing(told)) == (f"request.still_missing:{request.pk}", True)
    step(window, request, "refuse", reason="材料一直未补。", remedy="可以再申请。", at=timezone.now())
    assert (clock(request, "request.papers").state, still_missing(told)) == (ClockState.DROPPED, False)
