"""What a log consists of: its sealed segments, the Parquet files that hold them, and what retention took away."""

from pathlib import Path

import msgspec

from linli.sensing.segments.files import Files, write_whole

NAME = "catalog.json"
NEVER = (1 << 63) - 1  # `since` of what has no rows; `until` is then its negative


class Segment(msgspec.Struct, frozen=True):
    """One sealed segment.

    opened: the instant its hour is counted from.  since, until: the least and greatest `at` of its rows as they came.
    content: BLAKE2b of its bytes up to the seal, which begin with the `previous` segment's content: a chain.
    size: bytes of the raw file; 0 once that is gone.  corrected: ids whose corrections lie in it.
    """

    number: int
    rows: int
    controls: int
    opened: int
    since: int
    until: int
    previous: str
    content: str
    size: int
    datastreams: list[int] = []
    corrected: list[int] = []


class Pack(msgspec.Struct, frozen=True):
    """One Parquet file, with its controls beside it: the segments `first` to `last`. `hash` is BLAKE2b of each file."""

    name: str
    first: int
    last: int
    rows: int
    since: int
    until: int
    hash: str
    controls_hash: str
    datastreams: list[int] = []


class Gone(msgspec.Struct, frozen=True):
    """Segments that retention took away whole; `content` is that of the last, where the chain goes on."""

    first: int
    last: int
    content: str


class Catalog(msgspec.Struct, frozen=True):
    """All of a log but the open segment. `made` counts the packs ever made, so that no name is used twice."""

    log: int
    segments: list[Segment] = []
    packs: list[Pack] = []
    gone: list[Gone] = []
    made: int = 0

    @property
    def last(self) -> int:
        """The number of the last sealed segment, 0 if there is none."""
        return max([0, *(s.number for s in self.segments[-1:]), *(g.last for g in self.gone[-1:])])

    @property
    def content(self) -> str:
        """What the next segment's chain begins with."""
        if self.segments and self.segments[-1].number == self.last:
            return self.segments[-1].content
        return self.gone[-1].content if self.gone else ""

    def segment(self, number: int) -> Segment | None:
        return next((segment for segment in reversed(self.segments) if segment.number == number), None)

    def pack_of(self, number: int) -> Pack | None:
        return next((pack for pack in self.packs if pack.first <= number <= pack.last), None)


def segment_name(number: int) -> str:
    return f"{number:07}.seg"


def cut_name(number: int) -> str:
    """Where the damaged end of a segment is set aside."""
    return f"{number:07}.cut"


def read_catalog(folder: Path, log: int) -> Catalog:
    try:
        return msgspec.json.decode((folder / NAME).read_bytes(), type=Catalog)
    except FileNotFoundError:
        return Catalog(log)


def write_catalog(files: Files, folder: Path, catalog: Catalog) -> None:
    write_whole(files, folder / NAME, msgspec.json.encode(catalog))


def without(catalog: Catalog, first: int, last: int) -> Catalog:
    """The catalog after the segments `first` to `last`, which follow each other, are gone."""
    went = catalog.segment(last)
    assert went is not None
    gone = sorted([*catalog.gone, Gone(first, last, went.content)], key=lambda item: item.first)
    joined: list[Gone] = []
    for item in gone:
        if joined and joined[-1].last + 1 == item.first:
            item = Gone(joined[-1].first, item.last, item.content)
            joined.pop()
        joined.append(item)
    return msgspec.structs.replace(
        catalog,
        segments=[segment for segment in catalog.segments if not first <= segment.number <= last],
        packs=[pack for pack in catalog.packs if not first <= pack.first <= last],
        gone=joined,
    )
