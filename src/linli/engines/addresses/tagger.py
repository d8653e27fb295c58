"""A linear chain over the tokens of an address, learnt as an averaged structured perceptron.

Source: Collins, Discriminative Training Methods for Hidden Markov Models (2002), with the averaging of Daumé (2006).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from linli.engines.addresses.parts import Part, bounded, parts_of, tokens_of, unbounded

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]

EDGE = "␂"  # stands before the first and after the last token
WINDOWS = (
    (0,), (-1,), (1,), (-2,), (2,), (-3,), (3,),
    (-1, 0), (0, 1), (-2, -1), (1, 2), (-2, 0), (0, 2), (-1, 1),
    (-1, 0, 1), (-2, -1, 0), (0, 1, 2), (-3, -2, -1), (1, 2, 3),
    (-3, -2, -1, 0), (0, 1, 2, 3), (-1, 0, 1, 2), (-2, -1, 0, 1),
)  # fmt: skip
SHAPES = ((0,), (-1, 0), (0, 1), (-1, 0, 1), (-2, -1, 0), (0, 1, 2), (-2, -1, 0, 1, 2))
REACH = 3
RARE = 2  # a feature seen less often is left out


@dataclass(frozen=True)
class Tagger:
    """Labels (which say where parts end, too), the number of each known feature, and their weights.

    emission: float32 (features + 1, labels), the last row is that of no feature; transition: float32 (labels + 1,
    labels), the last row begins a text.
    """

    labels: tuple[str, ...]
    features: dict[tuple[object, ...], int]
    emission: Floats
    transition: Floats

    def cut(self, text: str) -> list[tuple[str, str]]:
        """(label, words) for each part of a text, from left to right."""
        tokens = tokens_of(text)
        return [(part.label, "".join(tokens[part.start : part.end])) for part in self.parts(tokens)]

    def parts(self, tokens: Sequence[str]) -> list[Part]:
        return parts_of(self.tags(tokens))

    def tags(self, tokens: Sequence[str]) -> list[str]:
        """The best sequence of tags, one for each token."""
        if not tokens:
            return []
        best = _best(_scores(self.emission, _numbered(tokens, self.features)), self.transition)
        return unbounded([self.labels[label] for label in best])


def train(examples: Sequence[tuple[Sequence[str], Sequence[str]]], *, rounds: int = 12, seed: int = 1) -> Tagger:
    """Learn from (tokens, tags); the same for the same examples, rounds and seed."""
    examples = [(tokens, bounded(tags)) for tokens, tags in examples]
    labels = tuple(sorted({tag for _tokens, tags in examples for tag in tags}))
    number = {label: at for at, label in enumerate(labels)}
    features = _known([tokens for tokens, _tags in examples])
    seen = [
        (_numbered(tokens, features), np.array([number[tag] for tag in tags])) for tokens, tags in examples if tokens
    ]
    learner = _Learner(len(features), len(labels))
    random = Random(seed)  # noqa: S311  an order, no secret
    for _round in range(rounds):
        random.shuffle(seen)
        for ids, right in seen:
            learner.see(ids, right)
    return Tagger(labels, features, *learner.averaged())


class _Learner:
    """Weights, and the sums from which their average over all steps is reckoned."""

    def __init__(self, features: int, labels: int) -> None:
        self._emission = np.zeros((features + 1, labels), np.float32)
        self._transition = np.zeros((labels + 1, labels), np.float32)
        self._emission_sum, self._transition_sum = np.zeros_like(self._emission), np.zeros_like(self._transition)
        self._none = features
        self._step = 1

    def see(self, ids: Ids, right: NDArray[np.int64]) -> None:
        """Correct the weights where the best sequence is not the right one."""
        guessed = np.array(_best(_scores(self._emission, ids), self._transition))
        wrong = np.flatnonzero(guessed != right)
        for at in wrong:
            rows = ids[at][ids[at] != self._none]
            self._add(rows, right[at], 1)
            self._add(rows, guessed[at], -1)
        if len(wrong):
            self._chain(right, 1)
            self._chain(guessed, -1)
        self._step += 1

    def _add(self, rows: Ids, label: int, amount: int) -> None:
        self._emission[rows, label] += amount
        self._emission_sum[rows, label] += amount * self._step

    def _chain(self, labels: NDArray[np.int64], amount: int) -> None:
        before = np.concatenate(([len(self._transition) - 1], labels[:-1]))
        np.add.at(self._transition, (before, labels), amount)
        np.add.at(self._transition_sum, (before, labels), amount * self._step)

    def averaged(self) -> tuple[Floats, Floats]:
        return (
            self._emission - self._emission_sum / np.float32(self._step),
            self._transition - self._transition_sum / np.float32(self._step),
        )


def _scores(emission: Floats, ids: Ids) -> Floats:
    """float32 (tokens, labels)."""
    total: Floats = emission[ids].sum(axis=1)
    return total


def _best(scores: Floats, transition: Floats) -> list[int]:
    """The labels of the best path (Viterbi). scores: (tokens, labels)."""
    held = scores[0] + transition[-1]
    chain = transition[:-1]
    back = []
    for score in scores[1:]:
        paths = held[:, None] + chain
        before = paths.argmax(axis=0)
        back.append(before)
        held = paths[before, np.arange(len(before))] + score
    path = [int(held.argmax())]
    for before in reversed(back):
        path.append(int(before[path[-1]]))
    return path[::-1]


def _known(texts: Sequence[Sequence[str]]) -> dict[tuple[object, ...], int]:
    counts = Counter(feature for tokens in texts for row in _features(tokens) for feature in row)
    frequent = (feature for feature, count in counts.items() if count >= RARE)
    return {feature: number for number, feature in enumerate(frequent)}


def _numbered(tokens: Sequence[str], features: dict[tuple[object, ...], int]) -> Ids:
    """int64 (tokens, windows): the number of each feature; one past the last for those that are not known."""
    none = len(features)
    return np.array([[features.get(feature, none) for feature in row] for row in _features(tokens)])


def _features(tokens: Sequence[str]) -> Iterator[list[tuple[object, ...]]]:
    """For each token what stands in the windows round it: the tokens, and what kind of token they are."""
    edge = [EDGE] * REACH
    words = [*edge, *map(_plain, tokens), *edge]
    kinds = [*edge, *map(_kind, tokens), *edge]
    for at in range(REACH, REACH + len(tokens)):
        row: list[tuple[object, ...]] = [(n, *(words[at + to] for to in window)) for n, window in enumerate(WINDOWS)]
        row += [(-1 - n, *(kinds[at + to] for to in window)) for n, window in enumerate(SHAPES)]
        row.append(("place", min(at - REACH, 6), kinds[at]))
        yield row


def _plain(token: str) -> str:
    """A number says how long it is; everything else is itself, in small letters."""
    return f"0x{min(len(token), 5)}" if token.isdigit() else token.lower()


def _kind(token: str) -> str:
    """What addresses are made of: a number, letters, a sign, a character that ends a part, another."""
    if token.isdigit():
        return f"0{min(len(token), 5)}"
    if token.isascii():
        return "a" if token.isalpha() else token
    return token if token in ENDINGS else "字"


ENDINGS = frozenset("省市区县镇乡村路街道巷弄号楼幢栋座单元室层门组园苑城厦店")
