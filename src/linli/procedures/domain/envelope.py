"""What a message of the outbox says of a procedure: where it stands, and who may hear of it."""

from collections.abc import Iterable
from typing import Any

from linli.procedures.models import Procedure


def envelope(procedure: Procedure, posts: Iterable[int]) -> dict[str, Any]:
    """The body of a message. `seen_by` lets `/events` decide without asking the database."""
    return {
        "kind": procedure.kind,
        "number": procedure.number,
        "state": procedure.state,
        "version": procedure.version,
        "seen_by": {
            "path": procedure.place_path,
            "cell": procedure.cell_id,
            "sealed": procedure.sealed,
            "posts": sorted(set(posts)),
            "closed_to": procedure.excludes,
        },
    }
