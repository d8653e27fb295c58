"""The papers of a mediation: the agreement with one copy for each and one kept, the joint application to the court, the
proof that it was performed. The same content stands on a page to print and in the PDF.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files as resources
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linli.core import files
from linli.core.models import File
from linli.core.typeset import typeset
from linli.mediation.domain.queries import participants
from linli.mediation.enums import Form, Side
from linli.mediation.models import Agreement, Mediation, Participant, Signature
from linli.mediation.words import one_day

AGREEMENT, APPLICATION, PROOF = "agreement", "application", "proof"


@dataclass(frozen=True)
class Paper:
    """One paper: heading, who is in it, sections of title and paragraphs, and where to sign."""

    kind: str
    title: str
    number: str
    office: str
    people: tuple[tuple[str, str], ...]
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    signers: tuple[tuple[str, str, UUID | None], ...]
    seal: str
    dated: str
    foot: str
    draft: bool = False


def paper_of(
    kind: str, mediation: Mediation, agreement: Agreement, *, details: Mapping[UUID, str] | None = None
) -> Paper:
    """The content of a paper, in the active language.

    details: what was opened of the parties' identity numbers and addresses; the rest is left to be filled in by hand.
    """
    people = participants(mediation)
    known = details or {}
    named = tuple((_who(kind, one), known.get(one.pk, "")) for one in people)
    made = {AGREEMENT: _agreement, APPLICATION: _application, PROOF: _proof}[kind](mediation, agreement)
    effect = agreement.effective_at
    dated = one_day(timezone.localdate(effect)) if effect and kind != APPLICATION else ""
    return Paper(
        kind=kind, title=titles()[kind], number=mediation.procedure.number, office=agreement.seal or _office(mediation),
        people=named, sections=tuple(made), signers=_signers(kind, agreement, people), seal=agreement.seal,
        dated=dated, foot=_foot(kind, people), draft=effect is None,
    )  # fmt: skip


def titles() -> dict[str, str]:
    """What each paper is called."""
    return {
        AGREEMENT: _("People's mediation agreement"),
        APPLICATION: _("Joint application for judicial confirmation"),
        PROOF: _("Proof that the agreement was performed"),
    }


def _who(kind: str, one: Participant) -> str:
    """Before the court both sides are applicants."""
    said = {
        "side": (Side.APPLICANT if kind == APPLICATION else Side(one.side)).label,
        "name": one.name,
        "other": one.speaks_for,
    }
    return (_("%(side)s: %(name)s, also for %(other)s") if one.speaks_for else _("%(side)s: %(name)s")) % said


def _office(mediation: Mediation) -> str:
    handler = mediation.procedure.assignments.filter(part="handler").select_related("post__organisation").first()
    return str(handler.post.organisation.title) if handler else ""


def _agreement(mediation: Mediation, agreement: Agreement) -> list[tuple[str, tuple[str, ...]]]:
    """The contents of art. 29; of an oral agreement what the mediator wrote down."""
    sections = [
        (_("Main facts"), (agreement.facts,)),
        (_("What is disputed, and who is liable"), (agreement.issues,)),
        (_("What the parties agree on"), (agreement.content,)),
        (_("Who does what, how, and by which day"), _promised(agreement)),
    ]
    end = (
        _("Agreed by word of mouth and written down by the mediator; in effect from when it was reached.")
        if agreement.form == Form.ORAL
        else _("In effect once all parties and the mediator have signed and the committee has set its seal.")
    )
    return [(title, texts) for title, texts in sections if any(texts)] + [(_("Effect"), (end,))]


def _promised(agreement: Agreement) -> tuple[str, ...]:
    rows = agreement.performances.select_related("by")
    told = _("%(who)s: %(what)s; %(how)s; by %(day)s")
    return tuple(
        told % {"who": row.by.name, "what": row.what, "how": row.manner, "day": one_day(row.due)} for row in rows
    )


def _application(mediation: Mediation, agreement: Agreement) -> list[tuple[str, tuple[str, ...]]]:
    """Both parties ask together, within 30 days of its taking effect (People's Mediation Law 33; CPL 205)."""
    effect = one_day(timezone.localdate(agreement.effective_at)) if agreement.effective_at else ""
    facts = {"office": agreement.seal or _office(mediation), "day": effect, "number": mediation.procedure.number}
    return [
        (pgettext("letter", "To"), (agreement.court_name or _("the people's court of: ________________"),)),
        (_("What we ask for"), (_("That the court confirms our mediation agreement %(number)s.") % facts,)),
        (
            _("Facts and reasons"),
            (
                _("With the help of %(office)s we reached an agreement on %(day)s. It is in effect.") % facts,
                _("We agreed of our own free will. Nobody deceived or pressed us, and no right of others is harmed."),
                _("We ask together, within thirty days of the day on which it took effect."),
            ),
        ),
        (
            _("With this application"),
            (_("the agreement, the proof of our identities, and papers on what the agreement is about"),),
        ),
    ]


def _proof(mediation: Mediation, agreement: Agreement) -> list[tuple[str, tuple[str, ...]]]:
    rows = agreement.performances.select_related("by")
    told = _("%(who)s: %(what)s – done on %(day)s. How we know: %(proof)s")
    done = tuple(
        told % {"who": row.by.name, "what": row.what, "day": one_day(row.done_on), "proof": row.proof}
        for row in rows
        if row.done_on
    )
    open_ = tuple(_("Not done yet: %(what)s") % {"what": row.what} for row in rows if not row.done_on)
    return [
        (_("What was agreed"), (agreement.content,)),
        (_("What was done"), (*done, *open_) or (mediation.outcome,)),
        (
            _("What it is for"),
            (_("With a written application the parties can show it to the police (Public Security law 9)."),),
        ),
    ]


def _signers(kind: str, agreement: Agreement, people: list[Participant]) -> tuple[tuple[str, str, UUID | None], ...]:
    """Where everybody signs: label, the name that was signed, and the drawing. The court's paper is signed by hand."""
    signed: dict[UUID | None, Signature] = {}
    if kind == AGREEMENT:
        signed = {row.participant_id: row for row in agreement.signatures.filter(draft=agreement.draft)}
    rows = [(one.name, signed.get(one.pk)) for one in people] if kind != PROOF else []
    if kind != APPLICATION:
        rows.append((_("Mediator"), signed.get(None)))
    return tuple((label, row.name if row else "", row.image if row else None) for label, row in rows)


def _foot(kind: str, people: list[Participant]) -> str:
    if kind != AGREEMENT:
        return ""
    return _("%(n)d copies: one for each party, and one kept by the committee.") % {"n": len(people) + 1}


# --- PDF


def pdf(paper: Paper) -> bytes:
    """The paper on A4. What stands in it is data and never markup.

    Raises:
        CannotTypeset: typst or a typeface is not there; the page to print is.
    """
    pictures = {f"{image}.png": drawn for _label, _name, image in paper.signers if image and (drawn := picture(image))}
    data = {
        "title": paper.title, "number": paper.number, "office": paper.office,
        "numbered": _("Number %(number)s") % {"number": paper.number},
        "people": [list(row) for row in paper.people],
        "sections": [{"title": title, "texts": list(texts)} for title, texts in paper.sections],
        "signers": [
            {"label": label, "name": name, "image": f"{image}.png" if f"{image}.png" in pictures else ""}
            for label, name, image in paper.signers
        ],
        "seal": _("Seal: %(seal)s") % {"seal": paper.seal or "________________"} if paper.kind != APPLICATION else "",
        "dated": _("Date: %(day)s") % {"day": paper.dated or "________________"},
        "foot": paper.foot, "draft": _("Draft, not in effect") if paper.draft else "",
        "blank": _("identity number and address: ________________________________"),
    }  # fmt: skip
    return typeset(resources("linli.mediation").joinpath("data/paper.typ").read_bytes(), data, pictures)


def picture(image: UUID | None) -> bytes | None:
    """A drawn signature as PNG; none where it was purged."""
    found = File.objects.filter(pk=image, purged_at=None).first() if image else None
    return files.content_of(found) if found else None
