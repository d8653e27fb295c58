"""Who may come in by MQTT: the broker asks for every connection, and is told which topics are theirs.

A device: user name = its code, password = its key, client id = its code (or `<code>.<anything>`).
An operator's system: user name = the first part of its token, password = the token.
During a trial of SensorThings (LINLI_SENSORTHINGS_TRIAL), anybody on this machine: neither.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Any

import orjson
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from linli.gateway.mqtt.broker import ACCOUNT, WATCHER, Broker
from linli.gateway.mqtt.tokens import question
from linli.gateway.mqtt.topics import device_rights, operator_rights
from linli.gateway.mqtt.wire import BrokerRefused, Frame, Wire
from linli.gateway.sensorthings.callers import WRITE, TokenPermissions
from linli.people.domain.demo import is_loopback
from linli.sensing.domain.refusals import Reason
from linli.sensing.domain.sender import Sender, device_sender
from linli.sensing.domain.tokens import post_of_token

log = logging.getLogger(__name__)
QUESTIONS = "$SYS.REQ.USER.AUTH"
ENDED = "$SYS.ACCOUNT.*.DISCONNECT"
STAYS = 24 * 3600  # seconds; then a connection is asked anew
LOOK_AGAIN = 5.0  # seconds between two looks at whether the keys of open connections are still valid


@dataclass(frozen=True)
class Guest:
    """An open connection, and the secret it showed (in memory only, to see whether it still opens)."""

    sender: Sender
    secret: str


class Admission:
    """Answers the broker's questions, and shows those out whose key has ended. One thread (`run`)."""

    def __init__(self, broker: Broker, refuse: Callable[[Sender, Reason], None]) -> None:
        self._broker, self._refuse = broker, refuse
        self._guests: dict[int, Guest] = {}
        self._server = ""

    def run(self, stop: Event) -> None:
        """Answer until `stop`.  Raises BrokerAway."""
        wire, watcher = self._broker.connect(), self._broker.connect(WATCHER)
        wire.subscribe(QUESTIONS)
        watcher.subscribe(ENDED)
        looked = time.monotonic()
        try:
            while not stop.is_set():
                for frame in wire.frames(0.2):
                    wire.publish(frame.reply, self.answer(question(frame.payload)))
                for frame in watcher.frames(0.001):
                    self._ended(frame)
                if time.monotonic() - looked > LOOK_AGAIN:
                    looked = time.monotonic()
                    self._show_out(watcher)
        finally:
            wire.close()
            watcher.close()
            connection.close()

    def answer(self, asked: dict[str, Any]) -> bytes:
        """The signed answer to one question."""
        said, client = asked["connect_opts"], asked["client_info"]
        nkey, self._server = asked["user_nkey"], asked["server_id"]["id"]
        signer = self._broker.signer
        name, secret = said.get("user", ""), said.get("pass", "")
        sender = admitted(name, secret, client.get("mqtt_id", ""), client.get("host", ""))
        if sender is None:
            self._refuse(Sender.device(name), Reason.KEY)
            return signer.answer(nkey, self._server, error="the key is not valid")
        rights = device_rights(sender.name) if sender.kind == "device" else operator_rights()
        self._guests[client["id"]] = Guest(sender, secret)
        user = signer.user(
            nkey, sender.name, account=ACCOUNT, publish=rights[0], subscribe=rights[1], ends=int(time.time()) + STAYS
        )
        return signer.answer(nkey, self._server, user=user)

    def _ended(self, frame: Frame) -> None:
        """A connection ended; a message that is larger than the broker takes is counted like any other."""
        said = orjson.loads(frame.payload)
        guest = self._guests.pop(said.get("client", {}).get("id", 0), None)
        if guest is not None and "payload" in said.get("reason", "").lower():
            self._refuse(guest.sender, Reason.SIZE)

    def _show_out(self, watcher: Wire) -> None:
        for number, guest in list(self._guests.items()):
            if _still(guest):
                continue
            del self._guests[number]
            try:
                watcher.request(f"$SYS.REQ.SERVER.{self._server}.KICK", {"cid": number})
            except BrokerRefused:
                log.info("a connection whose key has ended was gone already")


def admitted(name: str, secret: str, client: str, host: str = "") -> Sender | None:
    """Whose connection this is; None where nobody's. A device's session is its own: its client id begins with it.

    During a trial of SensorThings, whoever comes from this machine without a name is let in as operators' systems are.
    """
    if not name and not secret:
        return Sender.system() if is_trial() and is_loopback(host) else None
    try:
        device = device_sender(secret, timezone.now())
        if device is None:
            return operator_sender(name, secret)
    except DatabaseError:
        connection.close()
        return None  # it will come again
    own = client == device.name or client.startswith(f"{device.name}.")
    return device if device.name == name and own else None


def is_trial() -> bool:
    """Whether this machine needs no token: a trial of SensorThings, with a broker that nobody else reaches."""
    return settings.SENSORTHINGS_TRIAL and not settings.HTTPS and is_loopback(settings.MQTT_HOST)


def operator_sender(name: str, secret: str) -> Sender | None:
    """The operator's system that holds this token, if its post may write observations."""
    held = post_of_token(secret, timezone.now())
    if held is None or held[1] != name or not TokenPermissions(held[0]).may(WRITE):
        return None
    return Sender.operator(name)


def _still(guest: Guest) -> bool:
    if guest.sender == Sender.system():
        return is_trial()
    try:
        if guest.sender.kind == "device":
            return device_sender(guest.secret, timezone.now()) == guest.sender
        return operator_sender(guest.sender.name, guest.secret) is not None
    except DatabaseError:
        connection.close()
        return True
