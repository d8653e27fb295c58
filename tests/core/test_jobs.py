"""Jobs: done once, in their own transaction, by whoever holds the lease."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from linli.core import jobs
from linli.core.errors import Conflict, Invalid, NotFound
from linli.core.models import Job, Schedule, SearchRow
from linli.people.actors import Actor

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@jobs.job("tests.add")
def add(uuid: str) -> None:
    SearchRow.objects.create(uuid=uuid)


@jobs.job("tests.fail")
def fail(uuid: str) -> None:
    SearchRow.objects.create(uuid=uuid)
    raise Invalid("the telephone number 13800000000 is wrong")


@jobs.job("tests.slow")
def slow(job: int) -> None:
    """So slow that meanwhile another worker took the job."""
    SearchRow.objects.create(uuid=uuid4())
    Job.objects.filter(pk=job).update(run_at=timezone.now() + 2 * jobs.LEASE)


@jobs.job("tests.steps", steps=True)
def steps(lease: jobs.Lease, lost_after: int) -> None:
    for number in range(4):
        if number == lost_after:
            Job.objects.filter(pk=lease.job.pk).update(run_at=timezone.now() + 2 * jobs.LEASE)
        with lease.step():
            SearchRow.objects.create(uuid=uuid4())


@jobs.periodic("tests.tick", every=timedelta(hours=1))
def tick() -> None:
    SearchRow.objects.create(uuid=uuid4())


def standing() -> list[str]:
    """How each of the tests' own jobs stands, oldest first."""
    rows = Job.objects.filter(name__startswith="tests.").order_by("id")
    return ["done" if row.done_at else "dead" if row.dead_at else "open" for row in rows]


def work_all() -> int:
    return sum(1 for _ in iter(jobs.work_once, False))


def test_a_job_is_done_when_it_is_due_and_not_before():
    now, later = uuid4(), uuid4()
    jobs.enqueue("tests.add", {"uuid": now}, at=timezone.now())
    jobs.enqueue("tests.add", {"uuid": later}, at=timezone.now() + timedelta(hours=1))

    assert work_all() == 1

    assert list(SearchRow.objects.values_list("uuid", flat=True)) == [now]
    assert standing() == ["done", "open"]


def test_a_failing_job_leaves_nothing_waits_longer_each_time_and_is_dead_after_five():
    jobs.enqueue("tests.fail", {"uuid": uuid4()}, at=LONG_AGO)
    waits = []

    for _ in range(jobs.ATTEMPTS):
        before = timezone.now()
        assert jobs.work_once()
        waits.append(round((Job.objects.get().run_at - before).total_seconds()))
        Job.objects.filter(dead_at=None).update(run_at=LONG_AGO)

    assert waits[:4] == [5, 25, 125, 625]
    assert SearchRow.objects.count() == 0
    assert Job.objects.get().dead_at is not None
    assert not jobs.work_once()


def test_the_error_that_is_kept_says_where_and_not_whose():
    jobs.enqueue("tests.fail", {"uuid": uuid4()}, at=LONG_AGO)
    jobs.work_once()

    error = Job.objects.get().error

    assert error.startswith("Invalid (invalid) ")
    assert error.endswith(" in fail")
    assert "138" not in error


def test_a_worker_whose_lease_ran_out_writes_nothing():
    held = jobs.enqueue("tests.slow", {"job": 0}, at=LONG_AGO)
    Job.objects.filter(pk=held.pk).update(args={"job": held.pk})

    assert jobs.work_once()

    job = Job.objects.get()
    assert SearchRow.objects.count() == 0
    assert (job.done_at, job.dead_at, job.error) == (None, None, "")


def test_steps_count_one_by_one_and_only_under_the_lease():
    jobs.enqueue("tests.steps", {"lost_after": 2}, at=LONG_AGO)
    jobs.work_once()
    assert SearchRow.objects.count() == 2

    jobs.enqueue("tests.steps", {"lost_after": 9}, at=LONG_AGO)
    jobs.work_once()
    assert SearchRow.objects.count() == 2 + 4
    assert standing() == ["open", "done"]


def test_a_job_whose_workers_were_killed_five_times_is_dead():
    held = jobs.enqueue("tests.add", {"uuid": uuid4()}, at=LONG_AGO)
    Job.objects.filter(pk=held.pk).update(attempts=jobs.ATTEMPTS)

    assert not jobs.work_once()

    assert Job.objects.get().error == "the worker ended before the job did"
    assert Job.objects.get().dead_at is not None


def test_a_job_that_the_code_no_longer_knows_fails_like_any_other():
    Job.objects.create(name="tests.gone", run_at=LONG_AGO, created_at=LONG_AGO)

    assert jobs.work_once()

    assert Job.objects.get().error.startswith("LookupError")


@pytest.mark.parametrize(
    "personal", ["王小明", "wang@example.org", "Leshan Road 5, room 302", 3.5, ["a"], {"b": 1}, "x" * 81]
)
def test_arguments_that_could_be_personal_are_refused(personal):
    with pytest.raises(ValueError, match="'who'"):
        jobs.enqueue("tests.add", {"who": personal}, at=LONG_AGO)

    assert Job.objects.count() == 0


def test_arguments_are_ids_numbers_dates_and_words():
    uuid = uuid4()
    given = {"uuid": uuid, "n": 3, "flag": True, "none": None, "at": LONG_AGO, "word": "case.filed"}

    jobs.enqueue("tests.add", given, at=LONG_AGO)

    assert Job.objects.get().args == {
        "uuid": str(uuid), "n": 3, "flag": True, "none": None, "at": "2026-01-01T00:00:00+00:00", "word": "case.filed",
    }  # fmt: skip


def test_an_unknown_job_cannot_be_asked_for():
    with pytest.raises(LookupError):
        jobs.enqueue("tests.nothing", at=LONG_AGO)


def test_one_open_job_has_a_key_and_a_done_one_makes_room():
    first = jobs.enqueue("tests.tick", at=LONG_AGO, unique="the one")

    assert first is not None
    assert jobs.enqueue("tests.tick", at=LONG_AGO, unique="the one") is None

    jobs.work_once()
    assert jobs.enqueue("tests.tick", at=LONG_AGO, unique="the one") is not None


def test_a_periodic_job_starts_once_when_due_and_keeps_its_hour():
    due = timezone.now() - timedelta(hours=2, minutes=10)
    Schedule.objects.create(name="tests.tick", next_at=due)

    jobs.start_periodic()
    jobs.start_periodic()

    assert Job.objects.filter(name="tests.tick").count() == 1
    assert Schedule.objects.get(name="tests.tick").next_at == due + timedelta(hours=3)


def test_every_periodic_job_gets_its_row_once():
    jobs.prepare_schedule(at=LONG_AGO)
    jobs.prepare_schedule(at=timezone.now())

    assert Schedule.objects.filter(name__in=["tests.tick", "jobs.clean", "outbox.clean", "files.clean"]).count() == 4
    assert Schedule.objects.get(name="tests.tick").next_at == LONG_AGO


def dead_job() -> Job:
    args = {"uuid": str(uuid4())}
    return Job.objects.create(
        name="tests.add", args=args, run_at=LONG_AGO, created_at=LONG_AGO, dead_at=LONG_AGO, attempts=5
    )


def test_a_dead_job_is_tried_again_or_dropped_with_a_reason(django_user_model):
    account = django_user_model.objects.create_user("admin")
    job = dead_job()

    jobs.retry(job=job.pk, at=timezone.now())
    assert work_all() == 1
    with pytest.raises(NotFound):
        jobs.retry(job=job.pk, at=timezone.now())

    Job.objects.filter(pk=job.pk).update(done_at=None, dead_at=LONG_AGO)
    jobs.drop(job=job.pk, because="the case is closed", by=Actor(account=account), at=LONG_AGO)
    assert Job.objects.values_list("done_at", "dropped_because", "dropped_by").get() == (
        LONG_AGO, "the case is closed", account.pk,
    )  # fmt: skip
    with pytest.raises(NotFound):
        jobs.drop(job=job.pk, because="again", by=Actor(account=account), at=LONG_AGO)


def test_a_dead_job_that_was_tried_again_meanwhile_is_not_dropped(monkeypatch):
    job = dead_job()
    seen = jobs.find_dead(job.pk)
    jobs.retry(job=job.pk, at=LONG_AGO)
    monkeypatch.setattr(jobs, "find_dead", lambda _job: seen)  # looked before it was tried again

    with pytest.raises(NotFound):
        jobs.drop(job=job.pk, because="", by=None, at=LONG_AGO)

    assert work_all() == 1


def test_a_dead_job_whose_work_waits_already_is_not_tried_again():
    fields = {"name": "tests.tick", "unique": "k", "run_at": LONG_AGO, "created_at": LONG_AGO}
    dead = Job.objects.create(**fields, dead_at=LONG_AGO)
    Job.objects.create(**fields)

    with pytest.raises(Conflict):
        jobs.retry(job=dead.pk, at=timezone.now())


def test_the_age_of_the_queue_is_that_of_the_oldest_due_job():
    now = datetime(2026, 1, 1, 1, tzinfo=UTC)
    assert jobs.oldest_due(at=now) == timedelta()

    jobs.enqueue("tests.tick", at=now - timedelta(minutes=7))
    jobs.enqueue("tests.tick", at=now + timedelta(minutes=7))

    assert jobs.oldest_due(at=now) == timedelta(minutes=7)


def test_finished_jobs_are_deleted_after_two_weeks_and_open_ones_never():
    old = timezone.now() - timedelta(days=15)
    fields = {"name": "tests.tick", "run_at": old, "created_at": old}
    Job.objects.create(**fields, done_at=old)
    Job.objects.create(**fields, dead_at=old)
    Job.objects.create(**fields, done_at=timezone.now())
    Job.objects.create(**fields | {"run_at": timezone.now() + timedelta(days=1)})
    jobs.enqueue("jobs.clean", at=LONG_AGO)

    jobs.work_once()

    assert standing() == ["dead", "done", "open"]


def test_looking_for_work_costs_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        jobs.work_once()
