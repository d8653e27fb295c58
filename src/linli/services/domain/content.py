"""What one version of an item says, as values: read from the JSON that is kept, and made for a new version.

The JSON of `ItemVersion.content` holds for each text {"zh", "en"}, and: group, mode, department, city_wide, fee,
skill, proxy (anyone, family, self), options (each with a key), materials (each with key, office, reusable, only).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import get_language

AUTHORITY, PROXY_ID = "authority", "proxy_id"  # asked of whoever acts for somebody else, by themselves


@dataclass(frozen=True)
class Text:
    """One text in both languages; as a string it is in the reader's."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.zh


@dataclass(frozen=True)
class Option:
    """One answer to the item's own question."""

    key: str
    text: Text


@dataclass(frozen=True)
class Material:
    """One paper. office: the office looks it up itself and never asks for it.  reusable: given once, it can serve
    again with the person's consent.  only: the answers for which it is needed; empty means for all.
    """

    key: str
    text: Text
    office: bool = False
    reusable: bool = False
    only: tuple[str, ...] = ()

    def is_for(self, choice: str) -> bool:
        return not self.only or choice in self.only


@dataclass(frozen=True)
class Content:
    """A version of an item."""

    name: Text
    who: Text
    department: Text
    group: str
    mode: str
    skill: str
    proxy: str
    ask: Text
    options: tuple[Option, ...]
    conditions: tuple[Text, ...]
    materials: tuple[Material, ...]
    steps: tuple[Text, ...]
    result: Text
    basis: tuple[Text, ...]
    forms: tuple[Text, ...]
    city_wide: bool = False
    fee: int = 0
    proxy_papers: tuple[Material, ...] = field(default_factory=tuple)

    def as_data(self) -> dict[str, Any]:
        """What is kept as JSON."""
        return asdict(self)

    def papers(self, *, choice: str, for_other: bool) -> list[Material]:
        """Every paper for this answer, those of a proxy at the end."""
        own = [paper for paper in self.materials if paper.is_for(choice)]
        known = {paper.key for paper in own}
        more = self.proxy_papers if for_other else ()
        return [*own, *(paper for paper in more if paper.key not in known)]

    def paper(self, key: str) -> Material | None:
        return next((each for each in (*self.materials, *self.proxy_papers) if each.key == key), None)


def content_of(data: Mapping[str, Any]) -> Content:
    """What a version says."""
    said: dict[str, Any] = {
        **{name: _text(data[name]) for name in ("name", "who", "department", "ask", "result")},
        **{name: tuple(map(_text, data[name])) for name in ("conditions", "steps", "basis", "forms")},
        **{name: data[name] for name in ("group", "mode", "skill", "proxy", "city_wide", "fee")},
    }
    return Content(
        **said,
        options=tuple(Option(row["key"], _text(row["text"])) for row in data["options"]),
        materials=_materials(data["materials"]),
        proxy_papers=_materials(data["proxy_papers"]),
    )


def _materials(rows: Sequence[Mapping[str, Any]]) -> tuple[Material, ...]:
    return tuple(
        Material(row["key"], _text(row["text"]), row["office"], row["reusable"], tuple(row["only"])) for row in rows
    )


def _text(row: Mapping[str, str]) -> Text:
    return Text(row["zh"], row["en"])
