"""What tests of the loop share: a mini fire station on duty, devices, rules with their orders, and alerts."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from linli.cases.domain.duties import Duty, add_duty
from linli.cases.enums import Share
from linli.cases.models import Case
from linli.people.domain.duty import set_duty
from linli.people.domain.organisations import create_organisation
from linli.people.domain.posts import create_post
from linli.people.enums import OrganisationKind, Role
from linli.sensing.domain.alerts import Recorded, record_alerts
from linli.sensing.domain.devices import register_device
from linli.sensing.domain.fired import FiredAlert
from linli.sensing.domain.properties import load_properties
from linli.sensing.enums import RuleStatus
from linli.sensing.models import CareConsent, Device, Rule, RuleVersion
from tests.neighbourhood import LONG_AGO, SETUP, Street, _hold

NIGHT = datetime(2026, 11, 22, 19, 12, tzinfo=UTC)  # Monday 23 November, 03:12 in Shanghai
STATION = {"role": "department_handler", "kind": "resident_unit", "duty": True}
PROPERTY = {"role": "property_manager", "duty": False}
SMOKE: dict[str, Any] = {
    "title": "烟感报警", "title_en": "Smoke alarm", "explain": "烟雾浓度在十秒内超过每米10%。",
    "explain_en": "The smoke was denser than 10 % per metre for ten seconds.", "basis": "fire.station_arrival",
    "then": {
        "klass": "fire", "case_grade": "alarm", "urgent": True, "recipients": [STATION], "helpers": [PROPERTY],
        "answer_within": 45,
    },
}  # fmt: skip
CARE: dict[str, Any] = {
    "title": "用水关怀",
    "title_en": "Care check",
    "explain": "一天没有用水。",
    "explain_en": "No water was used for a day.",
    "then": {"klass": "care", "case_grade": "notice", "urgent": True, "care": True, "answer_within": 900},
}
_numbers = count(1)


def build_station(street: Street, *, starts: datetime = NIGHT - timedelta(hours=8)) -> None:
    """A mini fire station of a head and two members; the members are on duty for a day, the head is not."""
    organisation = create_organisation(
        parent=None, kind=OrganisationKind.RESIDENT_UNIT, name="乐山微型消防站", place=street.places["street"],
        by=SETUP, at=LONG_AGO,
    )  # fmt: skip
    head = None
    for key, name in (("station_head", "站长"), ("station_1", "一号队员"), ("station_2", "二号队员")):
        post = create_post(
            organisation=organisation, role=Role.DEPARTMENT_HANDLER, place=street.places["street"],
            name=f"微型消防站{name}", name_en=f"Mini fire station {key[-1]}",
            superior=head or street.posts["duty_officer"], by=SETUP, at=LONG_AGO,
        )  # fmt: skip
        _hold(street, key, post)
        head = head or post
    for number, key in enumerate(("station_1", "station_2")):
        begins = starts + timedelta(minutes=number)
        set_duty(post=street.posts[key], starts=begins, ends=begins + timedelta(hours=24), by=SETUP, at=LONG_AGO)
    duty = Duty(
        street.klass("fire"), street.places["street"], Share.LEAD, Role.DEPARTMENT_HANDLER, organisation, "24小时值守"
    )
    add_duty(duty=duty, by=SETUP, at=LONG_AGO)


def make_rule(code: str = "smoke", content: dict[str, Any] = SMOKE, *, number: int = 3, **then: Any) -> RuleVersion:
    """A rule at work in this version; `then` changes its orders."""
    rule, _made = Rule.objects.get_or_create(code=code)
    return RuleVersion.objects.create(
        rule=rule, number=number, content={**content, "then": {**content["then"], **then}}, status=RuleStatus.LIVE,
        made_at=LONG_AGO, since=LONG_AGO,
    )  # fmt: skip


def make_device(street: Street, code: str = "SM-12", **more: Any) -> Device:
    load_properties()
    given = {
        "code": code, "type": "smoke", "site": "stairwell", "place": street.places["building"],
        "spot": "3层楼梯间，门上方", "owner": street.posts["property_manager"].organisation,
        "operator": street.posts["area_lead"].organisation, "purpose": "尽早发现火情", "sees": "烟雾浓度",
        "properties": ["smoke"], "by": street.by("administrator"), "at": LONG_AGO, **more,
    }  # fmt: skip
    return register_device(**given)


def make_care(street: Street, contact: str = "committee_secretary") -> Device:
    """A care gateway at No. 12, with an open consent that names a contact."""
    device = make_device(
        street, "CA-1", type="care", site="home", properties=["water_used"], public=False, purpose="独居关怀",
        sees="一天有无用水", spot="302室",
    )  # fmt: skip
    CareConsent.objects.create(device=device, contact=street.posts[contact], given_at=LONG_AGO)
    return device


def alert(device: Device, *, rule: str = "smoke", **more: Any) -> FiredAlert:
    """An alert of the rule's third version at the device, with an id of its own."""
    given = {
        "id": f"{next(_numbers):032x}", "rule": rule, "version": 3, "semantic": 1, "key": f"device:{device.pk}",
        "grade": "alarm", "at": NIGHT, "device": device.pk, "place": device.place.path, **more,
    }  # fmt: skip
    return FiredAlert(**given)


def fire(*fired: FiredAlert, recorded: datetime = NIGHT) -> Recorded:
    return record_alerts(fired, recorded=recorded)


def smoke_case(street: Street, *, at: datetime = NIGHT, **then: Any) -> Case:
    """The case of a smoke alarm at 03:12, called to the first of the station on duty."""
    make_rule(**then)
    fire(alert(make_device(street), at=at), recorded=at)
    return Case.objects.select_related("procedure", "episode").get(source="sensor")


def act(case: Case) -> dict[str, Any]:
    return {"case": case, "version": case.procedure.version, "action": uuid4()}
