"""The letters of an application for assistance: which there are, and what is opened to write one.

A letter is made when somebody reads it, from the line of the story it tells of. Nothing is kept of it: no file, no job.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from linli.core.errors import NotFound, Refused
from linli.core.viewlog import open_sealed
from linli.people.actors import Actor
from linli.procedures.domain.story import Line, story
from linli.procedures.enums import Audience
from linli.procedures.models import Clock, Party
from linli.procedures.permissions import takes_part
from linli.services.domain.assistance_file import AID, CALLED, own_words
from linli.services.models_assistance import Assistance
from linli.services.models_points import PointKind, ServicePoint
from linli.services.workflow_assistance import MISSING

# What the person is told in writing: what is missing, that it takes longer, each decision, and the invitation to be
# heard (art. 45, 48, 62).
LETTERS = ("ask_missing", "extend", "grant", "refuse", "plan_reduction", "keep_aid", "reduce", "end_aid")
WITH_AID = ("grant", "reduce")
LIMITS = {"ask_missing": MISSING, "plan_reduction": "assistance.hearing"}  # of what a letter asks for


@dataclass(frozen=True)
class Told:
    """What a letter is made from.

    line: the decision.  heard: what the person said before it, where they were heard.  limit: the time limit of what
    it asks for: to bring papers, or to be heard.  called, aid: sealed; empty where they were not opened.
    """

    assistance: Assistance
    line: Line
    heard: Line | None = None
    limit: Clock | None = None
    called: str = ""
    aid: str = ""

    @property
    def reason(self) -> str:
        return str((self.line.says or {}).get("because", ""))

    @property
    def missing(self) -> str:
        return str((self.line.says or {}).get("text", "")) if self.line.kind == "ask_missing" else ""


def letters_of(assistance: Assistance, person: Party) -> list[Line]:
    """The lines of the story of which there is a letter, in the order of the story."""
    lines = story(assistance.procedure, [Audience.PARTIES], party=person)
    return [line for line in lines if line.kind in LETTERS and line.says is not None]


def letter_told(assistance: Assistance, person: Party, seq: int | None = None) -> Told:
    """What one letter tells, without what is sealed. seq: its line; none for the newest.

    Raises:
        NotFound: there is no such letter.
    """
    known = letters_of(assistance, person)
    found = [line for line in known if line.seq == seq] if seq is not None else known[-1:]
    if not found:
        raise NotFound
    line = found[0]
    return Told(assistance, line, _heard(assistance, person, line), _limit(assistance, line))


def _heard(assistance: Assistance, person: Party, line: Line) -> Line | None:
    """What the person said, in the hearing that this decision came after."""
    if line.kind not in ("keep_aid", "reduce", "end_aid"):
        return None
    before = [one for one in story(assistance.procedure, [Audience.PARTIES], party=person) if one.seq < line.seq]
    told = max((one.seq for one in before if one.kind == "plan_reduction"), default=0)
    return next((one for one in before if one.kind == "hear" and one.seq > told), None)


def _limit(assistance: Assistance, line: Line) -> Clock | None:
    rule = LIMITS.get(line.kind)
    return Clock.objects.filter(procedure=assistance.pk, rule=rule, start=line.at).first() if rule else None


def own_part(told: Told) -> dict[str, str]:
    """What is sealed of a letter, for the person alone."""
    words = own_words(told.assistance)
    return {"called": words["called"], "aid": words["aid"] if _shows_aid(told) else ""}


def open_for_letter(told: Told, person: Party, *, reason: str, by: Actor, at: datetime) -> dict[str, str]:
    """Open what the letter needs, the name and what is given, for a post with a part in it; that it did is kept.

    Raises:
        Refused: a post without a part in it.  Invalid: no reason.
    """
    row = told.assistance
    if by.account is None or by.post is None or not takes_part()(by, row.procedure):
        raise Refused
    wanted = {"called": (row.called_sealed, CALLED), "aid": (row.aid_sealed if _shows_aid(told) else None, AID)}
    opened: dict[str, str] = {}
    with transaction.atomic():
        for name, (value, field) in wanted.items():
            if value is not None:
                opened[name] = open_sealed(
                    value, row=row.pk, field=field, viewer=by.account, post_title=by.post.title,
                    subject=person.account, procedure=row.pk, reason=reason, at=at,
                )  # fmt: skip
    return opened


def _shows_aid(told: Told) -> bool:
    """What is given stands sealed as it is now: only in the newest decision that gave something."""
    given = list(told.assistance.procedure.entries.filter(kind__in=WITH_AID).values_list("seq", flat=True))
    return bool(given) and told.line.seq == max(given)


def hall() -> Any:
    """The service hall, where the person is heard; none where it is not written down."""
    return ServicePoint.objects.filter(kind=PointKind.HALL, retired_at=None).order_by("code").first()
