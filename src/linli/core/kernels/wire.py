"""How arguments and answers travel: a small tree of msgpack, and behind it the arrays as they lie in memory.

    head (12 bytes): length of the tree, length of the arrays;  tree;  arrays, each at a multiple of 8

An array stands in the tree as its type, shape and place. Nothing here can hold code: only the types of `NUMBERS` come
back as arrays.
"""

import socket
import struct
from collections.abc import Callable
from math import prod
from typing import Any

import msgspec
import numpy as np

from linli.core.sockets import Broken, exactly

HEAD = struct.Struct(">IQ")
MOST = 128 * 1024 * 1024  # bytes of one message
ALIGNED = 8
ARRAY, TUPLE = 1, 2  # codes of msgpack's extensions
NUMBERS = frozenset({"|b1", "|i1", "|u1", "<i2", "<i4", "<i8", "<u2", "<u4", "<u8", "<f4", "<f8"})


def pack(value: Any) -> bytes:
    """A whole message.

    Raises:
        TypeError: something in it is none of what a kernel takes.
        ValueError: it is larger than `MOST`.
    """
    arrays = bytearray()
    tree = _ENCODER.encode(_plain(value, arrays))
    if (size := HEAD.size + len(tree) + len(arrays)) > MOST:
        raise ValueError(f"{size >> 20} MB are too much for one calculation: at most {MOST >> 20}")
    return b"".join((HEAD.pack(len(tree), len(arrays)), tree, arrays))


def receive(connection: socket.socket) -> Any:
    """The next message's value; None where the other end has closed between two. Its arrays may be written to.

    Raises:
        Broken: it is no message of ours, or it ends in the middle.
    """
    head = exactly(connection, HEAD.size)
    if head is None:
        return None
    of_tree, of_arrays = HEAD.unpack(head)
    if HEAD.size + of_tree + of_arrays > MOST:
        raise Broken
    tree, arrays = exactly(connection, of_tree), exactly(connection, of_arrays)
    if tree is None or arrays is None:
        raise Broken
    try:
        return _reader(arrays)(bytes(tree))
    except (msgspec.DecodeError, ValueError, TypeError, RecursionError) as error:
        raise Broken from error


_ENCODER = msgspec.msgpack.Encoder()


def _plain(value: Any, arrays: bytearray) -> Any:
    """`value` as msgpack knows it, its arrays laid one behind another into `arrays`."""
    match value:
        case np.generic():  # first, for some of them are numbers of Python's too
            return _plain(value.item(), arrays)
        case None | bool() | int() | float() | str():
            return value
        case np.ndarray():
            return msgspec.msgpack.Ext(ARRAY, _laid(value, arrays))
        case tuple():
            return msgspec.msgpack.Ext(TUPLE, _ENCODER.encode([_plain(each, arrays) for each in value]))
        case list():
            return [_plain(each, arrays) for each in value]
        case dict() if all(type(name) is str for name in value):
            return {name: _plain(each, arrays) for name, each in value.items()}
    raise TypeError(f"a kernel takes no {type(value).__name__}")


def _laid(array: np.ndarray, arrays: bytearray) -> bytes:
    kind = array.dtype.newbyteorder("<")
    if kind.str not in NUMBERS:
        raise TypeError(f"a kernel takes no array of {array.dtype}")
    arrays += bytes(-len(arrays) % ALIGNED)
    place = len(arrays)
    arrays += array.astype(kind, copy=False).tobytes()
    return _ENCODER.encode((kind.str, array.shape, place))


def _reader(arrays: bytearray) -> Callable[[bytes], Any]:
    def extension(code: int, data: memoryview) -> Any:
        if code == TUPLE:
            return tuple(decoder.decode(data))
        if code != ARRAY:
            raise Broken
        kind, shape, place = _ARRAYS.decode(data)
        if kind not in NUMBERS or min(shape, default=0) < 0:
            raise Broken
        return np.frombuffer(arrays, kind, prod(shape), place).reshape(shape) if prod(shape) else np.empty(shape, kind)

    decoder = msgspec.msgpack.Decoder(ext_hook=extension)
    return decoder.decode


_ARRAYS = msgspec.msgpack.Decoder(tuple[str, list[int], int])
