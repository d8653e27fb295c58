"""The ways out: what a message is handed to. By default a file; real ones are chosen by LINLI_MAIL, _SMS and _PUSH.

A sender is a function `(address, subject, text, key)` that returns when the message was taken, and raises otherwise;
`Gone` where the address no longer exists. A gateway for SMS is added by registering one:

    @sender("sms", "https")                 LINLI_SMS=https://gateway.example/send
    def by_gateway(address, subject, text, key): ...
"""

import json
import os
from collections.abc import Callable
from datetime import datetime
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone

from linli.core.sealed import keyed_hash

Sender = Callable[[str, str, str, str], None]

TIMEOUT = 10  # seconds


class Gone(Exception):
    """Nobody is at this address any more."""


_senders: dict[tuple[str, str], Sender] = {}


def sender(channel: str, scheme: str) -> Callable[[Sender], Sender]:
    """Register a way out, used where the channel's setting begins with `scheme`."""

    def register(function: Sender) -> Sender:
        _senders[channel, scheme] = function
        return function

    return register


def post(channel: str, address: str, subject: str, text: str, *, key: str) -> None:
    """Hand a message to the way out that the settings name for its channel."""
    scheme = settings.CHANNELS[channel].partition(":")[0]
    if scheme == "file":
        _to_file(channel, address, subject, text, key)
    elif (channel, scheme) in _senders:
        _senders[channel, scheme](address, subject, text, key)
    else:
        raise ImproperlyConfigured(f"LINLI_{channel.upper()}: no way to send by {scheme!r}")


def _to_file(channel: str, address: str, subject: str, text: str, key: str) -> None:
    """One JSON line, in a file of the day that its owner alone can read."""
    line = {"at": timezone.now().isoformat(), "to": address, "subject": subject, "text": text, "key": key}
    settings.OUTGOING.mkdir(parents=True, exist_ok=True)
    path = settings.OUTGOING / f"{channel}-{timezone.localdate():%Y-%m-%d}.jsonl"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(json.dumps(line, ensure_ascii=False) + "\n")


def forget_files(*, before: datetime) -> None:
    for path in settings.OUTGOING.glob("*.jsonl"):
        if path.stat().st_mtime < before.timestamp():
            path.unlink()


@sender("mail", "smtp")
@sender("mail", "smtps")
def by_smtp(address: str, subject: str, text: str, key: str) -> None:
    """smtp:// speaks TLS after a greeting in the clear (STARTTLS), where a user is named; smtps:// from the start."""
    server = urlsplit(settings.CHANNELS["mail"])
    connection = get_connection(
        "django.core.mail.backends.smtp.EmailBackend",
        host=server.hostname,
        port=server.port or (465 if server.scheme == "smtps" else 587),
        username=unquote(server.username or ""),
        password=unquote(server.password or ""),
        use_ssl=server.scheme == "smtps",
        use_tls=server.scheme == "smtp" and bool(server.username),
        timeout=TIMEOUT,
    )
    # The same message sent twice has the same id, by which a mail server or reader can tell.
    message_id = f"<{keyed_hash(key, purpose='message-id')[:32]}@{settings.MAIL_FROM.rpartition('@')[2]}>"
    EmailMessage(
        subject, text, settings.MAIL_FROM, [address], headers={"Message-ID": message_id}, connection=connection
    ).send()
