"""The synthetic neighbourhood's organisations and posts, and invented people who hold them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from random import Random

from linli.people.actors import Actor
from linli.people.domain.accounts import create_resident_account, create_staff_account
from linli.people.domain.holdings import appoint
from linli.people.domain.organisations import create_organisation
from linli.people.domain.posts import create_post
from linli.people.enums import OrganisationKind as Org
from linli.people.enums import Role
from linli.places.domain.queries import Called
from linli.world.model import COMMITTEES, NEXT_DOOR, Committee

BY = Actor.named("world")
FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = [
    "建国",
    "秀英",
    "志强",
    "丽华",
    "国庆",
    "桂兰",
    "文斌",
    "美玲",
    "永康",
    "淑珍",
    "晓东",
    "玉梅",
    "海涛",
    "春燕",
    "卫民",
    "雅琴",
    "立新",
    "慧敏",
    "家宝",
    "月娥",
]
STREET = "徐家汇街道"
TOUR_ESTATE, TOUR_COMMITTEE = "乐山六村", "乐山六七村"


@dataclass(frozen=True)
class Seat:
    """One post to be made and filled. `card` is the demonstration's sign-in card of whoever holds it."""

    organisation: str
    role: Role
    place: str
    name: str
    name_en: str
    superior: str = ""
    card: str = ""


ORGANISATIONS: tuple[tuple[str, str, Org], ...] = (
    ("徐家汇街道办事处（演示）", "Xujiahui Subdistrict Office (demo)", Org.STREET_OFFICE),
    ("街道城市管理所（演示）", "Urban Management (demo)", Org.DEPARTMENT),
    ("房屋管理事务所（演示）", "Housing Management (demo)", Org.DEPARTMENT),
    ("高建物业乐山服务部（演示）", "Gaojian Property, Leshan (demo)", Org.PROPERTY_COMPANY),
    ("乐山社区志愿服务队（演示）", "Leshan Volunteers (demo)", Org.SOCIAL_ORGANISATION),
    ("乐山块区警务站（演示）", "Leshan Police Post (demo)", Org.POLICE),
    ("乐山法律服务工作室（演示）", "Leshan Legal Studio (demo)", Org.LEGAL_ADVISER),
    ("乐山自治家园理事会（演示）", "Leshan Self-governance Council (demo)", Org.SELF_GOVERNANCE_COUNCIL),
    ("乐山居民代表会（演示）", "Leshan Residents' Representatives (demo)", Org.RESIDENTS_REPRESENTATIVES),
    ("乐山商户联盟（演示）", "Leshan Shopkeepers (demo)", Org.RESIDENT_UNIT),
    ("乐山微型消防站（演示）", "Leshan Mini Fire Station (demo)", Org.RESIDENT_UNIT),
)
OFFICE, URBAN, HOUSING, PROPERTY, VOLUNTEERS, POLICE = (name for name, _en, _kind in ORGANISATIONS[:6])
FIRE, LEGAL = ORGANISATIONS[-1][0], ORGANISATIONS[6][0]
FIREFIGHTERS = 5  # beside the head (DOMAIN 2.10 E7)
NEXT_OFFICE = "邻街街道办事处（演示）"


def seats(places: Called, area: str, tour_cell: str) -> Iterator[Seat]:
    """Every post of the office, those first that others answer to."""
    yield Seat(OFFICE, Role.DUTY_OFFICER, STREET, "街道值班长", "Duty officer", card="duty_officer")
    yield Seat(OFFICE, Role.AREA_LEAD, area, "乐山片区长", "Leshan area lead", "街道值班长", "area_lead")
    yield Seat(OFFICE, Role.ADMINISTRATOR, STREET, "系统管理员", "Administrator", "街道值班长", "administrator")
    yield Seat(OFFICE, Role.AUDITOR, STREET, "审计员", "Auditor", "街道值班长", "auditor")
    yield Seat(OFFICE, Role.PETITION_CLERK, STREET, "信访接待员", "Petition clerk", "街道值班长", "petition_clerk")
    yield Seat(OFFICE, Role.WINDOW_CLERK, STREET, "窗口办事员", "Service-window clerk", "街道值班长", "window_clerk")
    yield Seat(OFFICE, Role.PROJECT_LEAD, area, "更新项目负责人", "Renewal project lead", "乐山片区长", "project_lead")
    yield Seat(URBAN, Role.DEPARTMENT_HANDLER, STREET, "城管经办", "Urban management handler", "街道值班长",
               "department_handler")  # fmt: skip
    yield Seat(HOUSING, Role.DEPARTMENT_HANDLER, STREET, "房管经办", "Housing handler", "街道值班长")
    yield Seat(VOLUNTEERS, Role.VOLUNTEER_CAPTAIN, area, "志愿队长", "Volunteer captain", "乐山片区长",
               "volunteer_captain")  # fmt: skip
    yield Seat(POLICE, Role.POLICE_LIAISON, area, "社区民警", "Police liaison", "街道值班长", "police_liaison")
    for committee in (each.name for each in COMMITTEES):
        yield from _committee_seats(committee, places)
    for cell in cells_of(places, area):
        place = places[cell]
        around = next(places[each.name] for each in COMMITTEES if places[each.name].contains(place))
        yield Seat(OFFICE, Role.GRID_WORKER, cell, f"{around.name}{place.name}网格员",
                   f"Grid worker, {around.name_en}, {place.name_en}", "乐山片区长",
                   "grid_worker" if cell == tour_cell else "")  # fmt: skip
    yield from _fire_seats()
    yield Seat(LEGAL, Role.MEDIATOR, STREET, "驻点律师", "Lawyer of the legal studio", "街道值班长")
    for number, name in ((2, "二"), (3, "三"), (4, "四")):
        english = f"Service-window clerk, counter {number}"
        yield Seat(OFFICE, Role.WINDOW_CLERK, STREET, f"{name}号窗口办事员", english, "街道值班长")


def _fire_seats() -> Iterator[Seat]:
    """The mini fire station stands for the whole street office, and comes last: nothing but its calls goes to it."""
    head = "微型消防站站长"
    yield Seat(FIRE, Role.DEPARTMENT_HANDLER, STREET, head, "Head of the mini fire station", "街道值班长")
    for number in range(1, FIREFIGHTERS + 1):
        english = f"Mini fire station, member {number}"
        yield Seat(FIRE, Role.DEPARTMENT_HANDLER, STREET, f"微型消防站队员{number}", english, head)


def _committee_seats(committee: str, places: Called) -> Iterator[Seat]:
    title, ours = places[committee], committee == TOUR_COMMITTEE
    organisation = f"{committee}居委会（演示）"
    yield Seat(organisation, Role.COMMITTEE_SECRETARY, committee, f"{committee}居委书记",
               f"Committee secretary, {title.name_en}", "乐山片区长",
               "committee_secretary" if ours else "")  # fmt: skip
    yield Seat(organisation, Role.MEDIATOR, committee, f"{committee}调解员", f"Mediator, {title.name_en}",
               f"{committee}居委书记", "mediator" if ours else "")  # fmt: skip
    for estate in (each.name for each in _committee(committee).estates):
        title = places[estate]
        yield Seat(PROPERTY, Role.PROPERTY_MANAGER, estate, f"{estate}物业经理", f"Property manager, {title.name_en}",
                   "乐山片区长", "property_manager" if estate == TOUR_ESTATE else "")  # fmt: skip
        yield Seat(f"{estate}业委会（演示）", Role.OWNERS_CHAIR, estate, f"{estate}业委会主任",
                   f"Owners' chair, {title.name_en}", f"{committee}居委书记",
                   "owners_chair" if estate == TOUR_ESTATE else "")  # fmt: skip


def _committee(name: str) -> Committee:
    return next(each for each in COMMITTEES if each.name == name)


def cells_of(places: Called, area: str) -> list[str]:
    """The codes of the grid cells inside a place, in their order."""
    inside = places[area].path
    return sorted(name for name, place in places.items() if place.kind == "cell" and place.path.startswith(inside))


def build_people(places: Called, *, area: str, tour_cell: str, at: datetime, seed: int = 7) -> int:
    """Make every organisation and post, and fill each with an invented person. Returns the number of posts."""
    names, numbers = _names(Random(seed)), count(1)
    street = places[STREET]
    organisations = {
        name: create_organisation(parent=None, kind=kind, name=name, name_en=english, place=street, by=BY, at=at)
        for name, english, kind in _organisations(places)
    }
    posts: dict[str, object] = {}
    for seat in seats(places, area, tour_cell):
        posts[seat.name] = _fill(seat, organisations[seat.organisation], places, posts, next(names), next(numbers), at)
    _build_next_door(places, next(names), at)
    create_resident_account(name="演示居民", demo_card="resident", at=at)
    return len(posts)


def _organisations(places: Called) -> Iterator[tuple[str, str, Org]]:
    yield from ORGANISATIONS
    for committee in COMMITTEES:
        yield f"{committee.name}居委会（演示）", f"{committee.name_en} Committee (demo)", Org.COMMITTEE
        for estate in committee.estates:
            name = places[estate.name].name_en
            yield f"{estate.name}业委会（演示）", f"{name} Owners' Committee (demo)", Org.OWNERS_COMMITTEE


def _fill(seat, organisation, places, posts, name: str, number: int, at: datetime):
    post = create_post(
        organisation=organisation, role=seat.role, place=places[seat.place], name=seat.name, name_en=seat.name_en,
        superior=posts.get(seat.superior), by=BY, at=at,
    )  # fmt: skip
    account = create_staff_account(name=name, username=f"demo-{number}", demo_card=seat.card, at=at)
    appoint(post=post, account=account, by=BY, at=at)
    return post


def _build_next_door(places: Called, name: str, at: datetime) -> None:
    """The other street office, whose officer sees what an anonymous visitor sees."""
    place = next(place for place in places.values() if place.kind == "subdistrict" and place.name != STREET)
    office = create_organisation(
        parent=None, kind=Org.STREET_OFFICE, name=NEXT_OFFICE, name_en=f"{NEXT_DOOR.name_en} Office (demo)",
        place=place, by=BY, at=at,
    )  # fmt: skip
    seat = Seat(NEXT_OFFICE, Role.DUTY_OFFICER, place.name, "邻街值班长", "Next-door duty officer", card="outsider")
    _fill(seat, office, {place.name: place}, {}, name, 9000, at)


def _names(random: Random) -> Iterator[str]:
    while True:
        yield random.choice(FAMILY) + random.choice(GIVEN)
