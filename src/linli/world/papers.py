"""Drawn papers of the demonstration: plainly nobody's, and small."""

from datetime import datetime
from io import BytesIO
from uuid import UUID

from PIL import Image, ImageDraw

from linli.core import files

SIZE = (420, 594)  # a sheet of A4


def store_paper(title: str, *, at: datetime) -> UUID:
    """A sheet with lines and no words of anybody, stored like one that somebody sent."""
    sheet = Image.new("RGB", SIZE, "#fbfaf6")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((30, 40, 300, 58), fill="#17252d")
    for line in range(100, 480, 26):
        pen.rectangle((30, line, 390 - line * 37 % 120, line + 6), fill="#b9b2a1")
    pen.ellipse((270, 470, 370, 570), outline="#b42318", width=5)
    pen.text((30, 570), "synthetic paper", fill="#17252d")
    drawn = BytesIO()
    sheet.save(drawn, "PNG")
    return files.store(
        drawn, name=f"{title}.png", procedure=None, audience=files.APART, at=at, sealed=True
    ).uuid  # fmt: skip
