"""How well a model does on texts it has not learnt from: scores by class, sharpness, and where it is unsure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

import numpy as np
from numpy.typing import NDArray

from linli.engines.triage.model import Floats, softmax

RIGHT = 0.9  # of the answers that are given, so many are to be right
LEAST, MOST = 0.5, 0.9  # what is more likely wrong than right is not said
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class ClassScore:
    """precision: of the texts read as this class, how many were. recall: of its texts, how many were read so."""

    precision: float
    recall: float
    f1: float
    number: int


@dataclass(frozen=True)
class Report:
    """Scores on texts not learnt from. confusion: true class × class read.

    unsure: share of texts below the threshold.  wrong: share of the answers given that are not right.
    calibration: the mean gap between how sure it was and how often it was right; 0 is perfect.
    """

    labels: tuple[str, ...]
    scores: tuple[ClassScore, ...]
    confusion: tuple[tuple[int, ...], ...]
    macro_f1: float
    accuracy: float
    unsure: float
    wrong: float
    calibration: float
    threshold: float


def report(labels: Sequence[str], truth: Numbers, scores: Floats, *, sharpness: float, threshold: float) -> Report:
    """truth: index of the true label by text.  scores: text × label."""
    probable = softmax(scores, sharpness)
    read, sure = probable.argmax(axis=1), probable.max(axis=1)
    confusion = np.zeros((len(labels), len(labels)), np.int64)
    np.add.at(confusion, (truth, read), 1)
    answered, right = sure >= threshold, read == truth
    by_class = tuple(_class_score(confusion, one) for one in range(len(labels)))
    return Report(
        labels=tuple(labels),
        scores=by_class,
        confusion=tuple(tuple(int(cell) for cell in row) for row in confusion),
        macro_f1=float(np.mean([one.f1 for one in by_class])),
        accuracy=float(right.mean()),
        unsure=float(1 - answered.mean()),
        wrong=float(1 - right[answered].mean()) if answered.any() else 0.0,
        calibration=calibration_error(sure, right),
        threshold=threshold,
    )


def _class_score(confusion: Numbers, one: int) -> ClassScore:
    hit, read, number = int(confusion[one, one]), int(confusion[:, one].sum()), int(confusion[one].sum())
    return ClassScore(
        precision=hit / read if read else 0.0,
        recall=hit / number if number else 0.0,
        f1=2 * hit / (read + number) if read + number else 0.0,
        number=number,
    )


def calibration_error(sure: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 10) -> float:
    """The mean gap between how sure the answers were and how many were right, over ten bands of sureness."""
    band = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [abs(sure[band == one].mean() - right[band == one].mean()) * (band == one).mean() for one in set(band)]
    return float(sum(gaps))


def fit_sharpness(truth: Numbers, scores: Floats) -> float:
    """The factor under which the softmax of the scores gives the truth the highest probability (temperature scaling).

    The loss is convex in the factor, so the golden section finds it. Source: Guo et al., ICML 2017.
    """

    def loss(sharpness: float) -> float:
        probable = softmax(scores, sharpness)[np.arange(len(truth)), truth]
        return float(-np.log(np.maximum(probable, 1e-300)).mean())

    low, high, golden = 0.1, 40.0, (5**0.5 - 1) / 2
    for _ in range(40):
        left, right = high - golden * (high - low), low + golden * (high - low)
        if loss(left) < loss(right):
            high = right
        else:
            low = left
    return (low + high) / 2


def choose_threshold(truth: Numbers, scores: Floats, sharpness: float) -> float:
    """The lowest probability from which on nine in ten of the answers given are right."""
    probable = softmax(scores, sharpness)
    sure, right = probable.max(axis=1), probable.argmax(axis=1) == truth
    order = np.argsort(-sure, kind="stable")
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    ends = np.append(np.diff(sure[order]) != 0, True)  # equals are answered all or none
    good = np.flatnonzero((share >= RIGHT) & ends)
    lowest = float(sure[order[good[-1]]]) if len(good) else MOST
    return floor(min(max(lowest, LEAST), MOST) * 1000) / 1000
