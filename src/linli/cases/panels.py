"""What apps above cases add to the page of a case, by where the case came from: a panel, or a step of their own.

Cases know none of these apps. Each registers in its `ready()`; a case from elsewhere costs no statement for it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from linli.cases.enums import Source
from linli.cases.models import Case
from linli.people.actors import Actor


@dataclass(frozen=True)
class Panel:
    """A part of the page of a case: a template and what it shows."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)


MakePanel = Callable[[Case, Actor], Panel | None]
_panels: dict[str, list[MakePanel]] = {}
_steps: dict[tuple[str, str], Callable[[Case], Any]] = {}


def offer_panel(source: Source, make: MakePanel) -> None:
    """Add a panel to the page of each case from this source; `make` answers none where it has nothing to say."""
    _panels.setdefault(source, []).append(make)


def offer_step(source: Source, name: str, make: Callable[[Case], Any]) -> None:
    """Ask more at a move of cases from this source. make: the `move_table.Step` for a case, or none for the usual."""
    _steps[source, name] = make


def panels_of(case: Case, by: Actor) -> list[Panel]:
    """The panels of a case, in the order in which they were offered."""
    made = (make(case, by) for make in _panels.get(case.source, ()))
    return [panel for panel in made if panel is not None]


def own_step(name: str, case: Case) -> Any:
    """The step that an app put in the place of the usual one; none where none did."""
    make = _steps.get((case.source, name))
    return make(case) if make else None
