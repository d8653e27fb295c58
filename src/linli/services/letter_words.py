"""The words of the letters of assistance, for the screen, for print and for the PDF alike."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from importlib.resources import files as resources
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from linli.core import dates
from linli.core.typeset import typeset
from linli.services.domain.assistance_letters import Told, hall

Sections = list[tuple[str, str]]


@dataclass(frozen=True)
class Letter:
    """A letter in words. sections: (heading, text); what the reader can do stands last, in `rights`."""

    title: str
    number: str
    opened: str
    to: str
    said: str
    sections: Sections
    rights: list[str]
    organ: str
    post: str
    date: str
    where: str
    labels: dict[str, str]


def letter(told: Told, *, called: str = "", aid: str = "") -> Letter:
    """A letter in the active language. called, aid: what was opened; a line to fill in by hand where it was not."""
    told = replace(told, called=called, aid=aid)
    procedure, line = told.assistance.procedure, told.line
    title, said, rights = WORDS[line.kind]()
    opened = _("application of %(day)s") % {"day": _day(procedure.opened)}
    return Letter(
        title=title, number=procedure.number, opened=opened, to=called, said=said, sections=_sections(told),
        rights=rights, organ=line.post.organisation.title if line.post else "",
        post=line.post.title if line.post else "", date=_day(line.at), where=_where(),
        labels={
            "number": _("Number"), "seal": _("(seal)"), "received": _("Received on"), "signed": _("Signature"),
            "where": _("Where to find us"),
        },
    )  # fmt: skip


def titles() -> Mapping[str, str]:
    """What each letter is called, by the line of the story it tells of."""
    return {kind: words()[0] for kind, words in WORDS.items()}


def _day(at: Any) -> str:
    local = dates._local(at)
    if (get_language() or "").startswith("en"):
        return f"{local.day} {dates.MONTHS[local.month - 1]} {local.year}"
    return f"{local.year}年{local.month}月{local.day}日"


def _sections(told: Told) -> Sections:
    given = pgettext("letter", "What is given from now on") if told.line.kind == "reduce" else _("What is given")
    by_day = dates.deadline(told.limit.due) if told.limit is not None and told.limit.due else ""
    papers_by, heard_by = (by_day, "") if told.line.kind == "ask_missing" else ("", by_day)
    heard = (told.heard.says or {}).get("text", "") if told.heard else ""
    on = _("What you said when you were heard on %(day)s") % {"day": _day(told.heard.at)} if told.heard else ""
    rows = [
        (_("Please bring these papers"), told.missing),
        (pgettext("papers", "By when"), papers_by),
        (given, told.aid), (_("Reasons"), told.reason), (on, str(heard)),
        (_("When you are heard"), _("by %(day)s, at a time that suits you") % {"day": heard_by} if heard_by else ""),
    ]  # fmt: skip
    return [(heading, text) for heading, text in rows if text]


def _where() -> str:
    point = hall()
    if point is None:
        return ""
    return _(", ").join(part for part in (point.title, point.where, point.telephone) if part)


def _object() -> str:
    return _(
        "If you do not agree, you can ask for administrative reconsideration within 60 days of receiving this"
        " (Administrative Reconsideration Law, art. 20), or go to court within six months (Administrative Litigation"
        " Law, art. 46). The legal studio helps you free of charge. You can also apply again at any time."
    )


def _missing() -> tuple[str, str, list[str]]:
    return (
        _("Papers that are still missing"),
        _("To look into the application we need what is named here. It is all: we ask only once."),
        [_("Until the papers are here the time to decide stands still, and the application is not refused for them."
           " Bring them or let somebody bring them. If you cannot get one of them, tell us: it is not your fault.")],
    )  # fmt: skip


def _extend() -> tuple[str, str, list[str]]:
    return (
        _("It takes longer than was said"),
        _("The time to decide is extended, once, for the following reasons:"),
        [_("Your page shows until when. If you need help before that, ring or come by: urgent aid does not wait.")],
    )


def _refuse() -> tuple[str, str, list[str]]:
    return (
        _("Decision on an application for social assistance"),
        _("The application is not granted, for the following reasons (Social Assistance Law, art. 45):"),
        [_object()],
    )


def _grant() -> tuple[str, str, list[str]]:
    return (
        _("Decision on an application for social assistance"),
        _("The application is granted."),
        [_("Somebody of the office asks you whether it arrived and what is still missing."), _object()],
    )


def _plan() -> tuple[str, str, list[str]]:
    return (
        _("Invitation to be heard before aid is reduced or ended"),
        _("The aid is to be reduced or ended, for the following reasons. Before that you are heard (Social Assistance"
          " Law, art. 48). Please ring or come by, or let somebody speak for you; nothing is reduced until then."),
        [_("You can say what you think of it in your own words, bring papers, and bring somebody with you. Who cannot"
           " come is visited at home. What you say is written down and read back to you.")],
    )  # fmt: skip


def _keep() -> tuple[str, str, list[str]]:
    return _("Decision on social assistance"), _("After you were heard, the aid stays as it is."), []


def _reduce() -> tuple[str, str, list[str]]:
    return (
        _("Decision on social assistance"),
        _("After you were heard, the aid is reduced, for the following reasons (Social Assistance Law, art. 48):"),
        [_object()],
    )


def _end() -> tuple[str, str, list[str]]:
    return (
        _("Decision on social assistance"),
        _("After you were heard, the aid ends, for the following reasons (Social Assistance Law, art. 48):"),
        [_object()],
    )


WORDS: Mapping[str, Callable[[], tuple[str, str, list[str]]]] = {
    "ask_missing": _missing, "extend": _extend, "grant": _grant, "refuse": _refuse, "plan_reduction": _plan,
    "keep_aid": _keep, "reduce": _reduce, "end_aid": _end,
}  # fmt: skip


def pdf(page: Letter) -> bytes:
    """The letter on A4. What stands in it is data and never markup.

    Raises:
        CannotTypeset: typst or a typeface is not there; the page to print is.
    """
    return typeset(resources("linli.services").joinpath("data/assistance.typ").read_bytes(), asdict(page))
