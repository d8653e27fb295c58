"""What the hall and the departments do with a request, from the first paper to the result."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.errors import Conflict, Invalid
from linli.people.actors import Actor
from linli.people.domain.directory import directory
from linli.people.enums import Role
from linli.people.models import Post
from linli.places.domain.queries import governed_path
from linli.procedures.domain.move import Version, move
from linli.procedures.enums import Part
from linli.procedures.models import Procedure
from linli.services.domain.catalogue import standing_of
from linli.services.enums import Handing, Held, VisitState
from linli.services.models import HomeVisit, Request, RequestMaterial

TEXT_MOST = 4000
AT_A_DISTANCE = frozenset({Handing.POST, Handing.HOME, Handing.MESSAGE})  # results that need no second visit


class AskedAlready(Conflict):
    """Corrections were asked for before; the law lets the office ask once."""

    code = "asked-already"
    message = gettext_lazy("Corrections were asked for already. They may be asked for once, and completely.")


def receive_papers(
    *, request: Request, version: Version, papers: Collection[str], by: Actor, at: datetime, action: UUID
) -> Request:
    """Tick what was handed in, or what the office has looked up. Where papers were awaited and all are here now, the
    clocks go on.

    Raises:
        Invalid: nothing was ticked, or a paper that this request does not ask for.
    """
    _check_papers(request, papers)
    done = not _still_missing(request, papers)
    waits = request.asked_at is not None and request.answered_at is None

    def change() -> None:
        _tick(request, papers, at)
        if waits and done:
            Request.objects.filter(pk=request.pk).update(answered_at=at)

    name = "papers_in" if waits and done else "receive"
    return fresh(
        move(
            request.procedure, name, version=version, by=by, at=at, action=action, given={"papers": list(papers)},
            says={"papers": sorted(papers)}, change=change,
        )
    )  # fmt: skip


def ask_papers(*, request: Request, version: Version, text: str, by: Actor, at: datetime, action: UUID) -> Request:
    """Say what is missing or wrong: once, and completely. The clocks stand still until all is here.

    Source: Administrative Licensing Law 32 (once, completely; within five days, or it counts as accepted).

    Raises:
        AskedAlready: this was done before, by whomever.
    """
    now = Request.objects.only("asked_at").get(pk=request.pk)
    if now.asked_at is not None:
        raise AskedAlready
    _check_length("text", text)
    return fresh(
        move(
            request.procedure, "ask_papers", version=version, by=by, at=at, action=action, given={"text": text},
            says={"text": text.strip()},
            change=lambda: _write(request, missing=text.strip(), asked_at=at),
        )
    )  # fmt: skip


def accept(
    *, request: Request, version: Version, papers: Collection[str] = (), by: Actor, at: datetime, action: UUID
) -> Request:
    """All is here: the promised days begin to run. papers: those ticked with this step.

    Raises:
        MissingEvidence: a paper is still missing.
    """
    _check_papers(request, papers, some=False)

    def change() -> None:
        _tick(request, papers, at)
        _write(request, accepted_at=at, **_answered(request, at))

    return fresh(
        move(
            request.procedure, "accept", version=version, by=by, at=at, action=action, given={"papers": list(papers)},
            says={"papers": sorted(papers)}, change=change,
        )
    )  # fmt: skip


def settle(
    *, request: Request, version: Version, result: str, papers: Collection[str] = (), by: Actor, at: datetime,
    action: UUID,
) -> Request:  # fmt: skip
    """Done at the window while the person waits: papers seen, result handed over, in one step."""
    _check_papers(request, papers, some=False)
    _check_length("result", result)

    def change() -> None:
        _tick(request, papers, at)
        _write(
            request, accepted_at=at, result=result.strip(), handing=Handing.WINDOW, ended_at=at,
            at_first_visit=request.asked_at is None, **_answered(request, at),
        )  # fmt: skip

    return fresh(
        move(
            request.procedure, "settle", version=version, by=by, at=at, action=action,
            given={"papers": list(papers), "result": result}, says={"result": result.strip()}, change=change,
        )
    )  # fmt: skip


def pass_on(*, request: Request, version: Version, to: Post, by: Actor, at: datetime, action: UUID) -> Request:
    """Send it to the department that decides. From here its post sees it; nobody else of the department does.

    Raises:
        Invalid: this post decides no requests.
    """
    if to.pk not in {post.pk for post in deciding_posts()}:
        raise Invalid(fields={"to": _("Choose a post from the list.")})
    handler = directory().acting(to, at)
    return fresh(
        move(
            request.procedure, "pass_on", version=version, by=by, at=at, action=action, says={"to": handler.pk},
            assign={handler: Part.HANDLER},
        )
    )  # fmt: skip


def send_back(*, request: Request, version: Version, reason: str, by: Actor, at: datetime, action: UUID) -> Request:
    """The department cannot decide it: back to the window, with the reason. The promised days go on running."""
    return fresh(
        move(request.procedure, "send_back", version=version, by=by, at=at, action=action, because=reason.strip())
    )


def decide(*, request: Request, version: Version, result: str, by: Actor, at: datetime, action: UUID) -> Request:
    """It is granted. result: what the person gets, in words they understand."""
    _check_length("result", result)
    return fresh(
        move(
            request.procedure, "decide", version=version, by=by, at=at, action=action, given={"result": result},
            says={"result": result.strip()}, change=lambda: _write(request, result=result.strip()),
        )
    )  # fmt: skip


def refuse(
    *, request: Request, version: Version, reason: str, remedy: str, by: Actor, at: datetime, action: UUID
) -> Request:
    """It is not granted: the reasons in writing, and where the person can turn.

    Source: Administrative Licensing Law 38; Social Assistance Law 45.
    """
    _check_length("reason", reason)
    _check_length("remedy", remedy)

    def change() -> None:
        _write(request, refusal=reason.strip(), remedy=remedy.strip(), ended_at=at)
        _call_off_visit(request, at)

    return fresh(
        move(
            request.procedure, "refuse", version=version, by=by, at=at, action=action, because=reason.strip(),
            given={"remedy": remedy}, says={"remedy": remedy.strip()},
            change=change,
        )
    )  # fmt: skip


def hand_over(*, request: Request, version: Version, handing: str, by: Actor, at: datetime, action: UUID) -> Request:
    """The result is in the person's hands. handing: how it got there."""
    if handing and handing not in Handing.values:
        raise Invalid(fields={"handing": _("Choose one from the list.")})
    first = request.asked_at is None and handing in AT_A_DISTANCE
    return fresh(
        move(
            request.procedure, "hand_over", version=version, by=by, at=at, action=action, given={"handing": handing},
            says={"handing": handing},
            change=lambda: _write(request, handing=handing, ended_at=at, at_first_visit=first),
        )
    )  # fmt: skip


def withdraw(*, request: Request, version: Version, by: Actor, at: datetime, action: UUID, text: str = "") -> Request:
    """The person no longer wants it."""
    return fresh(
        move(
            request.procedure, "withdraw", version=version, by=by, at=at, action=action,
            says={"text": text.strip()} if text.strip() else None, change=lambda: _call_off_visit(request, at),
        )
    )  # fmt: skip


def deciding_posts() -> list[Post]:
    """The posts that a request can be passed on to: departments first, then committees and the office itself."""
    root = governed_path()
    roles = (Role.DEPARTMENT_HANDLER, Role.COMMITTEE_SECRETARY, Role.AREA_LEAD, Role.DUTY_OFFICER)
    return [post for role in roles for post in directory().with_role(role) if post.place.path.startswith(root)]


# --- what the steps share


def fresh(found: Request | Procedure) -> Request:
    """The request as it stands now, with place, item and version. One statement."""
    return Request.objects.select_related("procedure__place", "item", "version").get(pk=found.pk)


def _write(request: Request, **values: Any) -> None:
    Request.objects.filter(pk=request.pk).update(**values)


def _call_off_visit(request: Request, at: datetime) -> None:
    """It is over: no clerk rings at that door any more."""
    planned = HomeVisit.objects.filter(request=request, status=VisitState.PLANNED)
    planned.update(status=VisitState.CANCELLED, ended_at=at)


def _answered(request: Request, at: datetime) -> Mapping[str, datetime]:
    return {"answered_at": at} if request.asked_at is not None and request.answered_at is None else {}


def _tick(request: Request, papers: Collection[str], at: datetime) -> None:
    """What the person handed in is received; what the office finds by itself is looked up."""
    content = standing_of(request.version).content
    office = {key for key in papers if (paper := content.paper(key)) is not None and paper.office}
    rows = RequestMaterial.objects.filter(request=request, held=Held.ASKED)
    rows.filter(key__in=office).update(held=Held.LOOKED_UP, since=at)
    rows.filter(key__in=set(papers) - office).update(held=Held.RECEIVED, since=at)


def _still_missing(request: Request, papers: Collection[str]) -> set[str]:
    asked = RequestMaterial.objects.filter(request=request, held=Held.ASKED).values_list("key", flat=True)
    return set(asked) - set(papers)


def _check_papers(request: Request, papers: Collection[str], *, some: bool = True) -> None:
    if some and not papers:
        raise Invalid(fields={"papers": _("Tick what is here.")})
    known = set(RequestMaterial.objects.filter(request=request).values_list("key", flat=True))
    if strange := set(papers) - known:
        raise Invalid(fields={"papers": _("This request asks for no paper “%(key)s”.") % {"key": min(strange)}})


def _check_length(field: str, text: str) -> None:
    if len(text) > TEXT_MOST:
        raise Invalid(fields={field: _("Write at most %(n)d characters.") % {"n": TEXT_MOST}})


VERBS: Mapping[str, Callable[..., Request]] = {
    "receive": receive_papers, "papers_in": receive_papers, "ask_papers": ask_papers, "accept": accept,
    "settle": settle, "pass_on": pass_on, "send_back": send_back, "decide": decide, "refuse": refuse,
    "hand_over": hand_over, "withdraw": withdraw,
}  # fmt: skip
