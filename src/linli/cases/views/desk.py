"""The duty desk: what waits, what is late, who has it; bursts of calls; promises; and the list of all cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.catalogue import catalogue
from linli.cases.domain.desk import CaseRow, Filters, Holder, holders, listed
from linli.cases.domain.desk import desk as due_first
from linli.cases.domain.heaps import BURST_WITHIN, RECENT, Burst, Heaps, count_heaps, find_bursts, told
from linli.cases.domain.promises import OpenPromise, open_promises
from linli.cases.domain.queries import classes
from linli.cases.domain.shift import Shift, last_handover, shift_of
from linli.cases.domain.watching import grievances
from linli.cases.enums import Grade, Source
from linli.cases.forms_staff import offer
from linli.cases.models import ShiftHandover
from linli.cases.sentences import STATES, TONES, shorten
from linli.core.access import needs
from linli.core.forms import QuickSelect
from linli.people.middleware import Request
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title
from linli.places.models import Kind
from linli.procedures.domain.queries import PAGE
from linli.procedures.numbers import read_number

TABS: dict[str, Any] = {
    "": _("All open"),
    "waiting": _("To be sent on"),
    "untaken": _("Not accepted in time"),
    "late": _("Overdue"),
    "soon": _("Due soon"),
    "today": _("Due today"),
    "shift": _("Came in this shift"),
    "mine": _("My turn"),
}
ALARMS = frozenset({"late", "untaken"})
SIZES = (PAGE, 500)
CHIPS = 10


@dataclass(frozen=True)
class Line:
    """One line of a list, ready to be shown; it has the fields of a clock."""

    url: str
    number: str
    version: int
    title: str
    text: str
    place: str
    state: Any
    tone: str
    source: Any
    urgent: bool
    opened: Any
    due: Any
    amber: Any
    closed: Any
    holder: str = ""
    since: Any = None


@dataclass(frozen=True)
class Chip:
    """A part of the desk that one tap narrows the list to, or widens it again."""

    title: str
    number: int
    url: str
    here: bool


@dataclass(frozen=True)
class BurstLine:
    """A burst in words; it has the fields of a clock."""

    title: str
    place: str
    burst: Burst
    key: str
    url: str
    due: Any
    amber: Any = None


@dataclass(frozen=True)
class Head:
    """What stands over the list and is kept for some seconds."""

    heaps: Heaps
    promises: Sequence[OpenPromise]
    bursts: Sequence[Burst]
    shift: Shift
    handover: ShiftHandover | None


class ListFilters(forms.Form):
    """What a list is narrowed to; a value that is none of the choices counts as none."""

    words = forms.CharField(label=_("Words or number"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False, widget=QuickSelect)
    klass = forms.ChoiceField(label=_("Class"), required=False, widget=QuickSelect)
    place = forms.ChoiceField(label=_("Place"), required=False, widget=QuickSelect)

    def __init__(self, *args: Any, below: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].widget.attrs |= {"type": "search", "data-search": "", "autocomplete": "off"}
        offer(self, "state", [("", _("Any")), *STATES.items()])
        offer(self, "klass", [("", _("Any"))] + [(klass.code, klass.title) for klass in classes()])
        offer(self, "place", [("", _("Everywhere")), *_places(below)])

    def chosen(self, name: str) -> str:
        self.is_valid()
        return self.cleaned_data.get(name, "")


def _places(below: str) -> list[tuple[str, str]]:
    """The committees and estates below a path, as the tree has them."""
    shown = (Kind.COMMITTEE, Kind.ESTATE)
    return [
        (place.path, place.title) for place in tree().places if place.kind in shown and place.path.startswith(below)
    ]


@needs("cases.desk")
def desk(request: Request) -> HttpResponse:
    """Open cases below the place of one's post, what is due first on top, and all that a duty officer must know."""
    at, asked = timezone.now(), request.GET
    show = asked.get("show", "") if asked.get("show", "") in TABS else ""
    form = _filters(request)
    if number := read_number(form.chosen("words")):
        return redirect("cases:case", number)
    head = read_head(request, at)
    shift = head.shift.mine.starts if head.shift.mine else None
    burst = burst_named(asked.get("burst", ""), head.bursts, at)
    bursts = [] if burst or asked.get("each") or show == "mine" or form.chosen("words") else _fitting(form, head.bursts)
    size = SIZES[1] if asked.get("rows") == str(SIZES[1]) else SIZES[0]
    narrowed = _as_filters(
        form,
        show=show,
        at=at,
        shift=shift,
        burst=burst,
        folded=bursts,
        posts=[post.pk for post in request.viewer.posts],
    )
    page = due_first(request.viewer, narrowed, after=asked.get("after"), size=size)
    rows = lines(page.rows, holders([row.key for row in page.rows]))
    context = {
        "tabs": [(name, title, _count(head.heaps, name), name == show, name in ALARMS) for name, title in TABS.items()],
        "chips": _chips(asked, form, head.heaps, show),
        "show": show,
        "form": form,
        "page": page,
        "lines": rows,
        "now": at,
        "burst": burst_line(burst) if burst else None,
        "bursts": [burst_line(one) for one in bursts],
        "promises": head.promises,
        "shift": head.shift,
        "handover": head.handover,
        # Opened to be treated as one, all are chosen; only looked into from the list, none.
        "chosen": burst is not None and "HX-Request" not in request.headers,
        "rows": size,
        "alarms": head.heaps.count("alarm"),
        "full_path": request.get_full_path(),
    }
    return render(request, "cases/staff/desk.html", context)


def read_head(request: Request, at: datetime) -> Head:
    """What stands over the list. One statement while nothing was told since; counts and promises are read anew then,
    the rest after some seconds."""
    viewer, post = request.viewer, request.viewer.posts[0]
    key = (post.pk, viewer.account.pk if viewer.account else 0)

    def slow() -> tuple[Sequence[Burst], Shift, ShiftHandover | None]:
        return find_bursts(viewer, at), shift_of(post, at), last_handover(post, at)

    bursts, shift, handover = RECENT.of(("slow", *key), None, slow)
    starts = shift.mine.starts if shift.mine else None
    heaps, promises = RECENT.of(key, told(), lambda: (count_heaps(viewer, at, starts), open_promises(viewer)))
    return Head(heaps, promises, bursts, shift, handover)


def _count(heaps: Heaps, show: str) -> int | None:
    return None if show == "mine" else heaps.count(show)


def _fitting(form: ListFilters, bursts: Sequence[Burst]) -> list[Burst]:
    """The bursts of what the list is narrowed to; none where it is narrowed to a state, for a burst has many."""
    klass, place = catalogue().named(form.chosen("klass")), form.chosen("place")
    if form.chosen("state"):
        return []
    return [one for one in bursts if (not klass or one.klass == klass.pk) and one.place.startswith(place)]


def _chips(asked: QueryDict, form: ListFilters, heaps: Heaps, show: str) -> list[tuple[Any, list[Chip]]]:
    """By estate and by class: how many of what is shown, each a tap away; the one chosen leads back to all."""
    klass, place = catalogue().named(form.chosen("klass")), form.chosen("place")
    by_path, titles = tree().by_path, {one.pk: one for one in classes()}
    estates = heaps.by(lambda heap: heap.estate, show, lambda heap: klass is None or heap.klass == klass.pk)
    kinds = heaps.by(lambda heap: heap.klass, show, lambda heap: heap.estate.startswith(place))
    return [
        (_("By estate"), [
            Chip(by_path[path].title, number, _toggled(asked, "place", path), path == place)
            for path, number in estates[:CHIPS] if path in by_path and by_path[path].kind == Kind.ESTATE
        ]),
        (_("By class"), [
            Chip(titles[key].title, number, _toggled(asked, "klass", titles[key].code), titles[key] == klass)
            for key, number in kinds[:CHIPS] if key in titles
        ]),
    ]  # fmt: skip


def _toggled(asked: QueryDict, name: str, value: str) -> str:
    """The address of the same list narrowed by one thing more, or no longer."""
    changed = asked.copy()
    changed.pop("after", None)
    changed.pop("burst", None)
    if changed.get(name) == value:
        del changed[name]
    else:
        changed[name] = value
    return f"?{changed.urlencode()}"


def burst_key(burst: Burst) -> str:
    """How an address names a burst: its class and where it is."""
    code = next((klass.code for klass in classes() if klass.pk == burst.klass), "")
    return f"{code}~{burst.place}" if burst.near is None else f"{code}~{burst.near[0]:.6f},{burst.near[1]:.6f}"


def burst_named(key: str, bursts: Sequence[Burst], at: datetime) -> Burst | None:
    """The burst of an address. One that has shrunk since is still the reports of its class there, of the last hours."""
    known = next((one for one in bursts if burst_key(one) == key), None)
    code, _sep, where = key.partition("~")
    klass = catalogue().named(code)
    if known or klass is None or not where:
        return known
    lon, comma, lat = where.partition(",")
    try:
        near = (float(lon), float(lat)) if comma else None
    except ValueError:
        return None
    if near is None and where not in tree().by_path:
        return None
    return Burst(klass.pk, "" if near else where, near, 0, 0, at - BURST_WITHIN, at, None)


def burst_line(burst: Burst) -> BurstLine:
    klass = next((one for one in classes() if one.pk == burst.klass), None)
    place, key = tree().by_path.get(burst.place), burst_key(burst)
    return BurstLine(
        title=klass.title if klass else "",
        place=full_title(place) if place else str(_("one spot")),
        burst=burst,
        key=key,
        url=f"{reverse('cases:desk')}?{urlencode({'burst': key, 'rows': str(SIZES[1])})}",
        due=burst.due,
    )


@needs("cases.list")
def all_cases(request: Request) -> HttpResponse:
    """Every case that one's post may see, the newest first."""
    form = _filters(request)
    if number := read_number(form.chosen("words")):
        return redirect("cases:case", number)
    page = listed(request.viewer, _as_filters(form), after=request.GET.get("after"))
    return render(request, "cases/staff/all.html", {"form": form, "page": page, "lines": lines(page.rows)})


@needs("cases.list")
def long_standing(request: Request) -> HttpResponse:
    """Grievances of long standing, each with its owner."""
    base = case_base()
    rows = [(_line(row, base, None), owner) for row, owner in grievances(request.viewer)]
    return render(request, "cases/staff/grievances.html", {"rows": rows})


def _filters(request: Request) -> ListFilters:
    return ListFilters(request.GET, below=request.viewer.posts[0].place.path)


def _as_filters(form: ListFilters, **more: Any) -> Filters:
    return Filters(form.chosen("state"), form.chosen("klass"), form.chosen("place"), form.chosen("words"), **more)


def lines(rows: Sequence[CaseRow], held: Mapping[UUID, Holder] | None = None) -> list[Line]:
    """The rows of a page in the words of the reader."""
    base, held = case_base(), held or {}
    return [_line(row, base, held.get(row.key)) for row in rows]


def case_base() -> str:
    """The address of a case up to its number: reversed once for a whole list."""
    return reverse("cases:case", args=["0"]).removesuffix("0/")


def _line(row: CaseRow, base: str, holder: Holder | None) -> Line:
    return Line(
        url=f"{base}{row.number}/",
        number=row.number,
        version=row.version,
        title=row.title or str(_("not yet filed")),
        text=shorten(row.text),
        place=row.place_title,
        state=STATES[row.state],
        tone=TONES[row.state],
        source=Source(row.source).label,
        urgent=row.grade == Grade.URGENT and row.closed is None,
        opened=row.opened,
        due=row.due,
        amber=row.amber,
        closed=row.closed,
        holder=holder.post.title if holder else "",
        since=holder.since if holder else None,
    )
