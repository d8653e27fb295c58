"""What a resident is asked who applies for an item, a page each."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.cases.forms_claim import CodeField, NumberField
from linli.core.errors import NotFound
from linli.core.forms import KitForm
from linli.places.domain.kept import tree
from linli.places.domain.queries import Choice
from linli.services.domain.applying import SELF, WORDS_MOST
from linli.services.domain.content import Content
from linli.services.domain.papers import Kept, request_by_code
from linli.services.forms import MY_NAME, RELATED
from linli.services.models import Request

Serving = Callable[[Request | None], Kept]
"""Which papers serve again: those of one's own requests, or of an earlier one."""


class NamesForm(KitForm):
    """Who asks, and for whom."""

    proxy = forms.CharField(label=_("Your name"), max_length=60, error_messages={"required": MY_NAME})
    applicant = forms.CharField(
        label=_("Name of the person it is for"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    relation = forms.CharField(
        label=_("How are you related?"), help_text=_("For example: daughter, neighbour."), max_length=40,
        error_messages={"required": RELATED},
    )  # fmt: skip

    def __init__(self, *args: Any, content: Content, for_other: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.alone = for_other and content.proxy == SELF
        if not for_other:
            self.fields["applicant"].label = _("Your name")
            del self.fields["proxy"], self.fields["relation"]

    def clean(self) -> dict[str, Any]:
        if self.alone:
            raise forms.ValidationError(
                _("This needs the person themselves. If they cannot come, ask for a home visit.")
            )
        return super().clean() or {}


class MoreForm(KitForm):
    words = forms.CharField(
        label=_("Is there anything we should know?"), max_length=WORDS_MOST, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    visit = forms.BooleanField(label=_("The person cannot come. Please come to their home."), required=False)

    def __init__(self, *args: Any, told: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].initial = told


class HomeForm(KitForm):
    """The building of the estate. `clean` gives the place: the estate, where it has no buildings."""

    place = forms.ChoiceField(
        label=_("Which building?"), widget=forms.RadioSelect,
        error_messages={"required": _("Choose the building that we come to.")},
    )  # fmt: skip
    room = forms.CharField(label=pgettext_lazy("address", "Room"), max_length=40, required=False)

    def __init__(self, *args: Any, choice: Choice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.estate = choice.estate
        self.offer("place", [(place.path, place.title) for place in choice.buildings])
        if not choice.buildings:
            del self.fields["place"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "place" not in self.errors:
            given["place"] = tree().by_path[given["place"]] if "place" in given else self.estate
        return given


class AgainForm(KitForm):
    """Papers given before: one's own by consent; without an account, number and code show whose they are."""

    reuse = forms.BooleanField(label=_("Use the papers that were given here before."), required=False)
    earlier_number = NumberField(label=_("Number of that earlier request"), required=False)
    earlier_code = CodeField(label=_("Its code"), required=False)

    def __init__(self, *args: Any, serving: Serving, signed_in: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.serving, self.signed_in = serving, signed_in
        self.earlier: Request | None = None
        self.serves: Kept = {}
        for name in ("earlier_number", "earlier_code") if signed_in else ("reuse",):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.signed_in:
            self.serves = self.serving(None) if given.get("reuse") else {}
        elif given.get("earlier_number"):
            self._open(given["earlier_number"], given.get("earlier_code", ""))
        elif given.get("earlier_code") and "earlier_number" not in self.errors:
            self.add_error("earlier_number", _("Write the number that belongs to this code."))
        return given

    def _open(self, number: str, code: str) -> None:
        try:
            self.earlier = request_by_code(number=number, code=code)
        except NotFound as told:
            self.add_error("earlier_code", told.message)
            return
        self.serves = self.serving(self.earlier)
        if not self.serves:
            self.add_error("earlier_number", _("No paper of that request may be used again here."))


class PapersForm(KitForm):
    """Beside the files themselves: whether papers given now may serve again."""

    keep_papers = forms.BooleanField(
        label=_("Papers given now may serve again for a year."),
        help_text=_("You can take this back at any time."), required=False,
    )  # fmt: skip

    def __init__(self, *args: Any, reusable: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not reusable:
            del self.fields["keep_papers"]
