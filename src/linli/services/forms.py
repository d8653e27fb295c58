"""What residents fill in: the three questions, the application, the way back, the grade."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.cases.forms_claim import CodeField, NumberField
from linli.core.errors import Invalid
from linli.core.forms import ActionForm, Hinted, KitForm, MoveForm, QuickSelect
from linli.people.domain.contacts import read_contact
from linli.places.domain.kept import tree
from linli.places.domain.queries import governed_path
from linli.places.models import Kind, Place
from linli.services.domain.applying import WORDS_MOST
from linli.services.domain.content import Content
from linli.services.domain.rating import WORDS_MOST as RATING_MOST
from linli.services.enums import Channel, Grade, Group

ME, OTHER = "me", "other"
YES, NO = "yes", "no"
MY_NAME = _("Write your own name, for you act for somebody else.")
RELATED = _("Say how you are related, for example: daughter.")


class SearchForm(KitForm):
    """What somebody is looking for in the catalogue."""

    q = forms.CharField(label=_("What do you need?"), max_length=60, required=False)
    group = forms.ChoiceField(
        label=_("Shelf"), choices=[("", _("All")), *Group.choices], required=False, widget=QuickSelect
    )


class WhoForm(KitForm):
    """The first question."""

    who = forms.ChoiceField(
        label=_("For whom is it?"),
        widget=forms.RadioSelect,
        choices=[
            (ME, _("For myself")),
            (OTHER, Hinted(_("For somebody else"), _("For example your mother, or a neighbour"))),
        ],
    )


class ChoiceForm(KitForm):
    """The second question, the item's own."""

    choice = forms.ChoiceField(label="", widget=forms.RadioSelect)

    def __init__(self, *args: Any, content: Content, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["choice"].label = str(content.ask)
        self.offer("choice", [(option.key, str(option.text)) for option in content.options])


class BeforeForm(KitForm):
    """The third question."""

    before = forms.ChoiceField(
        label=_("Did this person hand in papers here within a year, and agree that they serve again?"),
        widget=forms.RadioSelect,
        choices=[(YES, _("Yes")), (NO, _("No, or I do not know"))],
    )


def place_choices() -> list[tuple[Any, Any]]:
    """Every building of the office's area, under its estate."""
    root = governed_path()
    known = tree()
    estates = known.of_kind(Kind.ESTATE, below=root)
    groups = [(estate.title, [(place.path, place.title) for place in known.children(estate.path, Kind.BUILDING)])
              for estate in estates]  # fmt: skip
    return [("", _("Choose the building")), *((title, rows) for title, rows in groups if rows)]


class DeskApplyForm(ActionForm):
    """What a clerk writes down for somebody, on one page. What a resident is asked stands in forms_apply.py."""

    channel = forms.ChoiceField(
        label=_("How did it come in?"),
        widget=forms.RadioSelect,
        choices=[(value, label) for value, label in Channel.choices if value != Channel.ONLINE],
        initial=Channel.WINDOW,
    )
    applicant = forms.CharField(
        label=_("Name of the person it is for"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    proxy = forms.CharField(label=_("Name of whoever acts for them"), max_length=60, required=False)
    relation = forms.CharField(
        label=_("How are they related?"),
        help_text=_("For example: daughter, neighbour."),
        max_length=40,
        required=False,
    )
    contact = forms.CharField(
        label=_("Mobile number or e-mail address"),
        help_text=_("So that we can tell you when something is missing and when it is done. It is sealed."),
        max_length=254,
        required=False,
    )
    words = forms.CharField(
        label=_("Is there anything we should know?"),
        max_length=WORDS_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    visit = forms.BooleanField(label=_("The person cannot come. Please come to their home."), required=False)
    place = forms.ChoiceField(
        label=_("Building"), required=False, widget=QuickSelect, help_text=_("Only for a home visit.")
    )
    room = forms.CharField(label=pgettext_lazy("address", "Room"), max_length=40, required=False)
    reuse = forms.BooleanField(label=_("Use the papers that were given here before."), required=False)
    earlier_number = NumberField(label=_("Number of that earlier request"), required=False)
    earlier_code = CodeField(label=_("Its code"), required=False)
    keep_papers = forms.BooleanField(
        label=_("Papers given now may serve again for a year."),
        help_text=_("You can take this back at any time."),
        required=False,
    )

    def __init__(self, *args: Any, content: Content, for_other: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("place", place_choices())
        for name, wanted in (("proxy", MY_NAME), ("relation", RELATED)):
            self.fields[name].required = for_other
            self.fields[name].error_messages["required"] = wanted
        if not for_other:
            for name in ("proxy", "relation"):
                del self.fields[name]
        if not any(paper.reusable for paper in content.materials):
            for name in ("reuse", "earlier_number", "earlier_code", "keep_papers"):
                del self.fields[name]

    def clean_contact(self) -> str:
        given = self.cleaned_data["contact"]
        if not given:
            return ""
        try:
            return read_contact(given).address
        except Invalid as told:
            raise forms.ValidationError(told.fields["contact"]) from told

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("visit") and not given.get("place"):
            self.add_error("place", _("Choose the building that we come to."))
        return given

    @property
    def chosen_place(self) -> Place | None:
        path = self.cleaned_data.get("place") if self.cleaned_data.get("visit") else ""
        return tree().by_path.get(path) if path else None


class CodeForm(KitForm):
    code = CodeField(help_text=_("The ten letters and figures that were shown when you asked."))


class FindForm(CodeForm):
    number = NumberField(label=_("Number of the request"))
    field_order = ["number", "code"]


class RateForm(MoveForm):
    grade = forms.TypedChoiceField(
        label=_("How satisfied are you?"),
        choices=Grade.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of the five.")},
    )
    words = forms.CharField(
        label=_("Would you like to say why?"),
        max_length=RATING_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
