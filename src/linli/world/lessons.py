"""Labelled messages, invented: what people might write of each class of case, each thing said in many ways."""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from linli.engines.triage.lesson import Lesson

WAYS = 4  # so often each thing is said


@cache
def _data(name: str) -> dict[str, Any]:
    return tomllib.loads(files("linli.world").joinpath(f"data/{name}.toml").read_text(encoding="utf-8"))


def sayings() -> dict[str, tuple[str, ...]]:
    """What is said of each class, by its code: whole sentences, and things joined with what is wrong with them."""
    read = _data("lessons")
    return {code: (*words["said"], *_joined(words["things"], words["faults"])) for code, words in read.items()}


def _joined(things: list[str], faults: list[str]) -> list[str]:
    """A third of all pairs: nobody says each of them, and some make little sense, as in life."""
    return [thing + fault for row, thing in enumerate(things) for fault in faults[row % 3 :: 3]]


def lessons(*, seed: int = 1, ways: int = WAYS) -> Iterator[Lesson]:
    """Each thing in so many ways; ways of the same thing are one group. The same seed says the same."""
    for code, said in sayings().items():
        for core in said:
            random = Random(f"{seed}:{code}:{core}")
            for _ in range(ways):
                yield Lesson(_said(core, random), code, group=f"world:{core}")


def _said(core: str, random: Random) -> str:
    """One message: something around the thing, a slip now and then, and sometimes only half of it."""
    if core.isascii():
        text = random.choice(("", "Hello, ", "Hi ", "Please: ")) + core + random.choice(("", ".", "!", ", please help"))
    else:
        around = _data("around")
        opening, place, time, wish = (random.choice(around[part]) for part in ("openings", "places", "times", "wishes"))
        text = f"{opening}{place}{core}{time}{wish}"
    text = text.replace("{n}", str(random.randint(1, 30))).replace("{m}", str(random.randint(2, 6)))
    if random.random() < 0.25:
        text = _slip(text, random)
    return _half(text, core, random) if random.random() < 0.12 else text


def _slip(text: str, random: Random) -> str:
    """A word mistaken for another, a character left out, or one typed twice."""
    slips = _data("around")["slips"]
    known = [word for word in slips if word in text]
    if known and random.random() < 0.7:
        word = random.choice(known)
        return text.replace(word, slips[word], 1)
    at = random.randrange(len(text))
    return text[:at] + text[at + 1 :] if random.random() < 0.5 else text[:at] + text[at] + text[at:]


def _half(text: str, core: str, random: Random) -> str:
    """Sent before it was finished; most of the thing itself is still there."""
    begin = text.find(core)
    if begin < 0:
        return text
    least = begin + max(3, len(core) * 2 // 3)
    return text[: random.randint(min(least, len(text)), len(text))]
