"""The first day of an office, walked page by page: `python -m tests.site.first_day LINK` prints what came of it.

Each step is what somebody does in the browser; what cannot be done on a page stops the walk.
"""

import json
import re
import sys
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
from django.test.utils import setup_test_environment

django.setup()
setup_test_environment()

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone, translation  # noqa: E402

from linli.cases.models import Case  # noqa: E402
from linli.core import doctor  # noqa: E402
from linli.people.models import Account, Invitation, Organisation, Post  # noqa: E402
from linli.places.models import Kind, Place  # noqa: E402
from linli.procedures.models import Assignment  # noqa: E402
from linli.sensing.jobs_rules import ask_owners_of_rules  # noqa: E402
from linli.sensing.models import Rule  # noqa: E402

PAGES = (
    "/people/", "/people/accounts/", "/people/roster/", "/people/acts/", "/places/", "/admin/condition/",
    "/admin/classes/", "/admin/routing/", "/services/items/", "/protection/lines/", "/petitions/office/", "/rules/",
)  # fmt: skip
PASSWORD = "four words of a sentence"
LINK = re.compile(r"https?://[^\s\"<]+/invitation/[\w-]+/")


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(key: str, kind: str, name: str, parent: str = "", geometry: Any = None, **more: str) -> dict[str, Any]:
    said = {"kind": kind, "name": name, **({"parent": parent} if parent else {}), **more}
    return {"type": "Feature", "id": key, "properties": said, "geometry": geometry}


def tree_file() -> str:
    """What `linli places import` brings in: from the district to the estate."""
    whole = square(121.4330, 31.1920, 121.4350, 31.1930)
    features = [
        feature("d", "district", "徐汇区", code="310104"),
        feature("s", "subdistrict", "徐家汇街道", "d", code="310104007"),
        feature("a", "area", "乐山片区", "s"),
        feature("c", "committee", "乐山六七村", "a", whole),
        feature("g", "cell", "第一网格", "c", whole, code="310104007001001"),
        feature("e", "estate", "乐山六村", "c", whole, code="E6"),
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


class Person:
    """Somebody at a browser of their own."""

    def __init__(self) -> None:
        self.client = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})

    def open(self, address: str) -> Any:
        answer = self.client.get(address, follow=True)
        assert answer.status_code == 200, f"{address} says {answer.status_code}: {answer.content.decode()[:3000]}"
        return answer

    def send(self, address: str, /, **given: Any) -> Any:
        answer = self.client.post(address, given)
        wrong = answer.context["form"].errors if answer.context and "form" in answer.context else ""
        assert answer.status_code in (200, 302), f"{address} says {answer.status_code}: {wrong}"
        return answer

    def sign_up(self, link: str, name: str) -> None:
        """From the link to the first page of work, with a password and an app."""
        address = urlsplit(link).path
        self.open(address)
        answer = self.send(address, name=name, way="password", password=PASSWORD)
        page = self.open(answer.url)
        counter = next(iter(yield_hotp_counters_from_time()))
        code = format_hotp_value(hotp_value(page.context["form"].secret, counter))
        self.send(answer.url, code=code)
        self.open("/start/")


def page_of(post: Post, what: str) -> str:
    return f"/people/posts/{post.pk}/{what}/"


def make_post(by: Person, role: str, name: str, place: Place) -> Post:
    office = Organisation.objects.get(kind="street_office")
    by.send(f"/people/organisations/{office.pk}/posts/new/", name=name, role=role, place=place.pk)
    return Post.objects.get(name=name)


def invite(by: Person, post: Post, email: str) -> str:
    answer = by.send(page_of(post, "invite"), name=post.name, email=email, kind="holder")
    return LINK.search(answer.content.decode()).group()  # type: ignore[union-attr]


def bring_in_buildings(by: Person) -> None:
    content = json.dumps({"type": "FeatureCollection", "features": [
        feature("b", "building", "12号", "E6", square(121.4332, 31.1923, 121.4338, 31.1925)),
    ]})  # fmt: skip
    file = BytesIO(content.encode())
    file.name = "buildings.geojson"
    answer = by.send("/places/import/", file=file, datum="wgs84")
    by.open(answer.url)
    by.send(answer.url)


def write_petition_desk(by: Person) -> None:
    """The hidden fields go along as the page gives them."""
    form = by.open("/petitions/office/").context["form"]
    given = {name: form[name].value() or "" for name in form.fields}
    said = {
        "address": "天平路245号",
        "hours": "工作日 9:00–17:00",
        "telephone": "021-64000000",
        "reason": "本街道的地址",
    }
    by.send("/petitions/office/", **given | said)


def report(client: Person, text: str) -> Any:
    building = Place.objects.get(kind=Kind.BUILDING)
    client.send("/report/", klass="lighting")
    client.send(f"/report/where/spot/?in={building.path}", where="三楼")
    client.send("/report/text/", text=text)
    client.send("/report/contact/", contact="")
    action = client.client.session["report"]["action"]
    return client.client.post("/report/check/", {"action": action})


def conditions() -> dict[str, list[str]]:
    with translation.override("en"):
        found = doctor.examine(at=timezone.now())
        return {each.name: [each.state.value, str(each.says), str(each.do)] for each in found}


def walk(link: str) -> dict[str, Any]:
    facts: dict[str, Any] = {"at first": conditions()}
    admin = Person()
    admin.sign_up(link, "第一位管理员")
    facts["the link again"] = Person().client.get(urlsplit(link).path).status_code
    for address in PAGES:
        admin.open(address)
    bring_in_buildings(admin)
    write_petition_desk(admin)
    early = report(Person(), "还没有值班长的时候。")
    facts["too early"] = [early.status_code, early.content.decode(), Case.objects.count()]
    street = Place.objects.get(kind=Kind.SUBDISTRICT)
    officer_post = make_post(admin, "duty_officer", "街道值班长", street)
    manager_post = make_post(admin, "property_manager", "六村物业经理", Place.objects.get(kind=Kind.ESTATE))
    officer, manager = Person(), Person()
    officer.sign_up(invite(admin, officer_post, "officer@example.org"), "值班长")
    manager.sign_up(invite(admin, manager_post, "manager@example.org"), "物业")
    resident = Person()
    sent = report(resident, "三楼楼道灯不亮。")
    facts["sent to"] = sent.url
    resident.open(sent.url)
    case = Case.objects.select_related("procedure").get(text="三楼楼道灯不亮。")
    facts["has it"] = list(Assignment.objects.filter(procedure=case.pk, open=True).values_list("post__name", flat=True))
    facts["proposed"] = case.proposed.name
    facts["desk shows it"] = case.procedure.number in officer.open("/desk/").content.decode()
    officer.open(f"/case/{case.procedure.number}/")
    hall = {"form": "hall", "name": "社区事务受理中心", "where": "天平路245号", "counters": 2}
    officer.send(officer.open("/hall/staff/").redirect_chain[-1][0], **hall)
    facts["tickets at"] = resident.open("/hall/").context["hall"].name
    ask_owners_of_rules()
    officer.open("/rules/")
    facts["rules of the officer"] = Rule.objects.filter(owner=officer_post).count()
    facts["rules of nobody"] = sorted(Rule.objects.filter(owner=None).values_list("code", flat=True))
    facts["at last"] = conditions()
    facts["staff"] = sorted(Account.objects.filter(kind="staff").values_list("email", flat=True))
    facts["open invitations"] = Invitation.objects.filter(used_at=None).count()
    return facts


if __name__ == "__main__":
    if sys.argv[1] == "file":
        Path(sys.argv[2]).write_text(tree_file(), encoding="utf-8")
    else:
        sys.stdout.write(json.dumps(walk(sys.argv[1]), ensure_ascii=False))
