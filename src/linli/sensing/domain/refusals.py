"""Why the door does not take a reading, and what it answers to whoever sent one."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy as _

from linli.core.errors import Busy, DomainError, Invalid, NotFound, Refused, TooLarge, TooMany
from linli.core.json_in import NotJson


class Reason(StrEnum):
    """One word for each reason; they are counted by day and device (`DoorCount.reason`)."""

    SENDER = "sender"
    RETIRED = "retired"
    KEY = "key"
    SIZE = "size"
    TEXT = "text"
    JSON = "json"
    DEPTH = "depth"
    FIELD = "field"
    FORBIDDEN = "forbidden"
    TYPE = "type"
    NUMBER = "number"
    RANGE = "range"
    TIME = "time"
    RATE = "rate"
    CONSENT = "consent"
    OFTEN = "often"
    DOUBLED = "doubled"
    SKEW = "skew"  # noticed, and taken all the same


# Codes in arrays: 0 is taken.
REASONS: tuple[Reason | None, ...] = (None, *Reason)
CODE: dict[Reason | None, int] = {reason: code for code, reason in enumerate(REASONS)}

WORDS: dict[Reason, Any] = {
    Reason.SENDER: _("No device or datastream is known by that name here. Register it first."),
    Reason.RETIRED: _("This device was taken down. Register it again before it sends."),
    Reason.KEY: _("This key is not valid. Give the device a new one."),
    Reason.SIZE: _("The message is too large. Send at most 64 kB at a time."),
    Reason.TEXT: _("The message is not UTF-8."),
    Reason.JSON: _("The message is no JSON, or a number in it is none."),
    Reason.DEPTH: _("The message nests too deep."),
    Reason.FIELD: _("A field is not part of what this device may send. Leave it out, or register what it observes."),
    Reason.FORBIDDEN: _("Faces, voices, plates, addresses of phones, tracks and pictures are never taken."),
    Reason.TYPE: _("A value is of another kind than what is observed."),
    Reason.NUMBER: _("A number is not finite."),
    Reason.RANGE: _("A value lies outside what is possible."),
    Reason.TIME: _("The time is missing, has no zone, or lies before 2000 or after tomorrow. Set the device's clock."),
    Reason.RATE: _("This sender sends too often. Please wait a little and try again."),
    Reason.CONSENT: _("Nobody has asked for this care check, or they have withdrawn."),
    Reason.OFTEN: _("The care check takes one answer a day."),
    Reason.DOUBLED: _("This message was taken before."),
    Reason.SKEW: _("The device's clock is more than a minute ahead."),
}
_BODY = frozenset({Reason.TEXT, Reason.JSON, Reason.DEPTH})


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reading (or message) that was not taken. index: from 0.  where: the field at fault, where there is one."""

    index: int
    reason: Reason
    where: str = ""

    def error(self) -> DomainError:
        """The same as what the domain says, for the doors that answer with one problem."""
        words, reason = WORDS[self.reason], self.reason
        if reason is Reason.RATE:
            return TooMany(words, after=RETRY_AFTER)
        if reason is Reason.SIZE:
            return TooLarge(words)
        if reason is Reason.KEY:
            return NoKey(words)
        if reason in _BODY:
            return NotJson(words, code=reason.value)
        return Invalid(words, fields={self.where: words} if self.where else {}, code=reason.value)


RETRY_AFTER = 10  # seconds that whoever sends too often is asked to wait


class NoKey(Refused):
    """401: the key that was shown opens nothing."""

    status = 401
    code = "key"


@dataclass
class Accepted:
    """What became of a batch.

    ids: int64, one for each reading in the order given; 0 where it was refused or taken before. They are durable.
    doubled: how many messages had been taken before.
    """

    ids: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    refused: list[Refusal] = field(default_factory=list)
    doubled: int = 0


class Away(Busy):
    """The service that holds the observations does not answer."""

    message = _("The sensing service is not running or too busy. Nothing was taken; please send it again.")


class NotTaken(Invalid):
    """A correction that the door does not take, for the reason that it would refuse such a reading."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(WORDS[reason], code=reason.value)


class NoObservation(NotFound):
    """The observation was deleted, or never was."""

    message = _("There is no observation with that id.")
