"""What staff read of a case: its states, moves and clocks in a word, and each line of its story in a sentence.

Posts are named, residents never. What the reporter reads stands in `plain_words`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from linli.cases.enums import Grade, Hotline, Satisfaction, Source
from linli.cases.workflow import WORKFLOW
from linli.core import dates
from linli.core.models import File
from linli.core.pictures import PICTURES, WIDTHS
from linli.procedures.domain.story import Line
from linli.procedures.enums import Audience, Part
from linli.procedures.sentences import REFERRALS, clock_name, duration, moment, referral_told

# A state is called by what it waits for.
STATES: dict[str, Any] = {
    "received": gettext_lazy("to be filed"),
    "filed": gettext_lazy("to be dispatched"),
    "dispatched": gettext_lazy("to be accepted"),
    "handling": gettext_lazy("being handled"),
    "handled": gettext_lazy("to be verified"),
    "verified": gettext_lazy("to be answered"),
    "deferred": gettext_lazy("put off"),
    "closed": gettext_lazy("closed"),
    "merged": gettext_lazy("joined"),
    "void": gettext_lazy("void"),
}
# Amber and red are kept for clocks: a state is never an alarm.
TONES = {
    "received": "new",
    "filed": "new",
    "dispatched": "active",
    "handling": "active",
    "handled": "active",
    "verified": "active",
    "deferred": "waiting",
    "closed": "done",
    "merged": "off",
    "void": "off",
}
CLOCKS: dict[str, Any] = {
    "case.file": gettext_lazy("filing"),
    "case.dispatch": gettext_lazy("dispatch"),
    "case.take": gettext_lazy("acceptance"),
    "case.handle": gettext_lazy("handling"),
    "case.verify": gettext_lazy("verification"),
    "case.answer": gettext_lazy("answer"),
    "case.reply": gettext_lazy("the reporter's reply"),
    "case.supervise": gettext_lazy("report to whoever supervises"),
    "case.review": gettext_lazy("monthly look at the grievance"),
}
SOURCES: dict[str, Any] = {
    Source.RESIDENT: gettext_lazy("A resident reported it"),
    Source.HOTLINE: gettext_lazy("It came in by the hotline"),
    Source.PATROL: gettext_lazy("It was reported on patrol"),
    Source.VOLUNTEER: gettext_lazy("A volunteer reported it"),
    Source.GRID_WORKER: gettext_lazy("A grid worker reported it"),
    Source.SENSOR: gettext_lazy("A sensor reported it"),
    Source.WINDOW: gettext_lazy("It was taken down at the service window"),
    Source.PETITION_DESK: gettext_lazy("It came from the petition desk"),
    Source.OUTSIDE: gettext_lazy("It came from another system"),
}


EXCERPT = 60  # characters of a report in a list


def shorten(text: str) -> str:
    """The beginning of a report, for one line of a list."""
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"


@dataclass(frozen=True)
class Told:
    """One line of the story as `{% timeline %}` shows it."""

    at: datetime
    what: str
    by: str
    because: str = ""
    photos: tuple[dict[str, Any], ...] = ()
    tone: str = ""


@dataclass(frozen=True)
class Names:
    """What the sentences need beside the lines: posts by key, the class by its code, the case's files."""

    posts: Mapping[int, str]
    klass: Mapping[str, str]
    files: Mapping[UUID, File]


Says = Mapping[str, Any]
Sentence = Callable[[Says, Names], str]


def _plain(words: Any) -> Sentence:
    return lambda _says, _names: str(words)


def _received(says: Says, _names: Names) -> str:
    return str(SOURCES.get(says.get("source", ""), _("It was reported")))


def _filed(says: Says, names: Names) -> str:
    code = says.get("klass", "")
    words = {"klass": names.klass.get(code, code)}
    filed = _("Filed as “%(klass)s”, the place put right") if says.get("place") else _("Filed as “%(klass)s”")
    graded = [Grade(says["grade"]).label] if says.get("grade") else []
    timed = [_("hotline: %(kind)s") % {"kind": Hotline(says["hotline"]).label}] if says.get("hotline") else []
    return ", ".join([filed % words, *map(str, graded), *timed])


def _reclassed(says: Says, _names: Names) -> str:
    zh, english = says["names"]
    name = english if (get_language() or "").startswith("en") else zh
    return _("Its class was retired; it is now “%(klass)s”") % {"klass": name}


def _dispatched(says: Says, names: Names) -> str:
    return _("Dispatched to %(post)s") % {"post": names.posts.get(says.get("to", 0), "–")}


def _reassigned(says: Says, names: Names) -> str:
    words = {"part": Part(says["part"]).label, "post": names.posts.get(says.get("to", 0), "–")}
    return _("Passed to %(post)s as %(part)s") % words


def _rated(says: Says, _names: Names) -> str:
    return _("The reporter: %(grade)s") % {"grade": Satisfaction(says["grade"]).label}


def _amber(says: Says, _names: Names) -> str:
    return _("Due soon: %(clock)s") % {"clock": clock_name(says["clock"])}


def _missed(says: Says, _names: Names) -> str:
    return _("Overdue: %(clock)s") % {"clock": clock_name(says["clock"])}


def _late(says: Says, _names: Names) -> str:
    words = {
        "when": dates.when(datetime.fromisoformat(says["happened"])),
        "clocks": ", ".join(clock_name(clock) for clock in says["in_time"]),
    }
    if says["in_time"]:
        return _("Done on %(when)s without signal and received only now. In time: %(clocks)s") % words
    return _("Done on %(when)s without signal and received only now") % words


def _recounted(says: Says, _names: Names) -> str:
    after = dates.deadline(datetime.fromisoformat(says["after"])) if says.get("after") else "–"
    return _("The date for %(clock)s was reckoned again: %(after)s") % {
        "clock": clock_name(says["clock"]),
        "after": after,
    }


def _to_post(sentence: Any) -> Sentence:
    """A sentence that names the post it is about."""
    return lambda says, names: str(sentence) % {"post": names.posts.get(says.get("to", 0), "–")}


def _numbered(sentence: Any, key: str = "number") -> Sentence:
    """A sentence that names another case by its number."""
    return lambda says, _names: str(sentence) % {"number": says.get(key, "–")}


def _referral(entry: str, says: Says, _names: Names) -> str:
    return referral_told(entry, says)


def _more_time(sentence: Any) -> Sentence:
    def said(says: Says, _names: Names) -> str:
        return str(sentence) % {"time": duration(says["amount"], says["unit"]) if says.get("unit") else "–"}

    return said


def _deferred(says: Says, _names: Names) -> str:
    return _("Put off until %(day)s") % {"day": moment(says["until"])}


def _promised(says: Says, _names: Names) -> str:
    return _("Promised, until %(when)s") % {"when": dates.when(datetime.fromisoformat(says["until"]))}


def _alerts(says: Says, _names: Names) -> str:
    n = int(says.get("count", 1))
    return ngettext("The device called again, %(n)d time since", "The device called again, %(n)d times since", n) % {
        "n": n
    }


def _judged(says: Says, _names: Names) -> str:
    return str(VERDICTS.get(says.get("verdict", ""), _("Judged")))


VERDICTS: dict[str, Any] = {
    "true": gettext_lazy("Found there: it was so"),
    "false": gettext_lazy("Found there: nothing"),
    "nuisance": gettext_lazy("Found there: it was so, but needed nobody"),
}


SENTENCES: dict[str, Sentence] = {
    "received": _received,
    "file": _filed,
    "reclassed": _reclassed,
    "dispatch": _dispatched,
    "accept": _plain(gettext_lazy("Took it on")),
    "hand_back": _plain(gettext_lazy("Handed back: not ours")),
    "hand_on": _to_post(gettext_lazy("Passed on to %(post)s")),
    "recall": _plain(gettext_lazy("Taken back by the desk")),
    "hand_in": _plain(gettext_lazy("Work handed in")),
    "rework": _plain(gettext_lazy("Looked at: not done, sent back for rework")),
    "verify": _plain(gettext_lazy("Looked at: done")),
    "close": _plain(gettext_lazy("Answered and closed")),
    "reopen": _plain(gettext_lazy("Reopened")),
    "void": _plain(gettext_lazy("Not taken up")),
    "merge": _numbered(gettext_lazy("Joined with %(number)s: the same matter"), "into"),
    "merged_in": _numbered(gettext_lazy("%(number)s was joined with this: the same matter")),
    "joined": _plain(gettext_lazy("Somebody else reported the same, and is answered too")),
    "answered": _plain(gettext_lazy("The answer of the joined case went to this reporter too")),
    "split": _numbered(gettext_lazy("A matter of its own became %(number)s")),
    "link": _numbered(gettext_lazy("Made a part of %(number)s"), "parent"),
    "child": _numbered(gettext_lazy("%(number)s became a part of this")),
    "ask_time": _more_time(gettext_lazy("Asked for %(time)s more")),
    "extend": _more_time(gettext_lazy("Extended by %(time)s")),
    "refuse_time": _plain(gettext_lazy("No more time")),
    "defer": _deferred,
    "resume": _plain(gettext_lazy("It goes on")),
    "ask": _plain(gettext_lazy("Asked the reporter")),
    "reply": _plain(gettext_lazy("The reporter's reply")),
    "no_reply": _plain(gettext_lazy("No reply came; it goes on without")),
    "ask_help": _to_post(gettext_lazy("Asked %(post)s to help")),
    "help_done": _plain(gettext_lazy("Helped")),
    "relieve": _to_post(gettext_lazy("Goes on without %(post)s")),
    "invite": _plain(gettext_lazy("Asked a third party")),
    "guest_done": _plain(gettext_lazy("The third party writes")),
    "supervise": _plain(gettext_lazy("Supervised from above")),
    "report_back": _plain(gettext_lazy("Reported to whoever supervises")),
    "take_charge": _to_post(gettext_lazy("A grievance of long standing: %(post)s owns it")),
    "review": _plain(gettext_lazy("Looked at again")),
    "settle": _plain(gettext_lazy("No longer a grievance of long standing")),
    "take_over": _plain(gettext_lazy("Taken over from a file")),
    "take_over_closed": _plain(gettext_lazy("Taken over from a file, closed already")),
    "note": _plain(gettext_lazy("Note")),
    "added": _plain(gettext_lazy("The reporter added")),
    "kept": _plain(gettext_lazy("The reporter took it into an account")),
    "contact_removed": _plain(gettext_lazy("The reporter had the contact removed")),
    "promise": _promised,
    "promise_kept": _plain(gettext_lazy("Promise kept")),
    "rated": _rated,
    "supported": _plain(gettext_lazy("Somebody else saw the same")),
    "released": _plain(gettext_lazy("Text and photos made public")),
    "withdrawn": _plain(gettext_lazy("Text and photos no longer public")),
    "reassigned": _reassigned,
    "amber": _amber,
    "missed": _missed,
    "recounted": _recounted,
    "late": _late,
    "purged": _plain(gettext_lazy("What was said of persons is forgotten")),
    **{entry: partial(_referral, entry) for entry in REFERRALS},
    # Of what a device called for.
    "alerts": _alerts,
    "call": _to_post(gettext_lazy("Called the duty phone of %(post)s")),
    "no_answer": _to_post(gettext_lazy("No answer from %(post)s in time")),
    "answered_call": _plain(gettext_lazy("Answered the call: going there")),
    "on_scene": _plain(gettext_lazy("On the scene")),
    "judged": _judged,
    "quiet": _plain(gettext_lazy("The device is quiet again")),
}
STORY_TONES = {
    "close": "done", "verify": "done", "missed": "late", "amber": "quiet", "supported": "quiet", "kept": "quiet",
    "alerts": "quiet", "quiet": "quiet", "no_answer": "late",
    "joined": "quiet", "recounted": "quiet", "purged": "quiet", "late": "quiet",
}  # fmt: skip


def tell_story(lines: Iterable[Line], names: Names) -> list[Told]:
    """The story for staff, in the order given and in the active language."""
    return [_told(line, names) for line in lines]


def _told(line: Line, names: Names) -> Told:
    says = line.says
    if says is None:
        return Told(
            line.at, _("“%(entry)s”: what it said is forgotten") % {"entry": line.kind}, who(line), tone="quiet"
        )
    sentence = SENTENCES.get(line.kind, _plain(line.kind))
    return Told(
        at=line.at,
        what=_("To the reporter")
        if line.kind == "note" and line.audience == Audience.PARTIES
        else sentence(says, names),
        by=who(line),
        because=str(says.get("because") or says.get("text") or says.get("answer") or ""),
        photos=tuple(shown(names.files[key]) for key in _photos(says) if key in names.files),
        tone=STORY_TONES.get(line.kind, ""),
    )


def _photos(says: Says) -> list[UUID]:
    photos = says.get("photos")
    return [UUID(key) for key in photos] if isinstance(photos, list) else []


def who(line: Line) -> str:
    """Who wrote a line: a post by its name, a resident only as the reporter."""
    if line.post is not None:
        return line.post.title
    if line.actor.startswith("system:rule:"):
        _system, _rule, code, version = f"{line.actor}:".split(":")[:4]
        return _("Linli, by the rule %(rule)s, version %(version)s") % {"rule": code, "version": version}
    if line.actor.startswith("system:"):
        return _("Linli, by itself")
    if line.kind == "guest_done":
        return _("a third party")
    return _("the reporter") if line.actor.startswith("party:") else _("a resident")


def shown(file: File) -> dict[str, Any]:
    """A picture as `{% photo %}` and the story take it."""
    full = reverse("core:file", args=[file.pk])
    thumb = reverse("core:preview", args=[file.pk, WIDTHS[0]]) if file.media_type in PICTURES else full
    return {
        "thumb": thumb,
        "full": full,
        "alt": _("Photo of %(when)s") % {"when": dates.when(file.uploaded_at)},
        "width": file.width,
        "height": file.height,
    }


def photos_by_role(lines: Iterable[Line], files: Mapping[UUID, File]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The pictures of a case in three groups: from whoever reported, of the work, of the look at it."""
    groups: dict[str, list[dict[str, Any]]] = {"received": [], "hand_in": [], "verify": []}
    seen: set[UUID] = set()
    for line in lines:
        group = {"rework": "verify", "help_done": "hand_in", "guest_done": "hand_in"}.get(line.kind, line.kind)
        for key in _photos(line.says or {}):
            if group in groups and key in files and key not in seen:
                groups[group].append(shown(files[key]))
                seen.add(key)
    groups["received"] += [shown(file) for key, file in files.items() if key not in seen]
    titles = {"received": _("As reported"), "hand_in": _("The work"), "verify": _("The look at it")}
    return [(titles[group], pictures) for group, pictures in groups.items() if pictures]


def told_second(lines: Iterable[Line], names: Names) -> str:
    """What the second of two is told: who was first, when, and what they did."""
    moved = [line for line in lines if line.kind in WORKFLOW.moves or line.kind == "reassigned"]
    if not moved:
        return _("Somebody else changed this case. What you wrote is kept below.")
    first = _told(moved[-1], names)
    words = {"when": dates.when(first.at), "who": first.by, "what": first.what}
    return _("%(when)s, %(who)s: %(what)s. What you wrote is kept below.") % words
