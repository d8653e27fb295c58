"""A service hall for measuring: so many counters, which all do general matters, open on weekdays."""

from linli.engines.clocks import Calendar
from linli.places.domain.tree import create_place
from linli.places.models import Kind
from linli.procedures.domain.limits import OFFICE_HOURS, load_calendar
from linli.services.domain.hall.setup import set_up_hall
from linli.services.models_queue import Hall
from tests.neighbourhood import LONG_AGO

WEEK = [span for day in range(5) for span in ((day, 540, 690), (day, 810, 1050))]
ALWAYS = [(day, 0, 1440) for day in range(7)]
LINES = [("general", "A", 8, "", ""), ("law", "B", 20, "", "")]


def a_hall(*, counters: int, ahead: int = 30, hours: list[tuple[int, int, int]] = WEEK) -> Hall:
    place = create_place(parent=None, kind=Kind.DISTRICT, name="区", name_en="District", code="310104")
    plain = Calendar(version="bench", zone="Asia/Shanghai", years={}, office_hours=OFFICE_HOURS)
    load_calendar(data=plain.as_data(), source="bench", at=LONG_AGO)
    hall = set_up_hall(
        code="bench", name="厅", name_en="Hall", where="", where_en="", place=place, lines=LINES, hours=hours,
        counters=[(number, ["general", "law"], False) for number in range(1, counters + 1)],
    )  # fmt: skip
    Hall.objects.update(ahead=ahead)
    hall.refresh_from_db()
    return hall
