"""Keys by which an operator's own system reads and writes SensorThings, in the name of a post.

A secret is shown once, as `<kid>.<secret>`; only its keyed hash stays.
"""

import secrets
from datetime import datetime
from hmac import compare_digest

from django.db.models import Q, QuerySet
from django.utils import timezone

from linli.core.sealed import keyed_hash
from linli.people.models import Post
from linli.sensing.models import OperatorToken

KID = 12  # hex digits
SECRET_BYTES = 24  # 192 random bits
LONGEST = 100


def issue_token(*, post: Post, note: str = "", at: datetime) -> str:
    """Give a post a key, and return its secret, which nobody can ask for again.

    It may do what the post may do: read entities, write them, or neither.
    """
    kid, secret = secrets.token_hex(KID // 2), secrets.token_urlsafe(SECRET_BYTES)
    OperatorToken.objects.create(post=post, kid=kid, digest=_digest(kid, secret), note=note[:120], made_at=at)
    return f"{kid}.{secret}"


def revoke_token(*, kid: str, at: datetime) -> bool:
    """End a key now. Returns whether there was one that had not ended."""
    return bool(valid_tokens(at).filter(kid=kid).update(ends_at=at))


def valid_tokens(at: datetime) -> QuerySet[OperatorToken]:
    """The keys that may be used at an instant, the newest first."""
    running = OperatorToken.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at))
    return running.select_related("post__organisation").order_by("-made_at", "-pk")


def post_of_token(secret: str, at: datetime) -> tuple[Post, str] | None:
    """The post that holds this secret, and the key's id; None where there is none, or it has ended. One statement.

    The day of its last use is written at most once a day, which is a second one.
    """
    kid, _dot, rest = secret.partition(".")
    if len(secret) > LONGEST or len(kid) != KID:
        return None
    token = OperatorToken.objects.select_related("post__place", "post__organisation").filter(kid=kid).first()
    fits = compare_digest(_digest(kid, rest), token.digest if token else "0" * 64)
    if token is None or not fits or (token.ends_at is not None and token.ends_at <= at):
        return None
    today = timezone.localdate(at)
    if token.used_on != today:
        OperatorToken.objects.filter(Q(used_on=None) | Q(used_on__lt=today), pk=token.pk).update(used_on=today)
    closed = token.post.closed_at
    return None if closed is not None and closed <= at else (token.post, token.kid)


def _digest(kid: str, secret: str) -> str:
    return keyed_hash(secret, purpose=f"operator-token:{kid}")
