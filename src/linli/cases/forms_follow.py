"""What a reporter fills in: the way back, the grade, the reason for taking a report up again, and more about it."""

import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.cases.domain.report import TEXT_MOST
from linli.cases.enums import Satisfaction
from linli.core.forms import ActionForm, CodeInput, KitForm, MoveForm
from linli.procedures.numbers import LENGTH, read_number

CODE_MOST = 20


def typed(text: str) -> str:
    """A number or code as somebody typed it: full-width letters, as Chinese keyboards give them, made plain."""
    return unicodedata.normalize("NFKC", text).strip()


class CodeForm(KitForm):
    code = forms.CharField(
        label=pgettext_lazy("report", "Code"),
        help_text=_("The ten letters and figures that were shown when the report was sent."),
        max_length=CODE_MOST,
        widget=CodeInput(digits=False, length=10),
    )

    def clean_code(self) -> str:
        return typed(self.cleaned_data["code"])


class FindForm(CodeForm):
    """Number and code, for who comes without the address."""

    number = forms.CharField(
        label=_("Number of the report"),
        help_text=_("Nine letters and figures."),
        max_length=CODE_MOST,
        widget=CodeInput(digits=False, length=LENGTH + 1),
    )
    field_order = ["number", "code"]

    def clean_number(self) -> str:
        number = read_number(typed(self.cleaned_data["number"]))
        if number is None:
            raise forms.ValidationError(_("This is not a number of ours. Please compare it letter by letter."))
        return number


class RateForm(KitForm):
    grade = forms.TypedChoiceField(
        label=_("Are you content?"),
        choices=Satisfaction.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of the five.")},
    )
    text = forms.CharField(
        label=_("Would you like to say why?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_grade(self) -> Satisfaction:
        return Satisfaction(self.cleaned_data["grade"])


class ReopenForm(MoveForm):
    reason = forms.CharField(
        label=_("What is still not right?"),
        max_length=500,
        error_messages={"required": _("Write in a sentence what is still not right.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ReplyForm(MoveForm):
    text = forms.CharField(
        label=_("Your answer"),
        max_length=TEXT_MOST,
        error_messages={"required": _("Write your answer.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AddForm(ActionForm):
    text = forms.CharField(
        label=_("What would you like to add?"),
        help_text=_("Whoever has your report reads it."),
        max_length=TEXT_MOST,
        error_messages={"required": _("Write what you want to add.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
