"""The pages of rules at work: read by whoever watches, written by whoever answers, each step with its reason."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from linli.cases.models import Case
from linli.core.deliver import address_of
from linli.core.models import Delivery
from linli.people.models import Account
from linli.sensing.domain import observations
from linli.sensing.domain.backtest import run_backtest
from linli.sensing.domain.rule_figures import ask_owners, figures_of
from linli.sensing.domain.rule_library import library
from linli.sensing.domain.rule_news import still_asked
from linli.sensing.domain.rulebook import newest_version, rule_named, seen_to
from linli.sensing.forms_rules import initial_of
from linli.sensing.models import Alert, Call, Episode, Judgement, Rule, RuleVersion
from linli.sensing.rule_toml import read_toml, write_toml
from tests.alarm import make_device
from tests.sensing.rules import Net

NEW = {
    "code": "wet-cellar", "title": "地下室积水", "title_en": "Wet cellar",
    "explain": "地下室有水。", "explain_en": "Water below.",
    "kind": "held", "measured": "water", "op": "==", "value": "1", "times": "", "amount": "3", "unit": "min",
    "key": "device", "types": ["leak"], "sites": ["corridor"], "hours_from": "22:00", "hours_to": "06:00",
    "days": "workdays", "grade": "warning", "again": "60", "quiet": "10", "klass": "leak",
    "case_grade": "warning", "urgent": "on",
    "recipients": ["property_manager"], "helpers": ["mini_fire_station"], "answer_within": "300",
    "basis": "owners.urgent_repair", "review_months": "6",
    "floor": "60", "reason": "去年两次进水", "after": "0",
}  # fmt: skip


def sent(street, **more):
    return NEW | {"owner": str(street.posts["duty_officer"].pk), "action": str(uuid4())} | more


@pytest.fixture
def officer(rulebook, sign_in):
    return sign_in("duty_officer")


def test_the_list_says_each_rule_in_a_sentence(rulebook, officer):
    page = officer.get("/rules/").content.decode()

    assert "Smoke detector: if Smoke density is 10\N{NO-BREAK SPACE}%/m or more" in page
    assert "After other rules: if the rule “E-bike in a lift” calls, 3 times within 7 days" in page
    assert all(row["title_en"] in page for row in library().values())


def test_the_list_costs_as_many_statements_for_three_rules_as_for_all(
    rulebook, officer, django_assert_num_queries, django_assert_max_num_queries
):
    officer.get("/rules/")
    with django_assert_max_num_queries(20) as many:
        officer.get("/rules/")
    RuleVersion.objects.exclude(rule__code__in=("smoke", "heat", "gas")).delete()
    Rule.objects.filter(versions=None).delete()
    with django_assert_num_queries(len(many)):
        officer.get("/rules/")


@pytest.mark.parametrize("role", ["grid_worker", "property_manager", "mediator"])
def test_who_does_not_watch_over_rules_does_not_read_them(rulebook, sign_in, role):
    assert sign_in(role).get("/rules/").status_code == 403


def test_who_only_reads_is_offered_nothing_to_write(rulebook, sign_in):
    client = sign_in("auditor")

    page = client.get("/rules/smoke/").content.decode()

    assert "/rules/smoke/write/" not in page
    assert client.get("/rules/smoke/1/end/").status_code == 403
    assert client.post("/rules/new/", sent(rulebook)).status_code == 403


def test_a_rule_page_says_what_it_rests_on_who_comes_and_in_what_time(rulebook, officer):
    page = officer.get("/rules/smoke/").content.decode()

    for words in (
        "mini fire station on duty", "1 minute, then the next one is called", "only when a member of staff has looked",
        "Handled within", "On the scene", "assumed", "it comes with Linli",
    ):  # fmt: skip
        assert words in page
    assert officer.get("/rules/nothing/").status_code == 404


def test_how_often_a_care_check_called_is_not_shown(rulebook, officer):
    assert "said to nobody but its contact" in officer.get("/rules/care_check/").content.decode()


def test_a_rule_is_looked_at_in_words_written_tried_and_switched_on(rulebook, officer):
    look = officer.post("/rules/new/", sent(rulebook, look=""))
    assert look.status_code == 200
    page = look.content.decode()
    assert "“Water where none should be” is true for 3 minutes" in page
    assert "Only 22:00–06:00 on working days." in page
    assert not Rule.objects.filter(code="wet-cellar").exists()

    assert officer.post("/rules/new/", sent(rulebook)).status_code == 302
    version = newest_version(rule_named("wet-cellar"))
    assert (version.status, version.content["rule"]) == (
        "draft",
        {
            "select": {"properties": ["water"], "types": ["leak"], "sites": ["corridor"]}, "key": "device",
            "pattern": {"kind": "held", "when": {"op": "==", "value": 1.0}, "lasting": "3 min"}, "grade": "warning",
            "suppress": "60 min", "clear": "10 min",
            "schedule": {"hours": [{"from": "22:00", "to": "06:00"}], "days": "workdays"},
        },
    )  # fmt: skip
    assert version.content["then"]["helpers"] == [{"role": "department_handler", "kind": "resident_unit"}]
    assert rule_named("wet-cellar").floor == 60

    for step, status in (("try", "dry"), ("on", "live"), ("end", "ended")):
        address = f"/rules/wet-cellar/1/{step}/"
        assert officer.post(address, {"reason": "", "action": str(uuid4())}).status_code == 422
        assert officer.get(address).status_code == 200
        assert officer.post(address, {"reason": "好", "action": str(uuid4())}).status_code == 302
        assert newest_version(rule_named("wet-cellar")).status == status
    assert officer.post("/rules/wet-cellar/1/back/", {"reason": "好", "action": str(uuid4())}).status_code == 302
    assert newest_version(rule_named("wet-cellar")).number == 2
    assert officer.get("/rules/wet-cellar/1/dance/").status_code == 404


def test_what_is_wrong_stands_at_its_field_and_nothing_written_is_lost(rulebook, officer):
    answer = officer.post(
        "/rules/new/", sent(rulebook, code="smoke", amount="", value="7", klass="leak", recipients=[])
    )
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "This kind of rule needs it." in page
    assert "Water below." in page
    answer = officer.post("/rules/new/", sent(rulebook, recipients=[]))
    assert "Say who is sent there." in answer.content.decode()


def test_a_text_that_is_no_toml_is_kept_with_the_line_that_is_wrong(rulebook, officer):
    text = 'title = "烟"\nexplain = \n'
    answer = officer.post("/rules/new/?toml", sent(rulebook, toml=text))

    assert answer.status_code == 422
    assert "line 2" in answer.content.decode()
    assert "title = &quot;烟&quot;" in answer.content.decode()


def test_what_the_fields_cannot_say_is_written_as_text(rulebook, officer):
    page = officer.get("/rules/lift_trapped/write/").content.decode()
    assert "negated = true" in page
    text = write_toml(newest_version(rule_named("lift_trapped")).content).replace("1 min", "90 s")

    answer = officer.post("/rules/lift_trapped/write/", sent(rulebook, toml=text, after="1"))

    assert answer.status_code == 302
    version = newest_version(rule_named("lift_trapped"))
    assert (version.number, version.semantic, version.content["rule"]["pattern"]["within"]) == (2, 2, "90 s")


def test_a_wrong_field_of_a_text_is_named(rulebook, officer):
    text = write_toml(newest_version(rule_named("lift_trapped")).content).replace("1 min", "soon")

    answer = officer.post("/rules/lift_trapped/write/", sent(rulebook, toml=text, after="1"))

    assert "rule.pattern.within: Write a time as 90 s, 10 min, 2 h or 7 d." in answer.content.decode()


def test_an_address_that_names_no_version_begins_with_the_newest(officer):
    answer = officer.get(f"/rules/lift_trapped/write/?from={'9' * 5000}")

    assert (answer.status_code, 'name="after" value="1"' in answer.content.decode()) == (200, True)


def test_the_second_of_two_writers_sees_what_was_written_and_keeps_the_own(rulebook, officer):
    text = write_toml(newest_version(rule_named("lift_trapped")).content)
    officer.post("/rules/lift_trapped/write/", sent(rulebook, toml=text, after="1"))

    answer = officer.post("/rules/lift_trapped/write/", sent(rulebook, toml=text, after="1"))

    assert answer.status_code == 409
    assert "Somebody wrote version 2 meanwhile" in answer.content.decode()
    assert 'name="after" value="2"' in answer.content.decode()


@pytest.mark.parametrize("code", list(library()))
def test_a_rule_written_out_and_read_again_is_the_same(code):
    content = {name: value for name, value in library()[code].items() if name not in ("code", "owner", "floor")}

    assert read_toml(write_toml(content)) == content


def test_the_fields_show_each_rule_that_they_can_say(rulebook, officer):
    shown = [code for code, row in library().items() if initial_of(row) is not None]

    assert set(library()) - set(shown) == {
        "ebike_in_lift", "power_lost", "lift_stopped", "lift_trapped", "care_check", "care_silent",
    }  # fmt: skip
    page = officer.get("/rules/fire_lane/write/").content.decode()
    assert 'name="amount" value="10"' in page


def judged(rule: Rule, street, verdicts: str, at) -> None:
    """Episodes that were called and answered after a minute, and what was found: t true, f false."""
    version = newest_version(rule)
    for number, verdict in enumerate(verdicts):
        episode = Episode.objects.create(
            rule=rule, key=f"device:{number}", grade="warning", opened_at=at, last_at=at, cleared_at=at
        )
        Alert.objects.create(
            pk=f"{rule.code}{number}", rule=rule, version=version, episode=episode, key=episode.key, grade="warning",
            at=at, recorded=at,
        )  # fmt: skip
        Call.objects.create(
            episode=episode, post=street.posts["property_manager"], called_at=at, answer_by=at,
            answered_at=at + timedelta(seconds=60 + number),
        )  # fmt: skip
        Judgement.objects.create(episode=episode, verdict={"t": "true", "f": "false", "n": "nuisance"}[verdict], at=at)


def test_how_well_a_rule_calls_is_shown_from_five_visits_on(rulebook, officer):
    now = timezone.now()
    judged(rule_named("fire_lane"), rulebook, "tfnt", now - timedelta(days=1))
    figures = figures_of([rule_named("fire_lane")], now)[rule_named("fire_lane").pk]
    assert (figures.alerts, figures.troubles, figures.judged, figures.right) == (4, 4, 4, 2)
    assert (figures.precision, figures.to_hand) == (None, None)

    judged(rule_named("water_leak"), rulebook, "tttfn", now - timedelta(days=1))
    figures = figures_of([rule_named("water_leak")], now)[rule_named("water_leak").pk]

    assert (figures.precision, figures.to_hand) == (60, timedelta(seconds=62))
    assert "60" in officer.get("/rules/water_leak/").content.decode()


def test_a_rule_below_its_floor_asks_its_owner_to_look_once(rulebook, officer):
    now = timezone.now()
    Rule.objects.update(review_on=None)
    judged(rule_named("fire_lane"), rulebook, "tffff", now - timedelta(days=1))
    judged(rule_named("water_leak"), rulebook, "ttttf", now - timedelta(days=1))

    assert [rule.code for rule in ask_owners(at=now)] == ["fire_lane"]
    assert ask_owners(at=now) == []
    assert "20 % of its calls were right; at least 50 % should be" in officer.get("/rules/?mine").content.decode()
    assert "waits for its owner" in officer.get("/rules/fire_lane/").content.decode()

    assert officer.post("/rules/fire_lane/seen/", {"reason": "先换传感器", "action": str(uuid4())}).status_code == 302
    assert rule_named("fire_lane").asked_at is None
    assert ask_owners(at=now + timedelta(days=1)) == []


def test_a_rule_whose_day_of_review_has_come_asks_its_owner(rulebook):
    Rule.objects.exclude(code="smoke").update(review_on=None)
    now = timezone.now()
    assert [rule.code for rule in ask_owners(at=now)] == ["smoke"]

    seen_to(rule=rule_named("smoke"), reason="ok", by=rulebook.by("duty_officer"), at=now)

    assert ask_owners(at=now) == []


def test_the_owner_of_a_rule_is_written_to_unless_it_was_looked_at_meanwhile(rulebook, officer):
    now = timezone.now()
    Rule.objects.exclude(code="smoke").update(review_on=None)
    judged(rule_named("fire_lane"), rulebook, "tffff", now - timedelta(days=1))
    holders = Account.objects.filter(holdings__post__in=Rule.objects.values("owner"))
    Account.objects.update(language="en")

    ask_owners(at=now)

    written = {row.key.rsplit(":", 2)[1]: row for row in Delivery.objects.order_by("pk")}
    assert sorted(written) == ["fire_lane", "smoke"]
    assert {address_of(row) for row in written.values()} <= set(holders.values_list("email", flat=True))
    assert "calls wrongly too often" in written["fire_lane"].text
    assert "has come to review" in written["smoke"].text
    assert written["fire_lane"].text.endswith("/rules/fire_lane/")
    seen_to(rule=rule_named("smoke"), reason="ok", by=rulebook.by("duty_officer"), at=now)
    assert [still_asked(written[code]) for code in ("fire_lane", "smoke")] == [True, False]


@pytest.fixture
def folders(settings, tmp_path):
    settings.OBSERVATIONS, settings.SENSING = tmp_path / "observations", tmp_path / "sensing"
    observations._open.cache_clear()
    yield
    observations._open.cache_clear()


def test_a_backtest_says_what_would_have_happened_and_links_the_cases_one_may_see(rulebook, officer, folders, net):
    smoke = make_device(rulebook)
    here: Net = net()
    here.say(smoke, "smoke", (0, 14.0), (3600, 14.0))
    address = officer.post("/rules/smoke/1/backtest/", {"days": "90", "action": str(uuid4())}).url
    assert "It is being worked out" in officer.get(address).content.decode()

    run_backtest(UUID(address.strip("/").rpartition("/")[2]))
    page = officer.get(address).content.decode()

    assert "it would have called 2 times, for 2 separate troubles" in page
    assert "2 of them at Leshan Estate 6, No. 12." in page
    assert officer.get(address.replace("/smoke/", "/gas/")).status_code == 404
    assert Case.objects.count() == 0


def test_the_care_check_is_offered_no_backtest(rulebook, officer):
    assert "backtest" not in officer.get("/rules/care_check/").content.decode()
    answer = officer.post("/rules/care_check/1/backtest/", {"days": "30", "action": str(uuid4())})
    assert answer.status_code == 422
