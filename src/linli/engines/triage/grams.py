"""Character n-grams of texts as packed numbers, and how often each text holds each of them.

A text becomes 16-bit characters, folded so that what reads the same is the same: full width and half width, capital and
small letters. Every digit is folded to 0, so that no house or telephone number can ever stand in a vocabulary.
Punctuation, blanks and pictures break a text into runs, and a gram lies within one run. One to four characters fill one
64-bit key, so a key can be read back into its characters.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

MOST = 4  # characters of 16 bits that fit a key
BREAK = 0
AGAIN = 3  # how often the head of a text counts on top
Keys = NDArray[np.uint64]


@cache
def _folding() -> NDArray[np.uint16]:
    """What each character of the basic plane is folded to."""
    table = np.zeros(1 << 16, np.uint16)
    for code in range(1 << 16):
        plain = unicodedata.normalize("NFKC", chr(code)).lower()
        if len(plain) == 1 and plain.isalnum() and ord(plain) < 1 << 16:
            table[code] = ord("0") if plain.isdigit() else ord(plain)
    return table


def fold(text: str) -> NDArray[np.uint16]:
    """One folded character for each character of `text`, so that positions stay; BREAK where no gram may pass."""
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)
    return np.where(codes < 1 << 16, _folding()[codes & 0xFFFF], BREAK).astype(np.uint16)


def keys_at(chars: NDArray[np.uint16], size: int) -> Keys:
    """The key of the gram of `size` characters that begins at each position, 0 where none lies within one run."""
    wide = chars.astype(np.uint64)
    keys = np.zeros(len(wide), np.uint64)
    if len(wide) < size:
        return keys
    begin = len(wide) - size + 1
    whole = np.ones(begin, bool)
    for offset in range(size):
        part = wide[offset : offset + begin]
        keys[:begin] = (keys[:begin] << np.uint64(16)) | part
        whole &= part != BREAK
    keys[:begin][~whole] = 0
    return keys


def read_key(key: int) -> str:
    """The characters of a key."""
    codes = [(key >> shift) & 0xFFFF for shift in (48, 32, 16, 0)]
    return "".join(chr(code) for code in codes if code)


@dataclass(frozen=True)
class Counts:
    """Texts by grams in compressed rows: text i has `features[start[i]:start[i+1]]`, each `counts` times.

    start: int64, one longer than there are texts.  features: int64, ascending within a text.  counts: float32.
    """

    start: NDArray[np.int64]
    features: NDArray[np.int64]
    counts: NDArray[np.float32]


class Vocabulary:
    """Keys in ascending order, found by an open table at some ten nanoseconds a key."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        bits = max(4, int(len(keys) * 4).bit_length())
        self._shift = np.uint64(64 - bits)
        self._mask = np.int64((1 << bits) - 1)
        self._table = np.full(1 << bits, -1, np.int32)
        waiting, slot = np.arange(len(keys)), self._slot(keys)
        while len(waiting):
            free = self._table[slot] < 0
            self._table[slot[free]] = waiting[free]  # of several that want one slot the last has it
            left = self._table[slot] != waiting
            waiting, slot = waiting[left], (slot[left] + 1) & self._mask

    def _slot(self, keys: Keys) -> NDArray[np.int64]:
        return ((keys * np.uint64(0x9E3779B97F4A7C15)) >> self._shift).astype(np.int64)

    def find(self, keys: Keys) -> NDArray[np.int64]:
        """The index of each key among ours, -1 where it is not ours."""
        found = np.full(len(keys), -1, np.int64)
        if not len(self.keys):
            return found
        asked, slot = np.arange(len(keys)), self._slot(keys)
        while len(asked):
            held = self._table[slot]
            ours = held >= 0
            asked, slot, held = asked[ours], slot[ours], held[ours]
            same = self.keys[held] == keys[asked]
            found[asked[same]] = held[same]
            asked, slot = asked[~same], (slot[~same] + 1) & self._mask
        return found


def grams_of(texts: Sequence[str], sizes: Sequence[int], *, head: int) -> tuple[Keys, NDArray[np.int64]]:
    """Every gram of the texts with its repetitions, and the index of the text that each stands in.

    The first `head` characters count as often again as `AGAIN` says: a message says there what it is about.
    """
    parts = [fold("\0".join([text] + [text[:head]] * AGAIN) + "\0") for text in texts]
    chars = np.concatenate(parts) if parts else np.zeros(0, np.uint16)
    owner = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    keys, owners = [], []
    for size in sizes:
        here = keys_at(chars, size)
        real = here != 0
        keys.append(here[real])
        owners.append(owner[real])
    return np.concatenate(keys), np.concatenate(owners)


def count(texts: Sequence[str], vocabulary: Vocabulary, sizes: Sequence[int], *, head: int) -> Counts:
    """How often each text holds each gram of the vocabulary."""
    keys, owner = grams_of(texts, sizes, head=head)
    found = vocabulary.find(keys)
    ours = found >= 0
    width = max(1, len(vocabulary.keys))
    cells, counts = np.unique(owner[ours] * width + found[ours], return_counts=True)
    start = np.searchsorted(cells, np.arange(len(texts) + 1) * width)
    return Counts(start.astype(np.int64), cells % width, counts.astype(np.float32))
