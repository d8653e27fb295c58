"""The forms of "tell us once": the words, two questions, and where it goes."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.cases.forms_danger import HeardInput
from linli.core.errors import Invalid
from linli.core.forms import ActionForm, Hinted, KitForm
from linli.people.domain.contacts import read_contact
from linli.station.destinations import Destination
from linli.station.domain.intake import TEXT_MOST

ABOUT = [
    ("place", Hinted(_("A place or thing in the neighbourhood"), _("A lamp, a lift, a yard, the rubbish, parking"))),
    ("neighbour", Hinted(_("A neighbour or shop"), _("Noise, water from above, smells, things in the way"))),
    ("family", Hinted(_("My family"), _("Care for parents, an inheritance, children after a separation"))),
    ("office", Hinted(_("An office, or somebody who works for one"), _("A decision, an answer, how you were treated"))),
    ("self", Hinted(_("Myself or somebody I care for"), _("Money, care, papers, a question about rights"))),
]
WANTS = [
    ("mend", Hinted(_("That somebody comes and puts it right"), "")),
    ("talk", Hinted(_("To talk it out, with somebody who helps both sides"), "")),
    ("rights", Hinted(_("To know what the law says"), "")),
    ("answer", Hinted(_("An answer from an office, in writing"), "")),
    ("support", Hinted(_("Money, care or help in daily life"), "")),
    ("paper", Hinted(_("A card, certificate or allowance"), "")),
    ("police", Hinted(_("That the police know"), "")),
]
NOT_SURE = ("", _("I am not sure"))


def words_field(widget: type[forms.Textarea] = forms.Textarea, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=_("What is it about? Say it in your own words."),
        help_text=_("You need not know who is responsible. Please name no person. You write it only once."),
        max_length=TEXT_MOST,
        widget=widget(attrs={"rows": 6}),
        error_messages={"required": _("Write in a sentence or two what happened, or what you need.")},
        **more,
    )


class WordsForm(KitForm):
    text = words_field(HeardInput)


class AboutForm(KitForm):
    about = forms.ChoiceField(
        label=_("Whom or what is it about?"), widget=forms.RadioSelect, choices=[*ABOUT, NOT_SURE], required=False
    )


class WantsForm(KitForm):
    wants = forms.ChoiceField(
        label=_("What would help you most?"), widget=forms.RadioSelect, choices=[*WANTS, NOT_SURE], required=False
    )


class WhereForm(KitForm):
    """Where it goes: the proposed first, and every other that is open."""

    to = forms.ChoiceField(label=_("Where shall it go?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, offered: Sequence[Destination], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("to", [(each.code, Hinted(each.label, each.hint)) for each in offered])


class DeskForm(ActionForm):
    """What a clerk takes down while somebody speaks, or from a sheet of paper."""

    text = words_field()
    about = forms.ChoiceField(label=_("Whom or what is it about?"), choices=[NOT_SURE, *ABOUT], required=False)
    wants = forms.ChoiceField(label=_("What would help most?"), choices=[NOT_SURE, *WANTS], required=False)
    words = forms.CharField(
        label=_("Where is it?"), max_length=120, required=False, help_text=_("Estate and number, as they say it.")
    )
    contact = forms.CharField(
        label=_("Telephone or e-mail"), max_length=254, required=False,
        help_text=_("Only if they want a message. It is sealed."),
    )  # fmt: skip
    to = forms.ChoiceField(label=_("Where shall it go?"), widget=forms.RadioSelect, required=False)

    def __init__(self, *args: Any, offered: Sequence[Destination], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        self.offer("to", [(each.code, Hinted(each.label, each.hint)) for each in offered])

    def propose(self, to: str) -> None:
        """Show the proposed first, and chosen where nothing is chosen yet; from now on something must be."""
        self.fields["to"].required = True
        ordered = sorted(self.offered, key=lambda each: each.code != to)
        self.offer("to", [(each.code, Hinted(each.label, each.hint)) for each in ordered])
        if to and not self.data.get("to"):
            self.data = {name: self.data.get(name) for name in self.data} | {"to": to}

    def clean_contact(self) -> str:
        text = self.cleaned_data["contact"].strip()
        try:
            return read_contact(text).address if text else ""
        except Invalid as told:
            raise forms.ValidationError(told.fields["contact"]) from told
