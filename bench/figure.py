"""What one measured figure is, and how a file that measures is run.

A file of this folder is a figure where it has a function `measure() -> list[Figure]`. It runs in a process of its own,
with Django set up, so that nothing another figure has loaded or warmed speaks in its favour.
"""

import importlib
import json
import sys
from dataclasses import asdict, dataclass

import django


@dataclass(frozen=True)
class Figure:
    """One line of the table.  `aim` is what `value` may be at most, or at least where `more_is_better`."""

    name: str
    value: float
    unit: str
    aim: float | None = None
    more_is_better: bool = False
    peer: str = ""

    @property
    def meets(self) -> bool:
        if self.aim is None:
            return True
        return self.value >= self.aim if self.more_is_better else self.value <= self.aim


def main(module: str) -> None:
    """Measure, and write the figures as JSON after whatever the measuring printed."""
    django.setup()
    figures = importlib.import_module(f"bench.{module}").measure()
    print(json.dumps([asdict(figure) for figure in figures]))


if __name__ == "__main__":
    # `from bench.figure import Figure` must mean this very class.
    sys.modules["bench.figure"] = sys.modules["__main__"]
    main(sys.argv[1])
