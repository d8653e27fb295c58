"""After the agreement: the court's confirmation, performances and their reminders, and how it ended."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from linli.core import deliver
from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.core.models import Delivery
from linli.core.outbox import tell
from linli.core.sealed import unseal
from linli.mediation.domain.ending import tell_ways
from linli.mediation.domain.standing import fresh, is_in, written
from linli.mediation.enums import Court
from linli.mediation.models import Agreement, Mediation, Performance
from linli.mediation.workflow import conducts
from linli.people.actors import Actor
from linli.procedures.domain.envelope import envelope
from linli.procedures.domain.move import Version, first_time, move
from linli.procedures.domain.parties import CONTACT_FIELD
from linli.procedures.domain.story import append_entry
from linli.procedures.enums import Audience
from linli.procedures.models import Assignment, Party, Procedure

DAYS_BEFORE = 3  # a performance is reminded of so many days ahead
REMINDERS = Actor.named("mediation.remind")


def _conducts(mediation: Mediation, by: Actor) -> None:
    if by.party is not None or not conducts(by, mediation.procedure):
        raise Refused


# --- the court


def apply_to_court(
    *, mediation: Mediation, version: Version, court: str, on: date, by: Actor, at: datetime, action: UUID
) -> Mediation:
    """Both parties have handed in their joint application (People's Mediation Law 33; Civil Procedure Law 205).

    on: the day on which it was handed in; the clock of thirty days is met by it.
    Raises:
        Invalid: a day before the agreement or in the future.
    """
    _conducts(mediation, by)
    name = written(court, field="court", most=80, ask=_("Write which court."))
    agreement = Agreement.objects.get(pk=mediation.pk)
    effect = timezone.localdate(agreement.effective_at or at)
    if not effect <= on <= timezone.localdate(at):
        raise Invalid(fields={"on": _("Choose a day since the agreement took effect, not after today.")})
    with transaction.atomic():
        now = move(
            mediation.procedure, "apply_court", version=version, by=by, at=_moment(on, at), action=action,
            given={"court": name}, says={"court": name, "on": on.isoformat()},
        )  # fmt: skip
        Agreement.objects.filter(pk=mediation.pk).update(court=Court.APPLIED, court_name=name, court_on=on)
    return fresh(now)


def _moment(on: date, at: datetime) -> datetime:
    """The end of the office's day, for what happened on an earlier day and is written down now."""
    if on == timezone.localdate(at):
        return at
    return min(at, datetime(on.year, on.month, on.day, 17, 30, tzinfo=timezone.get_current_timezone()))


def court_answers(
    *, mediation: Mediation, answer: Court, on: date, by: Actor, at: datetime, action: UUID
) -> Mediation:  # fmt: skip
    """What the court decided: confirmed, so that it can be enforced, or not."""
    _conducts(mediation, by)
    if answer not in (Court.CONFIRMED, Court.REFUSED):
        raise Invalid(fields={"answer": _("Choose what the court decided.")})
    with transaction.atomic():
        if not first_time(action, "court_answers", procedure=mediation.procedure, by=by, at=at):
            return fresh(mediation.procedure)
        asked = Agreement.objects.filter(pk=mediation.pk, court=Court.APPLIED)
        if not asked.update(court=answer, court_on=on):
            raise Conflict(_("No application is with the court."))
        append_entry(
            mediation.procedure, f"court_{answer}", by=by, at=at, says={"on": on.isoformat()},
            audience=Audience.PARTIES,
        )  # fmt: skip
    return fresh(mediation.procedure)


# --- performance


def performed(
    *, mediation: Mediation, performance: int, on: date, proof: str, by: Actor, at: datetime, action: UUID
) -> None:
    """One thing that was promised is done. proof: how one knows: a receipt, a look at it, the other side's word."""
    _conducts(mediation, by)
    is_in(mediation, "agreed")
    known = written(proof, field="proof", most=300, ask=_("Write how you know that it was done."))
    if on > timezone.localdate(at):
        raise Invalid(fields={"on": _("Choose a day that is not after today.")})
    with transaction.atomic():
        if not first_time(action, "performed", procedure=mediation.procedure, by=by, at=at):
            return
        found = Performance.objects.filter(pk=performance, agreement=mediation.pk).first()
        if found is None:
            raise NotFound
        if not Performance.objects.filter(pk=found.pk, done_on=None).update(done_on=on, proof=known):
            raise Conflict(_("This was written down already."))
        append_entry(
            mediation.procedure, "performance_done", by=by, at=at, says={"what": found.what, "on": on.isoformat()},
            audience=Audience.PARTIES,
        )  # fmt: skip


def finish(*, mediation: Mediation, version: Version, text: str, by: Actor, at: datetime, action: UUID) -> Mediation:
    """Everything was performed. The proof is kept: with it the police may refrain from a penalty (2026 law, art. 9).

    Raises:
        Invalid: something that was promised is still open.
    """
    waiting = Performance.objects.filter(agreement=mediation.pk, done_on=None)
    if mediation.procedure.state == "agreed" and waiting.exists():
        raise Invalid(_("Something that was promised is not done yet: %(what)s") % {"what": waiting[0].what})
    with transaction.atomic():
        now = move(
            mediation.procedure, "perform", version=version, by=by, at=at, action=action, given={"text": text},
            says={"text": text.strip()},
        )  # fmt: skip
        Mediation.objects.filter(pk=now.pk).update(outcome=text.strip())
    return fresh(now)


def leave_unperformed(
    *, mediation: Mediation, version: Version, reason: str, by: Actor, at: datetime, action: UUID
) -> Mediation:
    """A party does not do what it promised: the others are told how to have it enforced, or to sue (art. 32)."""
    with transaction.atomic():
        now = move(
            mediation.procedure, "leave_unperformed", version=version, by=by, at=at, action=action, because=reason
        )  # fmt: skip
        Mediation.objects.filter(pk=now.pk).update(outcome=reason.strip())
        tell_ways(fresh(now), by=by, at=at, action=action, on_agreement=True)
    return fresh(now)


# --- what happens by itself


def remind_of_performances(*, at: datetime) -> int:
    """Remind who promised something that falls due within three days, or is late, once. Returns of how many."""
    until = timezone.localdate(at) + timedelta(days=DAYS_BEFORE)
    waiting = Performance.objects.filter(
        done_on=None, reminded_on=None, due__lte=until, agreement__procedure__state="agreed"
    )
    reminded = 0
    for row in waiting.select_related("agreement__procedure", "by__party__account"):
        with transaction.atomic():
            if not Performance.objects.filter(pk=row.pk, reminded_on=None).update(reminded_on=timezone.localdate(at)):
                continue
            procedure = row.agreement.procedure
            append_entry(
                procedure, "performance_reminder", by=REMINDERS, at=at,
                says={"what": row.what, "due": row.due.isoformat()}, audience=Audience.PARTIES, only=row.by.party,
            )  # fmt: skip
            _tell_posts(procedure, "mediation.performance_due", at)
            _write_to(row.by.party, procedure, f"performance:{row.pk}", at)
            reminded += 1
    return reminded


def remind_of_month(*, at: datetime) -> int:
    """A month since all were willing: a reminder to whoever has it, no breach (DOMAIN M15). Returns of how many."""
    reminded = 0
    waiting = Mediation.objects.filter(
        remind_at__lte=at, reminded_at=None, procedure__state__in=["choosing", "mediating"]
    )
    for mediation in waiting.select_related("procedure"):
        with transaction.atomic():
            if not Mediation.objects.filter(pk=mediation.pk, reminded_at=None).update(reminded_at=at):
                continue
            append_entry(mediation.procedure, "month_passed", by=REMINDERS, at=at, rule="mediation.duration")
            _tell_posts(mediation.procedure, "mediation.month_passed", at)
            reminded += 1
    return reminded


def _tell_posts(procedure: Procedure, topic: str, at: datetime) -> None:
    posts = Assignment.objects.filter(procedure=procedure, open=True).values_list("post", flat=True)
    tell(topic, procedure.pk, envelope(procedure, posts), at)


def _write_to(party: Party, procedure: Procedure, key: str, at: datetime) -> None:
    """A message without a word of the matter: a telephone lies on the table, and others read it."""
    if party.contact_sealed is None:
        return
    contact = unseal(party.contact_sealed, row=party.uuid, field=CONTACT_FIELD)
    with override((party.account.language if party.account else "") or "zh-hans"):
        page = settings.ADDRESS + reverse("mediation:mine", args=[procedure.number])
        deliver.send(
            "mail" if "@" in contact else "sms",
            contact,
            _("Your matter {number}").format(number=procedure.number),
            _("Something that you agreed on falls due. Please look: {page}").format(page=page),
            key=f"mediation.{uuid5(procedure.pk, key)}",
            procedure=procedure.pk,
            at=at,
            wanted_if="mediation.agreed",
        )


@deliver.still_wanted("mediation.agreed")
def still_agreed(delivery: Delivery) -> bool:
    """Whether the agreement still waits for its performance."""
    return Procedure.objects.filter(pk__in=[delivery.procedure], state="agreed").exists()
