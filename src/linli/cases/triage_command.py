"""What `linli triage train FILE` and `linli triage evaluate FILE` do."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.timezone import now
from django.utils.translation import gettext as _

from linli.cases.domain.catalogue import catalogue
from linli.cases.domain.learning import keep_model, keep_trial, learn_apart
from linli.cases.domain.lessons import gather
from linli.cases.models import TriageModel
from linli.core.errors import Invalid
from linli.engines.triage import ClassScore, Report
from linli.engines.triage.lesson import Lesson

Say = Callable[[str], object]
CELL_MOST = 10_000_000  # characters
LABEL = ("label", "class", "klass")
TEXTS = ("topic", "title", "text", "tokens")


def run(what: str, file: Path, *, labels: str, folds: int, on: Path | None, say: Say = print) -> int:
    """Returns the exit status: 0 where the model was learnt or tried, 1 where the file cannot be read so."""
    try:
        lessons = list(read_lessons(file, private=labels == "ours"))
        tried = list(read_lessons(on, private=False)) if on else []
        return _evaluate(lessons, tried, folds, say) if what == "evaluate" else _train(lessons, labels, file, say)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        say(str(error))
    except Invalid as told:
        say(str(told.message))
    return 1


def read_lessons(file: Path, *, private: bool) -> Iterator[Lesson]:
    """A CSV with a column `label` and one of text; texts cut into words are joined again.

    Texts that are the same but for blanks are one group, and so stand on one side of every fold.

    Raises:
        Invalid: a column is missing.
    """
    csv.field_size_limit(CELL_MOST)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = csv.DictReader(opened)
        heading = rows.fieldnames or []
        label = next((name for name in LABEL if name in heading), None)
        texts = [name for name in TEXTS if name in heading]
        if label is None or not texts:
            raise Invalid(_("The file needs a column “label”, and one of “text”, “topic” or “tokens”."))
        for row in rows:
            text = "\n".join(_joined(name, row[name] or "") for name in texts)
            if text.strip() and row[label]:
                yield Lesson(text, row[label], group="".join(text.split()), private=private)


def _joined(column: str, text: str) -> str:
    return text.replace(" ", "") if column == "tokens" else text


def _evaluate(lessons: list[Lesson], tried: list[Lesson], folds: int, say: Say) -> int:
    """Over folds of the file itself; or learnt from it without what stands in `tried`, and tried on that."""
    from linli.engines.triage.learn import learn, try_on, without

    _need(lessons, folds)
    if tried:
        lessons = without(lessons, tried)
        _need(lessons, folds)
    show(try_on(lessons, tried) if tried else learn(lessons, folds=folds).report, say)
    return 0


def _need(lessons: list[Lesson], folds: int) -> None:
    counts = Counter(lesson.label for lesson in lessons)
    if len(counts) < 2 or max(counts.values()) < folds:
        raise Invalid(_("There are too few messages: at least two classes, and of one of them as many as folds."))


def _train(lessons: list[Lesson], labels: str, file: Path, say: Say) -> int:
    _need(lessons, 5)
    if labels == TriageModel.Labels.SEVEN:
        data, report = learn_apart(lessons)
        row = keep_trial(data, report, sources={"file": _counted(lessons)}, at=now())
    else:
        row, report = _train_ours(lessons)
    show(report, say)
    say(row.get_verdict_display())
    return 0


def _train_ours(lessons: list[Lesson]) -> tuple[TriageModel, Report]:
    """The file's messages beside all that is learnt from anyway. What it says of classes we do not have is refused."""
    unknown = sorted({lesson.label for lesson in lessons} - {klass.code for klass in catalogue().classes})
    if unknown:
        raise Invalid(_("We have no class called {names}.").format(names=", ".join(unknown)))
    sources = {**gather(), "file": lessons}
    data, report = learn_apart([lesson for found in sources.values() for lesson in found])
    counts = {name: _counted(found) for name, found in sources.items()}
    return keep_model(data, report, sources=counts, learnable=len(sources["cases"]), at=now()), report


def _counted(lessons: list[Lesson]) -> Mapping[str, int]:
    return dict(sorted(Counter(lesson.label for lesson in lessons).items()))


@dataclass(frozen=True)
class _Line:
    name: str
    score: ClassScore

    def __str__(self) -> str:
        one = self.score
        return f"{one.number:7,}  {one.precision:9.3f}  {one.recall:6.3f}  {one.f1:5.3f}  {self.name}"


def show(report: Report, say: Say) -> None:
    """A line for each class, then the whole."""
    say("messages  precision  recall  F1     class")
    for name, score in zip(report.labels, report.scores, strict=True):
        say(f" {_Line(name, score)}")
    say(f"macro-F1 {report.macro_f1:.4f}, accuracy {report.accuracy:.4f}")
    say(f"not sure {report.unsure:.1%} below {report.threshold}, of the answers wrong {report.wrong:.1%}")
