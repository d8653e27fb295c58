"""What the contract of workflows says of questions about the law, and how one is brought into each state."""

from collections.abc import Callable
from uuid import uuid4

from linli.station.domain import legal
from linli.station.models_legal import LegalQuestion
from tests.neighbourhood import Street

STUDIO, ASKER = {"mediator"}, {"petitioner"}
# Move: from which state, who may, what it needs.
QUESTIONS: dict[str, tuple] = {
    "take": ("asked", STUDIO),
    "hand_over": ("asked", STUDIO, {"reason": "a colleague knows it better"}),
    "answer": ("answering", STUDIO, {"text": "Ask for mediation first."}),
    "ask_on": ("answered", ASKER, {"text": "And if he says no?"}),
    "apply_aid": ("answering", STUDIO, {"text": "form and papers"}),
    "grant_aid": ("aid", STUDIO),
    "refuse_aid": ("aid", STUDIO, {"reason": "not in its field"}),
    "appoint": ("granted", STUDIO, {"text": "Office A"}),
    "close": ("answered", STUDIO | ASKER),
    "withdraw": ("asked", ASKER),
}


def question_in(street: Street, state: str) -> LegalQuestion:
    """A question in a state, brought there by the verbs that lead to it."""
    found = legal.ask(topic="home", words="May they cut the card?", at=street.now, action=uuid4()).question

    def step(verb: Callable[..., LegalQuestion], **given: object) -> None:
        nonlocal found
        version = found.procedure.version
        found = verb(
            question=found, version=version, by=street.by("mediator"), at=street.now, action=uuid4(), **given
        )  # fmt: skip

    ways: dict[str, list[tuple[Callable[..., LegalQuestion], dict[str, object]]]] = {
        "asked": [],
        "answering": [(legal.take, {})],
        "answered": [(legal.take, {}), (legal.answer, {"text": "No."})],
        "aid": [(legal.take, {}), (legal.apply_aid, {"text": "form"})],
        "granted": [(legal.take, {}), (legal.apply_aid, {"text": "form"}), (legal.grant_aid, {})],
    }
    for verb, given in ways[state]:
        step(verb, **given)
    assert found.procedure.state == state
    return found
