"""What the pages of plans say: the answers and their bounds, what was asked, and each move, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.riskmap.domain.plan_points import Figure, figures
from linli.riskmap.domain.plan_wishes import Wishes
from linli.riskmap.domain.plan_work import said
from linli.riskmap.enums_plans import Act, Aim, AnswerKind, AnswerState, ItemStatus, PlanStatus
from linli.riskmap.forms_plans import LEVELS, TITLES
from linli.riskmap.models import Plan, PlanAnswer, PlanItem
from linli.riskmap.shown import GRADES

STATES = {
    PlanStatus.DRAFT: "waiting", PlanStatus.ANSWERED: "active", PlanStatus.ACCEPTED: "done", PlanStatus.DROPPED: "off",
}  # fmt: skip
WORK = {ItemStatus.OPEN: "new", ItemStatus.CASE: "active", ItemStatus.DONE: "done"}
MARKS: dict[str, str] = {Act.TURN: "active", Act.ADD: "new", Act.DARK: "late"}


@dataclass(frozen=True)
class Shown:
    """An answer as its page shows it. moves: in words, in walking order."""

    answer: PlanAnswer
    figures: Sequence[Figure]
    bound: str
    turned: int
    added: int
    darkened: int
    moves: Sequence[tuple[int, Mapping[str, Any], str]]

    @property
    def seen(self) -> tuple[int, int, int]:
        """(points, seen before, seen after) of all kinds."""
        return (
            sum(each.total for each in self.figures), sum(each.before for each in self.figures),
            sum(each.after for each in self.figures),
        )  # fmt: skip


def shown(plan: Plan, answer: PlanAnswer) -> Shown:
    acts = [move["act"] for move in answer.choice]
    return Shown(
        answer, figures(plan.points, plan.before, answer.after) if answer.after else [], bound_words(plan, answer),
        acts.count(Act.TURN), acts.count(Act.ADD), acts.count(Act.DARK),
        [(number, move, move_words(move)) for number, move in enumerate(answer.choice, start=1)],
    )  # fmt: skip


def move_words(move: Mapping[str, Any]) -> str:
    """A move that is not yet a piece of work, in the same words."""
    item = PlanItem(act=move["act"], spot=move["spot"], bearing_from=move["from"], bearing_to=move["to"])
    return said(item, code=move["code"])


def bound_words(plan: Plan, answer: PlanAnswer) -> str:
    """How much better a plan could be at most."""
    if answer.state == AnswerState.FAILED:
        return _(
            "It could not be worked out. The instant answer stands; ask for it once more, or tell the administrator."
        )
    if answer.state == AnswerState.WAITING:
        return _("It waits for its turn.")
    money = plan.aim == Aim.LEAST
    if not answer.reached:
        if answer.optimal:
            return _("No plan with these cameras and sites sees as much as is wanted: this is proved.")
        return _("This plan does not see as much as is wanted.")
    if answer.optimal:
        return _("No plan is cheaper: this is proved.") if money else _("No plan sees more: this is proved.")
    share = _share(answer, money)
    if share is None:
        return _("How good it is cannot be said yet.")
    facts = {"share": share}
    return (
        _("At most %(share)s %% cheaper is possible.") if money else _("At most %(share)s %% better is possible.")
    ) % facts


def _share(answer: PlanAnswer, money: bool) -> str | None:
    best = answer.cost if money else answer.value
    if not best or not answer.bound:
        return None
    gap = abs(answer.bound - best) / best * 100
    return number_format(max(gap, 0.1) if gap else 0, 1)


def asked_words(plan: Plan) -> list[tuple[str, str]]:
    """What a plan asks for, as label and words."""
    wishes = Wishes.from_json(plan.wishes)
    found = [(str(TITLES[kind]), want_words(want.density, want.views)) for kind, want in wishes.kinds.items()]
    return [
        *found,
        (_("Never"), _("windows and doors of homes, and private ground")),
        (_("Means"), means_words(plan, wishes)),
    ]


def want_words(density: float, views: int) -> str:
    sharp = f"{density:g} px/m · {GRADES[LEVELS[density]]}"
    return _("%(sharp)s; two cameras are to see it") % {"sharp": sharp} if views > 1 else sharp


def means_words(plan: Plan, wishes: Wishes) -> str:
    if plan.aim == Aim.LEAST:
        words = _("turn and add so that at least %(share)d %% of what can be seen is seen, as cheaply as possible")
        return words % {"share": wishes.share}
    if wishes.budget is None:
        return _("turn what is there, add nothing")
    words = (
        _("turn what is there for at most ¥%(sum)s, add nothing")
        if plan.aim == Aim.TURN
        else _("turn first, then add, for at most ¥%(sum)s")
    )
    return words % {"sum": number_format(wishes.budget, use_l10n=True, force_grouping=True)}


def work_words(items: Sequence[PlanItem]) -> str:
    """How far the work is."""
    done = sum(item.status == ItemStatus.DONE for item in items)
    words = ngettext("%(done)d of %(n)d piece of work is done", "%(done)d of %(n)d pieces of work are done", len(items))
    return words % {"done": done, "n": len(items)}


def best_of(answers: Sequence[PlanAnswer]) -> PlanAnswer | None:
    """The answer to be shown first: the exact one once it is there."""
    done = {answer.kind: answer for answer in answers if answer.after}
    return done.get(AnswerKind.EXACT) or done.get(AnswerKind.INSTANT)
