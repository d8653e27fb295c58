"""What a model learns from: a text and its class."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Lesson:
    """A text and its class.

    group: texts that are one another's copies or variants share it; they are never on both sides of a fold.
    private: written by a person, so that a gram of it is kept only where enough others wrote it too.
    """

    text: str
    label: str
    group: str
    private: bool = False
