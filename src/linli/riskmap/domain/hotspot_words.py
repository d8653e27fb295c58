"""What a finding means, how sure it is, and what it does not say; in words that need no statistics."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from linli.core.dates import MONTHS
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title
from linli.riskmap.domain.hazard import code_title
from linli.riskmap.domain.hotspot_looking import FEWEST, SURE
from linli.riskmap.domain.hotspot_queries import Seen
from linli.riskmap.domain.hotspot_questions import Question
from linli.riskmap.enums_hotspots import ChartMethod, Method, Unit


def place_title(path: str) -> str:
    place = tree().by_path.get(path)
    return full_title(place) if place else _("a place no longer in use")


def days(first: date, last: date) -> str:
    """1 – 25 Nov 2026, 2026年11月1日至25日; one day alone as one."""
    if (get_language() or "").startswith("en"):
        end = f"{last.day} {MONTHS[last.month - 1][:3]} {last.year}"
        if first == last:
            return end
        begin = str(first.day)
        if (first.year, first.month) != (last.year, last.month):
            begin += f" {MONTHS[first.month - 1][:3]}" + (f" {first.year}" if first.year != last.year else "")
        return f"{begin} – {end}"
    begin = f"{first.year}年{first.month}月{first.day}日"
    if first == last:
        return begin
    end = f"{last.day}日" if last.month == first.month else f"{last.month}月{last.day}日"
    return f"{begin}至{end if last.year == first.year else f'{last.year}年{last.month}月{last.day}日'}"


def month(first: date) -> str:
    if (get_language() or "").startswith("en"):
        return f"{MONTHS[first.month - 1]} {first.year}"
    return f"{first.year}年{first.month}月"


def share(p: float) -> str:
    """p as people say it, with the figure: 1 in 250 (p = 0.004)."""
    if p >= 0.2:
        return f"p = {p:.2f}"
    figure = f"{p:.4f}".rstrip("0") if p < 0.01 else f"{p:.3f}".rstrip("0")
    return _("1 in %(times)s (p = %(p)s)") % {"times": f"{round(1 / p):,}", "p": figure}


def grounds(unit: str, number: int) -> str:
    if unit == Unit.CELL:
        return ngettext("%(number)s grid cell", "%(number)s grid cells", number) % {"number": number}
    return ngettext("%(number)s building", "%(number)s buildings", number) % {"number": number}


def title(seen: Seen, unit: str) -> str:
    """The place with the most of it, and how many there are beside."""
    units = seen.finding.facts.get("units", [])
    name = place_title(seen.finding.place_path)
    if len(units) < 2:
        return name
    return _("%(place)s and %(others)s around") % {"place": name, "others": grounds(unit, len(units) - 1)}


# --- what it means, and how sure that is


@dataclass(frozen=True)
class Said:
    """meaning, sure: sentences.  doubtful: it may well be chance."""

    meaning: str
    sure: str
    doubtful: bool = False


def said(seen: Seen, question: Question, facts: dict[str, Any]) -> Said:
    """What is said of one finding of a question. facts: those of the whole answer."""
    return SAYING[Method(question.method)](seen, question, facts)


def _number(seen: Seen) -> str:
    """12 cases, 3 alarms: what the list behind a finding holds."""
    parts = []
    if seen.cases:
        parts.append(ngettext("%(number)s case", "%(number)s cases", seen.cases) % {"number": seen.cases})
    if seen.alarms:
        parts.append(ngettext("%(number)s alarm", "%(number)s alarms", seen.alarms) % {"number": seen.alarms})
    if seen.hazards:
        parts.append(ngettext("%(number)s hazard", "%(number)s hazards", seen.hazards) % {"number": seen.hazards})
    return _(" and ").join(parts)


def _gi_star(seen: Seen, question: Question, facts: dict[str, Any]) -> Said:
    own = seen.finding.facts
    ground = grounds(question.unit, len(own["units"]))
    if len(own["units"]) == 1:
        meaning = _("%(number)s here, and much around it too. A place on this ground has %(expected)s on average.")
    else:
        meaning = _(
            "%(number)s at %(ground)s close together. "
            "As many places anywhere on this ground have %(expected)s on average."
        )
    meaning %= {"number": _number(seen), "ground": ground, "expected": own["expected"]}
    sure = _(
        "Where the same numbers are dealt out at random, a neighbourhood is as full as its fullest here in "
        "%(share)s. Of all findings of this kind on the page, %(q)s %% at most are false on average."
    ) % {"share": share(own["p"]), "q": f"{max(own['q'] * 100, 0.1):.1f}"}
    return Said(meaning, sure)


def _scan(seen: Seen, question: Question, facts: dict[str, Any]) -> Said:
    own = seen.finding.facts
    meaning = _(
        "%(number)s from %(days)s at %(ground)s close together, where %(expected)s were to be expected from how busy "
        "these places are otherwise, and these days elsewhere."
    ) % {
        "number": _number(seen), "days": days(seen.finding.first, seen.finding.last),
        "ground": grounds(question.unit, len(own["units"])), "expected": own["expected"],
    }  # fmt: skip
    sure = _(
        "All places, sizes and spans of time were tried. With the days dealt out anew %(draws)s times, the most "
        "striking of all was as striking as this in %(share)s."
    ) % {"draws": facts["draws"], "share": share(own["p"])}
    return Said(meaning, sure)


def _clusters(seen: Seen, question: Question, facts: dict[str, Any]) -> Said:
    own = seen.finding.facts
    meaning = _(
        "%(number)s from %(days)s, each with four others at least within %(radius)s metres and %(within)s days of it, "
        "or beside one that has."
    ) % {
        "number": _number(seen), "days": days(seen.finding.first, seen.finding.last),
        "radius": round(facts["radius"]), "within": round(facts["days"]),
    }  # fmt: skip
    sure = _("With the days dealt out anew %(draws)s times, the largest cluster was as large as this in %(share)s.") % {
        "draws": facts["draws"],
        "share": share(own["p"]),
    }
    return Said(meaning, sure, doubtful=own["p"] > SURE)


def _density(seen: Seen, question: Question, facts: dict[str, Any]) -> Said:
    own = seen.finding.facts
    meaning = _(
        "%(number)s here. Around it, near ones counting more, that makes %(density)s on a hectare; over the whole "
        "ground it is %(mean)s."
    ) % {"number": _number(seen), "density": own["density"], "mean": own["mean"]}
    return Said(meaning, "")


SAYING = {
    Method.GI_STAR: _gi_star,
    Method.SCAN: _scan,
    Method.CLUSTERS: _clusters,
    Method.DENSITY: _density,
}


def not_said(method: str) -> Sequence[str]:
    """What none of the findings says; the same stands beside each answer."""
    found = [
        _("Reports are not events: where people report more, more is counted. Where nobody reports, nothing shows."),
        _("Numbers are not divided by how many people live there. A large building has more of everything."),
        _("It does not say why, and it says nothing about any person who lives there."),
    ]
    own = {
        Method.GI_STAR: _("It does not say when in these days it was: it may be over."),
        Method.SCAN: _("A place that is always busy is no finding here; Gi* and density show those."),
        Method.CLUSTERS: _("A cluster may be one trouble that many reported."),
        Method.DENSITY: _(
            "Density says where there is much, and not whether chance would do as much; Gi* says that. Where buildings "
            "stand close, it is higher without anybody reporting more."
        ),
    }
    return [*found, own[Method(method)]]


def nothing_found(question: Question, facts: dict[str, Any]) -> str:
    """What it means that there is no finding."""
    if not facts.get("events"):
        return _("Nothing came in on these days that could be counted.")
    if question.method == Method.SCAN and facts.get("strongest") is not None:
        return _("Nothing stands out: the most striking place and time is such as chance gives in %(share)s.") % {
            "share": share(facts["strongest"])
        }
    return _("Nothing stands out beyond what chance gives, or it is fewer than five at one place.")


# --- hazard levels and charts


def level_title(level: str) -> str:
    return {
        "high": pgettext("hazard level", "high"),
        "raised": pgettext("hazard level", "raised"),
        "low": pgettext("hazard level", "low"),
    }[level]


def reason(parts: Sequence[Sequence[Any]]) -> str:
    """Why a building comes first, in the words of its heaviest parts."""
    heaviest = [
        _("%(number)s × %(what)s") % {"number": number, "what": code_title(source, code)}
        for source, code, number, _weight in parts[:3]
    ]
    return ", ".join(heaviest)


def chart_said(seen: Seen, question: Question, facts: dict[str, Any]) -> str:
    """One unusual point of a chart."""
    own, span = seen.finding.facts, days(seen.finding.first, seen.finding.last)
    words = {"days": span, "number": _number(seen), "expected": own["expected"], "upper": f"{own['upper']:g}"}
    if question.method in (ChartMethod.COUNT, ChartMethod.RATE):
        return _("%(days)s: %(number)s, where %(expected)s are usual.") % words
    return (
        _("%(days)s: %(number)s, where %(expected)s are usual; together with the points before it is too much.") % words
    )


def small(number: int) -> str:
    return f"{number:,}" if number >= FEWEST or number == 0 else "<5"


ALL = _lazy("All cases")


def chart_explained(question: Question) -> str:
    """What a chart of this method looks for."""
    return {
        ChartMethod.COUNT: _("Each point by itself: is it more than chance and season explain?"),
        ChartMethod.RATE: _("Each point by itself, as cases a day, so that long and short months compare."),
        ChartMethod.EWMA: _(
            "A mean that forgets slowly: it finds a small change that lasts. Drawn in standard deviations."
        ),
        ChartMethod.CUSUM: _(
            "What comes in beyond the usual, added up: it finds a lasting rise soonest. Drawn in standard deviations."
        ),
    }[ChartMethod(question.method)]


def usual_words(facts: dict[str, Any], question: Question) -> list[str]:
    """What is usual on this chart, and how rarely it calls for nothing."""
    names = {"weekday": _("the weekday"), "month": _("the month of the year")}
    seasons = _(" and ").join(names[each] for each in facts["seasons"])
    found = [
        _("What is usual is told by the first %(baseline)s of %(steps)s points.") % facts,
        _("Taken out: %(seasons)s.") % {"seasons": seasons}
        if seasons
        else _("No season is taken out yet: it must be seen twice around first."),
        _("If nothing changed, a false call would come once in %(run_length)s points on average.")
        % {"run_length": f"{facts['run_length']:,}"},
    ]
    if facts["spread"] > 1.1:
        found.append(
            _("The numbers vary %(spread)s times as much as pure chance; the bounds are wider for that.") % facts
        )
    return found


def chart_rows(points: Sequence[Sequence[Any]], question: Question) -> list[dict[str, Any]]:
    """The last thirty points for the table, the newest first; numbers below five are not shown."""
    found = []
    for day, count, expected, statistic, lower, upper, mark in list(points)[:-31:-1]:
        few = 0 < count < FEWEST
        found.append(
            {
                "day": days(date.fromisoformat(day), date.fromisoformat(day)), "count": small(int(count)),
                "expected": f"{expected:.1f}", "bounds": f"{lower:g} – {upper:g}",
                "statistic": "–" if few else f"{statistic:.2f}",
                "mark": mark,
            }
        )  # fmt: skip
    return found
