"""JSON Patch (RFC 6902) over an entity's properties."""

from copy import deepcopy
from typing import Any

from django.utils.translation import gettext as _

from linli.gateway.sensorthings.errors import malformed

MOST_STEPS = 200


def patched(document: dict[str, Any], steps: Any) -> dict[str, Any]:
    """The document after all steps, or none of them.

    Raises:
        BadRequest: a step is none, or leads where nothing is; or a test fails.
    """
    if not isinstance(steps, list) or len(steps) > MOST_STEPS:
        raise malformed("patch", steps, _("A list of steps is expected."))
    result: Any = deepcopy(document)
    for step in steps:
        try:
            result = _apply(result, step)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            raise malformed("patch", step, _("This step cannot be done.")) from error
    if not isinstance(result, dict):
        raise malformed("patch", result, _("A JSON object is expected."))
    return result


def _apply(document: Any, step: dict[str, Any]) -> Any:
    op, path = step["op"], _pointer(step["path"])
    if op in ("add", "replace"):
        value = deepcopy(step["value"])
        return _put(document, path, value, replaces=op == "replace")
    if op == "remove":
        _take(document, path)
        return document
    if op == "test":
        if _at(document, path) != step["value"]:
            raise ValueError(path)
        return document
    if op not in ("move", "copy"):
        raise ValueError(op)
    source = _pointer(step["from"])
    value = deepcopy(_at(document, source))
    if op == "move":
        if path[: len(source)] == source and path != source:
            raise ValueError(path)
        _take(document, source)
    return _put(document, path, value, replaces=False)


def _pointer(text: str) -> list[str]:
    if text == "":
        return []
    if not text.startswith("/"):
        raise ValueError(text)
    return [part.replace("~1", "/").replace("~0", "~") for part in text[1:].split("/")]


def _at(document: Any, path: list[str]) -> Any:
    for part in path:
        document = document[_index(part, len(document) - 1)] if isinstance(document, list) else document[part]
    return document


def _put(document: Any, path: list[str], value: Any, *, replaces: bool) -> Any:
    if not path:
        return value
    parent = _at(document, path[:-1])
    if isinstance(parent, list):
        at = len(parent) if path[-1] == "-" and not replaces else _index(path[-1], len(parent) - replaces)
        if replaces:
            parent[at] = value
        else:
            parent.insert(at, value)
    elif isinstance(parent, dict):
        if replaces:
            _at(document, path)
        parent[path[-1]] = value
    else:
        raise TypeError(path)
    return document


def _take(document: Any, path: list[str]) -> None:
    parent = _at(document, path[:-1])
    del parent[_index(path[-1], len(parent) - 1) if isinstance(parent, list) else path[-1]]


def _index(text: str, most: int) -> int:
    if not (text.isascii() and text.isdecimal()) or (text != "0" and text.startswith("0")) or int(text) > most:
        raise IndexError(text)
    return int(text)
