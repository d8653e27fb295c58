"""The text of a monthly report, made from its numbers in the reader's language.

It says what changed, and what may lie behind it; nothing here says that one thing caused another.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from linli.engines.effects import Ratio
from linli.insight import effect_words, words
from linli.insight.domain import periods
from linli.insight.domain.figures import BY_NAME, Figure, Value
from linli.insight.domain.guard import FEWEST
from linli.insight.enums import Span

MOST = 6  # changes that are told

Row = Mapping[str, Any]


def english() -> bool:
    return (get_language() or "").startswith("en")


def titled(row: Row, nothing: str = "") -> str:
    return str(row["title_en" if english() else "title"]) or nothing


def month_title(month: date) -> str:
    return words.title(periods.period_of(Span.MONTH, month, date.max))


def value(figure: Figure, said: Row) -> str:
    amount = said["amount"]
    return words.value(Value(figure, 0, said["n"] or 0, amount, said["few"]))


def amount(figure: Figure, number: float | None) -> str:
    return words.NOTHING if number is None else words.amount(figure.form, number)


def before(figure: Figure, row: Row) -> str:
    """The month before: a star where it was hidden, a dash where there was none."""
    return words.HIDDEN if row["before_few"] else amount(figure, row["before"])


def change(figure: Figure, now: float | None, then: float | None) -> tuple[str, str]:
    def as_value(number: float | None) -> Value:
        return Value(figure, 0, 0, number, few=False)

    return words.change(as_value(now), as_value(then))


def between(usual: Row | None) -> str:
    return "" if usual is None else f"{usual['low']:,.0f} – {usual['high']:,.0f}"


def paragraphs(snapshot: Row) -> list[str]:
    """What changed: the whole first, then what stands out."""
    return [*_whole(snapshot), *_standing_out(snapshot)]


def _whole(snapshot: Row) -> list[str]:
    figures = {row["name"]: row for row in snapshot["figures"]}
    found = [_reported(figures["reported"], snapshot["usual"])]
    for name in ("in_time", "satisfaction"):
        row = figures[name]
        if row["amount"] is not None:
            figure = BY_NAME[name]
            facts = {
                "what": figure.label, "now": value(figure, row), "n": row["n"], "before": before(figure, row)
            }  # fmt: skip
            found.append(_("%(what)s: %(now)s of %(n)d; the month before %(before)s.") % facts)
    return found


def _reported(row: Row, usual: Row | None) -> str:
    if row["amount"] is None:
        return _("Fewer than five reports came in.")
    n = round(row["amount"])
    said = ngettext("%(n)d report came in", "%(n)d reports came in", n) % {"n": n}
    if row["before"] is not None:
        by = n - round(row["before"])
        more = _("%(n)d more") if by > 0 else _("%(n)d fewer") if by < 0 else _("as many")
        said += _(", %(by)s than in the month before") % {"by": more % {"n": abs(by)} if by else more}
    if usual is None:
        return said + _(". For what is usual, too few months are known.")
    side = (n > usual["high"]) - (n < usual["low"])
    return said + SIDES[side]() % {"between": between(usual)}


SIDES = {
    1: lambda: _(". That is above what is usual (%(between)s)."),
    -1: lambda: _(". That is below what is usual (%(between)s)."),
    0: lambda: _(". That is within what is usual (%(between)s)."),
}


def _standing_out(snapshot: Row) -> list[str]:
    """Classes, then areas, then estates, whose number is outside what is usual."""
    found = []
    for row in [*snapshot["classes"], *snapshot.get("areas", []), *snapshot["estates"]]:
        if row["side"] and max(row["reported"]["amount"] or 0, row["usual"]["mean"]) >= FEWEST:
            facts = {"what": titled(row, _("elsewhere")), "n": round(row["reported"]["amount"])}
            facts["between"] = between(row["usual"])
            above = _("%(what)s: %(n)d reports, above what is usual (%(between)s).")
            lower = _("%(what)s: %(n)d reports, below what is usual (%(between)s).")
            found.append(" ".join([(above if row["side"] > 0 else lower) % facts, *_why(row["why"])]))
    if not found:
        return [_("No class and no estate stands out: each lies within what is usual, or too little is known of it.")]
    return found[:MOST]


def _why(reasons: Sequence[Row]) -> list[str]:
    """What is known beside a change, guarded."""
    if not reasons:
        return [_("Linli knows of no reason; somebody who knows the place should look.")]
    return [WHY[each["kind"]](each) for each in reasons]


def _place(reason: Row) -> str:
    facts = {"where": titled(reason), "rise": reason["rise"], "of": reason["of"]}
    return _("Most of the rise lies in %(where)s (%(rise)d of %(of)d).") % facts


def _season(reason: Row) -> str:
    return _("A year before it was much the same (%(n)d), so it may be the season.") % {"n": round(reason["year"])}


def _action(reason: Row) -> str:
    facts = {"action": titled(reason), "day": words.one_day(date.fromisoformat(reason["day"]))}
    return (
        _('It may go with "%(action)s" of %(day)s; that it came after it does not show that it came from it.') % facts
    )


WHY = {"place": _place, "season": _season, "action": _action}


def acted(snapshot: Row) -> list[tuple[str, str, str]]:
    """Each action with its day and its answer."""
    return [
        (titled(row), words.one_day(date.fromisoformat(row["day"])), answer(row)) for row in snapshot["actions"]
    ]  # fmt: skip


def answer(row: Row) -> str:
    """What the action was to change, and what the numbers say of it."""
    if row["ratio"] is None:
        return _("Too little is known yet to say whether it helped.")
    what = effect_words.named(row["counted"], row["code"], str(row["of_en" if english() else "of"]))
    return effect_words.sentence(what, Ratio(*row["ratio"]), peak=row["peak"], beside=row["beside"])


def note(snapshot: Row) -> list[str]:
    """How to read it."""
    found = [
        _(
            "Usual is where 95 of 100 such months would lie if nothing had changed, from up to twelve months before. "
            "Of twenty rows one lies outside by chance alone."
        ),
        _("Counted as the cases stood when this version was made; figures on other pages move on."),
    ]
    if snapshot["public"]:
        found.append(
            _("* stands for one to four, or for a number hidden with such a one because the rest would give it away.")
        )
    return found
