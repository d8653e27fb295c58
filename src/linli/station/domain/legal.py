"""Questions about the law: asked by anybody, answered by the studio in time, led to legal aid where one needs a lawyer.

A question always has an owner: whoever of the studio is on duty by the roster, at night too; or who comes next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from linli.cases.domain.claiming import party_by_code
from linli.cases.domain.report import claim_code, claim_hash
from linli.core.errors import Invalid, NotFound, Refused
from linli.core.sealed import seal, unseal
from linli.core.viewlog import open_sealed
from linli.people.actors import Actor, Viewer
from linli.people.domain.contacts import read_contact
from linli.people.domain.directory import directory
from linli.people.domain.posts import acting_post
from linli.people.domain.queries import office_posts
from linli.people.enums import Role
from linli.people.models import Account, Post
from linli.places.domain.queries import governed_path
from linli.procedures.domain.move import Version, move, new_procedure, open_procedure
from linli.procedures.domain.parties import CONTACT_FIELD
from linli.procedures.enums import Part, PartyKind
from linli.procedures.models import Party, Procedure
from linli.procedures.permissions import takes_part
from linli.station.domain.cards import CARDS, TOPICS
from linli.station.domain.desks import desk_named, kept_at
from linli.station.models_legal import LegalQuestion
from linli.station.workflow_legal import WORKFLOW

WORDS, ANSWER = "legal.words", "legal.answer"
MOST = 3000  # characters of a question or an answer
AHEAD = timedelta(days=7)  # so far ahead the roster is looked at for who comes next


@dataclass(frozen=True)
class Asked:
    """A question, and the code that opens the way back to it without an account."""

    question: LegalQuestion
    code: str


def owner(at: datetime) -> Post:
    """Whose a question is that comes now: of the studio's posts the one on duty, or else who is on duty next, or else
    its first post; where the studio has none, the duty officer's."""
    legal = desk_named("legal")
    kept = next(each for each in kept_at(at, ahead=AHEAD) if each.desk.code == legal.code)
    coming = [post for _starts, _ends, posts in kept.spans for post in posts]
    others = [post for post in directory().by_key.values() if legal.has(post, at)]
    first = [*kept.now, *coming, *others, *office_posts(Role.DUTY_OFFICER)]
    return acting_post(first[0], at=at)


def ask(
    *, topic: str, words: str, contact: str = "", account: Account | None = None, by: Actor | None = None,
    at: datetime, action: UUID,
) -> Asked:  # fmt: skip
    """Take a question in: from the asker, or by a post that writes it down for them (`by`). The clock begins at once.

    A second call with the same action gives the same question.

    Raises:
        Invalid: no words or too many, an unknown topic, a contact that cannot be read.
    """
    _check(topic, words)
    procedure = new_procedure(
        kind=WORKFLOW.kind, place=None, place_path=governed_path(), cell=None, at=at, sealed=True
    )  # fmt: skip
    asker = Party(uuid=uuid5(action, "asker"), procedure=procedure, kind=PartyKind.PETITIONER, account=account)
    code = claim_code(action)
    asker.claim_hash = claim_hash(procedure.number, code)
    if contact.strip():
        asker.contact_sealed = seal(read_contact(contact).address, row=asker.uuid, field=CONTACT_FIELD)
    question = LegalQuestion(
        procedure=procedure, topic=topic, words_sealed=seal(words.strip(), row=procedure.pk, field=WORDS)
    )
    opened, _fresh = open_procedure(
        procedure=procedure, particulars=question, by=by or Actor(party=str(asker.uuid)), at=at, action=action,
        says={"topic": topic}, audience="parties", assign={owner(at): Part.HANDLER}, parties=[asker],
    )  # fmt: skip
    return Asked(LegalQuestion.objects.select_related("procedure").get(pk=opened.pk), code)


def start_from(*, origin: Procedure, by: Actor, at: datetime, action: UUID, says: Any) -> Procedure:
    """A question that comes from another matter; for `procedures.domain.referrals`."""
    return ask(topic="other", words=says["text"], by=by, at=at, action=action).question.procedure


def _check(topic: str, words: str) -> None:
    wrong: dict[str, Any] = {}
    if topic not in TOPICS:
        wrong["topic"] = _("Choose what it is about.")
    if not words.strip() or len(words) > MOST:
        wrong["words"] = _("Write your question, in at most 3,000 characters.")
    if wrong:
        raise Invalid(fields=wrong)


# --- the way of a question


def take(*, question: LegalQuestion, version: Version, by: Actor, at: datetime, action: UUID) -> LegalQuestion:
    """Say that one looks into it."""
    return _step("take", question, version, by, at, action)


def hand_over(
    *, question: LegalQuestion, version: Version, to: Post, reason: str, by: Actor, at: datetime, action: UUID
) -> LegalQuestion:
    """Another post of the studio answers it. The clock goes on.

    Raises:
        Invalid: a post that is not of the studio, or the same one.
    """
    if not desk_named("legal").has(to, at) or to == by.post:
        raise Invalid(fields={"to": _("Choose another post of the legal studio.")})
    return _step(
        "hand_over", question, version, by, at, action, because=reason, assign={to: Part.HANDLER},
        says={"post": to.pk},
    )  # fmt: skip


def answer(
    *, question: LegalQuestion, version: Version, text: str, cards: Sequence[str] = (), by: Actor, at: datetime,
    action: UUID,
) -> LegalQuestion:  # fmt: skip
    """Answer it, with the clause cards that say the same in print. Only the asker and the studio read the answer.

    Raises:
        Invalid: too long, or a card that there is not.
    """
    if len(text) > MOST or not set(cards) <= CARDS.keys():
        raise Invalid(fields={"text": _("Write at most 3,000 characters, and choose cards that there are.")})

    def change() -> None:
        sealed = seal(text.strip(), row=question.pk, field=ANSWER)
        LegalQuestion.objects.filter(pk=question.pk).update(answer_sealed=sealed, cards=list(cards), content=None)

    return _step(
        "answer", question, version, by, at, action, given={"text": text}, says={"cards": list(cards)}, change=change
    )  # fmt: skip


def ask_on(
    *, question: LegalQuestion, version: Version, text: str, by: Actor, at: datetime, action: UUID
) -> LegalQuestion:  # fmt: skip
    """The asker asks on in the same file: what is new is put below what was asked before."""
    before = unseal(question.words_sealed, row=question.pk, field=WORDS) if question.words_sealed else ""
    whole = f"{before}\n\n{text.strip()}".strip()
    if not text.strip() or len(whole) > 2 * MOST:
        raise Invalid(fields={"text": _("Write what is still open, not too long.")})

    def change() -> None:
        LegalQuestion.objects.filter(pk=question.pk).update(words_sealed=seal(whole, row=question.pk, field=WORDS))

    return _step("ask_on", question, version, by, at, action, given={"text": text}, change=change)


def apply_aid(
    *, question: LegalQuestion, version: Version, text: str, by: Actor, at: datetime, action: UUID
) -> LegalQuestion:  # fmt: skip
    """Hand the application to the legal aid centre; text: what was handed in. Seven days run (art. 43)."""
    return _step("apply_aid", question, version, by, at, action, given={"text": text}, says={"text": text})


def grant_aid(*, question: LegalQuestion, version: Version, by: Actor, at: datetime, action: UUID) -> LegalQuestion:
    """The centre gives legal aid; three days run for the lawyer."""
    return _step("grant_aid", question, version, by, at, action)


def refuse_aid(
    *, question: LegalQuestion, version: Version, reason: str, by: Actor, at: datetime, action: UUID
) -> LegalQuestion:  # fmt: skip
    """The centre says no; its reason goes to the asker."""
    return _step("refuse_aid", question, version, by, at, action, because=reason)


def appoint(
    *, question: LegalQuestion, version: Version, text: str, by: Actor, at: datetime, action: UUID
) -> LegalQuestion:  # fmt: skip
    """A lawyer is named; text: the office and how to reach it."""
    return _step("appoint", question, version, by, at, action, given={"text": text}, says={"text": text})


def close(
    *, question: LegalQuestion, version: Version, content: bool | None = None, by: Actor, at: datetime, action: UUID
) -> LegalQuestion:  # fmt: skip
    """Done. content: whether the answer helped, as the asker says."""

    def change() -> None:
        LegalQuestion.objects.filter(pk=question.pk).update(content=content)

    return _step("close", question, version, by, at, action, change=change)


def withdraw(*, question: LegalQuestion, version: Version, by: Actor, at: datetime, action: UUID) -> LegalQuestion:
    """The asker takes it back: what was written is forgotten."""

    def change() -> None:
        LegalQuestion.objects.filter(pk=question.pk).update(words_sealed=None)
        Party.objects.filter(procedure=question.pk).update(contact_sealed=None)

    return _step("withdraw", question, version, by, at, action, change=change)


def _step(
    name: str, question: LegalQuestion, version: Version, by: Actor, at: datetime, action: UUID, **more: Any
) -> LegalQuestion:
    moved = move(question.procedure, name, version=version, by=by, at=at, action=action, **more)
    return LegalQuestion.objects.select_related("procedure").get(pk=moved.pk)


# --- reading


def own(number: str, account: Account | None, claimed: set[UUID]) -> tuple[LegalQuestion, Party]:
    """One's own question: of one's account, or opened with its code in this browser.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    question = LegalQuestion.objects.select_related("procedure").filter(procedure__number=number).first()
    party = Party.objects.filter(procedure=question.pk, kind=PartyKind.PETITIONER).first() if question else None
    if question is None or party is None:
        raise NotFound
    mine = account is not None and party.account_id == account.pk
    if not mine and question.pk not in claimed:
        raise NotFound
    return question, party


def by_code(*, number: str, code: str) -> LegalQuestion:
    """The question that this number and this code belong to.

    Raises:
        NotFound: they belong to none.
    """
    own = (PartyKind.PETITIONER,)
    party = party_by_code(number=number, code=code, kind=WORKFLOW.kind, parties=own, also="procedure__legal_question")
    return party.procedure.legal_question


def said(question: LegalQuestion) -> tuple[str, str]:
    """What was asked and what was answered, for the asker."""
    pairs = ((question.words_sealed, WORDS), (question.answer_sealed, ANSWER))
    words, reply = (unseal(value, row=question.pk, field=name) if value else "" for value, name in pairs)
    return words, reply


def file_for(number: str, viewer: Viewer) -> LegalQuestion:
    """A question for a post that works on it.

    Raises:
        NotFound: there is none that this post may see.
    """
    seen = Procedure.objects.visible_to(viewer).filter(number=number, kind=WORKFLOW.kind).first()
    if seen is None:
        raise NotFound
    return LegalQuestion.objects.select_related("procedure").get(pk=seen.pk)


def read(question: LegalQuestion, *, reason: str, by: Actor, at: datetime) -> tuple[str, str]:
    """What was asked, and the contact that was left, for a post that works on it; the log keeps that it was opened.

    Raises:
        Refused: a post that has no part.  Invalid: no reason.
    """
    if by.post is None or by.account is None or not takes_part()(by, question.procedure):
        raise Refused
    asker = Party.objects.select_related("account").get(procedure=question.pk, kind=PartyKind.PETITIONER)
    values = ((question.words_sealed, WORDS, question.pk), (asker.contact_sealed, CONTACT_FIELD, asker.uuid))
    words, contact = (
        open_sealed(
            value, row=row, field=field, viewer=by.account, post_title=by.post.title, subject=asker.account,
            procedure=question.pk, reason=reason, at=at,
        ) if value else ""
        for value, field, row in values
    )  # fmt: skip
    return words, contact
