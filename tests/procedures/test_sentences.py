"""Each date can say in a sentence how it came about, in both languages."""

from datetime import UTC, date, datetime, time

import pytest
from django.utils import timezone
from django.utils.translation import override

from linli.core import dates
from linli.procedures.domain.clocks import open_clocks
from linli.procedures.models import Clock
from linli.procedures.sentences import clock_name, duration, explain

START = datetime(2026, 9, 24, 2, 0, tzinfo=UTC)


def day(text: str) -> str:
    return dates.day(timezone.make_aware(datetime.combine(date.fromisoformat(text), time(12))))


def clock(*steps: list, due: datetime | None = None, source: str = "class", **more: object) -> Clock:
    return Clock(rule="case.handle", source=source, start=START, due=due, steps=[list(step) for step in steps], **more)


FROM = ["from", {"amount": 5, "kind": "working_day", "start": "2026-09-24"}]


def test_five_working_days_over_a_holiday_in_english_and_chinese(db):
    made = clock(FROM, ["skipped", {"rest_days": 3}], due=datetime(2026, 10, 8, 16, 0, tzinfo=UTC))

    with override("en"):
        assert explain(made) == (
            f"5 working days from {day('2026-09-24')}; 3 rest days do not count; until end of {day('2026-10-08')}."
            " Set by: the class of the case."
        )
    with override("zh-hans"):
        assert explain(made) == (
            f"自{day('2026-09-24')}起5个工作日；其间3个休息日不计；至{day('2026-10-08')} 24:00止。"
            "依据：该案卷类别的规定。"
        )


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (["before", {"amount": 9, "kind": "natural_day", "event": "2026-10-30"}],
         "9 calendar days before {2026-10-30}"),
        (["extended", {"amount": 10, "kind": "working_day"}], "extended by 10 working days"),
        (["month_end", {"day": "2026-02-28"}], "that month has no such day, so its last: {2026-02-28}"),
        (["skipped", {"rest_days": 1}], "1 rest day does not count"),
        (["paused", {"days": 3}], "the clock stood still for 3 days"),
        (["paused", {"minutes": 1}], "the clock stood still for 1 minute"),
        (["rolled", {"raw": "2026-10-03", "day": "2026-10-08"}],
         "{2026-10-03} is a rest day, so it moves to {2026-10-08}"),
        (["assumed", {"years": [2027], "rest_days": []}],
         "the holidays of 2027 are not published yet, so the date may change"),
    ],
)  # fmt: skip
def test_every_kind_of_step_has_its_words(db, step, said):
    with override("en"):
        for text in ("2026-10-30", "2026-02-28", "2026-10-03", "2026-10-08"):
            said = said.replace(f"{{{text}}}", day(text))
        assert explain(clock(step)) == f"{said}. Set by: the class of the case."


def test_a_clock_that_stands_still_names_no_end(db):
    since = datetime(2026, 9, 25, 1, 30, tzinfo=UTC)

    with override("en"):
        assert explain(clock(FROM, ["standing", {"since": since.isoformat()}])) == (
            f"5 working days from {day('2026-09-24')}; the clock stands still since {dates.when(since)}."
            " Set by: the class of the case."
        )


def test_what_the_law_sets_is_named_by_law_and_article_and_what_is_assumed_says_so(db):
    with override("en"):
        legal = explain(clock(FROM, source="petition.forward"))
        assumed = explain(clock(FROM, source="case.handle", assumed=True))

    assert legal.endswith("Set by: Regulations on Petition Work, art. 22.")
    assert assumed.endswith("Set by: “Handle a case”, assumed where the law is silent.")


def test_the_clocks_of_a_real_case_explain_themselves(case_in):
    (running,) = [one for one in open_clocks(case_in("handling").procedure) if one.rule == "case.handle"]

    with override("en"):
        assert explain(running) == (
            f"2 working days from {day('2026-11-23')}; until end of {day('2026-11-25')}. Set by: the class of the case."
        )
        assert (clock_name("case.handle"), clock_name("nobody.knows")) == ("handling", "nobody.knows")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("minute", "1 minute"), ("natural_hour", "1 hour round the clock"), ("urgent_hour", "1 urgent hour"),
        ("working_hour", "1 working hour"), ("natural_day", "1 calendar day"), ("working_day", "1 working day"),
        ("month", "1 month"), ("year", "1 year"),
    ],
)  # fmt: skip
def test_every_kind_of_limit_has_its_words(kind, said):
    with override("en"):
        assert duration(1, kind) == said
