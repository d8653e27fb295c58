"""Every entry of the lawbook can be used, and the version of the day is the one that applies."""

import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest

from linli.engines.clocks import Limit
from linli.lawbook import Book, Faulty, Kind, NotInForce, Rule, Status, UnknownRule, book, rule

CHINESE = re.compile(r"[\u4e00-\u9fff]")
TODAY = date(2026, 11, 23)

JURISDICTIONS = {"national", "shanghai", "local-example"}


# What every entry has


def those(wrong: Callable[[Rule], object]) -> list[str]:
    return [f"{version.id} of {version.effective_from}" for version in book() if wrong(version)]


def test_an_entry_speaks_both_languages():
    def chinese(version: Rule) -> bool:
        return all(CHINESE.search(text) for text in (version.title_zh, version.text_zh, version.source.zh))

    def english(version: Rule) -> bool:
        return not any(CHINESE.search(text) for text in (version.title_en, version.text_en, version.source.en))

    assert those(lambda version: not (chinese(version) and english(version))) == []


def test_an_entry_has_an_id_by_subject_and_a_source_with_its_reach():
    assert those(lambda version: not re.fullmatch(r"[a-z_]+\.[a-z_]+", version.id)) == []
    assert those(lambda version: version.source.jurisdiction not in JURISDICTIONS) == []


def test_an_entry_holds_no_address_and_no_note_on_how_it_was_checked():
    def noted(version: Rule) -> object:
        whole = f"{version.text_zh} {version.text_en} {version.article} {version.source.zh} {version.source.en}"
        return re.search(r"https?:|www\.|\.(cn|com)\b|\[[VUL]", whole)

    assert those(noted) == []


def test_what_is_local_or_without_an_article_is_assumed():
    def claimed(version: Rule) -> bool:
        return not version.assumed and (version.source.jurisdiction == "local-example" or not version.article)

    assert those(claimed) == []


def test_each_deadline_is_a_limit_that_the_clocks_can_count_and_none_backwards_rolls():
    limits = {version.id: version.limit for version in book() if version.kind == Kind.DEADLINE}

    assert {type(limit) for limit in limits.values()} == {Limit}
    assert [name for name, limit in limits.items() if limit.backwards and limit.roll] == []


def test_there_are_rules_of_each_kind():
    assert {version.kind for version in book()} == set(Kind)


# Versions


@pytest.mark.parametrize(
    ("name", "last_of_the_old", "old", "new"),
    [
        ("order.gambling", date(2025, 12, 31), "70", "82"),
        ("order.noise", date(2025, 12, 31), "58", "88"),
        ("order.animals", date(2025, 12, 31), "75", "89"),
        ("order.landlord", date(2025, 12, 31), "57", "68"),
        ("order.stalking", date(2025, 12, 31), "42", "50"),
        ("noise.neighbours", date(2026, 8, 14), "65", "588-599"),
        ("noise.dissuade", date(2026, 8, 14), "70", "599"),
        ("noise.penalty", date(2026, 8, 14), "82, 87", "1190, 1192"),
        ("residents.meeting_request", date(2025, 12, 31), "10", "26, 27"),
    ],
)
def test_the_version_in_force_on_the_start_date_applies(name, last_of_the_old, old, new):
    first_of_the_new = date.fromordinal(last_of_the_old.toordinal() + 1)

    assert rule(name, on=last_of_the_old).article == old
    assert rule(name, on=first_of_the_new).article == new


def test_the_share_that_may_call_a_residents_meeting_fell_in_2026():
    before, after = (rule("residents.meeting_request", on=day).params["share"] for day in (date(2025, 6, 1), TODAY))

    assert (before, after) == ("1/5", "1/10")


def test_batteries_at_home_are_banned_from_june_2024():
    before, after = rule("fire.ebike", on=date(2024, 5, 31)), rule("fire.ebike", on=date(2024, 6, 1))

    assert "homes" not in before.text_en
    assert "homes" in after.text_en
    assert (before.effective_to, after.effective_from) == (date(2024, 6, 1), date(2024, 6, 1))


def test_a_rule_has_nothing_to_say_before_its_law_is_in_force():
    with pytest.raises(NotInForce, match=r"assistance.urgent on 2026-06-30"):
        rule("assistance.urgent", on=date(2026, 6, 30))

    assert rule("assistance.urgent", on=date(2026, 7, 1)).article == "50"


def test_a_rule_that_is_not_there_is_told_by_name():
    with pytest.raises(UnknownRule, match=r"petition.wish"):
        rule("petition.wish", on=TODAY)


def test_all_versions_of_a_rule_can_be_read_back():
    assert [version.source.in_force for version in book().versions("noise.dissuade")] == [
        date(2022, 6, 5),
        date(2026, 8, 15),
    ]


# Figures others rely on


@pytest.mark.parametrize(
    ("name", "limit", "extension"),
    [
        ("case.file", Limit(1, "working_hour"), 0),
        ("case.dispatch", Limit(1, "working_hour"), 0),
        ("case.take", Limit(1, "working_hour"), 0),
        ("case.handle", Limit(5, "working_day"), 10),
        ("case.verify", Limit(2, "working_day"), 0),
        ("case.answer", Limit(1, "working_day"), 0),
        ("case.reopen", Limit(15, "natural_day", roll=False), 0),
        ("satisfaction.contact", Limit(1, "natural_day"), 0),
        ("satisfaction.rectify", Limit(15, "natural_day"), 0),
    ],
)
def test_the_clocks_of_a_case_are_assumed(name, limit, extension):
    found = rule(name, on=TODAY)

    assert (found.limit, found.extension, found.status) == (limit, extension, Status.ASSUMPTION)


@pytest.mark.parametrize(
    ("name", "limit", "extension"),
    [
        ("petition.forward", Limit(15, "natural_day"), 0),
        ("petition.notice", Limit(15, "natural_day"), 0),
        ("petition.object", Limit(5, "working_day"), 0),
        ("petition.handle", Limit(60, "natural_day"), 30),
        ("petition.review", Limit(30, "natural_day"), 0),
        ("mediation.confirm", Limit(30, "natural_day"), 0),
        ("violence.order_decide", Limit(72, "natural_hour"), 0),
        ("owners.notice", Limit(15, "natural_day", roll=False, backwards=True), 0),
        ("owners_committee.end_report", Limit(5, "month", roll=False, backwards=True), 0),
        ("camera.filing", Limit(30, "natural_day"), 0),
        ("structure.visit_building", Limit(2, "natural_hour"), 0),
    ],
)
def test_the_limits_of_the_law_are_verified(name, limit, extension):
    found = rule(name, on=TODAY)

    assert (found.limit, found.extension, found.status) == (limit, extension, Status.VERIFIED)


def test_only_the_time_of_a_hearing_stops_the_clock_of_a_petition():
    assert rule("petition.recheck", on=TODAY).pause_allowed is True
    assert rule("petition.handle", on=TODAY).pause_allowed is False


def test_t6_short_periods_of_review_are_working_days_and_petition_days_natural():
    assert rule("time.review_working_days", on=TODAY).article == "88"
    assert rule("petition.object", on=TODAY).limit.kind == "working_day"
    assert rule("petition.notice", on=TODAY).limit.kind == "natural_day"


@pytest.mark.parametrize(
    ("name", "whole", "least"),
    [
        ("owners.participation", 18, 12),
        ("owners.special", 13, 10),
        ("owners.ordinary", 12, 7),  # six are exactly half
        ("residents.meeting", 100, 51),
        ("residents.assembly", 30, 20),
        ("renewal.rebuild", 100, 95),
    ],
)
def test_a_quorum_is_an_exact_share_and_more_than_half_is_more(name, whole, least):
    params = rule(name, on=TODAY).params
    share = Fraction(params["share"])
    enough = [n for n in range(whole + 1) if (n > share * whole if params["more"] else n >= share * whole)]

    assert enough[0] == least


def test_a_rule_without_a_limit_says_so():
    with pytest.raises(Faulty, match=r"mediation.free is no deadline but a duty"):
        _ = rule("mediation.free", on=TODAY).limit


# Entries that cannot be used

SOURCES = """
[law]
zh = "法"
en = "Law"
jurisdiction = "national"
in_force = 2020-01-01
"""
GOOD = {
    "id": '"a.b"',
    "kind": '"deadline"',
    "source": '"law"',
    "article": '"1"',
    "status": '"verified"',
    "params": '{ amount = 5, kind = "working_day" }',
    "title_zh": '"题"',
    "title_en": '"Title"',
    "text_zh": '"文"',
    "text_en": '"Text"',
}


def read(folder, *entries: dict[str, str | None]) -> Book:
    (folder / "sources.toml").write_text(SOURCES)
    rules = [
        "\n".join(["[[rule]]", *[f"{name} = {value}" for name, value in (GOOD | entry).items() if value is not None]])
        for entry in entries
    ]
    (folder / "rules.toml").write_text("\n".join(rules))
    return Book(folder)


def test_a_good_entry_takes_its_dates_from_its_source(tmp_path):
    found = read(tmp_path, {}).rule("a.b", on=TODAY)

    assert (found.effective_from, found.effective_to, found.limit) == (date(2020, 1, 1), None, Limit(5, "working_day"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"text_en": None}, "missing or unknown text_en"),
        ({"url": '"x"'}, "missing or unknown url"),
        ({"title_zh": '""'}, "empty title_zh"),
        ({"source": '"rumour"'}, "unknown source rumour"),
        ({"kind": '"wish"'}, "'wish' is not a valid Kind"),
        ({"status": '"rumour"'}, "'rumour' is not a valid Status"),
        ({"article": '""'}, "verified, but without its article"),
        ({"params": '{ amount = 5, kind = "fortnight" }'}, "'fortnight' is not a valid Kind"),
        ({"params": '{ amount = -5, kind = "month" }'}, "no negative amount"),
        ({"params": '{ kind = "month" }'}, "missing or unknown params amount"),
        ({"params": '{ amount = 5, kind = "month", color = 1 }'}, "missing or unknown params color"),
        (
            {"params": '{ amount = 5, kind = "month", backwards = true, extension = 1 }'},
            "neither paused nor extended",
        ),
        (
            {"kind": '"quorum"', "params": '{ of = ["x"], base = "all", share = "5/4", more = true }'},
            "5/4 is no share",
        ),
        ({"kind": '"threshold"', "params": '{ unit = "persons" }'}, "needs a bound"),
        ({"effective_to": "2019-01-01"}, "before it begins"),
    ],
)
def test_a_faulty_entry_is_told_with_its_file_and_id(tmp_path, change, told):
    with pytest.raises(Faulty, match=rf"^rules\.toml: a\.b: .*{re.escape(told)}"):
        read(tmp_path, change)


def test_two_versions_of_a_rule_are_never_in_force_together(tmp_path):
    later = {"effective_from": "2024-01-01"}

    with pytest.raises(Faulty, match=r"a\.b: two versions are in force on 2024-01-01"):
        read(tmp_path, later, {})
    follows = read(tmp_path, later, {"effective_to": "2024-01-01"})

    assert [version.effective_from.year for version in follows.versions("a.b")] == [2020, 2024]
