"""Several requests in one: `$batch`, as multipart (the standard's clause 11) or as JSON ({"requests": […]}).

Requests are done one after the other, each by itself; those of a change set, or of one `atomicityGroup`, all or none.
What is made may be named by those that follow: `$1` stands for the entity made by the request with the id 1.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import orjson
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from linli.gateway.sensorthings.bodies import read_body
from linli.gateway.sensorthings.errors import BadRequest

MOST = 200  # requests
REQUEST = re.compile(rb"\s*(GET|POST|PATCH|PUT|DELETE) ([!-~]+)(?: HTTP/1\.[01])?\r?\n", re.ASCII)
REFERENCE = re.compile(r"\$([\w-]{1,40})(?![\w-])")
LINK = re.compile(r'("@iot\.id"\s*:\s*)(?:"\$([\w-]{1,40})"|\$([\w-]{1,40})(?![\w-]))')
METHODS = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE"})
Answer = Callable[[HttpRequest, str], HttpResponse]


@dataclass(frozen=True)
class Asked:
    """One request. url: below the root, or whole.  group: those of one group are done all or none; empty: by itself."""

    id: str
    method: str
    url: str
    body: bytes = b""
    content_type: str = "application/json"
    group: str = ""


@dataclass(frozen=True)
class Done:
    asked: Asked
    response: HttpResponse


class _Undone(Exception):
    """A request of a group failed: the others of it are taken back."""


def answer_batch(request: HttpRequest, root: str, answer: Answer) -> HttpResponse:
    """Do all that is asked. `answer` does one request, given what is left of its address below the root.

    Raises:
        BadRequest: the body is no batch.
    """
    body, is_json = request.body, (request.content_type or "").startswith("application/json")
    asked = _from_json(body) if is_json else list(_from_parts(request.headers.get("Content-Type", ""), body))
    if len(asked) > MOST:
        raise BadRequest(_("The body is too long."))
    done = _do_all(request, asked, root, answer)
    return _as_json(done) if is_json else _as_parts(done)


def _do_all(request: HttpRequest, asked: list[Asked], root: str, answer: Answer) -> list[Done]:
    made: dict[str, str] = {}
    done: list[Done] = []
    at = 0
    while at < len(asked):
        group = asked[at].group
        end = at + 1
        while group and end < len(asked) and asked[end].group == group:
            end += 1
        done += _do_group(request, asked[at:end], root, answer, made)
        at = end
    return done


def _do_group(request: HttpRequest, asked: list[Asked], root: str, answer: Answer, made: dict[str, str]) -> list[Done]:
    if not asked[0].group:
        return [_do(request, each, root, answer, made) for each in asked]
    done: list[Done] = []
    try:
        with transaction.atomic():
            for each in asked:
                done.append(_do(request, each, root, answer, made))
                if done[-1].response.status_code >= 400:
                    raise _Undone
    except _Undone:
        failed = done[-1]
        return [failed if each is failed.asked else Done(each, HttpResponse(status=424)) for each in asked]
    return done


def _do(request: HttpRequest, asked: Asked, root: str, answer: Answer, made: dict[str, str]) -> Done:
    url = REFERENCE.sub(lambda found: made.get(found[1], found[0]), asked.url)
    try:
        parts = urlsplit(url)
    except ValueError:
        return Done(asked, HttpResponse(status=400))
    address = unquote(parts.path)
    address = address.partition(root)[2] if root in address else address.partition(root.split("/", 2)[2])[2] or address
    body = LINK.sub(lambda found: _linked(found, made), asked.body.decode(errors="replace")) if made else ""
    inner = HttpRequest()
    inner.method, inner.path, inner.content_type = asked.method, root + address, asked.content_type
    inner.META = {**request.META, "QUERY_STRING": parts.query, "CONTENT_LENGTH": len(asked.body)}
    inner.COOKIES, inner.session, inner.user = request.COOKIES, request.session, request.user
    inner._body = body.encode() if made else asked.body
    if address.strip("/") == "$batch":
        return Done(asked, HttpResponse(status=400))
    response = answer(inner, address.lstrip("/"))
    if asked.id and "Location" in response:
        made[asked.id] = response["Location"].partition(root)[2]
    return Done(asked, response)


def _linked(found: re.Match[str], made: dict[str, str]) -> str:
    """`"@iot.id": "$sensor1"` with the id of what the request sensor1 has made; as it stands where it has made nothing.

    The sign stands nowhere else for anything: a name or a price may hold it.
    """
    address = made.get(found[2] or found[3])
    return found[0] if address is None else found[1] + address.rpartition("(")[2].rstrip(")")


# --- JSON


def _from_json(body: bytes) -> list[Asked]:
    said = read_body(body)
    rows = said.get("requests") if isinstance(said, dict) else None
    if not isinstance(rows, list) or not all(_is_request(row) for row in rows):
        raise BadRequest(_("A list of requests is expected, each with id, method and url."))
    return [
        Asked(
            str(row["id"]), row["method"].upper(), row["url"],
            orjson.dumps(row["body"]) if "body" in row else b"",
            _content_type(row.get("headers")), str(row.get("atomicityGroup") or ""),
        )
        for row in rows
    ]  # fmt: skip


def _is_request(row: Any) -> bool:
    return (
        isinstance(row, dict)
        and isinstance(row.get("id"), str | int)
        and isinstance(row.get("url"), str)
        and isinstance(row.get("method"), str)
        and row["method"].upper() in METHODS
    )


def _content_type(headers: Any) -> str:
    said = headers if isinstance(headers, dict) else {}
    found = next((value for name, value in said.items() if name.lower() == "content-type"), "")
    return found if isinstance(found, str) and found else "application/json"


def _as_json(done: list[Done]) -> HttpResponse:
    rows = []
    for each in done:
        row: dict[str, Any] = {"id": each.asked.id, "status": each.response.status_code}
        if "Location" in each.response:
            row["location"] = each.response["Location"]
        if each.response.content:
            is_json = "json" in each.response.get("Content-Type", "")
            row["body"] = orjson.loads(each.response.content) if is_json else each.response.content.decode()
        rows.append(row)
    return HttpResponse(orjson.dumps({"responses": rows}), content_type="application/json")


# --- multipart


def _from_parts(content_type: str, body: bytes, group: str = "") -> Iterator[Asked]:
    if not content_type.lower().startswith("multipart/mixed"):
        raise BadRequest(_("The parts of the body could not be read."))
    whole = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    if not whole.is_multipart():
        raise BadRequest(_("The parts of the body could not be read."))
    for number, part in enumerate(whole.iter_parts()):
        if part.get_content_maintype() == "multipart" and not group:
            inner = part.as_bytes().partition(b"\r\n\r\n")[2] or part.as_bytes().partition(b"\n\n")[2]
            yield from _from_parts(str(part["Content-Type"]), inner, f"changeset {number}")
        else:
            yield _request_of(part, group)


def _request_of(part: Any, group: str) -> Asked:
    said = part.get_payload(decode=True) or b""
    found = REQUEST.match(said)
    if found is None:
        raise BadRequest(_("The parts of the body could not be read."))
    headers, blank, body = said[found.end() :].replace(b"\r\n", b"\n").partition(b"\n\n")
    if not blank and not headers.startswith(b"\n") and b":" not in headers.partition(b"\n")[0]:
        headers, body = b"", headers
    lines = dict(line.lower().split(":", 1) for line in headers.decode(errors="replace").splitlines() if ":" in line)
    kind = lines.get("content-type", "application/json").strip()
    return Asked(
        str(part.get("Content-ID") or "").strip("<>"), found[1].decode(), found[2].decode(), body.strip(), kind, group
    )


def _as_parts(done: list[Done]) -> HttpResponse:
    boundary = f"batch_{uuid4().hex}"
    out: list[bytes] = []
    at = 0
    while at < len(done):
        group, end = done[at].asked.group, at + 1
        while group and end < len(done) and done[end].asked.group == group:
            end += 1
        if group:
            inner = f"changeset_{uuid4().hex}"
            out += [f"--{boundary}\r\nContent-Type: multipart/mixed;boundary={inner}\r\n\r\n".encode()]
            out += [_part(inner, each) for each in done[at:end]]
            out += [f"--{inner}--\r\n".encode()]
        else:
            out.append(_part(boundary, done[at]))
        at = end
    out.append(f"--{boundary}--\r\n".encode())
    return HttpResponse(b"".join(out), content_type=f"multipart/mixed;boundary={boundary}")


def _part(boundary: str, done: Done) -> bytes:
    response = done.response
    lines = [f"--{boundary}", "Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    if done.asked.id:
        lines.append(f"Content-ID: {done.asked.id}")
    lines += ["", f"HTTP/1.1 {response.status_code} {response.reason_phrase}"]
    lines += [f"{name}: {response[name]}" for name in ("Content-Type", "Location") if name in response]
    return (
        "\r\n".join([*lines, f"Content-Length: {len(response.content)}", "", ""]).encode() + response.content + b"\r\n"
    )
