"""Asking for assistance: written down by oneself or by a post, and kept only with the person's consent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.cases.domain.report import claim_code, claim_hash
from linli.core.errors import Invalid, NotReady, Refused
from linli.core.sealed import seal
from linli.people.actors import Actor
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
from linli.procedures.models import Party, Procedure
from linli.services.domain.assistance_file import CALLED, LEAD, MOST, WORDS, fresh, person_of
from linli.services.domain.assistance_steps import step
from linli.services.models_assistance import Assistance, ConsentHow, FoundBy, Need
from linli.services.workflow_assistance import WORKFLOW

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
        opened, first = _open(procedure, row, person, found, actor, at, action)
        if first:
            agree(
                assistance=row, version=1, application=application, by=actor, at=at,
                action=uuid5(action, "agree"),
            )  # fmt: skip
    return Asked(fresh(opened), code)


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
    return fresh(opened)


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
    """The street's single window (art. 64), or whoever stands in for it. Raises NotReady: there is nobody."""
    posts = office_posts(Role.WINDOW_CLERK, Role.DUTY_OFFICER)
    if not posts:
        raise NotReady
    return acting_post(posts[0], at=at)


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


# --- consent


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
    return fresh(
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
    return step("decline", assistance, version, by, at, action, change=lambda: _forget(assistance))


def withdraw(*, assistance: Assistance, version: Version, by: Actor, at: datetime, action: UUID) -> Assistance:
    """The consent is taken back, in one step: the matter ends, and what was kept of the person is forgotten."""
    return step("withdraw", assistance, version, by, at, action, change=lambda: _forget(assistance))


def _forget(assistance: Assistance) -> None:
    Assistance.objects.filter(pk=assistance.pk).update(
        called_sealed=None, words_sealed=None, aid_sealed=None, lead_sealed=None
    )
    Party.objects.filter(procedure=assistance.pk).update(contact_sealed=None)
