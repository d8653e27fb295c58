"""Documents on paper: characters that few typefaces have, text that looks like markup, and a machine without typst."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from linli.core import typeset

LETTER = b"""
#let d = json("data.json")
#set text(font: d.font, lang: d.lang)
#d.name
#image("line.svg", width: 10mm)
"""
LINE = {"line.svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="1"/></svg>'}
sets = pytest.mark.skipif(not typeset.can_typeset(), reason="typst or a typeface with Chinese characters is missing")


@sets
@pytest.mark.parametrize("name", ["张𬭛", "㛃玥", "阿卜杜热合曼·买买提吐尔逊", '#panic("x") *a* $b$ @c <d> [e'])
def test_a_name_stands_in_a_letter_as_it_is_written(name):
    (page,) = PdfReader(BytesIO(typeset.typeset(LETTER, {"name": name}, LINE))).pages

    assert page.extract_text().strip() == name


def test_without_a_typeface_it_is_said_how_to_get_one(monkeypatch):
    monkeypatch.setattr(typeset, "FAMILIES", ("A typeface that nobody has",))
    typeset.typeface.cache_clear()
    try:
        with pytest.raises(typeset.CannotTypeset) as said:
            typeset.typeset(LETTER, {"name": "张"}, LINE)
        assert (str(said.value.message), said.value.status) == (typeset.why_not(), 503)
    finally:
        typeset.typeface.cache_clear()
