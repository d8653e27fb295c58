"""What a resident is asked who points out a hazard, a page each."""

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.cases.forms_danger import HeardInput
from linli.core.forms import KitForm, PhotosField
from linli.hazards.forms import KINDS, PlaceField, WithPlace

PHOTOS_MOST = 3


class KindForm(KitForm):
    kind = forms.ChoiceField(label=_("What is dangerous?"), widget=forms.RadioSelect, choices=KINDS)


class PlaceForm(WithPlace):
    place = PlaceField(label=_("Which building?"), error_messages={"required": _("Choose the building or estate.")})
    where = forms.CharField(
        label=_("Where exactly?"), max_length=120, required=False,
        help_text=_("For example: stairs between the 2nd and 3rd floor."),
    )  # fmt: skip


class SeenForm(KitForm):
    text = forms.CharField(
        label=_("What did you see?"), max_length=1000, widget=HeardInput(attrs={"rows": 5}),
        help_text=_("Two lines are enough. Please name no person."),
    )  # fmt: skip
    blocks = forms.BooleanField(label=_("A way out (stairs, corridor, exit, fire lane) is blocked"), required=False)


class PhotosForm(KitForm):
    photos = PhotosField(
        label=_("Do you have a photo?"), help_text=_("Up to three. No faces and no number plates."), required=False,
        most=PHOTOS_MOST, allow_empty_file=True,  # the file store says what is wrong with each; the others are taken
    )  # fmt: skip
