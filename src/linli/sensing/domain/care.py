"""Consent to a care check: given with the words that were shown, withdrawn in one step.

Both change what processes keep of the devices (`kept.DEVICES`): the door refuses a gateway from the withdrawal on, and
the sensing service writes a control record into the log, so that a replay knows it too (`host.streams`).
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linli.core.errors import Conflict, Invalid
from linli.core.sealed import seal
from linli.people.actors import Actor
from linli.people.enums import Role
from linli.people.models import Account, Post
from linli.places.models import STEP, Kind
from linli.sensing.domain.devices import write_note
from linli.sensing.domain.kept import DEVICES
from linli.sensing.enums import DeviceStatus, DeviceType
from linli.sensing.models import CareConsent, Device

FIELD = "care-contact"
CONTACTS = (Role.COMMITTEE_SECRETARY, Role.GRID_WORKER, Role.AREA_LEAD)
RING_MOST = 120


def contacts_for(device: Device) -> Sequence[Post]:
    """The posts that may be called: those near by that can come. One statement."""
    path = device.place.path
    above = [path[:end] for end in range(STEP, len(path) + 1, STEP)]
    near = Q(place__path__in=above) | Q(place__kind=Kind.CELL, place__parent__path__in=above)
    found = Post.objects.filter(near, role__in=CONTACTS, closed_at=None)
    return list(found.select_related("organisation", "place").order_by("role", "pk"))


def care_device(code: str) -> Device | None:
    """A care check that was not taken down, by the code on it."""
    found = Device.objects.filter(code=code, type=DeviceType.CARE).exclude(status=DeviceStatus.RETIRED)
    return found.select_related("place").first()


def give_consent(
    *,
    device: Device,
    account: Account | None,
    contact: Post,
    wording: str,
    ring: str = "",
    by: Actor,
    at: datetime,
    action: UUID | None = None,
) -> CareConsent:
    """Keep that somebody asked for the care check, with which words, and who is called.

    account: theirs, or None where they signed on paper.  ring: whom to ring besides, as they wrote it; it is sealed.

    Raises:
        Invalid: the device is no care check, or `contact` is none of the posts that may be called.
        Conflict: a consent stands already.
    """
    if device.type != DeviceType.CARE:
        raise Invalid(_("Only a care check needs this consent."))
    if contact.pk not in {post.pk for post in contacts_for(device)}:
        raise Invalid(fields={"contact": _("Choose one of the posts near by.")})
    if len(ring) > RING_MOST:
        raise Invalid(fields={"ring": _("Write at most %(most)d characters.") % {"most": RING_MOST}})
    uuid = action or uuid4()
    if (given := CareConsent.objects.filter(pk=uuid, device=device).first()) is not None:
        return given
    sealed = seal(ring.strip(), row=uuid, field=FIELD) if ring.strip() else None
    try:
        with transaction.atomic():
            consent = CareConsent.objects.create(
                uuid=uuid, device=device, account=account, contact=contact, given_at=at, contact_sealed=sealed
            )
            write_note(device, "consent_given", by=by, at=at, detail=wording)
            DEVICES.changed()
    except IntegrityError as error:
        raise Conflict(_("A consent to this care check stands already.")) from error
    return consent


def withdraw_consent(*, consent: CareConsent, by: Actor, at: datetime) -> bool:
    """End it at once, without a reason: from now on the gateway is refused. Returns whether it stood."""
    with transaction.atomic():
        open_rows = CareConsent.objects.filter(pk=consent.pk, withdrawn_at=None)
        if not open_rows.update(withdrawn_at=at, contact_sealed=None):
            return False
        write_note(consent.device, "consent_withdrawn", by=by, at=at)
        DEVICES.changed()
    return True


def open_consent(device: Device) -> CareConsent | None:
    return CareConsent.objects.filter(device=device, withdrawn_at=None).select_related("contact", "device").first()


def consents_of(account: Account) -> Sequence[CareConsent]:
    """What a person asked for and has not withdrawn. One statement."""
    found = CareConsent.objects.filter(account=account, withdrawn_at=None)
    return list(found.select_related("contact", "device__place").order_by("given_at"))
