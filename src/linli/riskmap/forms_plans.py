"""Forms of a plan: which place, what is to be seen, with which means; and one piece of work ticked."""

import re
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core.forms import ActionForm, Hinted, MoveForm
from linli.places.models import Place
from linli.riskmap.domain.plan_wishes import DENSITIES, TAPPED, Prices, Want, Wants, Wishes
from linli.riskmap.enums import TO_BE_SEEN, ZoneKind
from linli.riskmap.enums_plans import Aim
from linli.riskmap.shown import GRADES

SPOT = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*[,，;\s]\s*(-?\d+(?:\.\d+)?)\s*$")
LEVELS = dict(zip(DENSITIES, ("monitor", "detect", "observe", "recognise", "identify"), strict=True))
NOT_ASKED = "0"
VIEWS = [(1, _("one camera is enough")), (2, _("two cameras are to see it"))]
TITLES: dict[str, Any] = {**{kind: ZoneKind(kind).label for kind in TO_BE_SEEN}, TAPPED: _("points that you tapped")}


class BeginForm(ActionForm):
    name = forms.CharField(
        label=_("Name of the plan"), max_length=80, help_text=_("So that others know what it is about.")
    )
    place = forms.ModelChoiceField(Place.objects.none(), label=_("Which area"), empty_label=None, to_field_name="path")

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = Place.objects.filter(path__in=[path for path, _title in places])  # type: ignore[attr-defined]
        self.offer("place", places)


def _spots_field(label: Any, hint: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=False, max_length=6000, widget=forms.Textarea(attrs={"rows": 3})
    )


def read_spots(text: str) -> tuple[tuple[float, float], ...]:
    """Lines of longitude and latitude. Raises a ValidationError that names the line."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            spot = SPOT.match(line)
            if spot is None:
                words = _("Line %(number)d: write longitude, then latitude, for example 121.43412, 31.19240.")
                raise forms.ValidationError(words, params={"number": number})
            found.append((float(spot[1]), float(spot[2])))
    return tuple(found)


def write_spots(spots: Any) -> str:
    return "\n".join(f"{lon:.6f}, {lat:.6f}" for lon, lat in spots)


class WhatForm(MoveForm):
    """Per kind of ground a sharpness, or nothing, and one view or two."""

    points = _spots_field(
        _("Where these points are"), _("Tap the map, or write longitude and latitude, one point a line.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nothing = (NOT_ASKED, pgettext_lazy("plan", "does not matter here"))
        sharp: list[tuple[str, Any]] = [
            (f"{density:g}", f"{density:g} px/m · {GRADES[level]}") for density, level in LEVELS.items()
        ]
        for kind, title in TITLES.items():
            choices = sharp if kind == TAPPED else [nothing, *sharp]
            self.fields[kind] = forms.ChoiceField(label=capfirst(title), choices=choices)
            self.fields[f"{kind}_views"] = forms.TypedChoiceField(
                label=_("From how many sides"), choices=VIEWS, coerce=int
            )

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """The pairs of fields, kind by kind."""
        return [(self[kind], self[f"{kind}_views"]) for kind in TITLES]

    def clean_points(self) -> tuple[tuple[float, float], ...]:
        return read_spots(self.cleaned_data["points"])

    def wants(self) -> Wants:
        """By kind what is wanted; tapped points are among the kinds where some were tapped."""
        given = self.cleaned_data
        asked = [kind for kind in TITLES if (given["points"] if kind == TAPPED else given[kind] != NOT_ASKED)]
        return {kind: {"density": float(given[kind]), "views": given[f"{kind}_views"]} for kind in asked}

    @staticmethod
    def initial_of(wishes: Wishes) -> dict[str, Any]:
        found: dict[str, Any] = {"points": write_spots(wishes.points)}
        found |= dict.fromkeys(TITLES, NOT_ASKED) | {TAPPED: f"{Want().density:g}"}
        for kind, want in wishes.kinds.items():
            found |= {kind: f"{want.density:g}", f"{kind}_views": want.views}
        return found


class MeansForm(MoveForm):
    """With which means, and for how much."""

    aim = forms.ChoiceField(
        label=_("What is the plan held to?"), widget=forms.RadioSelect,
        choices=[
            (Aim.TURN, Hinted(Aim.TURN.label, _("Without a sum below every turn that helps is made."))),
            (Aim.BUDGET, Hinted(Aim.BUDGET.label, _("Give the sum below."))),
            (Aim.LEAST, Hinted(Aim.LEAST.label, _("Give the share below."))),
        ],
    )  # fmt: skip
    budget = forms.IntegerField(label=_("At most, yuan"), required=False, min_value=0)
    share = forms.IntegerField(
        label=_("At least, percent of what can be seen at all"), required=False, min_value=1, max_value=100
    )
    walls = forms.BooleanField(label=_("Cameras may be added to the walls of buildings"), required=False)
    poles = _spots_field(
        _("Places for poles"), _("Tap where a pole could stand, or write longitude and latitude, one a line.")
    )
    turn = forms.IntegerField(label=_("Turning one camera, yuan"), min_value=0)
    wall = forms.IntegerField(label=_("Adding one on a wall, yuan"), min_value=0)
    pole = forms.IntegerField(label=_("Adding one with its pole, yuan"), min_value=0)
    dark = forms.IntegerField(label=_("Blacking one out, yuan"), min_value=0)

    MONEY = ("turn", "wall", "pole", "dark")

    def clean_poles(self) -> tuple[tuple[float, float], ...]:
        return read_spots(self.cleaned_data["poles"])

    @property
    def prices(self) -> list[Any]:
        return [self[name] for name in self.MONEY]

    def wishes(self, before: Wishes) -> Wishes:
        given = self.cleaned_data
        return Wishes(
            kinds=before.kinds, points=before.points, poles=given["poles"], walls=given["walls"],
            prices=Prices(**{name: given[name] for name in self.MONEY}), budget=given["budget"],
            share=given["share"] or before.share,
        )  # fmt: skip

    @staticmethod
    def initial_of(wishes: Wishes, aim: str) -> dict[str, Any]:
        return {
            "aim": aim, "budget": wishes.budget, "share": wishes.share, "walls": wishes.walls,
            "poles": write_spots(wishes.poles), **vars(wishes.prices),
        }  # fmt: skip


class AcceptForm(MoveForm):
    kind = forms.CharField(widget=forms.HiddenInput)


class DoneForm(ActionForm):
    """A camera that was added: which one of the register it is."""

    code = forms.CharField(
        label=_("Its code in the register"), max_length=20,
        help_text=_("Put the new camera into the register of devices first; its code stands on its label."),
    )  # fmt: skip
