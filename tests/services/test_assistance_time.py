"""Missing papers are asked for once, and the time stands still; more time is taken once, with a reason."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from django.utils.translation import override

from linli.core import deliver
from linli.core.errors import Conflict, Invalid, Refused
from linli.core.models import Delivery
from linli.core.outbox import drain
from linli.people.domain.accounts import create_resident_account
from linli.people.domain.contacts import read_contact
from linli.people.domain.holdings import vacate
from linli.procedures.jobs import RED, escalate
from linli.procedures.models import Clock
from linli.services.domain import assistance as domain
from linli.services.domain import assistance_steps as steps
from linli.services.models_assistance import Assistance
from tests.neighbourhood import SETUP
from tests.services.contract_assistance import application, assistance_in

PAPERS = "租房合同、存折"
WHY = "老家的房子还要核实。"


@pytest.fixture
def act(street):
    """A function that takes a step as the window, or as somebody else."""

    def step(verb, assistance: Assistance, role: str = "window_clerk", **given) -> Assistance:
        given = {"by": street.by(role), "at": street.now, "action": uuid4(), **given}
        return verb(assistance=assistance, version=assistance.procedure.version, **given)

    return step


def clock(assistance: Assistance, rule: str) -> Clock:
    return Clock.objects.filter(procedure=assistance.pk, rule=rule).latest("start")


def _lines(assistance: Assistance) -> list[int]:
    lines = assistance.procedure.entries.filter(kind__in=("ask_missing", "extend"))
    return list(lines.order_by("seq").values_list("seq", flat=True))


def test_the_time_stands_still_from_asking_for_papers_until_they_are_here(street, act):
    asked = act(steps.ask_missing, assistance_in(street, "received"), text=PAPERS, at=street.now + timedelta(days=1))

    assert (clock(asked, "assistance.begin").state, clock(asked, "assistance.begin").due) == ("paused", None)
    assert steps.missing_papers(asked) == PAPERS
    here = act(steps.missing_in, asked, text="都带来了", at=street.now + timedelta(days=8))
    assert clock(here, "assistance.begin").state == "running"
    assert clock(here, "assistance.begin").due == datetime(2026, 12, 3, 16, tzinfo=UTC)  # 26 November, a week later
    assert steps.missing_papers(here) == ""


def test_papers_are_asked_for_once_and_nobody_is_refused_while_they_are_awaited(street, act):
    asked = act(steps.ask_missing, assistance_in(street, "checking"), text=PAPERS)

    with pytest.raises(Refused):
        act(steps.refuse, asked, reason="没有存折。")
    here = act(steps.missing_in, asked, text="存折没有，按承诺办理。")
    with pytest.raises(Refused):
        act(steps.ask_missing, here, text="还要一张照片")
    assert act(steps.refuse, here, reason="收入高于标准。").procedure.state == "refused"


def test_more_time_is_taken_once_with_a_reason_and_by_no_more_than_the_lawbook_says(street, act):
    checking = assistance_in(street, "checking")
    before = clock(checking, "assistance.decide")

    for amount in (0, 16):
        with pytest.raises(Invalid) as told:
            act(steps.extend, checking, amount=amount, reason=WHY)
        assert set(told.value.fields) == {"amount"}
    action = uuid4()
    for _twice in range(2):
        extended = act(steps.extend, checking, amount=15, reason=WHY, action=action)
    after = clock(extended, "assistance.decide")
    assert (before.extension, after.extension, after.due > before.due) == (0, 15, True)
    assert steps.most_more(extended) == 0
    with pytest.raises(Invalid):
        act(steps.extend, extended, amount=1, reason=WHY)


def test_the_person_is_told_that_there_is_news_and_reads_papers_and_reason_on_their_page(street, act, sign_in):
    by_herself = application(street, consent_how="online", committee=None, account=street.accounts["resident"])
    made = domain.apply_for_assistance(application=by_herself, by=None, at=timezone.now(), action=uuid4()).assistance
    sent = Delivery.objects.count()
    asked = act(steps.ask_missing, act(steps.begin, made, at=timezone.now()), text=PAPERS, at=timezone.now())
    act(steps.extend, asked, amount=5, reason=WHY, at=timezone.now())

    page = f"/bookings/assistance/mine/{made.pk}/"
    with override("en"):
        shown = sign_in("resident").get(page, headers={"accept-language": "en"}).content.decode()

    assert Delivery.objects.count() == sent + 2
    assert not any(PAPERS in each.text or WHY in each.text for each in Delivery.objects.all())
    assert PAPERS in shown
    assert WHY in shown
    assert sign_in("outsider").get(page).status_code == 404
    letters = [sign_in("resident").get(f"{page}letter/?line={seq}").content.decode() for seq in _lines(made)]
    assert [PAPERS in letter for letter in letters] == [True, False]
    assert [WHY in letter for letter in letters] == [False, True]
    assert sign_in("outsider").get(f"{page}letter/").status_code == 404


def test_the_window_is_offered_each_step_while_it_can_be_taken(street, act, sign_in):
    checking = assistance_in(street, "checking")
    page = f"/bookings/assistance/file/{checking.pk}/"

    def offered() -> set[str]:
        shown = sign_in("window_clerk").get(page).content.decode()
        return {name for name in ("ask_missing", "missing_in", "extend", "refuse") if f'value="{name}"' in shown}

    assert offered() == {"ask_missing", "extend", "refuse"}
    asked = act(steps.ask_missing, checking, text=PAPERS)
    assert offered() == {"missing_in", "extend"}
    act(steps.extend, act(steps.missing_in, asked, text="都带来了"), amount=15, reason=WHY)
    assert offered() == {"refuse"}


def test_who_is_signed_in_and_left_nothing_else_is_told_where_their_account_is_reached(street, act):
    account = create_resident_account(contact=read_contact("13912345678"), at=street.now)
    alone = application(street, consent_how="online", committee=None, account=account, contact="")
    made = domain.apply_for_assistance(application=alone, by=None, at=timezone.now(), action=uuid4()).assistance

    act(steps.ask_missing, made, text=PAPERS, at=timezone.now())

    assert [deliver.address_of(each) for each in Delivery.objects.filter(procedure=made.pk)] == ["13912345678"]


def test_whoever_decides_does_not_call_back_even_where_nobody_else_is_left(street, act):
    officer = street.by("duty_officer")
    vacate(post=street.posts["area_lead"], account=street.accounts["area_lead"], by=SETUP, at=street.now)

    with pytest.raises(Conflict):
        steps._caller(officer, street.now + timedelta(minutes=1))


def test_papers_that_never_come_have_a_last_day_after_which_the_window_sees_red_and_the_person_is_told_once_more(
    street, act
):
    asked_at = timezone.now() - timedelta(days=40)
    agreed = application(street, consent_on=timezone.localdate(asked_at))
    made = domain.apply_for_assistance(application=agreed, by=None, at=asked_at, action=uuid4()).assistance
    asked = act(steps.ask_missing, made, text=PAPERS, at=asked_at)
    awaited = clock(asked, "assistance.missing")
    assert (awaited.state, awaited.amount, awaited.unit) == ("running", 15, "working_day")
    assert asked.procedure.due == awaited.due < timezone.now()
    assert asked.procedure.assignments.get(post=street.posts["window_clerk"]).due == awaited.due
    Delivery.objects.all().delete()

    for _twice in range(2):
        escalate(awaited, RED, "missed", timezone.now())
        drain("assistance.still_missing")

    told = Delivery.objects.get()
    assert (told.key, PAPERS in told.text) == (f"assistance.still_missing:{made.pk}", False)
    assert steps.still_missing(told) is True
    goes_on = act(steps.missing_in, asked, text="没有补来，按承诺办理。", at=timezone.now())
    assert [clock(goes_on, rule).state for rule in ("assistance.missing", "assistance.begin")] == ["missed", "running"]
    assert steps.still_missing(told) is False


def test_another_clock_that_is_late_asks_nobody_for_papers(street, act):
    made = assistance_in(street, "received")
    act(steps.ask_missing, made, text=PAPERS, at=timezone.now())
    Delivery.objects.all().delete()

    escalate(clock(made, "assistance.begin"), RED, "missed", timezone.now())
    drain("assistance.still_missing")

    assert not Delivery.objects.exists()
