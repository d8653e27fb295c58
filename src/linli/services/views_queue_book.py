"""Booking an appointment, one question a page. What was answered lies in the session."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.timezone import now
from django.views.decorators.cache import never_cache

from linli.core import steps
from linli.core.access import public
from linli.core.errors import Invalid
from linli.core.forms import posted
from linli.core.sealed import seal, unseal
from linli.core.steps import show_question
from linli.people.domain.contacts import Contact, read_contact
from linli.people.middleware import Request
from linli.services.domain.hall.booking import Taken, book
from linli.services.domain.hall.codes import code_of
from linli.services.domain.hall.setting import Setting, lines, setting, the_hall
from linli.services.domain.hall.slots import FreeTime, free_days
from linli.services.domain.hall.waiting_list import join
from linli.services.enums import Skill
from linli.services.forms_queue import JoinForm, ReachForm, WhatForm, WhenForm, WhomForm
from linli.services.models import Item
from linli.services.models_queue import Whom

CONTACT = "hall.draft"
STEPS = {"what": 1, "whom": 2, "when": 3, "reach": 4, "check": 5}
DAYS_SHOWN = 12


@dataclass
class Draft(steps.Draft):
    """An appointment while it is asked for. item: a code. contact: sealed, as base64."""

    SESSION = "hall.booking"

    skill: str = ""
    item: str = ""
    whom: str = ""
    need: bool = False
    minute: int = 0
    contact: str = ""

    def set_contact(self, contact: Contact | None) -> None:
        sealed = seal(contact.address, row=self.action, field=CONTACT) if contact else b""
        self.contact = b64encode(sealed).decode()

    def open_contact(self) -> Contact | None:
        return read_contact(unseal(b64decode(self.contact), row=self.action, field=CONTACT)) if self.contact else None

    def item_row(self) -> Item | None:
        return Item.objects.filter(code=self.item, retired_at=None).first() if self.item else None


@public
@never_cache
def what(request: Request) -> HttpResponse:
    """Which matter; `?item=code` of the catalogue answers it."""
    of, draft = setting(the_hall()), Draft.of(request.session)
    item = Item.objects.filter(code=request.GET.get("item", ""), retired_at=None).first()
    if item is not None and item.skill in of.skills():
        draft.skill, draft.item = item.skill, item.code
        draft.keep(request.session)
        return redirect("hall:book_whom")
    form = WhatForm(posted(request), initial={"skill": draft.skill}, lines=lines(of.hall, only=of.skills()))
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["skill"] != draft.skill:
            draft.skill, draft.item, draft.minute = form.cleaned_data["skill"], "", 0
        draft.keep(request.session)
        return redirect("hall:book_whom")
    return _page(request, "what", form, back="hall:home")


@public
@never_cache
def whom(request: Request) -> HttpResponse:
    draft = Draft.of(request.session)
    if not draft.skill:
        return redirect("hall:book")
    form = WhomForm(posted(request), initial={"whom": draft.whom, "need": draft.need})
    if request.method == "POST" and form.is_valid():
        draft.whom, draft.need = form.cleaned_data["whom"], form.cleaned_data["need"]
        draft.keep(request.session)
        return redirect("hall:book_when")
    return _page(request, "whom", form, back="hall:book", item=draft.item_row())


@public
@never_cache
def when(request: Request) -> HttpResponse:
    """A day, and a time of it."""
    draft = Draft.of(request.session)
    if not draft.whom:
        return redirect("hall:book_whom")
    return _when(request, draft, setting(the_hall()))


def _when(request: Request, draft: Draft, of: Setting, *, taken: Taken | None = None) -> HttpResponse:
    days = [] if taken else free_days(of, draft.skill, at=now())  # of many who lose a time each is shown three others
    chosen = _day(request.GET.get("day", ""))
    day = next((each for each in days if each.day == chosen), days[0] if days else None)
    times = list(taken.near) if taken else list(day.times) if day else []
    bound = None if taken else posted(request)
    form = WhenForm(bound, initial={"minute": draft.minute}, times=times)
    if bound is not None and form.is_valid():
        draft.minute = form.cleaned_data["minute"]
        draft.keep(request.session)
        return redirect("hall:book_reach")
    context: dict[str, Any] = {"days": days[:DAYS_SHOWN], "day": day, "taken": taken, "hall": of.hall, "times": times}
    return _page(request, "when", form, back="hall:book_whom", status=409 if taken else 0, **context)


@public
@never_cache
def reach(request: Request) -> HttpResponse:
    draft = Draft.of(request.session)
    if not draft.minute:
        return redirect("hall:book_when")
    form = ReachForm(posted(request))
    if request.method == "POST" and "none" in request.POST:
        draft.set_contact(None)
        draft.keep(request.session)
        return redirect("hall:book_check")
    if request.method == "POST" and form.is_valid():
        draft.set_contact(form.cleaned_data["contact"])
        draft.keep(request.session)
        return redirect("hall:book_check")
    return _page(request, "reach", form, back="hall:book_when")


@public
@never_cache
def check(request: Request) -> HttpResponse:
    """Everything once more; the button books. Who loses the time to somebody else chooses another one at once."""
    draft = Draft.of(request.session)
    if not draft.minute:
        return redirect("hall:book_when")
    of = setting(the_hall())
    if request.method != "POST":
        context: dict[str, Any] = {"draft": draft, "contact": draft.open_contact(), "at": FreeTime(draft.minute, 1).at}
        words: dict[str, Any] = {
            "skill": Skill(draft.skill).label,
            "whom": Whom(draft.whom).label,
            "item": draft.item_row(),
        }
        return _page(request, "check", None, back="hall:book_reach", hall=of.hall, **context, **words)
    if "minute" in request.POST:  # another time, after somebody else had taken the first
        draft.minute = int(request.POST["minute"]) if request.POST["minute"].isdecimal() else draft.minute
        draft.keep(request.session)
    try:
        made = _book(request, of, draft)
    except Taken as taken:
        return _when(request, draft, of, taken=taken)
    Draft.drop(request.session)
    return redirect("hall:mine", code=code_of(made))


def _book(request: Request, of: Setting, draft: Draft) -> UUID:
    """Returns the action, from which the code is made."""
    action = draft.act
    book(
        of=of, skill=draft.skill, minute=draft.minute, whom=draft.whom, need=draft.need, contact=draft.open_contact(),
        item=draft.item_row(), by=request.post, at=now(), action=action,
    )  # fmt: skip
    return action


@public
@never_cache
def wait(request: Request) -> HttpResponse:
    """No time fits: be told when one becomes free."""
    draft, of = Draft.of(request.session), setting(the_hall())
    if not draft.whom:
        return redirect("hall:book")
    today = of.day_of(now())
    form = JoinForm(posted(request), initial={"first": today, "last": today})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            join(
                of=of, skill=draft.skill, first=told["first"], last=told["last"], whom=draft.whom, need=draft.need,
                contact=told["contact"], item=draft.item_row(), at=now(), action=told["action"],
            )  # fmt: skip
        except Invalid as wrong:
            for name, message in wrong.fields.items():
                form.add_error(name, message)
        else:
            Draft.drop(request.session)
            return redirect("hall:mine", code=code_of(told["action"]))
    return _page(request, "wait", form, back="hall:book_when", step="when")


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _page(
    request: Request, name: str, form: Any, *, back: str, step: str = "", status: int = 0, **more: Any
) -> HttpResponse:
    return show_question(
        request, f"services/queue/book_{name}.html", form, step=STEPS[step or name], step_count=len(STEPS),
        back=reverse(back), status=status, **more,
    )  # fmt: skip
