"""Choosing a place by list, and sending a file of places."""

from collections.abc import Sequence
from typing import Any

import orjson
from django import forms
from django.utils.translation import gettext_lazy as _

from linli.core.forms import Hinted, KitForm
from linli.places.domain.queries import Choice, choice, full_title, governed_path
from linli.places.models import Kind, Place

STEPS = ("estate", "building", "entrance")


class PlaceSelect(forms.Widget):
    """Estate, then building, then entrance: each list is fetched when the one before is chosen.

    Its inputs are called `<name>_estate`, `<name>_building` and `<name>_entrance` and carry paths. Without scripts the
    estate alone can be chosen, which is a place too.
    """

    template_name = "places/choose.html"
    use_fieldset = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Choice:
        given = {step: data.get(f"{name}_{step}", "") for step in STEPS}
        return choice(**given, below=governed_path())

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}_estate" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        shown = value if isinstance(value, Choice) else choice(below=governed_path())
        return super().get_context(name, None, attrs) | {"choice": shown}

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_estate" if id_ else ""


class PlaceField(forms.Field):
    """The most particular place chosen, or None. Use it as `place = PlaceField(label=_("Where is it?"))`."""

    widget = PlaceSelect

    def clean(self, value: Choice | None) -> Place | None:
        place = value.place if value else None
        if place is None and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return place


def place_choice(place: Place, why: str = "") -> tuple[str, Any]:
    """A place to choose from a list, with what speaks for it where that is more than its name."""
    title = full_title(place)
    return place.path, Hinted(title, _("Because of %(why)s") % {"why": why}) if why else title


class NameForm(KitForm):
    """One more name that people use for a place."""

    text = forms.CharField(
        label=_("What do people call it?"),
        help_text=_("For example: the old sixth, or Lane 33. A text that says it leads here."),
        max_length=80,
    )
    source = forms.CharField(
        label=_("Where do you know it from?"),
        help_text=_("For example: residents at the service window. You may leave this empty."),
        max_length=80,
        required=False,
    )


class EditPlaceForm(KitForm):
    """What a place is called and where it lies."""

    name = forms.CharField(label=_("Name"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    code = forms.CharField(label=_("Code"), max_length=32, required=False)
    geometry = forms.CharField(
        label=_("Outline"),
        help_text=_("A GeoJSON geometry in WGS-84. Leave it empty to keep what is there, or where there is none yet."),
        max_length=100_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def clean_geometry(self) -> dict[str, Any] | None:
        text = self.cleaned_data["geometry"].strip()
        if not text:
            return None
        try:
            read = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise forms.ValidationError(_("This is not GeoJSON. Copy the whole geometry, with its braces.")) from error
        if not isinstance(read, dict):
            raise forms.ValidationError(_("This is not GeoJSON. Copy the whole geometry, with its braces."))
        return read


class NewPlaceForm(EditPlaceForm):
    kind = forms.ChoiceField(label=_("What is it?"), widget=forms.RadioSelect)
    field_order = ("kind", "name", "name_en", "code", "geometry")

    def __init__(self, *args: Any, kinds: Sequence[Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("kind", [(kind.value, kind.label) for kind in kinds])
        self.fields["kind"].initial = kinds[0].value if kinds else None


class TryForm(KitForm):
    """A text to try the names on; it is kept nowhere."""

    try_text = forms.CharField(label=_("Try a text"), max_length=400)


class ImportForm(KitForm):
    file = forms.FileField(
        label=_("GeoJSON file"),
        help_text=_("A FeatureCollection of at most 20,000 places and 16 MB."),
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json,application/json"}),
    )
    datum = forms.ChoiceField(
        label=_("Coordinates of the file"),
        choices=[
            ("wgs84", _("WGS-84: GPS, surveys, files exported here")),
            ("gcj02", _("GCJ-02: Chinese web maps; they are converted")),
        ],
        initial="wgs84",
        widget=forms.RadioSelect,
    )
