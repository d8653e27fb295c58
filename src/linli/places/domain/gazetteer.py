"""The place meant by a free text: 六村12号302 is 乐山六村12号楼, because of “六村12号”.

A text is put into plain form; names of the tree, their short forms and what people call them are found in it; numbers
beside a name lead on to the building and the entrance. Where no name is found, a misspelt one is looked for beside a
number. A proposal never goes further than the entrance: a flat is somebody's home and no place of a case.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz import fuzz

from linli.places.domain import patterns
from linli.places.domain.lexicon import LONG, Entry, Lexicon, lexicon
from linli.places.domain.patterns import Said
from linli.places.domain.plain import Plain, plain
from linli.places.domain.queries import full_title
from linli.places.models import Kind, Place

MOST_READ = 4000  # characters of a text
MOST = 3  # proposals
SURE = 0.5  # what scores less is not proposed
SIMILAR = 74.0  # per cent of a name that must be right: three of four characters
SHORT_TEXT = 40  # a text so short is looked through for a misspelt name as a whole
BEFORE, AFTER = 30, 26  # characters beside a name or number that can belong to it

# How much the way a place and its number are said counts, as factors of the score. Chosen by hand so that what is
# written out scores above 0.9 and what a person would ask back about scores near SURE; bench/place_text.py holds them.
HOW = {"name": 1.0, "alias": 0.97, "short": 0.93, "similar": 0.8, "near": 0.75}
NUMBER = {"counted": 1.0, "bare": 0.85, "elsewhere": 0.8, "door": 0.78}
FOUND = {Kind.COMMITTEE: 0.6, Kind.ESTATE: 0.75, Kind.LANE: 0.75, Kind.BUILDING: 0.95, Kind.ENTRANCE: 0.97}
UNKNOWN_NUMBER = 0.7
ONE_OF_TWO = 0.6


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for a place. `words` are the text's own, without any flat."""

    what: str
    words: str
    place: Place


@dataclass(frozen=True)
class Proposal:
    """A place that a text may mean, how sure that is (0 to 1), and why."""

    place: Place
    score: float
    reasons: tuple[Reason, ...]


REASONS = {
    "name": gettext_lazy("“%(words)s”"),
    "short": gettext_lazy("“%(words)s”"),
    "number": gettext_lazy("“%(words)s”"),
    "alias": gettext_lazy("“%(words)s”, as people call %(place)s"),
    "similar": gettext_lazy("“%(words)s”, almost %(place)s"),
    "near": gettext_lazy("“%(words)s”, and only %(place)s can be meant"),
    "only": gettext_lazy("the only one of this number in %(place)s"),
    "one_of_two": gettext_lazy("another estate of %(place)s has this number too"),
    "unknown_number": gettext_lazy("there is no such number there"),
}


def because(proposal: Proposal) -> str:
    """Why a place is proposed, in words of the active language."""
    told = (
        REASONS[reason.what] % {"words": reason.words, "place": full_title(reason.place)} for reason in proposal.reasons
    )
    return _("; ").join(dict.fromkeys(told))


def places_in_text(
    text: str, *, below: str = "", near: str = "", most: int = MOST, known: Lexicon | None = None
) -> list[Proposal]:
    """The places that a text may mean, the surest first; none where that is not clear. No statement.

    below: only places under this path.  near: the path of an estate that is known otherwise, for a text that names the
    building alone.  known: another lexicon than that of the tree as it stands.
    """
    reading = _Reading(plain(text[:MOST_READ]), known or lexicon(), below)
    found = list(reading.named()) or list(reading.misspelt()) or list(reading.in_estate(near))
    return _sorted_out(found)[:most]


def _sorted_out(found: Sequence[Proposal]) -> list[Proposal]:
    """Each place once, the surest first, without what only contains another."""
    best: dict[str, Proposal] = {}
    for proposal in found:
        held = best.get(proposal.place.path)
        if proposal.score >= SURE and (held is None or proposal.score > held.score):
            best[proposal.place.path] = proposal
    ranked = sorted(best.values(), key=lambda one: (-one.score, one.place.path))
    return [one for one in ranked if not any(_holds(one.place, other.place) for other in ranked)]


def _holds(place: Place, other: Place) -> bool:
    return other is not place and place.contains(other)


@dataclass(frozen=True)
class _Anchor:
    """A form found in the text: where it stands, what it may be, and which share of it is right."""

    start: int
    end: int
    entries: Sequence[Entry]
    right: float = 1.0


class _Reading:
    """One text being read. What stands beside a name is joined to it; what stands elsewhere counts less."""

    def __init__(self, written: Plain, known: Lexicon, below: str) -> None:
        self.written, self.known, self.below = written, known, below

    def named(self) -> Iterator[Proposal]:
        anchors = list(self._anchors())
        for anchor in anchors:
            yield from self._meant(anchor, alone=len(anchors) == 1)

    def misspelt(self) -> Iterator[Proposal]:
        """A name that is almost right, in a short text or beside a building's number."""
        for start, end in self._windows():
            window = self.written.text[start:end]
            forms = {form for at in range(len(window) - 1) for form in self.known.bigrams.get(window[at : at + 2], ())}
            fits = (self._almost(form, window, start) for form in sorted(forms))
            best = max((fit for fit in fits if fit), key=lambda fit: fit.right, default=None)
            if best is not None:
                yield from self._meant(best, alone=True)

    def in_estate(self, near: str) -> Iterator[Proposal]:
        """A building of the one estate that can be meant."""
        numbers = self._elsewhere()
        if numbers is None:
            return
        estates = [estate for held in self.known.estates.values() for estate in self._inside(held)]
        estate = next((estate for estate in estates if estate.path == near), estates[0] if len(estates) == 1 else None)
        building = self._building(estate, numbers.building) if estate else None
        if estate is not None and building is not None:
            reason = Reason("near", self.written.quote(numbers.start, numbers.end), estate)
            yield _proposal(building, HOW["near"], (reason,))

    def _inside(self, places: Sequence[Place]) -> list[Place]:
        return [place for place in places if place.path.startswith(self.below)]

    def _entries(self, form: str) -> list[Entry]:
        return [entry for entry in self.known.entries[form] if entry.place.path.startswith(self.below)]

    def _anchors(self) -> Iterator[_Anchor]:
        """Forms in the text, the longest at each point, none within another."""
        text, heads, free = self.written.text, self.known.heads, 0
        for start in range(len(text) - 1):
            for form in heads.get(text[start : start + 2], ()) if start >= free else ():
                end = start + len(form)
                if (
                    text.startswith(form, start)
                    and _stands_alone(text, start, end)
                    and (entries := self._entries(form))
                ):
                    free = end
                    yield _Anchor(start, end, entries)
                    break

    def _windows(self) -> list[tuple[int, int]]:
        text = self.written.text
        if len(text) <= SHORT_TEXT:
            return [(0, len(text))]
        spans = (found.span() for found in patterns.MARK.finditer(text))
        return [(max(0, start - BEFORE), min(len(text), end + AFTER)) for start, end in spans][:MOST]

    def _almost(self, form: str, window: str, shift: int) -> _Anchor | None:
        """The part of a window that is this form but for a character or two."""
        fit = fuzz.partial_ratio_alignment(form, window, score_cutoff=SIMILAR) if len(window) >= LONG else None
        if fit is None:
            return None
        start, end = (fit.dest_start, fit.dest_end) if len(form) <= len(window) else (0, len(window))
        entries = [Entry(entry.place, "similar") for entry in self._entries(form)]
        if not entries or _digits(window[start:end]) != _digits(form):  # 乐山七村 is no misspelt 乐山六村
            return None
        return _Anchor(shift + start, shift + end, entries, fit.score / 100)

    def _beside(self, anchor: _Anchor) -> Said | None:
        """The numbers that follow a name, or that stand just before it as in English."""
        text = self.written.text
        if after := patterns.AFTER.match(text, anchor.end, min(len(text), anchor.end + AFTER)):
            return patterns.read(after)
        shift = max(0, anchor.start - BEFORE)
        before = patterns.BEFORE.search(text[shift : anchor.start])
        return patterns.read(before, shift=shift) if before else None

    def _elsewhere(self) -> Said | None:
        """The one building that the text names anywhere, if it names only one."""
        found = [patterns.read(one) for one in patterns.ANYWHERE.finditer(self.written.text)]
        return found[0]._replace(how="elsewhere") if len({one.building for one in found}) == 1 else None

    def _meant(self, anchor: _Anchor, *, alone: bool) -> Iterator[Proposal]:
        """What a name and its numbers mean. alone: no other name can claim a number that stands elsewhere."""
        beside = self._beside(anchor)
        numbers = beside or (self._elsewhere() if alone else None)
        start, end = anchor.start, anchor.end
        if beside:
            start, end = min(start, beside.start), max(end, beside.end)
        for entry in anchor.entries:
            share = HOW[entry.how] * anchor.right / len(anchor.entries)
            reasons: tuple[Reason, ...] = (Reason(entry.how, self.written.quote(start, end), entry.place),)
            if numbers and not beside:
                reasons += (Reason("number", self.written.quote(numbers.start, numbers.end), entry.place),)
            yield from (
                self._numbered(entry.place, numbers, share, reasons)
                if numbers
                else (_proposal(entry.place, share, reasons),)
            )

    def _numbered(self, place: Place, said: Said, share: float, reasons: tuple[Reason, ...]) -> Iterator[Proposal]:
        """The building or entrance of these numbers in a place, or the place where it has none such."""
        several = place.kind == Kind.COMMITTEE and len(self.known.estates.get(place.path, ())) > 1
        held = self.known.estates.get(place.path, []) if place.kind == Kind.COMMITTEE else [place]
        hits = [one for estate in held if (one := self._building(estate, said.building or said.entrance))]
        if not hits:
            unknown = Reason("unknown_number", "", place)
            whole = _proposal(place, share, (*reasons, unknown))
            yield replace(whole, score=max(SURE, whole.score * UNKNOWN_NUMBER) if whole.score >= SURE else 0.0)
        elif len(hits) > 2:
            yield _proposal(place, share, reasons)
        else:
            if several:
                reasons += (Reason("only" if len(hits) == 1 else "one_of_two", "", place),)
                share *= 1.0 if len(hits) == 1 else ONE_OF_TWO
            for building in hits:
                doors = self.known.numbers.get(building.path, {}) if said.building else {}
                yield _proposal(doors.get(said.entrance) or building, share * NUMBER[said.how], reasons)

    def _building(self, place: Place, number: str) -> Place | None:
        """The building of a number in an estate; of a building, itself."""
        if place.kind in {Kind.BUILDING, Kind.ENTRANCE}:
            return place
        return self.known.numbers.get(place.path, {}).get(number)


def _proposal(place: Place, share: float, reasons: tuple[Reason, ...]) -> Proposal:
    return Proposal(place, share * FOUND[Kind(place.kind)], reasons)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether no number or word of Latin letters is cut: 16村 is no 6村."""
    return not _cuts(text, start) and not (end < len(text) and text[end - 1].isdigit() and text[end].isdigit())


def _cuts(text: str, at: int) -> bool:
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    both = before.isascii() and after.isascii()
    return both and ((before.isdigit() and after.isdigit()) or (before.isalpha() and after.isalpha()))


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
