"""Did it help?: the register of actions, the series of an action, the answer in words, and who reads it."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from html import unescape
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from linli.cases.models import CaseClass
from linli.core.errors import Conflict, Invalid, Refused
from linli.engines.effects import Ratio, Step
from linli.insight.domain import effects
from linli.insight.domain.actions import countable, register_action, withdraw_action
from linli.insight.domain.effect_series import cut
from linli.insight.effect_words import cautions, headline, told
from linli.insight.models import Action, CaseFact
from linli.insight.models_actions import Counted
from linli.people.enums import Role
from linli.people.models import AdminAct
from linli.places.domain.tree import create_place
from linli.places.models import Kind
from tests.cases.conftest import statements


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


READERS = {"duty_officer", "area_lead", "committee_secretary", "project_lead", "auditor", "administrator"}
WRITERS = {"duty_officer", "area_lead", "project_lead", "administrator"}
SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = datetime.now(SHANGHAI).date()
DAY = TODAY - timedelta(days=29)  # four whole weeks ago


@pytest.fixture
def estates(street):
    """The estate of the street, and two beside it without the action."""
    more = [
        create_place(parent=street.places["committee"], kind=Kind.ESTATE, name=f"{n}村", name_en=f"Estate {n}")
        for n in (7, 8)
    ]
    return [street.places["estate"], *more]


@pytest.fixture
def shed(street, estates):
    """A function that writes down the opening of a charging shed."""

    def make(**changes: object) -> Action:
        given = {
            "title": "六村充电棚启用", "title_en": "Charging shed in Estate 6 opened", "day": DAY,
            "place": street.places["estate"], "estates": [street.places["estate"]], "counted": "cases",
            "code": "charging", "by": street.by("project_lead"), "at": timezone.now(), "action": uuid4(), **changes,
        }  # fmt: skip
        return register_action(**given)

    return make


@pytest.fixture
def lived(street, estates, report, tell):
    """Reports of charging, so many a week before and after: `lived({estate: (3, 1)})`. Played by domain calls."""

    def play(weekly: dict, *, before: int = 10, after: int = 4, code: str = "charging") -> None:
        klass = street.klass(code)
        for estate, (earlier, later) in weekly.items():
            for week in range(-before, after):
                for number in range(earlier if week < 0 else later):
                    day = DAY + timedelta(days=7 * week + number % 7)
                    at = datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI)
                    report(klass=klass, place=estate, at=at, text="楼道里给电瓶车充电。")
        tell()

    return play


def test_an_action_is_written_down_once_and_leaves_its_line(shed, street):
    key = uuid4()
    made = shed(action=key)

    assert shed(action=key, title="别的") == made
    assert (made.title, made.day, [each.path for each in made.estates.all()]) == (
        "六村充电棚启用", DAY, [street.places["estate"].path],
    )  # fmt: skip
    assert list(AdminAct.objects.filter(what="action_registered").values_list("target", "detail")) == [
        ("六村充电棚启用", DAY.isoformat())
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "x"}, "title"),
        ({"day": date(2999, 1, 1)}, "day"),
        ({"day": date(1999, 1, 1)}, "day"),
        ({"estates": []}, "estates"),
        ({"code": "nothing"}, "code"),
        ({"counted": "persons"}, "code"),
        ({"done": "长" * 401}, "done"),
    ],
)
def test_what_cannot_be_an_action_is_refused_by_field(shed, changes, field):
    with pytest.raises(Invalid) as told:
        shed(**changes)

    assert list(told.value.fields) == [field]
    assert not Action.objects.exists()


def test_a_post_writes_down_what_lies_in_its_own_place(shed, street):
    with pytest.raises(Refused):
        shed(by=street.by("outsider"))


def test_an_action_is_withdrawn_once_with_a_reason_and_stays(shed, street):
    made = shed()
    with pytest.raises(Invalid):
        withdraw_action(action=made, because=" ", by=street.by("duty_officer"), at=timezone.now())
    withdraw_action(action=made, because="日期错了", by=street.by("duty_officer"), at=timezone.now())

    with pytest.raises(Conflict):
        withdraw_action(action=made, because="再撤", by=street.by("duty_officer"), at=timezone.now())
    assert Action.objects.get().withdrawn_because == "日期错了"


def test_classes_of_which_nothing_is_public_are_none_to_be_held_to(street):
    never = set(CaseClass.objects.filter(publicity="never").values_list("code", flat=True))

    assert never
    assert never.isdisjoint(code for code, _title in countable(Counted.CASES))


def test_periods_are_whole_and_the_day_begins_one():
    periods, begins, step = cut(DAY, DAY - timedelta(days=20), DAY + timedelta(days=15))
    long, _begins, longer = cut(DAY, DAY - timedelta(days=900), DAY + timedelta(days=27))

    assert periods == [
        (DAY + timedelta(days=7 * week), DAY + timedelta(days=7 * week + 6)) for week in range(-2, 2)
    ]  # fmt: skip
    assert (begins, step, longer) == (2, Step.WEEK, Step.FOUR_WEEKS)
    assert long[-1] == (DAY, DAY + timedelta(days=27))
    assert cut(DAY, DAY, DAY - timedelta(days=1)) == ([], 0, Step.WEEK)


def test_reports_that_halved_beside_others_that_did_not_are_an_answer(shed, lived, estates):
    lived({estates[0]: (4, 1), estates[1]: (2, 2), estates[2]: (1, 1)})
    found = effects.answer(shed(), TODAY)

    assert [block.count for block in found.blocks] == [4.0] * 10 + [1.0] * 4
    assert (found.before, found.after, found.begins) == (40, 4, 10)
    assert found.compared is not None
    assert found.compared.ratio.value == pytest.approx(0.25)
    assert found.compared.ratio.high < 1
    assert headline(found).startswith('Reports of "')
    assert "beside estates without the action: fell by 75" in headline(found)
    assert len([each for each in cautions(found) if "single estate" in each]) == 1
    assert any("Less than a year" in each for each in cautions(found))


def test_a_series_too_short_says_what_it_takes(shed, lived, estates):
    lived({estates[0]: (2, 1)}, before=5, after=2)
    found = effects.answer(shed(), DAY + timedelta(days=15))

    assert (found.whole, found.compared, found.alone) == (None, None, "few")
    assert headline(found) == (
        "Too little to say: 5 periods before and 2 periods after, 10 counted before. "
        "It takes at least 8 before, 3 after and 10 counted."
    )


def test_who_does_not_look_after_the_estates_sees_no_count_below_five(shed, lived, estates):
    lived({estates[0]: (5, 1)})
    found = effects.answer(shed(), TODAY, exact=False)

    assert [block.count for block in found.blocks] == [5.0] * 10 + [None] * 4


def test_a_small_count_cannot_be_had_from_the_sum_before_or_after_either():
    day = date(2026, 3, 2)
    counts = [(9, False), (3, False), (0, False), (12, True), (8, True)]
    blocks = [effects.Block(day, day, float(count), after) for count, after in counts]

    assert [block.count for block in effects.guarded(blocks)] == [None, None, 0, 12, 8]


def test_sealed_and_never_public_cases_are_in_no_series(shed, lived, estates, street):
    lived({estates[0]: (2, 2)})
    lived({estates[0]: (2, 0)}, code="overcrowding")
    every = effects.answer(shed(code=""), TODAY)

    assert every.before == 20
    assert CaseFact.objects.filter(countable=False).count() == 20


def page_of(client, path: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", client.get(path).content.decode())))


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_answers_are_read_and_actions_written_by_these_posts(sign_in, shed, role):
    key = shed().key
    client = sign_in(role)

    assert client.get("/effects/").status_code == (200 if role in READERS else 403)
    assert client.get(f"/effects/{key}/").status_code == (200 if role in READERS else 403)
    assert client.get("/effects/new/").status_code == (200 if role in WRITERS else 403)


def test_the_page_says_the_answer_its_weakness_and_opens_the_cases_counted(shed, lived, estates, sign_in):
    lived({estates[0]: (6, 1), estates[1]: (2, 2)})
    key = shed().key
    client = sign_in("duty_officer")
    html = client.get(f"/effects/{key}/").content.decode()
    plain = page_of(client, f"/effects/{key}/")

    assert "fell by 83 %" in plain.replace("\u00a0", " ")
    assert "What this does not show" in plain
    assert "How often it happens: counted is how often it is reported." in plain
    assert "60 · 4" in plain
    links = re.findall(rf'<a href="(/effects/{key}/cases/\?[^"]+)">(\d+)</a>', html)
    assert len(links) == 14
    for link, number in (links[0], links[-1]):
        listed = client.get(unescape(link)).content.decode()
        assert f'<span class="count-of">{number}</span>' in listed
        assert len(re.findall(r'<th scope="row"><a href="/case/', listed)) == int(number)


def test_a_lead_who_browses_nothing_reads_the_answer_without_small_numbers_or_links(shed, lived, estates, sign_in):
    lived({estates[0]: (5, 1), estates[1]: (2, 2)})
    key = shed().key
    client = sign_in("project_lead")
    html = client.get(f"/effects/{key}/").content.decode()

    assert "fell by 80" in html
    assert f"/effects/{key}/cases/" not in html
    assert len(re.findall(r">\*<", html)) == 4  # four weeks
    assert "50 · *" in html
    first = (DAY - timedelta(days=7)).isoformat()
    assert "No case is like this." in client.get(f"/effects/{key}/cases/?first={first}&last={DAY}").content.decode()


def test_a_form_keeps_what_was_typed_and_an_action_once_sent_is_there(sign_in, street):
    client = sign_in("project_lead")
    estate = street.places["estate"].path
    given = {
        "action": str(uuid4()), "title": "夜间巡逻开始", "day": DAY.isoformat(), "place_estate": estate,
        "estates": [estate], "counts": "cases:piling", "way": "fall", "title_en": "", "done": "", "done_en": "",
    }  # fmt: skip
    wrong = client.post("/effects/new/", given | {"day": "2099-01-01"})
    right = client.post("/effects/new/", given)
    again = client.post("/effects/new/", given)

    assert wrong.status_code == 422
    assert "夜间巡逻开始" in wrong.content.decode()
    assert (right.status_code, right.url) == (302, again.url)
    assert Action.objects.count() == 1


def test_a_withdrawn_action_shows_its_reason_and_no_answer(sign_in, shed, lived, estates):
    lived({estates[0]: (2, 1)})
    made = shed()
    client = sign_in("area_lead")
    client.post(f"/effects/{made.key}/withdraw/", {"because": "日期错了", "action": str(uuid4())})
    html = client.get(f"/effects/{made.key}/").content.decode()

    assert "日期错了" in html
    assert "fell by" not in html
    assert "日期错了" in client.get("/effects/").content.decode()


def test_an_answer_costs_no_more_statements_with_more_cases(shed, lived, estates, sign_in):
    page = f"/effects/{shed().key}/"
    client = sign_in("duty_officer")
    lived({estates[0]: (1, 1)})
    few = statements(client, page)
    lived({estates[0]: (1, 1), estates[1]: (1, 1)})

    assert statements(client, page) == few


def test_ratios_are_told_without_overstating():
    assert told(Ratio(0.59, 0.44, 0.78)) == "fell by 41\u00a0%, likely between 22\u00a0% and 56\u00a0%"
    assert told(Ratio(1.5, 1.2, 1.9)) == "rose by 50\u00a0%, likely between 20\u00a0% and 90\u00a0%"
    assert told(Ratio(0.9, 0.7, 1.2)) == (
        "no clear change: anything from 30\u00a0% fewer to 20\u00a0% more is possible"
    )
    assert told(Ratio(30, 15, 60)).startswith("rose by > 1,000")


def test_after_a_peak_the_answer_is_that_of_the_other_weeks(shed, lived, estates, report, street, tell):
    lived({estates[0]: (2, 1), estates[1]: (2, 1)}, before=12)
    for number in range(24):
        at = datetime(DAY.year, DAY.month, DAY.day, 10, tzinfo=SHANGHAI) - timedelta(days=1 + number % 20)
        report(klass=street.klass("charging"), place=estates[0], at=at, text="楼道里给电瓶车充电。")
    tell()
    found = effects.answer(shed(), TODAY)

    assert found.has_peak
    assert found.compared is not None
    assert found.compared_rest is not None
    assert found.best == found.compared_rest.ratio
    assert found.best.value > found.compared.ratio.value
    assert "without the unusual numbers right before the action" in headline(found)
