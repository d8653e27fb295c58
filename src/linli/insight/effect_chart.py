"""The series of an action: what was counted, what would have come without it and between what, and where it began."""

from datetime import date

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.core.dates import MONTHS
from linli.insight import drawing, effect_words
from linli.insight.domain.effects import Answer

SAID = 7  # words under the drawing


def chart(answer: Answer) -> SafeString:
    """The drawing; nothing below three periods."""
    blocks = answer.blocks
    if len(blocks) < 3:
        return mark_safe("")
    counts = [block.count for block in blocks]
    shown = [*counts, *(block.fitted for block in blocks), *(block.expected for block in blocks)]
    where = drawing.frame(shown, len(blocks))
    after = [block.expected if block.after else None for block in blocks]
    parts = [
        drawing.band(
            where,
            [block.low if block.after else None for block in blocks],
            [block.high if block.after else None for block in blocks],
        ),
        drawing.grid(where, _under(answer)),
        drawing.dots(where, counts, colour=drawing.SOFT, size=2.5),
        drawing.line(where, [None if block.after else block.fitted for block in blocks]),
        drawing.line(where, [block.fitted if block.after else None for block in blocks]),
        drawing.line(where, after, colour=drawing.TANGERINE, dashed=True),
    ]
    if 0 < answer.begins < len(blocks):
        parts.append(drawing.mark(where, answer.begins - 0.5, answer.action.name))
    return drawing.svg(where, parts, said=in_words(answer))


def in_words(answer: Answer) -> str:
    facts = {
        "before": f"{answer.before:,.0f}", "after": f"{answer.after:,.0f}", "periods": len(answer.blocks),
        "step": effect_words.STEPS[answer.step], "days": effect_words.days(answer),
    }  # fmt: skip
    return _("%(days)s, by %(step)s: %(before)s before the action, %(after)s after it") % facts


def _under(answer: Answer) -> dict[int, str]:
    """Some of the days on which periods begin."""
    many = len(answer.blocks)
    every = max(1, -(-many // SAID))
    return {number: _short(answer.blocks[number].first) for number in range(0, many - every // 2, every)}


def _short(day: date) -> str:
    if (get_language() or "").startswith("en"):
        return f"{day.day} {MONTHS[day.month - 1]} {day:%y}"
    return f"{day:%y}/{day.month}/{day.day}"
