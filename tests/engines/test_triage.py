"""Reading which class a message is about: NumPy reads what scikit-learn reads, and nobody's words are kept."""

import pickle
from collections import Counter
from functools import cache
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.feature_extraction import DictVectorizer
from sklearn.svm import LinearSVC

from linli.engines.triage import Model, Unreadable, pack, unpack
from linli.engines.triage.grams import AGAIN, Vocabulary, count, fold, grams_of, keys_at, read_key
from linli.engines.triage.learn import COST, SEED, SIZES, Learnt, cross_validate, learn, train, without
from linli.engines.triage.lesson import Lesson
from linli.engines.triage.measure import calibration_error, choose_threshold, fit_sharpness, report
from linli.engines.triage.model import HEAD
from linli.world.lessons import lessons

WORDS = st.text(st.sampled_from("楼道灯不亮井盖漏水，。 abLift９12🙂𠮷"), max_size=60)


@cache
def some() -> list[Lesson]:
    return list(lessons(ways=2))


@cache
def learnt() -> Learnt:
    return learn(some())


# --- grams


def test_what_reads_the_same_is_the_same_and_no_number_stays():
    assert fold("ＬＥＤ灯12").tolist() == fold("led灯00").tolist() == [ord(one) for one in "led灯00"]


def test_no_gram_passes_a_break_and_positions_stay():
    chars = fold("灯坏，亮🙂了")
    assert [read_key(int(key)) for key in keys_at(chars, 2)] == ["灯坏", "", "", "", "", ""]
    assert [read_key(int(key)) for key in keys_at(chars, 1)] == ["灯", "坏", "", "亮", "", "了"]


@given(st.lists(WORDS, min_size=1, max_size=6))
def test_grams_are_counted_as_one_by_one(texts):
    def slowly(text: str) -> Counter[str]:
        runs = "".join(chr(code) if code else " " for code in fold(" ".join([text, *[text[:HEAD]] * AGAIN]))).split()
        return Counter(run[at : at + size] for run in runs for size in SIZES for at in range(len(run) - size + 1))

    vocabulary = Vocabulary(np.unique(grams_of(texts, SIZES, head=HEAD)[0]))
    counted = count(texts, vocabulary, SIZES, head=HEAD)

    rows = [slice(counted.start[at], counted.start[at + 1]) for at in range(len(texts))]
    read = [read_key(int(key)) for key in vocabulary.keys]
    assert [
        {read[feature]: int(n) for feature, n in zip(counted.features[row], counted.counts[row], strict=True)}
        for row in rows
    ] == [dict(slowly(text)) for text in texts]


@given(st.lists(st.integers(1, 2**64 - 1), unique=True), st.lists(st.integers(0, 2**64 - 1)))
def test_the_table_finds_each_key_and_no_other(keys, others):
    ours = np.sort(np.array(keys, np.uint64))
    asked = np.array([*keys, *others], np.uint64)
    where = {int(key): at for at, key in enumerate(ours)}
    assert Vocabulary(ours).find(asked).tolist() == [where.get(int(key), -1) for key in asked]


# --- learning and reading


def test_numpy_alone_reads_what_scikit_learn_reads():
    """The same grams counted by scikit-learn's own vectorizer and judged by its own machine."""
    model, texts = train(some(), tuple(sorted({one.label for one in some()}))), [one.text for one in some()]

    def values(text: str) -> dict[str, float]:
        runs = "".join(chr(code) if code else " " for code in fold(" ".join([text, *[text[:HEAD]] * AGAIN]))).split()
        grams = Counter(run[at : at + size] for run in runs for size in SIZES for at in range(len(run) - size + 1))
        known = {gram: (1 + np.log(n)) * telling[gram] for gram, n in grams.items() if gram in telling}
        length = np.sqrt(sum(value**2 for value in known.values())) or 1.0
        return {gram: value / length for gram, value in known.items()}

    telling = {read_key(int(key)): float(one) for key, one in zip(model.keys, model.telling, strict=True)}
    vectors = DictVectorizer().fit([telling])
    truth = [model.labels.index(one.label) for one in some()]

    def matrix(given: list[str]) -> csr_matrix:
        made = vectors.transform(map(values, given))
        return csr_matrix((made.data, made.indices.astype(np.int32), made.indptr.astype(np.int32)), made.shape)

    machine = LinearSVC(C=COST, class_weight="balanced", random_state=SEED).fit(matrix(texts), truth)
    tried = [*texts[::7], "这里什么都没有", "", "the light 灯 is broken"]

    expected = machine.decision_function(matrix(tried))

    assert (
        np.abs(model.scores(tried) - expected).max() < 0.01
    )  # the order of the columns moves the solver's last digits
    assert model.scores(tried).argmax(axis=1).tolist() == expected.argmax(axis=1).tolist()


def test_what_few_have_said_tells_less_of_their_class_than_what_many_have():
    lamp = [Lesson("灯" + ("泡" if at < 2 else ""), "lighting", group=f"灯{at}") for at in range(20)]
    dogs = [Lesson("狗", "pets", group=f"狗{at}") for at in range(20)]
    model = train(lamp + dogs, ("lighting", "pets"))
    telling = {read_key(int(key)): float(one) for key, one in zip(model.keys, model.telling, strict=True)}

    uneven = {gram: telling[gram] / (np.log(41 / (1 + seen)) + 1) for gram, seen in (("灯", 20), ("泡", 2))}

    assert uneven["泡"] < 0.8 * uneven["灯"]


def test_a_class_of_few_lessons_is_not_drowned_by_one_of_many():
    """Both were heard of the same words; one class merely has eight times as many lessons."""
    many = [Lesson("水管漏水", "water", group=f"水{at}") for at in range(40)]
    few = [Lesson("水管漏水", "repairs", group=f"修{at}") for at in range(5)]
    model = train(many + few, ("repairs", "water"))

    repairs, water = model.scores(["水管漏水"])[0]

    assert abs(repairs - water) < 0.05


def test_the_same_lessons_give_the_same_bytes():
    assert pack(learn(some()[::3]).model) == pack(learn(some()[::3]).model)


def test_a_batch_reads_as_each_text_alone():
    texts = [one.text for one in some()[:450]]
    alone = np.concatenate([learnt().model.scores([text]) for text in texts])
    assert np.allclose(learnt().model.scores(texts), alone, atol=1e-5)


def test_invented_messages_are_read_well_though_no_variant_of_them_was_learnt():
    assert learnt().report.macro_f1 > 0.8
    assert learnt().report.calibration < 0.05
    assert learnt().report.wrong <= 0.101  # nine in ten of the answers given are right


def test_no_variant_of_a_thing_is_on_both_sides_of_a_fold():
    """Texts without a word in common, each ten times over: read by heart they would be read rightly."""
    twins = [
        Lesson(text, label, group=text)
        for label, start in (("a", 0x4E00), ("b", 0x5E00))
        for number in range(20)
        for text in ["".join(chr(start + number * 40 + at) for at in range(20))]
        for _ in range(10)
    ]
    scores = cross_validate(twins, ("a", "b"))
    assert np.unique(scores.round(4), axis=0).shape[0] <= 5  # nothing known: each fold's bias and no more


def test_what_a_person_wrote_is_kept_only_where_five_did():
    four = [Lesson(f"{mark}翡翠手镯丢了", "other", group=f"case:{mark}", private=True) for mark in "甲乙丙丁"]
    five = [Lesson(f"{mark}路灯坏了", "lighting", group=f"case:{mark}灯", private=True) for mark in "甲乙丙丁戊"]
    same = [Lesson("琥珀项链", "other", group="case:twice", private=True)] * 9
    invented = [Lesson("狗叫", "pets", group="a"), Lesson("狗叫了", "pets", group="b")]

    words = {read_key(int(key)) for key in train(four + five + same + invented, ("lighting", "other", "pets")).keys}

    assert words == {"路", "灯", "坏", "了", "路灯", "灯坏", "坏了", "狗", "叫", "狗叫"}


@given(WORDS)
def test_any_text_is_read_and_the_reasons_are_parts_of_it(text):
    reading = learnt().model.read(text)
    borders = [
        0,
        *(border for span in sorted(reading.because, key=lambda one: one.start) for border in (span.start, span.end)),
    ]

    assert sorted(borders) == borders
    assert borders[-1] <= len(text)
    assert all(span.start < span.end for span in reading.because)
    assert [one.probability for one in reading.choices] == sorted(
        (one.probability for one in reading.choices), reverse=True
    )
    assert learnt().model.probabilities([text]).sum() == pytest.approx(1)


def test_a_reading_says_the_class_how_sure_and_because_of_which_words():
    text = "三楼楼道灯不亮，老人上下楼看不清。"
    reading = learnt().model.read(text)

    assert (reading.choices[0].label, reading.choices[0].probability > 0.9, reading.unsure) == ("lighting", True, False)
    assert [text[span.start : span.end] for span in reading.because] == ["灯不亮"]
    assert len(reading.choices) == 3


@pytest.mark.parametrize("text", ["", "！！！", "🙂🙂", "ὦ ξεῖν᾿", "12345678901"])
def test_where_there_is_nothing_to_read_it_is_not_sure(text):
    assert learnt().model.read(text).unsure


def test_words_of_letters_are_quoted_whole():
    text = "Hello, the street lamp flickers"
    assert {text[span.start : span.end] for span in learnt().model.read(text).because} <= set(text.split()) | {
        "street lamp"
    }


# --- stored


def same(one: Model, other: Model) -> bool:
    plain = (one.labels, one.sizes, one.head, one.sharpness, one.threshold)
    arrays = all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in ("keys", "telling", "weights", "bias")
    )
    return arrays and plain == (other.labels, other.sizes, other.head, other.sharpness, other.threshold)


def test_a_model_comes_back_as_it_was():
    assert same(unpack(pack(learnt().model)), learnt().model)


class Runs:
    """What a pickle would do on loading."""

    done: list[str] = []

    def __reduce__(self):
        return self.done.append, ("it ran",)


def archive(**changes: object) -> bytes:
    with np.load(BytesIO(pack(learnt().model))) as read:
        arrays = dict(read)
    kept = BytesIO()
    np.savez(kept, allow_pickle=True, **(arrays | changes))
    return kept.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"", b"PK\3\4 no archive", pickle.dumps({"keys": []}), pack(learn(some()[::9]).model)[:-300],
        archive(keys=np.array([Runs()], dtype=object)),
        archive(weights=np.zeros((3, 2), np.float32)),
        archive(bias=np.full(20, np.nan, np.float32)),
        archive(about=np.frombuffer(b'{"format": 99}', np.uint8)),
    ],
    ids=["empty", "no archive", "pickle", "cut off", "object", "shape", "not a number", "format"],
)  # fmt: skip
def test_a_file_that_is_no_model_is_refused_and_runs_nothing(data):
    with pytest.raises(Unreadable):
        unpack(data)
    assert Runs.done == []


# --- measured


def test_scores_are_what_one_reckons_by_hand():
    truth = np.array([0, 0, 0, 1])
    scores = np.array([[5, 0], [5, 0], [0, 5], [0, 5]], np.float32)
    told = report(("a", "b"), truth, scores, sharpness=1.0, threshold=0.5)

    assert told.confusion == ((2, 1), (0, 1))
    assert [(one.precision, round(one.recall, 3), round(one.f1, 3), one.number) for one in told.scores] == [
        (1.0, 0.667, 0.8, 3), (0.5, 1.0, 0.667, 1),
    ]  # fmt: skip
    assert (round(told.macro_f1, 3), told.accuracy, told.unsure, told.wrong) == (0.733, 0.75, 0.0, 0.25)


def test_sharpness_makes_sureness_true():
    random = np.random.default_rng(1)
    scores = random.normal(size=(4000, 3)).astype(np.float32)
    chances = np.exp(2.5 * scores) / np.exp(2.5 * scores).sum(axis=1, keepdims=True)
    truth = (chances.cumsum(axis=1) < random.random((4000, 1))).sum(axis=1)

    assert fit_sharpness(truth, scores) == pytest.approx(2.5, abs=0.15)


def test_the_threshold_is_where_nine_in_ten_answers_are_right_and_never_below_even():
    scores = np.array([[4.0, 0]] * 9 + [[3.0, 0]] + [[1.0, 0]] * 10, np.float32)
    truth = np.array([0] * 9 + [1] + [0, 1] * 5)

    assert choose_threshold(truth, scores, 1.0) == 0.9  # 0.952, but what is as sure as that is always said
    assert choose_threshold(np.zeros(20, int), scores, 1.0) == 0.731
    assert calibration_error(np.array([0.9, 0.9]), np.array([True, False])) == pytest.approx(0.4)


def test_a_text_in_other_dress_is_no_test():
    learnt_from = [Lesson("市民投诉楼道灯不亮很久", "a", "1"), Lesson("井盖翘起来绊倒老人家", "b", "2")]
    tried = [Lesson("我是市民，要投诉：楼道的灯不亮很久了！", "a", "3")]
    assert without(learnt_from, tried) == learnt_from[1:]
