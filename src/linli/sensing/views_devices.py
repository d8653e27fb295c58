"""The register of devices as staff use it: the list, one device, and the pages that change it."""

import secrets
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.core.access import needs
from linli.core.errors import Conflict, Invalid, NotFound
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.places.domain.kept import tree
from linli.places.models import Kind, Place
from linli.sensing.device_words import MARKS, STATES, note_words
from linli.sensing.domain import device_queries as queries
from linli.sensing.domain.devices import change_device, check_device, move_device, register_device, take_down
from linli.sensing.domain.keys import issue_key, revoke_key, rotate_key
from linli.sensing.domain.last_values import last_values
from linli.sensing.domain.standards import standard_of
from linli.sensing.domain.topics import topic_of
from linli.sensing.enums import DeviceStatus, DeviceType
from linli.sensing.forms_devices import (
    ChangeDeviceForm,
    CheckForm,
    DeviceFilters,
    MoveDeviceForm,
    NewDeviceForm,
    TakeDownForm,
    TypeForm,
    place_initial,
    start_of,
)
from linli.sensing.models import Device, DeviceKey

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without look-alikes
Asked = ChangeDeviceForm | MoveDeviceForm | CheckForm | TakeDownForm


def reach(request: Request) -> str:
    assert request.by.post is not None  # `by` refuses whoever is in no post
    return queries.reach_of(request.by.post)


def estates_below(path: str) -> list[Place]:
    return tree().of_kind(Kind.ESTATE, below=path)


@needs("sensing.see")
@require_safe
def devices(request: Request) -> HttpResponse:
    """The list. The care check stands in it for the committee's secretary alone."""
    below, now = reach(request), timezone.now()
    form = DeviceFilters(request.GET, estates=estates_below(below))
    names = ("place", "type", "state", "trouble", "words")
    filters = queries.Filters(**{name: form.chosen(name) for name in names})
    care = request.user.has_perm("sensing.care")
    page = queries.device_list(filters, below=below, care=care, now=now, after=request.GET.get("after", ""))
    context = {
        "filters": form, "page": {"next": page.after, "previous": None}, "is_narrowed": any(vars(filters).values()),
        "rows": [(row, STATES[row.device.status], [MARKS[mark] for mark in row.marks]) for row in page.rows],
        "overview": queries.overview(below=below, care=care, now=now),
    }  # fmt: skip
    return render(request, "sensing/devices/list.html", context)


def named(request: Request, code: str) -> Device:
    """A device that this person may see."""
    return queries.device_named(code, below=reach(request), care=_sees_care(request))


def _sees_care(request: Request) -> bool:
    """One care check by its code: for the secretary, and for whoever puts it up and gives it its key."""
    return any(request.user.has_perm(f"sensing.{name}") for name in ("care", "register", "keys"))


@needs("sensing.see")
@require_safe
def device(request: Request, code: str) -> HttpResponse:
    """One device: what the register says of it, its last values, its story, and its keys for whoever gives them."""
    may_key = request.user.has_perm("sensing.keys")
    page = queries.device_page(code, below=reach(request), care=_sees_care(request), keys=may_key, now=timezone.now())
    context = {
        "page": page, "device": page.device, "state": STATES[page.device.status], "may_key": may_key,
        "marks": [MARKS[mark] for mark in page.marks], "values": last_values(page.streams),
        "story": [note_words(note, page.standard) for note in page.notes], "now": timezone.now(),
        "may_register": request.user.has_perm("sensing.register"), "retired": DeviceStatus.RETIRED,
        "shown": page.device.public and page.device.status != DeviceStatus.RETIRED,
    }  # fmt: skip
    return render(request, "sensing/devices/device.html", context)


@needs("sensing.see")
@require_safe
def geojson(request: Request, code: str) -> HttpResponse:
    return HttpResponse(queries.device_geojson(named(request, code)), content_type="application/geo+json")


@needs("sensing.register")
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """First the type, then everything else, filled as far as the siting standard of the type goes."""
    kind = request.GET.get("type", "")
    if kind not in DeviceType.values:
        chosen = TypeForm(request.GET if "type" in request.GET else None)
        return render(request, "sensing/devices/type.html", {"form": chosen, "back_url": reverse("sensing:devices")})
    standard = standard_of(kind)
    start = start_of(standard) | {"code": propose_code(kind)}
    form = NewDeviceForm(request.POST or None, initial=start, standard=standard)
    if request.method == "POST" and form.is_valid():
        try:
            made = register_device(type=kind, by=request.by, at=timezone.now(), **form.arguments())
        except Invalid as told:
            carry_over(told, form)
        else:
            messages.success(request, _("%(code)s is in the register.") % {"code": made.code})
            return redirect("sensing:device", made.code)
    heading = _("A new device: %(type)s") % {"type": DeviceType(kind).label}
    button = _("Put it into the register")
    return _form_page(request, form, back=reverse("sensing:new_device"), heading=heading, button=button)


def propose_code(kind: str) -> str:
    """A code that tells nothing of the place."""
    return f"{kind[:2].upper()}-{''.join(secrets.choice(LETTERS) for _ in range(5))}"


def _form_page(
    request: Request, form: Any, *, back: str, heading: str, button: str, status: int = 200, **words: Any
) -> HttpResponse:
    context = {"form": form, "back_url": back, "heading": heading, "button": button, "lead": "", **words}
    if form.is_bound and form.errors:
        status = 422
    return render(request, "sensing/devices/form.html", context, status=status)


def _ask(
    request: Request, device: Device, form: Asked, act: Callable[[], Device], *, done: str, **words: Any
) -> HttpResponse:
    """A form about one device. Nothing typed is lost: neither where it is refused nor where somebody else was first."""
    status, told = 200, ""
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Invalid as wrong:
            carry_over(wrong, form)
        except Conflict:
            status, told = (
                409,
                _("Somebody changed this device meanwhile. Look at it again, then send yours once more."),
            )
            form = _with_version(request, form, device)
        else:
            messages.success(request, done)
            return redirect("sensing:device", device.code)
    back = reverse("sensing:device", args=[device.code])
    return _form_page(request, form, back=back, status=status, told=told, device=device, **words)


def _with_version(request: Request, form: Asked, device: Device) -> Asked:
    """The same form with the version as it is now, so that sending it again is the writer's decision."""
    data = request.POST.copy()
    data["version"] = str(Device.objects.values_list("version", flat=True).get(pk=device.pk))
    form.data = data
    return form


@needs("sensing.register")
@never_cache
@require_http_methods(["GET", "POST"])
def change(request: Request, code: str) -> HttpResponse:
    device = _standing(request, code)
    codes = device.thing.datastreams.values_list("observed_property__code", flat=True)
    has = [code for code in codes if code]
    names = [name for name in ChangeDeviceForm.base_fields if hasattr(device, name)]
    start = {name: getattr(device, name) for name in names}
    form = ChangeDeviceForm(request.POST or None, initial=start, device=device, has=has)

    def act() -> Device:
        given = form.cleaned_data
        return change_device(
            device=device, version=given["version"], changes=form.changes(), properties=given["more"], by=request.by,
            at=timezone.now(), action=given["action"],
        )  # fmt: skip

    heading = _("Change %(code)s") % {"code": device.code}
    return _ask(request, device, form, act, done=_("Saved."), heading=heading, button=_("Save the changes"))


@needs("sensing.register")
@never_cache
@require_http_methods(["GET", "POST"])
def move(request: Request, code: str) -> HttpResponse:
    device = _standing(request, code)
    names = ("site", "spot", "lon", "lat", "height", "version")
    start = {name: getattr(device, name) for name in names} | {"place": place_initial(device.place)}
    form = MoveDeviceForm(request.POST or None, initial=start)

    def act() -> Device:
        given = dict(form.cleaned_data)
        return move_device(device=device, by=request.by, at=timezone.now(), **given)

    words = {
        "heading": _("Move %(code)s") % {"code": device.code},
        "lead": _("Where does it stand now? Its siting is then to be checked again."),
        "button": _("Say that it was moved"),
    }
    return _ask(request, device, form, act, done=_("Its new place is in the register."), **words)


@needs("sensing.register")
@never_cache
@require_http_methods(["GET", "POST"])
def check(request: Request, code: str) -> HttpResponse:
    device = _standing(request, code)
    standard = standard_of(device.type)
    form = CheckForm(
        request.POST or None, initial={"version": device.version, "height": device.height}, standard=standard
    )

    def act() -> Device:
        given = form.cleaned_data
        return check_device(
            device=device, version=given["version"], answers=form.answers(), height=given["height"],
            note=given["note"], next_check=given["next_check"], by=request.by, at=timezone.now(),
            action=given["action"],
        )  # fmt: skip

    words = {
        "heading": _("Check where %(code)s stands") % {"code": device.code}, "button": _("Keep the check"),
        "standard": standard, "lead": device.standard or standard.standard,
    }  # fmt: skip
    return _ask(request, device, form, act, done=_("The check is kept."), **words)


@needs("sensing.register")
@never_cache
@require_http_methods(["GET", "POST"])
def remove(request: Request, code: str) -> HttpResponse:
    device = _standing(request, code)
    form = TakeDownForm(request.POST or None, initial={"version": device.version})

    def act() -> Device:
        given = form.cleaned_data
        return take_down(
            device=device, version=given["version"], reason=given["reason"], by=request.by, at=timezone.now(),
            action=given["action"],
        )  # fmt: skip

    words = {
        "heading": _("Take %(code)s down?") % {"code": device.code},
        "button": pgettext("device", "Take it down"),
        "grave": True,
        "lead": _(
            "Its keys end at once, and it leaves the public register. What it told stays until its days are over."
        ),
    }  # fmt: skip
    return _ask(request, device, form, act, done=_("It is taken down."), **words)


def _standing(request: Request, code: str) -> Device:
    device = named(request, code)
    if device.status == DeviceStatus.RETIRED:
        raise NotFound(_("This device was taken down. It can be changed no more."))
    return device


@needs("sensing.keys")
@never_cache
@require_POST
def new_key(request: Request, code: str) -> HttpResponse:
    """A new key, beside the others or in their place. Its secret is on this page and never again."""
    device = _standing(request, code)
    make = rotate_key if request.POST.get("kind") == "rotate" else issue_key
    secret = make(device=device, by=request.by, at=timezone.now(), action=_action_of(request))
    context = {"device": device, "secret": secret, "kid": secret.partition(".")[0], "rotated": make is rotate_key,
               "topic": topic_of(device.code)}  # fmt: skip
    return render(request, "sensing/devices/key.html", context)


def _action_of(request: Request) -> UUID | None:
    try:
        return UUID(request.POST.get("action", ""))
    except ValueError:
        return None


@needs("sensing.keys")
@require_POST
def end_key(request: Request, code: str, pk: int) -> HttpResponse:
    device = named(request, code)
    key = DeviceKey.objects.select_related("device__place").filter(device=device, pk=pk).first()
    if key is None:
        raise NotFound
    revoke_key(key=key, by=request.by, at=timezone.now())
    messages.success(request, _("Key %(kid)s has ended.") % {"kid": key.kid})
    return redirect("sensing:device", device.code)
