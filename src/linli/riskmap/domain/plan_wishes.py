"""What a plan is asked for: what to see and how sharply, from how many sides, with which means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _

from linli.core.errors import Invalid
from linli.riskmap.enums import TO_BE_SEEN, ZoneKind
from linli.riskmap.enums_plans import Aim

TAPPED = "tapped"  # kind of the points that somebody tapped on the map
# How much a sampled point counts. A lane has many points, an entrance a few.
WEIGHTS: dict[str, int] = {
    ZoneKind.LANE: 1, ZoneKind.FIRE_LANE: 2, ZoneKind.ENTRANCE: 4, ZoneKind.SHED: 4, TAPPED: 6,
}  # fmt: skip
DENSITIES = (12.5, 25.0, 62.5, 125.0, 250.0)  # pixels per metre; names in the edition of 2014 of IEC 62676-4
POINTS_MOST = 200  # tapped
MONEY_MOST = 10_000_000
Spots = tuple[tuple[float, float], ...]
Wants = dict[str, dict[str, Any]]  # kind → the fields of a Want


@dataclass(frozen=True)
class Want:
    """How one kind of ground is to be seen. density: pixels per metre at least.  views: from how many cameras."""

    density: float = 25.0
    views: int = 1


@dataclass(frozen=True)
class Prices:
    """Money for each act, in yuan: starting values of this office, to be replaced by its own contract's."""

    turn: int = 200
    wall: int = 1800
    pole: int = 4500
    dark: int = 100


@dataclass(frozen=True)
class Wishes:
    """kinds: what is to be seen, by kind of zone or `tapped`.  points, poles: tapped spots (lon, lat).

    walls: cameras may be added to façades.  budget: yuan, None for no limit.  share: percent that is to be seen.
    """

    kinds: Mapping[str, Want] = field(default_factory=lambda: dict.fromkeys(TO_BE_SEEN, Want()))
    points: Spots = ()
    poles: Spots = ()
    walls: bool = True
    prices: Prices = field(default_factory=Prices)
    budget: int | None = None
    share: int = 90

    def as_json(self) -> dict[str, Any]:
        return {
            "kinds": {kind: vars(want) for kind, want in self.kinds.items()}, "points": self.points,
            "poles": self.poles, "walls": self.walls, "prices": vars(self.prices), "budget": self.budget,
            "share": self.share,
        }  # fmt: skip

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> "Wishes":
        """What `as_json` wrote; an empty mapping is what a plan begins with."""
        if not given:
            return cls()
        return cls(
            kinds={kind: Want(**want) for kind, want in given["kinds"].items()},
            points=_spots(given["points"]), poles=_spots(given["poles"]), walls=given["walls"],
            prices=Prices(**given["prices"]), budget=given["budget"], share=given["share"],
        )  # fmt: skip


def _spots(given: Sequence[Sequence[float]]) -> Spots:
    return tuple((float(lon), float(lat)) for lon, lat in given)


def wrong_in(wishes: Wishes, aim: str) -> dict[str, str]:
    """What is wrong with wishes, by field of the form, in words."""
    wrong: dict[str, str] = {}
    if not wishes.kinds:
        wrong["kinds"] = _("Choose at least one kind of ground that is to be seen, or tap a point.")
    if any(kind not in WEIGHTS for kind in wishes.kinds):
        wrong["kinds"] = _("Choose from the list.")
    if any(want.density not in DENSITIES or want.views not in (1, 2) for want in wishes.kinds.values()):
        wrong["kinds"] = _("Choose a sharpness and one or two views from the list.")
    for name in ("points", "poles"):
        if message := _wrong_spots(getattr(wishes, name)):
            wrong[name] = message
    return wrong | _wrong_money(wishes, aim)


def _wrong_spots(spots: Spots) -> str:
    if len(spots) > POINTS_MOST:
        return _("At most %(most)d points can be tapped.") % {"most": POINTS_MOST}
    if not all(isfinite(lon) and isfinite(lat) and -180 <= lon <= 180 and -85 <= lat <= 85 for lon, lat in spots):
        return _("Write longitude, then latitude, for example 121.43412, 31.19240.")
    return ""


def _wrong_money(wishes: Wishes, aim: str) -> dict[str, str]:
    wrong: dict[str, str] = {}
    money = [*vars(wishes.prices).values(), wishes.budget or 0]
    if not all(0 <= amount <= MONEY_MOST for amount in money):
        wrong["budget"] = _("Write an amount from 0 to 10,000,000 yuan.")
    if aim == Aim.BUDGET and wishes.budget is None:
        wrong["budget"] = _("Write how much may be spent at most, for example 20000.")
    if aim == Aim.LEAST and not 1 <= wishes.share <= 100:
        wrong["share"] = _("Write a share from 1 to 100 percent.")
    return wrong


def check(wishes: Wishes, aim: str) -> None:
    """Raises Invalid, by field."""
    if aim not in Aim.values:
        raise Invalid(fields={"aim": _("Choose one of the list.")})
    if wrong := wrong_in(wishes, aim):
        raise Invalid(fields=wrong)
