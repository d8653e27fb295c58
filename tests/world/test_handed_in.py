"""The demonstration's figures from outside: the published ones are reported, the made-up ones are marked so."""

from datetime import UTC, datetime
from uuid import UUID

from linli.insight.domain.outside import in_force, reported
from linli.insight.domain.reviews import latest_reviews, open_reviews
from linli.insight.models import OutsideValue
from linli.world.handed_in import CONCLUDED, YEARS, hand_in, review_the_year_before

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
NAMESPACE = UUID("6d1c2a54-93a0-5c1f-8e0b-7f4f9c2b1a70")


def test_the_articles_figures_are_reported_and_the_made_up_ones_marked(street):
    number = hand_in(AT, NAMESPACE)

    assert hand_in(AT, NAMESPACE) == number == OutsideValue.objects.count()
    told = [(row.code, row.telling, row.number, row.at_least) for row in reported()]
    assert told == [
        ("fee_rate", "level", 0.78, False), ("fee_rate", "level", 0.91, False), ("patrols", "level", 24.0, False),
        ("petitions", "change", -0.3, True), ("police_calls", "change", -0.3, True), ("premises", "level", 50.0, False),
        ("projects", "level", 35.0, False), ("thefts", "change", -0.75, False),
    ]  # fmt: skip
    rows = in_force(YEARS).office["fee_rate"]
    assert [row.first.year for row in rows] == [2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025]
    assert not OutsideValue.objects.filter(origin="office", demo=False).exists()
    assert not OutsideValue.objects.filter(origin="reported", demo=True).exists()


def test_last_years_reviews_were_lived_through_and_this_years_are_opened(street):
    assert review_the_year_before(AT, NAMESPACE) == len(CONCLUDED) + 1
    states = [review.procedure.state for review in latest_reviews().values()]
    assert (states.count("checked"), states.count("left_out")) == (len(CONCLUDED), 1)

    opened = {review.mechanism for review in open_reviews(at=AT)}
    later = {code for code, told in CONCLUDED.items() if told.later}
    assert opened & later == set()
    assert len(opened) == 13 - len(later)
