"""What the station's lead keeps: the data of the desks and the list of equipment, version by version.

The examples that come with Linli (data/*.toml) stand until the lead has changed them; `load_starters` writes them down
as version 1, marked as examples. A change is a new version, with who made it and when; none is ever altered.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli.core.errors import Conflict, NotFound, Refused
from linli.core.kept import Watched
from linli.people.actors import Actor
from linli.people.domain import acts
from linli.people.enums import Role
from linli.station.enums import Kept
from linli.station.models import StationVersion

STATION = Watched("station")
LEADS = (Role.AREA_LEAD, Role.ADMINISTRATOR)
Contents = Mapping[str, dict[str, Any]]
_starters: dict[str, Callable[[], Contents]] = {}


def starters(what: Kept, read: Callable[[], Contents]) -> None:
    """Say where the examples of a kind come from: their content by code, in order."""
    _starters[what] = read


@STATION.kept
def newest() -> dict[tuple[str, str], StationVersion]:
    """The version in force of each thing that was written down, by what and code, in the order of their first."""
    found: dict[tuple[str, str], StationVersion] = {}
    for row in StationVersion.objects.order_by("number", "pk").select_related("post"):
        found[row.what, row.code] = row
    return found


def contents(what: Kept) -> dict[str, dict[str, Any]]:
    """What is in force of a kind, by code: what was written down, and the examples beside it. Gone things are out."""
    written = {code: row for (kind, code), row in newest().items() if kind == what}
    both = {**_starters[what](), **{code: row.content for code, row in written.items()}}
    return {code: content for code, content in both.items() if code not in written or not written[code].gone}


def number_of(what: Kept, code: str) -> int:
    """The number of the version in force; an example that nobody wrote down yet is to be version 1, a new thing 0."""
    row = newest().get((what, code))
    return row.number if row else int(code in _starters[what]())


def history(what: Kept, code: str) -> Sequence[StationVersion]:
    """The versions of a thing, the newest first."""
    return list(StationVersion.objects.filter(what=what, code=code).select_related("post").order_by("-number"))


def load_starters(*, at: datetime) -> int:
    """Write the examples down, marked as such, where nothing of the code is there. Returns how many were new."""
    with transaction.atomic():
        there = set(StationVersion.objects.values_list("what", "code"))
        fresh = [
            StationVersion(
                action=uuid5(NAMESPACE_URL, f"station:{what}:{code}"), what=what, code=code, number=1, content=content,
                demo=True, at=at,
            )
            for what, read in _starters.items() for code, content in read().items() if (what, code) not in there
        ]  # fmt: skip
        StationVersion.objects.bulk_create(fresh, ignore_conflicts=True)
        if fresh:
            STATION.changed()
    return len(fresh)


def missing_starters() -> int:
    """How many examples nobody has written down yet."""
    there = set(StationVersion.objects.values_list("what", "code"))
    return sum((what, code) not in there for what, read in _starters.items() for code in read())


def may_keep(by: Actor) -> bool:
    return by.account is not None and by.has_role(*LEADS)


def change(
    *, what: Kept, code: str, number: int, content: dict[str, Any], gone: bool = False, by: Actor, at: datetime,
    action: UUID,
) -> StationVersion:  # fmt: skip
    """Write the next version of a desk's data or of a thing; `number`: of the version that was shown, 0 for a new one.

    Raises:
        Refused: the post keeps nothing here.
        NotFound: there is no such desk; desks are neither added nor taken away.
        Conflict: somebody changed it meanwhile.
    """
    if not may_keep(by):
        raise Refused(_("Only the area lead and the administrator change this."))
    if what == Kept.DESK and (gone or code not in _starters[what]()):
        raise NotFound
    if (done := StationVersion.objects.filter(action=action).first()) is not None:
        return done
    load_starters(at=at)
    last = StationVersion.objects.filter(what=what, code=code).order_by("-number").first()
    if number != (last.number if last else 0):
        raise Conflict(_("Somebody else has changed this meanwhile. Please look at it again."))
    try:
        with transaction.atomic():
            made = StationVersion.objects.create(
                action=action, what=what, code=code, number=number + 1, content=content, gone=gone, post=by.post,
                account=by.account, at=at,
            )  # fmt: skip
            acts.record(
                f"station_{what}_{'removed' if gone else 'changed' if last else 'added'}", target=content["name"],
                detail=changes(last.content if last else {}, content), by=by, at=at,
            )  # fmt: skip
            STATION.changed()
    except IntegrityError as told:
        raise Conflict(_("Somebody else has changed this meanwhile. Please look at it again.")) from told
    return made


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """The fields that differ, for the log."""
    return ", ".join(name for name in after if before.get(name) != after[name])
