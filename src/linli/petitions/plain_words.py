"""What the pages of a petition say: the lines of its story, and its clocks, in plain words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from linli.people.domain.directory import directory
from linli.petitions.enums import Channel, Ground, Objection, Outcome, Verdict
from linli.petitions.kind import CLOCKS
from linli.procedures.domain.referrals import ANSWERED, CAME, REFERRED
from linli.procedures.domain.story import Line
from linli.procedures.enums import ClockState
from linli.procedures.models import Clock
from linli.procedures.sentences import explain, referral_told

SAID: dict[str, Any] = {
    "received": gettext_lazy("Registered"),
    "notify": gettext_lazy("Petitioner told in writing that it was received"),
    "waive_notice": gettext_lazy("No notice: name or address unclear"),
    "forward": gettext_lazy("Sent to the body with the power"),
    "accept": gettext_lazy("Accepted"),
    "take_up": gettext_lazy("Taken up"),
    "not_accept": gettext_lazy("Not accepted"),
    "merge": gettext_lazy("Joined with the same matter"),
    "object": gettext_lazy("The body objects"),
    "agree": gettext_lazy("Objection agreed to"),
    "refuse": gettext_lazy("Objection not agreed to"),
    "object_again": gettext_lazy("The body objects a second time: the chair decides"),
    "decide": gettext_lazy("The chair decided who handles it"),
    "supervise": pgettext_lazy("petition", "Supervised"),
    "ask_extension": gettext_lazy("More time asked for"),
    "extend": gettext_lazy("More time granted"),
    "refuse_extension": gettext_lazy("More time refused"),
    "answer": gettext_lazy("Opinion letter written"),
    "reply": gettext_lazy("Reply written"),
    "settle": gettext_lazy("Settled by agreement"),
    "withdraw": gettext_lazy("Taken back by the petitioner"),
    "deliver": gettext_lazy("Opinion letter delivered"),
    "deliver_supported": gettext_lazy("Opinion letter delivered"),
    "carried_out": gettext_lazy("What was supported is done"),
    "ask_review": gettext_lazy("Review asked for"),
    "review": gettext_lazy("Opinion of the review written"),
    "deliver_review": gettext_lazy("Opinion of the review delivered"),
    "ask_recheck": gettext_lazy("Re-check asked for"),
    "hear": gettext_lazy("Hearing: the clock stands still"),
    "heard": gettext_lazy("Hearing over: the clock runs on"),
    "recheck": gettext_lazy("Opinion of the re-check written"),
    "deliver_recheck": gettext_lazy("Opinion of the re-check delivered"),
    "lapse": gettext_lazy("Nobody asked for a review in time: finished"),
    "recuse": gettext_lazy("Withdrew because of an interest in it"),
    "attached": gettext_lazy("Photos or documents added"),
    "named": gettext_lazy("Petitioner's name and address written down"),
    "rated": gettext_lazy("Graded by the petitioner"),
    "amber": gettext_lazy("Three quarters of the time have run"),
    "missed": gettext_lazy("The time is over"),
    "recounted": gettext_lazy("A date was reckoned anew"),
    "reassigned": gettext_lazy("Passed on to another post"),
    "contact_removed": gettext_lazy("Contact removed"),
}
LABELS: dict[str, Any] = {"channel": Channel, "outcome": Outcome, "verdict": Verdict}


@dataclass(frozen=True)
class ClockShown:
    name: Any
    clock: Clock
    explained: str


def clocks_shown(clocks: Iterable[Clock], *, ended: bool = False) -> list[ClockShown]:
    """The clocks that run or stand still, or those that ended, each with the sentence that explains its date."""
    open_ = (ClockState.RUNNING, ClockState.PAUSED)
    found = [clock for clock in clocks if (clock.state not in open_) is ended and clock.state != ClockState.DROPPED]
    found.sort(key=lambda clock: (clock.due is None, clock.due or clock.start))
    return [ClockShown(CLOCKS.get(clock.rule, clock.rule), clock, explain(clock)) for clock in found]


def told(line: Line, *, to_petitioner: bool = False) -> dict[str, Any]:
    """A line of the story for `{% timeline %}`. The petitioner reads neither posts nor internal words."""
    says = dict(line.says or {})
    return {
        "at": line.at, "what": _what(line, {**says, "to": 0} if to_petitioner else says),
        "by": _by(line), "because": "" if to_petitioner and line.kind not in READ else _because(says),
        "tone": "late" if line.kind == "missed" else "",
    }  # fmt: skip


READ = ("extend", "hear", "carried_out", "ask_review", "ask_recheck", REFERRED)  # whose words the petitioner reads


def _what(line: Line, says: dict[str, Any]) -> str:
    if line.kind in (REFERRED, CAME, ANSWERED):
        return referral_told(line.kind, says)
    words = [str(SAID.get(line.kind, line.kind))]
    words += [str(kind(says[name]).label) for name, kind in LABELS.items() if says.get(name) in kind.values]
    if ground := says.get("ground"):
        words += [str(kind(ground).label) for kind in (Objection, Ground) if ground in kind.values][:1]
    if says.get("clock"):
        words.append(str(CLOCKS.get(says["clock"], says["clock"])))
    if says.get("amount"):
        words.append(_("%(n)s days") % {"n": says["amount"]})
    if (post := directory().by_key.get(says.get("to") or 0)) is not None:
        words.append(f"{post.organisation.title} · {post.title}")
    return _(": ").join([words[0], _(", ").join(words[1:])] if words[1:] else words)


def _because(says: dict[str, Any]) -> str:
    return str(says.get("because") or says.get("text") or "")


def _by(line: Line) -> str:
    if line.post is not None:
        return str(line.post.title)
    return _("the petitioner") if line.actor.startswith("party:") else _("Linli, by itself")
