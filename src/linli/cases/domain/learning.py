"""Learning anew: when, on what, in a process of its own, and whether the new model takes the place of the old.

The new one takes over only where its cross-validated F1, on average over the classes that both know, is not lower. A
model that does not take over leaves its row, with the figures and the verdict, and no file.
"""

import hashlib
import logging
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures import TimeoutError as StillBusy
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from statistics import fmean
from typing import Any

from django.db import transaction

from linli.cases.domain.catalogue import catalogue
from linli.cases.domain.lessons import gather, learnable_cases
from linli.cases.domain.triage import TRIAGE, model_file, models_folder
from linli.cases.models import TriageModel
from linli.core import jobs
from linli.core.errors import Refused
from linli.core.models import Job
from linli.engines.triage import Report
from linli.engines.triage.lesson import Lesson
from linli.people.actors import Actor
from linli.people.domain import acts
from linli.people.enums import Role

logger = logging.getLogger(__name__)

ENOUGH = 50  # new cases to learn from
STALE = timedelta(days=90)  # so that what was forgotten leaves the vocabulary, too
PULSE = 15.0  # seconds between two signs of life
GENTLE = 10  # how far the learning steps back behind whoever answers pages
KEPT = 50  # rows of the past
FEWEST_CLASSES = 2
JOB = "cases.learn_now"
Labels, Verdict = TriageModel.Labels, TriageModel.Verdict
Step = Callable[[], AbstractContextManager[None]]


def is_due(*, at: datetime) -> bool:
    """Whether there is something new to learn: enough cases, another catalogue, no model, or one that is old."""
    last = TriageModel.objects.filter(labels=Labels.OURS).order_by("-trained_at").first()
    if last is None or at - last.trained_at >= STALE:
        return True
    if set(last.report["labels"]) != {klass.code for klass in catalogue().classes}:
        return True
    return learnable_cases().count() >= last.learnable + ENOUGH


def ask_to_learn(*, by: Actor, at: datetime) -> None:
    """Have the model learnt again as soon as a worker is free; asked twice it is learnt once.

    Raises:
        Refused: somebody else than an administrator.
    """
    if not by.has_role(Role.ADMINISTRATOR):
        raise Refused
    with transaction.atomic():
        if jobs.enqueue(JOB, at=at, unique=JOB) is not None:
            acts.record("triage_asked", target=JOB, by=by, at=at)


def is_learning() -> bool:
    return Job.objects.filter(name__in=(JOB, "cases.learn"), done_at=None, dead_at=None).exists()


def learn_ours(
    *, at: datetime, step: Step = transaction.atomic, beat: Callable[[], None] = lambda: None
) -> TriageModel | None:
    """Learn from all there is, and take the new model into use if it is not worse. None with fewer than two classes.

    step: opens a transaction.  beat: called now and then while the learning goes on.
    """
    sources, learnable = gather(), learnable_cases().count()
    lessons = [lesson for of_source in sources.values() for lesson in of_source]
    if len({lesson.label for lesson in lessons}) < FEWEST_CLASSES:
        return None
    data, report = learn_apart(lessons, beat)
    counts = {name: dict(sorted(Counter(one.label for one in found).items())) for name, found in sources.items()}
    return keep_model(data, report, sources=counts, learnable=learnable, at=at, step=step)


def learn_apart(lessons: Sequence[Lesson], beat: Callable[[], None] = lambda: None) -> tuple[bytes, Report]:
    """Learn in a process of its own, gently: it ends with all the memory it took, and pages do not wait for it."""
    from linli.engines.triage.learn import learn_packed

    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=os.nice, initargs=(GENTLE,)) as pool:
        learning = pool.submit(learn_packed, lessons)
        while True:
            try:
                return learning.result(timeout=PULSE)
            except StillBusy:
                beat()


def keep_model(
    data: bytes,
    report: Report,
    *,
    sources: Mapping[str, Mapping[str, int]],
    learnable: int = 0,
    at: datetime,
    step: Step = transaction.atomic,
) -> TriageModel:
    """Write the row of a model of ours, and take it into use if it is not worse than the one that is."""
    sha256 = hashlib.sha256(data).hexdigest()
    before = TriageModel.objects.filter(active=True).first()
    judged = judge(report, before.report if before else None)
    if judged.takes_over:
        _write(data, model_file(sha256))
    with step():
        if judged.takes_over:
            TriageModel.objects.filter(active=True).update(active=False)
        row = TriageModel.objects.create(
            labels=Labels.OURS, trained_at=at, sha256=sha256, sources=sources, learnable=learnable,
            report=asdict(report), macro_f1=report.macro_f1, threshold=report.threshold, verdict=judged.verdict,
            before_f1=judged.before, after_f1=judged.after, active=judged.takes_over,
        )  # fmt: skip
        TRIAGE.changed()
    logger.info("triage learnt: macro-F1 %.3f, %s", report.macro_f1, judged.verdict)
    _tidy()
    return row


@dataclass(frozen=True)
class Judged:
    """Whether a model takes over, and the two figures that say so: none where there was none before."""

    verdict: str
    before: float | None = None
    after: float | None = None

    @property
    def takes_over(self) -> bool:
        return self.verdict in (Verdict.FIRST, Verdict.NOT_WORSE)


def judge(new: Report, old: Mapping[str, Any] | None) -> Judged:
    """Compare two models by their cross-validated F1 over the classes that both know: a new class is no handicap."""
    if old is None:
        return Judged(Verdict.FIRST)
    before = {label: one["f1"] for label, one in zip(old["labels"], old["scores"], strict=True)}
    after = {label: one.f1 for label, one in zip(new.labels, new.scores, strict=True)}
    shared = sorted(set(before) & set(after))
    if not shared:
        return Judged(Verdict.FIRST)
    was, will = fmean(before[label] for label in shared), fmean(after[label] for label in shared)
    return Judged(Verdict.NOT_WORSE if will >= was else Verdict.WORSE, was, will)


def keep_trial(data: bytes, report: Report, *, sources: Mapping[str, Mapping[str, int]], at: datetime) -> TriageModel:
    """The row of a model of other labels. It has no file and is never used."""
    return TriageModel.objects.create(
        labels=Labels.SEVEN, trained_at=at, sha256=hashlib.sha256(data).hexdigest(), sources=sources,
        report=asdict(report), macro_f1=report.macro_f1, threshold=report.threshold, verdict=Verdict.TRIAL,
    )  # fmt: skip


def _write(data: bytes, path: Path) -> None:
    """On the disk as a whole before any row names it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as new:
        new.write(data)
        new.flush()
        os.fsync(new.fileno())
    Path(new.name).replace(path)


def _tidy() -> None:
    """Delete the files of models that are not in use, and rows of long ago that nothing points to."""
    used = {model_file(sha256) for sha256 in TriageModel.objects.filter(active=True).values_list("sha256", flat=True)}
    for path in models_folder().glob("*.npz"):
        if path not in used:
            path.unlink(missing_ok=True)
    old = TriageModel.objects.filter(active=False, readings=None).order_by("-trained_at")[KEPT:]
    TriageModel.objects.filter(pk__in=[row.pk for row in old]).delete()
