"""Forms of the register of premises and of inspections."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.core.forms import ActionForm, DayInput, KitForm, MoveForm, PhotosField
from linli.core.signatures import SignatureField
from linli.hazards.domain.checklists import Checklist, Line
from linli.hazards.domain.inspecting import NOTE_MOST, There, Tick
from linli.hazards.domain.premises import AFTER
from linli.hazards.enums import Answers, Concern, PremisesKind, PremisesStatus, TalkWith, Ticked
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


WHO_SIGNS = ("answers", "answers_name", "signature")


class RoundForm(WithPlace, ActionForm):
    """A list on the phone: the place, in words too, three fields a line, and whoever is there signs for the notice.

    fixed: the place is known and not asked for.  serves: the post may serve a notice at once.
    Once it is valid, `ticks` and `there` say what was found and who signed.
    """

    place = PlaceField(label=_("Place"), error_messages={"required": _("Choose the building or estate.")})
    where = forms.CharField(label=_("Where exactly?"), max_length=120, required=False)
    serve = forms.BooleanField(
        label=_("Serve the notice at once"), required=False,
        help_text=_("Where whoever answers for it is there and signs. One notice for each hazard of this round."),
    )  # fmt: skip
    answers = forms.ChoiceField(label=_("Who answers for it?"), choices=[("", _("Please choose")), *Answers.choices])
    answers_name = forms.CharField(
        label=_("Which one?"), max_length=80,
        help_text=_("The shop, unit or company as the door says it, for example: No. 12, unit 301."),
    )  # fmt: skip
    signature = SignatureField(
        label=_("Signature of whoever received it"),
        help_text=_("With a finger on the glass, or the name typed. It says that the notice was received, no more."),
    )  # fmt: skip

    def __init__(self, *args: Any, checklist: Checklist, fixed: bool, serves: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.checklist = checklist
        if fixed:
            del self.fields["place"]
        for name in WHO_SIGNS:  # asked for where the notice is served at once
            self.fields[name].required = bool(not self.is_bound or self.data.get("serve"))
        if not serves:
            for name in ("serve", *WHO_SIGNS):
                del self.fields[name]
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

    @property
    def there(self) -> There | None:
        """Who was there and signs for the notice, where it is served at once."""
        given = self.cleaned_data
        if not given.get("serve"):
            return None
        return There(given["answers"], given["answers_name"], given["signature"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for line in self.checklist.lines:
            bad = given.get(f"tick_{line.code}") == Ticked.BAD
            if bad and not given.get(f"note_{line.code}", "").strip():
                self.add_error(f"note_{line.code}", _("Write what you saw."))
        return given
