"""The form that hands a matter on to another app."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.core.forms import ActionForm
from linli.procedures.domain.referrals import MOST, Destination


class ReferForm(ActionForm):
    """Where to, and what whoever takes it on must know."""

    to = forms.ChoiceField(label=_("Where does it go?"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What they must know"),
        help_text=_("Only what is needed there. Contacts are not passed on by themselves."),
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, destinations: Sequence[Destination], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (each.kind, f"{each.label} – {each.hint}" if each.hint else each.label) for each in destinations
        ]
