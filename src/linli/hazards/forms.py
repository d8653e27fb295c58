"""Forms of hazards: what a resident points out, what each step asks, and the filters of the list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core.forms import ActionForm, Hinted, KitForm, PhotosField, QuickSelect
from linli.core.signatures import Signature, SignatureField
from linli.core.versions import VersionField
from linli.hazards.domain.steps import LONGEST, MOST_EXTENSION, Demand, departments
from linli.hazards.enums import Answers, Handed, HazardKind
from linli.hazards.kind import STATES
from linli.hazards.models import Hazard
from linli.places.domain.kept import tree
from linli.places.domain.queries import governed_path
from linli.places.models import Kind

KINDS = (
    (HazardKind.FIRE, Hinted(_("Fire"), _("A way out is blocked, e-bikes charge on the stairs, no extinguisher"))),
    (HazardKind.GAS, Hinted(_("Gas"), _("A smell of gas, an old hose, bottles in a shop"))),
    (HazardKind.ELECTRICITY, Hinted(_("Electricity"), _("Bare or hot wires, an open box, wires strung outside"))),
    (HazardKind.BUILDING, Hinted(_("Building"), _("Loose plaster or brackets, a crack, a railing that gives way"))),
)
Group = tuple[str, list[tuple[str, str]]]


def place_groups(below: str = "") -> list[Any]:
    """Estates with their buildings and lanes, for a choice; only those under a path."""
    known, root = tree(), governed_path()
    groups: list[Any] = [("", "–")]
    for estate in known.of_kind(Kind.ESTATE, below=root):
        whole = str(_("%(estate)s: yard, gate, lane …") % {"estate": estate.title})
        rows = [(estate.path, whole)]
        rows += [(place.path, f"{estate.title} {place.title}") for place in known.children(estate.path, Kind.BUILDING)]
        rows = [row for row in rows if row[0].startswith(below)]
        if rows:
            groups.append((estate.title, rows))
    return groups


class PlaceField(forms.ChoiceField):
    """A building or an estate. `clean` gives the place."""

    widget = QuickSelect

    def clean(self, value: Any) -> Any:
        path = super().clean(value)
        return tree().by_path[path] if path else None


class WithPlace(KitForm):
    def __init__(self, *args: Any, below: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("place", place_groups(below))


class NewForm(WithPlace, ActionForm):
    """Staff write down what they saw, or what somebody told them."""

    source = forms.ChoiceField(
        label=_("Who saw it?"), widget=forms.RadioSelect, initial="own",
        choices=[
            ("own", _("I saw it myself")),
            ("told", Hinted(_("Somebody told us"), _("At the window, by telephone or on paper: they get a code"))),
        ],
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("What is dangerous?"), choices=HazardKind.choices)
    place = PlaceField(label=_("Place"), error_messages={"required": _("Choose the building or estate.")})
    where = forms.CharField(label=_("Where exactly?"), max_length=120, required=False)
    text = forms.CharField(label=_("What is wrong?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    imminent = forms.BooleanField(
        label=_("Danger is imminent"), required=False, help_text=_("Call 119 first. Nothing is waited for then.")
    )
    blocks = forms.BooleanField(label=_("A way out (stairs, corridor, exit, fire lane) is blocked"), required=False)
    photos = PhotosField(label=_("Photos"), help_text=_("Up to three. No faces and no number plates."), required=False)
    contact = forms.CharField(
        label=_("Contact of whoever told us"), max_length=80, required=False, help_text=_("It is kept sealed.")
    )


class OwnFindForm(NewForm):
    """What somebody of the staff saw themselves, as a phone keeps the form: no contact of anybody is written there."""

    source = None  # type: ignore[assignment]
    contact = None  # type: ignore[assignment]


class FilterForm(KitForm):
    kind = forms.ChoiceField(
        label=pgettext_lazy("hazard", "Kind"), choices=[("", _("All")), *HazardKind.choices], required=False
    )
    state = forms.ChoiceField(
        label=_("State"),
        choices=[("open", _("Open")), ("late", _("Overdue")), *STATES.items(), ("all", _("All"))],
        required=False,
    )
    place = forms.ChoiceField(label=_("Place"), widget=QuickSelect, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("place", place_groups())


# --- steps


class StepForm(ActionForm):
    """hazard: what it is about, for what is proposed. arguments: what the verb takes besides version and action."""

    version = VersionField()

    def __init__(self, *args: Any, hazard: Hazard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hazard = hazard

    def arguments(self) -> dict[str, Any]:
        return {key: value for key, value in self.cleaned_data.items() if key not in ("action", "version")}


class NoticeForm(StepForm):
    demand = forms.CharField(
        label=_("What is to be put right?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("So that somebody who was not there can see whether it was done."),
    )  # fmt: skip
    answers = forms.ChoiceField(label=_("Who answers for it?"), choices=Answers.choices)
    answers_name = forms.CharField(
        label=_("Which one?"), max_length=80,
        help_text=_("The shop, unit or company as the door says it, for example: No. 12, unit 301."),
    )  # fmt: skip
    days = forms.IntegerField(
        label=_("Within how many days?"), min_value=1, max_value=LONGEST,
        help_text=_("Calendar days from today, 30 at most."),
    )  # fmt: skip
    handed = forms.ChoiceField(label=_("How was it handed over?"), widget=forms.RadioSelect, choices=Handed.choices)
    signature = SignatureField(
        label=_("Signature of whoever received it"), required=False,
        help_text=_("With a finger on the glass, or the name typed. It says that the notice was received, no more."),
    )  # fmt: skip

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        given["signature"] = given["signature"] or Signature()
        return {"demand": Demand(**given)}


class TextForm(StepForm):
    text = forms.CharField(label=_("What was done?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class SecureForm(StepForm):
    text = forms.CharField(
        label=_("What was done at once?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: 119 called at 10:05, gas shut off, the people of the floor led out."),
    )  # fmt: skip


class ConfirmForm(StepForm):
    text = forms.CharField(
        label=_("What did you see at the second look?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    answer = forms.CharField(
        label=_("Answer in plain words"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Whoever pointed it out reads this. Name no person."),
    )  # fmt: skip


class ReasonForm(StepForm):
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class NoHazardForm(ReasonForm):
    answer = ConfirmForm.base_fields["answer"]


class MoreTimeForm(ReasonForm):
    days = forms.IntegerField(label=_("How many more days?"), min_value=1, max_value=MOST_EXTENSION)


class PassOnForm(ReasonForm):
    to = forms.ChoiceField(label=_("To whom?"))

    field_order = ("to", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {str(post.pk): post for post in departments(self.hazard.procedure)}
        self.offer("to", [(key, f"{post.title} ({post.organisation.name})") for key, post in self.posts.items()])

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        return {**given, "to": self.posts[given["to"]]}


class ContactForm(KitForm):
    reason = forms.CharField(label=_("What do you need it for?"), max_length=200)
