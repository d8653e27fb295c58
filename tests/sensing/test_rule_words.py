"""A rule in a sentence, of every kind."""

import pytest
from django.utils import translation

from linli.sensing.domain.rule_library import library
from linli.sensing.domain.rule_words import sentences, span

# A tilde stands for the space that does not break.
SAID = {
    "smoke": """
        Smoke detector: if Smoke density is 10~%/m or more, there is at once a call of grade “alarm”; if Smoke
        density is 5~%/m or more, there is at once a call of grade “warning”. For one trouble it calls again
        after 10 minutes at the soonest. It is over after 15 minutes of quiet.""",
    "fire_lane": """
        Fire lane sensor: if “Something stands in the way” is true for 10 minutes, there is a call of grade
        “warning”. For one trouble it calls again after 30 minutes at the soonest. It is over after 5 minutes of
        quiet.""",
    "ebike_in_lift": """
        After other rules: if the rule “E-bike in a lift” calls, 3 times within 7 days, there is a call of grade
        “warning”. For one trouble it calls again after 7 days at the soonest. It is over after 7 days of quiet.""",
    "lift_trapped": """
        Lift monitor: if “Alarm button in the lift pressed” is true, and “Call from the lift answered” is true
        does not follow within 1 minute, there is a call of grade “alarm”. For one trouble it calls again after
        10 minutes at the soonest. It is over after 30 minutes of quiet.""",
    "power_lost": """
        After other rules: if within 30 minutes at 3 devices the rule “Device on the mains silent” calls, there
        is a call of grade “warning”. It counts all of one building together. For one trouble it calls again
        after 2 hours at the soonest. It is over after 2 hours of quiet.""",
    "noise_at_night": """
        Noise meter: if Sound level, A-weighted, one minute is above 55~dB(A) for 10 minutes, there is a call of
        grade “warning”. Only 22:00–06:00. For one trouble it calls again after 1 hour at the soonest. It is
        over after 15 minutes of quiet.""",
    "device_silent": """
        Every device: if nothing is heard for 1 day, there is a call of grade “warning”. For one trouble it
        calls again after 1 day at the soonest.""",
    "care_check": """
        Care check gateway: if “Water used in the last day, yes or no” is not true, there is at once a call of
        grade “warning”. For one trouble it calls again after 12 hours at the soonest. It is over after 1 day of
        quiet.""",
}


def plain(text: str) -> str:
    return " ".join(text.split()).replace("~", "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize("code", list(SAID))
def test_a_rule_says_in_sentences_what_it_does(rulebook, code):
    with translation.override("en"):
        assert " ".join(sentences(library()[code]["rule"])) == plain(SAID[code])


def test_a_sequence_a_place_and_days_of_the_week_are_said(rulebook):
    mapping = {
        "select": {"properties": ["door_open", "water"], "places": [rulebook.places["estate"].path]},
        "key": "entrance", "grade": "notice",
        "pattern": {
            "kind": "sequence", "first": {"op": "==", "value": 0.0, "property": "door_open"},
            "then": {"op": "any", "property": "water"}, "within": "90 s",
        },
        "schedule": {"hours": [{"on": ["sat", "sun"], "from": "08:00", "to": "24:00"}], "days": "holidays"},
    }  # fmt: skip
    with translation.override("en"):
        said = " ".join(sentences(mapping))

    assert said == plain("""
        Leshan Estate 6: if “Door open” is not true, and then within 90 seconds there is word of Water where
        none should be, there is a call of grade “notice”. Only Saturday or Sunday 08:00–00:00 on weekends and
        holidays. It counts all of one entrance together.""")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_rule_has_sentences_in_both_languages(rulebook, language):
    with translation.override(language):
        assert [code for code, row in library().items() if not all(sentences(row["rule"]))] == []


TIMES = {90_000_000: "90 seconds", 60_000_000: "1 minute", 86_400_000_000: "1 day", 5_400_000_000: "90 minutes"}


@pytest.mark.parametrize("microseconds", list(TIMES))
def test_a_time_is_said_in_the_greatest_unit_that_divides_it(microseconds):
    with translation.override("en"):
        assert span(microseconds) == TIMES[microseconds]
