"""What was found where a rule called: true, false or a nuisance. It judges the rule, never a person."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from linli.cases.domain.handling import hand_in_case
from linli.cases.models import Case
from linli.core.errors import Conflict, Invalid, Refused
from linli.core.outbox import tell
from linli.people.actors import Actor
from linli.procedures.domain.envelope import envelope
from linli.procedures.domain.move import Version, first_time
from linli.procedures.domain.story import append_entry
from linli.procedures.models import Assignment
from linli.sensing.enums import Verdict
from linli.sensing.models import Episode, Judgement

NOTE_MOST = 300


def judge_episode(
    *, episode: Episode, verdict: Verdict | str, note: str = "", by: Actor, at: datetime, action: UUID
) -> Judgement:
    """Say what was found. Whoever has a part in the case says it, and may put it right until the case is closed.

    Raises:
        Invalid: no verdict, or a note longer than 300 characters.
        Refused: this post has no part in the case.
        Conflict: the case is closed, or there is none.
    """
    if verdict not in Verdict.values:
        raise Invalid(fields={"verdict": _("Choose what was found.")})
    if len(note) > NOTE_MOST:
        raise Invalid(fields={"note": _("Write at most 300 characters.")})
    if episode.case is None or episode.case.procedure.closed is not None:
        raise Conflict(_("The case is closed, so what was found stays as it was said."))
    procedure = episode.case.procedure
    if by.post is None or not Assignment.objects.filter(procedure=procedure, post=by.post).exists():
        raise Refused
    with transaction.atomic():
        if first_time(action, "judged", procedure=procedure, by=by, at=at):
            said = {"verdict": verdict, "note": note.strip(), "post": by.post, "account": by.account, "at": at}
            Judgement.objects.update_or_create(episode=episode, defaults=said)
            append_entry(procedure, "judged", by=by, at=at, says={"verdict": str(verdict), "text": note.strip()})
            posts = Assignment.objects.filter(procedure=procedure, open=True).values_list("post", flat=True)
            tell("sensing.judged", procedure.pk, envelope(procedure, posts), at)
    return Judgement.objects.get(episode=episode)


def hand_in_judged(
    *,
    case: Case,
    version: Version,
    text: str,
    verdict: str,
    photos: Sequence[UUID] = (),
    by: Actor,
    at: datetime,
    action: UUID,
) -> Case:
    """Hand in the work and say what was found, both or neither."""
    with transaction.atomic():
        episode = Episode.objects.select_related("case__procedure").get(case=case.pk)
        judge_episode(episode=episode, verdict=verdict, by=by, at=at, action=uuid5(action, "judged"))
        return hand_in_case(case=case, version=version, text=text, photos=photos, by=by, at=at, action=action)
