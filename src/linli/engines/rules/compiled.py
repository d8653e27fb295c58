"""The functions of `kernel` and `reorder`, as they stand or compiled by numba.

numba is imported only when the compiled ones are asked for.  What is compiled is kept on disk, so that the next process
need not compile it again.
"""

from __future__ import annotations

import sys
from functools import cache
from hashlib import blake2b
from pathlib import Path
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any

from linli.engines.rules import kernel, reorder


def functions(module: ModuleType) -> dict[str, FunctionType]:
    """A module's own functions in the order of its text, so that what is called comes first."""
    found = {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, FunctionType) and value.__module__ == module.__name__
    }
    return dict(sorted(found.items(), key=lambda pair: pair[1].__code__.co_firstlineno))


def plain() -> SimpleNamespace:
    """The functions as they stand."""
    return SimpleNamespace(**functions(kernel), **functions(reorder))


@cache
def fast() -> SimpleNamespace:
    """The functions compiled; about half a minute when nothing is on disk yet, else a second.

    Nothing in them makes or keeps an array (`sort_instants` is the exception), so they do without counting references
    and are laid into each other whole: a `K` of twenty arrays costs nothing to hand on.
    """
    from numba import njit

    made: dict[str, Any] = {}
    text = b"".join(Path(module.__file__ or "").read_bytes() for module in (kernel, reorder, sys.modules[__name__]))
    mark = blake2b(text, digest_size=4).hexdigest()
    for module in (kernel, reorder):
        # A copy of each function that finds its compiled fellows; the module's own stay as they are.
        scope = vars(module) | made
        for name, function in functions(module).items():
            copy = FunctionType(function.__code__, scope, name, function.__defaults__)
            # What is on disk goes by the name: a change anywhere in the text must make another one.
            copy.__qualname__ = f"{name}_{mark}"
            options: dict[str, Any] = {"_nrt": name == "sort_instants"}
            scope[name] = made[name] = njit(cache=True, forceinline=True, nogil=True, **options)(copy)
    return SimpleNamespace(**made)
