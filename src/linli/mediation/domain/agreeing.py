"""The agreement: written with all that the law asks for, signed by all and sealed; or oral, by the mediator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.core.errors import Conflict, Invalid
from linli.mediation.domain.standing import fresh, is_in, only_mediator, speaks_as, written
from linli.mediation.enums import AgreementStatus, Form
from linli.mediation.models import Agreement, Mediation, Participant, Performance, Signature
from linli.people.actors import Actor
from linli.procedures.domain.move import Version, first_time, move
from linli.procedures.domain.story import append_entry
from linli.procedures.enums import Audience

MOST_PERFORMANCES = 12


@dataclass(frozen=True)
class Promise:
    """Who does what, how, and by when."""

    by: Participant
    what: str
    manner: str
    due: date


# What a written agreement must hold (People's Mediation Law 29), and how to put it right where it is missing.
CONTENTS: dict[str, Any] = {
    "parties": _("The agreement names every party. Complete the names."),
    "facts": _("Write the main facts of the dispute."),
    "issues": _("Write what is disputed, and who is liable for what."),
    "content": _("Write what the parties agree on."),
    "performances": _("Write at least one thing that somebody does: who, what, how and by which day."),
}


def missing(mediation: Mediation, *, facts: str, issues: str, content: str, promises: Sequence[Promise]) -> list[str]:
    """Which of the contents of art. 29 are not there, by the keys of CONTENTS."""
    names = list(Participant.objects.filter(procedure=mediation.pk).values_list("name", flat=True))
    whole = {
        "parties": bool(names) and all(name.strip() for name in names),
        "facts": bool(facts.strip()),
        "issues": bool(issues.strip()),
        "content": bool(content.strip()),
        "performances": bool(promises) and all(each.what.strip() and each.manner.strip() for each in promises),
    }
    return [name for name, there in whole.items() if not there]


def write_agreement(
    *, mediation: Mediation, facts: str, issues: str, content: str, promises: Sequence[Promise], by: Actor,
    at: datetime, action: UUID,
) -> Agreement:  # fmt: skip
    """Lay a written agreement out for signature. Written anew, it asks for every signature again.

    Raises:
        Invalid: it lacks something that the law asks for, or a day lies in the past.
    """
    only_mediator(mediation, by)
    is_in(mediation, "mediating")
    lacks = missing(mediation, facts=facts, issues=issues, content=content, promises=promises)
    if lacks:
        raise Invalid(fields={name: CONTENTS[name] for name in lacks}, lacks=lacks)
    texts = {"facts": facts, "issues": issues, "content": content}
    checked = {name: written(text, field=name) for name, text in texts.items()}
    _check_promises(mediation, promises, at)
    with transaction.atomic():
        if not first_time(action, "write_agreement", procedure=mediation.procedure, by=by, at=at):
            return Agreement.objects.get(pk=mediation.pk)
        before = Agreement.objects.select_for_update().filter(pk=mediation.pk).first()
        draft = before.draft + 1 if before else 1
        agreement, _made = Agreement.objects.update_or_create(
            procedure=mediation.procedure,
            defaults={"form": Form.WRITTEN, "status": AgreementStatus.SIGNING, "draft": draft, **checked},
        )
        _keep(agreement, promises)
        append_entry(
            mediation.procedure, "laid_out", by=by, at=at, says={"draft": draft}, audience=Audience.PARTIES
        )  # fmt: skip
    return agreement


def _check_promises(mediation: Mediation, promises: Sequence[Promise], at: datetime) -> None:
    if len(promises) > MOST_PERFORMANCES:
        raise Invalid(fields={"performances": _("Write at most twelve performances.")})
    if any(each.by.procedure_id != mediation.pk for each in promises):
        raise Invalid(fields={"performances": _("Only a party can promise something.")})
    if any(each.due < timezone.localdate(at) for each in promises):
        raise Invalid(fields={"performances": _("Choose a day that has not passed.")})


def _keep(agreement: Agreement, promises: Sequence[Promise]) -> None:
    agreement.performances.all().delete()
    Performance.objects.bulk_create(
        [
            Performance(
                agreement=agreement, by=each.by, what=each.what.strip()[:300], manner=each.manner.strip()[:200],
                due=each.due,
            )
            for each in promises
        ]
    )  # fmt: skip


def sign(
    *, mediation: Mediation, participant: Participant, draft: int, name: str, image: UUID | None, by: Actor,
    at: datetime, action: UUID,
) -> Signature:  # fmt: skip
    """A party signs the draft that it read: by hand on glass, or with the name as it stands in the agreement.

    image: the stored drawing, where there is one.  Staff may witness a signature on paper.
    Raises:
        Conflict: the agreement was written anew since, or is in effect already.
        Invalid: the typed name is not the one in the agreement.
    """
    speaks_as(mediation, participant, by)
    is_in(mediation, "mediating")
    if "".join(name.split()).casefold() != "".join(participant.name.split()).casefold():
        raise Invalid(fields={"name": _("Write the name as it stands in the agreement: %s.") % participant.name})
    with transaction.atomic():
        agreement = _to_sign(mediation, draft)
        if first_time(action, "sign", procedure=mediation.procedure, by=by, at=at):
            _signature, made = Signature.objects.get_or_create(
                agreement=agreement, participant=participant, draft=draft,
                defaults={"name": participant.name, "image": image, "witnessed": by.party is None, "post": by.post,
                          "at": at},
            )  # fmt: skip
            if made:
                append_entry(
                    mediation.procedure, "signed", by=by, at=at, says={"draft": draft, "side": participant.side},
                    audience=Audience.PARTIES,
                )  # fmt: skip
    return Signature.objects.get(agreement=agreement, participant=participant, draft=draft)


def _to_sign(mediation: Mediation, draft: int) -> Agreement:
    agreement = Agreement.objects.select_for_update().filter(pk=mediation.pk).first()
    if agreement is None or agreement.status != AgreementStatus.SIGNING or agreement.draft != draft:
        raise Conflict(_("The agreement stands differently now. Read it again before you sign."))
    return agreement


def unsigned(agreement: Agreement) -> list[Participant]:
    """Who has not signed the draft that stands now."""
    done = agreement.signatures.filter(draft=agreement.draft, participant__isnull=False).values("participant")
    return list(Participant.objects.filter(procedure=agreement.pk).exclude(pk__in=done))


def seal_agreement(
    *, mediation: Mediation, version: Version, draft: int, by: Actor, at: datetime, action: UUID
) -> Mediation:
    """The mediator signs last and sets the committee's seal: from now on the agreement is in effect.

    Source: People's Mediation Law 29: all parties' signatures, the mediator's, and the seal.
    Raises:
        Invalid: somebody has not signed yet.
    """
    only_mediator(mediation, by)
    assert by.post is not None
    with transaction.atomic():
        agreement = _to_sign_or_done(mediation, draft)
        if agreement.status == AgreementStatus.SIGNING and (waiting := unsigned(agreement)):
            names = "、".join(participant.name for participant in waiting)
            raise Invalid(_("Not signed yet: %(names)s.") % {"names": names})
        now = move(
            mediation.procedure, "agree", version=version, by=by, at=at, action=action, given={"agreement": draft},
            says={"draft": draft, "form": Form.WRITTEN},
        )  # fmt: skip
        if agreement.status == AgreementStatus.SIGNING:
            Signature.objects.create(
                agreement=agreement, participant=None, draft=draft, name=_holder(by), post=by.post, at=at
            )
            Agreement.objects.filter(pk=agreement.pk).update(
                status=AgreementStatus.IN_EFFECT, effective_at=at, sealed_at=at, seal=by.post.organisation.name
            )
    return fresh(now)


def _to_sign_or_done(mediation: Mediation, draft: int) -> Agreement:
    """The draft to be sealed; the one that a doubled submit has sealed already will do."""
    done = Agreement.objects.filter(pk=mediation.pk, draft=draft, status=AgreementStatus.IN_EFFECT).first()
    return done or _to_sign(mediation, draft)


def _holder(by: Actor) -> str:
    return by.account.name if by.account is not None else ""


def record_oral(
    *, mediation: Mediation, version: Version, content: str, facts: str = "", promises: Sequence[Promise] = (),
    by: Actor, at: datetime, action: UUID,
) -> Mediation:  # fmt: skip
    """An agreement by word of mouth, written down by the mediator: in effect from when it was reached (art. 28, 30)."""
    only_mediator(mediation, by)
    said = written(content, field="content", ask=CONTENTS["content"])
    _check_promises(mediation, promises, at)
    with transaction.atomic():
        now = move(
            mediation.procedure, "agree", version=version, by=by, at=at, action=action, given={"agreement": "oral"},
            says={"form": Form.ORAL},
        )  # fmt: skip
        agreement, made = Agreement.objects.update_or_create(
            procedure=now,
            defaults={
                "form": Form.ORAL, "status": AgreementStatus.IN_EFFECT, "facts": facts.strip(), "content": said,
                "effective_at": at,
            },
        )  # fmt: skip
        if made or not agreement.performances.exists():
            _keep(agreement, promises)
    return fresh(now)
