"""What the pages of figures are narrowed to. A value that is none of the choices counts as none."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.queries import classes
from linli.cases.forms_staff import offer
from linli.core.forms import DayInput
from linli.insight.enums import By, Span
from linli.people.actors import Viewer
from linli.people.domain.directory import directory
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title, governed_path
from linli.places.models import Kind


class FiguresForm(forms.Form):
    period = forms.ChoiceField(label=_("Period"), choices=Span.choices, required=False)
    on = forms.DateField(label=_("A day in it, or from"), widget=DayInput, required=False)
    last = forms.DateField(label=_("Until (free period)"), widget=DayInput, required=False)
    klass = forms.ChoiceField(label=_("Class"), required=False)
    place = forms.ChoiceField(label=_("Place"), required=False)
    organisation = forms.ChoiceField(label=_("Organisation"), required=False)
    by = forms.ChoiceField(choices=By.choices, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, viewer: Viewer, own: list[int] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "klass", [("", _("Any")), *((klass.code, klass.title) for klass in classes())])
        offer(self, "place", [("", _("Everywhere")), *places_of(viewer)])
        offer(self, "organisation", [("", _("Any")), *_organisations(own)])

    def chosen(self, name: str, default: Any = "") -> Any:
        self.is_valid()
        return self.cleaned_data.get(name) or default

    def chosen_day(self, name: str, default: date) -> date:
        found = self.chosen(name, default)
        assert isinstance(found, date)
        return found


def places_of(viewer: Viewer) -> list[tuple[str, str]]:
    """The areas, committees and estates that the viewer reads of."""
    below = tuple(viewer.paths) or governed_path()
    kinds = (Kind.AREA, Kind.COMMITTEE, Kind.ESTATE)
    return [
        (place.path, full_title(place))
        for place in tree().places
        if place.kind in kinds and place.path.startswith(below)
    ]


def _organisations(own: list[int] | None) -> list[tuple[str, str]]:
    known = {post.organisation_id: post.organisation for post in directory().by_key.values()}
    return sorted(
        ((str(key), each.title) for key, each in known.items() if own is None or key in own), key=lambda pair: pair[1]
    )
