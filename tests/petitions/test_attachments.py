"""Photos and documents of petitions: sent, added later, read by whoever handles it; and by nobody complained of."""

from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from linli.core import files
from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.core.models import Delivery, File, Job, Outbox, ViewLog
from linli.people.actors import Actor, Viewer
from linli.people.domain.queries import posts_held
from linli.petitions.domain import handling
from linli.petitions.domain.attachments import FIELD, NAME, add_attachments, attachments_of, file_of
from linli.petitions.domain.queries import petition_of
from linli.petitions.models import Petition
from linli.petitions.models_attachments import Attachment
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience
from linli.procedures.models import Assignment, Grant
from linli.procedures.registry import kind_of
from tests import papers
from tests.petitions.making import act, opened, petition_in
from tests.petitions.test_pages import english, written
from tests.petitions.test_secrecy import ACCUSED, town  # noqa: F401  the town is a fixture


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.FILES = tmp_path / "files"


def stored(town) -> File:  # noqa: F811
    return files.store(papers.photo(), name=NAME, procedure=None, audience=files.APART, at=town.now, sealed=True)


def petitioner(petition: Petition) -> Actor:
    return Actor(party=str(petition.procedure.parties.get().pk))


def added(town, petition: Petition, *, by: Actor | None = None, **more) -> File:  # noqa: F811
    file = stored(town)
    given = {"by": by or petitioner(petition), "at": town.now, "action": uuid4(), **more}
    add_attachments(petition=petition, uuids=[file.uuid], **given)
    return file


@pytest.fixture
def accusation(town):  # noqa: F811
    """A petition against the property company, being handled, with a photograph."""
    petition = petition_in(town, "handling", accused=town.posts["property_manager"].organisation)
    added(town, petition)
    return petition


def signed_in(town, key: str) -> Client:  # noqa: F811
    client = english()
    client.force_login(town.accounts[key])
    return client


# --- those complained of


@pytest.mark.parametrize("key", ACCUSED)
def test_no_address_leads_those_complained_of_to_a_file(key, town, accusation):  # noqa: F811
    file = accusation.attachments.get().file
    for post in {town.posts[key], *(each for each in posts_held(account=town.accounts[key], at=town.now))}:
        Assignment.objects.get_or_create(procedure=accusation.procedure, post=post, part="helper", since=town.now)
        Grant.objects.create(procedure=accusation.procedure, post=post, reason="by mistake", since=town.now)
    number, client = accusation.procedure.number, signed_in(town, key)
    ways = [f"/petitions/file/{number}/files/{file.uuid}/", f"/petitions/file/{number}/files/{file.uuid}/?small",
            f"/petitions/progress/{number}/files/{file.uuid}/", f"/files/{file.uuid}/",
            f"/files/{file.uuid}/320.webp", f"/cases/{number}/", f"/petitions/file/{number}/"]  # fmt: skip

    assert {way: client.get(way).status_code for way in ways} == dict.fromkeys(ways, 404)
    assert client.post(f"/petitions/file/{number}/files/", {"paper-proof": papers.photo()}).status_code == 404
    assert client.post(f"/petitions/progress/{number}/files/", {"paper-proof": papers.photo()}).status_code == 404
    for mine in posts_held(account=town.accounts[key], at=town.now):
        with pytest.raises(NotFound):
            petition_of(number, Viewer((mine,), town.accounts[key]))
    assert (ViewLog.objects.count(), Attachment.objects.count()) == (0, 1)


@pytest.mark.parametrize("key", ACCUSED)
def test_a_file_of_it_is_not_served_through_a_petition_that_they_may_read(key, town, accusation):  # noqa: F811
    other = opened(town).petition
    Assignment.objects.create(procedure=other.procedure, post=town.posts[key], part="helper", since=town.now)
    file = accusation.attachments.get().file

    answer = signed_in(town, key).get(f"/petitions/file/{other.procedure.number}/files/{file.uuid}/")

    assert answer.status_code == 404
    with pytest.raises(NotFound):
        file_of(other, file.uuid)


def test_neither_name_nor_bytes_nor_job_nor_message_says_anything(town, accusation):  # noqa: F811
    client = english()
    written(client, 3, **{"paper-proof": SimpleUploadedFile("投诉高建物业张三.jpg", papers.picture())})

    assert set(File.objects.values_list("name", "sha256")) == {("paper.jpg", "")}
    on_disk = b"".join(path.read_bytes() for path in settings.FILES.rglob("*") if path.is_file())
    assert [sign for sign in (b"JFIF", b"WEBP") if sign in on_disk] == []
    uuid = str(accusation.attachments.get().file_id)
    everywhere = [str(job.args) for job in Job.objects.all()] + [str(row.body) for row in Outbox.objects.all()]
    assert ([said for said in everywhere if uuid in said], Delivery.objects.count()) == ([], 0)


@pytest.mark.parametrize("key", [*ACCUSED, "auditor", "administrator", "duty_officer", "resident"])
def test_no_list_search_export_or_log_of_theirs_names_a_file(key, town, accusation):  # noqa: F811
    file = accusation.attachments.get().file
    number = accusation.procedure.number
    signed_in(town, "department_handler").get(f"/petitions/file/{number}/files/{file.uuid}/")
    assert ViewLog.objects.count() == 1
    client = signed_in(town, key)
    pages = ["/inbox/", "/desk/", "/cases/all/?words=漏水", f"/cases/all/?words={number}", "/my-data/take-along/",
             "/my-data/views/", "/audit/views/", "/audit/entries/", "/jobs/", "/petitions/desk/"]  # fmt: skip

    shown = {page: client.get(page) for page in pages}

    found = [page for page, answer in shown.items() if answer.status_code == 200 and not answer.streaming
             and any(word in answer.content.decode(errors="replace") for word in (number, str(file.uuid)))]  # fmt: skip
    assert found == []


def test_administrator_auditor_and_posts_without_a_part_open_none(town, accusation):  # noqa: F811
    file, number = accusation.attachments.get().file, accusation.procedure.number

    codes = {
        key: signed_in(town, key).get(f"/petitions/file/{number}/files/{file.uuid}/").status_code
        for key in ("administrator", "auditor", "duty_officer", "resident", "window_clerk")
    }

    assert {code for code in codes.values() if code not in (403, 404)} == set()
    assert english().get(f"/petitions/progress/{number}/files/{file.uuid}/").status_code == 404


# --- those who may


def test_whoever_handles_it_opens_a_file_and_the_log_keeps_that_once(town, accusation):  # noqa: F811
    file, handler = accusation.attachments.get().file, signed_in(town, "department_handler")
    way = f"/petitions/file/{accusation.procedure.number}/files/{file.uuid}/"

    answers = [handler.get(way), handler.get(f"{way}?small")]

    assert [(each.status_code, each["Content-Type"]) for each in answers] == [(200, "image/jpeg"), (200, "image/webp")]
    assert "no-store" in answers[0]["Cache-Control"]
    assert "etag" not in answers[0]
    assert list(ViewLog.objects.values_list("field", "procedure", "viewer")) == [
        (FIELD, accusation.pk, town.accounts["department_handler"].pk)
    ]
    assert way in handler.get(f"/petitions/file/{accusation.procedure.number}/").content.decode()


def test_written_page_by_page_with_photos_that_travel_along(street):
    client, action = english(), str(uuid4())
    first = written(client, 3, action=action, **{"paper-proof": [papers.photo("张三.jpg"), papers.scan()]})
    kept = client.session["files"]
    assert (first.status_code, [uuid in first.content.decode() for uuid in kept]) == (200, [True, True])

    checked = written(client, 5, action=action, **{"kept-proof": kept}).content.decode()
    sent = written(client, 6, action=action, **{"kept-proof": kept})

    petition = Petition.objects.get()
    assert ("Photos or documents" in checked, sent.status_code, client.session["files"]) == (True, 200, [])
    assert sorted(row.file.name for row in attachments_of(petition)) == ["paper.jpg", "paper.pdf"]
    own = f"/petitions/progress/{petition.procedure.number}/"
    assert "Photo 1" in client.get(own).content.decode()
    assert {client.get(f"{own}files/{uuid}/").status_code for uuid in kept} == {200}
    assert {client.get(f"/files/{uuid}/").status_code for uuid in kept} == {404}


def test_a_refused_file_says_why_and_all_answers_stay(street):
    bad = SimpleUploadedFile("x.jpg", b"GIF89a" + b"\0" * 40)

    answer = written(english(), 3, **{"paper-proof": [papers.photo(), bad]})

    page = answer.content.decode()
    assert (answer.status_code, "This is a GIF" in page, "漏了三个月，请修。" in page, "paper.jpg" in page) == (
        422, True, True, True
    )  # fmt: skip


def test_later_the_petitioner_adds_to_it_by_number_and_code(town):  # noqa: F811
    told = opened(town)
    number, client = told.petition.procedure.number, english()
    client.post("/petitions/progress/", {"number": number, "code": told.claim_code})

    none = client.post(f"/petitions/progress/{number}/files/", {"action": str(uuid4())})
    answer = client.post(
        f"/petitions/progress/{number}/files/", {"paper-proof": papers.scan(), "action": str(uuid4())}, follow=True
    )

    assert (none.status_code, answer.status_code) == (422, 200)
    assert "Document 1 (PDF)" in answer.content.decode()
    assert [row.by_desk for row in attachments_of(told.petition)] == [False]
    assert [line.kind for line in story(told.petition.procedure, [Audience.PARTIES])][-1] == "attached"


def test_the_desk_adds_what_was_brought_and_registers_with_files(town):  # noqa: F811
    petition, clerk = opened(town).petition, signed_in(town, "petition_clerk")

    clerk.post(
        f"/petitions/file/{petition.procedure.number}/files/", {"paper-proof": papers.photo(), "action": str(uuid4())}
    )

    assert [row.by_desk for row in attachments_of(petition)] == [True]


def test_nobody_else_adds_and_nothing_is_added_when_it_is_over(town, accusation):  # noqa: F811
    other = opened(town).petition

    for by in (petitioner(other), town.by("duty_officer"), town.by("property_manager")):
        with pytest.raises(Refused):
            added(town, accusation, by=by)
    with pytest.raises(Invalid):
        add_attachments(petition=other, uuids=[], by=petitioner(other), at=town.now, action=uuid4())
    act(town, other, handling.withdraw, petitioner(other), town.now)
    other.procedure.refresh_from_db()
    with pytest.raises(Conflict):
        added(town, other)
    assert Attachment.objects.count() == 1


def test_erasing_a_petition_forgets_its_files(town, accusation):  # noqa: F811
    file = accusation.attachments.get().file

    kind_of("petition").erase(accusation.procedure)

    assert (Attachment.objects.count(), File.objects.get(pk=file.pk).purged_at is None) == (0, False)
