"""Accounts, organisations, posts and who holds them, the duty roster, consent and sign-in."""

from functools import cached_property
from typing import Any
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from rules.permissions import has_perm

from linli.core.catalogue import personal
from linli.core.fields import PathField
from linli.core.models import Installation
from linli.people.enums import OrganisationKind, Role
from linli.places.models import Place


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> "Account":
        account = self.model(username=username, **fields)
        account.set_password(password)
        account.save()
        return account


class Account(AbstractBaseUser):
    """A person who signs in: staff with passkey or password and one-time password, a resident with a code.

    A resident's telephone number or address is sealed; `contact_hash` (keyed) finds the account again.
    """

    class Kind(models.TextChoices):
        STAFF = "staff", _("staff")
        RESIDENT = "resident", _("resident")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    username = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.RESIDENT)
    name = personal(models.CharField(max_length=60, blank=True))
    email = models.EmailField(blank=True)
    contact_hash = models.CharField(max_length=64, null=True, unique=True)
    contact_sealed = models.BinaryField(null=True)
    language = models.CharField(max_length=8, blank=True)
    is_active = models.BooleanField(default=True)
    sessions_ended = models.PositiveIntegerField(default=0, help_text="how often this person signed out everywhere")
    demo_card = models.CharField(max_length=30, blank=True, help_text="shown as this sign-in card in a demonstration")
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    objects = AccountManager()

    # The post this person acts in, set for the length of a request. Without one there is no permission.
    post: "Post | None" = None

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="account_email_once"),
            models.CheckConstraint(condition=Q(kind__in=["staff", "resident"]), name="account_kind"),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def has_perm(self, permission: str, subject: Any = None) -> bool:
        """Permission comes from the post alone: there are no groups and no superusers."""
        return self.is_active and has_perm(permission, self, subject)

    def has_perms(self, permissions: list[str], subject: Any = None) -> bool:
        return all(self.has_perm(permission, subject) for permission in permissions)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must still match: a new password, or signing out everywhere, ends all others."""
        return salted_hmac(
            "linli.people.session", f"{self.password}:{self.sessions_ended}", secret=secret, algorithm="sha256"
        ).hexdigest()


class Organisation(models.Model):
    """One of the parties. `path` is its branch in the tree of organisations."""

    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = PathField(max_length=40, unique=True)
    kind = models.CharField(max_length=30, choices=OrganisationKind)
    name = models.CharField(max_length=80, unique=True)
    name_en = models.CharField(max_length=80, blank=True)
    place = models.ForeignKey(Place, models.PROTECT)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=OrganisationKind.values), name="organisation_kind")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


class Post(models.Model):
    """Role × organisation × place. Work and permission belong to the post, never to a name.

    `superior` is the next step of the ladder: it takes the work while the post is vacant.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="posts")
    role = models.CharField(max_length=24, choices=Role)
    place = models.ForeignKey(Place, models.PROTECT, related_name="posts")
    superior = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="subordinates")
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="post_role"),
            models.UniqueConstraint(fields=["organisation", "name"], name="post_name_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name

    @cached_property
    def is_inside(self) -> bool:
        """Whether this post's place lies inside the place that the installation governs."""
        root = Installation.objects.values_list("root_path", flat=True).first()
        return root is not None and self.place.path.startswith(root)


class Holding(models.Model):
    """Who holds a post, as its holder or a deputy, and from when until when."""

    class Kind(models.TextChoices):
        HOLDER = "holder", _("holder")
        DEPUTY = "deputy", _("deputy")

    post = models.ForeignKey(Post, models.CASCADE, related_name="holdings")
    account = models.ForeignKey(Account, models.PROTECT, related_name="holdings")
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.HOLDER)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="holding_ends_later"),
            models.UniqueConstraint(
                fields=["post"], condition=Q(kind="holder", until=None), name="one_holder_at_a_time"
            ),
            models.UniqueConstraint(fields=["post", "account"], condition=Q(until=None), name="holding_once"),
        ]


class Handover(models.Model):
    """What the last holder of a post left to the next."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="handovers")
    giver = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    taker = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    note = personal(models.TextField(blank=True))
    at = models.DateTimeField()


class Duty(models.Model):
    """The one roster: this post is on duty from `starts` until `ends`."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="duties")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    note = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="duty_ends_later")]
        indexes = [models.Index(fields=["ends", "starts"], name="duty_now")]


class Consent(models.Model):
    """A person's own dated consent to one purpose, withdrawn in one step."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=60)
    wording = models.TextField()
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "purpose"], condition=Q(withdrawn_at=None), name="consent_once")
        ]


class Invitation(models.Model):
    """A link by which a member of staff sets up an account, or recovers one. Only its hash is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    post = models.ForeignKey(Post, models.CASCADE, null=True, help_text="what the new account will hold")
    kind = models.CharField(max_length=6, choices=Holding.Kind, default=Holding.Kind.HOLDER)
    name = personal(models.CharField(max_length=60))
    email = models.EmailField()
    account = models.ForeignKey(Account, models.CASCADE, null=True, help_text="set where it recovers an account")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(post__isnull=False) | Q(account__isnull=False), name="invitation_for_something"
            )
        ]


class SignInCode(models.Model):
    """A one-time code sent to a resident. Neither the code nor the number is kept, only keyed hashes."""

    contact_hash = models.CharField(max_length=64, db_index=True)
    contact_sealed = models.BinaryField()
    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)


class AdminAct(models.Model):
    """What somebody changed about organisations, posts, accounts or the roster; append-only, for the auditor."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    what = models.CharField(max_length=30)
    target = personal(models.CharField(max_length=160))
    detail = personal(models.CharField(max_length=300, blank=True))

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="admin_act_newest")]
