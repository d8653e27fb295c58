"""Texts in plain form, and the way back to the words that were written."""

import pytest

from linli.places.domain.plain import number, plain


@pytest.mark.parametrize(
    ("written", "plainly"),
    [
        ("乐山 六村 十二号", "乐山6村12号"),
        ("樂山六邨１２號", "乐山6村12号"),
        ("六七村二十一幢", "67村21幢"),
        ("虹二5号", "虹2 5号"),
        ("虹二 十五号", "虹2 15号"),
        ("Leshan  Village 6, No. 12", "leshanvillage6,no.12"),
        ("", ""),
    ],
)
def test_one_place_is_written_one_way(written, plainly):
    assert plain(written).text == plainly


def test_numerals_are_read_as_people_write_them():
    assert [number(numeral) for numeral in ("十", "十二", "二十", "九十九", "一百零八", "六七", "三零二")] == [
        "10", "12", "20", "99", "108", "67", "302",
    ]  # fmt: skip


@pytest.mark.parametrize("written", ["乐山 六村 二十一号，三楼", "樂山六邨１２號", "Building 12, Leshan Village 6"])
def test_a_part_is_quoted_in_the_words_that_were_written(written):
    whole = plain(written)

    assert whole.quote(0, len(whole.text)) == written
    for marked in ("二十一号", "１２號", "Leshan Village 6"):
        if marked in written:
            at = whole.text.index(plain(marked).text)
            assert whole.quote(at, at + len(plain(marked).text)) == marked
