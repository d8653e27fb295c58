"""Real labelled messages are read at least as well as the published way reads them; invented ones alike, always."""

import os
from pathlib import Path
from time import process_time

import pytest

from linli.cases.triage_command import read_lessons
from linli.engines.triage.learn import learn, train, try_on, without
from linli.world.lessons import lessons
from linli.world.stories import PLOTS

FOLDER = os.environ.get("LINLI_REAL_DATA", "")
real = pytest.mark.skipif(not FOLDER, reason="LINLI_REAL_DATA names no folder of real input")


def test_invented_messages_are_read_though_no_variant_of_them_was_learnt():
    told = learn(list(lessons())).report

    assert told.macro_f1 > 0.88
    assert (told.calibration < 0.03, told.wrong < 0.1, told.unsure < 0.2) == (True, True, True)


def test_the_demonstrations_own_reports_are_read():
    """They were worded before the invented messages were, and by themselves."""
    model = train(list(lessons()), tuple(sorted({one.label for one in lessons()})))
    texts = [(text.format(n=3), plot.klass) for plot in PLOTS for text in plot.reports]
    read = [model.read(text).choices[0].label for text, _klass in texts]

    assert sum(label == klass for label, (_text, klass) in zip(read, texts, strict=True)) / len(texts) > 0.85


@real
def test_the_seven_labels_are_read_better_than_by_the_published_way():
    messages = list(read_lessons(Path(FOLDER) / "messages" / "labelled_tokens.csv", private=False))
    told = learn(messages).report

    assert (len(messages), sum(one.number for one in told.scores), len(told.labels)) == (8250, 8250, 7)
    assert told.macro_f1 >= 0.926
    assert (told.calibration < 0.03, told.wrong < 0.1) == (True, True)


@real
def test_full_texts_are_read_by_what_was_learnt_from_others_and_fast():
    messages = list(read_lessons(Path(FOLDER) / "messages" / "labelled_tokens.csv", private=False))
    texts = list(read_lessons(Path(FOLDER) / "messages" / "labelled_fulltext.csv", private=False))
    others = without(messages, texts)

    assert 7000 < len(others) < 8250 - 400  # nearly each text stands among the tokens, too
    assert try_on(others, texts).macro_f1 > 0.84
    model = train(others, tuple(sorted({one.label for one in others})))
    begun = process_time()
    model.probabilities([one.text for one in texts] * 5)
    assert len(texts) * 5 / (process_time() - begun) > 5000
