"""How well classes are read, on messages not learnt from, and how many a CPU-second."""

import os
from pathlib import Path
from random import Random
from time import process_time

from bench.figure import Figure
from linli.cases.triage_command import read_lessons
from linli.engines.triage import Model
from linli.engines.triage.learn import learn, train, try_on, without
from linli.engines.triage.lesson import Lesson
from linli.world.lessons import lessons
from linli.world.stories import PLOTS

PRIZE = "0.912, a national second prize; plain character TF-IDF and SVM 0.926"
ROUNDS = 5


def measure() -> list[Figure]:
    invented = list(lessons())
    learnt = learn(invented)
    figures = [
        _score("invented messages of our classes, five folds", learnt.report.macro_f1),
        Figure("… how far sureness is from truth", learnt.report.calibration, "", 0.05),
        Figure(
            "the demonstration's reports, without their likes: read rightly", _told_rightly(invented), "", 0.85, True
        ),
        _rate("invented messages read", learnt.model, [lesson.text for lesson in invented]),
    ]
    return figures + (_real(Path(folder) / "messages") if (folder := os.environ.get("LINLI_REAL_DATA")) else [])


def _told_rightly(invented: list[Lesson]) -> float:
    """A share, no macro-F1: nothing is reported of some classes."""
    return try_on(without(invented, _told()), _told()).accuracy


def _told() -> list[Lesson]:
    return [Lesson(text.format(n=3), plot.klass, text) for plot in PLOTS for text in plot.reports]


def _real(folder: Path) -> list[Figure]:
    tokens = list(read_lessons(folder / "labelled_tokens.csv", private=False))
    texts = list(read_lessons(folder / "labelled_fulltext.csv", private=False))
    model = train(tokens, tuple(sorted({lesson.label for lesson in tokens})))
    return [
        _score("seven labels, tokenised messages, five folds", learn(tokens).report.macro_f1, 0.926, PRIZE),
        _score(
            "seven labels, full texts, learnt from the others' tokens", try_on(without(tokens, texts), texts).macro_f1
        ),
        _rate("full texts of 400 characters read", model, [lesson.text for lesson in texts] * 10),
    ]


def _score(name: str, value: float, aim: float | None = None, peer: str = "") -> Figure:
    return Figure(f"{name}: macro-F1", value, "", aim, more_is_better=True, peer=peer)


def _rate(name: str, model: Model, texts: list[str]) -> Figure:
    """The best of some rounds, for other programs share the processor."""
    Random(1).shuffle(texts)
    rates = []
    for _ in range(ROUNDS):
        begun = process_time()
        model.probabilities(texts)
        rates.append(len(texts) / (process_time() - begun))
    return Figure(name, max(rates), "per CPU-s", 5_000, more_is_better=True)
