"""The form with which an office writes where its petition desk is found."""

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.core.forms import MoveForm


class OfficeForm(MoveForm):
    """What pages and letters say of the desk."""

    address = forms.CharField(label=_("Address, in Chinese"), max_length=120)
    address_en = forms.CharField(label=_("Address, in English"), max_length=160, required=False)
    hours = forms.CharField(
        label=_("Opening hours, in Chinese"), max_length=160, help_text=_("For example: 工作日 9:00–11:30，13:30–17:00")
    )
    hours_en = forms.CharField(label=_("Opening hours, in English"), max_length=200, required=False)
    telephone = forms.CharField(
        label=_("Telephone number"), max_length=40, help_text=_("Of the desk, not of a person.")
    )
    reason = forms.CharField(
        label=_("Why is it changed?"), max_length=200, help_text=_("It stands in the list of versions.")
    )
