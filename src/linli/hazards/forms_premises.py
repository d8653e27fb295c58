"""Forms of the register of premises and of inspections."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.core.forms import ActionForm, DayInput, KitForm, MoveForm, PhotosField
from linli.core.signatures import SignatureField
from linli.hazards.domain.checklists import Checklist, Line, checklists
from linli.hazards.domain.inspecting import NOTE_MOST, Tick
from linli.hazards.domain.premises import AFTER
from linli.hazards.enums import Concern, PremisesKind, PremisesStatus, TalkWith, Ticked
from linli.hazards.forms import PlaceField, WithPlace


class AddForm(WithPlace, ActionForm):
    kind = forms.ChoiceField(label=_("What kind of rooms?"), choices=PremisesKind.choices)
    name = forms.CharField(
        label=_("What are they called?"), max_length=80, help_text=_("As the door says it. No name of a person.")
    )
    place = PlaceField(label=_("Place"), error_messages={"required": _("Choose the building or estate.")})
    where = forms.CharField(label=_("Where exactly?"), max_length=120, required=False)
    operator = forms.CharField(
        label=_("How is the operator reached?"), max_length=200, required=False,
        help_text=_("It is kept sealed. Whoever opens it says why, and that is written down."),
    )  # fmt: skip
    visit_on = forms.DateField(label=_("Next visit"), widget=DayInput, required=False)


class PremisesFilter(KitForm):
    status = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *PremisesStatus.choices], required=False)
    kind = forms.ChoiceField(
        label=_("What kind of rooms?"), choices=[("", _("All")), *PremisesKind.choices], required=False
    )


class VisitForm(MoveForm):
    concerns = forms.MultipleChoiceField(
        label=_("What did you find?"), widget=forms.CheckboxSelectMultiple, choices=Concern.choices
    )
    text = forms.CharField(
        label=_("In words"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("About the rooms, not about people. A clue of gambling is told to the police: 110."),
    )  # fmt: skip
    after = forms.ChoiceField(label=_("How does it stand now?"), widget=forms.RadioSelect)
    visit_on = forms.DateField(label=_("Next visit"), widget=DayInput, required=False)

    def __init__(self, *args: Any, status: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("after", [(each, PremisesStatus(each).label) for each in AFTER[status]])


class TalkForm(ActionForm):
    talked_with = forms.ChoiceField(label=_("Talked with whom?"), choices=TalkWith.choices)
    promised = forms.CharField(
        label=_("What was promised?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: windows closed and quiet from 21:00 on."),
    )  # fmt: skip
    follow_up_on = forms.DateField(label=_("When does somebody look whether it was kept?"), widget=DayInput)
    signature = SignatureField(
        label=_("Name of whoever promises"),
        required=False,
        help_text=_("It binds nobody in law."),
    )


class FollowUpForm(KitForm):
    kept = forms.ChoiceField(
        label=_("Was it kept?"), widget=forms.RadioSelect, choices=[("yes", _("Kept")), ("no", _("Not kept"))]
    )
    found = forms.CharField(label=_("What did you see?"), max_length=500, required=False)


# --- inspections


class BeginForm(WithPlace):
    """Which list, and where."""

    list = forms.ChoiceField(label=_("What do you inspect?"), widget=forms.RadioSelect)
    place = PlaceField(label=_("Place"), error_messages={"required": _("Choose the building or estate.")})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("list", [(each.code, each.title) for each in checklists().values()])


class RoundForm(ActionForm):
    """A list on the phone: three fields a line, and the place in words. `ticks` after it is valid."""

    where = forms.CharField(label=_("Where exactly?"), max_length=120, required=False)

    def __init__(self, *args: Any, checklist: Checklist, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.checklist = checklist
        for line in checklist.lines:
            self._add(line)

    def _add(self, line: Line) -> None:
        more = {
            f"tick_{line.code}": forms.ChoiceField(
                label=line.title, widget=forms.RadioSelect, choices=Ticked.choices,
                error_messages={"required": _("Say how you found it.")},
            ),
            f"note_{line.code}": forms.CharField(
                label=_("What did you see?"), max_length=NOTE_MOST, required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            ),
            f"photo_{line.code}": PhotosField(label=_("Photos"), most=3, required=False),
            f"open_{line.code}": forms.BooleanField(label=_("Open a hazard for it"), required=False, initial=True),
            f"now_{line.code}": forms.BooleanField(label=_("Danger is imminent: 119 first"), required=False),
        }  # fmt: skip
        self.fields.update(more)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Each line with its fields, for the page."""
        parts = ("tick", "note", "photo", "open", "now")
        return [
            {"line": line, **{part: self[f"{part}_{line.code}"] for part in parts}} for line in self.checklist.lines
        ]

    def ticks(self, store: Any) -> dict[str, Tick]:
        """What was ticked. store: keeps uploads and gives their uuids."""
        given = self.cleaned_data
        return {
            line.code: Tick(
                given[f"tick_{line.code}"], given[f"note_{line.code}"], store(given[f"photo_{line.code}"]),
                opens=given[f"open_{line.code}"], imminent=given[f"now_{line.code}"],
            )
            for line in self.checklist.lines
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for line in self.checklist.lines:
            bad = given.get(f"tick_{line.code}") == Ticked.BAD
            if bad and not given.get(f"note_{line.code}", "").strip():
                self.add_error(f"note_{line.code}", _("Write what you saw."))
        return given
