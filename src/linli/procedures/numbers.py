"""Public numbers: eight random characters and a check character. Nothing counts up, so nothing can be guessed on.

The 23 characters leave out look-alikes (0 O D Q, 1 I L, 2 Z, 5 S, B, U). 23 is prime and the weights differ, so that
the check character finds every single wrong character and every two that changed places.
"""

import secrets

ALPHABET = "34679ACEFGHJKMNPRTVWXY8"
LENGTH = 8


def new_number() -> str:
    """A fresh number of nine characters."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return body + check_character(body)


def check_character(body: str) -> str:
    """The ninth character for the first eight."""
    total = sum(weight * ALPHABET.index(character) for weight, character in enumerate(body, start=1))
    return ALPHABET[total % len(ALPHABET)]


def read_number(typed: str) -> str | None:
    """The number somebody typed, with blanks and hyphens left out, or none if it cannot be one."""
    number = "".join(typed.split()).replace("-", "").upper()
    if len(number) != LENGTH + 1 or any(character not in ALPHABET for character in number):
        return None
    return number if check_character(number[:LENGTH]) == number[LENGTH] else None
