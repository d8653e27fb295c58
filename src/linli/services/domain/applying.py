"""A request is made: on the page, at the window, on paper, by phone, at home, by oneself or for somebody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.cases.domain.report import claim_code, claim_hash, find_spot
from linli.core.errors import Invalid, NotReady
from linli.core.sealed import seal
from linli.people.actors import Actor
from linli.people.domain.directory import directory
from linli.people.enums import Role
from linli.people.models import Account, Post
from linli.places.domain.queries import governed_path
from linli.places.models import Place
from linli.procedures.domain.move import new_procedure, open_procedure
from linli.procedures.domain.parties import CONTACT_FIELD
from linli.procedures.enums import Audience, Part, PartyKind
from linli.procedures.models import Party, Procedure
from linli.services.domain.catalogue import Standing, item_on
from linli.services.domain.paper_files import copies_of
from linli.services.domain.paper_files import keep as keep_files
from linli.services.domain.papers import KEEP_DAYS, Kept, kept_papers
from linli.services.enums import Channel, Held
from linli.services.models import Request, RequestMaterial

WORDS_MOST = 2000
SELF = "self"


@dataclass(frozen=True)
class Applied:
    """A request, and the code that opens the way back to it without an account."""

    request: Request
    claim_code: str


@dataclass(frozen=True)
class Application:
    """What is asked for, and by whom.

    applicant: whose matter it is.  proxy, relation: who acts for them, where somebody does.  choice: the answer to
    the item's own question.  place, room: for a home visit.  reuse: papers given before are used again;
    keep_papers: those given now may be.  earlier: a request opened by number and code, whose papers may serve.
    files: photos and files of papers, stored and not attached yet, by the paper's key.
    """

    code: str
    applicant: str
    choice: str = ""
    proxy: str = ""
    relation: str = ""
    words: str = ""
    contact: str = ""
    place: Place | None = None
    room: str = ""
    keep_papers: bool = False
    reuse: bool = False
    earlier: Request | None = None
    files: Mapping[str, Sequence[UUID]] = field(default_factory=dict)

    @property
    def for_other(self) -> bool:
        return bool(self.proxy.strip())


def apply_for(
    *, asked: Application, channel: Channel, by: Actor | None, at: datetime, action: UUID,
    account: Account | None = None, desk: Post | None = None,
) -> Applied:  # fmt: skip
    """Take an application in. Without `by` the resident speaks, signed in as `account` or not at all.

    A second call with the same action returns the same request and the same code. The procedure is sealed: only the
    posts that have it see it, for it says who needs help.

    desk: the clerk's post that wrote it down; otherwise the window that answers for the place.

    Raises:
        NotFound: no such item is offered.
        Invalid: a name is missing, the item needs the person themselves, or the answer is none of the item's.
        NotReady: the office has nobody who could take it.
    """
    standing = item_on(asked.code, timezone.localdate(at))
    _check(asked, standing)
    spot = find_spot(asked.place, None, None)
    procedure = new_procedure(
        kind="request", place=spot.place, place_path=spot.path, cell=spot.cell, at=at, sealed=True
    )
    party, code = _party(procedure, asked, account, action)
    request = _row(procedure, asked, standing, channel, at)
    window = desk or window_for(spot.path, at)
    kept = _kept(asked, account, at)
    keys = [paper.key for paper in standing.content.papers(choice=asked.choice, for_other=asked.for_other)]
    copies = copies_of(kept, keys, at=at)
    with transaction.atomic():
        opened, fresh = open_procedure(
            procedure=procedure, particulars=request, by=by or Actor(party=str(party.uuid)), at=at, action=action,
            says={"item": asked.code, "version": standing.version.number, "channel": channel},
            audience=Audience.PARTIES, assign={window: Part.DESK}, parties=[party],
        )  # fmt: skip
        if fresh:
            _lay_out_papers(request, keys, kept, at)
            keep_files(request, copies, scanned=False, reused=True, at=at)
            keep_files(request, asked.files, scanned=by is not None, at=at)
    if not fresh:
        return Applied(Request.objects.select_related("procedure", "item", "version").get(pk=opened.pk), code)
    return Applied(request, code)


def _party(procedure: Procedure, asked: Application, account: Account | None, action: UUID) -> tuple[Party, str]:
    party = Party(uuid=uuid5(action, "applicant"), procedure=procedure, kind=PartyKind.REPORTER, account=account)
    code = claim_code(action)
    party.claim_hash = claim_hash(procedure.number, code)
    if asked.contact:
        party.contact_sealed = seal(asked.contact, row=party.uuid, field=CONTACT_FIELD)
    return party, code


def _row(procedure: Procedure, asked: Application, standing: Standing, channel: Channel, at: datetime) -> Request:
    return Request(
        procedure=procedure, item=standing.item, version=standing.version, channel=channel,
        applicant=asked.applicant.strip(), proxy=asked.proxy.strip(), relation=asked.relation.strip(),
        choice=asked.choice, words=asked.words.strip(), room=asked.room.strip(), keep_papers=asked.keep_papers,
        keep_until=timezone.localdate(at) + timedelta(days=KEEP_DAYS) if asked.keep_papers else None,
    )  # fmt: skip


def _kept(asked: Application, account: Account | None, at: datetime) -> Kept:
    if not asked.reuse:
        return {}
    return kept_papers(applicant=asked.applicant, account=account, earlier=asked.earlier, on=timezone.localdate(at))


def _lay_out_papers(request: Request, keys: Sequence[str], kept: Kept, at: datetime) -> None:
    """The checklist of this request. What was given before and may serve again is ticked already."""
    RequestMaterial.objects.bulk_create(
        RequestMaterial(
            request=request, key=key, order=order, held=Held.REUSED if key in kept else Held.ASKED,
            since=at if key in kept else None, reused_from=kept.get(key),
        )
        for order, key in enumerate(keys)
    )  # fmt: skip


def _check(asked: Application, standing: Standing) -> None:
    wrong: dict[str, Any] = {}
    content = standing.content
    if not asked.applicant.strip():
        wrong["applicant"] = _("Write the name of the person it is for.")
    if asked.for_other and content.proxy == SELF:
        wrong["proxy"] = _("This needs the person themselves. If they cannot come, ask for a home visit.")
    if asked.for_other and not asked.relation.strip():
        wrong["relation"] = _("Say how you are related, for example: daughter.")
    if content.options and asked.choice not in [option.key for option in content.options]:
        wrong["choice"] = _("Choose what it is about.")
    if len(asked.words) > WORDS_MOST:
        wrong["words"] = _("Write at most 2,000 characters.")
    if wrong:
        raise Invalid(fields=wrong)


def window_for(path: str, at: datetime) -> Post:
    """The window clerk's post for a place: the nearest above it that somebody holds, or another of the office.

    Where the office has no window clerk, the duty officer.

    Raises:
        NotReady: there is none either.
    """
    posts, root = directory(), governed_path()
    ours = [post for post in posts.with_role(Role.WINDOW_CLERK) if post.place.path.startswith(root)]
    near = [*posts.above(Role.WINDOW_CLERK, path), *ours]
    held = [post for post in near if posts.is_staffed(post, at)]
    if held or near:
        return held[0] if held else posts.acting(near[0], at)
    for officer in posts.with_role(Role.DUTY_OFFICER):
        if officer.place.path.startswith(root):
            return posts.acting(officer, at)
    raise NotReady
