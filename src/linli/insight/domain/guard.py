"""Small numbers: a figure over fewer than five cases is not shown, nor can it be worked out from what is.

Numbers that stand below one total are guarded together: where what is hidden could be had by subtracting the rest from
the total, the next smallest is hidden with it.
"""

from collections.abc import Mapping
from typing import TypeVar

FEWEST = 5

Key = TypeVar("Key")


def is_few(number: int) -> bool:
    return 0 < number < FEWEST


def hidden(numbers: Mapping[Key, int]) -> set[Key]:
    """Which of the numbers below one total are not shown. Nought is no number of cases and hides nobody.

    Of those hidden there are two at least, and five cases at least, or else none: so the total less the rest says only
    what several hold together.
    """
    small = {key for key, number in numbers.items() if is_few(number)}
    others = sorted((number, str(key), key) for key, number in numbers.items() if number >= FEWEST)
    while small and others and (len(small) < 2 or sum(numbers[key] for key in small) < FEWEST):
        small.add(others.pop(0)[2])
    return small
