"""From the operator's alerts to episodes and cases. The same alert twice has one effect, whoever brings it."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from linli.core.errors import DomainError
from linli.core.sealed import keyed_hash
from linli.procedures.domain.story import append_entry
from linli.procedures.models import Entry, Procedure
from linli.sensing.domain.evidence import evidence_of
from linli.sensing.domain.fired import FiredAlert
from linli.sensing.domain.opening import About, open_case, place_at, send_case
from linli.sensing.domain.orders import Orders, is_louder, orders_of, rule_actor
from linli.sensing.models import Alert, Device, Episode, Rule, RuleVersion

logger = logging.getLogger(__name__)

TOLD_EVERY = timedelta(minutes=5)  # the story says at most so often that a device called again
TRIED_FOR = timedelta(hours=1)  # an episode whose case could not be opened is tried again for so long
# The case is in somebody's hands, and nobody said yet that the work is done: what calls again belongs to it.
IN_HAND = ("received", "filed", "dispatched", "handling", "deferred")
DRY = "dry-"  # before the id of an alert that is only tried, for the version at work may give the same id


@dataclass(frozen=True)
class Recorded:
    """What became of a batch. known: alerts that had been recorded before.  cases: how many were opened."""

    new: int = 0
    known: int = 0
    cleared: int = 0
    cases: int = 0


def record_alerts(fired: Sequence[FiredAlert], *, recorded: datetime) -> Recorded:
    """Keep alerts, join each to the open episode of its rule and key or begin one, and open the cases they call for.

    Each alert is a transaction of its own; what was recorded before is passed over, so a replay after a crash, or two
    processes at once, have the effect of one. An alert of a rule that is not known is left out, with a line in the log.
    A case that cannot be opened leaves the alert recorded; `open_missing` tries again.

    recorded: when they arrived; clocks of cases begin then.
    """
    versions = _versions(fired)
    known = set(Alert.objects.filter(pk__in=[_id(one) for one in fired]).values_list("pk", flat=True))
    counts = {"new": 0, "known": 0, "cleared": 0, "cases": 0}
    for one in fired:
        version = versions.get((one.rule, one.version))
        if version is None:
            logger.error("alert %s of an unknown rule %s version %s", one.id, one.rule, one.version)
        elif one.cleared:
            counts["cleared"] += 0 if one.dry else _clear(version, one)
        elif _id(one) in known:
            counts["known"] += 1
        else:
            counts[_record(version, one, recorded)] += 1
    counts["new"] += counts["cases"]
    return Recorded(**counts)


def _id(one: FiredAlert) -> str:
    return f"{DRY}{one.id[: 32 - len(DRY)]}" if one.dry else one.id


def _versions(fired: Sequence[FiredAlert]) -> Mapping[tuple[str, int], RuleVersion]:
    asked = Q(pk__in=[])
    for code, number in {(one.rule, one.version) for one in fired}:
        asked |= Q(rule__code=code, number=number)
    found = RuleVersion.objects.filter(asked).select_related("rule")
    return {(version.rule.code, version.number): version for version in found}


def _record(version: RuleVersion, one: FiredAlert, recorded: datetime) -> str:
    """Keep one alert. Returns what it counts as: known, new, or cases where it opened one."""
    orders = orders_of(version)
    about = _about(version, orders, one)
    shown = _shown(orders, one, about.device)
    with transaction.atomic():
        alert, fresh = _keep(version, orders, one, shown, recorded)
        if not fresh or one.dry:
            return "new" if fresh else "known"
        episode, began = _episode(version.rule, orders, one, about)
        _join(alert, episode, one, began=began)
        about = replace(about, episode=episode)
        opened = episode.case_id is None and orders.opens_case(episode.grade) and _try_to_open(about, recorded)
        if not began and not opened:
            _tell_again(episode, version, recorded)
    if opened:
        _try_to_send(about, recorded)
    return "cases" if opened else "new"


def _about(version: RuleVersion, orders: Orders, one: FiredAlert) -> About:
    device = Device.objects.select_related("place").filter(pk=one.device).first() if one.device else None
    place = place_at(one.place or (device.place.path if device else ""))
    return About(Episode(), version, orders, device, place)


def _shown(orders: Orders, one: FiredAlert, device: Device | None) -> dict[str, Any]:
    """Device, place and readings of an alert; of a care check nothing of it is kept."""
    if orders.care:
        return {}
    place = one.place or (device.place.path if device else "")
    return {"device": device, "place_path": place, "evidence": evidence_of(one.datastream, until=one.at)}


def _keep(
    version: RuleVersion, orders: Orders, one: FiredAlert, shown: Mapping[str, Any], recorded: datetime
) -> tuple[Alert, bool]:
    """The alert's row, and whether this call made it."""
    return Alert.objects.get_or_create(
        pk=_id(one),
        defaults={
            "rule": version.rule, "version": version, "key": _key(orders, one), "grade": one.grade, "at": one.at,
            "recorded": recorded, "late": one.late, "dry": one.dry, **shown,
        },
    )  # fmt: skip


def _key(orders: Orders, one: FiredAlert) -> str:
    """The key; of a care check a keyed hash of it, for the key names the home."""
    return keyed_hash(one.key, purpose="care-key")[:40] if orders.care else one.key


def _episode(rule: Rule, orders: Orders, one: FiredAlert, about: About) -> tuple[Episode, bool]:
    """The episode that an alert belongs to, and whether it begins with it.

    A late alert may belong to one that is over; and while the case of the last one is in somebody's hands, what calls
    again is the same trouble.
    """
    key = _key(orders, one)
    rows = Episode.objects.select_for_update(of=("self",)).filter(rule=rule, key=key)
    open_now = rows.filter(cleared_at=None).first()
    if open_now is not None:
        return open_now, False
    last = rows.select_related("case__procedure").order_by("-opened_at").first()
    if last is not None and (_is_within(last, one) or _is_in_hand(last)):
        return last, False
    shown = {} if orders.care else {
        "place": about.place, "place_path": one.place or (about.place.path if about.place else ""),
        "device": about.device,
    }  # fmt: skip
    try:
        with transaction.atomic():
            return Episode.objects.create(
                rule=rule, key=key, grade=one.grade, opened_at=one.at, last_at=one.at, care=orders.care, **shown
            ), True
    except IntegrityError:  # another process began it in this moment
        return rows.get(cleared_at=None), False


def _is_within(episode: Episode, one: FiredAlert) -> bool:
    return one.late and episode.cleared_at is not None and episode.opened_at <= one.at <= episode.cleared_at


def _is_in_hand(episode: Episode) -> bool:
    return episode.case is not None and episode.case.procedure.state in IN_HAND


def _join(alert: Alert, episode: Episode, one: FiredAlert, *, began: bool) -> None:
    """Put the alert to its episode, which counts it and becomes as loud as it is."""
    Alert.objects.filter(pk=alert.pk).update(episode=episode)
    if began:
        return
    louder = is_louder(one.grade, episode.grade)
    episode.grade = one.grade if louder else episode.grade
    over = episode.cleared_at is not None and not _is_within(episode, one)
    episode.cleared_at = None if over else episode.cleared_at
    episode.last_at, episode.opened_at = max(episode.last_at, one.at), min(episode.opened_at, one.at)
    Episode.objects.filter(pk=episode.pk).update(
        grade=episode.grade, cleared_at=episode.cleared_at, last_at=episode.last_at, opened_at=episode.opened_at,
        alerts_count=F("alerts_count") + 1,
    )  # fmt: skip


def _try_to_open(about: About, at: datetime) -> bool:
    """Open the episode's case. What the domain refuses is logged, and leaves the alert recorded."""
    try:
        with transaction.atomic():
            return open_case(about, at=at) is not None
    except DomainError:
        logger.exception("could not open the case of episode %s", about.episode.pk)
        about.episode.case = None
        return False


def _try_to_send(about: About, at: datetime) -> bool:
    """Send the case that was opened on its way. What the domain refuses is logged, and tried again."""
    try:
        return send_case(about, at=at) is not None
    except DomainError:
        logger.exception("could not send the case of episode %s", about.episode.pk)
        return False


def _tell_again(episode: Episode, version: RuleVersion, at: datetime) -> None:
    """Say in the case's story that the device called again, at most every few minutes."""
    if episode.case_id is None:
        return
    last = (
        Entry.objects.filter(procedure=episode.case_id, kind__in=["alerts", "received"])
        .order_by("-seq").values_list("at", flat=True).first()
    )  # fmt: skip
    if last is not None and at - last < TOLD_EVERY:
        return
    since = last or episode.opened_at
    count = episode.alerts.filter(recorded__gt=since).count()
    procedure = Procedure.objects.get(pk=episode.case_id)
    append_entry(procedure, "alerts", by=rule_actor(version), at=at, says={"count": count, "grade": episode.grade})


def _clear(version: RuleVersion, one: FiredAlert) -> bool:
    """The place is quiet again: the episode is over, and its case goes its own way. An end that comes again, or late,
    ends nothing that began after it."""
    key = _key(orders_of(version), one)
    with transaction.atomic():
        found = Episode.objects.select_for_update().filter(
            rule=version.rule, key=key, cleared_at=None, last_at__lte=one.at
        )
        episode = found.first()
        if episode is None:
            return False
        Episode.objects.filter(pk=episode.pk).update(cleared_at=one.at)
        if episode.case_id is not None:
            procedure = Procedure.objects.get(pk=episode.case_id)
            if procedure.closed is None:
                append_entry(procedure, "quiet", by=rule_actor(version), at=max(one.at, procedure.opened))
    return True


def open_missing(now: datetime) -> int:
    """Open the cases that could not be opened when their alert came, and send those that were not sent.

    Returns how many there were.
    """
    recent = Episode.objects.filter(alerts__recorded__gt=now - TRIED_FOR, care=False).distinct()
    unsent = Q(case=None) | Q(case__procedure__state="filed", calls=None)
    done = 0
    for episode in recent.filter(unsent).select_related("rule", "device__place", "place"):
        last = episode.alerts.select_related("version__rule").order_by("-recorded").first()
        orders = orders_of(last.version) if last else None
        if last and orders and orders.opens_case(episode.grade):
            about = About(episode, last.version, orders, episode.device, episode.place)
            opened = episode.case_id is None and _try_to_open(about, now)
            sent = episode.case_id is not None and _try_to_send(about, now)
            done += opened or sent
    return done


CARE_KEPT = timedelta(hours=48)


def forget_care(now: datetime) -> int:
    """Delete the alerts of care checks 48 hours later, and the episodes that opened no case: they tell when somebody
    was not seen. Returns how many alerts went."""
    since = now - CARE_KEPT
    gone, _each = (
        Alert.objects.filter(episode__care=True, recorded__lt=since)
        .exclude(episode__case__procedure__closed=None, episode__case__isnull=False)
        .delete()
    )
    Episode.objects.filter(care=True, case=None, alerts=None, last_at__lt=since).delete()
    return gone
