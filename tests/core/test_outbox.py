"""The outbox: written with what it tells of, read in the order of commit, each message given once."""

import threading
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from linli.core import jobs, outbox
from linli.core.models import Consumer, Job, Outbox, SearchRow
from linli.core.outbox import Cursor

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
heard: list[tuple[str, dict]] = []


@outbox.consumer("tests.hears", topics=["tests.one", "tests.two"])
def hears(message: outbox.Message) -> None:
    heard.append((message.topic, dict(message.body)))


@outbox.consumer("tests.stumbles", topics=["tests.hard"])
def stumbles(message: outbox.Message) -> None:
    SearchRow.objects.create(uuid=message.procedure)
    if not message.body.get("mended"):
        raise ValueError("wang@example.org could not be reached")


@pytest.fixture(autouse=True)
def nothing_heard():
    heard.clear()


def tell(topic: str, procedure=None, **body) -> None:
    with transaction.atomic():
        outbox.tell(topic, procedure, body, AT)


def be_due() -> None:
    Consumer.objects.update(retry_at=AT)


@pytest.mark.django_db
def test_a_consumer_is_given_its_topics_once_and_in_order():
    for n in range(3):
        tell("tests.one", n=n)
        tell("tests.other", n=n)
    tell("tests.two", n=3)

    assert outbox.drain("tests.hears") == 4
    assert outbox.drain("tests.hears") == 0

    assert heard == [("tests.one", {"n": 0}), ("tests.one", {"n": 1}), ("tests.one", {"n": 2}), ("tests.two", {"n": 3})]


@pytest.mark.django_db
def test_the_cursor_passes_what_is_not_for_this_consumer():
    tell("tests.other")

    outbox.drain("tests.hears")

    row = Consumer.objects.get(name="tests.hears")
    assert Cursor(row.xid, row.last) == outbox.end()


@pytest.mark.django_db
def test_all_consumers_are_brought_up_to_date_and_then_cost_two_queries(django_assert_num_queries):
    tell("tests.one")
    outbox.drain_all()
    assert heard == [("tests.one", {})]

    with django_assert_num_queries(2):
        outbox.drain_all()


@pytest.mark.django_db(transaction=True)
def test_a_message_belongs_to_a_transaction_and_goes_with_it():
    with pytest.raises(transaction.TransactionManagementError):
        outbox.tell("tests.one", None, {}, AT)

    with transaction.atomic():
        outbox.tell("tests.one", None, {}, AT)
        transaction.set_rollback(True)

    assert Outbox.objects.count() == 0


@pytest.mark.django_db
def test_a_consumer_that_fails_keeps_its_place_and_leaves_nothing():
    tell("tests.hard", uuid4())
    tell("tests.hard", uuid4(), mended=True)

    assert outbox.drain("tests.stumbles") == 0

    row = Consumer.objects.get(name="tests.stumbles")
    assert (row.last, row.attempts, SearchRow.objects.count()) == (0, 1, 0)
    assert row.retry_at > timezone.now()


@pytest.mark.django_db
def test_after_five_failures_the_message_is_a_dead_job_and_the_next_one_is_read():
    hard, easy = uuid4(), uuid4()
    tell("tests.hard", hard)
    tell("tests.hard", easy, mended=True)

    for _ in range(5):
        be_due()
        outbox.drain_all()

    assert list(SearchRow.objects.values_list("uuid", flat=True)) == [easy]
    dead = Job.objects.exclude(dead_at=None).get()
    assert (dead.name, dead.args["consumer"]) == ("outbox.give", "tests.stumbles")
    assert "wang" not in dead.error


@pytest.mark.django_db
def test_a_dead_message_can_be_given_again_once_the_cause_is_mended():
    hard = uuid4()
    tell("tests.hard", hard)
    for _ in range(5):
        be_due()
        outbox.drain_all()
    Outbox.objects.update(body={"mended": True})

    jobs.retry(job=Job.objects.exclude(dead_at=None).get().pk, at=AT)
    jobs.work_once()

    assert list(SearchRow.objects.values_list("uuid", flat=True)) == [hard]


@pytest.mark.django_db
def test_waiting_is_not_cut_short():
    tell("tests.hard", uuid4())
    outbox.drain_all()
    outbox.drain_all()

    assert Consumer.objects.get(name="tests.stumbles").attempts == 1


@pytest.mark.django_db
def test_old_messages_are_deleted_once_everybody_has_passed_them():
    tell("tests.one", n=1)
    outbox.drain_all()
    tell("tests.hard", uuid4())
    tell("tests.one", n=2)
    Outbox.objects.update(at=timezone.now() - timedelta(days=31))
    tell("tests.one", n=3)
    outbox.drain_all()

    jobs.enqueue("outbox.clean", at=AT)
    jobs.work_once()
    assert list(Outbox.objects.order_by("id").values_list("topic", flat=True)) == [
        "tests.hard",
        "tests.one",
        "tests.one",
    ]

    Outbox.objects.filter(topic="tests.hard").update(body={"mended": True})
    be_due()
    outbox.drain_all()
    jobs.enqueue("outbox.clean", at=AT)
    jobs.work_once()
    assert [row.body for row in Outbox.objects.all()] == [{"n": 3}]


@pytest.mark.django_db
def test_the_lag_is_that_of_the_slowest_consumer():
    outbox.drain_all()
    assert outbox.lag(at=AT) == timedelta()

    tell("tests.one")
    assert outbox.lag(at=AT + timedelta(minutes=3)) == timedelta(minutes=3)

    outbox.drain_all()
    assert outbox.lag(at=AT + timedelta(minutes=3)) == timedelta()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_message_that_commits_late_is_read_in_its_place_and_not_skipped():
    """The first transaction takes its number, and its message an id, before the second; it commits after it."""
    told, go_on = threading.Event(), threading.Event()

    def slow_writer() -> None:
        try:
            with transaction.atomic():
                outbox.tell("tests.one", None, {"from": "slow"}, AT)
                told.set()
                go_on.wait(10)
        finally:
            connection.close()

    writer = threading.Thread(target=slow_writer)
    writer.start()
    told.wait(10)
    tell("tests.one", **{"from": "quick"})

    outbox.drain("tests.hears")
    assert heard == [], "what a running transaction may still come before is not read yet"
    assert Outbox.objects.count() == 1

    go_on.set()
    writer.join()
    deadline = time.monotonic() + 10
    while len(heard) < 2 and time.monotonic() < deadline:  # other tests' transactions on the server hold it back, too
        outbox.drain("tests.hears")
    assert heard == [("tests.one", {"from": "slow"}), ("tests.one", {"from": "quick"})]
