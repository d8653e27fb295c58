"""A report made ready for a page or a file: titles, tables of words, drawings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linli.core import dates
from linli.core.models import Installation
from linli.insight import drawing, report_words, words
from linli.insight.area_chart import by_area
from linli.insight.domain.figures import BY_NAME
from linli.insight.models import Report

SHORT, FIRST = 7, 5  # rows of a table that a page shows whole, and of a longer one at once

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """Headings, and rows of words, the first of each its name.

    numbers: the same as numbers, for a sheet.  whole: none of its rows waits to be opened.
    """

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: Sequence[Sequence[Any]]
    whole: bool = False

    @property
    def labelled(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Each row as its name, and its cells with their headings."""
        return [(row[0], list(zip(self.headings[1:], row[1:], strict=True))) for row in self.rows]

    @property
    def first(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """What a page shows at once: all of a short table, five rows of a long one."""
        return self.labelled if self.whole or len(self.rows) <= SHORT else self.labelled[:FIRST]

    @property
    def rest(self) -> list[tuple[str, list[tuple[str, str]]]]:
        return self.labelled[len(self.first) :]


@dataclass(frozen=True)
class Shown:
    """All that a page or file of one report says, in the active language."""

    office: str
    title: str
    version: str
    paragraphs: Sequence[str]
    figures: Table
    classes: Table
    areas: Table | None
    estates: Table | None
    actions: Sequence[tuple[str, str, str]]
    notes: Sequence[str]
    definitions: Sequence[tuple[str, str]]
    course: SafeString
    in_time: SafeString
    by_area: SafeString

    @property
    def tables(self) -> list[Table]:
        """Those that there are, in their order."""
        return [table for table in (self.figures, self.classes, self.areas, self.estates) if table]


def shown(report: Report, *, public: bool) -> Shown:
    """Read a snapshot into words."""
    snapshot = report.public if public else report.office
    return Shown(
        office=_office(),
        title=_("Monthly report %(month)s") % {"month": report_words.month_title(report.month)},
        version=_("Version %(n)d, made on %(day)s. Its figures do not change later.")
        % {"n": report.version, "day": words.one_day(timezone.localdate(report.made_at))},
        paragraphs=report_words.paragraphs(snapshot),
        figures=_figures(snapshot),
        classes=_rows(snapshot["classes"], _("By kind of report"), _("not yet filed")),
        areas=_areas(snapshot),
        estates=_estates(snapshot),
        actions=report_words.acted(snapshot),
        notes=report_words.note(snapshot),
        definitions=[_definition(row["name"]) for row in snapshot["figures"]],
        course=_course(snapshot),
        in_time=_in_time(snapshot),
        by_area=by_area(snapshot.get("areas", []), _("none of these")),
    )


def _office() -> str:
    row = Installation.objects.first()
    if row is None:
        return ""
    return row.name_en if row.name_en and report_words.english() else row.name


def _definition(name: str) -> tuple[str, str]:
    figure = BY_NAME[name]
    facts = {"counts": figure.counts, "of": figure.of}
    return str(figure.label), _("%(counts)s; of: %(of)s") % facts


def _figures(snapshot: Row) -> Table:
    rows, numbers = [], []
    for row in snapshot["figures"]:
        figure = BY_NAME[row["name"]]
        moved, _tone = report_words.change(figure, row["amount"], row["before"])
        rows.append(
            [
                str(figure.label), report_words.value(figure, row), str(row["n"] or "") if row["n"] else "",
                report_words.before(figure, row), moved, report_words.amount(figure, row["year"]),
            ]
        )  # fmt: skip
        numbers.append([str(figure.label), _cell(row), row["n"], row["before"], None, row["year"]])
    headings = [
        _("Figure"),
        _("This month"),
        "n",
        _("Month before"),
        pgettext("of a number", "Change"),
        _("Year before"),
    ]
    return Table(_("The month in figures"), headings, rows, numbers, whole=True)


def _areas(snapshot: Row) -> Table | None:
    """Where the office has several: with the change against the month before."""
    given = snapshot.get("areas", [])
    return _rows(given, _("By area"), _("none of these"), changes=True) if given else None


def _estates(snapshot: Row) -> Table | None:
    """Left out where areas are all that is known of places."""
    given = snapshot["estates"]
    if snapshot.get("areas") and not any(row["key"] for row in given):
        return None
    return _rows(given, _("By estate"), _("none of these"))


def _rows(given: Sequence[Row], title: str, nothing: str, *, changes: bool = False) -> Table:
    """changes: with a column for the change against the month before."""
    reported, in_time = BY_NAME["reported"], BY_NAME["in_time"]
    rows, numbers = [], []
    for row in given:
        name = report_words.titled(row, nothing)
        rows.append(
            [
                name, report_words.value(reported, row["reported"]) + MARKS[row["side"]],
                report_words.before(reported, row), report_words.between(row["usual"]),
                report_words.value(in_time, row["in_time"]),
            ]
        )  # fmt: skip
        numbers.append([name, _cell(row["reported"]), words.HIDDEN if row["before_few"] else row["before"],
                        report_words.between(row["usual"]), _cell(row["in_time"])])  # fmt: skip
        if changes:
            now, then = row["reported"]["amount"], row["before"]
            rows[-1].insert(3, report_words.change(reported, now, then)[0])
            numbers[-1].insert(3, None if now is None or then is None else now - then)
    headings = ["", pgettext("how many", "Reports"), _("Month before"), _("Usual"), _("Closed in time")]
    if changes:
        headings.insert(3, pgettext("of a number", "Change"))
    return Table(title, headings, rows, numbers)


MARKS = {1: " ▲", -1: " ▼", 0: ""}


def _cell(said: Row) -> Any:
    return words.HIDDEN if said["few"] else said["amount"]


# --- drawings


def _course(snapshot: Row) -> SafeString:
    """Reports by month, and between what numbers this one was usual."""
    counts = [point["reported"] for point in snapshot["course"]]
    if len(counts) < 2:
        return mark_safe("")
    usual = snapshot["usual"]
    where = drawing.frame([*counts, usual["high"] if usual else None], len(counts), height=220)
    parts = [drawing.grid(where, _under(snapshot)), drawing.bars(where, counts, last=drawing.TANGERINE)]
    if usual:
        top, low = where.y(min(usual["high"], where.high)), where.y(usual["low"])
        parts.insert(
            0,
            f'<rect x="{drawing.LEFT}" y="{top:.1f}" width="{where.width - drawing.LEFT - drawing.RIGHT}" '
            f'height="{max(low - top, 1):.1f}" fill="#eef3f1"/>',
        )
    said = _("Reports by month: %(all)s") % {"all": ", ".join("–" if n is None else f"{n:,.0f}" for n in counts)}
    return drawing.svg(where, parts, said=said)


def _in_time(snapshot: Row) -> SafeString:
    shares = [point["in_time"] for point in snapshot["course"]]
    if sum(share is not None for share in shares) < 2:
        return mark_safe("")
    where = drawing.Frame(len(shares), 0.0, 1.0, height=180)
    parts = [
        drawing.grid(where, _under(snapshot), percent=True), drawing.line(where, shares), drawing.dots(where, shares)
    ]  # fmt: skip
    said = ", ".join("–" if share is None else f"{share:.0%}" for share in shares)
    return drawing.svg(where, parts, said=_("Closed in time by month: %(all)s") % {"all": said})


def _under(snapshot: Row) -> dict[int, str]:
    months = [date.fromisoformat(point["month"]) for point in snapshot["course"]]
    every = 2 if len(months) > 7 else 1
    chosen = range((len(months) - 1) % every, len(months), every)
    if report_words.english():
        return {number: f"{dates.MONTHS[months[number].month - 1]} {months[number]:%y}" for number in chosen}
    return {number: f"{months[number]:%y}/{months[number].month}" for number in chosen}
