"""The classes of case: the list, and the pages on which an administrator adds, changes and retires one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from linli.cases.domain.catalogue import majors
from linli.cases.domain.classes import add_class, change_class, preview_class, retire_class
from linli.cases.domain.queries import classes
from linli.cases.domain.standards import HANDLE
from linli.cases.domain.versions import Change, Content, changes, content_of, content_of_version
from linli.cases.enums import Grade, Publicity, Share
from linli.cases.forms_classes import ClassForm, NewClassForm, RetireForm, initial_of
from linli.cases.models import CaseClass, ClassVersion
from linli.cases.sentences import CLOCKS as CLOCK_NAMES
from linli.core import dates
from linli.core.access import needs
from linli.core.errors import Conflict, Invalid, NotFound
from linli.engines.clocks import Limit
from linli.people.enums import Role
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.people.views.asking import reach
from linli.procedures.sentences import duration


@needs("cases.classes")
def class_list(request: Request) -> HttpResponse:
    """Every class in force: when it is filed and closed, who answers, its limits, what the public sees. Three reads."""
    found = CaseClass.objects.filter(retired_at=None).prefetch_related("limits", "responsibilities")
    retired = CaseClass.objects.exclude(retired_at=None).select_related("replaced_by")
    context = {"rows": [_row(klass) for klass in found], "retired": retired}
    return render(request, "cases/staff/classes.html", context)


def _row(klass: CaseClass) -> dict[str, Any]:
    content = content_of(klass)
    leads = [Role(duty.role).label for duty in klass.responsibilities.all() if duty.share == Share.LEAD]
    return {
        "klass": klass,
        "major": major_title(klass.standard_code),
        "lead": ", ".join(dict.fromkeys(str(label) for label in leads)),
        "limits": [(grade.label, limit_words(content.limits.get((HANDLE, grade)))) for grade in Grade],
        "photos": klass.photos_asked,
    }


def major_title(code: str) -> str:
    """The major class of the national standard, and whether it is only assumed."""
    major = majors().get(code)
    if major is None:
        return ""
    name = major.name_en if (get_language() or "").startswith("en") else major.name
    return _("%(name)s (assumed)") % {"name": name} if major.assumed else name


def limit_words(limit: Limit | None) -> str:
    return duration(limit.amount, limit.kind) if limit else _("as the lawbook says")


@needs("cases.classes")
def edit_class(request: Request, code: str) -> HttpResponse:
    """Change a class: the form, then what it would change, then the change. `?from=3` starts with version 3."""
    klass = _named(code)

    def save(form: ClassForm) -> None:
        change_class(
            klass=klass, version=form.cleaned_data["version"], content=form.content(),
            reason=form.cleaned_data["reason"], by=request.by, at=timezone.now(), action=form.cleaned_data["action"],
        )  # fmt: skip
        messages.success(request, _("Saved. Cases that are filed keep the version they were filed under."))

    start = {**initial_of(_shown(request, klass)), "version": klass.version}
    form = ClassForm(request.POST or None, initial=start)
    words = {
        "heading": _("Class “%(name)s”") % {"name": klass.title},
        "klass": klass,
        "versions": _versions(klass),
        "asked": request.GET.get("from", ""),
    }
    return _ask(request, form, save, klass, words)


def _named(code: str) -> CaseClass:
    klass = CaseClass.objects.filter(code=code, retired_at=None).prefetch_related("limits").first()
    if klass is None:
        raise NotFound
    return klass


def _shown(request: Request, klass: CaseClass) -> Content:
    number = request.GET.get("from", "")
    version = klass.versions.filter(number=int(number)).first() if number.isascii() and number.isdigit() else None
    return content_of_version(version) if version else content_of(klass)


def _versions(klass: CaseClass) -> list[dict[str, Any]]:
    """Every version, the newest first, with what it changed."""
    found = list(ClassVersion.objects.filter(klass=klass).select_related("author", "klass").order_by("-number"))
    contents = [content_of_version(version) for version in found]
    earlier: list[Content | None] = [*contents[1:], None]
    return [
        {"version": version, "changed": [change_words(each) for each in changes(before, content)] if before else []}
        for version, content, before in zip(found, contents, earlier, strict=True)
    ]


def _ask(
    request: Request,
    form: ClassForm,
    save: Callable[[ClassForm], None],
    klass: CaseClass | None,
    words: dict[str, Any],
) -> HttpResponse:
    """The form; when it is sent what it would do; when that is confirmed it is done."""
    status, told = 200, ""
    if request.method == "POST" and form.is_valid() and "again" not in request.POST:
        try:
            if "confirm" in request.POST:
                save(form)
                return redirect("cases:classes")
            return _preview(request, form, klass, words)
        except Invalid as wrong:
            carry_over(wrong, form)
        except Conflict as second:
            status, told = 409, second_words(second)
            form = _anew(request, form, klass)
    if form.is_bound and form.errors:
        status = 422
    return render(request, "cases/staff/class_form.html", {**words, "form": form, "told": told}, status=status)


def _preview(request: Request, form: ClassForm, klass: CaseClass | None, words: dict[str, Any]) -> HttpResponse:
    context = {**words, "kept": kept_values(request), "version": form.cleaned_data["version"]}
    if klass is not None:
        preview = preview_class(klass, form.content())
        if form.cleaned_data["version"] != klass.version:
            raise Conflict(current=klass.versions.select_related("author").first())
        context |= {"preview": preview, "changed": [change_words(change) for change in preview.changed]}
    return render(request, "cases/staff/class_preview.html", context)


def kept_values(request: Request) -> list[tuple[str, str]]:
    """What was sent, to be sent again from the page between."""
    left_out = ("csrfmiddlewaretoken", "confirm", "again", "on")
    return [(name, value) for name, values in request.POST.lists() if name not in left_out for value in values]


def _anew(request: Request, form: ClassForm, klass: CaseClass | None) -> ClassForm:
    """The same words on top of the class as it stands now."""
    fresh = CaseClass.objects.get(pk=klass.pk) if klass else None
    typed = {name: value for name, value in form.cleaned_data.items() if name not in ("action", "version")}
    return type(form)(initial={**typed, "version": fresh.version if fresh else 1})


def second_words(told: Conflict) -> str:
    """What the second of two administrators is told."""
    first = told.current
    if first is None or first.author is None:
        return _(
            "Somebody else changed this in the meantime. What you wrote is kept below; look at it and send it again."
        )
    when = getattr(first, "at", None) or getattr(first, "since", None)
    words = {"who": first.author.name, "when": dates.when(when) if when else ""}
    return _("%(who)s changed this at %(when)s. What you wrote is kept below; look at it and send it again.") % words


def change_words(change: Change) -> dict[str, Any]:
    """A difference in the words of the form."""
    if isinstance(change.name, tuple):
        clock, grade = change.name
        label = f"{CLOCK_NAMES.get(clock, clock)}, {Grade(grade).label}"
        return {"label": label, "before": limit_words(change.before), "after": limit_words(change.after)}
    label = str(ClassForm.base_fields[change.name].label)
    return {"label": label, "before": _value(change.name, change.before), "after": _value(change.name, change.after)}


CHOSEN: dict[str, dict[str, Any]] = {"grade": dict(Grade.choices), "publicity": dict(Publicity.choices)}


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "standard_code":
        return major_title(value) or _("none")
    return str(CHOSEN.get(name, {}).get(value, value) or _("none"))


@needs("cases.classes")
def new_class(request: Request) -> HttpResponse:
    """Add a class, and who answers for it."""

    def save(form: ClassForm) -> None:
        given = form.cleaned_data
        add_class(
            code=given["code"], content=form.content(), role=Role(given["role"]), place=reach(request),
            reason=given["reason"], by=request.by, at=timezone.now(), action=given["action"],
        )  # fmt: skip
        messages.success(request, _("Added. It can be chosen from now on."))

    form = NewClassForm(request.POST or None, initial={"version": 1, "photo_needed": True, "grade": Grade.ORDINARY,
                                                       "publicity": "estate"})  # fmt: skip
    return _ask(request, form, save, None, {"heading": _("Add a class"), "klass": None, "versions": []})


@needs("cases.classes")
def retire(request: Request, code: str) -> HttpResponse:
    """Take a class out of use; what is not filed yet goes to another."""
    klass = _named(code)
    others = [each for each in classes() if each.pk != klass.pk]
    form = RetireForm(request.POST or None, classes=others, initial={"version": klass.version})
    told, status = "", 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            passed = retire_class(
                klass=klass, version=given["version"], replacement=form.classes[given["replacement"]],
                reason=given["reason"], by=request.by, at=timezone.now(),
            )  # fmt: skip
            done = ngettext(
                "Retired. %(n)d open case was passed on.", "Retired. %(n)d open cases were passed on.", passed
            )
            messages.success(request, done % {"n": passed})
            return redirect("cases:classes")
        except Invalid as wrong:
            carry_over(wrong, form)
        except Conflict as second:
            told, status = second_words(second), 409
            form = RetireForm(
                classes=others,
                initial={"reason": given["reason"], "replacement": given["replacement"], "version": klass.version},
            )
    preview = preview_class(klass, content_of(klass))
    context = {"klass": klass, "form": form, "told": told, "preview": preview, "back_url": reverse("cases:classes")}
    return render(request, "cases/staff/class_retire.html", context, status=422 if form.errors else status)
