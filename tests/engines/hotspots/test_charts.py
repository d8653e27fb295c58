"""Control charts: season taken out, false alarms as rare as stated, planted changes called."""

import numpy as np
import pytest

from linli.engines.hotspots.charts import control_chart
from linli.engines.hotspots.season import usual

DAYS = np.arange("2024-01-01", "2026-01-01", dtype="datetime64[D]")
WEEKS = np.arange("2022-01-03", "2026-01-01", 7, dtype="datetime64[D]")
WEEKDAY = np.array([1.6, 1.2, 1.0, 1.0, 0.9, 0.5, 0.3])


def by_weekday(days, level=4.0):
    return level * WEEKDAY[(days.astype(int) + 3) % 7]


def test_what_is_usual_has_the_level_and_the_weekday_of_the_baseline():
    counts = by_weekday(DAYS)
    found = usual(counts, np.ones(len(DAYS)), DAYS, step="day", baseline=np.ones(len(DAYS), bool))

    assert np.allclose(found.expected, counts)
    assert (found.spread, found.seasons) == (1.0, ("weekday", "month"))


def test_the_means_are_those_of_a_poisson_regression():
    import statsmodels.api as sm

    counts = np.random.default_rng(1).poisson(by_weekday(DAYS))
    found = usual(counts, np.ones(len(DAYS)), DAYS, step="day", baseline=np.ones(len(DAYS), bool))
    months = DAYS.astype("datetime64[M]").astype(int) % 12
    table = np.column_stack([np.eye(7)[(DAYS.astype(int) + 3) % 7], np.eye(12)[months][:, 1:]])
    fit = sm.GLM(counts, table, family=sm.families.Poisson()).fit()

    assert np.allclose(found.expected, fit.fittedvalues, rtol=1e-6)
    assert found.spread == pytest.approx(max(1, fit.pearson_chi2 / fit.df_resid), rel=1e-6)


def test_a_season_is_taken_out_only_where_it_was_seen_twice_around():
    found = usual(np.ones(40), np.ones(40), DAYS[:40], step="day", baseline=np.ones(40, bool))

    assert found.seasons == ("weekday",)


@pytest.mark.parametrize("method", ["count", "rate", "ewma", "cusum"])
def test_of_nothing_but_chance_a_chart_calls_as_rarely_as_it_says(method):
    calls, points = 0, 0
    for seed in range(30):
        counts = np.random.default_rng(seed).poisson(12, len(WEEKS))
        chart = control_chart(
            counts=counts, days=WEEKS, method=method, step="week", exposure=np.full(len(WEEKS), 6.46), seed=seed,
            run_length=100,
        )  # fmt: skip
        beyond = chart.high | chart.low
        first = int(np.argmax(beyond)) if beyond.any() else len(WEEKS)
        calls += beyond.any()
        points += first
    assert points / max(calls, 1) > 60
    assert chart.run_length >= 99


@pytest.mark.parametrize("method", ["count", "ewma", "cusum"])
def test_a_lasting_rise_is_called_soonest_by_those_that_remember(method):
    chance = np.random.default_rng(3)
    counts = chance.poisson(20, len(WEEKS))
    begun = len(WEEKS) - 30
    counts[begun:] = chance.poisson(27, 30)
    chart = control_chart(counts=counts, days=WEEKS, method=method, step="week", baseline=begun)
    called = np.flatnonzero(chart.high)

    assert not (called < begun - 1).any()
    assert called.size
    if method != "count":
        assert called[0] <= begun + 10


def test_one_bad_week_is_called_with_its_week_and_no_other():
    counts = np.random.default_rng(5).poisson(10, len(WEEKS))
    counts[-3] = 31
    chart = control_chart(counts=counts, days=WEEKS, step="week")

    assert list(np.flatnonzero(chart.high)) == [len(WEEKS) - 3]
    assert chart.upper[-3] < 31


def test_a_busy_monday_is_usual():
    counts = np.random.default_rng(6).poisson(by_weekday(DAYS, 6))
    with_season = control_chart(counts=counts, days=DAYS)
    monday = (DAYS.astype(int) + 3) % 7 == 0

    assert with_season.high.mean() < 0.01
    assert with_season.upper[monday].min() > with_season.upper[(DAYS.astype(int) + 3) % 7 == 6].max()


def test_a_series_that_varies_more_than_chance_has_wider_limits():
    counts = np.random.default_rng(7).negative_binomial(2, 2 / 12, len(WEEKS))
    chart = control_chart(counts=counts, days=WEEKS, step="week")

    assert chart.spread > 3
    assert chart.high.mean() < 0.02


def test_nothing_at_all_is_usual_until_something_comes():
    chart = control_chart(counts=[0] * 20 + [3], days=WEEKS[:21], step="week")

    assert list(np.flatnonzero(chart.high)) == [20]
    assert not chart.low.any()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"counts": [1] * 5, "days": WEEKS[:5]}, "eight|8 points"), ({"method": "shewhart"}, "no chart"),
        ({"step": "hour"}, "no chart"), ({"method": "rate"}, "needs an exposure"), ({"run_length": 5}, "no help"),
        ({"days": WEEKS[:20][::-1]}, "the days ascend"), ({"counts": [-1] * 20}, "0 or more"),
        ({"counts": [np.nan] * 20}, "no number for counts"), ({"exposure": [0.0] * 20}, "above 0"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said(changed, words):
    with pytest.raises(ValueError, match=words):
        control_chart(**{"counts": [3] * 20, "days": WEEKS[:20], "step": "week", **changed})
