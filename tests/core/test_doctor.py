"""What the doctor finds: each thing that can be wrong is found where it is, and not where it is not."""

import os
import socket
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from linli.core import checks, doctor
from linli.core.doctor import State
from linli.core.models import Delivery, Job, Outbox
from linli.people.domain.directory import PEOPLE
from linli.people.models import Holding
from linli.procedures.domain.limits import forget_snapshot
from linli.procedures.models import Anchor, Verification, WorkCalendar

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("en")]


def found(name: str) -> tuple[State, str]:
    (one,) = [each for each in doctor.examine(at=timezone.now()) if each.name == name]
    return one.state, str(one.says)


@pytest.fixture
def data(settings, tmp_path) -> Path:
    """A data folder of this test's own, with keys beside it."""
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir(mode=0o700)
    settings.KEY_FILE = tmp_path / "keys.json"
    settings.KEY_FILE.write_text("{}")
    settings.KEY_FILE.chmod(0o600)
    return settings.DATA


def test_what_is_worst_comes_first_and_everything_is_looked_at(street, data):
    told = doctor.examine(at=timezone.now())

    assert [one.state for one in told] == sorted((one.state for one in told), key=["bad", "look", "well"].index)
    assert sorted(one.name for one in told) == [
        "anchors", "backup", "calendar", "classes", "clock", "database", "dead", "deliveries", "disk", "hall", "items",
        "jobs", "kernels", "keys", "mail", "office", "outbox", "permissions", "petition_desk", "places", "posts",
        "proof", "sensing", "settings", "starters", "stores",
    ]  # fmt: skip
    assert [one.name for one in told if one.state is not State.WELL and not one.do] == []


def test_keys_that_others_can_read(settings, data):
    assert found("permissions") == (State.WELL, "Keys and data are readable by their owner alone.")

    settings.KEY_FILE.chmod(0o640)

    assert found("permissions") == (State.BAD, f"Others on this machine can read {settings.KEY_FILE}.")


def test_keys_beside_what_they_seal(settings, data):
    assert found("keys")[0] is State.WELL

    settings.KEY_FILE = data / "keys.json"

    assert found("keys") == (State.LOOK, "The keys lie in the data folder, beside what they seal.")


def test_a_store_that_no_backup_holds(data):
    assert found("stores")[0] is State.WELL

    (data / "segments").mkdir()

    assert found("stores") == (State.LOOK, "Not in any backup: segments.")


def test_a_disk_that_fills(monkeypatch, data):
    assert found("disk")[0] in (State.WELL, State.LOOK)

    monkeypatch.setattr(checks, "LEAST", 10**18)

    assert found("disk")[0] is State.BAD


def test_clocks_that_differ(monkeypatch, data):
    assert found("clock") == (State.WELL, "This machine, the database and the disk agree on the time.")

    monkeypatch.setattr(checks, "SKEW", timedelta(seconds=-1))

    assert found("clock")[0] is State.BAD


@pytest.mark.parametrize(
    ("changes", "state", "says"),
    [
        ({"DEBUG": True}, State.BAD, "LINLI_DEBUG shows the inside of Linli to everybody."),
        ({"ALLOWED_HOSTS": ["other.example"]}, State.BAD,
         "LINLI_ADDRESS names linli.example, and Linli does not answer to it."),
        ({"ALLOWED_HOSTS": ["*"]}, State.BAD, "LINLI_HOSTS lets any host name in."),
        ({"HTTPS": False}, State.BAD, "People reach Linli without encryption."),
        ({"ADDRESS": "http://localhost:8000", "ALLOWED_HOSTS": ["localhost"]}, State.LOOK,
         "LINLI_ADDRESS is this machine: links in messages lead nowhere."),
        ({}, State.WELL, "Host names, address and encryption fit together."),
    ],
)  # fmt: skip
def test_settings_that_do_not_fit_together(settings, changes, state, says):
    good = {"DEBUG": False, "ADDRESS": "https://linli.example", "ALLOWED_HOSTS": ["linli.example"], "HTTPS": True}
    for name, value in (good | changes).items():
        setattr(settings, name, value)

    assert found("settings") == (state, says)


def test_a_mail_server_that_does_not_answer(settings):
    ways = {"sms": "https://sms.example", "push": "vapid:mailto:a@example.org"}
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        settings.CHANNELS = {"mail": f"smtp://127.0.0.1:{port}", **ways}
        assert found("mail") == (State.WELL, "The mail server answers.")

    assert found("mail") == (State.BAD, f"The mail server 127.0.0.1 does not answer at port {port}.")
    settings.CHANNELS = {"mail": "file", **ways}
    assert found("mail") == (State.LOOK, "These messages go into a file and reach nobody: mail.")


def test_work_that_waits_and_work_that_failed():
    now = timezone.now()
    assert [found(name)[0] for name in ("jobs", "dead", "outbox", "deliveries")] == [State.WELL] * 4

    Job.objects.create(name="x", run_at=now - timedelta(hours=3), created_at=now)
    Job.objects.create(name="x", run_at=now, created_at=now, dead_at=now)
    Outbox.objects.create(topic="x", at=now - timedelta(minutes=20))
    Delivery.objects.create(channel="mail", to_sealed=b"", text="", key="k", status="failed", created_at=now)

    assert [found(name) for name in ("jobs", "dead", "outbox", "deliveries")] == [
        (State.BAD, "The oldest job has waited for 3 hours."),
        (State.LOOK, "1 job failed five times."),
        (State.LOOK, "The slowest reader is 20 minutes behind."),
        (State.LOOK, "1 message could not be sent."),
    ]


def test_backups_that_are_none_or_old(settings, tmp_path):
    settings.BACKUPS = None
    assert found("backup") == (State.BAD, "No daily backup is made.")

    settings.BACKUPS = tmp_path
    assert found("backup") == (State.BAD, f"There is no backup in {tmp_path} yet.")

    made = tmp_path / "linli-20261125-000000.tar.gz"
    made.write_bytes(b"")
    assert found("backup") == (State.WELL, "The newest backup is 0 minutes old.")

    days_ago = timezone.now().timestamp() - 3 * 24 * 3600
    os.utime(made, (days_ago, days_ago))
    assert found("backup") == (State.BAD, "The newest backup is 3 days old.")


def test_anchors_that_are_not_exported_and_stories_that_do_not_fit(settings, data, tmp_path):
    settings.ANCHORS = tmp_path / "anchors"
    now = timezone.now()
    Anchor.objects.create(number=1, at=now - timedelta(hours=3), hash=b"", exported_at=now)
    Verification.objects.create(started_at=now, ended_at=now, stories=1, found=0)
    assert [found(name)[0] for name in ("anchors", "proof")] == [State.WELL] * 2

    Anchor.objects.update(exported_at=None)
    Verification.objects.update(found=1)

    assert [found(name) for name in ("anchors", "proof")] == [
        (State.BAD, "Anchors have not been exported for 3 hours."),
        (State.BAD, "Stories are not as they were written."),
    ]


def test_a_calendar_that_ends_and_posts_without_holders(street):
    assert found("calendar")[0] is State.WELL

    Holding.objects.filter(post__role="duty_officer").update(until=timezone.now() - timedelta(days=1))
    WorkCalendar.objects.all().delete()
    PEOPLE.changed()
    forget_snapshot()

    assert [found(name) for name in ("calendar", "posts")] == [
        (State.BAD, "This year's working days are not known: due dates are provisional."),
        (State.BAD, "Nobody is duty officer: work that reaches a vacant post stays there."),
    ]


def test_the_page_says_the_same_in_both_languages(sign_in):
    for language, words in (("en", "No daily backup is made."), ("zh-hans", "没有每日备份。")):
        page = sign_in("administrator", language).get("/admin/condition/").content.decode()
        assert words in page


def test_the_catalogue_says_how_long_backups_keep_what_was_deleted(client, settings, tmp_path):
    settings.BACKUPS, settings.BACKUPS_KEPT = tmp_path, 14
    with_backups = client.get("/privacy/fields/", headers={"accept-language": "en"}).content.decode()
    settings.BACKUPS = None
    without = client.get("/privacy/fields/", headers={"accept-language": "en"}).content.decode()

    said = "What is deleted here is in a backup for up to 14 days more, until that backup is removed."
    assert (said in with_backups, said in without) == (True, False)
