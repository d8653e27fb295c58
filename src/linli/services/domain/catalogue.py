"""The catalogue of items: the starter set, what is in force on a day, and new versions; old ones are kept."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.core.kept import Watched
from linli.people.actors import Actor
from linli.people.domain import acts
from linli.people.enums import Role
from linli.services.domain.content import AUTHORITY, PROXY_ID, Content, Material, Option, Text, content_of
from linli.services.enums import Group, Mode, Unit
from linli.services.models import Item, ItemVersion

ITEMS = Watched("items")
STARTER = "data/items.toml"
LONGEST_DAYS = 180


@dataclass(frozen=True)
class Standing:
    """An item as it stands on a day: its row, the version in force and what that says."""

    item: Item
    version: ItemVersion
    content: Content

    @property
    def at_once(self) -> bool:
        """Done while the person waits, as a rule."""
        return self.content.mode != Mode.PASS_ON and self.version.days == 0


@dataclass(frozen=True)
class Catalogue:
    """Items in their order with all their versions, the newest first. To be read, never saved."""

    items: tuple[Item, ...]
    versions: Mapping[int, tuple[tuple[ItemVersion, Content], ...]]

    def on(self, item: Item, day: date) -> Standing | None:
        """The item under the newest version that is in force on this day."""
        for version, content in self.versions[item.pk]:
            if version.effective_from <= day:
                return Standing(item, version, content)
        return None


@ITEMS.kept
def catalogue() -> Catalogue:
    """The catalogue as it stands. Two statements after a change, none otherwise."""
    return _read()


def _read() -> Catalogue:
    found: dict[int, list[tuple[ItemVersion, Content]]] = {}
    for version in ItemVersion.objects.order_by("item", "-number"):
        found.setdefault(version.item_id, []).append((version, content_of(version.content)))
    return Catalogue(tuple(Item.objects.all()), {key: tuple(rows) for key, rows in found.items()})


def items_on(day: date) -> list[Standing]:
    """Every item offered on this day, in order."""
    known = catalogue()
    found = [known.on(item, day) for item in known.items if item.retired_at is None]
    return [each for each in found if each is not None]


def item_on(code: str, day: date) -> Standing:
    """One item as it stands on this day.

    Raises:
        NotFound: there is none of this code that is offered.
    """
    found = next((each for each in items_on(day) if each.item.code == code), None)
    if found is None:
        raise NotFound
    return found


def standing_of(version: ItemVersion) -> Standing:
    """An item under one particular version, as a request keeps it. No statement."""
    known = catalogue()
    item = next(each for each in known.items if each.pk == version.item_id)
    content = next(content for row, content in known.versions[item.pk] if row.pk == version.pk)
    return Standing(item, version, content)


def find_items(words: str, group: str, day: date) -> list[Standing]:
    """Items whose texts hold every word typed, of one group or of all. Names that fit come first."""
    wanted = words.casefold().split()
    shown = [each for each in items_on(day) if not group or each.content.group == group]
    fitting = [each for each in shown if all(word in _searched(each) for word in wanted)]
    return sorted(fitting, key=lambda each: not all(word in _named(each) for word in wanted))


def _named(each: Standing) -> str:
    return f"{each.content.name.zh} {each.content.name.en}".casefold()


def _searched(each: Standing) -> str:
    said = each.content
    texts = (said.name, said.who, said.department, said.result, *said.conditions, *(row.text for row in said.options))
    return " ".join(f"{text.zh} {text.en}" for text in texts).casefold()


# --- the starter set


@cache
def starter() -> dict[str, Any]:
    """The 48 items as they come with Linli: demonstration data, to be checked by the office."""
    return tomllib.loads(files("linli.services").joinpath(STARTER).read_text(encoding="utf-8"))


def load_starter_items(*, at: datetime) -> int:
    """Bring in the starter set. Items that are there already stay as they are. Returns how many were added."""
    known = set(Item.objects.values_list("code", flat=True))
    rows = [(order, row) for order, row in enumerate(starter()["item"]) if row["code"] not in known]
    day = timezone.localdate(at)
    with transaction.atomic():
        made = [_item(row["code"], starter_content(row), _promise(row), order) for order, row in rows]
        Item.objects.bulk_create(made)
        ItemVersion.objects.bulk_create(
            ItemVersion(item=item, number=1, effective_from=day, days=item.days, unit=item.unit,
                        content=starter_content(row).as_data(), written_at=at)
            for item, (_order, row) in zip(made, rows, strict=True)
        )  # fmt: skip
        ITEMS.changed()
    return len(made)


def _promise(row: Mapping[str, Any]) -> tuple[int, str]:
    return row["days"], row.get("unit", Unit.WORKING_DAY)


def starter_content(row: Mapping[str, Any]) -> Content:
    """A row of the starter set as content, with its papers and department written out."""
    steps = starter()["steps"][row["mode"]]
    said: dict[str, Any] = {
        **{name: Text(**row[name]) for name in ("name", "who", "ask", "result")},
        **{name: row[name] for name in ("group", "mode", "skill", "proxy", "city_wide")},
        **{name: tuple(Text(**text) for text in row[name]) for name in ("conditions", "basis", "forms")},
    }
    return Content(
        **said,
        department=Text(**starter()["departments"][row["department"]]),
        options=tuple(Option(each["key"], Text(each["zh"], each["en"])) for each in row["options"]),
        materials=_starter_papers(row["materials"]),
        steps=tuple(Text(**text) for text in steps),
        proxy_papers=() if row["proxy"] == "self" else proxy_papers(),
    )


def proxy_papers() -> tuple[Material, ...]:
    """What is asked of whoever acts for somebody else."""
    return _starter_papers([AUTHORITY, PROXY_ID])


def _starter_papers(names: Sequence[str]) -> tuple[Material, ...]:
    """Papers by key; "key:option" more than once gathers the options."""
    only: dict[str, tuple[str, ...]] = {}
    for name in names:
        key, _colon, option = name.partition(":")
        only[key] = (*only.get(key, ()), option) if option else ()
    known = starter()["papers"]
    return tuple(
        Material(key, Text(known[key]["zh"], known[key]["en"]), known[key].get("office", False),
                 known[key].get("reusable", False), options)
        for key, options in only.items()
    )  # fmt: skip


def _item(code: str, content: Content, promise: tuple[int, str], order: int) -> Item:
    item = Item(code=code, order=order)
    _take_over(item, content, promise, 1)
    return item


def _take_over(item: Item, content: Content, promise: tuple[int, str], number: int) -> None:
    """The row holds what is in force."""
    item.version, (item.days, item.unit) = number, promise
    item.name, item.name_en = content.name.zh, content.name.en
    item.department, item.department_en = content.department.zh, content.department.en
    item.group, item.mode, item.skill = content.group, content.mode, content.skill
    item.city_wide, item.fee = content.city_wide, content.fee


# --- new versions


def change_item(
    *, item: Item, number: int, content: Content, days: int, unit: str, effective_from: date, reason: str, by: Actor,
    at: datetime, action: UUID, confirmed: bool = False,
) -> ItemVersion:  # fmt: skip
    """Write a new version of an item, from a day on. Requests made before keep the version they were made under.

    number: the newest version that was shown.  confirmed: the office has checked the item against the rules here.

    Raises:
        Refused: somebody else than an administrator.
        Invalid: something is missing or does not fit.  Conflict: somebody else wrote a version meanwhile.
    """
    if not by.has_role(Role.ADMINISTRATOR) or by.account is None:
        raise Refused
    if (done := ItemVersion.objects.filter(action=action).first()) is not None:
        return done
    today = timezone.localdate(at)
    _check(content, days, unit, effective_from, reason, today)
    try:
        with transaction.atomic():
            version = ItemVersion.objects.create(
                item=item, number=number + 1, effective_from=effective_from, days=days, unit=unit,
                content=content.as_data(), reason=reason.strip(), author=by.account, written_at=at, action=action,
            )  # fmt: skip
            Item.objects.filter(pk=item.pk).update(confirmed=confirmed)
            ITEMS.changed()
            acts.record("item_changed", target=item.code, detail=f"{number + 1}: {reason.strip()}", by=by, at=at)
            bring_into_force(on=today)
    except IntegrityError as error:
        raise Conflict(_("Somebody else has changed this item meanwhile. Look at it as it stands now.")) from error
    return version


def _check(content: Content, days: int, unit: str, effective_from: date, reason: str, today: date) -> None:
    wrong: dict[str, Any] = {}
    if not reason.strip():
        wrong["reason"] = _("Write the reason in a sentence.")
    if effective_from < today:
        wrong["effective_from"] = _("Choose today or a later day: what was in force stays as it was.")
    if not 0 <= days <= LONGEST_DAYS:
        wrong["days"] = _("Write 0 to %(n)d.") % {"n": LONGEST_DAYS}
    if unit not in Unit.values or content.mode not in Mode.values or content.group not in Group.values:
        wrong["mode"] = _("Choose one from the list.")
    if content.mode == Mode.PASS_ON and days == 0:
        wrong["days"] = _("Say how many days the department needs, at least 1.")
    if not content.materials:
        wrong["materials"] = _("Name at least one paper.")
    options = {option.key for option in content.options}
    strange = sorted({key for paper in content.materials for key in paper.only} - options)
    if strange:
        wrong["materials"] = _("No answer is called “%(key)s”.") % {"key": strange[0]}
    if wrong:
        raise Invalid(fields=wrong)


def bring_into_force(*, on: date) -> int:
    """Let the rows of items whose next version has come into force say so. Returns how many changed."""
    changed = 0
    with transaction.atomic():
        known = _read()
        for item in known.items:
            now = known.on(item, on)
            if now is not None and now.version.number != item.version:
                _take_over(item, now.content, (now.version.days, now.version.unit), now.version.number)
                item.save()
                changed += 1
        if changed:
            ITEMS.changed()
    return changed


def versions_of(item: Item) -> list[ItemVersion]:
    """Every version of an item, the newest first, with who wrote it."""
    return list(ItemVersion.objects.filter(item=item).select_related("author").order_by("-number"))
