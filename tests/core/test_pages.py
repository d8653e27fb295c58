"""The pages of the administrator and of privacy: who may open them, and what they do."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.core import assessments, deliver
from linli.core.errors import Conflict, NotFound
from linli.core.models import Delivery, ImpactAssessment, Job
from linli.people.actors import Actor
from tests.neighbourhood import LONG_AGO

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
TEXTS = {
    "title": "Photos in reports", "purpose": "To see what is broken.", "necessity": "Words alone were not enough.",
    "risks": "A face could be on it.", "measures": "Staff release each photo.",
    "assessed_on": "2026-11-20", "review_on": "2027-11-20",
}  # fmt: skip


@pytest.fixture
def sign_in(street):
    def as_(who: str) -> Client:
        client = Client()
        client.force_login(street.accounts[who])
        client.cookies["django_language"] = "en"
        return client

    return as_


@pytest.fixture
def administrator(sign_in) -> Client:
    return sign_in("administrator")


@pytest.fixture
def dead_job(db) -> Job:
    return Job.objects.create(
        name="deliver.send",
        args={"delivery": 7},
        run_at=AT,
        created_at=AT,
        dead_at=AT,
        attempts=5,
        error="ConnectionError",
    )


def test_staff_pages_are_the_administrators(sign_in, dead_job):
    message = a_message()
    addresses = ["/jobs/", f"/jobs/{dead_job.pk}/drop/", "/deliveries/", f"/deliveries/{message.pk}/"]
    addresses.append("/privacy/assessments/new/")

    def answers(client: Client) -> list[int]:
        return [client.get(address).status_code for address in addresses]

    assert answers(sign_in("administrator")) == [200] * 5
    assert answers(sign_in("duty_officer")) == answers(sign_in("resident")) == [403] * 5
    assert answers(Client()) == [302] * 5


def test_acts_are_refused_to_others(sign_in, dead_job):
    draft = ImpactAssessment.objects.create(
        **TEXTS, written_by=sign_in.__closure__[0].cell_contents.accounts["resident"]
    )
    addresses = [f"/jobs/{dead_job.pk}/retry/", f"/jobs/{dead_job.pk}/drop/", f"/privacy/assessments/{draft.pk}/turn/"]

    assert [sign_in("resident").post(address, {"to": "in_force"}).status_code for address in addresses] == [403] * 3
    assert Job.objects.get().dead_at == AT


def test_a_dead_job_is_shown_tried_again_or_dropped_with_a_reason(administrator, dead_job, street):
    page = administrator.get("/jobs/").content.decode()
    assert "deliver.send" in page
    assert "ConnectionError" in page

    administrator.post(f"/jobs/{dead_job.pk}/retry/")
    dead_job.refresh_from_db()
    assert (dead_job.dead_at, dead_job.attempts) == (None, 0)

    Job.objects.update(dead_at=AT)
    administrator.post(f"/jobs/{dead_job.pk}/drop/", {"because": ""})
    assert Job.objects.get().done_at is None
    administrator.post(f"/jobs/{dead_job.pk}/drop/", {"because": "sent by hand"})
    assert Job.objects.values_list("dropped_because", "dropped_by").get() == (
        "sent by hand", street.accounts["administrator"].pk,
    )  # fmt: skip
    assert administrator.post(f"/jobs/{dead_job.pk}/retry/").status_code == 404


def test_a_list_of_three_dead_jobs_costs_no_more_than_a_list_of_one(administrator, dead_job, django_assert_num_queries):
    administrator.get("/jobs/")  # what a process keeps is read once
    with CaptureQueriesContext(connection) as one:
        administrator.get("/jobs/")
    for _ in range(2):
        Job.objects.create(name="deliver.send", run_at=AT, created_at=AT, dead_at=AT)
    with django_assert_num_queries(len(one)):
        administrator.get("/jobs/")


def a_message(procedure=None, **more) -> Delivery:
    key = str(uuid4())
    deliver.send("sms", "13800005678", "Your report", "The lamp works again.", key=key, procedure=procedure,
                 at=timezone.now(), **more)  # fmt: skip
    return Delivery.objects.get(key=key)


def test_messages_are_listed_without_addresses(administrator):
    message = a_message()

    listed = administrator.get("/deliveries/").content.decode()
    shown = administrator.get(f"/deliveries/{message.pk}/").content.decode()

    assert ["Your report" in listed, "138****5678" in listed, "waiting" in listed] == [True] * 3
    assert ["The lamp works again." in shown, "138****5678" in shown] == [True] * 2
    assert "13800005678" not in listed + shown
    assert administrator.get("/deliveries/999999/").status_code == 404


def test_the_words_are_shown_to_nobody_who_may_not_see_the_matter(administrator):
    message = a_message(procedure=uuid4())

    shown = administrator.get(f"/deliveries/{message.pk}/").content.decode()

    assert "The lamp works again." not in shown
    assert "Only those who may see the matter" in shown


def test_a_code_is_never_shown(administrator):
    key = str(uuid4())
    deliver.send("sms", "13800005678", "Code", "Your code: {secret}", key=key, procedure=None, at=timezone.now(),
                 secret="481516")  # fmt: skip

    shown = administrator.get(f"/deliveries/{Delivery.objects.get(key=key).pk}/").content.decode()

    assert "Your code: ······" in shown
    assert "481516" not in shown


def test_an_assessment_is_drafted_put_into_force_and_withdrawn(administrator):
    made = administrator.post("/privacy/assessments/new/", TEXTS)
    draft = ImpactAssessment.objects.get()
    page = f"/privacy/assessments/{draft.pk}/"
    assert (made.status_code, made["Location"]) == (302, page)
    assert Client().get(page).status_code == 404

    administrator.post(f"{page}edit/", {**TEXTS, "risks": "A face or a door sign could be on it."})
    administrator.post(f"{page}turn/", {"to": "in_force"})
    assert "door sign" in Client().get(page).content.decode()
    assert "Photos in reports" in Client().get("/privacy/assessments/").content.decode()

    administrator.post(f"{page}turn/", {"to": "withdrawn"})
    assert Client().get(page).status_code == 404
    assert administrator.get(page).status_code == 200


def test_what_is_in_force_is_not_rewritten(administrator, street):
    account = street.accounts["administrator"]
    draft = assessments.write_assessment(pk=None, values=TEXTS, by=Actor(account=account), at=LONG_AGO)
    assessments.turn_assessment(pk=draft.pk, to="in_force", by=Actor(account=account), at=LONG_AGO)

    with pytest.raises(Conflict):
        assessments.write_assessment(pk=draft.pk, values=TEXTS, by=Actor(account=account), at=LONG_AGO)
    with pytest.raises(Conflict):
        assessments.turn_assessment(pk=draft.pk, to="in_force", by=Actor(account=account), at=LONG_AGO)
    with pytest.raises(Conflict):
        assessments.turn_assessment(pk=draft.pk, to="nonsense", by=Actor(account=account), at=LONG_AGO)
    with pytest.raises(NotFound):
        assessments.turn_assessment(pk=999, to="in_force", by=Actor(account=account), at=LONG_AGO)
    answer = administrator.post(f"/privacy/assessments/{draft.pk}/edit/", {**TEXTS, "risks": "something else entirely"})
    assert answer.status_code == 409
    assert "something else entirely" in answer.content.decode(), "what was typed comes back"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"), ({"title": "x" * 121}, "title"), ({"risks": ""}, "risks"),
        ({"assessed_on": "tomorrow"}, "assessed_on"), ({"review_on": "2026-11-20"}, "review_on"),
    ],
)  # fmt: skip
def test_an_incomplete_assessment_is_asked_for_again(administrator, changes, field):
    answer = administrator.post("/privacy/assessments/new/", TEXTS | changes)

    assert (answer.status_code, ImpactAssessment.objects.count()) == (200, 0)
    assert list(answer.context["form"].errors) == [field]


def test_dates_read_as_dates(administrator, street):
    made = ImpactAssessment.objects.create(
        **TEXTS | {"assessed_on": date(2026, 11, 20), "review_on": date(2027, 11, 20)},
        written_by=street.accounts["administrator"],
    )
    assert "Nov. 20, 2026" in administrator.get(f"/privacy/assessments/{made.pk}/").content.decode()
