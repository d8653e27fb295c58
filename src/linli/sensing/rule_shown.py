"""Rules at work, made ready for their pages: in words, and with what may be done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext, override, pgettext
from django.utils.translation import gettext as _

from linli.cases.domain.catalogue import catalogue
from linli.people.enums import OrganisationKind, Role
from linli.people.models import AdminAct
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title
from linli.procedures.sentences import duration, law_of, title_of
from linli.sensing.domain.backtest import Backtest, Calls
from linli.sensing.domain.rule_queries import Line, RulePage
from linli.sensing.domain.rule_words import Vocabulary, sentences, span
from linli.sensing.enums import Grade, RuleStatus
from linli.sensing.models import RuleVersion

TONES: dict[str, str] = {
    RuleStatus.DRAFT: "new",
    RuleStatus.DRY: "waiting",
    RuleStatus.LIVE: "done",
    RuleStatus.ENDED: "off",
}
LANGUAGES = (("zh-hans", "中文"), ("en", "English"))
FIELDS = {
    "title": gettext_lazy("What is it called?"),
    "title_en": gettext_lazy("The same in English"),
    "explain": gettext_lazy("What is watched, who comes, and what is not done"),
    "explain_en": gettext_lazy("The same in English"),
    "basis": gettext_lazy("Legal basis"),
    "assumed": gettext_lazy("That this basis fits is only assumed"),
    "review_months": gettext_lazy("Looked at again after how many months?"),
    "then.klass": gettext_lazy("Class of the case it opens"),
    "then.case_grade": gettext_lazy("The case begins at"),
    "then.urgent": gettext_lazy("The case is urgent"),
    "then.confirm": gettext_lazy("Somebody looks at it before anybody is sent"),
    "then.recipients": gettext_lazy("Who is sent there?"),
    "then.helpers": gettext_lazy("Who is asked to help?"),
    "then.answer_within": gettext_lazy("Who is called answers within how many seconds?"),
    "rule.select.types": gettext_lazy("At which devices?"),
    "rule.select.sites": gettext_lazy("At which kind of spot?"),
    "rule.select.places": gettext_lazy("Where?"),
    "rule.select.properties": gettext_lazy("What is looked at?"),
    "rule.grade": gettext_lazy("How loud?"),
    "rule.suppress": gettext_lazy("Call again for the same trouble after"),
    "rule.clear": gettext_lazy("Over after so much quiet"),
}


@dataclass(frozen=True)
class Step:
    """Something that may be done with a version: its name in the address, and the words of the button."""

    name: str
    words: str


def steps_of(version: RuleVersion, *, may_write: bool) -> list[Step]:
    """What the person may do with a version."""
    if not may_write:
        return []
    words = {
        "try": _("Try it beside"),
        "on": _("Switch it on"),
        "end": _("End it"),
        "back": _("Go back to this version"),
    }
    names = {
        RuleStatus.DRAFT: ("try", "on", "end"), RuleStatus.DRY: ("on", "end"), RuleStatus.LIVE: ("end",),
        RuleStatus.ENDED: ("back",),
    }[RuleStatus(version.status)]  # fmt: skip
    return [Step(name, words[name]) for name in names]


def explanation(content: Mapping[str, Any]) -> str:
    english = (get_language() or "").startswith("en")
    return str((content.get("explain_en") if english else "") or content.get("explain", ""))


def in_both(mapping: Mapping[str, Any]) -> list[tuple[str, str, list[str]]]:
    """What a rule says, in both languages: (code, name of the language, sentences)."""
    found = []
    for code, name in LANGUAGES:
        with override(code):
            found.append((code, name, sentences(mapping)))
    return found


def who_words(then: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Who gets it, in what order and in what time."""
    if then.get("care"):
        return [(_("Who is called"), _("only the contact named in the consent"))]
    if not then.get("klass"):
        return [(_("Who is called"), _("nobody; it is only noted"))]
    klass = catalogue().named(then["klass"])
    rows = [(_("Case"), _case_words(then, klass.title if klass else then["klass"]))]
    if then.get("confirm"):
        rows.append((_("First"), _("the duty officer looks at it and decides who is sent")))
    rows.append((_("Who is sent"), _people(then.get("recipients", []))))
    if then.get("helpers"):
        rows.append((_("Who helps"), _people(then["helpers"], between=pgettext("between parts of a list", ", "))))
    answer = span(then.get("answer_within", 60) * 1_000_000)
    rows.append((_("Answers within"), _("%(time)s, then the next one is called") % {"time": answer}))
    return [*rows, (_("Police"), _("only when a member of staff has looked and asks them"))]


def _case_words(then: Mapping[str, Any], title: str) -> str:
    words = {"klass": title, "grade": Grade(then.get("case_grade", Grade.WARNING)).label}
    if then.get("urgent"):
        return _("%(klass)s, urgent; from the grade “%(grade)s” on") % words
    return _("%(klass)s; from the grade “%(grade)s” on") % words


def _people(rows: Iterable[Mapping[str, Any]], *, between: str | None = None) -> str:
    """Whom rows call: one after the other, or with what stands between them."""
    said = []
    for row in rows:
        role = str(Role(row["role"]).label)
        kind = row.get("kind", "")
        if kind == OrganisationKind.RESIDENT_UNIT and row["role"] == Role.DEPARTMENT_HANDLER:
            role, kind = _("mini fire station"), ""
        name = f"{role} ({OrganisationKind(kind).label})" if kind else role
        said.append(_("%(name)s on duty") % {"name": name} if row.get("duty", True) else name)
    return (_(", then ") if between is None else between).join(said) or _("nobody")


def law_words(page: RulePage) -> tuple[str, str]:
    """The rule of the lawbook by law and article, and what it says."""
    law = page.law
    if law is None:
        return "", ""
    named = (
        _("%(law)s, art. %(article)s") % {"law": law_of(law), "article": law.article} if law.article else law_of(law)
    )
    english = (get_language() or "").startswith("en")
    return f"{title_of(law)} · {named}", law.text_en if english else law.text_zh


def limit_words(page: RulePage) -> str:
    return duration(page.limit.amount, page.limit.kind) if page.limit else ""


def change_words(changes: Iterable[tuple[str, Any, Any]]) -> list[dict[str, str]]:
    """What a version changed, in the words of the form."""
    return [
        {"label": str(FIELDS.get(name, name)), "before": _value(before), "after": _value(after)}
        for name, before, after in changes
    ]


def _value(value: Any) -> str:
    if value is None or value in ("", []):
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        if all(isinstance(each, Mapping) and "role" in each for each in value):
            return _people(value)
        return ", ".join(map(str, value))
    return str(value)


def line_words(line: Line, vocabulary: Vocabulary) -> dict[str, Any]:
    """A rule in the list."""
    figures = line.figures
    return {
        "line": line, "tone": TONES[line.shown.status], "says": sentences(line.shown.content["rule"], vocabulary)[0],
        "precision": "" if figures.precision is None else f"{figures.precision} %",
        "to_hand": short(figures.to_hand),
    }  # fmt: skip


def short(wait: timedelta | None) -> str:
    """A wait in minutes and seconds: 1:20."""
    if wait is None:
        return ""
    minutes, seconds = divmod(round(wait.total_seconds()), 60)
    return f"{minutes}:{seconds:02}"


def act_words(each: AdminAct) -> str:
    """Who did it: the post, or that it happened by itself."""
    return each.post.title if each.post else _("by itself")


# --- a backtest


def told(asked: Backtest) -> list[str]:
    """What would have happened, in sentences."""
    if asked.tried is None:
        return []
    said = [_in_sum(asked.tried, asked.days)]
    if asked.tried.top and asked.tried.total > 1:
        path, number = asked.tried.top
        said.append(_("%(n)s of them at %(place)s.") % {"n": number, "place": place_words(path)})
    if asked.live is not None:
        said.append(_beside(asked.tried, asked.live))
    return said


def _in_sum(calls: Calls, days: int) -> str:
    if not calls.total:
        return _("In the last %(days)d days it would not have called at all.") % {"days": days}
    words = {"days": days, "n": calls.total, "troubles": calls.troubles}
    said = ngettext(
        "In the last %(days)d days it would have called %(n)d time.",
        "In the last %(days)d days it would have called %(n)d times, for %(troubles)d separate troubles.",
        calls.total,
    )
    return said % words


def _beside(tried: Calls, live: Calls) -> str:
    words = {"number": live.number, "n": live.total, "more": abs(tried.total - live.total)}
    if tried.total == live.total:
        return _("Version %(number)d, which is at work, would have called just as often.") % words
    if tried.total > live.total:
        return _("Version %(number)d, which is at work, would have called %(n)d times: %(more)d fewer.") % words
    return _("Version %(number)d, which is at work, would have called %(n)d times: %(more)d more.") % words


def place_words(path: str) -> str:
    places = tree().above(path)
    return full_title(places[-1]) if places else _("a place that is gone")


def by_place(asked: Backtest) -> Sequence[tuple[str, int, int]]:
    """(place, calls of the version tried, calls of the one at work), most calls first."""
    tried = asked.tried.by_place if asked.tried else {}
    live = asked.live.by_place if asked.live else {}
    paths = sorted({*tried, *live}, key=lambda path: (-tried.get(path, 0), -live.get(path, 0), path))
    return [(place_words(path), tried.get(path, 0), live.get(path, 0)) for path in paths]
