"""A small neighbourhood for tests: one street office with one estate, its posts and who holds them, and an outsider.

31.1930 ┌───────────┬───────────┐
        │  cell 01  │  cell 02  │
        │  [12号]   │   [15号]  │
31.1920 └───────────┴───────────┘
      121.4330    121.4340    121.4350
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import translation
from PIL import Image

from linli.cases.domain.classes import load_starter_classes
from linli.cases.domain.closing import close_case, verify_case
from linli.cases.domain.handling import accept_case, dispatch_case, file_case, hand_in_case
from linli.cases.domain.report import report_case
from linli.cases.enums import Source
from linli.cases.models import Case, CaseClass
from linli.core import files
from linli.core.models import Installation
from linli.lawbook.calendars import calendar_from_chinesecalendar
from linli.people.actors import Actor
from linli.people.domain.accounts import create_resident_account, create_staff_account
from linli.people.domain.holdings import appoint
from linli.people.domain.organisations import create_organisation
from linli.people.domain.posts import create_post
from linli.people.enums import OrganisationKind as Org
from linli.people.enums import Role
from linli.people.models import Account, Post
from linli.places.domain.tree import create_place
from linli.places.models import Kind, Place
from linli.procedures.domain.limits import load_calendar

LONG_AGO = datetime(2024, 1, 2, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday, ten in the morning in Shanghai
SETUP = Actor.named("setup")


@dataclass
class Street:
    """Everything a test asks for by name."""

    places: dict[str, Place] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    now: datetime = NOW

    def by(self, role: str) -> Actor:
        return Actor.in_post(self.posts[role], self.accounts[role])

    def klass(self, code: str = "lighting") -> CaseClass:
        return CaseClass.objects.get(code=code)


def square(west: float, south: float, east: float, north: float) -> dict:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def build_places() -> dict[str, Place]:
    whole = square(121.4330, 31.1920, 121.4350, 31.1930)
    made: dict[str, Place] = {}

    def add(key: str, parent: str | None, kind: Kind, name: str, name_en: str, **more: object) -> None:
        made[key] = create_place(parent=made[parent] if parent else None, kind=kind, name=name, name_en=name_en, **more)

    add("district", None, Kind.DISTRICT, "徐汇区", "Xuhui District", code="310104")
    add("street", "district", Kind.SUBDISTRICT, "徐家汇街道", "Xujiahui Subdistrict")
    add("area", "street", Kind.AREA, "乐山片区", "Leshan Area")
    add("committee", "area", Kind.COMMITTEE, "乐山六七村", "Leshan 6–7", geometry=whole)
    add("cell_01", "committee", Kind.CELL, "第一网格", "Cell 01", geometry=square(121.4330, 31.1920, 121.4340, 31.1930))
    add("cell_02", "committee", Kind.CELL, "第二网格", "Cell 02", geometry=square(121.4340, 31.1920, 121.4350, 31.1930))
    add("estate", "committee", Kind.ESTATE, "乐山六村", "Leshan Estate 6", geometry=whole)
    add("building", "estate", Kind.BUILDING, "12号", "No. 12", geometry=square(121.4332, 31.1923, 121.4338, 31.1925))
    add("building_15", "estate", Kind.BUILDING, "15号", "No. 15", geometry=square(121.4342, 31.1923, 121.4348, 31.1925))
    add("other_street", "district", Kind.SUBDISTRICT, "邻街街道", "Next-door Subdistrict")
    return made


POSTS: list[tuple[str, Org, str, Role, str, str | None]] = [
    # key, organisation kind, place, role, name, superior
    ("duty_officer", Org.STREET_OFFICE, "street", Role.DUTY_OFFICER, "街道值班长", None),
    ("area_lead", Org.STREET_OFFICE, "area", Role.AREA_LEAD, "片区长", "duty_officer"),
    ("grid_worker", Org.STREET_OFFICE, "cell_01", Role.GRID_WORKER, "第一网格网格员", "area_lead"),
    ("grid_worker_2", Org.STREET_OFFICE, "cell_02", Role.GRID_WORKER, "第二网格网格员", "area_lead"),
    ("department_handler", Org.DEPARTMENT, "street", Role.DEPARTMENT_HANDLER, "城管中队经办", None),
    ("property_manager", Org.PROPERTY_COMPANY, "estate", Role.PROPERTY_MANAGER, "六村物业经理", "area_lead"),
    ("committee_secretary", Org.COMMITTEE, "committee", Role.COMMITTEE_SECRETARY, "居委书记", "area_lead"),
    ("mediator", Org.COMMITTEE, "committee", Role.MEDIATOR, "调解员", "committee_secretary"),
    ("petition_clerk", Org.STREET_OFFICE, "street", Role.PETITION_CLERK, "信访接待员", "duty_officer"),
    ("window_clerk", Org.STREET_OFFICE, "street", Role.WINDOW_CLERK, "窗口办事员", "duty_officer"),
    ("volunteer_captain", Org.SOCIAL_ORGANISATION, "area", Role.VOLUNTEER_CAPTAIN, "志愿队长", "area_lead"),
    ("owners_chair", Org.OWNERS_COMMITTEE, "estate", Role.OWNERS_CHAIR, "业委会主任", "committee_secretary"),
    ("project_lead", Org.STREET_OFFICE, "area", Role.PROJECT_LEAD, "项目负责人", "area_lead"),
    ("police_liaison", Org.POLICE, "area", Role.POLICE_LIAISON, "社区民警", "duty_officer"),
    ("auditor", Org.STREET_OFFICE, "street", Role.AUDITOR, "审计员", "duty_officer"),
    ("administrator", Org.STREET_OFFICE, "street", Role.ADMINISTRATOR, "系统管理员", "duty_officer"),
]


def build_people(street: Street) -> None:
    places = street.places
    organisations = {
        kind: create_organisation(
            parent=None, kind=kind, name=f"测试{kind.label}", place=places["street"], by=SETUP, at=LONG_AGO
        )
        for kind in dict.fromkeys(row[1] for row in POSTS)
    }
    for key, kind, place, role, name, superior in POSTS:
        post = create_post(
            organisation=organisations[kind], role=role, place=places[place], name=name,
            superior=street.posts[superior] if superior else None, by=SETUP, at=LONG_AGO,
        )  # fmt: skip
        _hold(street, key, post)
    other = create_organisation(
        parent=None, kind=Org.STREET_OFFICE, name="邻街街道办事处", place=places["other_street"], by=SETUP, at=LONG_AGO
    )
    outsider = create_post(
        organisation=other, role=Role.DUTY_OFFICER, place=places["other_street"], name="邻街值班长",
        by=SETUP, at=LONG_AGO,
    )  # fmt: skip
    _hold(street, "outsider", outsider)
    street.accounts["resident"] = create_resident_account(name="测试居民", at=LONG_AGO)


def _hold(street: Street, key: str, post: Post) -> None:
    account = create_staff_account(name=post.name, email=f"{key}@example.org", username=key, at=LONG_AGO)
    appoint(post=post, account=account, by=SETUP, at=LONG_AGO)
    street.posts[key], street.accounts[key] = post, account


@pytest.fixture
def street(db: None) -> Street:
    return build_street()


def build_street() -> Street:
    """The neighbourhood, with a calendar of 2025 and 2026 and the starter classes."""
    places = build_places()
    Installation.objects.create(name="徐家汇街道", name_en="Xujiahui Subdistrict", root_path=places["street"].path)
    load_calendar(data=calendar_from_chinesecalendar([2025, 2026]).as_data(), source="test", at=LONG_AGO)
    made = Street(places=places)
    build_people(made)
    load_starter_classes(place=places["street"], at=LONG_AGO)
    return made


@pytest.fixture
def report(street: Street):
    """A function that reports a broken landing light at No. 12, or whatever it is told."""

    def make(**changes: object) -> SimpleNamespace:
        given = {
            "text": "三楼楼道灯不亮，老人上下楼看不清。", "source": Source.RESIDENT, "by": None, "at": street.now,
            "action": uuid4(), "klass": street.klass(), "place": street.places["building"], **changes,
        }  # fmt: skip
        reported = report_case(**given)
        return SimpleNamespace(case=reported.case, code=reported.claim_code, action=given["action"])

    return make


def photo(name: str = "work.png") -> UUID:
    """A stored photograph that belongs to nothing yet."""
    bytes_ = BytesIO()
    Image.new("RGB", (64, 48), "#0b6e63").save(bytes_, "PNG")
    bytes_.seek(0)
    return files.store(bytes_, name=name, procedure=None, audience="staff", at=NOW).uuid


@pytest.fixture
def case_in(street: Street, report):
    """A function that brings a case into a state by the moves that lead there."""

    def step(verb: Callable[..., Case], version: int, role: str, **more: object) -> Callable[[Case], Case]:
        return lambda case: verb(
            case=case, version=version, by=street.by(role), at=street.now, action=uuid4(),
            **{name: value() if callable(value) else value for name, value in more.items()},
        )  # fmt: skip

    handler = street.posts["property_manager"]
    steps = {
        "filed": lambda case: step(file_case, 1, "duty_officer", klass=case.klass)(case),
        "dispatched": step(dispatch_case, 2, "duty_officer", to=handler, reason=""),
        "handling": step(accept_case, 3, "property_manager"),
        "handled": step(hand_in_case, 4, "property_manager", text="灯泡已换。", photos=lambda: [photo()]),
        "verified": step(verify_case, 5, "grid_worker"),
        "closed": step(close_case, 6, "duty_officer", answer="灯已修好。"),
    }

    def bring(state: str, **changes: object) -> Case:
        case = report(**changes).case
        for reached, act in steps.items():
            if case.procedure.state == state:
                break
            case = act(case)
            assert case.procedure.state == reached
        return case

    return bring


@pytest.fixture
def sign_in(street: Street) -> Iterator[Callable[..., Client]]:
    """A function that gives a client in which the person of this key is signed in, in English."""

    def enter(key: str, language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        client.force_login(street.accounts[key])
        return client

    yield enter
    translation.deactivate()  # the last page's language would stay with this thread
