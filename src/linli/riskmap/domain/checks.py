"""What Decree 799 asks of each camera, one function for each point, in one table.

A check is given the facts of one camera and says what it found, or nothing. The articles are those of the lawbook;
where the law gives no number, the threshold is ours and is said to be (`yardsticks`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.riskmap.domain.privacy import SeenZone
from linli.riskmap.domain.yardsticks import legal
from linli.riskmap.enums import Legal, Room, Sign
from linli.riskmap.models import Optics
from linli.sensing.enums import DeviceStatus

RUNNING = (DeviceStatus.ACTIVE, DeviceStatus.FAULTY)
FILED = (Legal.DUTY, Legal.VITAL)  # article 9 frees other public places from articles 14 and 15


@dataclass(frozen=True)
class Facts:
    """What is known of one camera on one day. private: what it sees of homes, the sharpest first."""

    optics: Optics
    today: date
    yard: Mapping[str, float]
    private: Sequence[SeenZone] = ()


@dataclass(frozen=True)
class Found:
    """What a check found. soon: nothing is wrong yet.  measured, limit: figures, where the check has any."""

    detail: Mapping[str, Any] = field(default_factory=dict)
    measured: float | None = None
    limit: float | None = None
    zone: int | None = None
    soon: bool = False


@dataclass(frozen=True)
class Check:
    """rule: its id in the lawbook, empty for one of this office's own.  words: filled with what was found.

    do: what to do about it.
    """

    name: str
    rule: str
    title: Any
    words: Any
    do: Any
    find: Callable[[Facts], Found | None]
    soon: Any = ""


def in_a_forbidden_room(facts: Facts) -> Found | None:
    room = facts.optics.room
    return None if room == Room.NONE else Found({"room": room})


def over_a_window(facts: Facts) -> Found | None:
    limit = facts.yard["window_density"]
    return None if facts.optics.legal == Legal.NON_PUBLIC else _sharpest(facts.private, limit)


def a_private_camera_at_the_neighbours(facts: Facts) -> Found | None:
    limit = facts.yard["private_density"]
    return _sharpest(facts.private, limit) if facts.optics.legal == Legal.NON_PUBLIC else None


def _sharpest(private: Sequence[SeenZone], limit: float) -> Found | None:
    over = [seen for seen in private if seen.density >= limit]
    if not over:
        return None
    worst = over[0]
    detail = {"zone": worst.name, "metres": round(worst.metres, 1), "number": len(over), "kind": worst.kind}
    return Found(detail, measured=round(worst.density, 1), limit=limit, zone=worst.pk)


def without_a_sign(facts: Facts) -> Found | None:
    optics = facts.optics
    if optics.legal == Legal.NON_PUBLIC or optics.sign == Sign.THERE:
        return None
    return Found({"sign": optics.sign})


def not_filed_in_time(facts: Facts) -> Found | None:
    optics = facts.optics
    if optics.legal not in FILED or optics.filed or optics.first_used is None:
        return None
    days = legal("camera.filing", "amount")
    until = optics.first_used + timedelta(days=days)
    detail = {"until": until.isoformat(), "since": optics.first_used.isoformat()}
    if facts.today > until:
        return Found(detail, measured=(facts.today - optics.first_used).days, limit=days)
    if facts.today >= until - timedelta(days=facts.yard["remind_filing"]):
        return Found(detail, measured=(facts.today - optics.first_used).days, limit=days, soon=True)
    return None


def first_use_unknown(facts: Facts) -> Found | None:
    return None if facts.optics.first_used or facts.optics.legal not in FILED else Found()


def kept_too_short(facts: Facts) -> Found | None:
    days, least = facts.optics.days, legal("camera.keep", "at_least")
    return Found({}, measured=days, limit=least) if 0 < days < least else None


def never_deleted(facts: Facts) -> Found | None:
    return Found() if facts.optics.days and not facts.optics.deletes else None


def inspection_due(facts: Facts) -> Found | None:
    due = facts.optics.next_inspection
    if due is None or facts.today < due - timedelta(days=facts.yard["remind_inspection"]):
        return None
    late = (facts.today - due).days
    return Found({"due": due.isoformat()}, measured=max(late, 0), limit=0, soon=late <= 0)


def without_an_access_log(facts: Facts) -> Found | None:
    needed = facts.optics.legal != Legal.NON_PUBLIC and facts.optics.days > 0
    return Found() if needed and not facts.optics.access_log else None


CHECKS = (
    Check(
        "room", "camera.prohibited_places", _("In a forbidden room"),
        _("It hangs in a place where no camera may be: %(room)s."),
        _("Take it down at once, and report it to the police: the law asks for both."), in_a_forbidden_room,
    ),
    Check(
        "window", "camera.prohibited_places", _("Over a window"),
        _("It sees %(zone)s from %(metres)s m at %(measured)s pixels per metre; our threshold is %(limit)s. "
          "Seen so sharply: %(number)s in all."),
        _("Turn it away, tilt it down, or black the sector out in the camera; then write the new numbers here."),
        over_a_window,
    ),
    Check(
        "private", "camera.private", _("A private camera at the neighbours'"),
        _("It sees %(zone)s from %(metres)s m at %(measured)s pixels per metre; our threshold is %(limit)s."),
        _("Ask whoever put it up to turn it to their own door. The committee may mediate."),
        a_private_camera_at_the_neighbours,
    ),
    Check(
        "sign", "camera.siting", _("No sign"), _("Sign: %(sign)s."),
        _("Put a sign where it is read before one is in the picture, then write the day of the look here."),
        without_a_sign,
    ),
    Check(
        "filing", "camera.filing", _("Not filed with the police"),
        _("In use since %(since)s: the %(limit)s days for filing ended on %(until)s."),
        _("File unit, place, number, type and days of keeping with the county's police, then write the day here."),
        not_filed_in_time, _("In use since %(since)s: it is to be filed by %(until)s."),
    ),
    Check(
        "first_use", "camera.filing", _("First use unknown"),
        _("Nobody wrote down since when it is in use, so the days for filing cannot be counted."),
        _("Write the day of its first use here."), first_use_unknown,
    ),
    Check(
        "kept", "camera.keep", _("Kept too short"),
        _("Recordings stay %(measured)s days; the law asks for at least %(limit)s."),
        _("Set the recorder to the days of the law, then write them here."), kept_too_short,
    ),
    Check(
        "deleted", "camera.keep", _("Never deleted"),
        _("Nothing says that recordings are deleted when their days are over."),
        _("Set the recorder to delete by itself, then say so here."), never_deleted,
    ),
    Check(
        "log", "camera.access_log", _("No log of who looks"),
        _("Nobody writes down who looks at recordings, and why."),
        _("Begin a log of reason, content, unit and name, then say so here."), without_an_access_log,
    ),
    Check(
        "inspection", "", _("Inspection due"), _("Its inspection was due on %(due)s."),
        _("Look at picture, direction, sign and fastening on the spot, then write the day here."), inspection_due,
        _("Its inspection is due on %(due)s."),
    ),
)  # fmt: skip
BY_NAME = {check.name: check for check in CHECKS}


def findings_of(facts: Facts) -> dict[str, Found]:
    """What all checks find of one camera, by the name of the check. Nothing of one that is planned or taken down."""
    if facts.optics.device.status not in RUNNING:
        return {}
    told = {check.name: check.find(facts) for check in CHECKS}
    return {name: found for name, found in told.items() if found is not None}
