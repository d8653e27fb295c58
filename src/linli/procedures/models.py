"""The procedure and all that hangs on it: clocks, story, parties, assignments, exclusions."""

from uuid import uuid4

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from linli.core.fields import PathField
from linli.people.actors import Viewer
from linli.people.models import Account, Organisation, Post
from linli.places.models import Place
from linli.procedures.enums import Audience, ClockState, Part, PartyKind


def shut_to(viewer: Viewer, *, procedure: str) -> Exists:
    """Whether an exclusion names this person, a post of theirs or its organisation. `procedure`: the field with it."""
    excluded = Q(post__in=viewer.held) | Q(organisation__path__in=viewer.organisation_paths)
    if viewer.account is not None:
        excluded |= Q(account=viewer.account)
    return Exists(Exclusion.objects.filter(excluded, procedure=OuterRef(procedure)))


class ProcedureQuerySet(models.QuerySet["Procedure"]):
    def visible_to(self, viewer: Viewer) -> "ProcedureQuerySet":
        """What these posts may see; it feeds inbox, search, events, counts, exports and files alike.

        Unsealed procedures of the posts' places and cells, and whatever is assigned or granted to the posts; an
        exclusion of the post, its organisation or the account beats everything.
        """
        posts = [post.pk for post in viewer.posts]
        if not posts:
            return self.none()
        browsed = Q(cell__in=viewer.cells) if viewer.cells else Q(pk__in=[])
        for path in viewer.paths:
            browsed |= Q(place_path__gte=path, place_path__lt=path + "~")
        given = Exists(Assignment.objects.filter(procedure=OuterRef("pk"), post__in=posts)) | Exists(
            Grant.objects.filter(procedure=OuterRef("pk"), post__in=posts, ended_at=None)
        )
        return self.filter((Q(sealed=False) & browsed) | given).exclude(shut_to(viewer, procedure="pk"))

    def of_account(self, account: Account) -> "ProcedureQuerySet":
        """What this person reported or is a party to; only ever for that person alone."""
        return self.filter(Exists(Party.objects.filter(procedure=OuterRef("pk"), account=account)))


class Procedure(models.Model):
    """Something with a life that somebody must finish for somebody in a time.

    `version` is raised by moves and by changes a person makes to assignments and clocks; `seq` counts the entries of
    the story, whose last hash is `head_hash`. `due` is when the first of its running clocks ends.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.CharField(max_length=9, unique=True, help_text="public number: random, with a check character")
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    version = models.PositiveIntegerField(default=1)
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    place_path = PathField(max_length=40)
    cell = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+", db_index=False)
    opened = models.DateTimeField()
    closed = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)
    amber = models.DateTimeField(null=True)
    sealed = models.BooleanField(default=False)
    excludes = models.BooleanField(default=False, help_text="an Exclusion names somebody who must not see it")
    seq = models.PositiveIntegerField(default=0)
    head_hash = models.BinaryField(default=b"")
    anchored_seq = models.PositiveIntegerField(default=0)

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due", "uuid"], condition=Q(closed=None), name="procedure_due"),
            models.Index(fields=["-opened", "uuid"], name="procedure_opened"),
            models.Index(fields=["place_path", "-opened"], name="procedure_place"),
            models.Index(fields=["cell", "-opened"], name="procedure_cell"),
            models.Index(fields=["uuid"], condition=Q(seq__gt=F("anchored_seq")), name="procedure_unanchored"),
        ]


class Action(models.Model):
    """One act of a person, by the UUID that its form carried; a second submit finds it and has no effect."""

    uuid = models.UUIDField(primary_key=True)
    procedure = models.ForeignKey(Procedure, models.CASCADE)
    verb = models.CharField(max_length=30)
    actor = models.CharField(max_length=60)
    version = models.PositiveIntegerField(help_text="the procedure's version after it")
    at = models.DateTimeField()


class Party(models.Model):
    """Somebody concerned. The contact is sealed; without an account a claim code opens the way back."""

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="parties")
    kind = models.CharField(max_length=12, choices=PartyKind)
    account = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    contact_sealed = models.BinaryField(null=True)
    claim_hash = models.CharField(max_length=64, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "account"], condition=Q(account__isnull=False), name="party_once"
            )
        ]


class Entry(models.Model):
    """One line of the story; append-only. What was said lies in `EntryBody`, so that it can be forgotten."""

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="entries")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=30)
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.STAFF)
    only = models.ForeignKey(Party, models.PROTECT, null=True, help_text="the one party it is for")
    actor = models.CharField(max_length=60)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(help_text="when it happened")
    recorded = models.DateTimeField(help_text="when it was written")
    rule = models.CharField(max_length=60, blank=True)
    digest = models.BinaryField(help_text="HMAC of the body under its salt")
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["procedure", "seq"], name="entry_order")]
        indexes = [models.Index(fields=["kind", "at"], name="entry_kind_at")]


class EntryBody(models.Model):
    """What an entry says, as canonical JSON, and the salt of its digest. Purging deletes this row alone."""

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="body")
    salt = models.BinaryField()
    data = models.BinaryField()


class Clock(models.Model):
    """One time limit. `spans` are the paused spans as [from, to or null] in ISO instants; `steps` explain the date."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="clocks")
    rule = models.CharField(max_length=40)
    source = models.CharField(max_length=80, help_text="class, local rule or lawbook entry that set the limit")
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=12)
    extension = models.PositiveIntegerField(default=0)
    roll = models.BooleanField(default=True)
    close_of_business = models.BooleanField(default=False)
    assumed = models.BooleanField(default=False)
    start = models.DateTimeField()
    due = models.DateTimeField(null=True)
    raw = models.DateTimeField(null=True)
    amber = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False)
    steps = models.JSONField(default=list)
    spans = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=ClockState, default=ClockState.RUNNING)
    ended = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "rule"], condition=Q(state__in=["running", "paused"]), name="clock_runs_once"
            )
        ]
        indexes = [
            models.Index(fields=["due"], condition=Q(state="running"), name="clock_due"),
            models.Index(fields=["amber"], condition=Q(state="running"), name="clock_amber"),
        ]


class Escalation(models.Model):
    """That a clock was reported at a level (amber, red, ladder step); unique, so that it is reported once."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="escalations")
    level = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clock", "level"], name="escalated_once")]


class Assignment(models.Model):
    """A post's part in a procedure. Open means that it is this post's turn: the open ones are its inbox."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="assignments")
    post = models.ForeignKey(Post, models.PROTECT, related_name="assignments")
    part = models.CharField(max_length=8, choices=Part)
    open = models.BooleanField(default=True)
    due = models.DateTimeField(null=True)
    amber = models.DateTimeField(null=True)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["procedure", "post", "part"], name="assigned_once")]
        indexes = [models.Index(fields=["post", "due", "id"], condition=Q(open=True), name="inbox")]


class Grant(models.Model):
    """That a post may see a sealed procedure without being assigned to it, and why."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="grants")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Exclusion(models.Model):
    """Who must not see a procedure: an organisation with all below it, a post, or an account (recusal)."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="exclusions")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | Q(post__isnull=False) | Q(account__isnull=False),
                name="exclusion_names_somebody",
            )
        ]


class Referral(models.Model):
    """A procedure handed up to another app, and the procedure that came of it."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="referrals")
    kind = models.CharField(max_length=30)
    result = models.ForeignKey(Procedure, models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()


class LocalRule(models.Model):
    """A limit set here: it may shorten a limit, or replace an entry of the lawbook that is marked assumed."""

    clock = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, blank=True, help_text="the kind of procedure; empty for all")
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=12)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    reason = models.CharField(max_length=200)
    author = models.ForeignKey(Account, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()


class WorkCalendar(models.Model):
    """A version of the calendar of working days, as loaded. The newest version is in force."""

    version = models.PositiveIntegerField(unique=True)
    data = models.JSONField()
    source = models.CharField(max_length=120)
    loaded_at = models.DateTimeField()


class Anchor(models.Model):
    """A link of the second chain: the heads that changed since the last, and a hash over them and it."""

    number = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField()
    hash = models.BinaryField()
    exported_at = models.DateTimeField(null=True)


class AnchoredHead(models.Model):
    """How far one procedure's story had come when the anchor was set."""

    anchor = models.ForeignKey(Anchor, models.CASCADE, related_name="heads")
    procedure = models.UUIDField(db_index=True)
    seq = models.PositiveIntegerField()
    hash = models.BinaryField()


class Verification(models.Model):
    """One reading of every story and every exported anchor, and what did not fit."""

    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    stories = models.PositiveIntegerField()
    findings = models.JSONField(default=list, help_text="the first hundred, as [what, procedure, seq, detail]")
    found = models.PositiveIntegerField(help_text="how many there were")
