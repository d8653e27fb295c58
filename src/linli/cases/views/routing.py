"""The rules that route: the list in their order, and the page on which one is changed and tried on past cases."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.cases.domain.conditions import read_conditions
from linli.cases.domain.queries import classes
from linli.cases.domain.rulebook import Moved, dry_run, rule_named, rules_in_force, save_rule, versions_of
from linli.cases.enums import Grade, Hotline, Source
from linli.cases.forms_classes import TIMES, RuleForm, open_organisations, rule_initial
from linli.cases.models import RoutingRule
from linli.cases.views.answers import basis_words
from linli.cases.views.classes import kept_values, second_words
from linli.core.access import needs
from linli.core.errors import Conflict, Invalid
from linli.people.enums import Role
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title


@needs("cases.classes")
def rules(request: Request) -> HttpResponse:
    """Every rule in a sentence, in the order in which they are asked."""
    return render(request, "cases/staff/rules.html", {"rows": [_row(rule) for rule in rules_in_force()]})


def _row(rule: RoutingRule) -> dict[str, Any]:
    return {"rule": rule, "when": when_words(rule), "then": then_words(rule), "basis": basis_words(rule.basis)}


def when_words(rule: RoutingRule) -> list[str]:
    """The conditions of a rule, a phrase for each."""
    asked = read_conditions(rule.conditions)
    titles = {klass.code: klass.title for klass in classes()}
    either = _(" or ")
    parts = {
        _("class"): either.join(titles.get(code, code) for code in asked.classes),
        _("place"): either.join(_place(path) for path in asked.places),
        _("source"): either.join(str(Source(source).label) for source in asked.sources),
        _("time"): either.join(str(TIMES[time]) for time in asked.times),
        _("words"): either.join(" + ".join(words) for words in asked.words),
    }
    return [f"{name}: {said}" for name, said in parts.items() if said] or [_("always")]


def _place(path: str) -> str:
    known = tree().by_path.get(path)
    return known.title if known else _("a place that is gone")


def then_words(rule: RoutingRule) -> list[str]:
    """What a rule does, a phrase for each."""
    target = rule.post or rule.organisation
    to = target.title if target else str(Role(rule.role).label) if rule.role else ""
    parts = {
        _("to"): to,
        _("grade"): str(Grade(rule.grade).label) if rule.grade else "",
        _("hotline"): str(Hotline(rule.hotline).label) if rule.hotline else "",
    }
    return [f"{name}: {said}" for name, said in parts.items() if said]


@needs("cases.classes")
def new_rule(request: Request) -> HttpResponse:
    """Add a rule."""
    return _edit(request, None)


@needs("cases.classes")
def edit_rule(request: Request, code: str) -> HttpResponse:
    """Change a rule. `?from=2` starts with version 2."""
    return _edit(request, rule_named(code))


def _edit(request: Request, rule: RoutingRule | None) -> HttpResponse:
    """The form; when it is sent what it would have done to past cases; then on or off."""
    past = versions_of(rule.code) if rule else []
    asked = request.GET.get("from", "")
    shown = next((each for each in past if str(each.version) == asked), rule)
    start = {**rule_initial(shown), "version": rule.version} if rule and shown else {"version": 0, "order": 500}
    form = _form(request.POST or None, start, rule)
    told, status = "", 200
    if request.method == "POST" and form.is_valid() and "again" not in request.POST:
        try:
            if "confirm" in request.POST:
                return _save(request, form, rule)
            return _try(request, form, rule)
        except Invalid as wrong:
            carry_over(wrong, form)
        except Conflict as second:
            told, status = second_words(second), 409
            now = rule_named(rule.code) if rule else None
            typed = {name: value for name, value in form.cleaned_data.items() if name not in ("action", "version")}
            form = _form(None, {**typed, "version": now.version if now else 0}, rule)
    context = {"form": form, "rule": rule, "versions": past, "told": told, "asked": asked}
    return render(request, "cases/staff/rule_form.html", context, status=422 if form.errors else status)


def _form(posted: Any, start: dict[str, Any], rule: RoutingRule | None) -> RuleForm:
    form = RuleForm(posted, initial=start, classes=classes(), organisations=open_organisations())
    if rule is not None:
        del form.fields["code"]
    return form


def _code(form: RuleForm, rule: RoutingRule | None) -> str:
    return rule.code if rule else form.cleaned_data["code"]


def _save(request: Request, form: RuleForm, rule: RoutingRule | None) -> HttpResponse:
    given = form.cleaned_data
    on = request.POST["confirm"] == "on"
    save_rule(
        code=_code(form, rule), version=given["version"], content=form.content(), on=on, by=request.by,
        at=timezone.now(), action=given["action"],
    )  # fmt: skip
    messages.success(request, _("Saved and on.") if on else _("Saved, and off."))
    return redirect("cases:rules")


def _try(request: Request, form: RuleForm, rule: RoutingRule | None) -> HttpResponse:
    if rule is not None and form.cleaned_data["version"] != rule.version:
        raise Conflict(current=rule)
    tried = dry_run(code=_code(form, rule), content=form.content(), viewer=request.viewer, at=timezone.now())
    row = form.content().as_row(_code(form, rule))
    context = {
        "rule": row,
        "when": when_words(row),
        "then": then_words(row),
        "looked": tried.looked,
        "moved": [_moved(each) for each in tried.moved],
        "kept": kept_values(request),
    }
    return render(request, "cases/staff/rule_preview.html", context)


def _moved(moved: Moved) -> dict[str, Any]:
    """A past case, and what would have been another thing; its text is not needed for that."""
    case, before, after = moved.case, moved.before, moved.after
    pairs = [
        (before.post.title, after.post.title) if before.post.pk != after.post.pk else None,
        (before.grade.label, after.grade.label) if before.grade != after.grade else None,
        (_hotline(before.hotline), _hotline(after.hotline)) if before.hotline != after.hotline else None,
    ]
    place = case.procedure.place
    return {
        "number": case.procedure.number,
        "title": case.klass.title if case.klass else _("not yet filed"),
        "place": full_title(place) if place else "",
        "opened": case.procedure.opened,
        "pairs": [pair for pair in pairs if pair],
    }


def _hotline(kind: str) -> str:
    return str(Hotline(kind).label) if kind else _("none")
