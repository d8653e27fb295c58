"""What somebody tells the intake, while they answer the questions. It lies in the session, sealed, for it may say what
nobody at home is to read; nothing typed is lost between the pages, and one button forgets it."""

from dataclasses import dataclass

from linli.core.steps import SealedDraft


@dataclass
class Told(SealedDraft):
    """The words, and the answers to the two questions. `safe_first`: the page for violence at home was passed."""

    SESSION = "intake"

    text: str = ""
    about: str = ""
    wants: str = ""
    safe_first: bool = False
