"""Whether the words of a report may mean violence at home, so that safe help is offered before anything is kept."""

import tomllib
import unicodedata
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data" / "violence.toml"


@cache
def _words() -> list[list[str]]:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))["words"]


def may_be_violence(text: str) -> bool:
    """A hit says: offer help. It never decides, and is kept nowhere."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return any(all(word in plain for word in group) for group in _words())
