"""What is told by push: to whom, only that there is something, once, and never of what is sealed."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from linli.cases.domain.handling import accept_case
from linli.cases.domain.together import ask_help
from linli.core import deliver, jobs, outbox, push
from linli.core.models import Delivery, PushSubscription
from linli.procedures.jobs import watch_clocks
from linli.procedures.models import Clock, Procedure
from tests.core.test_push import subscription

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def device(street):
    """A function that lets the person of this role be told on a device."""

    def make(role: str) -> PushSubscription:
        return push.subscribe(account=street.accounts[role], subscription=subscription(), at=street.now)

    return make


@pytest.fixture(autouse=True)
def outgoing(tmp_path, settings, street):
    settings.OUTGOING = tmp_path / "outgoing"
    street.now = timezone.now()
    return settings.OUTGOING


def work() -> None:
    outbox.drain_all()
    while jobs.work_once():
        pass


def told() -> list[tuple[str, str, str]]:
    rows = Delivery.objects.filter(channel="push").order_by("pk")
    return [(deliver.address_of(row), row.text, row.status) for row in rows]


def words(outgoing) -> str:
    return "".join(path.read_text() for path in outgoing.glob("push-*.jsonl"))


def test_the_handler_is_told_of_new_work_and_of_no_more_than_that(street, case_in, device, outgoing):
    phone = device("property_manager")
    device("duty_officer")
    case = case_in("dispatched", text="三楼漏水，住户张三电话13800138000")
    work()

    page = f"/case/{case.procedure.number}/"
    assert told() == [(str(phone.pk), f"有新的任务等您处理。\n{page}", "sent")]
    (line,) = [json.loads(line) for line in words(outgoing).splitlines()]
    assert (line["subject"], line["text"]) == ("邻里", f"有新的任务等您处理。\n{page}")


def test_ones_own_next_step_is_no_news(street, case_in, device):
    case = case_in("dispatched")
    work()
    device("property_manager")

    accept_case(case=case, version=3, by=street.by("property_manager"), at=timezone.now(), action=case.pk)
    work()

    assert told() == []


def test_what_is_overdue_is_told_to_whose_turn_it_is_the_desk_too(street, case_in, device):
    phone = device("duty_officer")
    case = case_in("received")
    Clock.objects.filter(procedure=case.pk).update(due=street.now - timedelta(minutes=1))
    watch_clocks()
    work()

    assert told() == [(str(phone.pk), f"您有任务已超时。\n/case/{case.procedure.number}/", "sent")]


@pytest.mark.parametrize("shut", ["sealed", "excludes"])
def test_of_what_is_sealed_nothing_is_told(street, case_in, device, shut):
    device("property_manager")
    case = case_in("dispatched")
    Procedure.objects.filter(pk=case.pk).update(**{shut: True})
    work()

    assert told() == []


def test_what_was_sealed_before_it_was_sent_is_dropped(street, case_in, device):
    device("property_manager")
    case = case_in("dispatched")
    outbox.drain_all()
    Procedure.objects.filter(pk=case.pk).update(sealed=True)
    work()

    assert [status for _address, _text, status in told()] == ["dropped"]


def test_whoever_wants_no_news_of_new_work_gets_none(street, case_in, device):
    device("property_manager")
    push.change_wishes(account=street.accounts["property_manager"], work=False, overdue=True, quiet=True)
    case_in("dispatched")
    work()

    assert [status for _address, _text, status in told()] == ["dropped"]


def as_reporter(street) -> dict[str, object]:
    return {"account": street.accounts["resident"]}


def test_a_reporter_is_told_that_there_is_news_once_as_long_as_it_waits(street, case_in, device):
    phone = device("resident")
    push.change_wishes(account=street.accounts["resident"], work=True, overdue=True, quiet=False)
    case = case_in("closed", **as_reporter(street))  # dispatched and closed: two moves that the reporter hears of
    outbox.drain_all()
    page = f"/r/{case.procedure.number}/"
    assert told() == [(str(phone.pk), f"您反映的问题有新进展。\n{page}", "waiting")]

    work()
    assert [status for _address, _text, status in told()] == ["sent"]


def test_of_a_class_that_the_public_never_sees_the_reporter_is_told_nothing(street, case_in, device):
    device("resident")
    klass = street.klass()
    klass.publicity = "never"
    klass.save()
    case_in("dispatched", **as_reporter(street), klass=klass)
    work()

    assert told() == []


@pytest.mark.parametrize(
    ("hour", "day", "until"),
    [(20, 3, None), (21, 3, (4, 8)), (23, 3, (4, 8)), (0, 4, (4, 8)), (7, 4, (4, 8)), (8, 4, None)],
)
def test_between_nine_and_eight_people_are_left_in_peace(hour, day, until):
    now = datetime(2026, 11, day, hour, 30, tzinfo=SHANGHAI)

    assert push.after_quiet(now) == (datetime(2026, 11, until[0], until[1], tzinfo=SHANGHAI) if until else now)


def test_what_is_to_wait_until_the_morning_waits(street, case_in, device):
    device("resident")
    account = street.accounts["resident"]
    case = case_in("received", **as_reporter(street))
    morning = timezone.now() + timedelta(hours=3)
    push.tell(
        account, news="report", text="news", page="/", procedure=case.pk, version=1, at=timezone.now(),
        wanted_if="cases.report_news", not_before=morning,
    )  # fmt: skip
    work()

    assert [status for _address, _text, status in told()] == ["waiting"]


def test_whoever_is_forgotten_is_told_nothing_more(street, device):
    device("resident")
    push.change_wishes(account=street.accounts["resident"], work=True, overdue=True, quiet=False)

    push.forget(street.accounts["resident"])

    assert push.addresses(street.accounts["resident"]) == []


def test_whoever_is_asked_to_help_is_told_and_the_handler_is_not(street, case_in, device):
    case = case_in("handling")
    work()
    device("property_manager")
    phone = device("department_handler")

    ask_help(
        case=case, version=4, to=street.posts["department_handler"], text="a ladder", by=street.by("property_manager"),
        at=timezone.now(), action=case.pk,
    )  # fmt: skip
    work()

    assert told() == [(str(phone.pk), f"有新的任务等您处理。\n/case/{case.procedure.number}/", "sent")]
