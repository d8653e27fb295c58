"""Service points, what can be booked and the programme, as the file of content describes them."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from linli.places.domain.queries import Called
from linli.procedures.domain.limits import calendar
from linli.services.domain.opening_hours import Hours
from linli.services.domain.points import PointDraft, create_happening, create_point
from linli.services.domain.resource_rules import Draft, create_resource

DATA = Path(__file__).parents[1] / "data" / "bookings.toml"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIME = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")


@cache
def content() -> Mapping[str, Any]:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def read_week(lines: Sequence[str]) -> tuple[Hours, ...]:
    """`mon-fri 09:00-11:30 13:00-17:00` as hours. Raises ValueError where it cannot be read."""
    found: list[Hours] = []
    for line in lines:
        days, *times = line.split()
        first, _to, last = days.partition("-")
        for weekday in range(DAYS.index(first), DAYS.index(last or first) + 1):
            found += [(weekday, *_minutes(time)) for time in times]
    return tuple(sorted(found))


def _minutes(text: str) -> tuple[int, int]:
    match = TIME.fullmatch(text)
    if match is None:
        raise ValueError(text)
    opens_at, opens_past, closes_at, closes_past = (int(each) for each in match.groups())
    return opens_at * 60 + opens_past, closes_at * 60 + closes_past


def lay_down(places: Called, *, since: date, root: str) -> int:
    """Put points, resources and programme into the database, once. Returns how many resources there are.

    places: by what they are called; those that this office does not have take the place `root`.  since: the first day
    of the programme.
    """
    points = {}
    for row in content()["point"]:
        near = places.get(row["near"])
        draft = PointDraft(
            code=row["code"], kind=row["kind"], name=row["name"], name_en=row["name_en"], about=row["about"],
            about_en=row["about_en"], address=row["address"], address_en=row["address_en"],
            telephone=row["telephone"], lon=near.lon if near else None, lat=near.lat if near else None,
            step_free=row.get("step_free", True), hours=read_week(row["hours"]),
            keeps_holidays=row.get("keeps_holidays", True),
        )  # fmt: skip
        points[row["code"]] = create_point(draft=draft, place=places.get(row["place"]) or places[root])
    for row in content()["resource"]:
        point = points[row["point"]]
        create_resource(
            draft=Draft(
                code=row["code"], kind=row["kind"], name=row["name"], name_en=row["name_en"], about=row["about"],
                about_en=row["about_en"], hours=read_week(row["hours"]), rules=row["rules"],
            ),
            place=point.place, point=point,
        )  # fmt: skip
    for row in content()["happening"]:
        (hours,) = read_week([row["on"]])
        create_happening(
            code=row["code"], point=points[row["point"]], kind=row["kind"], name=row["name"], name_en=row["name_en"],
            hours=hours, first=since,
        )  # fmt: skip
    return len(content()["resource"])


def day_of(at: datetime) -> date:
    return at.astimezone(calendar().tz).date()
