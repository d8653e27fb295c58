"""The catalogue for residents: the hub, one item, the guide of three questions, the sheet for paper."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from linli.core.access import public
from linli.people.middleware import Request
from linli.services.domain.catalogue import Standing, find_items, item_on, items_on
from linli.services.domain.content import Content
from linli.services.domain.guide import what_to_bring
from linli.services.enums import Group, Mode
from linli.services.forms import NO, OTHER, YES, BeforeForm, ChoiceForm, SearchForm, WhoForm
from linli.services.words import bring_title, promise


@public
@require_safe
def catalogue(request: Request) -> HttpResponse:
    """What can be done here: by shelf, or what fits the words typed."""
    today = timezone.localdate()
    asked = bool(request.GET.get("q", "").strip() or request.GET.get("group"))
    form = SearchForm(request.GET if asked else None)
    given = form.cleaned_data if asked and form.is_valid() else {"q": "", "group": ""}
    found = find_items(given["q"], given["group"], today)
    shelves = [
        (group, Group(group).label, [_line(each) for each in found if each.content.group == group])
        for group in Group.values
    ]
    context = {
        "form": form if asked else SearchForm(),
        "asked": asked,
        "shelves": [shelf for shelf in shelves if shelf[2]],
        "found": len(found),
        "count": len(items_on(today)),
    }
    return render(request, "services/catalogue.html", context, status=422 if form.errors else 200)


def _line(each: Standing) -> dict[str, Any]:
    said_already = each.version.days == 0 and each.content.mode == Mode.ON_THE_SPOT  # "done while you wait" says both
    return {
        "code": each.item.code,
        "title": str(each.content.name),
        "mode": "" if said_already else Mode(each.content.mode).label,
        "promise": promise(each),
        "demo": not each.item.confirmed,
    }


@public
@require_safe
def item(request: Request, code: str) -> HttpResponse:
    """One item: who, conditions, papers, days, basis; and the way to the guide and the application."""
    return render(request, "services/item.html", page_of(item_on(code, timezone.localdate()), request))


def page_of(each: Standing, request: Request) -> dict[str, Any]:
    """What the item's page, its sheet and its older versions show."""
    said = each.content
    return {
        "standing": each, "item": each.item, "content": said, "mode": Mode(said.mode).label,
        "group": Group(said.group).label, "promise": promise(each),
        "theirs": [(paper, _for_which(paper.only, said)) for paper in said.materials if not paper.office],
        "office": [paper for paper in said.materials if paper.office],
        "may_edit": request.user.has_perm("services.catalogue"),
        "may_enter": request.user.has_perm("services.enter"),
        "address": request.build_absolute_uri(reverse("services:item", args=[each.item.code])),
    }  # fmt: skip


def _for_which(only: tuple[str, ...], said: Content) -> list[str]:
    """The answers for which a paper is needed, in words; none where it is for all."""
    return [str(option.text) for option in said.options if option.key in only]


@public
@require_safe
def guide(request: Request, code: str) -> HttpResponse:
    """Three questions, one a page; then what to bring. The answers stand in the address and nowhere else."""
    each = item_on(code, timezone.localdate())
    for number, (name, form) in enumerate(_questions(each, request.GET), start=1):
        if name not in request.GET or not form.is_valid():
            return _question(request, each, number, name, form)
    answers = {name: request.GET[name] for name in ("who", "choice", "before")}
    bring = what_to_bring(
        each.content, choice=answers["choice"], for_other=answers["who"] == OTHER,
        given_before=answers["before"] == YES,
    )  # fmt: skip
    context = {
        "standing": each, "item": each.item, "content": each.content, "bring": bring, "title": bring_title(bring.count),
        "promise": promise(each), "answers": urlencode(answers), "for_other": answers["who"] == OTHER,
        "alone": each.content.proxy == "self",
        "back_url": f"{request.path}?{urlencode({'who': answers['who'], 'choice': answers['choice']})}",
    }  # fmt: skip
    return render(request, "services/guide_end.html", context)


def _questions(each: Standing, asked: QueryDict) -> list[tuple[str, Any]]:
    def bound(name: str) -> QueryDict | None:
        return asked if name in asked or ("next" in asked and asked["next"] == name) else None

    return [
        ("who", WhoForm(bound("who"))),
        ("choice", ChoiceForm(bound("choice"), content=each.content)),
        ("before", BeforeForm(bound("before"))),
    ]


def _question(request: Request, each: Standing, number: int, name: str, form: Any) -> HttpResponse:
    order = ("who", "choice", "before")
    earlier = {key: request.GET[key] for key in order[: number - 1] if key in request.GET}
    before = dict(list(earlier.items())[:-1])
    back = f"{request.path}?{urlencode(before)}" if earlier else reverse("services:item", args=[each.item.code])
    context = {"item": each.item, "content": each.content, "form": form, "field": form[name], "number": number,
               "name": name, "earlier": earlier, "back_url": back}  # fmt: skip
    return render(request, "services/guide.html", context, status=422 if form.errors else 200)


@public
@require_safe
def paper(request: Request, code: str) -> HttpResponse:
    """The item on paper: what to bring, and a form to fill in by hand, which a clerk enters."""
    return render(request, "services/paper.html", page_of(item_on(code, timezone.localdate()), request))


def answers_of(request: Request, each: Standing) -> dict[str, str]:
    """The guide's answers as they came with the address; what fits no question is left out."""
    asked = request.GET
    options = [option.key for option in each.content.options]
    return {
        "who": OTHER if asked.get("who") == OTHER else "me",
        "choice": asked.get("choice", "") if asked.get("choice") in options else "",
        "before": YES if asked.get("before") == YES else NO,
    }


def to_guide(code: str) -> HttpResponse:
    """Whoever has not answered the questions is asked them first."""
    return redirect("services:guide", code)
