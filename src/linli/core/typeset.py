"""Letters, forms and reports as PDF: set by typst, where it is installed, in a typeface that has the characters.

What stands in a document is data and never markup: a template reads data.json, and nothing of it is evaluated.
"""

from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from django.utils import translation
from django.utils.translation import gettext as _

from linli.core.errors import DomainError

PDF = "application/pdf"
FAMILIES = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN")


class CannotTypeset(DomainError):
    """Typst or a typeface is not there; the message says how to get it."""

    status = 503
    code = "cannot-typeset"


@cache
def typeface() -> str:
    """The typeface in which documents are set; none where typst is not installed, or no typeface has the characters."""
    if find_spec("typst") is None:
        return ""
    import typst

    known = set(typst.Fonts().families())
    return next((name for name in FAMILIES if name in known), "")


def can_typeset() -> bool:
    return bool(typeface())


def why_not() -> str:
    """In one line how to get PDF here; nothing where it is there."""
    if can_typeset():
        return ""
    if find_spec("typst") is None:
        return _("For PDF, install typst on the server: pip install 'linli[pdf]'. Until then, print this page.")
    return _(
        "For PDF, install a typeface with Chinese characters: apt install fonts-noto-cjk. Until then, print this page."
    )


def typeset(source: bytes, data: Mapping[str, Any], files: Mapping[str, bytes] | None = None) -> bytes:
    """A document on paper, with its typefaces inside.

    source: the typst template, which reads `data.json`. data: what stands in it; `font` and `lang` (zh or en, as the
    reader reads) are added. files: pictures and the like beside the template, by plain name. Returns a PDF.

    Raises:
        CannotTypeset: typst or a typeface is not there.
    """
    if not can_typeset():
        raise CannotTypeset(why_not())
    import typst

    given = {"font": typeface(), "lang": "en" if translation.get_language() == "en" else "zh"}
    written = {"main": source, "data.json": orjson.dumps({**given, **data})}  # in memory: no word of it meets the disk
    with TemporaryDirectory(prefix="linli-typeset-") as name:
        for file, content in (files or {}).items():
            (Path(name) / Path(file).name).write_bytes(content)
        return bytes(typst.compile(written, root=name, format="pdf"))  # type: ignore[call-overload]  # its stubs lag
