"""How a device's state, troubles and story are said on a page."""

from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from linli import lawbook
from linli.sensing.domain.standards import Standard
from linli.sensing.enums import DeviceStatus
from linli.sensing.models import DeviceNote

# state → (words, tone of the tag)
STATES: dict[str, tuple[Any, str]] = {
    DeviceStatus.PLANNED: (DeviceStatus.PLANNED.label, "new"),
    DeviceStatus.ACTIVE: (DeviceStatus.ACTIVE.label, "done"),
    DeviceStatus.FAULTY: (DeviceStatus.FAULTY.label, "late"),
    DeviceStatus.RETIRED: (DeviceStatus.RETIRED.label, "off"),
}
MARKS: dict[str, tuple[Any, str]] = {
    "silent": (gettext_lazy("silent"), "late"),
    "battery": (gettext_lazy("battery low"), "waiting"),
    "check": (gettext_lazy("check is due"), "waiting"),
    "differs": (gettext_lazy("differs from the standard"), "late"),
}
NOTES: dict[str, Any] = {
    "registered": pgettext_lazy("device", "Put into the register"),
    "changed": pgettext_lazy("device", "Changed in the register"),
    "moved": pgettext_lazy("device", "Moved"),
    "checked": pgettext_lazy("device", "Checked where it stands"),
    "taken_down": pgettext_lazy("device", "Taken down"),
    "described": pgettext_lazy("device", "Put on the risk map"),
    "turned": pgettext_lazy("device", "Turned or moved on the risk map"),
    "papers": pgettext_lazy("device", "Its papers were written down"),
    "key_issued": pgettext_lazy("device", "Given a key"),
    "key_revoked": pgettext_lazy("device", "A key was ended"),
    "consent_given": pgettext_lazy("device", "Asked for by the person themselves"),
    "consent_withdrawn": pgettext_lazy("device", "Asked for no longer"),
}


def note_words(note: DeviceNote, standard: Standard) -> dict[str, Any]:
    """One entry of the timeline."""
    detail, tone = note.detail, ""
    if note.what == "checked":
        detail, tone = _check_words(detail, standard)
    by = note.post.title if note.post else ""
    return {"at": note.at, "what": NOTES.get(note.what, note.what), "by": by, "because": detail, "tone": tone}


def _check_words(detail: str, standard: Standard) -> tuple[str, str]:
    """`[window sign] words` as the points that differ, and the words."""
    ids, _end, words = detail.removeprefix("[").partition("]")
    titles = {point.id: point.title for point in standard.points}
    missed = [titles.get(each, each) for each in ids.split()]
    said = _("Not so: %(points)s") % {"points": "; ".join(missed)} if missed else _("All points as the standard says.")
    return "\n".join(part for part in (said, words.strip()) if part), "late" if missed else "done"


def basis_words(name: str) -> dict[str, str] | None:
    """A rule of the lawbook for people: its title, text, law and article; None where nothing is said."""
    try:
        rule = lawbook.book().versions(name)[-1] if name else None
    except lawbook.UnknownRule:
        return None
    if rule is None:
        return None
    inside = (get_language() or "").startswith("en")
    return {
        "title": rule.title_en if inside else rule.title_zh,
        "text": rule.text_en if inside else rule.text_zh,
        "source": rule.source.en if inside else rule.source.zh,
        "article": rule.article,
    }
