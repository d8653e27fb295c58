"""What a reporter reads of a report: one case, who has it, until when, its story and photographs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.cases.domain.closing import reopen_until
from linli.cases.models import Case
from linli.core import pictures
from linli.core.errors import NotFound
from linli.core.models import File
from linli.people.models import Account, Post
from linli.procedures.domain.clocks import open_clocks
from linli.procedures.domain.story import Line, story
from linli.procedures.enums import Audience, PartyKind
from linli.procedures.models import Action, Assignment, Clock, Party, Procedure
from linli.procedures.numbers import read_number


@dataclass(frozen=True)
class Standing:
    """Whose turn it is, and the clock that says until when; none where nobody's turn it is or no clock runs."""

    post: Post | None
    clock: Clock | None


@dataclass(frozen=True)
class Followed:
    """Everything that the reporter's page shows. `posts` names the posts that the story speaks of."""

    case: Case
    party: Party
    standing: Standing
    story: Sequence[Line]
    posts: Mapping[int, str]
    photos: Sequence[File]
    reopen_until: datetime | None


def reported(number: str, *, account: Account | None, claimed: Collection[UUID]) -> Party:
    """The reporter's party of a case, with its procedure and case, for who is signed in as it or has claimed it.

    One statement.

    Raises:
        NotFound: there is no such case, or it is somebody else's; the two are not told apart.
    """
    typed = read_number(number)
    found = (
        Party.objects.filter(kind=PartyKind.REPORTER, procedure__kind="case", procedure__number=typed)
        .select_related("procedure__case__klass", "procedure__case__merged_into__procedure", "procedure__place")
        .first()
    )
    if found is None or typed is None:
        raise NotFound
    own = account is not None and found.account_id == account.pk
    if not own and found.procedure_id not in claimed:
        raise NotFound
    return found


def reported_by(action: UUID) -> Case:
    """The case that this act opened. One statement.

    Raises:
        NotFound: it opened none.
    """
    done = (
        Action.objects.filter(pk=action, verb="open")
        .select_related("procedure__case__klass", "procedure__place")
        .first()
    )
    if done is None:
        raise NotFound
    return done.procedure.case


def followed(party: Party, *, clock: str | None) -> Followed:
    """The whole page of one report. Five statements, whatever the length of its story.

    clock: the name of the clock that counts for the reporter in the case's state.
    """
    procedure = party.procedure
    case: Case = procedure.case
    lines = story(procedure, (Audience.PUBLIC, Audience.PARTIES), party=party)
    named = {line.says["to"] for line in lines if line.says and isinstance(line.says.get("to"), int)}
    return Followed(
        case=case,
        party=party,
        standing=standing(procedure, clock),
        story=lines,
        posts={post.pk: post.title for post in Post.objects.filter(pk__in=named)} if named else {},
        photos=photos_of(procedure.pk, (Audience.PUBLIC, Audience.PARTIES)),
        reopen_until=reopen_until(case),
    )


def standing(procedure: Procedure, clock: str | None) -> Standing:
    """Two statements."""
    turn = Assignment.objects.filter(procedure=procedure, open=True).select_related("post__organisation").first()
    running = next((found for found in open_clocks(procedure) if found.rule == clock), None)
    return Standing(turn.post if turn else None, running)


def photos_of(procedure: UUID, audiences: Collection[str]) -> list[File]:
    """The pictures of a procedure that these audiences may see, the oldest first."""
    found = File.objects.filter(
        procedure=procedure, audience__in=audiences, purged_at=None, media_type__in=pictures.PICTURES
    )
    return list(found.order_by("uploaded_at", "uuid"))
