"""Reading the risk map: rows made for its pages, in a constant number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from linli.core.errors import NotFound
from linli.people.actors import Viewer
from linli.places.domain.queries import full_title
from linli.procedures.models import Procedure
from linli.riskmap.domain.layers import Watched
from linli.riskmap.domain.seeing import see_all
from linli.riskmap.domain.view import View, view_of
from linli.riskmap.enums import FindingState, Legal
from linli.riskmap.models import Finding, Optics
from linli.sensing.domain.device_queries import public_devices
from linli.sensing.enums import DeviceStatus, DeviceType
from linli.sensing.models import Device

MOST = 2000  # cameras on one map
SETTLED_MOST = 20


@dataclass(frozen=True)
class CameraRow:
    """One camera with how it looks and what was found of it. view: none while nobody said where it stands."""

    optics: Optics
    place: str
    view: View | None
    findings: Sequence[Finding] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.optics.device.code


def cameras_below(path: str) -> QuerySet[Optics]:
    """Cameras that were not taken down, at a place and beneath it."""
    found = Optics.objects.filter(device__place__path__gte=path, device__place__path__lt=path + "~")
    return found.exclude(device__status=DeviceStatus.RETIRED).select_related("device__place", "device__operator")


def camera_rows(path: str) -> list[CameraRow]:
    """The cameras of a place by their codes, with their open findings. Two statements."""
    cameras = list(cameras_below(path).order_by("device__code")[:MOST])
    standing = Finding.objects.filter(state=FindingState.OPEN, device__in=[camera.pk for camera in cameras])
    by_device: dict[int, list[Finding]] = defaultdict(list)
    for finding in standing.select_related("case__procedure"):
        by_device[finding.device_id].append(finding)
    return [_row(camera, by_device[camera.pk]) for camera in cameras]


def _row(optics: Optics, findings: Sequence[Finding]) -> CameraRow:
    return CameraRow(optics, full_title(optics.device.place), view_of(optics), findings)


def camera_named(code: str, *, below: str, findings: bool = True) -> CameraRow:
    """One camera with its open findings. Two statements; without the findings one.

    Raises:
        NotFound: there is none of this code that the reader may see.
    """
    optics = cameras_below(below).filter(device__code=code).first()
    if optics is None:
        raise NotFound
    if not findings:
        return _row(optics, [])
    standing = Finding.objects.filter(state=FindingState.OPEN, device=optics.pk).select_related("case__procedure")
    return _row(optics, list(standing.order_by("opened_at", "pk")))


def watched(rows: Sequence[CameraRow]) -> list[Watched]:
    """What the cameras see, of those that stand somewhere and are in use or planned."""
    placed = [(row.code, row.view) for row in rows if row.view]
    seen = see_all([view for _code, view in placed])
    return [Watched(code, view, each) for (code, view), each in zip(placed, seen, strict=True)]


def described_not_yet(path: str) -> list[Device]:
    """Cameras of the register of which nobody said yet how they look. One statement."""
    found = Device.objects.filter(
        type=DeviceType.CAMERA, optics=None, place__path__gte=path, place__path__lt=path + "~"
    ).exclude(status=DeviceStatus.RETIRED)
    return list(found.select_related("place").order_by("code")[:50])


def described_codes() -> set[str]:
    """The codes of all cameras on the risk map."""
    return set(Optics.objects.values_list("device__code", flat=True))


@dataclass(frozen=True)
class FindingRow:
    finding: Finding
    place: str

    @property
    def soon(self) -> bool:
        return bool(self.finding.detail.get("soon"))


@dataclass(frozen=True)
class FindingsPage:
    """Open findings by check, what was settled last, and how many of each check are open."""

    rows: Sequence[FindingRow]
    settled: Sequence[FindingRow]
    counts: dict[str, int]


def findings_page(path: str, *, rule: str = "") -> FindingsPage:
    """Three statements."""
    below = Finding.objects.filter(device__place__path__gte=path, device__place__path__lt=path + "~")
    below = below.exclude(device__status=DeviceStatus.RETIRED).select_related("device__place", "case__procedure")
    standing = below.filter(state=FindingState.OPEN)
    counts = dict(standing.order_by().values_list("rule").annotate(Count("pk")))
    shown = standing.filter(rule=rule) if rule else standing
    settled = below.filter(state=FindingState.SETTLED).order_by("-settled_at", "-pk")
    return FindingsPage(
        [_finding(row) for row in shown.order_by("rule", "device__code")],
        [_finding(row) for row in (settled.filter(rule=rule) if rule else settled)[:SETTLED_MOST]],
        counts,
    )  # fmt: skip


def _finding(row: Finding) -> FindingRow:
    return FindingRow(row, full_title(row.device.place))


def visible_cases(findings: Iterable[Finding], viewer: Viewer) -> set[UUID]:
    """The cases of findings that this viewer may open; not everybody who looks after cameras may. One statement."""
    cases = [finding.case_id for finding in findings if finding.case_id]
    return set(Procedure.objects.visible_to(viewer).filter(pk__in=cases).values_list("pk", flat=True))


def finding_named(pk: int, *, below: str) -> Finding:
    """One finding, with its camera and its case.

    Raises:
        NotFound: there is none that the reader may see.
    """
    found = Finding.objects.filter(pk=pk, device__place__path__gte=below, device__place__path__lt=below + "~")
    row = found.select_related("device__place", "case__procedure").first()
    if row is None:
        raise NotFound
    return row


def public_cameras(*, estate: str = "") -> list[CameraRow]:
    """Cameras of the public register, as anybody may read of them. One statement.

    What a camera sees is told in words and in square metres, never as a shape: shapes laid side by side would show
    where nobody looks.
    """
    public = public_devices().filter(optics__isnull=False)
    if estate:
        public = public.filter(place__path__gte=estate, place__path__lt=estate + "~")
    found = Optics.objects.filter(device__in=public).exclude(legal=Legal.NON_PUBLIC)
    rows = found.select_related("device__place", "device__operator").order_by("device__place__path", "device__code")
    return [_row(optics, []) for optics in rows[:MOST]]


def public_camera(code: str) -> CameraRow:
    """Raises NotFound where there is none, or it is not public: which of the two, nobody is told."""
    public = public_devices().filter(code=code)
    found = Optics.objects.filter(device__in=public).exclude(legal=Legal.NON_PUBLIC)
    optics = found.select_related("device__place", "device__operator", "device__owner").first()
    if optics is None:
        raise NotFound
    return _row(optics, [])


@dataclass(frozen=True)
class Figures:
    """How many cameras there are below a place, and what is the matter with them."""

    cameras: int
    findings: int
    soon: int
    last: datetime | None


def figures(rows: Sequence[CameraRow]) -> Figures:
    standing = [finding for row in rows for finding in row.findings]
    soon = sum(bool(finding.detail.get("soon")) for finding in standing)
    return Figures(
        len(rows), len(standing) - soon, soon, max((finding.seen_at for finding in standing), default=None)
    )  # fmt: skip
