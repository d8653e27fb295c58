"""The thresholds of the checks: what the law says, and what this office chose where the law gives no number."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli import lawbook
from linli.core.errors import Invalid
from linli.people.actors import Actor
from linli.people.domain.acts import record
from linli.riskmap.domain.optics import CAMERAS
from linli.riskmap.models import Yardstick


@dataclass(frozen=True)
class Known:
    """One threshold. start: its value until the office chooses another.  unit: in words."""

    name: str
    title: Any
    hint: Any
    unit: Any
    start: float
    least: float
    most: float


OWN = (
    Known(
        "window_density", _("A window or door of a home is seen too sharply from"),
        _("The law says that privacy must not be filmed, and gives no number. 62.5 is “observe” in the edition of 2014 "
          "of IEC 62676-4: what somebody wears and does can be told. This number is ours."),
        _("pixels per metre"), 62.5, 1, 1000,
    ),
    Known(
        "private_density", _("A private camera (a doorbell) sees a neighbour's door or window too sharply from"),
        _("25 is “detect” in the edition of 2014: that somebody is there can be told. This number is ours."),
        _("pixels per metre"), 25, 1, 1000,
    ),
    Known(
        "remind_filing", _("Remind of the filing"), _("Before its days are over."), _("days before"), 7, 0, 30,
    ),
    Known(
        "remind_inspection", _("Remind of an inspection"), _("Before it is due."), _("days before"), 14, 0, 90,
    ),
)  # fmt: skip
BY_NAME = {each.name: each for each in OWN}


def legal(rule: str, name: str) -> int:
    """A number that the lawbook gives: `legal("camera.filing", "amount")` is 30."""
    return int(lawbook.book().versions(rule)[-1].params[name])


@CAMERAS.kept
def yardsticks() -> dict[str, float]:
    """Every threshold of ours by name. One statement after a change, else none."""
    chosen = dict(Yardstick.objects.values_list("name", "value"))
    return {each.name: chosen.get(each.name, each.start) for each in OWN}


def set_yardstick(
    *, name: str, value: float, reason: str, by: Actor, at: datetime, action: UUID | None = None
) -> Yardstick:
    """Choose a threshold. It holds from the next run of the checks.

    Raises:
        Invalid: by field.
    """
    known = BY_NAME.get(name)
    wrong: dict[str, Any] = {}
    if known is None:
        raise Invalid(fields={"name": _("There is no such threshold.")})
    if not known.least <= value <= known.most:
        words = _("Write a number from %(least)s to %(most)s.")
        wrong["value"] = words % {"least": f"{known.least:g}", "most": f"{known.most:g}"}
    if not reason.strip():
        wrong["reason"] = _("Write the reason in a sentence.")
    if wrong:
        raise Invalid(fields=wrong)
    with transaction.atomic():
        row, _made = Yardstick.objects.update_or_create(
            name=name, defaults={"value": value, "reason": reason.strip()[:200], "changed_at": at}
        )
        CAMERAS.changed()
        record("threshold_chosen", target=name, detail=f"{value:g}: {reason.strip()}", by=by, at=at)
    return row
