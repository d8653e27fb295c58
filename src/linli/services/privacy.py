"""What requests keep of a person: the catalogue's entries, and the part of 'my data'."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.core.catalogue import PersonalField, Store, register
from linli.core.models import File
from linli.core.mydata import part
from linli.people.models import Account
from linli.procedures.models import Procedure
from linli.procedures.privacy import KEPT, MATTER
from linli.services.domain.paper_files import FIELD
from linli.services.kind import STATES
from linli.services.models import Request
from linli.services.models_papers import PaperFile

register(
    PersonalField(
        "Request.applicant, Request.proxy, Request.relation, Request.words, Request.room",
        app="services",
        title=_("who asked for a service, who acts for them, and where they live"),
        purpose=_("to do what was asked for"),
        basis=MATTER,
        seen_by=_("only the window and the department that have the request; nobody by place, no administrator"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=KEPT,
    ),
    PersonalField(
        "PaperFile.file",
        app="services",
        title=_("photos and files of the papers that somebody handed in"),
        purpose=_("to check what the item asks for"),
        basis=MATTER,
        seen_by=_("the person, and the posts that have the request; each reading is kept, and the person can read it"),
        stores=(Store.FILE, Store.PREVIEW, Store.BACKUP),
        kept_until=_("half a year after the request ended, or the end of the consent that they serve again"),
        sealed_as=FIELD,
    ),
    PersonalField(
        "Request.missing, Request.result, Request.refusal, Request.remedy",
        app="services",
        title=_("what was missing, decided or refused, and why"),
        purpose=_("to answer in writing"),
        basis=MATTER,
        seen_by=_("the person, and the posts that have the request"),
        stores=(Store.ROW, Store.OUTGOING, Store.BACKUP),
        kept_until=KEPT,
    ),
    PersonalField(
        "Request.grade_words",
        app="services",
        title=_("what somebody said about a service"),
        purpose=_("to put right what went wrong"),
        basis=_("the person's own request (PIPL art. 13 (2))"),
        seen_by=_("the posts that have the request, and whoever calls back"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=KEPT,
    ),
    PersonalField(
        "ItemVersion.author",
        app="services",
        title=_("which administrator changed an item of the service hall"),
        purpose=_("so that somebody answers for it"),
        basis=_("carrying out public duties (PIPL art. 13 (3))"),
        seen_by=_("administrators"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=_("the item is deleted"),
    ),
)


def _requests(account: Account) -> list[dict[str, Any]]:
    own = Procedure.objects.of_account(account).filter(kind="request")
    rows = Request.objects.filter(procedure__in=own).select_related("procedure", "item")
    return [
        {
            "number": row.procedure.number,
            "item": row.item.title,
            "applicant": row.applicant,
            "proxy": row.proxy,
            "text": row.words,
            "since": row.procedure.opened,
            "state": str(STATES[row.procedure.state]),
            "result": row.result or row.refusal,
            "kept": row.keep_until,
            "grade": row.get_grade_display() or "",
            "said": row.grade_words,
        }
        for row in rows.order_by("-procedure__opened")
    ]


def _papers(account: Account) -> Iterator[tuple[str, File]]:
    own = Procedure.objects.of_account(account).filter(kind="request")
    rows = PaperFile.objects.filter(request__procedure__in=own, file__purged_at=None)
    for row in rows.select_related("file", "request__procedure").order_by("sent_at", "pk"):
        yield row.request.procedure.number, row.file


part(
    "requests",
    _("What you asked for at the service hall"),
    export=_requests,
    files=_papers,
    kept=_(
        "A request is kept until it is dealt with. Three years after it is closed, what it says of persons is"
        " forgotten by itself. That your papers serve again ends after a year, or as soon as you say so."
    ),
    labels={
        "number": _("Number"),
        "item": _("Item"),
        "applicant": _("For whom"),
        "proxy": _("Who acts"),
        "text": _("Text"),
        "since": _("Since"),
        "state": _("State"),
        "result": _("Result"),
        "kept": _("Papers serve again until"),
        "grade": _("You said"),
        "said": _("Your words"),
    },
)
