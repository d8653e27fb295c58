"""Marks of texts: nearly the same share one, others do not, and they never change."""

from hypothesis import given
from hypothesis import strategies as st

from linli.engines.likeness import BANDS, marks, shared

LETTER = (
    "六村十二号楼道的灯已经坏了一个星期，晚上老人上下楼梯看不清台阶，差一点摔倒，"
    "打过两次电话给物业，都说登记了，到现在没有人来修。"
)


def test_nearly_the_same_words_share_a_mark():
    changed = [
        LETTER,
        f"您好！{LETTER}请尽快处理。",
        LETTER.replace("一个星期", "1周"),
        LETTER.replace("，", " "),
    ]

    assert [shared(marks(LETTER), marks(text)) for text in changed] == [True, True, True, True]


def test_other_words_share_none():
    others = ["小区大门内侧停了一排车，轮椅过不去，请派人来看看。", "垃圾房湿垃圾桶满了，味道很大，桶边都是污水。"]

    assert [shared(marks(LETTER), marks(text)) for text in others] == [False, False]


def test_a_text_that_says_too_little_has_no_marks():
    assert [marks(text) for text in ("", "灯坏了", "！！！！！！！！", "a b c")] == [[], [], [], []]


def test_stored_marks_stay_valid():
    assert marks("三楼楼道灯不亮，老人看不清。")[:2] == [2627657612, 8420816431]


@given(st.text(max_size=60))
def test_marks_are_whole_numbers_that_a_database_holds(text):
    made = marks(text)

    assert (len(made) in (0, BANDS), all(0 <= mark < 2**63 for mark in made)) == (True, True)
