"""What pages of the risk map say: cameras, findings and legends in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from linli.riskmap.domain.checks import BY_NAME, Check, Found
from linli.riskmap.domain.finding_words import law_line, say
from linli.riskmap.domain.view import View
from linli.riskmap.models import Finding

POINTS = (
    pgettext_lazy("compass", "north"), pgettext_lazy("compass", "north-east"), pgettext_lazy("compass", "east"),
    pgettext_lazy("compass", "south-east"), pgettext_lazy("compass", "south"), pgettext_lazy("compass", "south-west"),
    pgettext_lazy("compass", "west"), pgettext_lazy("compass", "north-west"),
)  # fmt: skip
ALL_ROUND = 300  # degrees: a wider view looks nowhere in particular
GRADES: dict[str, Any] = {
    "monitor": gettext_lazy("monitor: that something moves"), "detect": gettext_lazy("detect: that somebody is there"),
    "observe": gettext_lazy("observe: what somebody wears and does"),
    "recognise": gettext_lazy("recognise: whether it is somebody one knows"),
    "identify": gettext_lazy("identify: who it is"), "inspect": gettext_lazy("inspect: small signs and things"),
    "overview": gettext_lazy("overview"), "outline": gettext_lazy("outline"), "discern": gettext_lazy("discern"),
    "perceive": gettext_lazy("perceive"), "characterise": gettext_lazy("characterise"),
    "validate": gettext_lazy("validate"), "scrutinise": gettext_lazy("scrutinise"),
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """A finding in words. tone: of its tag."""

    check: Check
    words: str
    tone: str
    finding: Finding | None = None

    @property
    def title(self) -> Any:
        return self.check.title

    @property
    def law(self) -> str:
        return law_line(self.check.rule)

    @property
    def do(self) -> Any:
        return self.check.do


def said(finding: Finding) -> Said:
    words = say(finding.rule, finding.detail, measured=finding.measured, limit=finding.limit)
    return Said(BY_NAME[finding.rule], words, "waiting" if finding.detail.get("soon") else "late", finding)


def would_be_said(found: Mapping[str, Found]) -> list[Said]:
    """What the checks would find, in words, before anything is saved."""
    return [
        Said(
            BY_NAME[name], say(name, {**each.detail, "soon": each.soon}, measured=each.measured, limit=each.limit),
            "waiting" if each.soon else "late",
        )
        for name, each in found.items()
    ]  # fmt: skip


def direction(view: View) -> str:
    """Where a camera looks, as one says it."""
    if view.fov >= ALL_ROUND:
        return _("all round")
    return str(POINTS[round(view.bearing / 45) % 8])


def rounded_area(area: float) -> int:
    """Square metres as told to everybody: to the next ten."""
    return max(10, round(area / 10) * 10)


def tone_of(findings: Sequence[Finding]) -> str:
    """The tone of a camera on the map."""
    if any(not finding.detail.get("soon") for finding in findings):
        return "late"
    return "waiting" if findings else "done"
