"""Messages out: written with what they tell of, sent once, true when sent, readable by nobody who should not."""

import email.policy
import json
import os
import socketserver
import stat
import threading
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone

from linli.core import channels, deliver, jobs
from linli.core.models import Delivery, Job

pytestmark = pytest.mark.django_db

wanted = {"still": True}


@deliver.still_wanted("tests.still")
def still(delivery: Delivery) -> bool:
    return wanted["still"]


@channels.sender("sms", "broken")
def broken(address: str, subject: str, text: str, key: str) -> None:
    raise ConnectionError(f"no way to {address}")


@channels.sender("sms", "nobody")
def nobody(address: str, subject: str, text: str, key: str) -> None:
    raise channels.Gone


@pytest.fixture(autouse=True)
def outgoing(tmp_path, settings) -> Path:
    settings.OUTGOING = tmp_path / "outgoing"
    wanted["still"] = True
    return settings.OUTGOING


def send(channel: str = "sms", address: str = "13800005678", text: str = "灯修好了。", **more) -> None:
    given = {"key": "answered:1", "procedure": None, "at": timezone.now()} | more
    deliver.send(channel, address, "您的报修", text, **given)


def work_all() -> None:
    while jobs.work_once():
        pass


def sent(outgoing: Path) -> list[dict]:
    lines = [line for path in sorted(outgoing.glob("*.jsonl")) for line in path.read_text().splitlines()]
    return [{name: value for name, value in json.loads(line).items() if name != "at"} for line in lines]


def test_a_message_is_sent_once_however_often_it_is_asked_for(outgoing):
    send()
    send(text="another text under the same key")
    work_all()
    send()
    work_all()

    assert sent(outgoing) == [{"to": "13800005678", "subject": "您的报修", "text": "灯修好了。", "key": "answered:1"}]
    assert Delivery.objects.values_list("status", flat=True).get() == "sent"
    assert Delivery.objects.get().sent_at is not None


def test_the_file_of_outgoing_messages_is_its_owners_alone(outgoing):
    send()
    work_all()

    assert [stat.S_IMODE(path.stat().st_mode) for path in outgoing.iterdir()] == [0o600]


def test_the_address_is_sealed_and_shown_only_in_part():
    send()
    send("mail", "wang.xiaoming@example.org", key="2")
    send("sms", "110", key="3")
    send("push", str(uuid4()), key="4")

    rows = Delivery.objects.order_by("id")
    assert [deliver.masked(row) for row in rows] == ["138****5678", "w***@example.org", "****", "****"]
    assert b"13800005678" not in bytes(rows[0].to_sealed)
    assert all("13800005678" not in json.dumps(job.args) for job in Job.objects.all())


def test_a_message_that_is_no_longer_true_is_dropped(outgoing):
    send(wanted_if="tests.still")
    wanted["still"] = False
    work_all()

    assert sent(outgoing) == []
    assert Delivery.objects.get().status == "dropped"


def test_a_check_that_nobody_registered_is_refused():
    with pytest.raises(LookupError):
        send(wanted_if="tests.nothing")


def test_a_code_is_sealed_sent_and_forgotten(outgoing):
    send(text="验证码 {secret}，10分钟内有效。", secret="481516")
    before = Delivery.objects.get()
    assert "481516" not in before.text
    assert b"481516" not in bytes(before.secret_sealed)

    work_all()

    assert [line["text"] for line in sent(outgoing)] == ["验证码 481516，10分钟内有效。"]
    assert Delivery.objects.get().secret_sealed is None


def test_what_happened_days_ago_is_no_news():
    send(at=timezone.now() - timedelta(days=3))

    assert (Delivery.objects.count(), Job.objects.count()) == (0, 0)


def test_a_way_out_that_fails_is_tried_again_and_the_error_names_nobody(settings, outgoing):
    settings.CHANNELS = {**settings.CHANNELS, "sms": "broken:"}
    send()
    work_all()
    row = Delivery.objects.get()
    assert (row.status, "1380" in row.error, row.error.startswith("ConnectionError")) == ("failed", False, True)

    settings.CHANNELS = {**settings.CHANNELS, "sms": "file"}
    Job.objects.update(run_at=timezone.now())
    work_all()

    assert len(sent(outgoing)) == 1
    assert Delivery.objects.values_list("status", "error").get() == ("sent", "")


def test_nobody_at_the_address_ends_it(settings):
    settings.CHANNELS = {**settings.CHANNELS, "sms": "nobody:"}
    send()
    work_all()

    assert Delivery.objects.get().status == "dropped"
    assert Job.objects.get().done_at is not None


def test_a_way_out_that_does_not_exist_is_a_failure_and_not_a_silence(settings):
    settings.CHANNELS = {**settings.CHANNELS, "sms": "pigeon://"}
    send()
    work_all()

    assert Delivery.objects.get().status == "failed"


class Mailbox(socketserver.StreamRequestHandler):
    """As much of a mail server as takes one message."""

    received: list[bytes] = []

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while words := self.rfile.readline().split():
            if words[0].upper() == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.received.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            self.wfile.write(b"221 bye\r\n" if words[0].upper() == b"QUIT" else b"250 ok\r\n")


def test_mail_goes_to_the_server_of_the_setting_with_an_id_that_a_repetition_would_share(settings):
    with socketserver.TCPServer(("127.0.0.1", 0), Mailbox) as server:
        threading.Thread(target=server.serve_forever).start()
        settings.CHANNELS = {**settings.CHANNELS, "mail": f"smtp://127.0.0.1:{server.server_address[1]}"}
        for _ in range(2):
            send("mail", "wang@example.org")
            work_all()
            Delivery.objects.all().delete()
        server.shutdown()

    first, again = (email.message_from_bytes(text, policy=email.policy.default) for text in Mailbox.received)
    assert (first["To"], first["Subject"], first.get_content().strip()) == (
        "wang@example.org",
        "您的报修",
        "灯修好了。",
    )
    assert first["Message-ID"] == again["Message-ID"]
    assert first["Message-ID"].endswith("@localhost>")


def test_messages_and_their_files_are_forgotten_after_ninety_days(outgoing):
    send()
    work_all()
    old = timezone.now() - timedelta(days=91)
    Delivery.objects.update(created_at=old)
    (path,) = outgoing.iterdir()
    os.utime(path, (old.timestamp(), old.timestamp()))

    jobs.enqueue("deliver.clean", at=timezone.now())
    work_all()

    assert Delivery.objects.count() == 0
    assert list(outgoing.iterdir()) == []
