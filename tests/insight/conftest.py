"""What tests of figures share: moves at a time of one's own, what was told, and the eyes of a post."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from linli.cases.domain.closing import close_case, rate_case, reopen_case, rework_case, verify_case, void_case
from linli.cases.domain.handling import accept_case, dispatch_case, file_case, hand_back_case, hand_in_case
from linli.cases.enums import Satisfaction
from linli.cases.models import Case
from linli.core import outbox
from linli.insight.domain.periods import Period, period_of
from linli.insight.domain.queries import Scope
from linli.insight.enums import Span
from linli.insight.jobs import NAME
from linli.people.actors import Actor, Viewer
from tests.neighbourhood import Street, photo

TODAY = date(2026, 12, 31)
NOVEMBER = period_of(Span.MONTH, date(2026, 11, 23), TODAY)


@pytest.fixture
def tell() -> Callable[[], int]:
    """Let the sums hear what was told; how many messages there were."""
    return lambda: outbox.drain(NAME)


@pytest.fixture
def eyes(street: Street) -> Callable[..., Scope]:
    """A function that gives what a post sees: `eyes("duty_officer", klass=3)`."""

    def look(role: str, **narrowed: object) -> Scope:
        viewer = Viewer((street.posts[role],), street.accounts[role])
        return Scope(viewer, **narrowed)

    return look


class Walk:
    """Moves one case on, each step so many hours after the report."""

    def __init__(self, street: Street, case: Case) -> None:
        self.street, self.case, self.begun = street, case, street.now

    def _at(self, hours: float) -> datetime:
        return self.begun + timedelta(hours=hours)

    def _do(self, verb: Callable[..., Case], role: str, hours: float, **more: object) -> "Walk":
        self.case = verb(
            case=self.case, version=self.case.procedure.version, by=self.street.by(role), at=self._at(hours),
            action=uuid4(), **more,
        )  # fmt: skip
        return self

    def file(self, hours: float = 1) -> "Walk":
        return self._do(file_case, "duty_officer", hours, klass=self.case.klass)

    def dispatch(self, hours: float = 1, to: str = "property_manager") -> "Walk":
        return self._do(dispatch_case, "duty_officer", hours, to=self.street.posts[to], reason="")

    def accept(self, hours: float = 2, by: str = "property_manager") -> "Walk":
        return self._do(accept_case, by, hours)

    def hand_back(self, hours: float = 2) -> "Walk":
        return self._do(hand_back_case, "property_manager", hours, reason="不归我们管。")

    def hand_in(self, hours: float = 20, by: str = "property_manager") -> "Walk":
        return self._do(hand_in_case, by, hours, text="灯泡已换。", photos=[photo()])

    def rework(self, hours: float = 24) -> "Walk":
        return self._do(rework_case, "grid_worker", hours, reason="还是不亮。")

    def verify(self, hours: float = 25) -> "Walk":
        return self._do(verify_case, "grid_worker", hours)

    def close(self, hours: float = 26) -> "Walk":
        return self._do(close_case, "duty_officer", hours, answer="灯已修好。")

    def void(self, hours: float = 1) -> "Walk":
        return self._do(void_case, "duty_officer", hours, reason="重复。")

    def reopen(self, hours: float = 40) -> "Walk":
        return self._do(reopen_case, "duty_officer", hours, reason="又不亮了。")

    def rate(self, grade: int, hours: float = 30) -> "Walk":
        party = str(self.case.procedure.parties.get().pk)
        rate_case(case=self.case, grade=Satisfaction(grade), by=Actor(party=party), at=self._at(hours))
        self.case.refresh_from_db()
        return self

    def done(self, grade: int = 0, *, late: bool = False) -> "Walk":
        """All the way to the answer, in time or not."""
        hours = 200 if late else 0
        self.file().dispatch().accept().hand_in(20 + hours).verify(25 + hours).close(26 + hours)
        return self.rate(grade, 30 + hours) if grade else self


@pytest.fixture
def walk(street: Street, report: Callable) -> Callable[..., Walk]:
    """A function that reports a case and gives the steps that it can go."""
    return lambda **changes: Walk(street, report(**changes).case)


def on(kind: Span, day: date, today: date = TODAY, last: date | None = None) -> Period:
    return period_of(kind, day, today, last=last)
