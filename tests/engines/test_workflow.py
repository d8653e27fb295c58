import pytest

from linli.engines.workflow import Move, Stage, State, Workflow, WorkflowError


def anybody(_actor, _procedure) -> bool:
    return True


def build(*moves: Move, opens: tuple[str, ...] = (), more: dict[str, State] | None = None) -> Workflow:
    states = {"a": State(Stage.COLLECT, "desk"), "b": State(Stage.VERIFY), **(more or {})}
    return Workflow(kind="test", initial="a", states=states, moves=moves, opens=opens)


def test_states_nobody_can_leave_end_the_procedure():
    assert build(Move("go", "a", "b", anybody)).closed == {"b"}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda: build(Move("go", "a", "b", None)), "nobody is permitted to go"),
        (lambda: build(Move("go", "a", "c", anybody)), "unknown states ['c']"),
        (lambda: build(Move("go", "a", "a", anybody)), "no move leads to ['b']"),
        (lambda: build(Move("go", "a", "b", anybody), Move("go", "a", "b", anybody)), "two moves are called go"),
        (lambda: build(Move("go", "a", "b", anybody), opens=("x",)), "nothing stops the clocks ['x']"),
        (lambda: build(Move("go", "a", "b", anybody, stops=("x",))), "nothing starts the clocks ['x']"),
    ],
)
def test_a_table_with_a_hole_does_not_come_to_be(wrong, told):
    with pytest.raises(WorkflowError, match=told.replace("[", r"\[").replace("]", r"\]")):
        wrong()


def test_the_diagram_names_every_move():
    diagram = build(Move("go", "a", "b", anybody)).mermaid()

    assert diagram == "stateDiagram-v2\n    [*] --> a\n    a --> b: go\n    b --> [*]"
