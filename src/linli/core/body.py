"""How much of a body the ASGI application takes in: Django would put any amount on the disk before it looks."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# Photos of one form together, and room for its text. A single file has its own limit in core.files.
MAX_BODY = 64 * 1024 * 1024
MOST_FILES = MAX_BODY - 1024 * 1024  # of one form together, as its page weighs them before it sends anything


def limited(application: Application) -> Application:
    """The application, spared of bodies that are too long.

    Where the length is declared, the body is left out, and core.middleware answers 413. Where it is not, the
    connection ends as soon as too much has come.
    """

    async def limit(scope: Scope, receive: Receive, send: Send) -> None:
        declared = dict(scope.get("headers", [])).get(b"content-length", b"0") if scope["type"] == "http" else b"0"
        too_long = declared.isdigit() and int(declared) > MAX_BODY
        await application(scope, _without(receive) if too_long else _counted(receive), send)

    return limit


def _without(receive: Receive) -> Receive:
    begun = False

    async def empty() -> Message:
        nonlocal begun
        if not begun:
            begun = True
            return {"type": "http.request", "body": b"", "more_body": False}
        while (message := await receive())["type"] == "http.request":
            continue
        return message

    return empty


def _counted(receive: Receive) -> Receive:
    taken = 0

    async def count() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        return message if taken <= MAX_BODY else {"type": "http.disconnect"}

    return count
