"""Taking messages in by the browser: a file, how it is read, the run, and who may see it."""

import csv
import io
import os
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from linli.cases.domain.forgetting import forget_imports
from linli.cases.domain.importing import is_stopped
from linli.cases.models import Case, ImportRow, ImportRun
from linli.core.jobs import work_once
from linli.core.models import Job

TABLE = (
    "编号,主题,留言时间,内容\n1,路灯,2019/2/28 9:05,12号门前路灯不亮\n2,电梯,昨天,电梯停运三天了\n3,公式,,=1+1\n"
).encode()
CHOICES = {
    "title": "主题", "text": "内容", "time": "留言时间", "closed": "", "answer": "", "class": "", "number": "编号",
    "where": "", "lon": "", "lat": "", "zone": "Asia/Shanghai", "datum": "wgs84", "mode": "history", "rest": "good",
}  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.DATA = tmp_path
    return tmp_path / "imports"


@pytest.fixture
def officer(sign_in):
    return sign_in("duty_officer")


def send(client, content: bytes = TABLE, name: str = "messages.csv"):
    return client.post("/import/new/", {"file": SimpleUploadedFile(name, content)})


def start(client, **changes) -> ImportRun:
    address = send(client)["Location"]
    assert client.post(address, CHOICES | changes)["Location"] == address.removesuffix("mapping/")
    return ImportRun.objects.get()


def test_a_file_becomes_cases_by_a_job(officer, street):
    run = start(officer)
    going = officer.get(f"/import/{run.pk}/").content.decode()

    assert (run.status, run.post, run.started_by) == (
        "running",
        street.posts["duty_officer"],
        street.accounts["duty_officer"],
    )
    assert 'hx-trigger="every 1s"' in going
    assert [(job.name, job.args) for job in Job.objects.all()] == [("cases.import_messages", {"run": run.pk})]

    assert work_once()
    run.refresh_from_db()

    assert (run.status, run.total, run.rows, run.taken, run.known, run.bad) == ("done", 3, 3, 1, 0, 2)
    assert Case.objects.get().text == "路灯\n12号门前路灯不亮"
    done = officer.get(f"/import/{run.pk}/").content.decode()
    assert "1 message was taken in as a case." in done
    assert "“昨天” is not a time." in done
    assert "hx-get" not in done
    assert "messages.csv" in officer.get("/import/").content.decode()


def test_the_mapping_shows_the_guessed_columns_and_what_is_read_of_them(officer):
    page = officer.get(send(officer)["Location"])
    shown = page.context["rows"], page.context["bad"]

    assert page.context["form"]["text"].initial == "内容"
    assert [(row["line"], row["text"], row["place"]) for row in shown[0]] == [(2, "路灯\n12号门前路灯不亮", "")]
    assert [(row["line"], row["why"]) for row in shown[1]] == [
        (3, "“昨天” is not a time. Write 2026-11-25 17:00."),
        (4, "There is no time."),
    ]


def test_another_choice_of_columns_is_shown_and_nothing_is_started(officer):
    address = send(officer)["Location"]

    page = officer.post(address, CHOICES | {"text": "主题", "title": "", "look": "1"})
    none = officer.post(address, CHOICES | {"text": "", "look": "1"})

    assert [row["text"] for row in page.context["rows"]] == ["路灯"]
    assert (none.status_code, "look" in none.context) == (200, False)
    assert ImportRun.objects.get().status == "preview"


def test_columns_that_are_missing_are_asked_for(officer):
    address = send(officer)["Location"]

    page = officer.post(address, CHOICES | {"time": "", "lon": "编号"})

    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"time"}
    page = officer.post(address, CHOICES | {"lon": "编号"})
    assert page.context["form"].errors == {"lat": ["Choose both longitude and latitude, or neither."]}
    assert ImportRun.objects.get().status == "preview"


def test_starting_twice_is_starting_once(officer):
    address = send(officer)["Location"]

    first, second = officer.post(address, CHOICES), officer.post(address, CHOICES)

    assert first["Location"] == second["Location"]
    assert Job.objects.count() == 1


def test_sending_a_waiting_file_again_finds_it(officer):
    assert send(officer)["Location"] == send(officer, name="copy.csv")["Location"]
    assert ImportRun.objects.count() == 1


def test_the_same_file_is_not_read_twice_at_once(officer):
    start(officer)

    again = officer.post(send(officer)["Location"], CHOICES)

    assert again.status_code == 409
    assert "The same file is being read already." in again.content.decode()


def test_all_or_none_takes_none_and_says_so(officer):
    run = start(officer, rest="none")

    assert work_once()

    assert (Case.objects.count(), ImportRow.objects.count()) == (0, 2)
    assert "so nothing was taken" in officer.get(f"/import/{run.pk}/").content.decode()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "empty.csv", "The file is empty."),
        (b"PK\x03\x04 but no zip", "broken.xlsx", "This XLSX file is damaged."),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "photo.csv", "This is no table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old.xlsx", "This is an old or a locked Excel file."),
        ("只有一栏\n内容\n".encode(), "one.csv", "This is no table"),
        (b"\n\n", "blank.csv", "The first line is empty."),
    ],
)
def test_what_is_no_table_is_refused_in_words_and_not_kept(officer, folder, content, name, words):
    page = send(officer, content, name)

    assert page.status_code == 422
    assert words in page.content.decode()
    assert list(folder.iterdir()) == []
    assert ImportRun.objects.count() == 0


def test_no_file_at_all_is_asked_for(officer):
    page = officer.post("/import/new/", {})

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["file"]


def test_a_file_over_the_limit_is_refused(officer, folder, monkeypatch):
    monkeypatch.setattr("linli.cases.domain.importing.SIZE_MOST", 100)

    page = send(officer)

    assert "The file is too large." in page.content.decode()
    assert list(folder.iterdir()) == []


def test_bad_rows_come_back_corrected(officer):
    run = start(officer)
    work_once()

    file = b"".join(officer.get(f"/import/{run.pk}/bad-rows.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(file)))

    assert rows[0] == ["line", "what is wrong", "编号", "主题", "留言时间", "内容"]
    assert rows[1][2:] == ["2", "电梯", "昨天", "电梯停运三天了"]
    assert rows[2] == ["4", "There is no time.", "3", "公式", "", "'=1+1"]

    rows[1][4] = rows[2][4] = "2019年3月1日 10:00"
    corrected = io.StringIO()
    csv.writer(corrected).writerows(rows)
    address = send(officer, corrected.getvalue().encode("utf-8-sig"), "corrected.csv")["Location"]
    officer.post(address, CHOICES)
    work_once()

    assert sorted(Case.objects.values_list("text", flat=True)) == [
        "公式\n=1+1",
        "电梯停运三天了",
        "路灯\n12号门前路灯不亮",
    ]


@pytest.mark.parametrize("key", ["outsider", "administrator", "auditor", "grid_worker", "resident"])
def test_a_run_is_seen_by_the_post_that_started_it_alone(officer, sign_in, key):
    run = start(officer)
    other = sign_in(key)

    for path in ("", "mapping/", "bad-rows.csv"):
        assert other.get(f"/import/{run.pk}/{path}").status_code in (403, 404)
    for path in ("mapping/", "go-on/", "discard/"):
        assert other.post(f"/import/{run.pk}/{path}", CHOICES).status_code in (403, 404)
    listed = other.get("/import/")
    assert listed.status_code == (200 if key == "administrator" else 403)
    assert "messages.csv" not in listed.content.decode()


def test_a_run_whose_job_is_dead_can_go_on(officer, street):
    run = start(officer)
    Job.objects.update(dead_at=street.now)
    assert is_stopped(run)
    assert "It stopped" in officer.get(f"/import/{run.pk}/").content.decode()

    officer.post(f"/import/{run.pk}/go-on/")
    officer.post(f"/import/{run.pk}/go-on/")

    assert not is_stopped(run)
    assert Job.objects.filter(dead_at=None).count() == 1


def test_a_file_that_is_gone_is_said(officer, folder):
    run = start(officer)
    next(folder.iterdir()).unlink()

    assert work_once()

    run.refresh_from_db()
    assert (run.status, run.error) == ("failed", "damaged")


def test_a_discarded_file_is_deleted(officer, folder):
    address = send(officer)["Location"]

    officer.post(address.replace("mapping", "discard"))

    assert (ImportRun.objects.count(), list(folder.iterdir())) == (0, [])


def test_a_file_is_deleted_a_month_after_its_run_with_the_words_of_its_bad_rows(officer, folder):
    run = start(officer)
    work_once()
    run.refresh_from_db()
    stored = next(folder.iterdir())
    os.utime(stored, (0, 0))

    forget_imports(at=run.ended_at + timedelta(days=29))
    assert (stored.exists(), ImportRow.objects.exclude(raw="").count()) == (True, 2)

    forget_imports(at=run.ended_at + timedelta(days=31))
    assert (stored.exists(), ImportRow.objects.exclude(raw="").count()) == (False, 0)
    assert ImportRow.objects.count() == 2
    assert officer.get(f"/import/{run.pk}/").status_code == 200


def test_a_file_that_nobody_starts_is_deleted_after_a_week(officer, folder):
    send(officer)
    run = ImportRun.objects.get()
    os.utime(next(folder.iterdir()), (0, 0))

    forget_imports(at=run.started_at + timedelta(days=6))
    assert ImportRun.objects.count() == 1

    forget_imports(at=run.started_at + timedelta(days=8))
    assert (ImportRun.objects.count(), list(folder.iterdir())) == (0, [])


def test_a_list_of_three_runs_costs_no_more_than_one(officer, django_assert_num_queries):
    send(officer)
    officer.get("/import/")
    with django_assert_num_queries(4):  # session, account, posts, runs
        officer.get("/import/")

    for line in (b"a", b"b"):
        send(officer, TABLE + b"9,,2019-01-01," + line)

    with django_assert_num_queries(4):
        assert len(officer.get("/import/").context["runs"]) == 3
