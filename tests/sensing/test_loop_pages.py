"""The duty phone, the list of alerts, an episode's page, and what a case's page shows of a device's call."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.cases.domain.handling import fresh
from linli.cases.domain.together import finish_help
from linli.people.actors import Viewer
from linli.sensing.domain.alert_queries import AlertFilters, episodes
from linli.sensing.domain.calls import answer_call, arrive
from linli.sensing.evidence_chart import evidence_chart, in_words
from linli.sensing.models import Alert, Call, Episode, Judgement
from tests.alarm import NIGHT, act, alert, build_station, fire, make_device, make_rule, smoke_case

MINUTE = timedelta(minutes=1)
RAMP = [[(NIGHT.timestamp() + 20 * n) * 1000, value] for n, value in enumerate((2, 6, 14, 22, 30))]


@pytest.fixture(autouse=True)
def station(street) -> None:
    build_station(street)


def statements(client, page: str) -> int:
    client.get(page)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(page).status_code == 200
    return len([query for query in caught if "core_watch" not in query["sql"]])


def test_the_phone_goes_from_ringing_to_handing_in_with_one_button_each_time(sign_in, street):
    case = smoke_case(street)
    client, call = sign_in("station_1"), Call.objects.get()

    ringing = client.get("/phone/").content.decode()
    assert ("I am going" in ringing, "Leshan Estate 6, No. 12" in ringing, "3层楼梯间，门上方" in ringing) == (
        True,
        True,
        True,
    )
    assert ("The smoke was denser" in ringing, 'data-ringing="1"' in ringing, "119" in ringing) == (True, True, True)
    assert client.post(f"/phone/{call.pk}/go/").url == "/phone/"
    assert "I am there" in client.get("/phone/").content.decode()
    client.post(f"/phone/{case.episode.pk}/there/")
    there = client.get("/phone/").content.decode()
    assert ("What was found?" in there, "Hand in the work" in there) == (True, True)
    given = {"verdict": "nuisance", "action": str(uuid4()), "case": "no/number"}
    assert client.post(f"/phone/{case.episode.pk}/judge/", given).url == f"/case/{case.procedure.number}/"

    assert Judgement.objects.get().verdict == "nuisance"
    assert "What was found?" not in client.get("/phone/").content.decode()


def test_the_phone_of_who_helps_shows_the_same_call_and_of_others_nothing(sign_in, street):
    smoke_case(street)

    shown = {
        role: "Smoke alarm" in sign_in(role).get("/phone/").content.decode()
        for role in ("station_1", "property_manager", "station_2", "grid_worker", "mediator", "administrator")
    }

    assert shown == {
        "station_1": True, "property_manager": True, "station_2": False, "grid_worker": False, "mediator": False,
        "administrator": False,
    }  # fmt: skip


def test_a_phone_that_comes_second_is_told_who_goes(sign_in, street):
    case = smoke_case(street)
    first = Call.objects.get()
    other = Call.objects.create(
        episode=case.episode, post=street.posts["station_2"], level=1, called_at=NIGHT, answer_by=NIGHT + MINUTE
    )
    answer_call(call=other, by=street.by("station_2"), at=NIGHT)

    client = sign_in("station_1")
    assert "is going. You can stay." in client.get("/phone/").content.decode()
    told = client.post(f"/phone/{first.pk}/go/", follow=True).content.decode()

    assert "is going already. You can stay." in told


def test_handing_in_asks_what_was_found_once(sign_in, street):
    case = smoke_case(street)
    answer_call(call=Call.objects.get(), by=street.by("station_1"), at=NIGHT)
    case = finish_help(**act(fresh(case)), text="好", by=street.by("property_manager"), at=NIGHT)
    client, url = sign_in("station_1"), f"/case/{case.procedure.number}/hand_in/"
    assert "What was found?" in client.get(url).content.decode()

    given = {"version": case.procedure.version, "action": str(uuid4()), "text": "纸板阴燃，已扑灭。"}
    assert client.post(url, given).status_code == 422
    assert client.post(url, {**given, "verdict": "true"}).status_code == 302

    assert (fresh(case).procedure.state, Judgement.objects.get().verdict) == ("handled", "true")


def test_the_page_of_a_case_shows_what_called_and_who_answered_when(sign_in, street):
    case = smoke_case(street)
    Alert.objects.update(evidence=RAMP)
    answer_call(call=Call.objects.get(), by=street.by("station_1"), at=NIGHT + timedelta(seconds=20))

    page = sign_in("duty_officer").get(f"/case/{case.procedure.number}/").content.decode()

    for words in ("What the device called for", "Smoke alarm", "answered after 20 s", 'class="evidence"', "highest 30"):
        assert words in page
    assert "Linli, by the rule smoke, version 3" in page


def test_the_list_is_loudest_first_narrowed_and_paged(sign_in, street):
    make_rule(case_grade="alarm", klass="")
    make_rule("lane", klass="")
    first, second = make_device(street), make_device(street, "SM-15", place=street.places["building_15"])
    for number, grade in enumerate(("notice", "alarm", "warning")):
        fire(alert(first, grade=grade, at=NIGHT + number * MINUTE, key=f"k{number}"))
    fire(alert(second, rule="lane", grade="alarm", key="k3", at=NIGHT + 9 * MINUTE), alert(second, key="k4", dry=True))
    fire(alert(first, cleared=True, key="k2", at=NIGHT + 20 * MINUTE))
    client = sign_in("duty_officer")

    def listed(**asked: str) -> list[str]:
        answer = client.get("/alerts/", asked)
        return [row.episode.key for row in answer.context["rows"]]

    assert listed() == ["k3", "k1", "k0"]
    assert listed(over="1") == ["k3", "k1", "k2", "k0"]
    assert (listed(rule="lane"), listed(type="smoke"), listed(type="pump")) == (["k3"], ["k3", "k1", "k0"], [])
    assert listed(place=street.places["estate"].path) == ["k3", "k1", "k0"]
    assert [one.key for one in client.get("/alerts/?show=tried").context["tried"]] == ["k4"]
    for strange in ("x", "1.2", "9.9.9", "1.99999999999999999.1", "-1.0.0", "²..3"):
        assert client.get("/alerts/", {"after": strange}).status_code == 200


def test_pages_of_the_list_leave_nothing_out(street):
    make_rule(klass="")
    device = make_device(street)
    for number in range(7):
        fire(alert(device, grade=("notice", "alarm")[number % 2], key=f"k{number}", at=NIGHT + (number // 2) * MINUTE))
    viewer, seen, after = Viewer((street.posts["area_lead"],), street.accounts["area_lead"]), [], ""
    while True:
        page = episodes(viewer, AlertFilters(), after=after, size=2)
        seen += [row.key for row in page.rows]
        if not (after := page.after):
            break

    assert sorted(seen) == [f"k{number}" for number in range(7)]
    assert [row.grade for row in episodes(viewer, AlertFilters()).rows] == ["alarm"] * 3 + ["notice"] * 4


def test_who_may_see_an_episode(sign_in, street):
    case = smoke_case(street)
    url = f"/alerts/{case.episode.pk}/"

    answers = {
        role: sign_in(role).get(url).status_code
        for role in ("duty_officer", "property_manager", "station_1", "grid_worker", "outsider", "mediator", "resident")
    }

    assert answers == {
        "duty_officer": 200, "property_manager": 200, "station_1": 200, "grid_worker": 200, "outsider": 403,
        "mediator": 403, "resident": 403,
    }  # fmt: skip
    assert sign_in("duty_officer").get("/alerts/99999/").status_code == 404


def test_a_list_of_three_costs_no_more_than_a_list_of_one(sign_in, street):
    case = smoke_case(street)
    phone, desk = sign_in("station_1"), sign_in("duty_officer")
    pages = {"/phone/": phone, "/alerts/": desk}
    one = {page: statements(client, page) for page, client in pages.items()}

    for code in ("SM-2", "SM-3"):
        fire(alert(make_device(street, code)))
    three = {page: statements(client, page) for page, client in pages.items()}

    assert Episode.objects.count() == 3
    assert (three, three["/phone/"] <= 10, three["/alerts/"] <= 7) == (one, True, True), one
    assert statements(desk, f"/alerts/{case.episode.pk}/") <= 9


def test_recording_an_alert_that_joins_costs_few_statements(street):
    device = smoke_case(street).episode.device
    again = alert(device, at=NIGHT + MINUTE)

    with CaptureQueriesContext(connection) as caught:
        fire(again, recorded=NIGHT + MINUTE)
    with CaptureQueriesContext(connection) as replayed:
        fire(again, recorded=NIGHT + MINUTE)

    assert (len(caught) <= 14, len(replayed)) == (True, 2), len(caught)


def test_the_drawing_says_in_words_what_it_shows():
    drawn = evidence_chart(RAMP, at=NIGHT)

    assert in_words(RAMP) in drawn
    assert ("evidence-mark" in drawn, drawn.count("<text"), evidence_chart(RAMP[:1])) == (True, 5, "")
    steps = evidence_chart([[0, 0.0], [1000, 1.0], [2000, 0.0]])
    assert steps.partition("evidence-line")[2].split('"')[2].count(",") == 5


def test_somebody_else_may_not_answer_or_arrive(sign_in, street):
    case = smoke_case(street)
    call = Call.objects.get()

    for role in ("station_2", "duty_officer", "grid_worker", "police_liaison"):
        client = sign_in(role)
        assert client.post(f"/phone/{call.pk}/go/").status_code == 404, role
        assert client.post(f"/phone/{case.episode.pk}/there/").status_code == 403, role

    assert (Call.objects.get().answered_at, arrive(episode=case.episode, by=street.by("station_1"), at=NIGHT).pk) == (
        None, case.pk,
    )  # fmt: skip


def test_a_rule_that_needs_a_person_asks_the_desk_to_decide(sign_in, street):
    smoke_case(street, confirm=True)
    client = sign_in("duty_officer")

    assert "I am looking into it" in client.get("/phone/").content.decode()
    client.post(f"/phone/{Call.objects.get().pk}/go/")

    assert "Decide on it" in client.get("/phone/").content.decode()
