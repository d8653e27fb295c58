"""The administrator's pages: organisations, their posts, and who holds them; and the log of all of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.core import keyset
from linli.core.access import needs
from linli.core.errors import Invalid, NotReady
from linli.people.domain import holdings, invitations, organisations, posts
from linli.people.domain.acts import WORDS
from linli.people.domain.queries import (
    account_rows,
    acts_within,
    held_at,
    office_tree,
    posts_within,
    staff_within,
)
from linli.people.enums import OrganisationKind, Role
from linli.people.forms import (
    AppointForm,
    HandOverForm,
    InviteForm,
    NameForm,
    OrganisationForm,
    PostForm,
    SuperiorForm,
    carry_over,
)
from linli.people.middleware import Request
from linli.people.models import Account, Holding, Organisation, Post
from linli.people.views.asking import ask, reach, show


@needs("people.manage")
def office(request: Request) -> HttpResponse:
    """All organisations and posts; vacant ones stand out."""
    tree = office_tree(within=reach(request), at=timezone.now())
    vacant = sum(row.vacant for organisation in tree for row in organisation.posts)
    return render(request, "people/office.html", {"tree": tree, "vacant": vacant})


@needs("people.manage")
def new_organisation(request: Request) -> HttpResponse:
    form = OrganisationForm(request.POST or None, within=reach(request))

    def create(given: Mapping[str, Any]) -> None:
        organisations.create_organisation(
            parent=given["parent"],
            kind=OrganisationKind(given["kind"]),
            name=given["name"],
            name_en=given["name_en"],
            place=given["place"],
            by=request.by,
            at=timezone.now(),
        )

    return ask(request, form, create, heading=_("New organisation"), button=_("Create"), back=_office())


@needs("people.manage")
def rename_organisation(request: Request, organisation: int) -> HttpResponse:
    found = get_object_or_404(_organisations(request), pk=organisation)
    form = NameForm(request.POST or None, initial={"name": found.name, "name_en": found.name_en})

    def rename(given: Mapping[str, Any]) -> None:
        organisations.rename_organisation(
            organisation=found, name=given["name"], name_en=given["name_en"], by=request.by, at=timezone.now()
        )

    heading = _("Rename “%(name)s”") % {"name": found.title}
    return ask(request, form, rename, heading=heading, button=_("Rename"), back=_office())


@needs("people.manage")
def close_organisation(request: Request, organisation: int) -> HttpResponse:
    found = get_object_or_404(_organisations(request), pk=organisation)

    def close(_given: Mapping[str, Any]) -> None:
        organisations.close_organisation(organisation=found, by=request.by, at=timezone.now())

    return ask(
        request,
        forms.Form(request.POST or None),
        close,
        heading=_("Close “%(name)s”?") % {"name": found.title},
        lead=_("Its posts must be closed before. What it did stays in the stories."),
        button=_("Close organisation"),
        back=_office(),
        grave=True,
    )


@needs("people.manage")
def new_post(request: Request, organisation: int) -> HttpResponse:
    found = get_object_or_404(_organisations(request), pk=organisation)
    form = PostForm(request.POST or None, within=reach(request), initial={"place": found.place_id})

    def create(given: Mapping[str, Any]) -> None:
        posts.create_post(
            organisation=found,
            role=Role(given["role"]),
            place=given["place"],
            name=given["name"],
            name_en=given["name_en"],
            superior=given["superior"],
            by=request.by,
            at=timezone.now(),
        )

    heading = _("New post at %(name)s") % {"name": found.title}
    return ask(request, form, create, heading=heading, button=_("Create"), back=_office())


@needs("people.manage")
def post(request: Request, post: int) -> HttpResponse:
    """One post: who holds it, who did before, and what one can change."""
    found = _post(request, post)
    at = timezone.now()
    held = list(found.holdings.select_related("account").order_by("-since"))
    now = [holding for holding in held if holding.since <= at and (holding.until is None or at < holding.until)]
    context = {
        "office_post": found,
        "holder": next((holding for holding in now if holding.kind == Holding.Kind.HOLDER), None),
        "deputies": [holding for holding in now if holding.kind == Holding.Kind.DEPUTY],
        "past": [holding for holding in held if holding not in now],
        "handovers": found.handovers.select_related("giver", "taker").order_by("-at")[:20],
        "stands_in": _stands_in(found, at),
    }
    return render(request, "people/post.html", context)


@needs("people.manage")
def change_post(request: Request, post: int) -> HttpResponse:
    """The name of a post, and who takes its work while it is vacant."""
    found = _post(request, post)
    initial = {"name": found.name, "name_en": found.name_en, "superior": found.superior_id}
    form = SuperiorForm(request.POST or None, within=reach(request), initial=initial)

    def change(given: Mapping[str, Any]) -> None:
        posts.change_post(post=found, by=request.by, at=timezone.now(), **given)

    heading = _("Change “%(name)s”") % {"name": found.title}
    return ask(request, form, change, heading=heading, button=_("Save"), back=_address(found))


@needs("people.manage")
def invite(request: Request, post: int) -> HttpResponse:
    """Invite somebody new. The link is sent by e-mail, and shown once to be passed on by hand."""
    found = _post(request, post)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        try:
            token = invitations.invite(post=found, by=request.by, at=at, **form.cleaned_data)
        except Invalid as told:
            carry_over(told, form)
        else:
            return _show_link(request, token, back=_address(found))
    heading = _("Invite somebody as “%(name)s”") % {"name": found.title}
    return show(request, form, heading=heading, button=_("Invite"), back=_address(found))


@needs("people.manage")
def appoint(request: Request, post: int) -> HttpResponse:
    found = _post(request, post)
    form = AppointForm(request.POST or None, within=reach(request))

    def act(given: Mapping[str, Any]) -> None:
        kind = Holding.Kind(given["kind"])
        holdings.appoint(post=found, account=given["account"], kind=kind, by=request.by, at=timezone.now())

    heading = _("Appoint somebody as “%(name)s”") % {"name": found.title}
    return ask(request, form, act, heading=heading, button=_("Appoint"), back=_address(found))


@needs("people.manage")
def hand_over(request: Request, post: int) -> HttpResponse:
    found = _post(request, post)
    form = HandOverForm(request.POST or None, within=reach(request))

    def act(given: Mapping[str, Any]) -> None:
        holdings.hand_over(post=found, to=given["to"], note=given["note"], by=request.by, at=timezone.now())

    heading = _("Hand over “%(name)s”") % {"name": found.title}
    return ask(request, form, act, heading=heading, button=_("Hand over"), back=_address(found))


@needs("people.manage")
def vacate(request: Request, post: int, holding: int) -> HttpResponse:
    found = _post(request, post)
    held = get_object_or_404(found.holdings.filter(held_at(timezone.now())).select_related("account"), pk=holding)

    def act(_given: Mapping[str, Any]) -> None:
        holdings.vacate(post=found, account=held.account, by=request.by, at=timezone.now())

    return ask(
        request,
        forms.Form(request.POST or None),
        act,
        heading=_("End the hold of %(who)s?") % {"who": held.account},
        lead=_("If nobody is left, open work goes to “%(name)s”.") % {"name": found.superior or _("the duty officer")},
        button=_("End it"),
        back=_address(found),
        grave=True,
    )


@needs("people.manage")
def close_post(request: Request, post: int) -> HttpResponse:
    found = _post(request, post)

    def act(_given: Mapping[str, Any]) -> None:
        posts.close_post(post=found, by=request.by, at=timezone.now())

    return ask(
        request,
        forms.Form(request.POST or None),
        act,
        heading=_("Close the post “%(name)s”?") % {"name": found.title},
        lead=_("Its holders leave it and its open work goes up the ladder. A closed post is not opened again."),
        button=_("Close post"),
        back=_office(),
        grave=True,
    )


@needs("people.manage")
def accounts(request: Request) -> HttpResponse:
    """Staff accounts: what each holds, and whether it is protected."""
    return render(request, "people/accounts.html", {"rows": account_rows(within=reach(request), at=timezone.now())})


@needs("people.manage")
@require_POST
def invite_back(request: Request, account: int) -> HttpResponse:
    """Let somebody back in who lost password or authenticator."""
    token = invitations.invite_back(account=_account(request, account), by=request.by, at=timezone.now())
    return _show_link(request, token, back=reverse("people:accounts"))


@needs("people.manage")
def close_account(request: Request, account: int) -> HttpResponse:
    found = _account(request, account)

    def act(_given: Mapping[str, Any]) -> None:
        holdings.close_account(account=found, by=request.by, at=timezone.now())

    return ask(
        request,
        forms.Form(request.POST or None),
        act,
        heading=_("Close the account of %(who)s?") % {"who": found},
        lead=_(
            "Every hold and session ends at once, and open work goes up the ladder. What was done stays in the stories."
        ),
        button=_("Close account"),
        back=reverse("people:accounts"),
        grave=True,
    )


@needs("people.acts")
def acts(request: Request) -> HttpResponse:
    """What administrators changed."""
    page = keyset.newest(acts_within(reach(request)), request.GET)
    shown = [(act, WORDS.get(act.what, act.what)) for act in page.rows]
    return render(request, "people/acts.html", {"page": page, "acts": shown})


def _stands_in(post: Post, at: datetime) -> Post | None:
    try:
        return posts.acting_post(post, at=at)
    except NotReady:
        return None  # an office that is being set up has no duty officer's post yet


def _show_link(request: Request, token: str, *, back: str) -> HttpResponse:
    link = request.build_absolute_uri(reverse("people:invitation", args=[token]))
    invitations.send_invitation(token=token, link=link, at=timezone.now())
    return render(request, "people/invited.html", {"link": link, "back_url": back})


def _organisations(request: Request) -> QuerySet[Organisation]:
    path = reach(request).path
    return Organisation.objects.filter(place__path__gte=path, place__path__lt=path + "~").select_related("place")


def _post(request: Request, pk: int) -> Post:
    found = posts_within(reach(request)).select_related("organisation", "place", "superior")
    return get_object_or_404(found, pk=pk)


def _account(request: Request, pk: int) -> Account:
    return get_object_or_404(staff_within(reach(request), at=timezone.now()), pk=pk)


def _office() -> str:
    return reverse("people:office")


def _address(post: Post) -> str:
    return reverse("people:post", args=[post.pk])
