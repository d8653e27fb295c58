"""Reading requests: the clerk's list, one request for staff, and for the person whose it is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from linli.core.errors import NotFound
from linli.people.actors import Viewer
from linli.people.models import Account
from linli.procedures.domain.story import Line, story
from linli.procedures.enums import Audience, ClockState, PartyKind
from linli.procedures.models import Clock, Party, Procedure
from linli.procedures.numbers import read_number
from linli.services.domain.catalogue import Standing, standing_of
from linli.services.domain.content import Material
from linli.services.domain.guide import Bring, bring_for_request
from linli.services.enums import Held
from linli.services.models import HomeVisit, Request, RequestMaterial
from linli.services.models_papers import PaperFile

PAGE = 50
LISTS: Mapping[str, Collection[str]] = {
    "received": ("received",),
    "running": ("accepted", "passed_on"),
    "decided": ("decided",),
    "rectifying": ("rectifying",),
    "over": ("ended", "refused", "rectified", "withdrawn"),
}


@dataclass(frozen=True)
class Row:
    """One line of the clerk's list."""

    number: str
    title: str
    applicant: str
    state: str
    waits: bool
    due: datetime | None
    amber: datetime | None
    opened: datetime
    channel: str
    came_in: bool = False


def requests_of(viewer: Viewer, name: str, *, size: int = PAGE) -> list[Row]:
    """The requests that these posts have, what is due first on top; those that are over, the newest first.

    name: one of `LISTS`.  A row has `came_in` where files came since its papers were asked for. One statement, however
    many rows.
    """
    seen = Procedure.objects.visible_to(viewer).filter(kind="request", state__in=LISTS[name])
    order = ["-closed", "uuid"] if name == "over" else [F("due").asc(nulls_last=True), "opened"]
    since = PaperFile.objects.filter(request=OuterRef("pk"), sent_at__gte=OuterRef("request__asked_at"))
    rows = seen.annotate(came_in=Exists(since)).order_by(*order).select_related("request__item")[:size]
    return [
        Row(
            number=row.number, title=row.request.item.title, applicant=row.request.applicant, state=row.state,
            waits=row.request.asked_at is not None and row.request.answered_at is None and row.closed is None,
            due=row.due, amber=row.amber, opened=row.opened, channel=row.request.get_channel_display(),
            came_in=row.came_in,
        )
        for row in rows
    ]  # fmt: skip


def request_for(number: str, viewer: Viewer) -> Request:
    """One request for a post that has it, with place, item, version and assignments. Two statements.

    Raises:
        NotFound: there is none, or these posts may not know of it; the two are not told apart.
    """
    typed = read_number(number)
    found = (
        Request.objects.filter(procedure__number=typed, procedure__in=Procedure.objects.visible_to(viewer))
        .select_related("procedure__place", "item", "version")
        .prefetch_related("procedure__assignments")
        .first()
        if typed
        else None
    )
    if found is None:
        raise NotFound
    return found


def own_request(number: str, *, account: Account | None, claimed: Collection[UUID]) -> Party:
    """The applicant's party, for who is signed in as it or has opened it by its code in this browser. One statement.

    Raises:
        NotFound: there is none, or it is somebody else's; the two are not told apart.
    """
    typed = read_number(number)
    mine = Q(procedure__in=claimed)
    if account is not None:
        mine |= Q(account=account)
    party = (
        Party.objects.filter(mine, kind=PartyKind.REPORTER, procedure__kind="request", procedure__number=typed)
        .select_related("procedure__place", "procedure__request__item", "procedure__request__version")
        .first()
        if typed
        else None
    )
    if party is None:
        raise NotFound
    return party


def my_requests(account: Account) -> list[Request]:
    """A person's own requests, the newest first; for that person alone. One statement."""
    own = Party.objects.filter(account=account, kind=PartyKind.REPORTER, procedure__kind="request")
    rows = Request.objects.filter(procedure__in=own.values("procedure"))
    return list(rows.select_related("procedure", "item").order_by("-procedure__opened"))


@dataclass(frozen=True)
class Paper:
    """One paper of a request as pages show it."""

    key: str
    text: str
    office: bool
    reusable: bool
    held: Held
    since: datetime | None
    is_here: bool


@dataclass(frozen=True)
class Whole:
    """Everything a page shows of one request. clock: the running or paused one that counts now."""

    request: Request
    standing: Standing
    papers: Sequence[Paper]
    clock: Clock | None
    story: Sequence[Line]
    visits: Sequence[HomeVisit]

    @property
    def here(self) -> list[Paper]:
        return [paper for paper in self.papers if paper.is_here]

    @property
    def missing(self) -> list[Paper]:
        return [paper for paper in self.papers if not paper.is_here]

    @property
    def waits(self) -> bool:
        """Whether the person is asked for something, and it is not all here yet."""
        return self.request.asked_at is not None and self.request.answered_at is None and not self._over

    @property
    def bring(self) -> Bring:
        """What is still to be brought, and what the office finds by itself."""
        return bring_for_request(self.standing.content, [paper.key for paper in self.missing])

    @property
    def _over(self) -> bool:
        return self.request.procedure.closed is not None


def whole(request: Request, audiences: Sequence[str]) -> Whole:
    """The page of one request. Four statements, whatever its length."""
    standing = standing_of(request.version)
    clocks = list(
        Clock.objects.filter(procedure=request.pk, state__in=[ClockState.RUNNING, ClockState.PAUSED]).order_by(
            F("due").asc(nulls_last=True)
        )
    )
    return Whole(
        request=request,
        standing=standing,
        papers=[_paper(row, standing) for row in RequestMaterial.objects.filter(request=request)],
        clock=clocks[0] if clocks else None,
        story=story(request.procedure, [Audience(each) for each in audiences]),
        visits=list(HomeVisit.objects.filter(request=request).order_by("-made_at")),
    )


def _paper(row: RequestMaterial, standing: Standing) -> Paper:
    paper = standing.content.paper(row.key) or Material(row.key, standing.content.name)
    return Paper(
        key=row.key, text=str(paper.text), office=paper.office, reusable=paper.reusable, held=Held(row.held),
        since=row.since, is_here=row.held != Held.ASKED,
    )  # fmt: skip


def missing_papers(request: Request) -> list[str]:
    """The keys of the papers that are not here yet, in the order of the checklist. One statement."""
    return list(RequestMaterial.objects.filter(request=request, held=Held.ASKED).values_list("key", flat=True))


def figures(viewer: Viewer) -> dict[str, Any]:
    """How many requests stand on each of the clerk's lists, but the one of those that are over. One statement."""
    states = Procedure.objects.visible_to(viewer).filter(kind="request", closed=None).values_list("state", flat=True)
    found = list(states)
    return {name: sum(state in within for state in found) for name, within in LISTS.items() if name != "over"}


def visits_left(viewer: Viewer, on: date) -> int:
    """How many home visits the viewer's posts still have on a day. One statement."""
    return HomeVisit.objects.filter(post__in=viewer.posts, on=on, status="planned").count()
