"""What is read about people: posts held, the tree of organisations with its vacancies, the log of changes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from linli.core.models import Installation
from linli.people.domain.directory import directory
from linli.people.models import Account, AdminAct, Holding, Organisation, Post
from linli.places.models import Kind, Place

Row = TypeVar("Row", Organisation, Post)

SECOND_KEYS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

# Posts answer for areas, committees, estates and cells, never for one building or flat.
PLACES_OF_POSTS = (Kind.DISTRICT, Kind.SUBDISTRICT, Kind.AREA, Kind.COMMITTEE, Kind.ESTATE, Kind.CELL)


def held_at(at: datetime) -> Q:
    """Holdings in force at an instant: `since` is included, `until` is not."""
    return Q(since__lte=at) & (Q(until=None) | Q(until__gt=at))


def posts_held(*, account: Account, at: datetime) -> tuple[Post, ...]:
    """The open posts this person holds, as holder first, with place and organisation. One query.

    Who holds what is asked each time; what a post is comes from the directory, whose rows are shared: to be read only.
    """
    root = Subquery(Installation.objects.values("root_path")[:1])
    held = (
        Holding.objects.filter(held_at(at), Q(post__closed_at=None) | Q(post__closed_at__gt=at), account=account)
        .order_by("-kind", "since", "pk")
        .values_list("post", root)
    )
    roots = dict(held)
    posts = _posts(roots)
    for key, post in posts.items():
        post.is_inside = roots[key] is not None and post.place.path.startswith(roots[key])
    return tuple(posts.values())


def _posts(keys: Iterable[int]) -> dict[int, Post]:
    """Posts by key, in the order given; one that the directory does not know yet is read."""
    known = directory().by_key
    unknown = [key for key in keys if key not in known]
    more = Post.objects.select_related("place", "organisation").in_bulk(unknown) if unknown else {}
    return {key: known.get(key) or more[key] for key in keys}


@dataclass(frozen=True)
class PostRow:
    """A post as lists show it. `holder` is empty where it is vacant."""

    post: Post
    holder: str
    deputies: tuple[str, ...]

    @property
    def vacant(self) -> bool:
        return not self.holder


@dataclass(frozen=True)
class OrganisationRow:
    """An organisation, how deep it stands in the tree (0 at the root), and its open posts."""

    organisation: Organisation
    depth: int
    posts: list[PostRow] = field(default_factory=list)


def office_tree(*, within: Place, at: datetime) -> list[OrganisationRow]:
    """Open organisations in the order of the tree, with their posts below `within`. Three queries, however many."""
    organisations = _below(Organisation.objects.filter(closed_at=None), within).select_related("place").order_by("path")
    open_posts = posts_within(within)
    holders = _holders(open_posts, at)
    posts: dict[int, list[PostRow]] = defaultdict(list)
    for post in open_posts.order_by("role", "place__path", "pk"):
        posts[post.organisation_id].append(_row(post, holders[post.pk]))
    depths: dict[int, int] = {}
    rows = []
    for organisation in organisations:
        depths[organisation.pk] = depths.get(organisation.parent_id or 0, -1) + 1
        rows.append(OrganisationRow(organisation, depths[organisation.pk], posts[organisation.pk]))
    return rows


def holder_of(post: Post, *, at: datetime) -> Account | None:
    """Who holds the post at an instant: its holder, or else a deputy. One query."""
    holding = (
        Holding.objects.filter(held_at(at), post=post).select_related("account").order_by("-kind", "since").first()
    )
    return holding.account if holding else None


def office_posts(*roles: str) -> list[Post]:
    """The office's own open posts of these roles, in the order of the roles."""
    root = Installation.objects.values_list("root_path", flat=True).first() or ""
    found = Post.objects.filter(role__in=roles, closed_at=None, place__path__startswith=root)
    return sorted(found.select_related("place", "organisation"), key=lambda post: (roles.index(post.role), post.pk))


def posts_within(place: Place) -> QuerySet[Post]:
    """Open posts whose place lies within `place`."""
    return _below(Post.objects.filter(closed_at=None), place).select_related("organisation", "place")


def places_for_posts(within: Place) -> QuerySet[Place]:
    """Where a post may be: the places below `within` that posts answer for, in the order of the tree."""
    return Place.objects.below(within.path).filter(kind__in=PLACES_OF_POSTS, retired_at=None).order_by("path")


def staff_within(place: Place, *, at: datetime) -> QuerySet[Account]:
    """Open staff accounts of people who hold a post within `place`, or none anywhere: those anybody may appoint."""
    here = Holding.objects.filter(held_at(at), account=OuterRef("pk"), post__place__path__startswith=place.path)
    anywhere = Holding.objects.filter(held_at(at), account=OuterRef("pk"))
    staff = Account.objects.filter(kind=Account.Kind.STAFF, is_active=True)
    return staff.filter(Exists(here) | ~Exists(anywhere)).order_by("name", "pk")


@dataclass(frozen=True)
class AccountRow:
    """A staff account as the administrator's list shows it. `protected`: it has a passkey or an app."""

    account: Account
    posts: tuple[Post, ...]
    protected: bool


def account_rows(*, within: Place, at: datetime) -> list[AccountRow]:
    """The staff accounts within reach, what each holds, and whether it has a second key. Two queries."""
    keys = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_KEYS)
    held = Holding.objects.filter(held_at(at)).select_related("post__organisation")
    accounts = staff_within(within, at=at).annotate(protected=Exists(keys))
    return [
        AccountRow(account, tuple(holding.post for holding in account.now), account.protected)
        for account in accounts.prefetch_related(Prefetch("holdings", held, to_attr="now"))
    ]


def acts_within(place: Place) -> QuerySet[AdminAct]:
    """The log of changes made by posts within `place`, and by the system."""
    return AdminAct.objects.filter(Q(post=None) | Q(post__place__path__startswith=place.path)).select_related(
        "account", "post"
    )


def _below(rows: QuerySet[Row], place: Place) -> QuerySet[Row]:
    return rows.filter(place__path__gte=place.path, place__path__lt=place.path + "~")


def _holders(posts: QuerySet[Post], at: datetime) -> dict[int, list[Holding]]:
    held: dict[int, list[Holding]] = defaultdict(list)
    for holding in Holding.objects.filter(held_at(at), post__in=posts).select_related("account").order_by("since"):
        held[holding.post_id].append(holding)
    return held


def _row(post: Post, holdings: Iterable[Holding]) -> PostRow:
    names: dict[str, list[str]] = {kind: [] for kind in Holding.Kind}
    for holding in holdings:
        names[holding.kind].append(str(holding.account))
    return PostRow(post, ", ".join(names[Holding.Kind.HOLDER]), tuple(names[Holding.Kind.DEPUTY]))
