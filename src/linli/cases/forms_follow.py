"""What a reporter fills in: the way back, the grade, the reason for taking a report up again, and more about it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.report import TEXT_MOST
from linli.cases.enums import Satisfaction
from linli.cases.forms_claim import CodeField, NumberField
from linli.core.forms import ActionForm, KitForm, MoveForm


class CodeForm(KitForm):
    code = CodeField(help_text=_("The ten letters and figures that were shown when the report was sent."))


class FindForm(CodeForm):
    number = NumberField(label=_("Number of the report"))
    field_order = ["number", "code"]


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
