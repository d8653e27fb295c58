"""What cases keep of a person: the catalogue's entries, and the part of 'my data'."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.cases.models import Case
from linli.cases.plain_words import STATES
from linli.core.catalogue import PersonalField, Store, register
from linli.core.models import File
from linli.core.mydata import part
from linli.people.models import Account
from linli.procedures.enums import Audience, PartyKind
from linli.procedures.models import Party, Procedure, ProcedureQuerySet
from linli.procedures.privacy import KEPT, MATTER

register(
    PersonalField(
        "Case.text, Case.where, Case.lon, Case.lat, Case.answer",
        app="cases",
        title=_("what was reported, where, and what was answered"),
        purpose=_("to put right what was reported, and to answer"),
        basis=MATTER,
        seen_by=_("whoever handles the case; the public only after staff have released it"),
        stores=(Store.ROW, Store.SEARCH, Store.FILE, Store.PREVIEW, Store.MODEL, Store.BACKUP),
        kept_until=KEPT,
    ),
    PersonalField(
        "Case.satisfaction",
        app="cases",
        title=_("how content the reporter was"),
        purpose=_("to see where the work is not good enough"),
        basis=_("the person's own request (PIPL art. 13 (2))"),
        seen_by=_("whoever may see the case; others only in numbers of five and more"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=_("the case itself is no longer kept"),
    ),
    PersonalField(
        "ImportRow.raw, ImportRow.about",
        app="cases",
        title=_("files of messages, and their rows that could not be taken"),
        purpose=_("so that somebody can put them right"),
        basis=MATTER,
        seen_by=_("the post that took the file in"),
        stores=(Store.ROW, Store.FILE, Store.REPORT, Store.BACKUP),
        days_kept=30,
    ),
    PersonalField(
        "ImportRun.started_by",
        app="cases",
        title=_("which member of staff took a file in"),
        purpose=_("so that somebody answers for it"),
        basis=_("carrying out public duties (PIPL art. 13 (3))"),
        seen_by=_("who may take files in"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=_("the run is deleted"),
    ),
)
register(
    PersonalField(
        "ClassVersion.author, RoutingRule.author",
        app="cases",
        title=_("which administrator changed a class or a rule"),
        purpose=_("so that somebody answers for it"),
        basis=_("carrying out public duties (PIPL art. 13 (3))"),
        seen_by=_("administrators"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=_("the class or rule is deleted"),
    )
)

register(
    PersonalField(
        "ShiftHandover.giver, ShiftHandover.taker, ShiftHandover.note",
        app="cases",
        title=_("who handed a desk over to whom, and what they wrote"),
        purpose=_("so that the next shift knows what is open and promised"),
        basis=_("carrying out public duties (PIPL art. 13 (3))"),
        seen_by=_("whoever keeps the same desk"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=_("the installation is taken down"),
    ),
)


def _own(account: Account) -> ProcedureQuerySet:
    """What this person was the first to report; of what others reported too, they read no words but their own."""
    first = Party.objects.filter(account=account, kind=PartyKind.REPORTER)
    return Procedure.objects.filter(kind="case", pk__in=first.values("procedure"))


def _reports(account: Account) -> list[dict[str, Any]]:
    own = _own(account)
    cases = Case.objects.filter(procedure__in=own).select_related("procedure", "klass").order_by("-procedure__opened")
    return [
        {
            "number": case.procedure.number,
            "class": case.klass.title if case.klass else "",
            "text": case.text,
            "where": case.where,
            "since": case.procedure.opened,
            "state": str(STATES[case.procedure.state]),
            "answer": case.answer,
            "grade": case.get_satisfaction_display() or "",
        }
        for case in cases
    ]


def _photos(account: Account) -> Iterator[tuple[str, File]]:
    """What the reporter sees on the page of a report: their own photos, and those that were released."""
    numbers: dict[UUID | None, str] = dict(_own(account).values_list("pk", "number"))
    seen = (Audience.PARTIES, Audience.PUBLIC)
    for file in File.objects.filter(procedure__in=numbers, audience__in=seen, purged_at=None).order_by("uploaded_at"):
        yield numbers[file.procedure], file


part(
    "reports",
    _("What you reported"),
    export=_reports,
    files=_photos,
    kept=_(
        "A report belongs to the case until it is dealt with. Three years after it is closed, what it says of persons"
        " is forgotten by itself. You may add to it at any time."
    ),
    labels={
        "number": _("Number"),
        "class": _("Class"),
        "text": _("Text"),
        "where": _("Where"),
        "since": _("Since"),
        "state": _("State"),
        "answer": _("Answer"),
        "grade": _("You said"),
    },
)
