"""Pages of rules at work: the list, one rule, writing a version, trying it on the past, each step with its reason."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.core.access import needs
from linli.core.errors import Conflict, Invalid, NotFound
from linli.people.domain.acts import WORDS
from linli.people.middleware import Request
from linli.sensing import rule_shown as shown
from linli.sensing.domain.backtest import ask_backtest
from linli.sensing.domain.backtest import read as read_backtest
from linli.sensing.domain.instants import instant
from linli.sensing.domain.rule_checks import check_content
from linli.sensing.domain.rule_queries import cases_near, rule_lines, rule_page
from linli.sensing.domain.rule_words import Vocabulary, sentences
from linli.sensing.domain.rulebook import (
    end_version,
    go_back,
    newest_version,
    rule_named,
    seen_to,
    switch_on,
    try_beside,
    version_numbered,
    working_version,
    write_version,
)
from linli.sensing.enums import Grade
from linli.sensing.forms_rules import BacktestForm, ReasonForm, RuleForm, TomlForm, field_of, initial_of
from linli.sensing.models import Rule, RuleVersion
from linli.sensing.rule_toml import write_toml

SHOWN_CALLS = 50
LONGEST_NUMBER = 10  # digits of a version's number in an address


@needs("sensing.rules")
@require_safe
def rules(request: Request) -> HttpResponse:
    """Every rule in a sentence, with how well it calls. `?mine` shows those that one's post answers for."""
    lines = rule_lines(timezone.now())
    post = request.by.post
    mine = [line for line in lines if post is not None and line.rule.owner_id == post.pk]
    only, vocabulary = "mine" in request.GET, Vocabulary()
    context = {
        "rows": [shown.line_words(line, vocabulary) for line in (mine if only else lines)], "only": only,
        "mine": len(mine),
        "asked": [line for line in mine if line.rule.asked_at is not None],
        "may_write": request.user.has_perm("sensing.write_rules"),
    }  # fmt: skip
    return render(request, "sensing/rules/list.html", context)


@needs("sensing.rules")
@require_safe
def rule(request: Request, code: str) -> HttpResponse:
    """One rule: what it says, who gets it, how well it calls, its versions, and what was done to it."""
    page = rule_page(code, timezone.now())
    may_write = request.user.has_perm("sensing.write_rules")
    content = page.line.shown.content
    versions = [
        {
            "version": version, "tone": shown.TONES[version.status],
            "steps": shown.steps_of(version, may_write=may_write),
            "changes": shown.change_words(page.changes.get(version.number, ())),
        }
        for version in page.versions
    ]  # fmt: skip
    context = {
        "page": page, "rule": page.rule, "line": page.line, "tone": shown.TONES[page.line.shown.status],
        "explain": shown.explanation(content), "says": sentences(content["rule"]),
        "who": shown.who_words(content["then"]), "law": shown.law_words(page), "limit": shown.limit_words(page),
        "figures": page.line.figures, "to_hand": shown.short(page.line.figures.to_hand), "versions": versions,
        "acts": [(each, WORDS[each.what], shown.act_words(each)) for each in page.acts], "may_write": may_write,
        "backtests": page.backtests[:5], "may_try": may_write and not page.line.is_care,
    }  # fmt: skip
    return render(request, "sensing/rules/rule.html", context)


@needs("sensing.write_rules")
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    return _write(request, None, {"review_months": 12, "floor": 50}, 0)


@needs("sensing.write_rules")
@never_cache
@require_http_methods(["GET", "POST"])
def write(request: Request, code: str) -> HttpResponse:
    """Write another version of a rule, beginning with one that is there: `?from=3`, or else the newest."""
    rule = rule_named(code)
    newest = newest_version(rule)
    asked = request.GET.get("from", "")
    is_number = asked.isascii() and asked.isdigit() and len(asked) < LONGEST_NUMBER
    start = version_numbered(rule, int(asked)) if is_number else newest
    return _write(request, rule, start.content, newest.number)


def _write(request: Request, rule: Rule | None, content: dict[str, Any], after: int) -> HttpResponse:
    """The form, or the text where the form cannot say it or somebody prefers it; with what it says in words."""
    plain = initial_of(content) if rule else {}
    as_text = "toml" in request.GET or plain is None
    who = {"owner": str(rule.owner_id) if rule else "", "floor": rule.floor if rule else 50, "after": after}
    form: RuleForm | TomlForm
    if as_text:
        start = write_toml(content) if rule else TEMPLATE
        form = TomlForm(request.POST or None, rule=rule, initial=who | {"toml": start})
    else:
        form = RuleForm(
            request.POST or None, rule=rule, initial=who | {n: v for n, v in (plain or {}).items() if v is not None}
        )
    context: dict[str, Any] = {
        "form": form, "rule": rule, "as_text": as_text, "may_form": plain is not None, "told": "", "says": None,
        "heading": _("Write “%(title)s” anew") % {"title": newest_version(rule).title} if rule else _("Write a rule"),
        "back_url": reverse("sensing:rule", args=[rule.code]) if rule else reverse("sensing:rules"),
    }  # fmt: skip
    status = 200
    if request.method == "POST" and form.is_valid():
        made = _take(request, rule, form, context)
        if made is not None:
            messages.success(request, _("Version %(n)d is written. Nobody is called by it yet.") % {"n": made.number})
            return redirect("sensing:rule", made.rule.code)
        status = 409 if context["told"] else 200
    if form.is_bound and form.errors:
        status = 422
    return render(request, "sensing/rules/form.html", context, status=status)


def _take(
    request: Request, rule: Rule | None, form: RuleForm | TomlForm, context: dict[str, Any]
) -> RuleVersion | None:
    """Write the version, or only say what it says; what is wrong stands beside its field."""
    given = form.cleaned_data
    code = rule.code if rule else given["code"]
    try:
        content = form.content()
        check_content(code, content)
        context["says"] = shown.in_both(content["rule"])
        context["who"] = shown.who_words(content["then"])
        if "look" in request.POST:
            return None
        return write_version(
            code=code, after=given["after"], content=content, reason=given["reason"], owner=form.owner_post,
            floor=given["floor"], by=request.by, at=timezone.now(), action=given["action"],
        )  # fmt: skip
    except Invalid as wrong:
        carry_over(wrong, form)
    except Conflict as second:
        current = second.current
        context["told"] = _("Somebody wrote version %(n)d meanwhile. Look at it, then send yours once more.") % {
            "n": current.number
        }
        data = request.POST.copy()
        data["after"] = str(current.number)
        form.data = data
    return None


def carry_over(wrong: Invalid, form: RuleForm | TomlForm) -> None:
    """Show what the domain refused beside the fields of the form; in a text, with the field's name."""
    for name, message in wrong.fields.items():
        field = name if name in form.fields else field_of(name)
        if field in form.fields:
            form.add_error(field, message)
        elif "toml" in form.fields:
            form.add_error("toml", f"{name}: {message}")
        else:
            form.add_error(None, f"{name}: {message}")
    if not wrong.fields:
        form.add_error(None, wrong.message)


TEMPLATE = """title = ""
title_en = ""
explain = ""
explain_en = ""
basis = ""
review_months = 12

[rule]
select = { properties = ["smoke"], types = ["smoke"] }
key = "device"
pattern = { kind = "threshold", op = ">=", grades = { alarm = 10.0 } }
suppress = "10 min"
clear = "15 min"

[then]
klass = "fire"
case_grade = "alarm"
recipients = [{ role = "department_handler", kind = "resident_unit" }]
answer_within = 60
"""

STEPS: dict[str, Callable[..., RuleVersion]] = {"try": try_beside, "on": switch_on, "end": end_version}


@needs("sensing.write_rules")
@never_cache
@require_http_methods(["GET", "POST"])
def turn(request: Request, code: str, number: int, step: str) -> HttpResponse:
    """One step of a version, with the reason."""
    version = version_numbered(rule_named(code), number)
    words = _step_words(step, version)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = {"reason": form.cleaned_data["reason"], "by": request.by, "at": timezone.now()}
        try:
            if step == "back":
                go_back(rule=version.rule, number=number, action=form.cleaned_data["action"], **given)
            else:
                STEPS[step](version=version, **given)
        except Invalid as wrong:
            _tell(wrong, form)
        else:
            messages.success(request, words["done"])
            return redirect("sensing:rule", code)
    return _reason_page(request, form, version, words)


def _tell(wrong: Invalid, form: ReasonForm) -> None:
    """The reason's own fault at its field; any other as it is, for the whole."""
    for name, message in (wrong.fields or {"": wrong.message}).items():
        form.add_error(
            "reason" if name == "reason" else None, message if name in ("", "reason") else f"{name}: {message}"
        )


def _step_words(step: str, version: RuleVersion) -> dict[str, Any]:
    words = {"n": version.number, "title": version.title}
    found = {
        "try": {
            "heading": _("Try version %(n)d beside the one at work?"),
            "lead": _("Its calls are counted on the rule's page. Nobody is sent, and no phone rings."),
            "button": _("Try it beside"), "done": _("It runs beside from now on. Nobody is called by it."),
        },
        "on": {
            "heading": _("Switch on version %(n)d?"),
            "lead": _("Within seconds it calls in the place of the version that is at work. What the rule has seen "
                      "so far is kept."),
            "button": _("Switch it on"), "done": _("It is at work."),
        },
        "end": {
            "heading": _("End version %(n)d?"),
            "lead": _("It calls nobody any more. You can go back to it."),
            "button": _("End it"), "done": _("It has ended."),
        },
        "back": {
            "heading": _("Go back to version %(n)d?"),
            "lead": _("What it says becomes the newest version, and is at work within seconds."),
            "button": _("Go back to this version"), "done": _("It is at work again."),
        },
    }.get(step)  # fmt: skip
    if found is None:
        raise NotFound
    return {name: text % words for name, text in found.items()} | {"grave": step == "end"}


def _reason_page(request: Request, form: ReasonForm, version: RuleVersion, words: dict[str, Any]) -> HttpResponse:
    context = {
        "form": form, "version": version, "back_url": reverse("sensing:rule", args=[version.rule.code]),
        "says": sentences(version.content["rule"]), **words,
    }  # fmt: skip
    return render(request, "sensing/rules/reason.html", context, status=422 if form.errors else 200)


@needs("sensing.write_rules")
@never_cache
@require_http_methods(["GET", "POST"])
def seen(request: Request, code: str) -> HttpResponse:
    """The owner looked at a rule and leaves it as it is."""
    rule = rule_named(code)
    version = working_version(rule)
    words = {
        "heading": _("Leave “%(title)s” as it is?") % {"title": version.title},
        "lead": _("You looked at it. It is asked for again when it was judged anew, or at its next review."),
        "button": _("I looked at it; leave it"), "done": _("Noted."),
    }  # fmt: skip
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        seen_to(rule=rule, reason=form.cleaned_data["reason"], by=request.by, at=timezone.now())
        messages.success(request, words["done"])
        return redirect("sensing:rule", code)
    return _reason_page(request, form, version, words)


@needs("sensing.write_rules")
@never_cache
@require_http_methods(["GET", "POST"])
def backtest(request: Request, code: str, number: int) -> HttpResponse:
    """Have a version tried on the past."""
    version = version_numbered(rule_named(code), number)
    form = BacktestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            asked = ask_backtest(
                version=version, days=given["days"], by=request.by, at=timezone.now(), action=given["action"]
            )
            return redirect("sensing:backtest", code, asked.uuid)
        except Invalid as wrong:
            form.add_error(None, wrong.message)
    words = {
        "heading": _("Try version %(n)d on the past") % {"n": number},
        "lead": _("It runs over what the devices have said. Nobody is called. The care check is never looked at."),
        "button": _("Try it on the past"),
    }  # fmt: skip
    context = {
        "form": form, "version": version, "back_url": reverse("sensing:rule", args=[code]),
        "says": sentences(version.content["rule"]), **words,
    }  # fmt: skip
    return render(request, "sensing/rules/reason.html", context, status=422 if form.errors else 200)


@needs("sensing.rules")
@never_cache
@require_safe
def tried(request: Request, code: str, uuid: UUID) -> HttpResponse:
    """What a version would have called; while it is still worked out, the page asks again."""
    asked = read_backtest(uuid)
    if asked.code != code:
        raise NotFound
    version = version_numbered(rule_named(code), asked.number)
    near = cases_near(asked, request.viewer)
    listed = asked.tried.listed[:SHOWN_CALLS] if asked.tried else []
    calls = [
        {"at": instant(at), "grade": Grade(grade).label, "tone": GRADE_TONES[grade], "place": shown.place_words(path),
         "near": near.get(index)}
        for index, (at, grade, _key, path) in enumerate(listed)
    ]  # fmt: skip
    context = {
        "asked": asked, "version": version, "told": shown.told(asked), "places": shown.by_place(asked)[:20],
        "calls": calls, "became": len({each.case.pk for each in near.values() if each.same}),
        "since": instant(asked.since), "until": instant(asked.until), "rule": version.rule,
        "may_write": request.user.has_perm("sensing.write_rules"),
        "more": asked.tried is not None and asked.tried.total > len(calls),
    }  # fmt: skip
    return render(request, "sensing/rules/backtest.html", context)


GRADE_TONES = {"notice": "new", "warning": "waiting", "alarm": "late"}
