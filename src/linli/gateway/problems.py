"""How problems look in the interface's description: problem+json (RFC 9457), the same for every operation."""

from typing import Any

from ninja import Schema


class Problem(Schema):
    """What is wrong. `code` names it for programs, `detail` for people; `fields` says which value, where one is."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    fields: dict[str, str] | None = None
    after: int | None = None


MEANS = {
    400: "The body could not be read.",
    401: "Nobody is signed in.",
    403: "This post may not do that.",
    404: "It does not exist, or this post may not know that it does.",
    405: "This address does not answer that method.",
    409: "Somebody else was first.",
    413: "Too large.",
    422: "A value is missing or wrong.",
    429: "Asked too often; `after` says how many seconds to wait.",
    503: "Busy; `after` says how many seconds to wait.",
}


def problems(*statuses: int) -> dict[str, Any]:
    """What an operation adds to its description: `openapi_extra=problems(404, 422)`."""
    schema = Problem.model_json_schema()
    told = {
        str(status): {"description": MEANS[status], "content": {"application/problem+json": {"schema": schema}}}
        for status in (400, *statuses, 503)
    }
    return {"responses": told}
