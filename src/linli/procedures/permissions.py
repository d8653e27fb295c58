"""Who may make a move: small predicates of an actor and a procedure, for the workflows' tables."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from linli.people.actors import Actor
from linli.people.enums import Role
from linli.procedures.domain.story import Line
from linli.procedures.enums import Part, PartyKind
from linli.procedures.models import Entry, Procedure

Answer = Callable[[Actor, Procedure], bool]


class Who:
    """A predicate with a name, joined with `|` (either) and `&` (both)."""

    def __init__(self, name: str, answer: Answer) -> None:
        self.name = name
        self._answer = answer

    def __call__(self, actor: Actor, procedure: Procedure) -> bool:
        return self._answer(actor, procedure)

    def __or__(self, other: "Who") -> "Who":
        return Who(f"{self.name} or {other.name}", lambda actor, it: self(actor, it) or other(actor, it))

    def __and__(self, other: "Who") -> "Who":
        return Who(f"{self.name} and {other.name}", lambda actor, it: self(actor, it) and other(actor, it))


def holds(part: Part) -> Who:
    """The actor's post has this part in the procedure."""
    return Who(part, lambda actor, procedure: part in _parts(actor, procedure))


def holds_open(part: Part) -> Who:
    """The actor's post has this part, and it is not over."""

    def answer(actor: Actor, procedure: Procedure) -> bool:
        return actor.post is not None and any(
            row.part == part and row.open and row.post_id == actor.post.pk for row in procedure.assignments.all()
        )

    return Who(part, answer)


def takes_part() -> Who:
    """The actor's post has some part in the procedure."""
    return Who("takes part", lambda actor, procedure: bool(_parts(actor, procedure)))


def _parts(actor: Actor, procedure: Procedure) -> set[str]:
    """A procedure has few assignments: read whole, they serve every question where a page has fetched them before."""
    if actor.post is None:
        return set()
    return {row.part for row in procedure.assignments.all() if row.post_id == actor.post.pk}


def governs(*roles: Role) -> Who:
    """The actor's post has one of these roles, and its place contains the procedure's; never where it is sealed."""

    def answer(actor: Actor, procedure: Procedure) -> bool:
        return (
            actor.post is not None
            and actor.post.role in roles
            and not procedure.sealed
            and procedure.place_path.startswith(actor.post.place.path)
        )

    return Who(" or ".join(roles), answer)


def did_not(move: str) -> Who:
    """Neither this post nor this person made the latest move of this name: whoever handles does not verify."""

    def answer(actor: Actor, procedure: Procedure) -> bool:
        post, _slash, account = _latest(procedure, move).partition("/")
        same_post = actor.post is not None and post == f"post:{actor.post.pk}"
        same_person = actor.account is not None and account == str(actor.account.pk)
        return not (same_post or same_person)

    return Who(f"somebody else than who did {move}", answer)


LATEST = "_latest_actors"


def remember_story(procedure: Procedure, lines: Iterable[Line]) -> None:
    """Answer who made which move last from a story that was read already; the procedure is asked about, not moved."""
    procedure.__dict__[LATEST] = defaultdict(str, {line.kind: line.actor for line in lines})


def _latest(procedure: Procedure, move: str) -> str:
    """Who made the latest move of this name, as the chain has it; nobody is "". Read once for what was fetched."""
    known: dict[str, str] = procedure.__dict__.setdefault(LATEST, {})
    if move not in known and not isinstance(known, defaultdict):
        last = Entry.objects.filter(procedure=procedure, kind=move).order_by("-seq").values_list("actor", flat=True)
        known[move] = last.first() or ""
    return known[move]


def is_party(kind: PartyKind) -> Who:
    """The actor is a party of this kind to this procedure."""

    def answer(actor: Actor, procedure: Procedure) -> bool:
        return actor.party is not None and procedure.parties.filter(pk=actor.party, kind=kind).exists()

    return Who(kind.value.replace("_", " "), answer)


def while_(name: str, true: Callable[[Procedure], bool]) -> Who:
    """Something holds of the procedure itself, whoever acts."""
    return Who(name, lambda _actor, procedure: true(procedure))


def system(name: str) -> Who:
    """The system, acting as the job `name`."""
    return Who(
        f"system {name}", lambda actor, _procedure: actor.system is not None and actor.system.split(":")[0] == name
    )
