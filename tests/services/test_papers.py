"""Papers handed in as photographs and files: by the applicant, at the window; who opens them, and when they go."""

import zipfile
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from linli.core import files, jobs
from linli.core.errors import Conflict, Invalid, Refused
from linli.core.models import File, ViewLog
from linli.people.actors import Actor, Viewer
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience
from linli.procedures.registry import kind_of
from linli.services.domain.paper_files import FIELD, copies_of, files_of, forget_papers, hand_in
from linli.services.domain.papers import keep_no_longer
from linli.services.domain.queries import requests_of
from linli.services.models import Request
from linli.services.models_papers import PaperFile
from tests import papers
from tests.services.contract import applicant
from tests.services.walk import answer, begin, send
from tests.services.window import PASSED_ON, ask, missing, open_window, step


@pytest.fixture
def window(street, tmp_path, settings):
    settings.FILES = tmp_path / "files"
    open_window()
    return street


def stored(street, upload=None) -> File:
    return files.store(
        upload or papers.photo(), name="证件.jpg", procedure=None, audience=files.APART, at=street.now, sealed=True
    )


def handed_in(street, request: Request, key: str = "id_card", *, by: Actor | None = None, **more) -> File:
    file = stored(street)
    given = {"by": by or applicant(request), "at": street.now, "action": uuid4(), **more}
    hand_in(request=request, given={key: [file.uuid]}, **given)
    return file


def english() -> Client:
    return Client(headers={"accept-language": "en"})


def signed_in(street, role: str) -> Client:
    client = english()
    client.force_login(street.accounts[role])
    return client


# --- handing in


def test_the_applicant_hands_in_what_is_asked_for_and_the_clerk_ticks_it(window):
    request = step(window, ask(window).request, "ask_papers", text="照片太暗。")

    file = handed_in(window, request)

    assert (list(files_of(request)), "id_card" in missing(request)) == (["id_card"], True)
    assert [line.kind for line in story(request.procedure, [Audience.PARTIES])][-1] == "papers_sent"
    (row,) = requests_of(Viewer((window.posts["window_clerk"],), window.accounts["window_clerk"]), "received")
    assert (row.waits, row.came_in) == (True, True)
    kept = File.objects.get(pk=file.pk)
    assert (kept.procedure, kept.audience, kept.sealed) == (request.pk, files.APART, True)


def test_sent_twice_it_is_there_once(window):
    request, action = ask(window).request, uuid4()
    file = stored(window)

    for _again in range(2):
        hand_in(request=request, given={"id_card": [file.uuid]}, by=applicant(request), at=window.now, action=action)

    assert PaperFile.objects.count() == 1


def test_nobody_else_adds_papers_and_none_for_what_is_not_asked_or_over(window):
    request = ask(window).request
    other = ask(window, applicant="别人").request

    for by in (applicant(other), window.by("area_lead"), window.by("department_handler")):
        with pytest.raises(Refused):
            handed_in(window, request, by=by)
    with pytest.raises(Invalid):
        handed_in(window, request, "passport")
    with pytest.raises(Invalid):
        hand_in(request=request, given={}, by=applicant(request), at=window.now, action=uuid4())
    step(window, request, "withdraw")
    request.procedure.refresh_from_db()
    with pytest.raises(Conflict):
        handed_in(window, request)
    assert PaperFile.objects.count() == 0


def test_a_file_of_another_request_is_not_given_away(window):
    request, other = ask(window).request, ask(window, applicant="别人").request
    file = handed_in(window, other)

    with pytest.raises(Invalid):
        hand_in(
            request=request, given={"id_card": [file.uuid]}, by=applicant(request), at=window.now, action=uuid4()
        )  # fmt: skip

    assert PaperFile.objects.get().request_id == other.pk


# --- serving again, with consent


def again(window, account, **more):
    return ask(window, account=account, reuse=True, keep_papers=True, **more)


def test_with_consent_the_files_serve_again_as_copies_of_their_own(window):
    account = window.accounts["resident"]
    first = again(window, account).request
    original = handed_in(window, first, "photo")
    step(window, first, "receive", papers=["photo"])

    second = again(window, account).request

    (copy,) = files_of(second)["photo"]
    assert (copy.reused, copy.file.procedure, copy.file.audience) == (True, second.pk, files.APART)
    kind_of("request").erase(first.procedure)
    files.forget(str(original.uuid))
    assert files.content_of(copy.file)[:2] == b"\xff\xd8"


def test_without_consent_or_after_it_was_taken_back_nothing_serves_again(window):
    account = window.accounts["resident"]
    first = again(window, account).request
    handed_in(window, first, "photo")
    step(window, first, "receive", papers=["photo"])

    keep_no_longer(request=first, by=applicant(first), at=window.now)

    assert files_of(again(window, account).request) == {}
    assert files_of(ask(window, account=account).request) == {}
    assert copies_of({}, ["photo"], at=window.now) == {}


# --- the pages


PAPERS = f"/services/{PASSED_ON}/apply/papers/"


@pytest.fixture
def writing(window) -> Client:
    """Somebody who applies and has come to the page for papers."""
    client = english()
    begin(client, PASSED_ON)
    answer(client, PASSED_ON, names={"applicant": "钱宝珍"}, reach={}, more={"words": "孙子代办。"})
    return client


def test_applying_with_two_papers_from_a_telephone(writing):
    page = writing.get(PAPERS).content.decode()
    kinds = 'accept="image/jpeg,image/png,image/webp,application/pdf"'
    assert ('enctype="multipart/form-data"' in page, kinds in page) == (True, True)

    sent = {"paper-id_card": [papers.photo("正面.jpg"), papers.photo("反面.jpg")], "paper-lease": papers.scan()}
    check = writing.post(PAPERS, sent, follow=True).content.decode()
    assert ("正面.jpg" in check, check.count("I bring it later")) == (True, 2)  # of four
    done = send(writing, PASSED_ON)

    request = Request.objects.get()
    found = {key: [row.file.media_type for row in rows] for key, rows in files_of(request).items()}
    assert found == {"id_card": ["image/jpeg"] * 2, "lease": ["application/pdf"]}
    page = writing.get(done.url).content.decode()
    assert ("Papers that you sent" in page, "Bring these two papers" in page) == (True, True)
    assert writing.session["files"] == []


def test_a_file_that_is_refused_says_what_to_do_and_everything_else_stays(writing):
    program = SimpleUploadedFile("photo.jpg", b"MZ\x90\0" + b"\0" * 60)

    wrong = writing.post(PAPERS, {"paper-id_card": [papers.photo("正面.jpg"), program], "keep_papers": "on"})

    page = wrong.content.decode()
    assert (wrong.status_code, "This is a program" in page, "正面.jpg" in page, "checked" in page) == (
        422, True, True, True
    )  # fmt: skip
    kept = writing.session["files"]
    assert "正面.jpg" in writing.get(PAPERS).content.decode()  # and when they come back to the page
    assert writing.post(PAPERS, {"kept-id_card": kept}).url == f"/services/{PASSED_ON}/apply/check/"
    send(writing, PASSED_ON)
    assert [str(row.file_id) for row in files_of(Request.objects.get())["id_card"]] == kept


@pytest.mark.parametrize(
    ("upload", "says"),
    [
        (
            lambda: SimpleUploadedFile("big.jpg", papers.picture() + b"\0" * files.MAX_SIZE),
            "larger than 10 MB",
        ),
        (lambda: SimpleUploadedFile("x.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), "HEIC"),
        (lambda: papers.scan(pages=41), "more than 40 pages"),
    ],
)
def test_too_big_a_wrong_kind_or_too_long_is_said_beside_its_paper(writing, upload, says):
    wrong = writing.post(PAPERS, {"paper-id_card": upload()})

    assert (wrong.status_code, wrong.content.decode().count(says)) == (422, 2)  # above the form, and beside the paper


def test_a_file_is_left_out_again_and_none_of_another_browser_is_taken(window, writing):
    writing.post(PAPERS, {"paper-id_card": papers.photo("a.jpg")})
    (mine,) = writing.session["files"]
    theirs = stored(window)

    writing.post(PAPERS, {"kept-id_card": [mine, str(theirs.uuid)], "leave-out": mine})
    send(writing, PASSED_ON)

    assert files_of(Request.objects.get()) == {}
    assert (File.objects.get(pk=mine).purged_at is None, File.objects.get(pk=theirs.pk).procedure) == (False, None)


def test_files_of_an_application_that_nobody_sends_are_purged_after_a_day(writing):
    writing.post(PAPERS, {"paper-id_card": papers.photo("a.jpg")})
    File.objects.update(uploaded_at=timezone.now() - timedelta(days=2))

    jobs.enqueue("files.clean", at=timezone.now())
    while jobs.work_once():
        pass

    assert not File.objects.filter(purged_at=None).exists()
    check = writing.get(f"/services/{PASSED_ON}/apply/check/").content.decode()
    assert ("a.jpg" in check, check.count("I bring it later")) == (False, 4)


def test_later_the_applicant_sends_what_was_asked_for_on_their_page(window):
    applied = ask(window)
    step(window, applied.request, "ask_papers", text="照片太暗。")
    number, client = applied.request.procedure.number, english()
    client.post(f"/services/r/{number}/", {"code": applied.claim_code})

    wrong = client.post(f"/services/r/{number}/files/", {"paper-other": papers.photo(), "action": "x"})
    none = client.post(f"/services/r/{number}/files/", {"action": str(uuid4())})
    answer = client.post(
        f"/services/r/{number}/files/", {"paper-other": papers.photo("补照.jpg"), "action": str(uuid4())}, follow=True
    )

    assert (wrong.status_code, none.status_code, answer.status_code) == (422, 422, 200)
    page = answer.content.decode()
    assert ("Papers that you sent" in page, "补照.jpg" in page) == (True, True)
    (row,) = files_of(applied.request)["other"]
    assert client.get(f"/services/r/{number}/files/{row.file_id}/").status_code == 200


def test_at_the_window_the_clerk_scans_and_sees_each_file_and_the_log_keeps_that(window):
    request = ask(window, account=window.accounts["resident"]).request
    clerk, number = signed_in(window, "window_clerk"), request.procedure.number

    answer = clerk.post(
        f"/services/desk/{number}/files/", {"paper-id_card": papers.scan(), "action": str(uuid4())}, follow=True
    )

    (row,) = files_of(request)["id_card"]
    assert (row.scanned, "scanned at the window" in answer.content.decode()) == (True, True)
    opened = [clerk.get(f"/services/desk/{number}/files/{row.file_id}/") for _each in range(2)]
    assert [each.status_code for each in opened] == [200, 200]
    assert opened[0]["Content-Disposition"] == 'attachment; filename="letter.pdf"'
    assert (opened[0]["X-Content-Type-Options"], "no-store" in opened[0]["Cache-Control"]) == ("nosniff", True)
    assert "sandbox" in opened[0]["Content-Security-Policy"]
    assert list(ViewLog.objects.values_list("field", "viewer", "subject", "procedure")) == [
        (FIELD, window.accounts["window_clerk"].pk, window.accounts["resident"].pk, request.pk)
    ]


def test_to_all_others_no_paper_exists_by_any_address(window):
    request, other = ask(window).request, ask(window, applicant="别人").request
    file = handed_in(window, request)
    number, foreign = request.procedure.number, other.procedure.number
    claimed = english()
    session = claimed.session
    session["claimed"] = [str(other.pk)]
    session.save()
    people = {role: signed_in(window, role) for role in ("area_lead", "department_handler", "administrator", "auditor")}
    people |= {"resident": signed_in(window, "resident"), "nobody": english(), "another": claimed}
    ways = [f"/services/desk/{number}/files/{file.uuid}/", f"/services/r/{number}/files/{file.uuid}/",
            f"/services/r/{foreign}/files/{file.uuid}/", f"/services/desk/{foreign}/files/{file.uuid}/",
            f"/files/{file.uuid}/", f"/files/{file.uuid}/320.webp"]  # fmt: skip

    found = {(who, way) for who, client in people.items() for way in ways if client.get(way).status_code == 200}

    assert found == set()
    clerk = signed_in(window, "window_clerk")
    assert [clerk.get(way).status_code for way in ways[:4]] == [200, 404, 404, 404]
    assert (ViewLog.objects.count(), [clerk.get(way).status_code for way in ways[4:]]) == (1, [404, 404])


# --- forgetting


def test_half_a_year_after_the_end_they_are_gone_but_for_those_that_may_serve_again(window):
    gone, serves = ask(window).request, ask(window, keep_papers=True, applicant="别人").request
    for request in (gone, serves):
        handed_in(window, request)
        step(window, request, "withdraw")

    assert forget_papers(at=window.now + timedelta(days=179)) == 0
    assert forget_papers(at=window.now + timedelta(days=181)) == 1
    assert (files_of(gone), len(files_of(serves))) == ({}, 1)
    assert forget_papers(at=window.now + timedelta(days=400)) == 1
    assert not File.objects.filter(purged_at=None).exists()


def test_erasing_a_request_forgets_its_files(window):
    request = ask(window).request
    file = handed_in(window, request)

    kind_of("request").erase(request.procedure)

    assert (PaperFile.objects.count(), File.objects.get(pk=file.pk).purged_at is None) == (0, False)


def test_the_person_takes_their_papers_along_and_nobody_elses(window):
    mine = ask(window, account=window.accounts["resident"]).request
    file = handed_in(window, mine)
    handed_in(window, ask(window, account=window.accounts["volunteer_captain"]).request)

    answer = signed_in(window, "resident").get("/my-data/take-all-along/")

    archive = zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content)))
    path = f"{mine.procedure.number}/01-{file.name}"
    assert archive.namelist() == ["my-data.json", path]
    assert archive.read(path) == files.content_of(file)
