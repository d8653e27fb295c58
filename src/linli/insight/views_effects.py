"""Did it help? The register of dated actions, each action's answer, and the cases that were counted."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.cases.views.desk import lines
from linli.core.access import needs
from linli.core.errors import Invalid, NotFound
from linli.insight import effect_words, words
from linli.insight.domain import actions, effects
from linli.insight.domain.guard import is_few
from linli.insight.effect_chart import chart
from linli.insight.forms_effects import RegisterForm, WithdrawForm
from linli.insight.models_actions import Counted
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.places.domain.queries import full_title

SHOWN = 40  # actions whose answers the register works out


@needs("insight.effects")
@require_safe
def register(request: Request) -> HttpResponse:
    """Every action with its answer in one sentence, the newest first."""
    today = timezone.localdate()
    rows = []
    for action in actions.actions()[:SHOWN]:
        answer = None if action.withdrawn_at else effects.answer(action, today, exact=False, whose=request.viewer)
        rows.append(
            {
                "action": action,
                "place": full_title(action.place),
                "day": words.one_day(action.day),
                "what": effect_words.what(action),
                "hoped": effect_words.hoped(action),
                "said": effect_words.headline(answer) if answer else "",
                "verdict": effect_words.verdict(answer) if answer else (_("withdrawn"), "off"),
            }
        )
    return render(request, "insight/effects/register.html", {"rows": rows})


@needs("insight.effects")
@require_safe
def action(request: Request, key: UUID) -> HttpResponse:
    """One action: the drawing, the answer in words, what weakens it, and the numbers."""
    found = actions.action_named(key)
    exact = effects.browses(found, request.viewer)
    context: dict[str, Any] = {
        "action": found,
        "place": full_title(found.place),
        "estates": [each.title for each in found.estates.all()],
        "day": words.one_day(found.day),
        "what": effect_words.what(found),
        "hoped": effect_words.hoped(found),
        "may_withdraw": found.withdrawn_at is None and request.user.has_perm("insight.actions"),
        "beside": actions.beside(found),
    }
    if found.withdrawn_at is None:
        answer = effects.answer(found, timezone.localdate(), exact=exact, whose=request.viewer)
        context |= _told(answer, exact=exact)
    return render(request, "insight/effects/action.html", context)


def _told(answer: effects.Answer, *, exact: bool) -> dict[str, Any]:
    whole, compared = answer.whole, answer.compared
    return {
        "answer": answer,
        "exact": exact,
        "drawing": chart(answer),
        "said": effect_words.headline(answer),
        "verdict": effect_words.verdict(answer),
        "alone": effect_words.told(whole.ratio) if whole else effect_words.too_little(answer),
        "turn": effect_words.turn(answer),
        "without_peak": effect_words.told(whole.without_peak) if whole and whole.without_peak else "",
        "beside_rest": effect_words.told(answer.compared_rest.ratio) if answer.compared_rest else "",
        "beside_said": effect_words.told(compared.ratio) if compared else effect_words.ALONE[answer.alone],
        "placebos": effect_words.placebos(answer) if compared and compared.placebos else "",
        "cautions": effect_words.cautions(answer),
        "not_shown": effect_words.not_shown(answer),
        "step": effect_words.STEPS[answer.step],
        "days": effect_words.days(answer),
        "table": [_row(answer, block, exact=exact) for block in reversed(answer.blocks)],
        "sums": [_sum(number, exact=exact) for number in (answer.before, answer.after)],
        "untreated": [each.title for each in answer.untreated],
    }


def _sum(number: float, *, exact: bool) -> str:
    return words.HIDDEN if is_few(round(number)) and not exact else f"{number:,.0f}"


def _row(answer: effects.Answer, block: effects.Block, *, exact: bool) -> dict[str, Any]:
    is_listed = exact and answer.action.counted == Counted.CASES and block.count
    asked = urlencode({"first": block.first.isoformat(), "last": block.last.isoformat()})
    return {
        "days": words.days(block.first, block.last),
        "after": block.after,
        "count": words.HIDDEN if block.count is None else f"{block.count:,.0f}",
        "url": f"{reverse('effects:cases', args=[answer.action.key])}?{asked}" if is_listed else "",
        "expected": "" if block.expected is None else f"{block.expected:,.1f}",
        "between": "" if block.low is None else f"{block.low:,.1f} – {block.high:,.1f}",
    }


@needs("insight.effects")
@require_safe
def cases(request: Request, key: UUID) -> HttpResponse:
    """The cases that a period of an action's series counts."""
    found = actions.action_named(key)
    first, last = _day(request.GET.get("first")), _day(request.GET.get("last"))
    if found.counted != Counted.CASES or first is None or last is None:
        raise NotFound
    number, page = effects.listed(found, request.viewer, first, last, after=request.GET.get("after"))
    context = {
        "action": found, "what": effect_words.what(found), "number": number, "lines": lines(page.rows),
        "page": page, "days": words.days(first, last),
    }  # fmt: skip
    return render(request, "insight/effects/cases.html", context)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


@needs("insight.actions")
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Write down an action before looking at its numbers."""
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.register_action(by=request.by, at=timezone.now(), **form.arguments())
        except Invalid as told:
            carry_over(told, form)
        else:
            messages.success(request, _('"%(title)s" is in the register.') % {"title": made.name})
            return redirect("effects:action", made.key)
    status = 422 if form.is_bound else 200
    return render(request, "insight/effects/new.html", {"form": form}, status=status)


@needs("insight.actions")
@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request: Request, key: UUID) -> HttpResponse:
    """Take an action back; it stays in the register with the reason."""
    found = actions.action_named(key)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_action(
                action=found, because=form.cleaned_data["because"], by=request.by, at=timezone.now()
            )
        except Invalid as told:
            carry_over(told, form)
        else:
            messages.success(request, _('"%(title)s" is withdrawn.') % {"title": found.name})
            return redirect("effects:action", found.key)
    status = 422 if form.is_bound else 200
    return render(request, "insight/effects/withdraw.html", {"form": form, "action": found}, status=status)
