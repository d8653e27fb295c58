"""What kinds of device the synthetic neighbourhood has, and what the register says of each."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Kind:
    """One kind of device. every: seconds between two messages; days: how long its observations stay."""

    code: str
    type: str
    site: str
    properties: tuple[str, ...]
    every: int
    number: int
    purpose: str
    purpose_en: str
    sees: str
    sees_en: str
    spot: str
    basis: str = ""
    days: int = 90
    owner: str = "property"
    public: bool = True


def _load() -> tuple[Kind, ...]:
    text = (files("linli.world") / "data" / "devices.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["kind"]
    return tuple(Kind(**{**row, "properties": tuple(row["properties"])}) for row in rows)


KINDS = _load()
