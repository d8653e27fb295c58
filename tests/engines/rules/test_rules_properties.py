"""The operator equals the reference, whatever happens on the way."""

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.engines.rules import NEVER, Batch, Operator, Reference
from tests.engines.rules.streams import STREAMS, batch, books, hours, numbers, readings, told, union

many = settings(max_examples=150, deadline=None)


@st.composite
def worlds(draw: st.DrawFn) -> tuple:
    book = draw(books())
    return book, draw(hours(book)), draw(readings)


def steps(rows: list, cuts: list[int], lateness: int) -> list[tuple[Batch, int]]:
    """The rows in batches, and the watermark after each."""
    found, watermark = [], NEVER
    edges = [0, *sorted(cut % (len(rows) + 1) for cut in cuts), len(rows)]
    for first, end in zip(edges, edges[1:], strict=False):
        watermark = max([watermark, *(at - lateness for at, _stream, _value in rows[first:end])])
        found.append((batch(rows[first:end]), watermark))
    return [*found, (batch([]), 100)]


@many
@given(worlds(), st.lists(st.integers(0, 60), max_size=5), st.integers(0, 20), st.randoms(use_true_random=False))
def test_the_operator_says_what_the_reference_says_at_every_step(world, cuts, lateness, chance):
    book, on, rows = world
    chance.shuffle(rows)
    reference = Reference(book, STREAMS, "here", on)
    operator = Operator(book, STREAMS, "here", on)

    for given_, watermark in steps(rows, cuts, lateness):
        assert told(operator.step(given_, watermark)) == told(reference.step(given_, watermark))

    counts = (operator.late, operator.unknown, operator.ahead, operator.watermark)
    assert counts == (reference.late, reference.unknown, reference.ahead, reference.watermark)
