"""What each app declares about its kind of procedure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from linli.engines.clocks import Limit
from linli.engines.workflow import Workflow

if TYPE_CHECKING:
    from linli.procedures.models import Procedure


@dataclass(frozen=True)
class OwnLimit:
    """A limit that an app's own data set. source: "class", or the lawbook entry that the app chose for the clock."""

    limit: Limit
    source: str = "class"
    assumed: bool = False


@dataclass(frozen=True)
class ProcedureKind:
    """A kind: its workflow and what only its app can answer.

    `own_limit(clock, procedure)` is the limit that the app's own data set for a clock, or none.
    `erase(procedure)` removes what the app's row holds of persons when the procedure is purged.
    `title(procedure)` names one procedure for people; `url(procedure)` is its page; `related` names what to select
    with a procedure so that its title needs no further statement. `states` and `clocks` say in a word what each state
    is and what each clock waits for; `gist(procedure)` is the line that tells one from the next in an inbox.
    `keep_days` after closing, what it says of persons is purged.
    `in_my_file`: whether a party finds it among its own matters; what must leave no trace on a screen is not there.
    `consents`: whether its people can agree in writing that it goes where sealed matters do not go by themselves.
    `may_be_public(procedure)`: whether the public may still see a file that was released to it; what changed since is
    looked at anew.
    `pages_to_keep(procedure, part)` are the addresses that a phone may keep for whoever has this part; none by default.
    """

    workflow: Workflow
    own_limit: Callable[[str, "Procedure"], OwnLimit | None]
    erase: Callable[["Procedure"], None]
    title: Callable[["Procedure"], str]
    url: Callable[["Procedure"], str]
    label: Any
    related: tuple[str, ...] = ()
    gist: Callable[["Procedure"], str] = lambda _procedure: ""
    states: Mapping[str, Any] = field(default_factory=dict)
    clocks: Mapping[str, Any] = field(default_factory=dict)
    keep_days: int = 1096
    in_my_file: bool = True
    consents: bool = False
    may_be_public: Callable[["Procedure"], bool] = lambda _procedure: True
    pages_to_keep: Callable[["Procedure", str], list[str]] = lambda _procedure, _part: []


_kinds: dict[str, ProcedureKind] = {}


def register(kind: ProcedureKind) -> None:
    _kinds[kind.workflow.kind] = kind


def kind_of(name: str) -> ProcedureKind:
    return _kinds[name]


def kinds() -> dict[str, ProcedureKind]:
    return dict(_kinds)
