"""A resident points out a hazard, one question a page. What was answered lies in the session, sealed."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.cases import claims
from linli.cases.domain.danger import danger_in
from linli.cases.forms_report import YARD, EstateForm, ReachForm, SendForm
from linli.cases.views.danger import halt
from linli.cases.views.taken import take_photos, without_photo
from linli.core import carried
from linli.core.access import public
from linli.core.errors import Invalid, TooLarge
from linli.core.forms import posted
from linli.core.steps import Question, Walk, WalkDraft, given, show_question
from linli.hazards.domain.opening import tell_hazard
from linli.hazards.enums import HazardKind
from linli.hazards.forms_tell import PHOTOS_MOST, KindForm, PhotosForm, PlaceForm, SeenForm
from linli.people.middleware import Request
from linli.places.domain.queries import choice, governed_path
from linli.places.models import STEP

TOLD, SENT = "hazard_told", "hazard_sent"
ESTATE, BUILDING = 5 * STEP, 6 * STEP  # of a path


@dataclass
class HazardDraft(WalkDraft):
    """photos: those taken so far."""

    SESSION = "hazard.tell"

    photos: list[dict[str, Any]] = field(default_factory=list)


def _offered(draft: HazardDraft) -> dict[str, Any]:
    """The estates, and the buildings of the one that was chosen."""
    estate = "".join(draft.answers.get("estate", {}).get("place", []))
    return {"choice": choice(estate=estate, below=governed_path())}


WALK = Walk(
    HazardDraft,
    [
        Question("kind", KindForm, "hazards/tell/kind.html"),
        Question("estate", EstateForm, "hazards/tell/estate.html", known=_offered),
        Question("place", PlaceForm, "hazards/tell/place.html", known=_offered),
        Question("seen", SeenForm, "hazards/tell/seen.html"),
        Question("photos", PhotosForm, "hazards/tell/photos.html"),
        Question("reach", ReachForm, "hazards/tell/reach.html", optional=True),
    ],
    template="hazards/tell/step.html",
    page=lambda name: reverse("hazards:tell") if name == "kind" else reverse("hazards:tell_page", args=[name]),
    check=lambda: reverse("hazards:tell_check"),
    back=lambda: reverse("help:home"),
    halt=halt,
)  # fmt: skip


@public
@never_cache
@require_http_methods(["GET", "POST"])
def tell(request: Request) -> HttpResponse:
    """The first question, under the numbers to call. A QR code at a door gives the place; the intake gives the words,
    which are not written a second time."""
    draft = WALK.of(request)
    text, place = carried.carried(request.session, "hazard"), request.GET.get("place", "")
    if text or place:
        draft.put("seen", text=text)
        if place:
            draft.put("estate", place=place[:ESTATE])
            draft.put("place", place=place[:BUILDING] if len(place) > ESTATE else YARD)
        carried.drop(request.session)
        draft.keep(request.session)
    return _ask(request, "kind")


@public
@never_cache
@require_http_methods(["GET", "POST"])
def page(request: Request, page: str) -> HttpResponse:
    """One of the further questions."""
    return _photos(request) if page == "photos" else _ask(request, page)


def _ask(request: Request, name: str) -> HttpResponse:
    return WALK.ask(request, name, **_said(WALK.of(request), name))


def _said(draft: HazardDraft, name: str) -> dict[str, Any]:
    """What was written, for the page of which it is not the question: the number to call stands there again."""
    text = "".join(draft.answers.get("seen", {}).get("text", []))
    return {"danger": danger_in(text) if text and name != "seen" else None, "told": text}


def _photos(request: Request) -> HttpResponse:
    """Up to three; the next page is reached without any."""
    draft = WALK.of(request)
    if (first := WALK.first_open(draft, before="photos")) is not None:
        return redirect(WALK.page(first))
    if request.method == "POST" and (gone := request.POST.get("remove")):
        draft.photos = without_photo(draft.photos, gone)
        draft.keep(request.session)
        return redirect(WALK.page("photos"))
    form = PhotosForm(posted(request), request.FILES)
    if request.method == "POST" and form.is_valid():
        take_photos(request, draft.photos, form, most=PHOTOS_MOST)
        draft.keep(request.session)
        if not form.errors:
            return WALK.go_on(request, draft, "photos", {})
    return WALK.show(
        request, draft, "photos", form, room=PHOTOS_MOST - len(draft.photos), **_said(draft, "photos")
    )  # fmt: skip


@public
@never_cache
@require_http_methods(["GET", "POST"])
def check(request: Request) -> HttpResponse:
    """All answers together; from here it is sent."""
    if request.method == "POST" and request.POST.get("action") == request.session.get(SENT):
        return redirect("hazards:told")
    draft = WALK.of(request)
    forms = WALK.answered(request, draft)
    if isinstance(forms, HttpResponse):
        return forms
    form = SendForm(posted(request), initial={"action": draft.action})
    if request.method == "POST" and form.is_valid() and form.cleaned_data["action"] == draft.act:
        try:
            return _send(request, draft, given(forms))
        except (Invalid, TooLarge) as told:
            fields = told.fields if isinstance(told, Invalid) else {}
            form.add_error(None, next(iter(fields.values()), told.message))
    contact = given(forms)["contact"]
    count = len(WALK.asked(draft)) + 1
    return show_question(
        request, "hazards/tell/check.html", form, step=count, step_count=count, back=WALK.last_page(draft),
        draft=draft, rows=[row for row in WALK.overview(draft, forms) if row.name not in ("photos", "contact")],
        contact=contact.hint if contact else "", photos_url=WALK.page("photos"), reach_url=WALK.page("reach"),
        **_said(draft, "check"),
    )  # fmt: skip


def _send(request: Request, draft: HazardDraft, answers: dict[str, Any]) -> HttpResponse:
    contact = answers["contact"]
    made = tell_hazard(
        kind=HazardKind(answers["kind"]), text=answers["text"], place=answers["place"], where=answers["where"],
        blocks=answers["blocks"], contact=contact.address if contact else "", account=request.resident,
        photos=[UUID(photo["uuid"]) for photo in draft.photos], at=timezone.now(), action=draft.act,
    )  # fmt: skip
    claims.remember(request.session, made.hazard.pk)
    request.session[TOLD] = [made.hazard.procedure.number, made.code]
    request.session[SENT] = draft.action
    HazardDraft.drop(request.session)
    return redirect("hazards:told")
