"""Siting standards: what each type of device observes, and what is looked at where it stands."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from linli.sensing.enums import Conformity, DeviceType

FILE = "standards.toml"


@dataclass(frozen=True)
class Point:
    """One thing that is looked at. low, high: metres above the ground, where the height answers it."""

    id: str
    zh: str
    en: str
    low: float | None = None
    high: float | None = None
    needed: bool = False

    @property
    def title(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.zh

    @property
    def is_height(self) -> bool:
        return self.low is not None or self.high is not None

    def holds_at(self, height: float) -> bool:
        return (self.low is None or height >= self.low) and (self.high is None or height <= self.high)


@dataclass(frozen=True)
class Standard:
    """What a type of device has from the start, and how one is to stand."""

    type: DeviceType
    properties: tuple[str, ...]
    days: int
    expected: int
    standard: str
    verified: bool
    basis: str
    purpose: str
    purpose_en: str
    sees: str
    sees_en: str
    points: tuple[Point, ...]

    @property
    def needed(self) -> tuple[Point, ...]:
        """The points without which no device of this type is registered."""
        return tuple(point for point in self.points if point.needed)

    def judge(self, answers: Mapping[str, bool | None], height: float | None) -> tuple[Conformity, list[Point]]:
        """Whether a device stands as the standard says, and the points that differ or that nobody answered.

        answers: by the id of a point; None means that it does not apply here, which cannot be said of a needed point.
        height: metres above the ground; answers the points of height.
        """
        failed = [point for point in self.points if not self._holds(point, answers, height)]
        return (Conformity.DIFFERS if failed else Conformity.CONFORMS), failed

    @staticmethod
    def _holds(point: Point, answers: Mapping[str, bool | None], height: float | None) -> bool:
        if point.is_height and height is not None:
            return point.holds_at(height)
        answer = answers.get(point.id, False)
        return answer is True or (answer is None and not point.needed)


def standard_of(kind: str) -> Standard:
    """The standard of a type of device."""
    return _standards(_local_file())[DeviceType(kind)]


def _local_file() -> tuple[str, float] | None:
    """The office's own file and when it was last written, so that a change is read at once."""
    path = Path(settings.DATA) / FILE
    return (str(path), path.stat().st_mtime) if path.exists() else None


@cache
def _standards(local: tuple[str, float] | None) -> dict[DeviceType, Standard]:
    texts = [(files("linli.sensing") / "data" / FILE).read_text(encoding="utf-8")]
    if local is not None:
        texts.append(Path(local[0]).read_text(encoding="utf-8"))
    rows = [row for text in texts for row in tomllib.loads(text)["type"]]
    return {DeviceType(row["type"]): _standard(row) for row in rows}


def _standard(row: dict[str, Any]) -> Standard:
    texts = {name: row[name] for name in ("standard", "basis", "purpose", "purpose_en", "sees", "sees_en")}
    return Standard(
        type=DeviceType(row["type"]), properties=tuple(row["properties"]), days=row["days"], expected=row["expected"],
        verified=row["status"] == "verified", points=tuple(Point(**point) for point in row["points"]), **texts,
    )  # fmt: skip
