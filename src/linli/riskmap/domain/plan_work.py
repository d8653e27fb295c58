"""The work of an accepted plan: each piece given out as a case, or ticked as done, which changes the register."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from linli.cases.domain.report import report_case
from linli.cases.enums import Source
from linli.cases.models import Case
from linli.core.errors import Conflict, Invalid
from linli.engines.planner import smallest_turn
from linli.people.actors import Actor
from linli.people.domain.acts import require_reach
from linli.places.domain.locate import locate
from linli.places.models import Place
from linli.riskmap.domain.findings import LANGUAGE, case_class, run_checks
from linli.riskmap.domain.optics import describe_camera, turn_camera
from linli.riskmap.domain.plan_scene import site_view
from linli.riskmap.enums_plans import Act, AnswerState, ItemStatus, PlanStatus, Spot
from linli.riskmap.models import Optics, Plan, PlanAnswer, PlanItem
from linli.sensing.enums import DeviceStatus, DeviceType
from linli.sensing.models import Device

BLACK = [[-180.0, 180.0]]  # the whole picture blacked out


def accept_plan(*, plan: Plan, version: int, kind: str, by: Actor, at: datetime) -> Plan:
    """Accept one of a plan's answers. Its moves become pieces of work, in walking order.

    Raises:
        Invalid: there is no such answer, or it is still being worked out.
        Conflict: somebody changed or accepted the plan since `version` was shown.
    """
    require_reach(by=by, place=plan.place)
    answer = PlanAnswer.objects.filter(plan=plan, kind=kind, state=AnswerState.DONE).first()
    if answer is None or not answer.after:
        raise Invalid(_("This answer is not worked out. Wait for it, or accept the other one."))
    with transaction.atomic():
        rows = Plan.objects.filter(uuid=plan.uuid, version=version, status=PlanStatus.ANSWERED)
        if not rows.update(
            status=PlanStatus.ACCEPTED, accepted_by=by.post, accepted_at=at, accepted_kind=kind, version=version + 1
        ):
            raise Conflict(current=plan)
        places = {device.pk: device.place for device in _devices(answer)}
        PlanItem.objects.bulk_create(
            [_item(plan, number, move, places) for number, move in enumerate(answer.choice, start=1)]
        )
    plan.refresh_from_db()
    return plan


def _devices(answer: PlanAnswer) -> Any:
    keys = [move["device"] for move in answer.choice if move["device"]]
    return Device.objects.filter(pk__in=keys).select_related("place")


def _item(plan: Plan, number: int, move: dict[str, Any], places: dict[int, Place]) -> PlanItem:
    place = places.get(move["device"]) or locate(move["lon"], move["lat"]).place
    return PlanItem(
        plan=plan, number=number, act=move["act"], spot=move["spot"], device_id=move["device"], place=place,
        lon=move["lon"], lat=move["lat"], bearing_from=move["from"], bearing_to=move["to"], gained=move["gained"],
    )  # fmt: skip


def give_out(*, item: PlanItem, by: Actor, at: datetime, action: UUID) -> Case:
    """Open a case for a piece of work. Once; then the case is there.

    Raises:
        Invalid: it is done.  Refused: outside the reach of the actor's post.
    """
    require_reach(by=by, place=item.plan.place)
    with transaction.atomic():
        current = _current(item)
        if current.case is not None:
            return current.case
        if current.status != ItemStatus.OPEN:
            raise Invalid(_("This is done already."))
        where = current.device.spot if current.device else ""
        reported = report_case(
            text=case_text(current), source=Source.PATROL, by=by, at=at, action=action,
            klass=case_class(), place=current.place, where=where, lon=current.lon, lat=current.lat,
        )  # fmt: skip
        PlanItem.objects.filter(pk=current.pk, status=ItemStatus.OPEN).update(
            status=ItemStatus.CASE, case=reported.case
        )
    return reported.case


def case_text(item: PlanItem) -> str:
    """What is to be done, in the language of the office."""
    with override(LANGUAGE):
        return "\n".join([said(item), _("From the plan “%(plan)s”.") % {"plan": item.plan.name}])


def said(item: PlanItem, *, code: str = "") -> str:
    """A piece of work in one sentence. code: of the camera, where the item does not hold it."""
    before, after = item.bearing_from or 0.0, item.bearing_to or 0.0
    turn = smallest_turn(before, after)
    facts = {
        "code": code or (item.device.code if item.device else ""), "from": f"{before:.0f}", "to": f"{after:.0f}",
        "by": f"{abs(turn):.0f}",
    }  # fmt: skip
    if item.act == Act.DARK:
        return _("Black out camera %(code)s or take it down: each way it may look shows a window") % facts
    if item.act == Act.ADD and item.spot == Spot.POLE:
        return _("Add a camera on a pole that looks to %(to)s°") % facts
    if item.act == Act.ADD:
        return _("Add a camera on the wall that looks to %(to)s°") % facts
    if turn >= 0:
        return _("Turn camera %(code)s from %(from)s° to %(to)s°, %(by)s° to the right") % facts
    return _("Turn camera %(code)s from %(from)s° to %(to)s°, %(by)s° to the left") % facts


def tick(*, item: PlanItem, code: str = "", by: Actor, at: datetime, action: UUID) -> PlanItem:
    """Say that a piece of work is done. The register says so at once: the new bearing, the blacked out picture, or for
    a camera that was added the bearing of the one with this code.

    Raises:
        Invalid: by field; the added camera is not in the register.
        Conflict: somebody ticked it meanwhile, or changed the camera.
    """
    require_reach(by=by, place=item.plan.place)
    with transaction.atomic():
        current = _current(item)
        if current.status == ItemStatus.DONE:
            raise Conflict(_("Somebody ticked this already."), current=current)
        device = current.device or _added(current, code)
        _write(current, device, by, at, action)
        PlanItem.objects.filter(pk=current.pk).exclude(status=ItemStatus.DONE).update(
            status=ItemStatus.DONE, done_by=by.post, done_at=at, device=device
        )
    run_checks(at=at, devices=[device.pk])
    item.refresh_from_db()
    return item


def _current(item: PlanItem) -> PlanItem:
    rows = PlanItem.objects.select_related("plan__place", "device__place", "place", "case__procedure")
    return rows.get(pk=item.pk)


def _added(item: PlanItem, code: str) -> Device:
    """The camera that was put up, as the register knows it."""
    found = Device.objects.select_related("place").filter(code=code.strip(), type=DeviceType.CAMERA)
    device = found.exclude(status=DeviceStatus.RETIRED).first()
    if device is None or not item.plan.place.contains(device.place):
        words = _("There is no camera with this code here. Put the new camera into the register first.")
        raise Invalid(fields={"code": words})
    return device


def _write(item: PlanItem, device: Device, by: Actor, at: datetime, action: UUID) -> None:
    optics = Optics.objects.select_related("device__place").filter(pk=device.pk).first()
    changes: dict[str, Any] = {"masks": BLACK} if item.act == Act.DARK else {"bearing": item.bearing_to}
    if optics is None:
        view = site_view(item.spot, item.lon, item.lat, item.bearing_to or 0.0)
        names = ("bearing", "tilt", "fov", "vertical_fov", "near", "range", "pixels")
        described = {name: getattr(view, name) for name in names}
        describe_camera(device=device, by=by, at=at, action=action, source=item.plan.name, **described)
    elif item.act == Act.DARK or optics.bearing != item.bearing_to:
        turn_camera(
            optics=optics, version=optics.version, device_version=optics.device.version, changes=changes,
            reason=item.plan.name, by=by, at=at, action=action,
        )  # fmt: skip
