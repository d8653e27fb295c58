"""A workflow as one table: states, and the moves between them.

Everything that a page, a permission check, a diagram or a test needs to know about the life of a procedure is read
from this table. It is checked when it is built, so a table with a hole in it stops the program at import.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Stage(StrEnum):
    """The seven stages of digital city management.

    Source: GB/T 30428.8 (collect, file, dispatch, handle, feed back, verify and close, evaluate).
    """

    COLLECT = "collect"
    FILE = "file"
    DISPATCH = "dispatch"
    HANDLE = "handle"
    FEED_BACK = "feed_back"
    VERIFY = "verify"
    EVALUATE = "evaluate"


class Audience(StrEnum):
    """Who may read an entry of the story."""

    PUBLIC = "public"
    PARTIES = "parties"
    STAFF = "staff"
    SEALED = "sealed"


class WorkflowError(Exception):
    """The table contradicts itself; raised while it is built."""


@dataclass(frozen=True)
class State:
    """One state: its stage (none when it stands outside the stages) and the part that must act while it lasts.

    `acts` names the role of the assignment that is open in this state; none means that nobody has to act.
    """

    stage: Stage | None
    acts: str | None = None


@dataclass(frozen=True)
class Need:
    """What a move must be given besides permission, such as a reason or a photograph.

    `met(procedure, given)` looks at the values given with the move.
    """

    name: str
    met: Callable[[Any, Mapping[str, Any]], bool] = field(compare=False)


def given(name: str) -> Need:
    """The need for a value called `name` that is not empty (text of blanks counts as empty)."""

    def met(_procedure: Any, values: Mapping[str, Any]) -> bool:
        value = values.get(name)
        return bool(value.strip() if isinstance(value, str) else value)

    return Need(name, met)


STAY = None  # the target of what is done without leaving the state


@dataclass(frozen=True)
class Move:
    """One way from a state to the next, or something done in a state that stays (`target` is STAY).

    `who(actor, procedure)` answers whether the actor may make it. `starts`, `stops`, `pauses`, `resumes`, `extends`
    (by the `amount` given) and `drops` (ended without being met or missed) name clocks. `ends` names parts that are
    played besides the turn, such as a co-handler's, and are over with this move. `audience` says who may read that it
    happened.
    """

    name: str
    source: str | tuple[str, ...]
    target: str | None
    who: Callable[[Any, Any], bool] = field(compare=False)
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    extends: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    audience: Audience = Audience.STAFF

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source,) if isinstance(self.source, str) else self.source

    def leads_to(self, state: str) -> str:
        """The state after this move, made in `state`."""
        return state if self.target is None else self.target


class Workflow:
    """The states and moves of one kind of procedure.

    `initial` is the state in which a procedure of this kind is opened, with the clocks of `opens` running.
    States without a move out of them, or listed in `closed`, end it.

    Raises:
        WorkflowError: a state cannot be reached, a move has no permission or leads nowhere, two moves share a name,
            or a clock that runs is stopped by no move.
    """

    def __init__(
        self,
        *,
        kind: str,
        initial: str,
        states: Mapping[str, State],
        moves: Iterable[Move],
        opens: tuple[str, ...] = (),
        closed: Iterable[str] = (),
    ) -> None:
        self.kind = kind
        self.initial = initial
        self.opens = opens
        self.states = dict(states)
        self.moves: dict[str, Move] = {}
        for move in moves:
            if move.name in self.moves:
                raise WorkflowError(f"{kind}: two moves are called {move.name}")
            self.moves[move.name] = move
        self.closed = frozenset(closed) | {name for name in self.states if not self._leaving(name)}
        self._check()

    def moves_from(self, state: str) -> list[Move]:
        """What can be done in `state`, in the order of the table."""
        return [move for move in self.moves.values() if state in move.sources]

    def mermaid(self) -> str:
        """The table as a Mermaid state diagram, for the docs. What stays in its state is left to the table below it."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        lines += [
            f"    {source} --> {move.target}: {move.name}"
            for move in self.moves.values()
            if move.target is not STAY
            for source in move.sources
        ]
        return "\n".join(lines + [f"    {name} --> [*]" for name in self.states if not self._leaving(name)])

    def _leaving(self, state: str) -> list[Move]:
        return [move for move in self.moves_from(state) if move.target is not STAY]

    def _check(self) -> None:
        named = {self.initial} | {name for move in self.moves.values() for name in move.sources}
        named |= {move.target for move in self.moves.values() if move.target is not STAY}
        if unknown := named - set(self.states):
            raise WorkflowError(f"{self.kind}: unknown states {sorted(unknown)}")
        for move in self.moves.values():
            if not callable(move.who):
                raise WorkflowError(f"{self.kind}: nobody is permitted to {move.name}")
        if lost := set(self.states) - self._reachable():
            raise WorkflowError(f"{self.kind}: no move leads to {sorted(lost)}")
        started = set(self.opens) | {clock for move in self.moves.values() for clock in move.starts}
        stopped = {clock for move in self.moves.values() for clock in (*move.stops, *move.drops)}
        turned = {clock for move in self.moves.values() for clock in (*move.pauses, *move.resumes, *move.extends)}
        if running := started - stopped:
            raise WorkflowError(f"{self.kind}: nothing stops the clocks {sorted(running)}")
        if idle := (stopped | turned) - started:
            raise WorkflowError(f"{self.kind}: nothing starts the clocks {sorted(idle)}")

    def _reachable(self) -> set[str]:
        reached, edge = {self.initial}, [self.initial]
        while edge:
            state = edge.pop()
            for move in self._leaving(state):
                target = move.leads_to(state)
                if target not in reached:
                    reached.add(target)
                    edge.append(target)
        return reached
