"""What petitions tell the procedures they live in."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core.sealed import seal
from linli.petitions.domain.attachments import erase_attachments
from linli.petitions.domain.letters import CONTENT_FIELD
from linli.petitions.domain.opening import TEXT_FIELD
from linli.petitions.models import Letter, Petition, Petitioner
from linli.petitions.workflow import WORKFLOW
from linli.procedures.models import Procedure
from linli.procedures.registry import ProcedureKind

STATES: dict[str, Any] = {
    "received": pgettext_lazy("petition", "received"),
    "forwarded": pgettext_lazy("petition", "sent to the body with the power"),
    "objected": pgettext_lazy("petition", "that body objects"),
    "disputed": pgettext_lazy("petition", "the chair decides who handles it"),
    "handling": pgettext_lazy("petition", "accepted, being handled"),
    "answered": pgettext_lazy("petition", "answered, to be delivered"),
    "carrying_out": pgettext_lazy("petition", "supported, being carried out"),
    "delivered": pgettext_lazy("petition", "answered"),
    "reviewing": pgettext_lazy("petition", "under review"),
    "reviewed": pgettext_lazy("petition", "reviewed, to be delivered"),
    "review_delivered": pgettext_lazy("petition", "review answered"),
    "rechecking": pgettext_lazy("petition", "in re-check"),
    "hearing": pgettext_lazy("petition", "in a hearing"),
    "rechecked": pgettext_lazy("petition", "re-checked, to be delivered"),
    "not_accepted": pgettext_lazy("petition", "not accepted"),
    "replied": pgettext_lazy("petition", "replied"),
    "settled": pgettext_lazy("petition", "settled by agreement"),
    "withdrawn": pgettext_lazy("petition", "taken back"),
    "merged": pgettext_lazy("petition", "joined with the same matter"),
    "done": pgettext_lazy("petition", "finished"),
    "final": pgettext_lazy("petition", "finished after re-check"),
}
OVER = ("not_accepted", "withdrawn", "merged")
FINISHED = ("replied", "settled", "done", "final", "delivered", "review_delivered")
TONES = {
    state: "off" if state in OVER else "done" if state in FINISHED else "new" if state == "received" else "active"
    for state in STATES
} | {"hearing": "waiting", "objected": "waiting", "disputed": "waiting"}
CLOCKS: dict[str, Any] = {
    "petition.forward": _("sending it to the right body"),
    "petition.notice": _("written notice of receipt"),
    "petition.object": _("objection to the transfer"),
    "petition.notice_transferred": _("written notice by the body that got it"),
    "petition.decide_objection": _("decision about the objection"),
    "petition.handle": _("answer by opinion letter"),
    "petition.study": _("answer"),
    "petition.deliver": _("delivery of the letter"),
    "petition.execute": _("carrying out what was supported"),
    "petition.ask_review": _("the petitioner may ask for a review"),
    "petition.review": _("opinion of the review"),
    "petition.ask_recheck": _("the petitioner may ask for a re-check"),
    "petition.recheck": _("opinion of the re-check"),
}


def erase(procedure: Procedure) -> None:
    """Forget who brought it, what was told, and what the letters said."""
    Petitioner.objects.filter(petition=procedure.pk).delete()
    erase_attachments(procedure.pk)
    Petition.objects.filter(pk=procedure.pk).update(matter="", text_sealed=seal("", row=procedure.pk, field=TEXT_FIELD))
    for letter in Letter.objects.filter(petition=procedure.pk):
        letter.content_sealed = seal("{}", row=letter.uuid, field=CONTENT_FIELD)
        letter.save(update_fields=["content_sealed"])


def title(procedure: Procedure) -> str:
    petition = procedure.petition
    return petition.matter or str(petition.get_field_display())


def gist(procedure: Procedure) -> str:
    petition = procedure.petition
    return f"{petition.get_klass_display()} · {petition.get_field_display()}"


def url(procedure: Procedure) -> str:
    return reverse("petitions:file", args=[procedure.number])


PETITION = ProcedureKind(
    workflow=WORKFLOW,
    own_limit=lambda _clock, _procedure: None,
    erase=erase,
    title=title,
    gist=gist,
    url=url,
    label=pgettext_lazy("procedure", "petition"),
    related=("petition",),
    states=STATES,
    clocks=CLOCKS,
    consents=True,
)
