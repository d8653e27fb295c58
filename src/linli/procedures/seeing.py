"""The one hook through which core asks who may see a procedure's files, search rows and events."""

from collections.abc import Callable, Mapping
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest

from linli.people.actors import Viewer
from linli.people.enums import Role
from linli.people.middleware import Request
from linli.procedures.enums import Audience
from linli.procedures.models import Procedure
from linli.procedures.registry import kind_of, kinds

# Posts that browse and open nothing that is sealed.
LOOKS_ON = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})


def may_see(request: HttpRequest, procedure: UUID, audience: str) -> bool:
    """Whether this request may read something of this audience that belongs to a procedure."""
    if audience == Audience.PUBLIC:
        return _is_still_public(procedure)
    viewer = cast("Request", request).viewer
    if audience == Audience.SEALED and all(post.role in LOOKS_ON for post in viewer.posts):
        return False
    if Procedure.objects.visible_to(viewer).filter(pk=procedure).exists():
        return True
    own = request.user.is_authenticated and Procedure.objects.of_account(request.user).filter(pk=procedure).exists()
    claimed = str(procedure) in request.session.get("claimed", [])
    return audience == Audience.PARTIES and bool(own or claimed)


def _is_still_public(procedure: UUID) -> bool:
    """A file that was released once: what it belongs to may have been sealed since, or become nobody's business."""
    related = {name for kind in kinds().values() for name in kind.related}
    found = Procedure.objects.select_related(*related).filter(pk=procedure, sealed=False).first()
    return found is not None and kind_of(found.kind).may_be_public(found)


def hears(request: HttpRequest) -> Callable[[Mapping[str, Any]], bool]:
    """Which messages an open page may hear, decided from the message alone.

    What is sealed is heard by the assigned posts only; what is closed to somebody makes no sound at all.
    """
    viewer: Viewer = cast("Request", request).viewer
    posts = {post.pk for post in viewer.posts}
    paths = tuple(viewer.paths)
    cells = set(viewer.cells)

    def answer(body: Mapping[str, Any]) -> bool:
        seen_by = body.get("seen_by")
        if not seen_by:
            return False
        if seen_by["closed_to"]:
            return False
        if posts.intersection(seen_by["posts"]):
            return True
        return not seen_by["sealed"] and (seen_by["path"].startswith(paths) or seen_by["cell"] in cells)

    return answer
