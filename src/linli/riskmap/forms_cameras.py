"""Forms of the risk map: how a camera looks, what its papers are, thresholds, and files of surroundings."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core.forms import ActionForm, DayInput, Hinted, KitForm, MoveForm, QuickSelect
from linli.people.models import Organisation
from linli.places.models import Place
from linli.riskmap.domain.checks import CHECKS
from linli.riskmap.domain.optics import PAPERS
from linli.riskmap.domain.view import View
from linli.riskmap.enums import Legal, Room, Sign
from linli.sensing.domain.standards import standard_of
from linli.sensing.enums import DeviceType

NUMBERS = ("bearing", "tilt", "fov", "vertical_fov", "near", "range", "pixels", "height", "lon", "lat")
STEPS = {"pixels": "1", "lon": "0.000001", "lat": "0.000001"}
MASK = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s+(-?\d+(?:\.\d+)?)\s*$")


def _number(label: Any, hint: Any = "") -> forms.FloatField:
    return forms.FloatField(label=label, help_text=hint)


class LookForm(KitForm):
    """How a camera looks, in numbers: the same that its handles on the map change."""

    bearing = _number(_("Direction, degrees clockwise from north"))
    tilt = _number(_("Tilt, degrees below the horizon"))
    fov = _number(_("Angle of view, degrees"))
    vertical_fov = _number(_("Angle of view from top to bottom, degrees"))
    near = _number(_("Of use from, metres"))
    range = _number(_("Of use up to, metres"))
    pixels = forms.IntegerField(label=_("Width of the picture, pixels"))
    height = _number(_("Height above the ground, metres"))
    lon = _number(_("Longitude"))
    lat = _number(_("Latitude"))
    masks = forms.CharField(
        label=_("Blacked out sectors"), required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A line each: left and right end in degrees from the middle of the picture, for example -20 -5."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in NUMBERS:
            if name in self.fields:
                self.fields[name].widget.attrs.update({"step": STEPS.get(name, "any"), "inputmode": "decimal"})

    def clean_masks(self) -> tuple[tuple[float, float], ...]:
        found = []
        for line in self.cleaned_data["masks"].splitlines():
            if line.strip():
                sector = MASK.match(line)
                if sector is None:
                    raise forms.ValidationError(_("Write two numbers in each line, for example -20 -5."))
                found.append((float(sector[1]), float(sector[2])))
        return tuple(found)

    def changes(self) -> dict[str, Any]:
        """As `turn_camera` takes them."""
        return {name: self.cleaned_data[name] for name in (*NUMBERS, "masks")}


class TurnForm(LookForm, MoveForm):
    """The same, to be kept: with the versions that were shown, and a reason."""

    device_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    reason = forms.CharField(
        label=_("Why?"), required=False, max_length=200, help_text=_("It stays in the camera's story."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


COMMON = {"tilt": 15, "fov": 90, "vertical_fov": 50, "near": 0, "range": 30, "pixels": 1920}


class DescribeForm(LookForm, ActionForm):
    """How a camera of the register looks, for the first time. Where it hangs the register says already."""

    height = lon = lat = None  # type: ignore[assignment]

    def described(self) -> dict[str, Any]:
        """As `describe_camera` takes it."""
        return {name: self.cleaned_data[name] for name in ("bearing", *COMMON, "masks")}


def look_of(view: View) -> dict[str, Any]:
    """What the fields of a look begin with."""
    numbers = {name: _plain(getattr(view, name)) for name in NUMBERS}
    return numbers | {"masks": "\n".join(f"{left:g} {right:g}" for left, right in view.masks)}


def _plain(value: float) -> float | int:
    """As a person writes it."""
    return int(value) if float(value).is_integer() else round(value, 7)


class PapersForm(MoveForm):
    """What Decree 799 asks of a camera's papers."""

    legal = forms.ChoiceField(label=_("On what basis does it stand?"), choices=Legal.choices, widget=forms.RadioSelect)
    room = forms.ChoiceField(
        label=_("In what kind of room does it hang?"), choices=Room.choices, required=False, widget=QuickSelect
    )
    first_used = forms.DateField(label=_("In use since"), widget=DayInput, required=False)
    filed = forms.DateField(label=_("Filed with the police on"), widget=DayInput, required=False)
    sign = forms.ChoiceField(label=_("Is there a sign?"), choices=Sign.choices, widget=forms.RadioSelect)
    sign_text = forms.CharField(label=_("What the sign says"), max_length=200, required=False)
    sign_checked = forms.DateField(label=_("Somebody looked at the sign on"), widget=DayInput, required=False)
    days = forms.IntegerField(
        label=_("How many days do recordings stay?"), help_text=_("0 where nothing is recorded."), min_value=0
    )
    deletes = forms.BooleanField(label=_("They are deleted by themselves after that"), required=False)
    access_log = forms.BooleanField(label=_("Who looks at them is written down"), required=False)
    inspected = forms.DateField(label=_("Inspected on"), widget=DayInput, required=False)
    next_inspection = forms.DateField(label=_("Next inspection"), widget=DayInput, required=False)

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in PAPERS}


class YardstickForm(ActionForm):
    value = forms.FloatField(label=_("The threshold"))
    reason = forms.CharField(label=_("Why?"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class FindingFilters(KitForm):
    """Which check is shown. A value that is none of the choices narrows nothing."""

    rule = forms.ChoiceField(label=pgettext_lazy("risk map", "Check"), required=False)

    def __init__(self, *args: Any, counts: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(check.name, f"{check.title} ({counts.get(check.name, 0)})") for check in CHECKS]
        self.offer("rule", [("", _("All")), *named])


class FileForm(ActionForm):
    """A file of what stands around, and what it holds."""

    what = forms.ChoiceField(
        label=_("What does it hold?"), widget=forms.RadioSelect,
        choices=[
            ("buildings", Hinted(_("Buildings"), _("Outlines with height or storeys"))),
            ("walls", Hinted(_("Walls, fences and hedges"), _("Lines; kerbs and chains are left out"))),
            ("lanes", Hinted(_("Lanes"), _("Ways that somebody walks: they are to be seen"))),
            ("cameras", Hinted(_("Cameras"), _("Points with camera:type and camera:direction"))),
        ],
    )  # fmt: skip
    file = forms.FileField(
        label=_("Which file?"),
        help_text=_("GeoJSON in WGS-84, as OpenStreetMap gives it. You see what it holds before anything is written."),
    )  # fmt: skip


class TakeForm(ActionForm):
    """What is asked before the rows of a file are taken."""

    source = forms.CharField(
        label=_("Where is the file from?"), max_length=100,
        help_text=_("For example “OpenStreetMap, May 2026”. The same source taken again replaces what has an id."),
    )  # fmt: skip


class TakeCamerasForm(TakeForm):
    """For cameras the register asks more."""

    operator = forms.ChoiceField(label=_("Who operates them?"), widget=QuickSelect)
    purpose = forms.CharField(label=_("What are they for?"), max_length=200)
    sees = forms.CharField(label=_("What may they see, in words for residents?"), max_length=200)
    confirms = forms.MultipleChoiceField(
        label=_("Make sure of this first"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standard = standard_of(DeviceType.CAMERA)
        self.offer("confirms", [(point.id, point.title) for point in standard.needed])
        self.offer("operator", [(str(each.pk), each.title) for each in Organisation.objects.filter(closed_at=None)])


class PublicFilters(KitForm):
    estate = forms.ChoiceField(label=_("Estate"), required=False, widget=QuickSelect)

    def __init__(self, *args: Any, estates: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("estate", [("", _("All")), *((place.path, place.title) for place in estates)])

    def chosen(self) -> str:
        self.full_clean()
        return str(self.cleaned_data.get("estate", ""))
