"""Which kernels there are. Every process knows their names; the functions are imported where they are called."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

PATIENCE = 20.0  # seconds


@dataclass(frozen=True)
class Kernel:
    """The functions by their places, "module:function".

    kernel: imported by the worker alone.  reference: gives the same, imports no numba.  warm: called once in the
    worker, without arguments, and compiles.  parallel: it uses several threads by itself; numba's own pool bears one
    caller at a time, so such kernels run one after another.  patience: seconds after which the reference answers.
    """

    name: str
    kernel: str
    reference: str
    warm: str = ""
    parallel: bool = True
    patience: float = PATIENCE


_kernels: dict[str, Kernel] = {}


def register(
    name: str, *, kernel: str, reference: str, warm: str = "", parallel: bool = True, patience: float = PATIENCE
) -> None:
    """Make a kernel known to this process and, in the worker, have it warmed.

    Raises:
        ValueError: the name is taken by another one, or a place is not written "module:function".
    """
    new = Kernel(name, kernel, reference, warm, parallel, patience)
    if strange := [place for place in (kernel, reference, warm) if place and place.count(":") != 1]:
        raise ValueError(f"{strange[0]!r} is no place of a function: write module:function")
    if _kernels.setdefault(name, new) != new:
        raise ValueError(f"there are two kernels {name!r}")


def registered() -> list[Kernel]:
    """All of them, in the order of their registration."""
    return list(_kernels.values())


def kernel_named(name: str) -> Kernel:
    """Raises LookupError where nobody registered it."""
    try:
        return _kernels[name]
    except KeyError:
        raise LookupError(f"there is no kernel {name!r}: register it in the ready() of its app") from None


def function_at(place: str) -> Callable[..., Any]:
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)
