"""The command `linli sensing-token`: keys by which operators' systems speak SensorThings in the name of a post."""

from collections.abc import Callable

from django.utils.timezone import now

from linli.people.models import Post
from linli.sensing.domain.tokens import issue_token, revoke_token, valid_tokens

Say = Callable[[str], None]


def run(what: str, name: str, *, note: str = "", say: Say = print) -> int:
    """new NAME: a key for the post of that name or number.  list: those that are valid.  revoke NAME: end a key.

    Returns 0, or 1 where there is no such post or key. The secret is printed once.
    """
    return {"new": _new, "list": _list, "revoke": _revoke}[what](name, note, say)


def _new(name: str, note: str, say: Say) -> int:
    named = Post.objects.filter(pk=int(name)) if name.isdecimal() else Post.objects.filter(name=name)
    posts = list(named.filter(closed_at=None)[:2])
    if len(posts) != 1:
        say("Name one post, by its number or its whole name.")
        return 1
    say(issue_token(post=posts[0], note=note, at=now()))
    say("This is shown once. Send it as Authorization: Bearer …, or split at the point as user and password.")
    return 0


def _list(_name: str, _note: str, say: Say) -> int:
    for token in valid_tokens(now()):
        used = token.used_on.isoformat() if token.used_on else "never used"
        say(f"{token.kid}\t{token.post.name}\t{token.note}\t{token.made_at:%Y-%m-%d}\t{used}")
    return 0


def _revoke(name: str, _note: str, say: Say) -> int:
    if revoke_token(kid=name, at=now()):
        say(f"{name} is not valid any more.")
        return 0
    say("There is no valid key of that name; linli sensing-token list shows them.")
    return 1
