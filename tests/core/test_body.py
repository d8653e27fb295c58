"""A body that is too long reaches neither disk nor view, whether its length is declared or not."""

import asyncio

import pytest
from asgiref.testing import ApplicationCommunicator

from linli.core import body
from linli.core.body import limited

TOO_LONG = 1000


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(body, "MAX_BODY", TOO_LONG)


async def application(scope, receive, send) -> None:
    """Answers with what it was given: the length of the body, or that the caller went away."""
    length, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            await send({"type": "said", "length": None})
            return
        length, more = length + len(message["body"]), message["more_body"]
    await send({"type": "said", "length": length})
    await send({"type": "said", "then": (await receive())["type"]})


def talk(chunks: list[bytes], **headers: bytes) -> list[dict]:
    async def scene() -> list[dict]:
        named = [(name.replace("_", "-").encode(), value) for name, value in headers.items()]
        wire = ApplicationCommunicator(limited(application), {"type": "http", "headers": named})
        for number, chunk in enumerate(chunks, 1):
            await wire.send_input({"type": "http.request", "body": chunk, "more_body": number < len(chunks)})
        await wire.send_input({"type": "http.disconnect"})
        await wire.wait(1)
        return [await wire.receive_output(1) for _ in range(wire.output_queue.qsize())]

    return asyncio.run(scene())


@pytest.mark.parametrize("headers", [{}, {"content_length": b"1000"}, {"content_length": b"nonsense"}])
def test_what_is_short_enough_goes_through(headers):
    assert talk([b"x" * 400, b"x" * 600], **headers) == [
        {"type": "said", "length": 1000}, {"type": "said", "then": "http.disconnect"},
    ]  # fmt: skip


def test_a_declared_length_that_is_too_long_brings_no_body():
    assert talk([b"x" * 900, b"x" * 900], content_length=b"1800") == [
        {"type": "said", "length": 0}, {"type": "said", "then": "http.disconnect"},
    ]  # fmt: skip


def test_what_grows_too_long_ends():
    assert talk([b"x" * 400] * 10) == [{"type": "said", "length": None}]
