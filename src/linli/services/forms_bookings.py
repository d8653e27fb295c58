"""The forms of bookings: whose it is, how long, the way back by code, and what staff decide and set."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linli.cases.forms_claim import CodeField, NumberField
from linli.core.forms import ActionForm, DayInput, KitForm, MomentInput, MoveForm
from linli.procedures.domain.limits import calendar
from linli.services.domain.booking import Person
from linli.services.domain.opening_hours import Hours
from linli.services.domain.resource_rules import RULES
from linli.services.models_bookings import Resource

HOUR, DAY = 60, 24 * 60


def length_words(minutes: int) -> str:
    """45 minutes, 2 hours, 1 day."""
    if minutes and minutes % DAY == 0:
        return ngettext("%(n)d day", "%(n)d days", minutes // DAY) % {"n": minutes // DAY}
    if minutes and minutes % HOUR == 0:
        return ngettext("%(n)d hour", "%(n)d hours", minutes // HOUR) % {"n": minutes // HOUR}
    if minutes > HOUR:
        return _("%(hours)d h %(minutes)d min") % {"hours": minutes // HOUR, "minutes": minutes % HOUR}
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


class LengthForm(KitForm):
    """How long, where there is a choice."""

    minutes = forms.ChoiceField(label=gettext_lazy("How long?"), required=False)

    def __init__(self, *args: Any, lengths: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("minutes", [(each, length_words(each)) for each in lengths])


class BookForm(ActionForm):
    """Who books, and how we reach them."""

    called = forms.CharField(
        label=gettext_lazy("How should we call you?"), max_length=40,
        help_text=gettext_lazy("For example Mrs Wang. You need not give your full name."),
        error_messages={"required": gettext_lazy("Write how we should call you, for example Mrs Wang.")},
    )  # fmt: skip
    contact = forms.CharField(
        label=gettext_lazy("Mobile number or e-mail address"), max_length=254, required=False,
        help_text=gettext_lazy("Only for news of this booking. It is sealed, and forgotten 30 days after."),
    )  # fmt: skip
    what_for = forms.CharField(
        label=gettext_lazy("What is it for?"), max_length=200, required=False,
        help_text=gettext_lazy("For example: tea afternoon of stairwell 3, ten people. Please name no person."),
    )  # fmt: skip

    def __init__(self, *args: Any, resource: Resource, reachable: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not resource.asks_what_for:
            del self.fields["what_for"]
        self.fields["contact"].required = not reachable
        if not reachable:
            self.fields["contact"].error_messages["required"] = _(
                "Write a mobile number or an e-mail address, so that we can reach you."
            )

    def person(self, account: Any) -> Person:
        return Person(called=self.cleaned_data["called"], contact=self.cleaned_data["contact"], account=account)


class EnterForm(BookForm):
    """A clerk enters what somebody asks for on paper, by telephone or at the window."""

    starts = forms.DateTimeField(label=gettext_lazy("From"), widget=MomentInput)
    ends = forms.DateTimeField(label=gettext_lazy("Until"), widget=MomentInput)
    wait = forms.BooleanField(label=gettext_lazy("Put on the waiting list if it is taken"), required=False)

    field_order = ["action", "starts", "ends", "called", "contact", "what_for", "wait"]


class FindForm(KitForm):
    number = NumberField(
        label=gettext_lazy("Number of the booking"),
        error_messages={"required": gettext_lazy("Write the number of nine characters.")},
    )  # fmt: skip
    code = CodeField(error_messages={"required": gettext_lazy("Write the code of ten characters.")})


class ReasonForm(MoveForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The person reads it."),
    )  # fmt: skip


class LookForm(KitForm):
    """Why somebody's contact is opened."""

    why = forms.CharField(
        label=gettext_lazy("What do you need it for?"), max_length=200,
        help_text=gettext_lazy("The person can read this."),
    )  # fmt: skip


class CameForm(KitForm):
    starts = forms.DateTimeField(widget=forms.HiddenInput)
    number = forms.IntegerField(label=gettext_lazy("How many came?"), min_value=0, max_value=500)


class ShutForm(KitForm):
    day = forms.DateField(label=gettext_lazy("Day"), widget=DayInput)
    why = forms.CharField(label=gettext_lazy("Why it is shut"), max_length=80)
    why_en = forms.CharField(label=gettext_lazy("The same in English"), max_length=120, required=False)

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day < datetime.now(calendar().tz).date():
            raise forms.ValidationError(_("This day is over."))
        return day


WEEKDAYS = (
    gettext_lazy("Monday"), gettext_lazy("Tuesday"), gettext_lazy("Wednesday"), gettext_lazy("Thursday"),
    gettext_lazy("Friday"), gettext_lazy("Saturday"), gettext_lazy("Sunday"),
)  # fmt: skip


class RulesForm(KitForm):
    """The rules of one resource. Openings are written a day: 09:00-11:30, 13:00-17:00."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    units = forms.IntegerField(label=gettext_lazy("How many there are"), min_value=1, max_value=500)
    step = forms.IntegerField(label=gettext_lazy("Bookings begin every … minutes"), min_value=5, max_value=DAY)
    shortest = forms.IntegerField(label=gettext_lazy("Shortest, in minutes"), min_value=1, max_value=60 * DAY)
    longest = forms.IntegerField(label=gettext_lazy("Longest, in minutes"), min_value=1, max_value=60 * DAY)
    buffer_before = forms.IntegerField(label=gettext_lazy("Minutes kept free before"), min_value=0, max_value=DAY)
    buffer_after = forms.IntegerField(label=gettext_lazy("Minutes kept free after"), min_value=0, max_value=DAY)
    notice = forms.IntegerField(
        label=gettext_lazy("Booked at the latest … minutes before"), min_value=0, max_value=60 * DAY
    )
    ahead_days = forms.IntegerField(label=gettext_lazy("Booked at most … days ahead"), min_value=1, max_value=366)
    per_person = forms.IntegerField(
        label=gettext_lazy("Open bookings of one person"), min_value=0, max_value=100,
        help_text=gettext_lazy("0: no limit."),
    )  # fmt: skip
    cut_off = forms.IntegerField(
        label=gettext_lazy("Cancelled at the latest … minutes before"), min_value=0, max_value=60 * DAY
    )
    offer_for = forms.IntegerField(
        label=gettext_lazy("A place offered to the waiting list is kept for … minutes"), min_value=5, max_value=7 * DAY
    )
    approval = forms.BooleanField(label=gettext_lazy("Each booking is approved by us"), required=False)
    keeps_holidays = forms.BooleanField(label=gettext_lazy("Shut on public holidays"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in enumerate(WEEKDAYS):
            self.fields[f"day_{number}"] = forms.CharField(label=name, required=False, max_length=80)
        self.fields["day_0"].help_text = _("For example 09:00-11:30, 13:00-17:00; empty where it is shut.")

    @property
    def rules(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in RULES}

    def hours(self) -> list[Hours]:
        """The openings as written. What cannot be read is told beside its day, and left out."""
        found: list[Hours] = []
        for number in range(7):
            try:
                found += [(number, opens, closes) for opens, closes in read_hours(self.cleaned_data[f"day_{number}"])]
            except ValueError:
                self.add_error(f"day_{number}", _("Write openings as 09:00-11:30, several with a comma between."))
        return found


def read_hours(text: str) -> list[tuple[int, int]]:
    """`09:00-11:30, 13:00-24:00` in minutes. Raises ValueError."""
    plain = text.replace("，", ",").replace("：", ":").replace("–", "-").replace("—", "-").replace("～", "-")
    found = []
    for part in (each.strip() for each in plain.split(",")):
        if part:
            opens, closes = part.split("-")
            found.append((_minute(opens), _minute(closes)))
    return found


def _minute(text: str) -> int:
    hour, minute = (int(each) for each in text.strip().split(":"))
    if not (0 <= hour <= 24 and 0 <= minute < 60 and hour * 60 + minute <= DAY):
        raise ValueError(text)
    return hour * 60 + minute


def hours_text(opens: int, closes: int) -> str:
    """09:00–11:30."""
    return f"{opens // 60:02}:{opens % 60:02}–{closes // 60:02}:{closes % 60:02}"


def week_text(hours: Sequence[Hours]) -> list[tuple[Any, str]]:
    """A line a day, days with the same hours together: Monday to Friday, 09:00–11:30, 13:00–17:00."""
    of_day = [", ".join(hours_text(opens, closes) for day, opens, closes in hours if day == each) for each in range(7)]
    lines: list[tuple[Any, str]] = []
    first = 0
    for day in range(1, 8):
        if day == 7 or of_day[day] != of_day[first]:
            if of_day[first]:
                lines.append((_days(first, day - 1), of_day[first]))
            first = day
    return lines


def _days(first: int, last: int) -> str:
    if first == last:
        return str(WEEKDAYS[first])
    return _("%(first)s to %(last)s") % {"first": WEEKDAYS[first], "last": WEEKDAYS[last]}


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())
