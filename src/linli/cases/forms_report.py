"""The questions of a report, one form each."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.report import TEXT_MOST
from linli.cases.domain.whereabouts import Meant
from linli.cases.forms_danger import HeardInput
from linli.cases.models import CaseClass
from linli.core.errors import Invalid
from linli.core.forms import ActionForm, Hinted, KitForm, PhotosField
from linli.people.domain.contacts import Contact, read_contact
from linli.places.domain.queries import Choice
from linli.places.forms import place_choice

SOMETHING_ELSE = "other"
YARD = "yard"
ANYWHERE = "any"
AS_WRITTEN = "written"
PHOTOS_MOST = 4
WHERE_MOST = 200


def where_field(label: Any, help_text: Any = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, max_length=WHERE_MOST, required=required)


class WhatForm(KitForm):
    """Which class, in its own words; the last choice leaves it to the desk."""

    klass = forms.ChoiceField(label=_("What is it about?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, classes: Sequence[CaseClass], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [
            (klass.code, Hinted(klass.title, klass.filing_text)) for klass in classes if klass.code != SOMETHING_ELSE
        ]
        last = Hinted(_("Something else, or I am not sure"), _("Somebody reads it and finds out who must act."))
        self.offer("klass", [*named, (SOMETHING_ELSE, last)])


class EstateForm(KitForm):
    place = forms.ChoiceField(label=_("Which estate is it in?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, choice: Choice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [
            (committee.title, [(estate.path, estate.title) for estate in estates])
            for committee, estates in choice.estates
        ]
        self.offer("place", groups)


class BuildingForm(KitForm):
    place = forms.ChoiceField(label=_("Which building?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, choice: Choice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        yard = (YARD, _("Not in a building: yard, gate, lane …"))
        self.offer("place", [*((place.path, place.title) for place in choice.buildings), yard])


class SpotForm(KitForm):
    """The last of where: the entrance, if the building has any, and in words the floor or corner."""

    place = forms.ChoiceField(label=_("Which entrance?"), widget=forms.RadioSelect)
    where = where_field(
        _("Where exactly?"), _("For example: third floor landing, beside the east gate. You may leave this empty.")
    )

    def __init__(self, *args: Any, choice: Choice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if choice.entrances:
            anywhere = (ANYWHERE, _("I do not know, or the whole building"))
            self.offer("place", [*((place.path, place.title) for place in choice.entrances), anywhere])
        else:
            del self.fields["place"]


class PointForm(KitForm):
    """A point on the map. The numbers are hidden inputs that the map fills in."""

    lon = forms.FloatField(widget=forms.HiddenInput, min_value=-180, max_value=180)
    lat = forms.FloatField(widget=forms.HiddenInput, min_value=-90, max_value=90)
    where = where_field(_("Where exactly?"), _("For example: third floor landing. You may leave this empty."))

    def clean(self) -> dict[str, Any]:
        """Whichever half is missing or no place on earth, there is one thing to do."""
        if self.errors.keys() & {"lon", "lat"}:
            for name in ("lon", "lat"):
                self.errors.pop(name, None)
            raise forms.ValidationError(_("Choose the place on the map: click it, or move the map and press Enter."))
        return self.cleaned_data


class WordsForm(KitForm):
    """Where, in words; and if these name a place that we know, whether that is meant."""

    where = where_field(
        _("Where is it?"), _("For example: No. 12 Leshan Estate 6, or the bus stop on Panyu Road."), required=True
    )
    place = forms.ChoiceField(label=_("Do you mean one of these places?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, found: Sequence[Meant] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if found:
            other = (AS_WRITTEN, _("None of these. Take it as I wrote it."))
            self.offer("place", [*(place_choice(place, why) for place, why in found), other])
        else:
            del self.fields["place"]


class TextForm(KitForm):
    text = forms.CharField(
        label=_("What is wrong?"),
        help_text=_("One or two sentences are enough. Please name no person, and write no telephone number here."),
        max_length=TEXT_MOST,
        error_messages={"required": _("Write in a sentence what is wrong.")},
        widget=HeardInput(attrs={"rows": 5}),
    )


class PhotosForm(KitForm):
    photos = PhotosField(
        label=_("Do you have a photo?"),
        help_text=_("You may go on without one. Please show no faces and no number plates."),
        most=PHOTOS_MOST,
        required=False,
        allow_empty_file=True,  # the file store says what is wrong with each, and the others are taken
    )


class ReachForm(KitForm):
    contact = forms.CharField(
        label=_("May we send you a message?"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )

    def clean_contact(self) -> Contact | None:
        if not self.cleaned_data["contact"]:
            return None
        try:
            return read_contact(self.cleaned_data["contact"])
        except Invalid as told:
            raise forms.ValidationError(told.fields["contact"]) from told


class SendForm(ActionForm):
    """The last button. `action` is the draft's own, so that pressing twice sends once."""
