"""What is read of alerts: the duty phone, the list of what calls now, one episode with all that came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case as Choose
from django.db.models import IntegerField, Q, QuerySet, Value, When

from linli.cases.models import Case
from linli.core.errors import NotFound
from linli.people.actors import Viewer
from linli.people.models import Post
from linli.procedures.enums import Part
from linli.procedures.models import Action, Assignment, Procedure
from linli.sensing.domain.calls import arrival
from linli.sensing.domain.device_queries import reach_of
from linli.sensing.domain.orders import LOUDNESS
from linli.sensing.models import Alert, Call, Episode, Judgement, Rule, RuleVersion

SHOWN = 20  # calls that a phone shows
SIZE = 50
RELATED = ("case__procedure__place", "case__klass", "device__place", "place", "rule", "judgement")


@dataclass(frozen=True)
class OnPhone:
    """One call as a duty phone shows it to a post.

    call: the post's own; none for who is asked to help.  answered: the call that somebody took, if one did.
    """

    episode: Episode
    version: RuleVersion
    call: Call | None
    answered: Call | None
    part: str
    there_at: datetime | None

    @property
    def state(self) -> str:
        """ring, taken (by somebody else), going, there, or done once the work was handed in."""
        assert self.episode.case is not None
        if self.episode.case.procedure.state in ("handled", "verified"):
            return "done"
        if self.there_at is not None:
            return "there"
        if self.call is None or (self.answered is not None and self.answered.pk == self.call.pk):
            return "going"
        if self.answered is not None:
            return "taken"
        return "ring" if self.episode.case.procedure.state in ("received", "dispatched") else "going"


def on_phone(post: Post) -> list[OnPhone]:
    """What calls this post, or asks its help, and is not closed: what rings first, then the newest. Six statements."""
    calls = list(
        Call.objects.filter(post=post, episode__case__procedure__closed=None)
        .select_related(*(f"episode__{name}" for name in RELATED))
        .order_by("-called_at", "-level")[:SHOWN]
    )
    own: dict[int, Call] = {}
    for call in calls:
        own.setdefault(call.episode_id, call)
    helped = Assignment.objects.filter(post=post, part__in=[Part.HELPER, Part.HANDLER], open=True)
    episodes = {call.episode_id: call.episode for call in calls}
    also = Episode.objects.filter(case__procedure__in=helped.values("procedure")).exclude(pk__in=episodes)
    episodes |= {one.pk: one for one in also.select_related(*RELATED)[:SHOWN]}
    rows = _with_what_came(list(episodes.values()), own, post)
    return sorted(rows, key=lambda row: (row.state != "ring", row.state == "done", -row.episode.opened_at.timestamp()))


def _with_what_came(episodes: Sequence[Episode], own: dict[int, Call], post: Post) -> list[OnPhone]:
    taken = {
        call.episode_id: call
        for call in Call.objects.filter(episode__in=episodes).exclude(answered_at=None).select_related("post")
    }
    versions = latest_versions(episodes)
    there = dict(Action.objects.filter(pk__in=[arrival(one, post) for one in episodes]).values_list("pk", "at"))
    parts = dict(
        Assignment.objects.filter(post=post, procedure__in=[one.case_id for one in episodes]).values_list(
            "procedure", "part"
        )
    )
    return [
        OnPhone(
            one, versions[one.pk], own.get(one.pk), taken.get(one.pk), parts.get(one.case_id or UUID(int=0), ""),
            there.get(arrival(one, post)),
        )
        for one in episodes
        if one.pk in versions
    ]  # fmt: skip


def latest_versions(episodes: Sequence[Episode]) -> dict[int, RuleVersion]:
    """The version of the rule that called last in each episode. One statement."""
    alerts = Alert.objects.filter(episode__in=episodes).order_by("recorded", "at").select_related("version__rule")
    return {alert.episode_id: alert.version for alert in alerts.defer("evidence") if alert.episode_id is not None}


# --- the list


@dataclass(frozen=True)
class AlertFilters:
    """What the list is narrowed to. over: with those that are quiet again; place: a path."""

    place: str = ""
    type: str = ""
    rule: str = ""
    over: bool = False


@dataclass(frozen=True)
class EpisodePage:
    rows: Sequence[Episode]
    after: str


LOUD = Choose(
    *(When(grade=grade, then=Value(number)) for grade, number in LOUDNESS.items()),
    default=Value(0),
    output_field=IntegerField(),
)


def seen_by(viewer: Viewer) -> QuerySet[Episode]:
    """Episodes at places that these posts answer for; never a care check."""
    return Episode.objects.filter(_near(viewer), care=False)


def _near(viewer: Viewer) -> Q:
    """What lies within the posts' reach."""
    near = Q(pk__in=[])
    for post in viewer.posts:
        path = reach_of(post)
        near |= Q(place_path__gte=path, place_path__lt=path + "~")
    return near


def episodes(viewer: Viewer, filters: AlertFilters, *, after: str = "", size: int = SIZE) -> EpisodePage:
    """What calls now, the loudest and then the newest first. after: the cursor of the page before. One statement."""
    rows = seen_by(viewer).annotate(loud=LOUD).select_related("rule", "place", "device", "case__procedure", "judgement")
    if not filters.over:
        rows = rows.filter(cleared_at=None)
    if filters.place:
        rows = rows.filter(place_path__gte=filters.place, place_path__lt=filters.place + "~")
    if filters.type:
        rows = rows.filter(device__type=filters.type)
    if filters.rule:
        rows = rows.filter(rule__code=filters.rule)
    if (cursor := _cursor(after)) is not None:
        loud, at, key = cursor
        rows = rows.filter(Q(loud__lt=loud) | Q(loud=loud, opened_at__lt=at) | Q(loud=loud, opened_at=at, pk__lt=key))
    found = list(rows.order_by("-loud", "-opened_at", "-pk")[: size + 1])
    shown = found[:size]
    return EpisodePage(shown, _written(shown[-1]) if len(found) > size else "")


def _written(row: Episode) -> str:
    loud = LOUDNESS[row.grade]
    return f"{loud}.{round(row.opened_at.timestamp() * 1_000_000)}.{row.pk}"


def _cursor(text: str) -> tuple[int, datetime, int] | None:
    parts = text.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        return None
    loud, micros, key = (int(part) for part in parts)
    try:
        return loud, _EPOCH + timedelta(microseconds=micros), key
    except OverflowError:
        return None


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def tried(viewer: Viewer, *, size: int = SIZE) -> Sequence[Alert]:
    """The newest alerts of versions that are only tried, in these posts' places. One statement."""
    rows = Alert.objects.filter(_near(viewer), dry=True).select_related("rule", "version__rule", "device__place")
    return list(rows.defer("evidence").order_by("-at")[:size])


def rules_that_called() -> list[Rule]:
    """Rules with an episode, for the filter. One statement."""
    return list(Rule.objects.filter(episodes__care=False).distinct().order_by("order", "code"))


# --- one episode


@dataclass(frozen=True)
class Sheet:
    """One episode with all that came of it."""

    episode: Episode
    alerts: Sequence[Alert]
    version: RuleVersion | None
    calls: Sequence[Call]
    judgement: Judgement | None

    @property
    def evidence(self) -> Sequence[list[float]]:
        """The readings of the loudest alert that has some, the latest of these."""
        shown = [alert for alert in self.alerts if alert.evidence]
        loudest = max(shown, key=lambda alert: (LOUDNESS[alert.grade], alert.at), default=None)
        return loudest.evidence if loudest else []


ALERTS_MOST = 100


def sheet_of(episode: Episode) -> Sheet:
    """All that came of an episode. Two statements."""
    alerts = list(
        Alert.objects.filter(episode=episode).select_related("version__rule", "device").order_by("-at")[:ALERTS_MOST]
    )
    calls = list(Call.objects.filter(episode=episode).select_related("post", "account").order_by("level", "pk"))
    judged = getattr(episode, "judgement", None)
    return Sheet(episode, alerts, alerts[0].version if alerts else None, calls, judged)


def sheet_for(key: int, viewer: Viewer) -> Sheet:
    """An episode's page.

    Raises:
        NotFound: there is none, or these posts may not know of it; a care check has no such page.
    """
    row = Episode.objects.filter(pk=key, care=False).select_related(*RELATED).first()
    if row is None:
        raise NotFound
    by_case = row.case_id is not None and Procedure.objects.visible_to(viewer).filter(pk=row.case_id).exists()
    if not by_case and not seen_by(viewer).filter(pk=key).exists():
        raise NotFound
    return sheet_of(row)


def sheet_of_case(case: Case) -> Sheet | None:
    """The episode behind a case, for its page; none where no device of ours called. Three statements."""
    row = Episode.objects.filter(case=case).select_related("rule", "judgement", "device", "case__procedure").first()
    return sheet_of(row) if row else None


def sheet_of_alert(key: str) -> Sheet | None:
    """The episode that an alert belongs to; none where there is no such alert, or it was only tried."""
    row = Episode.objects.filter(alerts=key).select_related("rule", "judgement", "device", "case__procedure").first()
    return sheet_of(row) if row else None


def may_judge(episode: Episode, post: Post | None) -> bool:
    """Whether this post may say what was found, and nobody closed the case."""
    if post is None or episode.case is None or episode.case.procedure.closed is not None:
        return False
    return Assignment.objects.filter(procedure=episode.case_id, post=post).exists()
