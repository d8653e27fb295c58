"""What somebody tells the intake, while they answer the questions. It lies in the session, sealed, for it may say what
nobody at home is to read; nothing typed is lost between the pages, and one button forgets it."""

from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass, field, fields
from uuid import uuid4

from django.contrib.sessions.backends.base import SessionBase

from linli.core.sealed import seal, unseal

SESSION = "intake"
FIELD = "intake.text"


@dataclass
class Told:
    """The words, and the answers to the two questions. `safe_first`: the page for violence at home was passed."""

    key: str = field(default_factory=lambda: str(uuid4()))
    sealed: str = ""
    about: str = ""
    wants: str = ""
    safe_first: bool = False

    @classmethod
    def of(cls, session: SessionBase) -> "Told":
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in session.get(SESSION, {}).items() if name in known})

    def keep(self, session: SessionBase) -> None:
        session[SESSION] = asdict(self)

    @staticmethod
    def drop(session: SessionBase) -> None:
        session.pop(SESSION, None)

    @property
    def text(self) -> str:
        return unseal(b64decode(self.sealed), row=self.key, field=FIELD) if self.sealed else ""

    @text.setter
    def text(self, words: str) -> None:
        self.sealed = b64encode(seal(words, row=self.key, field=FIELD)).decode() if words else ""
