from linli.procedures.numbers import ALPHABET, LENGTH, check_character, new_number, read_number


def test_a_new_number_reads_back_as_it_is_spoken_and_typed():
    number = new_number()

    assert read_number(f" {number[:4].lower()}-{number[4:]} ") == number


def test_every_single_wrong_character_is_noticed():
    number = new_number()

    wrong = [
        number[:place] + other + number[place + 1 :]
        for place in range(LENGTH + 1)
        for other in ALPHABET
        if other != number[place]
    ]

    assert [read_number(text) for text in wrong] == [None] * len(wrong)


def test_two_characters_that_changed_places_are_noticed():
    body = "34679ACE"
    number = body + check_character(body)

    for first in range(LENGTH):
        for second in range(first + 1, LENGTH):
            typed = list(number)
            typed[first], typed[second] = typed[second], typed[first]
            assert read_number("".join(typed)) is None


def test_numbers_do_not_count_up():
    assert len({new_number() for _ in range(1000)}) == 1000
