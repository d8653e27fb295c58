"""Marks of a text, such that texts of nearly the same words share one: MinHash over pairs of characters, in bands.

Two texts that share a part s of their pairs share at least one of BANDS marks with the chance
1 − (1 − s^ROWS)^BANDS: 0.998 for s = 0.8, 0.86 for 0.6, 0.20 for 0.3.

Source: Broder 1997; Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, 3.4.
"""

from collections.abc import Iterable
from random import Random
from zlib import crc32

import numpy as np

BANDS, ROWS = 8, 3
SHINGLE = 2  # characters: what two Chinese characters say is a word
PRIME = (1 << 61) - 1
LEAST = 6  # characters of a text that is marked: shorter ones say too little
_random = Random(20260101)  # noqa: S311  fixed for ever: stored marks were made with it
FACTORS = np.array([_random.getrandbits(29) | 1 for _ in range(BANDS * ROWS)], np.uint64)
SHIFTS = np.array([_random.getrandbits(60) for _ in range(BANDS * ROWS)], np.uint64)


def plain_words(text: str) -> str:
    """The letters, digits and Chinese characters of a text, small."""
    return "".join(filter(str.isalnum, text)).casefold()


def marks(text: str) -> list[int]:
    """BANDS whole numbers of at most 63 bits; none for a text of fewer than LEAST characters."""
    words = plain_words(text)
    if len(words) < LEAST:
        return []
    shingles = {words[at : at + SHINGLE].encode() for at in range(len(words) - SHINGLE + 1)}
    hashed = np.fromiter(map(crc32, shingles), np.uint64, len(shingles))
    least = ((hashed[:, None] * FACTORS + SHIFTS) % np.uint64(PRIME)).min(axis=0).reshape(BANDS, ROWS)
    return [_mark(band, row.tobytes()) for band, row in enumerate(least)]


def _mark(band: int, row: bytes) -> int:
    """32 bits of the band's values, and which band it is."""
    return (band << 32) | crc32(row)


def shared(first: Iterable[int], second: Iterable[int]) -> bool:
    """Whether two texts share a mark."""
    return not set(first).isdisjoint(second)
