"""The forms of assistance: what is needed and the consent to it, and the steps of whoever works on it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.core.forms import ActionForm, DayInput, KitForm, MoveForm
from linli.people.models import Account, Post
from linli.services.domain.assistance import WORDING, Application
from linli.services.domain.assistance_file import MOST
from linli.services.models_assistance import ConsentHow, FoundBy, Need

NOBODY = ""


class ApplyForm(ActionForm):
    """What is needed, whose it is, who may know, and the consent."""

    need = forms.ChoiceField(label=_("What kind of help?"), choices=Need.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("What has happened, and what is needed?"), max_length=MOST, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("A few sentences are enough. You need no papers now: what we can look up we do not ask for."),
        error_messages={"required": _("Write in a few sentences what is needed.")},
    )  # fmt: skip
    called = forms.CharField(
        label=_("How should we call you?"), max_length=40,
        error_messages={"required": _("Write how we should call you, for example Mrs Wang.")},
    )  # fmt: skip
    contact = forms.CharField(
        label=_("Mobile number or e-mail address"), max_length=254, required=False,
        help_text=_("It is sealed. A message says only that there is news, never which."),
    )  # fmt: skip
    committee = forms.ChoiceField(
        label=_("May your residents' committee know and help?"), required=False,
        help_text=_("It can come to you and help with papers. Without your yes it learns nothing."),
    )  # fmt: skip
    consent = forms.BooleanField(
        label=_("I agree"), error_messages={"required": _("Without your consent we may keep nothing of this.")}
    )

    def __init__(self, *args: Any, committees: Sequence[Post], reachable: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].required = not reachable
        if not reachable:
            self.fields["contact"].error_messages["required"] = _(
                "Write a mobile number or an e-mail address, so that we can reach you."
            )
        self._posts = {str(post.pk): post for post in committees}
        nobody = (NOBODY, _("No, only the service hall"))
        self.offer("committee", [nobody, *((key, post.place.title) for key, post in self._posts.items())])
        self.fields["consent"].help_text = WORDING

    def application(self, *, account: Account | None, today: date) -> Application:
        given = self.cleaned_data
        return Application(
            need=given["need"], called=given["called"], words=given["words"], contact=given["contact"],
            account=account, committee=self._posts.get(given["committee"]), consent_on=today,
        )  # fmt: skip


class ConsentMixin(forms.Form):
    """The dated consent, as a clerk writes it down."""

    consent_on = forms.DateField(label=_("On which day did the person agree?"), widget=DayInput)
    consent_how = forms.ChoiceField(
        label=_("How did they agree?"), widget=forms.RadioSelect,
        choices=[(each.value, each.label) for each in (ConsentHow.SIGNED, ConsentHow.SPOKEN)],
    )  # fmt: skip


class WriteForm(ActionForm, ConsentMixin):
    """A clerk or a committee writes an application down for somebody who agreed."""

    need = forms.ChoiceField(label=_("What kind of help?"), choices=Need.choices, widget=forms.RadioSelect)
    found_by = forms.ChoiceField(
        label=_("Who came with it?"), widget=forms.RadioSelect,
        choices=[(each.value, each.label) for each in (FoundBy.SELF, FoundBy.FAMILY, FoundBy.COMMITTEE)],
    )  # fmt: skip
    words = forms.CharField(
        label=_("What has happened, and what is needed?"), max_length=MOST, widget=forms.Textarea(attrs={"rows": 5})
    )
    called = forms.CharField(label=_("How to call the person"), max_length=40)
    contact = forms.CharField(
        label=_("Their mobile number or e-mail address, where they have one"), max_length=254, required=False
    )

    field_order = ["action", "need", "found_by", "words", "called", "contact", "consent_on", "consent_how"]

    def application(self) -> Application:
        return Application(**{name: self.cleaned_data[name] for name in self.fields if name != "action"})


class FoundForm(ActionForm):
    """A committee found somebody in need; they were not asked yet."""

    need = forms.ChoiceField(label=_("What kind of help?"), choices=Need.choices, widget=forms.RadioSelect)
    lead = forms.CharField(
        label=_("How can the person be asked?"), max_length=MOST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only what is needed to ask them. It is sealed, and forgotten as soon as they have answered."),
    )  # fmt: skip


class AgreeForm(MoveForm, ConsentMixin):
    """The person wants it."""

    need = forms.ChoiceField(label=_("What kind of help?"), choices=Need.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("What has happened, and what is needed?"), max_length=MOST, widget=forms.Textarea(attrs={"rows": 4})
    )
    called = forms.CharField(label=_("How to call the person"), max_length=40)
    contact = forms.CharField(
        label=_("Their mobile number or e-mail address, where they have one"), max_length=254, required=False
    )

    field_order = ["action", "version", "need", "words", "called", "contact", "consent_on", "consent_how"]


class StepForm(MoveForm):
    """A step that needs nothing but the button."""


class TextForm(MoveForm):
    text = forms.CharField(label=_("In words"), max_length=MOST, widget=forms.Textarea(attrs={"rows": 3}))


class ReasonForm(MoveForm):
    reason = forms.CharField(
        label=_("Reason"), max_length=MOST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person reads it, word for word."),
    )  # fmt: skip


class GrantForm(MoveForm):
    aid = forms.CharField(
        label=_("What is given"), max_length=MOST, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example: 1,200 yuan a month from December. It is sealed."),
    )  # fmt: skip
    one_off = forms.ChoiceField(
        label=_("Once, or going on?"), widget=forms.RadioSelect, choices=[("1", _("once")), ("0", _("going on"))]
    )

    def clean_one_off(self) -> bool:
        return bool(self.cleaned_data["one_off"] == "1")


class ExtendForm(ReasonForm):
    amount = forms.IntegerField(
        label=_("How many working days more"),
        min_value=1,
        help_text=_("It can be done only once. The number here is the most."),
    )
    field_order = ["action", "version", "amount", "reason"]


class ReduceForm(ReasonForm):
    aid = forms.CharField(
        label=_("What is given from now on"), max_length=MOST, widget=forms.Textarea(attrs={"rows": 2})
    )


class LookForm(KitForm):
    why = forms.CharField(label=_("What do you need it for?"), max_length=200, help_text=_("The person can read this."))


class ThanksForm(KitForm):
    text = forms.CharField(
        label=_("A word of thanks"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A line or two. Please name nobody."),
    )  # fmt: skip
    public = forms.BooleanField(
        label=_("It may be shown to everybody, without my name"), required=False,
        help_text=_("Somebody of the office reads it first. You can take this back at any time."),
    )  # fmt: skip
