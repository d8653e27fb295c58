"""A rule as TOML text, and back."""

import tomllib
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from linli.core.errors import Invalid

LONGEST = 20_000  # characters


def read_toml(text: str) -> dict[str, Any]:
    """The content that a text says.

    Raises:
        Invalid: at `toml`, with the line that cannot be read.
    """
    if len(text) > LONGEST:
        raise Invalid(fields={"toml": _("Write at most %(most)d characters.") % {"most": LONGEST}})
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as wrong:
        raise Invalid(fields={"toml": _("This is no TOML: %(what)s") % {"what": wrong}}) from wrong


def write_toml(content: Mapping[str, Any]) -> str:
    """A content as text: plain values first, then a table for each part of it."""
    plain = [f"{name} = {value(each)}" for name, each in content.items() if not isinstance(each, Mapping)]
    tables = [(name, each) for name, each in content.items() if isinstance(each, Mapping)]
    parts = ["\n".join(plain)]
    for name, table in tables:
        parts.append("\n".join([f"[{name}]", *(f"{key} = {value(each)}" for key, each in table.items())]))
    return "\n\n".join(parts) + "\n"


def value(given: Any) -> str:
    """One value on one line."""
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, int | float):
        return str(given)
    if isinstance(given, Mapping):
        return "{ " + ", ".join(f"{name} = {value(each)}" for name, each in given.items()) + " }"
    if isinstance(given, list | tuple):
        return "[" + ", ".join(value(each) for each in given) + "]"
    return f'"{escaped(str(given))}"'


def escaped(text: str) -> str:
    """Inside a basic string of TOML."""
    plain = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
    return "".join(
        plain.get(each, each if ord(each) >= 0x20 and each != "\x7f" else f"\\u{ord(each):04X}") for each in text
    )
