"""What the public list is narrowed to."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.cases.models import CaseClass
from linli.core.forms import KitForm
from linli.places.models import Place


class PublicFilters(KitForm):
    """A value that is none of the choices narrows nothing: addresses are cut and mended by hand."""

    klass = forms.ChoiceField(label=pgettext_lazy("report", "What"), required=False)
    estate = forms.ChoiceField(label=_("Estate"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), ("open", _("Not finished yet"))]
    )

    def __init__(self, *args: Any, classes: Sequence[CaseClass], estates: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("klass", [("", _("All")), *((klass.code, klass.title) for klass in classes)])
        self.offer("estate", [("", _("All")), *((place.path, place.title) for place in estates)])

    def chosen(self, name: str) -> str:
        self.full_clean()
        return self.cleaned_data.get(name, "")
