"""What the legal studio keeps of a person: the catalogue's entries, and the part of 'my data'."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.core.catalogue import PersonalField, Store, register
from linli.core.mydata import part
from linli.people.models import Account
from linli.procedures.models import Procedure
from linli.station.domain.legal import said
from linli.station.kind_legal import STATES
from linli.station.models_legal import LegalQuestion

ASKED = _("the person's own request (PIPL art. 13 (1))")
STUDIO = _("the posts of the legal studio that work on it, with a reason that is written down; nobody by place")
OVER = _("it is taken back, or the matter is purged three years after its end")

register(
    PersonalField(
        "LegalQuestion.words_sealed",
        app="station",
        title=_("what somebody asked about the law"),
        purpose=_("to answer it"),
        basis=ASKED,
        seen_by=STUDIO,
        stores=(Store.SEALED, Store.BACKUP),
        kept_until=OVER,
        sealed_as="legal.words",
    ),
    PersonalField(
        "LegalQuestion.answer_sealed",
        app="station",
        title=_("what the legal studio answered"),
        purpose=_("so that the person can read it again"),
        basis=ASKED,
        seen_by=STUDIO,
        stores=(Store.SEALED, Store.BACKUP),
        kept_until=OVER,
        sealed_as="legal.answer",
    ),
    PersonalField(
        "Lesson.account, ChildWorkCheck.account, ChildWorkCheck.recorded_by",
        app="station",
        title=_("who gives a law lesson, on which day their records were looked at, and who wrote that down"),
        purpose=_("so that nobody works with children who was not checked within a year"),
        basis=_("a duty set by law (Law on the Protection of Minors art. 62)"),
        seen_by=_(
            "the legal studio, the committee's secretary and the duty officer; what the records say is never kept"
        ),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=_("the installation is taken down"),
    ),
)


def _questions(account: Account) -> list[dict[str, Any]]:
    rows = LegalQuestion.objects.filter(procedure__in=Procedure.objects.of_account(account)).select_related("procedure")
    return [
        {
            "number": row.procedure.number, "since": row.procedure.opened,
            "state": str(STATES[row.procedure.state]), "asked": said(row)[0], "answered": said(row)[1],
        }
        for row in rows.order_by("-procedure__opened")
    ]  # fmt: skip


part(
    "legal",
    _("Your questions about the law"),
    export=_questions,
    kept=_("You take a question back on its own page; what you wrote is then forgotten."),
    labels={"number": _("Number"), "since": _("From"), "state": _("State"), "asked": _("You asked"),
            "answered": _("Answer")},
)  # fmt: skip
