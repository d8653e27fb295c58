"""Assistance to the call-back: with consent, urgent aid first, reasons for a refusal, and a hearing before less."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from linli.cases.domain.claiming import party_by_code
from linli.cases.domain.report import claim_code, claim_hash
from linli.core import deliver
from linli.core.errors import Invalid, NotFound, Refused
from linli.core.models import Delivery
from linli.core.sealed import seal, unseal
from linli.core.viewlog import open_sealed
from linli.people.actors import Actor, Viewer
from linli.people.domain.contacts import read_contact
from linli.people.domain.posts import acting_post
from linli.people.domain.queries import office_posts
from linli.people.enums import Role
from linli.people.models import Account, Post
from linli.places.domain.queries import governed_path
from linli.procedures.domain.limits import calendar
from linli.procedures.domain.move import Version, move, new_procedure, open_procedure
from linli.procedures.domain.parties import CONTACT_FIELD
from linli.procedures.enums import Part, PartyKind
from linli.procedures.models import Action, Assignment, Party, Procedure
from linli.procedures.permissions import takes_part
from linli.services.models_assistance import Assistance, ConsentHow, FoundBy, Need
from linli.services.workflow_assistance import WORKFLOW

CALLED, WORDS, AID, LEAD = "assistance.called", "assistance.words", "assistance.aid", "assistance.lead"
MOST = 2000  # characters of what is written
URGENT = ("urgent_aid", "more_aid")
# The roles that may write an application down for somebody.
WRITERS = (Role.WINDOW_CLERK, Role.COMMITTEE_SECRETARY, Role.DUTY_OFFICER)
WORDING = gettext_lazy(
    "The street office may use what is written here to look into my application and to reach me. Only the posts that"
    " work on it see it. I can take this back at any time; then it is forgotten."
)


@dataclass(frozen=True)
class Asked:
    """An application, and the code that opens the way back to it without an account."""

    assistance: Assistance
    code: str


@dataclass(frozen=True)
class Application:
    """What is asked for, and the consent to it.

    called: how to call the person.  contact: mobile number or e-mail, or "" where a clerk writes for somebody who has
    neither.  committee: the post of the residents' committee that may know and help, where the person wants that.
    consent_on: the day on which they agreed.
    """

    need: str
    called: str
    words: str
    contact: str = ""
    account: Account | None = None
    committee: Post | None = None
    found_by: str = FoundBy.SELF
    consent_on: date | None = None
    consent_how: str = ConsentHow.ONLINE


# --- opening


def apply_for_assistance(*, application: Application, by: Actor | None, at: datetime, action: UUID) -> Asked:
    """Write an application down: by oneself (`by` none), or by a post for somebody who agreed (art. 37).

    A second call with the same action returns the same application.

    Raises:
        Refused: a post that takes no applications.
        Invalid: no words, no consent, no way to reach somebody who applies alone.
    """
    if by is not None and not by.has_role(*WRITERS):
        raise Refused
    _check(application, by, at)
    found = _finder(by, application)
    procedure, person, row = _new(application.need, application.found_by, found, at, action)
    row.with_committee = application.committee is not None
    code = claim_code(action)
    person.account, person.claim_hash = application.account, claim_hash(procedure.number, code)
    if application.contact.strip():
        contact = read_contact(application.contact)
        person.contact_sealed = seal(contact.address, row=person.uuid, field=CONTACT_FIELD)
    actor = by or Actor(party=str(person.uuid))
    with transaction.atomic():
        opened, fresh = _open(procedure, row, person, found, actor, at, action)
        if fresh:
            agree(
                assistance=row, version=1, application=application, by=actor, at=at,
                action=uuid5(action, "agree"),
            )  # fmt: skip
    return Asked(_fresh(opened), code)


def report_need(
    *, need: str, lead: str, by: Actor, at: datetime, action: UUID, found_by: str = FoundBy.COMMITTEE
) -> Assistance:
    """A committee found somebody in need and reports it (art. 39). What it needs to be asked is kept sealed, no more.

    lead: how the person can be asked.

    Raises:
        Refused: a post that may not.  Invalid: nothing is said of how to ask them.
    """
    if by.post is None or (found_by == FoundBy.COMMITTEE and not by.has_role(*WRITERS)):
        raise Refused
    if not lead.strip() or len(lead) > MOST:
        raise Invalid(fields={"lead": _("Write how the person can be asked, in at most 2,000 characters.")})
    found = by.post if by.has_role(Role.COMMITTEE_SECRETARY) else None
    procedure, person, row = _new(need, found_by, found, at, action)
    row.lead_sealed = seal(lead.strip(), row=row.procedure.pk, field=LEAD)
    opened, _first = _open(procedure, row, person, found, by, at, action)
    return _fresh(opened)


def start_from(*, origin: Procedure, by: Actor, at: datetime, action: UUID, says: Mapping[str, Any]) -> Procedure:
    """Another matter shows that somebody may need help: they are asked first. For `procedures.domain.referrals`."""
    row = report_need(need=Need.OTHER, lead=says["text"], by=by, at=at, action=action, found_by=FoundBy.REFERRED)
    return row.procedure


def _new(
    need: str, found_by: str, found: Post | None, at: datetime, action: UUID
) -> tuple[Procedure, Party, Assistance]:  # fmt: skip
    place = found.place if found else None
    procedure = new_procedure(
        kind=WORKFLOW.kind, place=place, place_path=place.path if place else governed_path(), cell=None, at=at,
        sealed=True,
    )  # fmt: skip
    person = Party(uuid=uuid5(action, "person"), procedure=procedure, kind=PartyKind.PETITIONER)
    return procedure, person, Assistance(procedure=procedure, need=need, found_by=found_by, committee=found)


def _open(
    procedure: Procedure, row: Assistance, person: Party, found: Post | None, by: Actor, at: datetime, action: UUID
) -> tuple[Procedure, bool]:
    assign = {window(at): Part.DESK} | ({found: Part.VERIFIER} if found else {})
    return open_procedure(
        procedure=procedure, particulars=row, by=by, at=at, action=action, says={"found_by": row.found_by},
        assign=assign, parties=[person],
    )  # fmt: skip


def window(at: datetime) -> Post:
    """The street's single window (art. 64), or whoever stands in for it."""
    return acting_post(office_posts(Role.WINDOW_CLERK, Role.DUTY_OFFICER)[0], at=at)


def _finder(by: Actor | None, application: Application) -> Post | None:
    """The committee's post that has a part: the one that writes for the person, or that the person chose."""
    if application.committee is not None:
        return application.committee
    return by.post if by is not None and by.has_role(Role.COMMITTEE_SECRETARY) else None


def _check(application: Application, by: Actor | None, at: datetime) -> None:
    wrong: dict[str, Any] = {}
    if not application.called.strip():
        wrong["called"] = _("Write how we should call you, for example Mrs Wang.")
    if not application.words.strip() or len(application.words) > MOST:
        wrong["words"] = _("Write in a few sentences what is needed, in at most 2,000 characters.")
    if by is None and application.account is None and not application.contact.strip():
        wrong["contact"] = _("Write a mobile number or an e-mail address, so that we can reach you.")
    if application.consent_on is None or application.consent_on > at.astimezone(calendar().tz).date():
        wrong["consent_on"] = _("Write on which day the person agreed, today or earlier.")
    if wrong:
        raise Invalid(fields=wrong)


# --- the way of an application


def agree(
    *, assistance: Assistance, version: Version, application: Application, by: Actor, at: datetime, action: UUID
) -> Assistance:
    """The person wants it: from now on what they need is kept, sealed, with the day and the words of their consent.

    Raises:
        Invalid: no words, or no consent.  Refused, Conflict, MissingEvidence: as `move`.
    """
    _check(application, Actor.named("desk"), at)
    assert application.consent_on is not None
    key = assistance.pk

    def change() -> None:
        Assistance.objects.filter(pk=key).update(
            need=application.need, called_sealed=seal(application.called.strip(), row=key, field=CALLED),
            words_sealed=seal(application.words.strip(), row=key, field=WORDS), consent_on=application.consent_on,
            consent_how=application.consent_how, consent_words=str(WORDING), lead_sealed=None,
        )  # fmt: skip
        if application.contact.strip():
            _keep_contact(assistance.procedure, application.contact)

    given = {"consent_on": application.consent_on, "consent_how": application.consent_how}
    says = {"consent_on": application.consent_on.isoformat(), "consent_how": application.consent_how}
    return _after(
        move(
            assistance.procedure, "agree", version=version, by=by, at=at, action=action, given=given, says=says,
            change=change, rule="assistance.apply_for",
        )
    )  # fmt: skip


def _keep_contact(procedure: Procedure, typed: str) -> None:
    person = person_of(procedure)
    sealed = seal(read_contact(typed).address, row=person.uuid, field=CONTACT_FIELD)
    Party.objects.filter(pk=person.pk).update(contact_sealed=sealed)


def decline(*, assistance: Assistance, version: Version, by: Actor, at: datetime, action: UUID) -> Assistance:
    """The person does not want it: what was noted of them is forgotten with that."""
    return _step("decline", assistance, version, by, at, action, change=lambda: _forget(assistance))


def withdraw(*, assistance: Assistance, version: Version, by: Actor, at: datetime, action: UUID) -> Assistance:
    """The consent is taken back, in one step: the matter ends, and what was kept of the person is forgotten."""
    return _step("withdraw", assistance, version, by, at, action, change=lambda: _forget(assistance))


def _forget(assistance: Assistance) -> None:
    Assistance.objects.filter(pk=assistance.pk).update(
        called_sealed=None, words_sealed=None, aid_sealed=None, lead_sealed=None
    )
    Party.objects.filter(procedure=assistance.pk).update(contact_sealed=None)


def give_urgent_aid(
    *, assistance: Assistance, version: Version, text: str, by: Actor, at: datetime, action: UUID
) -> Assistance:
    """Help now, look into it afterwards (art. 50). The papers follow; their clock starts with the first time."""
    due = assistance.procedure.clocks.filter(rule="assistance.papers", ended=None).exists()
    done = Action.objects.filter(pk=action).values_list("verb", flat=True).first()  # a doubled submit does the same
    name = done if done in URGENT else ("more_aid" if due else "urgent_aid")
    return _step(name, assistance, version, by, at, action, text=text, rule="assistance.urgent")


def papers_in(
    *, assistance: Assistance, version: Version, text: str, by: Actor, at: datetime, action: UUID
) -> Assistance:  # fmt: skip
    """The papers after urgent aid are there. What the office can look up itself is not asked for (art. 62)."""
    return _step("papers_in", assistance, version, by, at, action, text=text, rule="assistance.no_reasking")


def begin(*, assistance: Assistance, version: Version, by: Actor, at: datetime, action: UUID) -> Assistance:
    """Begin to look into it."""
    return _step("begin", assistance, version, by, at, action)


def grant(
    *, assistance: Assistance, version: Version, aid: str, one_off: bool, by: Actor, at: datetime, action: UUID
) -> Assistance:
    """Give aid, once or going on; somebody else calls back."""
    return _give("grant", assistance, version, aid, one_off, "", by, at, action)


def reduce(
    *, assistance: Assistance, version: Version, aid: str, reason: str, by: Actor, at: datetime, action: UUID
) -> Assistance:
    """Give less from now on, with the reason. Only after the person was heard (art. 48)."""
    return _give("reduce", assistance, version, aid, False, reason, by, at, action)


def _give(
    name: str, assistance: Assistance, version: Version, aid: str, one_off: bool, reason: str, by: Actor,
    at: datetime, action: UUID,
) -> Assistance:  # fmt: skip
    def change() -> None:
        sealed = seal(aid.strip(), row=assistance.pk, field=AID)
        Assistance.objects.filter(pk=assistance.pk).update(aid_sealed=sealed, one_off=one_off)

    caller = {} if _has_caller(assistance, by) else {_caller(by, at): Part.VERIFIER}
    rule = "assistance.hear" if name == "reduce" else ""
    return _step(
        name, assistance, version, by, at, action, because=reason, given={"aid": aid}, change=change, assign=caller,
        rule=rule,
    )  # fmt: skip


def _has_caller(assistance: Assistance, by: Actor) -> bool:
    """Whether a post that did not decide has the call-back already."""
    parts = Assignment.objects.filter(procedure=assistance.pk, part=Part.VERIFIER)
    return parts.exclude(post=by.post).exists()


def _caller(by: Actor, at: datetime) -> Post:
    posts = office_posts(Role.DUTY_OFFICER, Role.AREA_LEAD)
    return next(post for post in (acting_post(each, at=at) for each in posts) if by.post is None or post != by.post)


def refuse(
    *, assistance: Assistance, version: Version, reason: str, by: Actor, at: datetime, action: UUID
) -> Assistance:  # fmt: skip
    """Say no, in writing and with the reason (art. 45).

    Raises:
        MissingEvidence: no reason.
    """
    return _step("refuse", assistance, version, by, at, action, because=reason, rule="assistance.refusal")


def call_back(
    *, assistance: Assistance, version: Version, text: str, by: Actor, at: datetime, action: UUID
) -> Assistance:  # fmt: skip
    """Somebody else asks whether the aid arrived and what is missing. What is given once ends with it."""
    with transaction.atomic():
        called = _step("call_back", assistance, version, by, at, action, text=text)
        if called.one_off and called.procedure.state == "running":
            called = _step("finish", called, called.procedure.version, by, at, uuid5(action, "finish"))
    return called


def plan_reduction(
    *, assistance: Assistance, version: Version, reason: str, by: Actor, at: datetime, action: UUID
) -> Assistance:
    """Tell the person that aid is to be reduced or ended, and why; now they are heard (art. 48)."""
    return _step("plan_reduction", assistance, version, by, at, action, because=reason, rule="assistance.hear")


def hear(*, assistance: Assistance, version: Version, text: str, by: Actor, at: datetime, action: UUID) -> Assistance:
    """Write down what the person said."""
    return _step("hear", assistance, version, by, at, action, text=text, rule="assistance.hear")


def keep_aid(
    *, assistance: Assistance, version: Version, reason: str, by: Actor, at: datetime, action: UUID
) -> Assistance:  # fmt: skip
    """It stays as it is after all."""
    return _step("keep_aid", assistance, version, by, at, action, because=reason)


def end_aid(
    *, assistance: Assistance, version: Version, reason: str, by: Actor, at: datetime, action: UUID
) -> Assistance:  # fmt: skip
    """No more from now on, with the reason. Only after the person was heard (art. 48)."""
    return _step("end_aid", assistance, version, by, at, action, because=reason, rule="assistance.hear")


def _step(
    name: str, assistance: Assistance, version: Version, by: Actor, at: datetime, action: UUID, *, because: str = "",
    text: str = "", given: Mapping[str, Any] | None = None, change: Callable[[], None] | None = None,
    assign: Mapping[Post, Part] | None = None, rule: str = "",
) -> Assistance:  # fmt: skip
    if max(len(because), len(text)) > MOST:
        raise Invalid(_("Write at most 2,000 characters."))
    with transaction.atomic():
        now = move(
            assistance.procedure, name, version=version, by=by, at=at, action=action, because=because.strip(),
            given={"text": text, **(given or {})}, says={"text": text.strip()} if text.strip() else {}, change=change,
            assign=assign, rule=rule,
        )  # fmt: skip
        if name in TOLD:
            _tell(now, name, at)
    return _after(now)


def _after(procedure: Procedure) -> Assistance:
    return _fresh(procedure)


def _fresh(procedure: Procedure) -> Assistance:
    return Assistance.objects.select_related("procedure__place", "committee").get(pk=procedure.pk)


# --- news: a message says that there is news, never which


TOLD = frozenset({"grant", "refuse", "plan_reduction", "reduce", "end_aid", "keep_aid"})


def _tell(procedure: Procedure, name: str, at: datetime) -> None:
    person = person_of(procedure)
    if person.contact_sealed is None:
        return
    contact = read_contact(unseal(person.contact_sealed, row=person.uuid, field=CONTACT_FIELD))
    with override((person.account.language if person.account else "") or "zh-hans"):
        page = settings.ADDRESS + reverse("bookings:assistance_own", args=[procedure.pk])
        deliver.send(
            contact.channel, contact.address, _("News of your matter"),
            _("There is news of your matter {number}. Read it at {page}, or ring the service hall.").format(
                number=procedure.number, page=page
            ),
            key=f"assistance.{name}:{procedure.pk}:{procedure.version}", procedure=procedure.pk, at=at,
            wanted_if="assistance.as_told",
        )  # fmt: skip


@deliver.still_wanted("assistance.as_told")
def as_told(delivery: Delivery) -> bool:
    """Whether it still stands as it did when the message was written."""
    _what, key, version = delivery.key.split(":")
    return Procedure.objects.filter(pk=UUID(key), version=version).exists()


# --- reading


def person_of(procedure: Procedure) -> Party:
    return Party.objects.select_related("account").get(procedure=procedure, kind=PartyKind.PETITIONER)


def assistance_for(key: UUID, viewer: Viewer) -> Assistance:
    """One file for a post that has a part in it. Raises NotFound."""
    seen = Procedure.objects.visible_to(viewer).filter(pk=key, kind=WORKFLOW.kind)
    found = Assistance.objects.filter(procedure__in=seen).select_related("procedure__place", "committee").first()
    if found is None:
        raise NotFound
    return found


def own_assistance(key: UUID, account: Account | None, claimed: set[UUID]) -> tuple[Assistance, Party]:
    """One's own application. Raises NotFound where it is not theirs, or not there; the two are not told apart."""
    person = Party.objects.filter(procedure=key, kind=PartyKind.PETITIONER).select_related("account").first()
    mine = person is not None and (key in claimed or (account is not None and person.account_id == account.pk))
    found = Assistance.objects.filter(pk=key).select_related("procedure__place", "committee").first() if mine else None
    if found is None or person is None:
        raise NotFound
    return found, person


def by_code(*, number: str, code: str) -> UUID:
    """The way back with number and code. Raises NotFound."""
    own = (PartyKind.PETITIONER,)
    return party_by_code(number=number, code=code, kind=WORKFLOW.kind, parties=own).procedure_id


def own_words(assistance: Assistance) -> dict[str, str]:
    """What the person themselves wrote and was given; for that person alone."""
    sealed = {CALLED: assistance.called_sealed, WORDS: assistance.words_sealed, AID: assistance.aid_sealed}
    return {
        field.partition(".")[2]: unseal(value, row=assistance.pk, field=field) if value else ""
        for field, value in sealed.items()
    }


def open_words(*, assistance: Assistance, why: str, by: Actor, at: datetime) -> dict[str, str]:
    """What is sealed in a file, opened for a post that has a part in it; who did, and why, is written down.

    Raises:
        Refused: no part in it.  Invalid: no reason.
    """
    if by.account is None or by.post is None or not takes_part()(by, assistance.procedure):
        raise Refused
    person = person_of(assistance.procedure)
    rows = (
        ("called", assistance.called_sealed, assistance.pk, CALLED),
        ("words", assistance.words_sealed, assistance.pk, WORDS),
        ("aid", assistance.aid_sealed, assistance.pk, AID),
        ("lead", assistance.lead_sealed, assistance.pk, LEAD),
        ("contact", person.contact_sealed, person.uuid, CONTACT_FIELD),
    )
    with transaction.atomic():
        return {
            name: open_sealed(
                value, row=row, field=field, viewer=by.account, post_title=by.post.title, subject=person.account,
                procedure=assistance.pk, reason=why, at=at,
            )
            for name, value, row, field in rows
            if value is not None
        }  # fmt: skip


def committees() -> list[Post]:
    """The committees' posts that a person may let know, by place."""
    return sorted(office_posts(Role.COMMITTEE_SECRETARY), key=lambda post: post.place.path)
