"""What a resident is asked who points out a hazard, a page each."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.cases.forms_danger import HeardInput
from linli.cases.forms_report import YARD, BuildingForm
from linli.core.forms import KitForm, PhotosField
from linli.hazards.forms import KINDS
from linli.places.domain.kept import tree
from linli.places.domain.queries import Choice

PHOTOS_MOST = 3


class KindForm(KitForm):
    kind = forms.ChoiceField(label=_("What is dangerous?"), widget=forms.RadioSelect, choices=KINDS)


class PlaceForm(BuildingForm):
    """Which building of the estate, and where there. `clean` gives the place: the estate, where it is in none."""

    where = forms.CharField(
        label=_("Where exactly?"), max_length=120, required=False,
        help_text=_("For example: stairs between the 2nd and 3rd floor."),
    )  # fmt: skip

    def __init__(self, *args: Any, choice: Choice, **kwargs: Any) -> None:
        super().__init__(*args, choice=choice, **kwargs)
        self.estate = choice.estate
        if not choice.buildings:
            del self.fields["place"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        path = given.get("place", YARD)
        if "place" not in self.errors:
            given["place"] = self.estate if path == YARD else tree().by_path[path]
        return given


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
