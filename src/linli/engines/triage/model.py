"""A trained model: which class a text reads like, how sure that is, and which words spoke for it. NumPy alone.

A text is the vector of its grams, each (1 + ln of its count) × how telling it is, of length 1; a class's score is
linear in it. Probabilities are the softmax of `sharpness` × score, where the sharpness was fitted to texts that the
scores had not been learnt from. Below `threshold`, or where the text holds no known gram, the answer is 'unsure'.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from linli.engines.triage.grams import AGAIN, BREAK, Counts, Keys, Vocabulary, count, fold, keys_at

HEAD = 20  # characters with which a message says what it is about
BATCH = 200  # texts whose grams lie in memory at once
TOP = 3
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Span:
    """A part of a text: `text[start:end]`, and how much of what speaks for the class lies in it, from 0 to 1."""

    start: int
    end: int
    share: float


@dataclass(frozen=True)
class Choice:
    """A class, and how probable it is."""

    label: str
    probability: float


@dataclass(frozen=True)
class Reading:
    """What a text reads like: the most probable classes, the first one first; why; and whether that is to be said."""

    choices: tuple[Choice, ...]
    because: tuple[Span, ...]
    unsure: bool


@dataclass(frozen=True, eq=False)
class Model:
    """labels: in their fixed order.  keys: ascending.  telling: by key.  weights: key × label.  bias: by label.

    sizes: lengths of the grams.  sharpness > 0.  threshold: from 0 to 1.
    """

    labels: tuple[str, ...]
    sizes: tuple[int, ...]
    keys: Keys
    telling: Floats
    weights: Floats
    bias: Floats
    sharpness: float = 1.0
    threshold: float = 0.0
    head: int = field(default=HEAD)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(self.keys)

    def scores(self, texts: Sequence[str]) -> Floats:
        """text × label, the larger the more it reads like it."""
        parts = [self._scores(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, len(self.labels)), np.float32)

    def _scores(self, texts: Sequence[str]) -> Floats:
        counts = count(texts, self.vocabulary, self.sizes, head=self.head)
        values = weigh(counts, self.telling)
        scores = np.tile(self.bias, (len(texts), 1))
        filled = np.flatnonzero(np.diff(counts.start))
        if len(filled):
            parts = self.weights[counts.features] * values[:, None]
            scores[filled] += np.add.reduceat(parts, counts.start[filled], axis=0)
        return scores

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """text × label; each row adds up to 1."""
        return softmax(self.scores(texts), self.sharpness)

    def read(self, text: str) -> Reading:
        """What one text reads like."""
        probable = self.probabilities([text])[0]
        order = np.argsort(-probable, kind="stable")[:TOP]
        choices = tuple(Choice(self.labels[one], float(probable[one])) for one in order)
        because = self._because(text, int(order[0]))
        return Reading(choices, because, unsure=not because or choices[0].probability < self.threshold)

    def _because(self, text: str, label: int, most: int = 3) -> tuple[Span, ...]:
        """The stretches of the text whose grams speak most for a class against the mean of all."""
        speaks = self._by_character(text, label)
        total = float(speaks[speaks > 0].sum())
        if not total:
            return ()
        spans = [
            Span(start, end, round(float(np.maximum(speaks[start:end], 0).sum()) / total, 3))
            for start, end in _stretches(text, speaks)
        ]
        best = sorted(spans, key=lambda span: (-span.share, span.start))[:most]
        return tuple(span for span in best if span.share >= LEAST_SHARE or span is best[0])

    def _by_character(self, text: str, label: int) -> NDArray[np.float64]:
        """How much the grams that pass over each character add to the class's lead."""
        chars = fold(text)
        counts = count([text], self.vocabulary, self.sizes, head=self.head)
        worth = np.zeros(len(self.keys))
        rows = self.weights[counts.features]
        lead = (rows[:, label] - rows.mean(axis=1)) * weigh(counts, self.telling) / counts.counts
        worth[counts.features] = lead
        speaks = np.zeros(len(chars))
        for size in self.sizes:
            found = self.vocabulary.find(keys_at(chars, size))
            for begin in np.flatnonzero(found >= 0):
                times = 1 + AGAIN if begin + size <= self.head else 1
                speaks[begin : begin + size] += worth[found[begin]] * times / size
        return speaks


CLEAR = 0.15  # of what the strongest character says, so that 灯 does not outshine its own 不亮
LEAST_SHARE = 0.1  # a stretch with less does not help a reader
LONGEST = 10  # characters; longer ones are cut at their weakest


def _stretches(text: str, speaks: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Runs of characters that speak for the class clearly, as whole words where the script has blanks."""
    clear = _filled(speaks > max(CLEAR * speaks.max(), 0), fold(text) != BREAK)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], clear, [False])).astype(np.int8)))
    spans = [
        _whole_words(text, *_not_alone(text, at, min(at + LONGEST, end), speaks))
        for start, end in zip(edges[::2], edges[1::2], strict=True)
        for at in range(int(start), int(end), LONGEST)
    ]
    return _joined(sorted(spans))


def _filled(clear: NDArray[np.bool_], written: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """A single character between two clear ones is read with them: 灯(不)亮."""
    between = np.zeros_like(clear)
    between[1:-1] = clear[:-2] & clear[2:] & written[1:-1]
    return clear | between


def _not_alone(text: str, start: int, end: int, speaks: NDArray[np.float64]) -> tuple[int, int]:
    """A character alone says little: it takes the neighbour that speaks more."""
    if end - start > 1:
        return start, end
    beside = [at for at in (start - 1, end) if 0 <= at < len(text) and text[at].isalnum()]
    if not beside:
        return start, end
    near = max(beside, key=lambda at: float(speaks[at]))
    return min(start, near), max(end, near + 1)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    def inside(at: int) -> bool:
        """Whether a word of letters from A to Z goes on across the border before `at`."""
        return 0 < at < len(text) and all(one.isascii() and one.isalnum() for one in text[at - 1 : at + 1])

    while inside(start):
        start -= 1
    while inside(end):
        end += 1
    return start, end


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without overlaps: two stretches within one word are one."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def weigh(counts: Counts, telling: Floats) -> Floats:
    """The values of the texts' grams: sublinear in the count, times how telling it is, each text of length 1."""
    values: Floats = (1 + np.log(counts.counts)) * telling[counts.features]
    lengths = np.sqrt(_row_sums(values * values, counts.start))
    values /= np.repeat(np.maximum(lengths, 1e-12), np.diff(counts.start))
    return values


def _row_sums(values: Floats, start: NDArray[np.int64]) -> Floats:
    sums = np.zeros(len(start) - 1, np.float32)
    filled = np.flatnonzero(np.diff(start))
    if len(filled):
        sums[filled] = np.add.reduceat(values, start[filled])
    return sums


def softmax(scores: Floats, sharpness: float) -> NDArray[np.float64]:
    sharp = scores.astype(np.float64) * sharpness
    raised = np.exp(sharp - sharp.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)
