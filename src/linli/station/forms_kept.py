"""What the station's lead fills in: the data of a desk, and a thing among the equipment."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.core.forms import ActionForm
from linli.services.forms_queue import DAYS, read_spans
from linli.services.shown_queue import span_words
from linli.station.enums import Kept

LINES = forms.Textarea(attrs={"rows": 3})
TELEPHONE = r"^[0-9+() -]{3,30}$"


class KeptForm(ActionForm):
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def content(self) -> dict[str, Any]:
        """What is kept, as the version holds it."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("action", "number")}


class DeskForm(KeptForm):
    name = forms.CharField(label=_("Name, in Chinese"), max_length=40)
    name_en = forms.CharField(label=_("Name, in English"), max_length=60, required=False)
    does = forms.CharField(label=_("What the desk does, in Chinese"), max_length=200, widget=LINES)
    does_en = forms.CharField(label=_("The same in English"), max_length=300, required=False, widget=LINES)
    reach = forms.CharField(label=_("Where it is, in Chinese"), max_length=120)
    reach_en = forms.CharField(label=_("The same in English"), max_length=160, required=False)
    telephone = forms.RegexField(
        TELEPHONE, label=_("Telephone of the desk"), required=False,
        help_text=_("The office's number, not that of a person."),
        error_messages={"invalid": _("Write a telephone number, for example 021-12345678.")},
    )  # fmt: skip
    round = forms.BooleanField(label=_("Open round the clock"), required=False)
    more = forms.CharField(
        label=_("What else there is to say of its hours, in Chinese"), max_length=120, required=False
    )
    more_en = forms.CharField(label=_("The same in English"), max_length=160, required=False)
    shut = forms.CharField(
        label=_("Days on which it stays shut"), required=False, max_length=1000, widget=LINES,
        help_text=_("A line for each day, and why: 2026-12-31 stocktaking. Public holidays are shut by themselves."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, day in enumerate(DAYS):
            self.fields[f"day_{number}"] = forms.CharField(label=day, max_length=60, required=False)
        order = [name for name in self.fields if not name.startswith("day_")]
        at = order.index("round") + 1
        self.order_fields([*order[:at], *(f"day_{number}" for number in range(7)), *order[at:]])

    def clean(self) -> dict[str, Any]:
        hours: list[list[int]] = []
        for number in range(7):
            try:
                spans = sorted(read_spans(self.cleaned_data.pop(f"day_{number}", "")))
            except ValueError:
                self.add_error(f"day_{number}", _("Write it like this: 9:00-11:30, 13:30-17:00"))
                continue
            if any(starts >= ends for starts, ends in spans):
                self.add_error(f"day_{number}", _("It closes before it opens."))
            elif any(before[1] > after[0] for before, after in pairwise(spans)):
                self.add_error(f"day_{number}", _("Two openings of this day overlap."))
            hours += [[number, *span] for span in spans]
        self.cleaned_data["hours"] = [] if self.cleaned_data.get("round") else hours
        return self.cleaned_data

    def clean_shut(self) -> list[list[str]]:
        found = {}
        for line in self.cleaned_data["shut"].splitlines():
            day, _space, why = line.strip().partition(" ")
            if not day:
                continue
            try:
                found[date.fromisoformat(day).isoformat()] = why.strip()[:80]
            except ValueError as told:
                raise forms.ValidationError(_("Write a line like this: 2026-12-31 stocktaking")) from told
        return [[day, why] for day, why in sorted(found.items())]


class ItemForm(KeptForm):
    name = forms.CharField(label=_("What it is, in Chinese"), max_length=40)
    name_en = forms.CharField(label=_("What it is, in English"), max_length=60, required=False)
    least = forms.IntegerField(label=_("How many there must be at least"), min_value=1, max_value=999)
    place = forms.CharField(label=_("Where it is kept, in Chinese"), max_length=60, required=False)
    place_en = forms.CharField(label=_("The same in English"), max_length=80, required=False)
    look = forms.CharField(label=_("What is looked at, in Chinese"), max_length=120)
    look_en = forms.CharField(label=_("The same in English"), max_length=160, required=False)
    every = forms.IntegerField(label=_("Looked at every how many months"), min_value=1, max_value=12)


FORMS: Mapping[str, type[KeptForm]] = {Kept.DESK: DeskForm, Kept.ITEM: ItemForm}


def initial_of(what: str, content: Mapping[str, Any], number: int) -> dict[str, Any]:
    """What stands in the form of a thing as it is kept now."""
    given = {**content, "number": number}
    if what == Kept.DESK:
        hours = given.pop("hours")
        given["shut"] = "\n".join(f"{day} {why}".strip() for day, why in content["shut"])
        for weekday in range(7):
            spans = (span_words(starts, ends) for day, starts, ends in hours if day == weekday)
            given[f"day_{weekday}"] = ", ".join(spans).replace("–", "-")
    return given
