"""The duty phone, the list of what calls, an episode's page; and what they add to the page of a case."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.cases.models import Case
from linli.cases.panels import Panel
from linli.cases.sentences import STATES, TONES
from linli.cases.views.move_table import STEPS, Asked, Step
from linli.core.access import needs
from linli.core.errors import Conflict
from linli.core.keeping import never_keep
from linli.core.standing import Standing
from linli.people.actors import Actor
from linli.people.middleware import Request
from linli.places.domain.queries import full_title
from linli.places.models import Place
from linli.sensing.domain import alert_queries as queries
from linli.sensing.domain.alert_queries import OnPhone, Sheet
from linli.sensing.domain.calls import answer_call, arrival_limit, arrive
from linli.sensing.domain.case_words import basis_of, why_of
from linli.sensing.domain.device_queries import reach_of
from linli.sensing.domain.judging import hand_in_judged, judge_episode
from linli.sensing.enums import Grade, Verdict
from linli.sensing.evidence_chart import evidence_chart
from linli.sensing.forms_alerts import AlertFilterForm, HandInJudgedForm
from linli.sensing.models import Call, Episode, RuleVersion

GRADE_TONES = {Grade.NOTICE.value: "off", Grade.WARNING.value: "waiting", Grade.ALARM.value: "late"}


@dataclass(frozen=True)
class PhoneCall:
    """One call as the duty phone shows it: what, where, why, the law, the clock, and the one thing to do next."""

    row: OnPhone
    what: str
    where: str
    spot: str
    way: str
    why: str
    law: str
    tone: str
    state: str
    number: str
    taken_by: str
    answer_by: datetime | None
    there_by: datetime
    took: timedelta | None
    hand_in: str
    verdicts: Any
    danger: str


@needs("sensing.phone")
def phone(request: Request) -> HttpResponse:
    """The duty phone of one's post: what calls it now, in large letters."""
    rows = [_on_phone(row) for row in queries.on_phone(request.viewer.posts[0])]
    context = {
        "rows": rows,
        "ringing": sum(row.row.state == "ring" for row in rows),
        "post": request.viewer.posts[0],
        "now": timezone.now(),
    }
    return never_keep(render(request, "sensing/phone.html", context))


def _on_phone(row: OnPhone) -> PhoneCall:
    case, episode, device = cast("Case", row.episode.case), row.episode, row.episode.device
    began = row.call.called_at if row.call else case.procedure.opened
    number = case.procedure.number
    return PhoneCall(
        row=row,
        what=row.version.title,
        where=_where(case.procedure.place),
        spot=case.where,
        way=f"geo:{device.lat},{device.lon}" if device and device.lat is not None else "",
        why=why_of(row.version),
        law=basis_of(row.version),
        tone=GRADE_TONES[episode.grade],
        state=str(STATES[case.procedure.state]),
        number=number,
        taken_by=row.answered.post.title if row.answered else "",
        answer_by=row.call.answer_by if row.call else None,
        there_by=began + arrival_limit(),
        took=row.there_at - began if row.there_at else None,
        hand_in=reverse("cases:move", args=[number, "hand_in"]) if case.procedure.state == "handling" else "",
        verdicts=Verdict.choices if not hasattr(episode, "judgement") else (),
        danger=case.klass.elsewhere_text if case.klass and case.klass.danger and row.state in ("ring", "going") else "",
    )


def _where(place: Place | None) -> str:
    return full_title(place) if place else _("place not known")


@needs("sensing.phone")
@require_POST
def go(request: Request, pk: int) -> HttpResponse:
    """I am going."""
    call = get_object_or_404(Call.objects.select_related("post"), pk=pk, post__in=request.viewer.posts)
    try:
        answer_call(call=call, by=request.by, at=timezone.now())
    except Conflict as told:
        messages.warning(request, told.message)
    return redirect("sensing:phone")


@needs("sensing.phone")
@require_POST
def there(request: Request, pk: int) -> HttpResponse:
    """I am there."""
    arrive(episode=_episode(pk), by=request.by, at=timezone.now())
    return redirect("sensing:phone")


@needs("sensing.phone")
@require_POST
def judge(request: Request, pk: int) -> HttpResponse:
    """What was found, by one tap; from the phone or the page of the case."""
    episode = _episode(pk)
    judge_episode(
        episode=episode, verdict=request.POST.get("verdict", ""), by=request.by, at=timezone.now(),
        action=_action(request),
    )  # fmt: skip
    messages.success(request, _("Thank you. The rule learns from it."))
    case = cast("Case", episode.case)
    return redirect("cases:case", case.procedure.number) if "case" in request.POST else redirect("sensing:phone")


def _episode(pk: int) -> Episode:
    return get_object_or_404(Episode.objects.select_related("case__procedure"), pk=pk, case__isnull=False)


def _action(request: Request) -> UUID:
    try:
        return UUID(request.POST.get("action", ""))
    except ValueError:
        return uuid4()


# --- the list and one episode


@dataclass(frozen=True)
class Row:
    """An episode as the list shows it."""

    episode: Episode
    title: str
    where: str
    tone: str
    state: str
    state_tone: str
    number: str


@needs("sensing.see")
def alerts(request: Request) -> HttpResponse:
    """What devices call for, the loudest first; apart, what versions that are only tried would have called for."""
    dry = request.GET.get("show") == "tried"
    titles = {code: version.title for code, version in _live_versions().items()}
    form = AlertFilterForm(request.GET, below=reach_of(request.viewer.posts[0]), titles=titles)
    page = None if dry else queries.episodes(request.viewer, form.filters(), after=request.GET.get("after", ""))
    context = {
        "form": form,
        "page": page,
        "rows": [_row(one, titles) for one in page.rows] if page else [],
        "tried": queries.tried(request.viewer) if dry else [],
        "dry": dry,
    }
    return render(request, "sensing/alerts.html", context)


def _live_versions() -> dict[str, RuleVersion]:
    """The newest version of each rule, for its title. One statement."""
    rows = RuleVersion.objects.select_related("rule").order_by("rule", "number")
    return {version.rule.code: version for version in rows}


def _row(one: Episode, titles: dict[str, str]) -> Row:
    state = one.case.procedure.state if one.case else ""
    return Row(
        episode=one,
        title=titles.get(one.rule.code, one.rule.code),
        where=" ".join(part for part in (_where(one.place), one.device.spot if one.device else "") if part),
        tone=GRADE_TONES[one.grade],
        state=str(STATES[state]) if state else "",
        state_tone=TONES[state] if state else "",
        number=one.case.procedure.number if one.case else "",
    )


@needs("sensing.see")
def alert(request: Request, pk: int) -> HttpResponse:
    """One episode: the readings, the rule's version, all its alerts, who was called and who answered when."""
    sheet = queries.sheet_for(pk, request.viewer)
    return render(
        request, "sensing/alert.html", {**sheet_context(sheet, request.by), "where": _where(sheet.episode.place)}
    )


def sheet_context(sheet: Sheet, by: Actor) -> dict[str, Any]:
    """What the page of an episode and the panel on the page of a case show alike."""
    episode, version = sheet.episode, sheet.version
    case = episode.case
    return {
        "sheet": sheet,
        "episode": episode,
        "title": version.title if version else episode.rule.code,
        "version": version,
        "why": why_of(version) if version else "",
        "law": basis_of(version) if version else "",
        "tone": GRADE_TONES[episode.grade],
        "chart": evidence_chart(sheet.evidence, at=_shown_at(sheet)),
        "calls": [(call, _standing(call)) for call in sheet.calls],
        "verdicts": Verdict.choices if queries.may_judge(episode, by.post) else (),
        "number": case.procedure.number if case else "",
        "state": STATES[case.procedure.state] if case else "",
        "state_tone": TONES[case.procedure.state] if case else "",
    }


def _shown_at(sheet: Sheet) -> datetime | None:
    """When the alert was given whose readings are drawn: the line in the drawing."""
    return next((one.at for one in sheet.alerts if one.evidence and one.evidence == sheet.evidence), None)


def _standing(call: Call) -> Standing:
    """How a call stands, in words and a shape."""
    if call.answered_at is not None:
        seconds = round((call.answered_at - call.called_at).total_seconds())
        return Standing("ok", "check", _("going, answered after %(n)d s") % {"n": seconds})
    if call.passed_on_at is not None:
        return Standing("late", "stop", _("not answered"))
    return Standing("soon", "phone", _("rings"))


# --- what sensing adds to a case


def case_panel(case: Case, by: Actor) -> Panel | None:
    """The device's call on the page of its case; none where no device of ours called."""
    sheet = queries.sheet_of_case(case)
    if sheet is None:
        return None
    page = "" if sheet.episode.care or not _may_open(by) else reverse("sensing:alert", args=[sheet.episode.pk])
    return Panel("sensing/case_panel.html", {**sheet_context(sheet, by), "page": page})


def _may_open(by: Actor) -> bool:
    """Whether the list of alerts is open to this post at all; others read the panel alone."""
    if by.account is None or by.post is None:
        return False
    by.account.post = by.post
    return by.account.has_perm("sensing.see")


def hand_in_step(case: Case) -> Step | None:
    """Handing in also asks what was found, unless somebody has said it already."""
    episode = Episode.objects.filter(case=case).select_related("judgement").first()
    if episode is None or hasattr(episode, "judgement"):
        return None
    return replace(STEPS["hand_in"], form=_hand_in_form, verb=hand_in_judged)


def _hand_in_form(asked: Asked) -> HandInJudgedForm:
    klass = asked.case.klass
    return HandInJudgedForm(photo_needed=klass is None or klass.photo_needed, **asked.rest)
