"""Text as people see it: what nobody can see, or what makes a line read otherwise than it is written, goes.

Bidirectional overrides turn "fdp.exe" into "exe.pdf"; a zero-width space hides a word from search; NUL is kept by no
PostgreSQL. The joiners of emoji, of Persian and of the Indic scripts stay where they join something.
"""

import re
import unicodedata

# Control characters but tab and line ends; soft hyphen; invisible and bidirectional signs; tags; lone surrogates.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
# A joiner at an end, beside a space, or between two letters that need none.
IDLE_JOINER = re.compile(
    "(?:^|(?<=[\\s\x21-\u024f\u3000-\u9fff]))[\u200c\u200d]+|[\u200c\u200d]+(?=[\\s\x21-\u024f\u3000-\u9fff]|$)"
)
# Marks that stack: more than four on one letter cover the lines beside it.
STACKED = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{4})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)
LOOKALIKES = ("LATIN", "CYRILLIC", "GREEK")


def tidy(text: str) -> str:
    """The text without what nobody sees. What is seen stays as it was typed."""
    if text.isascii() and text.isprintable():
        return text
    return STACKED.sub(r"\1", IDLE_JOINER.sub("", UNSEEN.sub("", text)))


def mixes_alphabets(name: str) -> bool:
    """Whether a name has letters of two alphabets that look alike, such as a Cyrillic а in Аdmin."""
    found = {
        script
        for sign in unicodedata.normalize("NFKC", name)
        if sign.isalpha()
        for script in LOOKALIKES
        if unicodedata.name(sign, "").startswith(script)
    }
    return len(found) > 1
