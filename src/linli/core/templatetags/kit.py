"""Tags and filters of the UI kit (docs/kit.md). What stands in every row of a list is plain Python, not a template."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import segno
from django import forms, template
from django.forms.boundfield import BoundField
from django.template import Context
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from linli.core import dates, signatures
from linli.core.standing import standing_of

register = template.Library()

# The shape that says the same as the colour of a tag.
TONES = {
    "new": "ring",
    "active": "half",
    "waiting": "pause",
    "done": "check",
    "late": "warn",
    "sealed": "lock",
    "off": "cross",
}
FEWEST = 5  # a rate over fewer cases would point at persons


@register.filter
def when(at: datetime | None) -> str:
    return dates.when(at) if at else ""


@register.filter
def day(at: datetime | date | None) -> str:
    return dates.day(at) if at else ""


@register.filter
def month(on: date | None) -> str:
    return dates.month(on) if on else ""


@register.filter
def hour(at: datetime | None) -> str:
    return dates.hour(at) if at else ""


@register.filter
def stamp(at: datetime) -> int:
    """A moment for scripts: seconds since 1970."""
    return int(at.timestamp())


@register.filter
def ago(at: datetime | None) -> str:
    return dates.ago(at) if at else ""


@register.simple_tag
def moment(at: datetime | None) -> str:
    """A moment for people and machines: Tue 25 Nov, 17:00 (in 3 hours)."""
    if at is None:
        return ""
    beside = _in_brackets(dates.ago(at))
    stamp = at.isoformat(timespec="minutes")
    return mark_safe(  # noqa: S308  all of it is ours
        f'<time datetime="{stamp}">{dates.when(at)}<span class="relative">{beside}</span></time>'
    )


def _in_brackets(relative: str) -> str:
    return _(" (%(relative)s)") % {"relative": relative}


@cache
def _sprite() -> str:
    return static("core/icons.svg")


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """A decoration: a screen reader passes over it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>', _sprite(), name
    )


@register.simple_tag
def tag(text: Any, tone: str = "new") -> SafeString:
    """A state, by word and shape."""
    return mark_safe(f'<span class="tag tag-{tone}">{icon(TONES[tone])}{conditional_escape(text)}</span>')  # noqa: S308


@register.simple_tag
def clock_badge(clock: Any, explain: bool = False) -> SafeString | str:
    """Where a clock stands; `explain` adds the sentence that says how its date came about."""
    shown = standing_of(clock)
    if shown is None:
        return ""
    beside = (_in_brackets(shown.relative) if shown.relative else "") + (f" · {shown.note}" if shown.note else "")
    badge = mark_safe(  # noqa: S308  all of it is ours
        f'<span class="clock clock-{shown.tone}">{icon(shown.icon)}'
        f'<span>{shown.words}<span class="relative">{beside}</span></span></span>'
    )
    sentence = getattr(clock, "sentence", "") if explain else ""
    return format_html('{}<p class="hint clock-why">{}</p>', badge, sentence) if sentence else badge


@register.simple_tag
def photo(thumb: str, alt: str, *, full: str = "", width: int | None = None, height: int | None = None) -> SafeString:
    """A small picture with the text that stands for it, linked to the large one."""
    size = format_html(' width="{}" height="{}"', width, height) if width and height else ""
    image = format_html('<img src="{}" alt="{}"{} loading="lazy">', thumb, alt, size)
    if full:
        return format_html('<a class="photo" href="{}">{}</a>', full, image)
    return format_html('<span class="photo">{}</span>', image)


@register.simple_tag
def qr(address: str) -> SafeString:
    """The address as a QR code, for paper."""
    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(scale=3, border=2, svgclass="qr", lineclass=None, omitsize=True)
    return format_html('<figure class="qr-figure">{}<figcaption>{}</figcaption></figure>', mark_safe(drawn), address)  # noqa: S308


@register.simple_tag(takes_context=True)
def action_input(context: Context) -> SafeString:
    """The hidden UUID of a form that has no form class; the one just posted, where the page is shown again."""
    posted = context["request"].POST.get("action", "")
    return format_html('<input type="hidden" name="action" value="{}">', posted if _is_uuid(posted) else uuid4())


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@register.simple_tag
def question(field: BoundField) -> SafeString:
    """A field whose label is the heading of the page."""
    renderer = field.form.renderer
    return mark_safe(renderer.render(renderer.field_template_name, {"field": field, "question": True}))  # noqa: S308


@register.simple_tag
def signature(name: str = "signature", *, label: Any = "") -> SafeString:
    """A pad to sign on, for a form without a form class; `signatures.SignatureField` draws the same."""
    return signatures.pad(name, label=label)


@register.inclusion_tag("core/kit/error_summary.html")
def error_summary(*bound: forms.BaseForm | None, still: bool = False) -> dict[str, Any]:
    """What is still to be put right, first on the page and read first (unless `still`), each line a link."""
    errors = [error for form in bound if form is not None and form.is_bound for error in _errors(form)]
    return {"errors": errors, "still": still}


def _errors(form: forms.BaseForm) -> Iterator[tuple[str, str]]:
    for message in form.non_field_errors():
        yield "", str(message)
    if any(field.errors for field in form.hidden_fields()):
        yield "", _("This page had grown old. Please send it again.")
    for field in form.visible_fields():
        for message in field.errors:
            yield field.id_for_label or f"{field.auto_id}_0", str(message)


@register.inclusion_tag("core/kit/timeline.html")
def timeline(entries: Any) -> dict[str, Any]:
    """The story, in the order given."""
    return {"entries": entries}


@register.inclusion_tag("core/kit/stat.html")
def stat(label: str, value: Any, *, n: int | None = None, note: str = "") -> dict[str, Any]:
    """A figure with the number of cases it stands on; over fewer than five it is not shown."""
    few = n is not None and n < FEWEST
    return {"label": label, "value": value, "n": f"{n:,}" if n is not None else "", "note": note, "few": few}


@register.inclusion_tag("core/kit/pagination.html", takes_context=True)
def pagination(context: Context, page: Any) -> dict[str, Any]:
    """Newer and older. `page.previous` and `page.next` are cursors or None; there is no count and no last page."""
    return {"request": context["request"], "page": page}


@register.inclusion_tag("core/kit/steps.html")
def steps(current: int, total: int) -> dict[str, Any]:
    return {"current": current, "total": total, "marks": [n <= current for n in range(1, total + 1)]}


@register.inclusion_tag("core/kit/map.html", takes_context=True, name="map")
def linli_map(context: Context, **given: Any) -> dict[str, Any]:
    """A map; see docs/kit.md for what may be given."""
    return {"basemap": context.get("basemap", ""), "language": context.get("language", "zh-hans"), **given}
