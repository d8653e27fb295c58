"""The synthetic neighbourhood, put into the tree of places."""

from datetime import datetime

from django.utils import timezone

from linli.people.actors import Actor
from linli.places.domain.aliases import add_alias
from linli.places.domain.queries import Called, called
from linli.places.domain.tree import create_places
from linli.world.model import SYNTHETIC
from linli.world.neighbourhood import SEED, neighbourhood
from linli.world.sayings import SLANG


def build_places(*, at: datetime, seed: int = SEED, scale: int = 1, units: bool = False) -> Called:
    """Create the neighbourhood in an empty tree, and give its places by what they are called.

    `places["乐山六七村"]` is a committee and `places["乐山六村"]` an estate of it. A grid cell is found by its code,
    and what lies in an estate with the estate before it: `places["乐山六村12号楼1号门"]`. The made-up figures carry
    the day of `at`.
    """
    draft = neighbourhood(as_of=timezone.localdate(at), seed=seed, scale=scale, units=units)
    places = called(create_places(parent=None, drafts=[draft]))
    for name, spoken in SLANG.items():
        for text in spoken:
            add_alias(place=places[name], text=text, source=SYNTHETIC, by=Actor.named("world"), at=at)
    return places
