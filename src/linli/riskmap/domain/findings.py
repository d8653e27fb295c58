"""Findings of the checks: opened, kept up to date, settled by themselves, and passed on as a case."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from linli.cases.domain.catalogue import catalogue
from linli.cases.domain.report import report_case
from linli.cases.enums import Source
from linli.cases.models import Case, CaseClass
from linli.core.errors import Invalid
from linli.people.actors import Actor
from linli.people.domain.acts import record, require_reach
from linli.places.domain.queries import full_title
from linli.riskmap.domain.checks import BY_NAME, RUNNING, Facts, Found, findings_of
from linli.riskmap.domain.finding_words import law_line, say
from linli.riskmap.domain.privacy import SeenZone
from linli.riskmap.domain.seeing import private_of, see_all
from linli.riskmap.domain.view import View, view_of
from linli.riskmap.domain.yardsticks import yardsticks
from linli.riskmap.enums import FindingState
from linli.riskmap.models import Finding, Optics

CLASSES = ("camera_finding", "other")  # of the case that a finding opens: the first that this office has
LANGUAGE = "zh-hans"  # a case is written once, in the language of the office


@dataclass(frozen=True)
class Checked:
    """What one run of the checks did."""

    cameras: int
    opened: int
    settled: int


def run_checks(*, at: datetime, devices: Sequence[int] | None = None) -> Checked:
    """Hold cameras in use to the checks: open what is found anew, settle what is found no more.

    devices: keys of the cameras to look at; all where none are given. Four statements and three writes, whatever the
    number of cameras. The same run twice changes nothing but the moment of the last look.
    """
    rows = Optics.objects.select_related("device__place")
    if devices is not None:
        rows = rows.filter(pk__in=devices)
    cameras = list(rows)
    found = {
        (optics.pk, name): each
        for optics, private in zip(cameras, _private(cameras), strict=True)
        for name, each in found_of(optics, private, today=timezone.localdate(at)).items()
    }
    with transaction.atomic():
        opened, settled = _keep(found, [optics.pk for optics in cameras], at)
    return Checked(sum(optics.device.status in RUNNING for optics in cameras), opened, settled)


def check_now(*, by: Actor, at: datetime, action: UUID | None = None) -> Checked:
    """The same, asked for by somebody who does not want to wait for the day's run."""
    done = run_checks(at=at)
    record("cameras_checked", target=done.cameras, detail=f"+{done.opened} -{done.settled}", by=by, at=at)
    return done


def found_of(optics: Optics, private: Sequence[SeenZone], *, today: date) -> Mapping[str, Found]:
    """What the checks find of one camera, given what it sees of homes."""
    return findings_of(Facts(optics, today, yardsticks(), private))


def found_if(optics: Optics, view: View, *, today: date) -> Mapping[str, Found]:
    """What the checks would find if the camera looked so. Nothing is written."""
    seen = see_all([view])[0]
    return found_of(optics, private_of(view, seen), today=today)


def _private(cameras: Sequence[Optics]) -> list[list[SeenZone]]:
    """What each camera sees of homes; nothing of one that stands nowhere."""
    views = [view_of(optics) for optics in cameras]
    seen = iter(see_all([view for view in views if view]))
    return [private_of(view, next(seen)) if view else [] for view in views]


def _keep(found: Mapping[tuple[int, str], Found], devices: Iterable[int], at: datetime) -> tuple[int, int]:
    """Make the open findings of these cameras those that were found. Returns how many were opened and settled."""
    standing = Finding.objects.filter(state=FindingState.OPEN, device__in=list(devices))
    known = {(row.device_id, row.rule): row for row in standing}
    for key, row in known.items():
        if key in found:
            _fill(row, found[key], at)
    still = [row for key, row in known.items() if key in found]
    gone = [row.pk for key, row in known.items() if key not in found]
    fresh = [_fresh(*key, each, at) for key, each in found.items() if key not in known]
    Finding.objects.bulk_update(still, ["seen_at", "measured", "limit", "detail", "zone"])
    Finding.objects.bulk_create(fresh, ignore_conflicts=True)
    Finding.objects.filter(pk__in=gone, state=FindingState.OPEN).update(
        state=FindingState.SETTLED, settled_at=at, seen_at=at
    )
    return len(fresh), len(gone)


def _fill(row: Finding, found: Found, at: datetime) -> Finding:
    row.seen_at, row.measured, row.limit, row.zone_id = at, found.measured, found.limit, found.zone
    row.detail = {**found.detail, "soon": found.soon}
    return row


def _fresh(device: int, rule: str, found: Found, at: datetime) -> Finding:
    return _fill(Finding(device_id=device, rule=rule, opened_at=at), found, at)


def open_case(*, finding: Finding, by: Actor, at: datetime, action: UUID) -> Case:
    """Make a case of a finding: what is wrong, where, by which article, and what to do. Once; then the case is there.

    Raises:
        Invalid: it is settled already, or was only a reminder.
        Refused: the camera is outside the reach of the actor's post.
    """
    device = finding.device
    require_reach(by=by, place=device.place)
    with transaction.atomic():
        current = Finding.objects.select_related("case", "device__place").get(pk=finding.pk)
        if current.case is not None:
            return current.case
        if current.state != FindingState.OPEN or current.detail.get("soon"):
            raise Invalid(_("There is nothing to be put right here: it is settled, or only a reminder."))
        reported = report_case(
            text=case_text(current), source=Source.PATROL, by=by, at=at, action=action,
            klass=case_class(), place=device.place, where=device.spot, lon=device.lon, lat=device.lat,
        )  # fmt: skip
        Finding.objects.filter(pk=current.pk).update(case=reported.case, version=current.version + 1)
    return reported.case


def case_class() -> CaseClass | None:
    """The class under which a camera is put right; an office that keeps none of its own files it elsewhere."""
    named = (catalogue().named(code) for code in CLASSES)
    return next((klass for klass in named if klass), None)


def case_text(finding: Finding) -> str:
    """Place, camera, what was found, by which article and what to do; never a person."""
    check = BY_NAME[finding.rule]
    device: Any = finding.device
    with override(LANGUAGE):
        lines = [
            _("Camera %(code)s, %(where)s: %(what)s.") % {
                "code": device.code, "where": f"{full_title(device.place)} {device.spot}".strip(), "what": check.title
            },
            say(finding.rule, finding.detail, measured=finding.measured, limit=finding.limit),
            law_line(check.rule),
            _("To do: %(do)s") % {"do": check.do},
        ]  # fmt: skip
    return "\n".join(line for line in lines if line)
