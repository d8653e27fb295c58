"""The form that hands a matter on to another app."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.core.forms import ActionForm, DayInput
from linli.procedures.domain.referrals import MOST, SIGNED, SPOKEN, Consent, Destination
from linli.procedures.models import Procedure


class ReferForm(ActionForm):
    """Where to, what whoever takes it on must know, and the consent where one is asked for."""

    to = forms.ChoiceField(label=_("Where does it go?"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What they must know"),
        help_text=_("Only what is needed there. Contacts are not passed on by themselves."),
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    consent_on = forms.DateField(
        label=_("On which day did the person agree?"), widget=DayInput, required=False,
        help_text=_("Read to them what you wrote above: only that goes along, and no name or number by itself."),
    )  # fmt: skip
    consent_how = forms.ChoiceField(
        label=_("How did they agree?"), widget=forms.RadioSelect, required=False,
        choices=[(SIGNED, _("signed on paper")), (SPOKEN, _("said to us, with a witness"))],
    )  # fmt: skip

    def __init__(self, *args: Any, origin: Procedure, destinations: Sequence[Destination], **more: Any) -> None:
        super().__init__(*args, **more)
        asking = [str(each.label) for each in destinations if each.asks(origin)]
        self._asking = {each.kind for each in destinations if each.asks(origin)}
        chosen = self.data.get("to") or self.initial.get("to")
        for name in ("consent_on", "consent_how"):
            self.fields[name].required = chosen in self._asking
        if asking:
            self.fields["consent_on"].label = _("For %(where)s: on which day did the person agree?") % {
                "where": _(", ").join(asking)
            }
        else:
            del self.fields["consent_on"], self.fields["consent_how"]
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (each.kind, f"{each.label} – {each.hint}" if each.hint else each.label) for each in destinations
        ]

    @property
    def consent(self) -> Consent | None:
        """The consent as it was written down; none where none is asked for."""
        given = self.cleaned_data
        if given.get("to") not in self._asking:
            return None
        return Consent(given.get("consent_on"), given.get("consent_how", ""))
