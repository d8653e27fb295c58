"""The forms of the station's staff: handover, the monthly check, drills, promises."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from linli.core.forms import ActionForm, DayInput, MomentInput
from linli.procedures.promise_sources import sources
from linli.procedures.sentences import UNIT_NAMES
from linli.station.domain.commitments import AMOUNT_MOST, TEXT_MOST
from linli.station.domain.desks import desks
from linli.station.domain.equipment import NOTE_MOST, Found, Item
from linli.station.domain.handover import MOST
from linli.station.domain.measures import PERIODS, UNITS
from linli.station.enums import DrillKind, Outcome


class HandoverForm(ActionForm):
    open_work = forms.CharField(
        label=_("What is open?"), max_length=MOST, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What the next must go on with, and until when. If nothing is open, write “nothing”. "
                    "No names of residents."),
    )  # fmt: skip
    told = forms.CharField(
        label=_("What was told, and to whom?"), max_length=MOST, required=False,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Posts and numbers of cases, not names."),
    )  # fmt: skip


class CheckForm(ActionForm):
    """A pair of fields for each thing: how it is, and what is wrong with it."""

    def __init__(self, *args: Any, items: Sequence[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            self.fields[item.code] = forms.ChoiceField(
                label=item.title, choices=Outcome.choices, widget=forms.RadioSelect,
                error_messages={"required": _("Please choose: good or fault.")},
            )  # fmt: skip
            self.fields[f"{item.code}-note"] = forms.CharField(
                label=_("What is wrong?"), max_length=NOTE_MOST, required=False
            )

    def rows(self) -> Iterator[tuple[Item, BoundField, BoundField]]:
        for item in self.items:
            yield item, self[item.code], self[f"{item.code}-note"]

    def found(self) -> dict[str, Found]:
        given = self.cleaned_data
        return {item.code: Found(Outcome(given[item.code]), given.get(f"{item.code}-note", "")) for item in self.items}


class DrillForm(ActionForm):
    kind = forms.ChoiceField(label=_("What was practised?"), choices=DrillKind.choices)
    alarm_at = forms.DateTimeField(label=_("Alarm at"), widget=MomentInput())
    where = forms.CharField(label=_("Where?"), max_length=120)
    turned_out = forms.IntegerField(label=_("Left the station after (seconds)"), min_value=0, max_value=7200)
    on_scene = forms.IntegerField(label=_("On the scene after (seconds)"), min_value=0, max_value=7200)
    people = forms.IntegerField(label=_("How many took part?"), min_value=1, max_value=200)
    note = forms.CharField(
        label=_("What went well, what did not?"), max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=_("No names: it is about the drill."),
    )  # fmt: skip


class PromiseForm(ActionForm):
    desk = forms.ChoiceField(label=_("Which desk promises?"))
    measure = forms.ChoiceField(label=_("What is measured?"))
    amount = forms.IntegerField(
        label=_("Within"), min_value=1, max_value=AMOUNT_MOST, required=False,
        help_text=_("Leave it empty where the time limit of the matter itself is kept."),
    )  # fmt: skip
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    period = forms.TypedChoiceField(label=_("The figure goes back over"), coerce=int)
    text = forms.CharField(label=_("The promise, in Chinese"), max_length=TEXT_MOST)
    text_en = forms.CharField(label=_("The same in English"), max_length=TEXT_MOST, required=False)
    since = forms.DateField(label=_("From which day on?"), widget=DayInput())

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "desk": "model",
            "unit": "working_day",
            "period": 90,
            "since": today,
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)
        self.offer("desk", [(desk.code, desk.title) for desk in desks()])
        self.offer("measure", [(each.code, each.title) for each in sources().values()])
        self.offer("period", [(n, ngettext("%(n)d day", "%(n)d days", n) % {"n": n}) for n in PERIODS])
        self.offer("unit", [(unit.value, UNIT_NAMES[unit]) for unit in UNITS])


class EndForm(ActionForm):
    until = forms.DateField(label=_("Last day"), widget=DayInput())
