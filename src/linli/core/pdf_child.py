"""A PDF made anew in a process of its own, with little memory and time: the pages as they look, and nothing that acts.

Run by `core.documents` as a program; it knows nothing of Linli. The file comes in on standard input, the new one goes
out on standard output. The first argument is the number of pages that are taken at most.

What is kept is named, not what is dropped: of each page its size, its content, and what this draws with. Scripts,
actions, embedded files and notes of the program that made it are never copied. What somebody filled in or stamped stays
as it looks, and can be changed no more. Photographs lose what their camera wrote into them.
"""

import io
import sys
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject

LOCKED, TOO_MANY, DAMAGED = 3, 4, 5
MEMORY = 768 * 1024 * 1024  # bytes
SECONDS = 10
OBJECTS_MOST = 100_000

PAGE = {"/Type", "/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Contents", "/Group", "/UserUnit"}
NOWHERE = {
    "/JS", "/JavaScript", "/OpenAction", "/EF", "/EmbeddedFiles", "/AF", "/Metadata", "/PieceInfo",
    "/RichMediaContent", "/RichMediaSettings",
}  # fmt: skip
NOT_IN_STREAMS = {"/F", "/FFilter", "/FDecodeParms", "/Ref", "/OPI", "/StructParents", "/StructParent", "/LastModified"}
SHOWN = {
    "/Widget", "/FreeText", "/Stamp", "/Ink", "/Square", "/Circle", "/Line", "/Highlight", "/Underline", "/StrikeOut",
    "/Polygon", "/PolyLine",
}  # fmt: skip
UNSEEN = 2 | 32  # flags of an annotation: hidden, not to be viewed
PRINTED = 4


class Unfit(Exception):
    """It is not taken. `code` is what the process ends with."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def remade(data: bytes, pages_most: int) -> bytes:
    """The same pages in a new file."""
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unfit(LOCKED)
    if not reader.pages:
        raise Unfit(DAMAGED)
    if len(reader.pages) > pages_most:
        raise Unfit(TOO_MANY)
    writer = PdfWriter()
    seen: set[int] = set()
    for page in reader.pages:
        marks = list(_marks(page))
        for key in set(page) - PAGE:
            del page[key]
        if marks:
            page[NameObject("/Annots")] = ArrayObject(marks)
        _sweep(page, seen)
        writer.add_page(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _marks(page: Any) -> Iterator[DictionaryObject]:
    """What was filled in, stamped or drawn on the page, as stamps that only look."""
    given = page.get("/Annots")
    for each in given.get_object() if given is not None else ():
        mark = each.get_object()
        if mark.get("/Subtype") not in SHOWN or int(mark.get("/F", 0)) & UNSEEN or "/Rect" not in mark:
            continue
        look = mark.get("/AP", DictionaryObject()).get_object()
        if "/N" not in look:
            continue
        drawn = look.raw_get("/N")
        if not isinstance(drawn.get_object(), StreamObject):  # one drawing for each state of a tick box
            states = drawn.get_object()
            state = mark.get("/AS")
            if state not in states:
                continue
            drawn = states.raw_get(state)
        yield DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Stamp"),
                NameObject("/Rect"): mark["/Rect"],
                NameObject("/F"): NumberObject(PRINTED),
                NameObject("/AP"): DictionaryObject({NameObject("/N"): drawn}),
            }
        )


def _sweep(start: Any, seen: set[int]) -> None:
    """Take out of everything that a page draws with what reaches further than drawing."""
    waiting = [start]
    while waiting:
        found = waiting.pop().get_object()
        if id(found) in seen:
            continue
        seen.add(id(found))
        if len(seen) > OBJECTS_MOST:
            raise Unfit(DAMAGED)
        if isinstance(found, DictionaryObject):
            drop = NOWHERE | (NOT_IN_STREAMS if isinstance(found, StreamObject) else set())
            for key in drop & set(found):
                del found[key]
            if isinstance(found, StreamObject) and found.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]):
                found._data = without_notes(found._data)
            for key in [key for key in found if _is_program(found.raw_get(key))]:
                del found[key]
            waiting += [found.raw_get(key) for key in found]
        elif isinstance(found, ArrayObject):
            waiting += list(found)


def _is_program(value: Any) -> bool:
    """PostScript as a drawing: printers run it."""
    found = value.get_object()
    return isinstance(found, StreamObject) and "/PS" in (found.get("/Subtype"), found.get("/Subtype2"))


def without_notes(jpeg: bytes) -> bytes:
    """A JPEG without EXIF, comments and what programs add; its colours stay (JFIF, ICC and Adobe segments)."""
    if jpeg[:2] != b"\xff\xd8":
        return jpeg
    kept, at = [jpeg[:2]], 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF and jpeg[at + 1] != 0xDA:
        kind, end = jpeg[at + 1], at + 2 + int.from_bytes(jpeg[at + 2 : at + 4])
        if kind != 0xFE and (not 0xE0 <= kind <= 0xEF or kind in (0xE0, 0xE2, 0xEE)):
            kept.append(jpeg[at:end])
        at = end
    return b"".join([*kept, jpeg[at:]])


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on Windows: there the time limit of the parent alone holds
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def main() -> int:
    _limit()
    try:
        sys.stdout.buffer.write(remade(sys.stdin.buffer.read(), int(sys.argv[1])))
    except Unfit as told:
        return told.code
    except (Exception, RecursionError) as error:  # whatever a hostile file brings the reader to
        sys.stderr.write(f"{type(error).__name__}\n")
        return DAMAGED
    return 0


if __name__ == "__main__":
    sys.exit(main())
