"""Forms of the device register."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from linli import lawbook
from linli.core.forms import ActionForm, DayInput, KitForm, MoveForm, QuickSelect
from linli.people.models import Organisation
from linli.places.domain.queries import choice, governed_path
from linli.places.forms import PlaceField
from linli.places.models import STEP, Kind, Place
from linli.sensing.domain.standards import Point, Standard
from linli.sensing.enums import DeviceStatus, DeviceType, Site
from linli.sensing.models import Device, ObservedProperty

NO, YES, OFF = "no", "yes", "off"
LIVING = [(status.value, status.label) for status in DeviceStatus if status != DeviceStatus.RETIRED]
TROUBLES = [
    ("silent", _("silent")),
    ("battery", _("battery low")),
    ("check", _("check is due")),
    ("siting", _("siting not confirmed")),
]


class DeviceFilters(KitForm):
    """What the list is narrowed to. A value that is none of the choices narrows nothing."""

    words = forms.CharField(label=_("Code or spot"), max_length=40, required=False)
    place = forms.ChoiceField(label=_("Estate"), required=False)
    type = forms.ChoiceField(
        label=_("Type"), required=False, widget=QuickSelect, choices=[("", _("All")), *DeviceType.choices]
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All but taken down")), *DeviceStatus.choices]
    )
    trouble = forms.ChoiceField(label=_("What is the matter"), required=False, choices=[("", _("All")), *TROUBLES])

    def __init__(self, *args: Any, estates: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("place", [("", _("All")), *((place.path, place.title) for place in estates)])

    def chosen(self, name: str) -> str:
        self.full_clean()
        return str(self.cleaned_data.get(name, ""))


class PublicFilters(KitForm):
    estate = forms.ChoiceField(label=_("Estate"), required=False)
    type = forms.ChoiceField(label=_("Type"), required=False, choices=[("", _("All")), *DeviceType.choices])

    def __init__(self, *args: Any, estates: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("estate", [("", _("All")), *((place.path, place.title) for place in estates)])
        shown = [(kind.value, kind.label) for kind in DeviceType if kind != DeviceType.CARE]
        self.offer("type", [("", _("All")), *shown])

    def chosen(self, name: str) -> str:
        self.full_clean()
        return str(self.cleaned_data.get(name, ""))


class TypeForm(KitForm):
    type = forms.ChoiceField(
        label=_("What kind of device is it?"), widget=forms.RadioSelect, choices=DeviceType.choices
    )


class WhereFields(forms.Form):
    """Where a device stands."""

    place = PlaceField(label=_("Where is it?"))
    site = forms.ChoiceField(label=_("What kind of spot?"), widget=QuickSelect, choices=Site.choices)
    spot = forms.CharField(
        label=_("Where exactly?"), help_text=_("For example: third floor, above the fire door."), max_length=120,
        required=False,
    )  # fmt: skip
    lon = forms.FloatField(label=_("Longitude"), required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(
        label=_("Latitude"), help_text=_("Both in WGS-84. Left empty, the building stands for the device."),
        required=False, min_value=-90, max_value=90,
    )  # fmt: skip
    height = forms.FloatField(label=_("Height above the ground, in metres"), required=False)


class TellFields(forms.Form):
    """What the register says of a device."""

    owner = forms.ModelChoiceField(Organisation.objects.none(), label=_("Who owns it?"))
    operator = forms.ModelChoiceField(Organisation.objects.none(), label=_("Who operates it?"))
    purpose = forms.CharField(label=_("What for?"), help_text=_("In Chinese, for residents."), max_length=200)
    purpose_en = forms.CharField(label=_("What for, in English"), max_length=300, required=False)
    sees = forms.CharField(label=_("What may it see?"), help_text=_("In Chinese, for residents."), max_length=200)
    sees_en = forms.CharField(label=_("What it may see, in English"), max_length=300, required=False)
    basis = forms.ChoiceField(label=_("Legal basis"), required=False, widget=QuickSelect)
    days = forms.IntegerField(label=_("How many days do its data stay?"), min_value=1, max_value=3650)
    expected = forms.IntegerField(
        label=_("Seconds between two messages"), help_text=_("0 where it speaks only in need."), min_value=0,
        max_value=31 * 86_400,
    )  # fmt: skip
    standard = forms.CharField(label=_("Siting standard"), max_length=120, required=False)
    installed_on = forms.DateField(label=_("Put up on"), widget=DayInput, required=False)
    next_check = forms.DateField(label=_("Next check"), widget=DayInput, required=False)
    status = forms.ChoiceField(label=_("State"), choices=LIVING)
    public = forms.BooleanField(label=_("It stands in the public register"), required=False)

    def fill(self) -> None:
        """Set the choices that are known only when the form is made. Two statements."""
        known = Organisation.objects.filter(closed_at=None).order_by("path")
        for name in ("owner", "operator"):
            self.fields[name].queryset = known  # type: ignore[attr-defined]
        self.offer("basis", basis_choices())  # type: ignore[attr-defined]


def basis_choices() -> list[tuple[str, str]]:
    """Every rule of the lawbook once, by its title."""
    english = (get_language() or "").startswith("en")
    rules = {rule.id: rule for rule in lawbook.book()}
    named = [(name, f"{rule.title_en if english else rule.title_zh} · {name}") for name, rule in rules.items()]
    return [("", "–"), *sorted(named)]


class NewDeviceForm(WhereFields, TellFields, ActionForm):
    """A new device of one type; its siting standard fills what it can."""

    code = forms.CharField(
        label=_("Code"), help_text=_("It stands on the label. It tells nothing of the place."), max_length=20
    )
    properties = forms.MultipleChoiceField(label=_("What does it observe?"), widget=forms.CheckboxSelectMultiple)
    confirms = forms.MultipleChoiceField(label=_("Did somebody make sure?"), widget=forms.CheckboxSelectMultiple)
    field_order = (
        "code", "place", "site", "spot", "lon", "lat", "height", "properties", "confirms", "purpose", "purpose_en",
        "sees", "sees_en", "owner", "operator", "basis", "days", "expected", "standard", "installed_on", "next_check",
        "status", "public",
    )  # fmt: skip

    def __init__(self, *args: Any, standard: Standard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fill()
        offered = property_choices(care=standard.type == DeviceType.CARE)
        usual = [(code, title) for code, title in offered if code in standard.properties]
        self.offer("properties", offered if standard.type == DeviceType.OTHER else usual)
        self.offer("confirms", [(point.id, point.title) for point in standard.needed])
        if not standard.needed:
            del self.fields["confirms"]

    def arguments(self) -> dict[str, Any]:
        """As `register_device` takes them, but for the type."""
        return dict(self.cleaned_data)


def property_choices(*, care: bool) -> list[tuple[str, str]]:
    found = ObservedProperty.objects.filter(code__isnull=False)
    if not care:
        found = found.filter(care=False)
    return [(str(row.code), row.title + (f" ({row.unit})" if row.unit else "")) for row in found]


def start_of(standard: Standard) -> dict[str, Any]:
    """What a new device of this type begins with."""
    names = ("purpose", "purpose_en", "sees", "sees_en", "basis", "days", "expected", "standard")
    care = standard.type == DeviceType.CARE
    told = {name: getattr(standard, name) for name in names}
    site = Site.HOME if care else Site.OTHER
    return told | {
        "properties": list(standard.properties), "public": not care, "status": DeviceStatus.ACTIVE, "site": site,
    }  # fmt: skip


class ChangeDeviceForm(TellFields, MoveForm):
    spot = forms.CharField(label=_("Where exactly?"), max_length=120, required=False)
    height = forms.FloatField(label=_("Height above the ground, in metres"), required=False)
    more = forms.MultipleChoiceField(
        label=_("Does it observe more now?"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, device: Device, has: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fill()
        offered = property_choices(care=device.type == DeviceType.CARE)
        self.offer("more", [(code, title) for code, title in offered if code not in has])

    def changes(self) -> dict[str, Any]:
        kept = {"action", "version", "more"}
        return {name: value for name, value in self.cleaned_data.items() if name not in kept}


class MoveDeviceForm(WhereFields, MoveForm):
    """Where it stands now."""


def place_initial(place: Place) -> Any:
    """The choice of estate, building and entrance that leads to a place."""
    depth = len(place.path)
    steps = {Kind.ESTATE: 5, Kind.BUILDING: 6, Kind.ENTRANCE: 7}
    given = {str(kind): place.path[: step * STEP] for kind, step in steps.items() if depth >= step * STEP}
    return choice(**given, below=governed_path())


class CheckForm(MoveForm):
    """Each point of the siting standard, answered by somebody who stands before it."""

    height = forms.FloatField(label=_("Height above the ground, in metres"), required=False)
    note = forms.CharField(
        label=_("What did you see?"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    next_check = forms.DateField(label=_("Next check"), widget=DayInput, required=False)

    def __init__(self, *args: Any, standard: Standard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.points: list[Point] = [point for point in standard.points if not point.is_height]
        for point in self.points:
            answers = [(YES, pgettext_lazy("siting", "yes")), (NO, pgettext_lazy("siting", "no"))]
            if not point.needed:
                answers.append((OFF, _("does not apply here")))
            self.fields[f"point_{point.id}"] = forms.ChoiceField(
                label=point.title, choices=answers, widget=forms.RadioSelect,
                error_messages={"required": _("Answer this point.")},
            )  # fmt: skip
        self.order_fields([*(f"point_{point.id}" for point in self.points), "height", "note", "next_check"])
        if measured := [point.title for point in standard.points if point.is_height]:
            self.fields["height"].help_text = "; ".join(measured)
            self.fields["height"].required = True

    def answers(self) -> Mapping[str, bool | None]:
        words: dict[str, bool | None] = {YES: True, NO: False, OFF: None}
        return {point.id: words[self.cleaned_data[f"point_{point.id}"]] for point in self.points}

    def clean_next_check(self) -> date | None:
        day: date | None = self.cleaned_data["next_check"]
        return day


class TakeDownForm(MoveForm):
    reason = forms.CharField(
        label=_("Why?"), help_text=_("It stays in the device's story."), max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class TakeFileForm(ActionForm):
    file = forms.FileField(
        label=_("Which file?"),
        help_text=_("CSV or XLSX with the columns of the export. You see what it would do before anything is written."),
    )


class LabelsForm(KitForm):
    """Which labels to print."""

    place = forms.ChoiceField(label=_("Estate"), required=False)
    type = forms.ChoiceField(label=_("Type"), required=False, choices=[("", _("All")), *DeviceType.choices])
    codes = forms.CharField(
        label=_("Codes, with spaces between them"), max_length=1000, required=False,
        help_text=_("Left empty, every public device of the estate and the type."),
    )  # fmt: skip

    def __init__(self, *args: Any, estates: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("place", [("", _("All")), *((place.path, place.title) for place in estates)])

    def chosen(self, name: str) -> str:
        self.full_clean()
        return str(self.cleaned_data.get(name, ""))
