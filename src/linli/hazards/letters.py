"""The notice of rectification on paper: as a PDF, and the same words for the page that is printed."""

from dataclasses import dataclass
from importlib.resources import files

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linli.core import dates
from linli.core.files import content_of
from linli.core.models import File
from linli.core.typeset import typeset
from linli.hazards.domain.checklists import law_of, line_named
from linli.hazards.models import Hazard, Notice
from linli.hazards.shown import handed_word, who
from linli.places.domain.queries import full_title


@dataclass(frozen=True)
class Letter:
    """What stands in a notice. rows: label and text, in order."""

    office: str
    title: str
    number: str
    to: str
    rows: list[tuple[str, str]]
    law: list[str]
    closing: list[str]
    served: str
    signed: str
    signature: File | None


def letter(hazard: Hazard, notice: Notice) -> Letter:
    """The notice as it was served, in the reader's language."""
    place = hazard.procedure.place
    where = " ".join(filter(None, [full_title(place) if place else "", hazard.where]))
    signature = File.objects.filter(pk=notice.signature, purged_at=None).first() if notice.signature else None
    number = f"{hazard.procedure.number}-{notice.number}"
    return Letter(
        office=notice.post.organisation.name,
        title=_("Notice of rectification"),
        number=_("No. %(number)s") % {"number": number},
        to=who(notice.answers, notice.answers_name),
        rows=[
            (_("Place"), where),
            (_("What was found"), notice.found),
            (_("What is to be put right"), notice.demand),
            (_("By when"), dates.deadline(notice.until)),
        ],
        law=[
            f"{told.law}, {told.article}: {told.text}"
            for told in law_of(line_named(hazard.line), timezone.localdate(notice.served_at), hazard.kind)
        ],
        closing=[
            _("Please say when it is put right. Somebody else than who served this notice then looks again."),
            _("If you do not agree, tell the committee within the time; it is looked at and answered."),
            _("Where danger is imminent, remove it at once. Call 119 for fire and rescue."),
        ],
        served=_("Served by %(post)s, %(when)s; %(how)s")
        % {"post": notice.post.title, "when": dates.when(notice.served_at), "how": handed_word(notice)},
        signed=notice.signed_name,
        signature=signature,
    )


def pdf(hazard: Hazard, notice: Notice, *, signed: bool = True) -> bytes:
    """The notice on A4, its typeface inside. signed: with what was drawn, for whoever may open what is sealed.

    Raises:
        CannotTypeset: typst or a typeface is not there.
    """
    told = letter(hazard, notice)
    pictures = {"signature.png": content_of(told.signature)} if signed and told.signature else {}
    data = {
        "office": told.office, "title": told.title, "number": told.number, "to": told.to,
        "rows": [list(row) for row in told.rows], "law": told.law, "closing": told.closing, "served": told.served,
        "signed": told.signed, "signature": "signature.png" if pictures else "",
        "received": _("Received by"), "basis": _("What the law says"), "to_label": pgettext("letter", "To"),
    }  # fmt: skip
    return typeset(files("linli.hazards").joinpath("data/notice.typ").read_bytes(), data, pictures)
