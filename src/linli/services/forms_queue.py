"""The questions of the hall: one form each."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.cases.forms_claim import CodeField
from linli.core.dates import hour
from linli.core.errors import Invalid
from linli.core.forms import ActionForm, DayInput, Hinted, KitForm
from linli.people.domain.contacts import Contact, read_contact
from linli.services.domain.hall.setup import MOST_COUNTERS
from linli.services.domain.hall.slots import FreeTime
from linli.services.enums import Skill
from linli.services.models_queue import Line, Whom


def line_choices(lines: Sequence[Line]) -> list[tuple[str, Hinted]]:
    return [(line.skill, Hinted(line.get_skill_display(), line.about_title)) for line in lines]


NEED = _("Whoever comes needs to be called earlier: an older person, a disability, or a baby along")


class WhatForm(KitForm):
    skill = forms.ChoiceField(label=_("What is it about?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, lines: Sequence[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("skill", line_choices(lines))


class WhomForm(KitForm):
    whom = forms.ChoiceField(label=_("Whom do you book for?"), widget=forms.RadioSelect, choices=Whom.choices)
    need = forms.BooleanField(
        label=NEED, help_text=_("You need not say which, and show nothing. It is only used to call them."),
        required=False,
    )  # fmt: skip


class WhenForm(KitForm):
    minute = forms.TypedChoiceField(label=_("At what time?"), widget=forms.RadioSelect, coerce=int)

    def __init__(self, *args: Any, times: Sequence[FreeTime], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("minute", [(str(each.minute), hour(each.at)) for each in times])


class ReachForm(KitForm):
    contact = forms.CharField(
        label=_("May we remind you?"),
        help_text=_("A mobile number or an e-mail address. Leave it empty if you want no message."),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )

    def clean_contact(self) -> Contact | None:
        return _read(self.cleaned_data["contact"])


class JoinForm(ActionForm):
    """The waiting list: which days would do, and where to tell."""

    first = forms.DateField(label=_("From which day on?"), widget=DayInput)
    last = forms.DateField(label=_("Until which day?"), widget=DayInput)
    contact = forms.CharField(
        label=_("Where do we tell you that a time is free?"),
        help_text=_("A mobile number or an e-mail address. Without one, look at your page now and then."),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )

    def clean_contact(self) -> Contact | None:
        return _read(self.cleaned_data["contact"])


class TicketForm(ActionForm):
    skill = forms.ChoiceField(label=_("What is it about?"), widget=forms.RadioSelect)
    need = forms.BooleanField(
        label=_("I need to be called earlier: I am an older person, have a disability, or have a baby with me"),
        help_text=_("You need not say which, and show nothing."),
        required=False,
    )

    def __init__(self, *args: Any, lines: Sequence[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("skill", line_choices(lines))


class FindForm(KitForm):
    code = CodeField(
        label=pgettext_lazy("report", "Code"),
        help_text=_("Ten letters and digits. They stand on the paper or the page that you were given."),
    )


# --- setting up


class HallForm(KitForm):
    """What a hall needs to begin; all else is set to what is usual, and changed afterwards."""

    name = forms.CharField(label=_("What is the hall called?"), max_length=60)
    name_en = forms.CharField(label=_("Its name in English"), max_length=80, required=False)
    where = forms.CharField(label=_("Where is it?"), help_text=_("Street, number and floor."), max_length=120)
    where_en = forms.CharField(label=_("Where it is, in English"), max_length=120, required=False)
    counters = forms.IntegerField(
        label=_("How many counters?"), initial=2, min_value=1, max_value=MOST_COUNTERS,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )  # fmt: skip


class RuleForm(KitForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    walk_in_share = forms.IntegerField(label=_("Percent of the times kept for walk-ins"))
    most = forms.IntegerField(label=_("How many who came later may be called before one person"))
    grace = forms.IntegerField(label=_("Minutes from the call until 'not there'"))
    late = forms.IntegerField(label=_("Minutes by which an appointment may be late"))
    cut_off = forms.IntegerField(label=_("Minutes before its time until which an appointment can be cancelled"))
    offer = forms.IntegerField(  # type: ignore[assignment]  # a field, and a method of KitForm of the same name
        label=_("Minutes for which a freed time is kept for one person")
    )
    ahead = forms.IntegerField(label=_("Days ahead that can be booked"))


DAYS = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)  # fmt: skip


class HoursForm(KitForm):
    """A line a day: 9:00-11:30, 13:30-17:00; empty where the hall is shut."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, day in enumerate(DAYS):
            self.fields[f"day_{number}"] = forms.CharField(label=day, max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        told: list[tuple[int, int, int]] = []
        for number in range(7):
            try:
                told += [(number, *span) for span in read_spans(self.cleaned_data.get(f"day_{number}", ""))]
            except ValueError:
                self.add_error(f"day_{number}", _("Write it like this: 9:00-11:30, 13:30-17:00"))
        self.cleaned_data["hours"] = told
        return self.cleaned_data


def read_spans(text: str) -> list[tuple[int, int]]:
    """Minutes of '9:00-11:30, 13:30-17:00'.  Raises ValueError where it is not of this form."""
    plain = text.replace("，", ",").replace("：", ":").replace("–", "-").replace("—", "-").replace("；", ",")
    return [_span(part) for part in plain.split(",") if part.strip()]


def _span(text: str) -> tuple[int, int]:
    opens, closes = (_minute(part) for part in text.split("-"))
    return opens, closes


def _minute(text: str) -> int:
    hours, _colon, minutes = text.strip().partition(":")
    found = int(hours) * 60 + int(minutes or 0)
    if not 0 <= found <= 24 * 60 or int(minutes or 0) > 59:
        raise ValueError(text)
    return found


class ShutForm(KitForm):
    day = forms.DateField(label=_("Which day?"), widget=DayInput)
    reason = forms.CharField(label=_("Why, for the notice at the door"), max_length=80)
    call_off = forms.BooleanField(
        label=_("Call off what is booked on this day. Whoever left a number or an address is told why."), required=False
    )


class CounterForm(KitForm):
    number = forms.IntegerField(label=_("Counter"), min_value=1, max_value=99)
    skills = forms.MultipleChoiceField(
        label=_("What is done at it?"), widget=forms.CheckboxSelectMultiple, choices=Skill.choices
    )
    low = forms.BooleanField(label=_("A low counter, which one reaches sitting"), required=False)


def _read(text: str) -> Contact | None:
    if not text:
        return None
    try:
        return read_contact(text)
    except Invalid as told:
        raise forms.ValidationError(told.fields["contact"]) from told
