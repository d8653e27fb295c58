"""JSON that somebody sends: of a size and depth that we read, and without what nobody sees."""

from typing import Any

import orjson

from linli.core.errors import DomainError, TooLarge
from linli.core.text import tidy

SIZE_MOST = 256 * 1024
DEPTH_MOST = 16


class NotJson(DomainError):
    """The body is no JSON, or nests deeper than anything that is asked for."""

    code = "not-json"


def read_json(body: bytes, *, most: int = SIZE_MOST) -> Any:
    """What the body says. Texts come without invisible and control characters (core.text).

    Raises:
        TooLarge: more than `most` bytes.  NotJson: it is none, or nests too deep.
    """
    if len(body) > most:
        raise TooLarge
    try:
        said = orjson.loads(body)  # refuses NaN, half surrogates and more than 1,024 levels
    except orjson.JSONDecodeError as error:
        raise NotJson from error
    return _tidy(said, DEPTH_MOST)


def _tidy(said: Any, deeper: int) -> Any:
    if isinstance(said, str):
        return tidy(said)
    if not isinstance(said, dict | list):
        return said
    if not deeper:
        raise NotJson
    if isinstance(said, list):
        return [_tidy(each, deeper - 1) for each in said]
    return {tidy(name): _tidy(each, deeper - 1) for name, each in said.items()}
