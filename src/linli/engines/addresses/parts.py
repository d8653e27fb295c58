"""Parts of an address as spans of its tokens, and how well found parts agree with the true ones."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

TOKEN = re.compile(r"[0-9]+|[A-Za-z]+|\S")


class Part(NamedTuple):
    """A labelled span of tokens: road, [8, 12)."""

    label: str
    start: int
    end: int


def tokens_of(text: str) -> list[str]:
    """One token for each Chinese character and sign, one for each number or word of Latin letters."""
    return TOKEN.findall(text)


def parts_of(tags: Sequence[str]) -> list[Part]:
    """The spans of a sequence of B-, I- and O tags. An I- without its B- begins a part too."""
    parts: list[Part] = []
    for at, tag in enumerate(tags):
        mark, _hyphen, label = tag.partition("-")
        if mark == "I" and parts and parts[-1].end == at and parts[-1].label == label:
            parts[-1] = parts[-1]._replace(end=at + 1)
        elif mark in {"B", "I"}:
            parts.append(Part(label, at, at + 1))
    return parts


def bounded(tags: Sequence[str]) -> list[str]:
    """The tags with the last token of a part marked E-, and a part of one token S-: a chain learns ends better so."""
    marks = {("B", True): "B", ("B", False): "S", ("I", True): "I", ("I", False): "E"}
    told = []
    for tag, following in zip(tags, [*tags[1:], "O"], strict=True):
        mark, _hyphen, label = tag.partition("-")
        told.append(f"{marks[mark, following == f'I-{label}']}-{label}" if label else tag)
    return told


def unbounded(tags: Sequence[str]) -> list[str]:
    """The B-, I- and O tags again."""
    plain = {"S": "B", "E": "I"}
    return [plain.get(tag[0], tag[0]) + tag[1:] for tag in tags]


def f1(pairs: Iterable[tuple[Sequence[Part], Sequence[Part]]]) -> float:
    """Micro F1 (0 to 1) over whole parts: right is what agrees in label, start and end. pairs: (found, true)."""
    hits = found = true = 0
    for guessed, right in pairs:
        hits += len(set(guessed) & set(right))
        found += len(guessed)
        true += len(right)
    return 2 * hits / (found + true) if found + true else 1.0
