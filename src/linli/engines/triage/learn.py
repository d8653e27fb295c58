"""Learning a model from labelled texts. Only the worker and the command line import this: scikit-learn is heavy."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.svm import LinearSVC

from linli.engines.triage.grams import Keys, Vocabulary, count, grams_of
from linli.engines.triage.lesson import Lesson
from linli.engines.triage.measure import Numbers, Report, choose_threshold, fit_sharpness, report
from linli.engines.triage.model import HEAD, Floats, Model, weigh
from linli.engines.triage.stored import pack

SIZES = (1, 2)
COST = 1.0
FOLDS = 5
SEED = 1
UNSEEN, EVEN = 0.3, 0.02  # keep a gram that one class alone uses from seeming sure, and one that all use from nothing
TWICE = 2  # invented texts that must share a gram
FEWEST = 5  # people's texts that must share a gram, or the vocabulary would keep what a single person wrote


@dataclass(frozen=True)
class Learnt:
    model: Model
    report: Report


def learn(lessons: Sequence[Lesson], *, folds: int = FOLDS, beat: Callable[[], None] = lambda: None) -> Learnt:
    """A model of all lessons, with sharpness, threshold and scores from a cross-validation over their groups.

    beat: called now and then, for who must show that work goes on.
    """
    labels = tuple(sorted({lesson.label for lesson in lessons}))
    truth = _truth(lessons, labels)
    scores = cross_validate(lessons, labels, folds=folds, beat=beat)
    sharpness = fit_sharpness(truth, scores)
    threshold = choose_threshold(truth, scores, sharpness)
    model = replace(train(lessons, labels), sharpness=sharpness, threshold=threshold)
    beat()
    return Learnt(model, report(labels, truth, scores, sharpness=sharpness, threshold=threshold))


def cross_validate(
    lessons: Sequence[Lesson], labels: tuple[str, ...], *, folds: int = FOLDS, beat: Callable[[], None] = lambda: None
) -> Floats:
    """text × label: the scores each lesson gets from a model that saw neither it nor another of its group.

    Vocabulary and the grams' worth are learnt anew in each fold, so that nothing leaks from the part that is tried.
    """
    scores = np.zeros((len(lessons), len(labels)), np.float32)
    for learnt, tried in _folds(lessons, labels, folds):
        model = train([lessons[one] for one in learnt], labels)
        scores[tried] = model.scores([lessons[one].text for one in tried])
        beat()
    return scores


def _folds(lessons: Sequence[Lesson], labels: tuple[str, ...], folds: int) -> Iterator[tuple[Numbers, Numbers]]:
    groups = _numbered([lesson.group for lesson in lessons])
    split = StratifiedGroupKFold(folds, shuffle=True, random_state=SEED)
    yield from split.split(np.zeros(len(lessons)), _truth(lessons, labels), groups)


def train(lessons: Sequence[Lesson], labels: tuple[str, ...]) -> Model:
    """One linear model, one class against the rest for each label; the same lessons give the same model."""
    texts = [lesson.text for lesson in lessons]
    vocabulary = Vocabulary(_shared_keys(lessons))
    counts = count(texts, vocabulary, SIZES, head=HEAD)
    shape = (len(texts), len(vocabulary.keys))
    truth = _truth(lessons, labels)
    telling = _telling(csr_matrix((np.ones_like(counts.counts), counts.features, counts.start), shape), truth)
    matrix = csr_matrix((weigh(counts, telling).astype(np.float64), counts.features, counts.start), shape)
    fitted = LinearSVC(C=COST, class_weight="balanced", random_state=SEED).fit(matrix, truth)
    weights, bias = _of_all(fitted, len(labels))
    return Model(labels, SIZES, vocabulary.keys, telling, weights, bias)


def _telling(held: csr_matrix, truth: Numbers) -> Floats:
    """What each gram is worth: how rare it is, times how unevenly the classes use it.

    held: text × gram, 1 where the text holds it.  The unevenness is 1 − the entropy of the classes' shares, over its
    maximum (balanced distributional concentration; Wang et al., IJCAI 2015), softened by a square root.
    """
    classes = np.unique(truth)
    holding = np.stack([np.asarray(held[truth == one].sum(axis=0)).ravel() for one in classes])
    shares = (holding + UNSEEN) / np.bincount(truth)[classes, np.newaxis]
    shares /= shares.sum(axis=0)
    uneven = 1 + (shares * np.log(shares)).sum(axis=0) / np.log(max(len(classes), 2))
    seen_in = np.asarray(held.sum(axis=0)).ravel()
    rare = np.log((1 + len(truth)) / (1 + seen_in)) + 1
    telling: Floats = (rare * np.sqrt(np.maximum(uneven, 0) + EVEN)).astype(np.float32)
    return telling


def _of_all(fitted: LinearSVC, width: int) -> tuple[Floats, Floats]:
    """Weights and bias for every label, also for one that this part of the lessons lacks: it is never read."""
    coefficients, intercepts = fitted.coef_, fitted.intercept_
    if len(fitted.classes_) == 2:  # scikit-learn keeps a single row for two classes
        coefficients, intercepts = np.vstack([-coefficients, coefficients]), np.array([-intercepts[0], intercepts[0]])
    weights = np.zeros((coefficients.shape[1], width), np.float32)
    bias = np.full(width, -NEVER, np.float32)
    weights[:, fitted.classes_], bias[fitted.classes_] = coefficients.T, intercepts
    return weights, bias


NEVER = 5.0  # far below the score of any class that was learnt


def _shared_keys(lessons: Sequence[Lesson]) -> Keys:
    """The grams that enough texts share: two invented ones, or five different ones that people wrote."""
    keys, owner = grams_of([lesson.text for lesson in lessons], SIZES, head=0)
    private = np.array([lesson.private for lesson in lessons], bool)
    groups = _numbered([lesson.group if lesson.private else str(at) for at, lesson in enumerate(lessons)])
    unique, index = np.unique(keys, return_inverse=True)
    pairs = np.unique(index.astype(np.int64) * len(lessons) + groups[owner])
    by_people = np.zeros(len(lessons), bool)
    by_people[groups[private]] = True
    of_people, gram = by_people[pairs % len(lessons)], pairs // len(lessons)
    people = np.bincount(gram[of_people], minlength=len(unique))
    invented = np.bincount(gram[~of_people], minlength=len(unique))
    kept: Keys = unique[(invented >= TWICE) | (people >= FEWEST)]
    return kept


def _truth(lessons: Sequence[Lesson], labels: tuple[str, ...]) -> Numbers:
    place = {label: at for at, label in enumerate(labels)}
    return np.array([place[lesson.label] for lesson in lessons], np.int64)


def _numbered(names: Sequence[str]) -> Numbers:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], np.int64)


def learn_packed(lessons: Sequence[Lesson], folds: int = FOLDS) -> tuple[bytes, Report]:
    """What a process of its own gives back: the model as bytes, and its report."""
    learnt = learn(lessons, folds=folds)
    return pack(learnt.model), learnt.report


def try_on(lessons: Sequence[Lesson], tried: Sequence[Lesson]) -> Report:
    """Learn from lessons and try on other texts; sharpness and threshold come from the lessons alone.

    See `without` for texts that stand in both.
    """
    model = learn(lessons).model
    known = [lesson for lesson in tried if lesson.label in model.labels]
    scores = model.scores([lesson.text for lesson in known])
    truth = _truth(known, model.labels)
    return report(model.labels, truth, scores, sharpness=model.sharpness, threshold=model.threshold)


SAME = 0.5


def without(lessons: Sequence[Lesson], tried: Sequence[Lesson]) -> list[Lesson]:
    """The lessons that are not also tried, in the same dress or another.

    Two texts count as the same where more than half of the lesson's pairs of neighbouring characters stand in the
    other: one may have been stripped of small words.
    """
    keys, _owner = grams_of([lesson.text for lesson in lessons], (2,), head=0)
    vocabulary = Vocabulary(np.unique(keys))
    held = _presence(lessons, vocabulary)
    shared = (held @ _presence(tried, vocabulary).T).max(axis=1).toarray().ravel()
    share = shared / np.maximum(np.asarray(held.sum(axis=1)).ravel(), 1)
    return [lesson for lesson, part in zip(lessons, share, strict=True) if part <= SAME]


def _presence(lessons: Sequence[Lesson], vocabulary: Vocabulary) -> csr_matrix:
    counts = count([lesson.text for lesson in lessons], vocabulary, (2,), head=0)
    return csr_matrix(
        (np.ones_like(counts.counts), counts.features, counts.start), (len(lessons), len(vocabulary.keys))
    )
