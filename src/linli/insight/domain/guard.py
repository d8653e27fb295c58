"""Small numbers: a figure over fewer than five cases is not shown, nor can it be worked out from what is.

Numbers that stand below one total are guarded together: where what is hidden could be had by subtracting the rest from
the total, the next smallest is hidden with it.
"""

from collections.abc import Collection, Hashable, Mapping
from itertools import chain
from typing import TypeVar

FEWEST = 5

Key = TypeVar("Key", bound=Hashable)
Group = TypeVar("Group", bound=Hashable)


def is_few(number: int) -> bool:
    return 0 < number < FEWEST


def hidden(numbers: Mapping[Key, int], forced: Collection[Key] = ()) -> set[Key]:
    """Which of the numbers below one total are not shown. Nought is no number of cases and hides nobody.

    Of those hidden there are two at least, and five cases at least, or else none: so the total less the rest says only
    what several hold together. forced: what is hidden for another reason.
    """
    small = {key for key, number in numbers.items() if is_few(number)} | set(forced)
    others = sorted((number, str(key), key) for key, number in numbers.items() if number >= FEWEST and key not in small)
    while small and others and (len(small) < 2 or sum(numbers[key] for key in small) < FEWEST):
        small.add(others.pop(0)[2])
    return small


def hidden_in(groups: Mapping[Group, Mapping[Key, int]]) -> tuple[set[Group], set[Key]]:
    """Which sums of groups are not shown, and which of their members, where both stand in tables under one total.

    The members of a group that is shown are guarded below its sum. Groups that are hidden are known together, as the
    total less the others: so their members are guarded below one sum, and each keeps one of them back at least, or
    its members would add up to it.
    """
    shut = hidden({group: sum(held.values()) for group, held in groups.items()})
    members = {key for group, held in groups.items() if group not in shut for key in hidden(held)}
    apart = dict(chain.from_iterable(groups[group].items() for group in shut))
    return shut, members | hidden(apart, [_one_kept_back(groups[group]) for group in shut])


def _one_kept_back(held: Mapping[Key, int]) -> Key:
    """The smallest of some numbers that is none of nought."""
    return min((number, str(key), key) for key, number in held.items() if number)[2]
