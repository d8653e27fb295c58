"""The words of the letters, from what was kept of each: for the screen, for print and for the PDF alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from linli.core import dates
from linli.petitions.domain.letters import content_of
from linli.petitions.domain.office import office
from linli.petitions.enums import Ground, LetterForm, Outcome, PetitionClass, Verdict
from linli.petitions.models import Letter, Petition

Content = Mapping[str, Any]


@dataclass(frozen=True)
class LetterShown:
    """A letter in words. sections: (heading, text); what follows from it for the reader stands last, in `rights`.

    desk: where the petition desk was found when it was written: address, opening hours, telephone.
    """

    title: str
    number: str
    to: str
    matter: str
    sections: list[tuple[str, str]]
    rights: list[str]
    basis: str
    organ: str
    date: str
    labels: dict[str, str] = field(default_factory=dict)
    desk: list[str] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        """For the typst template."""
        return {
            "title": self.title, "number": self.number, "to": self.to, "matter": self.matter,
            "sections": [list(pair) for pair in self.sections], "rights": self.rights, "basis": self.basis,
            "organ": self.organ, "date": self.date, "labels": self.labels, "desk": self.desk,
        }  # fmt: skip


def shown(letter: Letter, petition: Petition, *, to: str) -> LetterShown:
    """A letter in the active language. to: how its reader is addressed; "" where nobody's name is known."""
    said = content_of(letter)
    sections, rights, article = WORDS[LetterForm(letter.form)](said)
    facts = office(letter.issued_at)
    return LetterShown(
        title=str(TITLES[LetterForm(letter.form)]()), number=petition.procedure.number,
        to=to or _("To whom it concerns"), matter=petition.matter, sections=sections, rights=rights,
        basis=_("Regulations on Petition Work, art. %(article)s") % {"article": article},
        organ=_named(said, "organ"), date=_date(letter.issued_at),
        labels={
            "number": _("Number"), "matter": _("Matter"), "basis": _("Basis"), "seal": _("(seal)"),
            "received": _("Received on"), "signed": _("Signature"),
            "desk": _("The petition desk"),
        },
        desk=[facts.where, facts.when, facts.telephone],
    )  # fmt: skip


def _named(said: Content, name: str) -> str:
    english = (get_language() or "").startswith("en")
    return str((said.get(f"{name}_en") if english else "") or said.get(name, ""))


def _date(at: datetime) -> str:
    local = dates._local(at)
    if (get_language() or "").startswith("en"):
        return f"{local.day} {dates.MONTHS[local.month - 1]} {local.year}"
    return f"{local.year}年{local.month}月{local.day}日"


Words = tuple[list[tuple[str, str]], list[str], str]


def _notice(said: Content) -> Words:
    more = [(_("Further"), said["text"])] if said.get("text") else []
    told = _("We have registered your petition. We look into who has the power to handle it, and tell you in writing.")
    return [(_("Received"), told), *more], [_look_up()], "23"


def _transfer(said: Content) -> Words:
    words = _("Your petition lies within the powers of %(body)s. We have sent it there.") % {
        "body": _named(said, "body")
    }
    return [(_("Sent on"), words)], [
        _("That body tells you in writing within 15 days of receiving it how it is handled."), _look_up(),
    ], "22, 23"  # fmt: skip


def _acceptance(said: Content) -> Words:
    body = _named(said, "body")
    if said.get("class") == PetitionClass.REQUEST:
        told = _("Your request is accepted. %(body)s handles it and answers by an opinion letter within 60 days.")
    else:
        told = _("What you wrote is taken up. %(body)s looks into it and answers you.")
    return [(_("Accepted"), told % {"body": body})], [_look_up()], "23, 34"


def _not_accepted(said: Content) -> Words:
    ground = str(Ground(said["ground"]).label) if said.get("ground") in Ground.values else ""
    return [(_("Not accepted"), ground), (_("Where you can turn"), said.get("text", ""))], [], "19, 31, 36"


def _extension(said: Content) -> Words:
    due = dates.deadline(datetime.fromisoformat(said["due"])) if said.get("due") else ""
    words = _("The time to answer your request is extended once, by %(days)s days. The answer is due by %(due)s.")
    told = words % {"days": said.get("amount", ""), "due": due}
    return [(_("More time"), told), (_("Reason"), said.get("reason", ""))], [_look_up()], "34"


def _opinion(said: Content) -> Words:
    outcome = str(Outcome(said["outcome"]).label) if said.get("outcome") in Outcome.values else ""
    return _contents(said, (_("Outcome"), outcome)), [
        _("If you do not accept this, you can ask for a review within 30 days of receiving it."),
    ], "32, 34, 35"  # fmt: skip


def _reply(said: Content) -> Words:
    outcome = str(Outcome(said["outcome"]).label) if said.get("outcome") in Outcome.values else ""
    article = "29" if said.get("class") == PetitionClass.SUGGESTION else "30"
    return [(_("Outcome"), outcome), (_("Reply"), said.get("text", ""))], [], article


def _settlement(said: Content) -> Words:
    return [(_("Agreed, by both sides of their own will"), said.get("text", ""))], [], "33"


def _review(said: Content) -> Words:
    return _contents(said, (_("The opinion before"), _verdict(said))), [
        _("If you do not accept this, you can ask for a re-check within 30 days of receiving it."),
    ], "35, 36"  # fmt: skip


def _recheck(said: Content) -> Words:
    return _contents(said, (_("The opinion before"), _verdict(said))), [
        _("This is final: on the same facts and reasons no petition is accepted again."),
    ], "36"  # fmt: skip


def _contents(said: Content, last: tuple[str, str]) -> list[tuple[str, str]]:
    headings = (
        ("asked", _("What is asked for")), ("facts", _("Facts and reasons")), ("opinion", _("Opinion")),
        ("basis", _("Legal basis")),
    )  # fmt: skip
    return [*((heading, said[name]) for name, heading in headings if said.get(name)), last]


def _verdict(said: Content) -> str:
    return str(Verdict(said["verdict"]).label) if said.get("verdict") in Verdict.values else ""


def _look_up() -> str:
    return _("With number and code you can look up at any time how far it is.")


WORDS: dict[LetterForm, Callable[[Content], Words]] = {
    LetterForm.NOTICE: _notice, LetterForm.TRANSFER: _transfer, LetterForm.ACCEPTANCE: _acceptance,
    LetterForm.NOT_ACCEPTED: _not_accepted, LetterForm.EXTENSION: _extension, LetterForm.OPINION: _opinion,
    LetterForm.REPLY: _reply, LetterForm.SETTLEMENT: _settlement, LetterForm.REVIEW: _review,
    LetterForm.RECHECK: _recheck,
}  # fmt: skip
TITLES: dict[LetterForm, Callable[[], str]] = {
    LetterForm.NOTICE: lambda: pgettext("letter", "Notice of receipt"),
    LetterForm.TRANSFER: lambda: pgettext("letter", "Notice of transfer"),
    LetterForm.ACCEPTANCE: lambda: pgettext("letter", "Notice of acceptance"),
    LetterForm.NOT_ACCEPTED: lambda: pgettext("letter", "Notice of non-acceptance"),
    LetterForm.EXTENSION: lambda: pgettext("letter", "Notice of extension"),
    LetterForm.OPINION: lambda: pgettext("letter", "Opinion on a petition"),
    LetterForm.REPLY: lambda: pgettext("letter", "Reply to a petition"),
    LetterForm.SETTLEMENT: lambda: pgettext("letter", "Settlement of a petition"),
    LetterForm.REVIEW: lambda: pgettext("letter", "Opinion of the review"),
    LetterForm.RECHECK: lambda: pgettext("letter", "Opinion of the re-check"),
}
