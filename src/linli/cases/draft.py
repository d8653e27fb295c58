"""A report while it is being written. It lies in the session, so that nothing typed is lost between the pages.

The draft carries the UUID of its one act: however often it is sent, there is one report.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import Any

from linli.core import steps
from linli.core.sealed import seal, unseal

CONTACT_FIELD = "draft.contact"


@dataclass
class Draft(steps.Draft):
    """What was answered so far. `klass` is a code, `place` a path; both are looked up again when it is sent.

    contact: sealed, as base64; `reach` says whether that question was answered at all.
    reviewed: all answers were seen together once, so that a changed one leads back there.
    """

    SESSION = "report"

    klass: str = ""
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    where: str = ""
    text: str = ""
    photos: list[dict[str, Any]] = field(default_factory=list)
    contact: str = ""
    reach: bool = False
    reviewed: bool = False

    @property
    def has_where(self) -> bool:
        return bool(self.place or self.where or self.lon is not None)

    def set_where(
        self, *, place: str = "", lon: float | None = None, lat: float | None = None, where: str = ""
    ) -> None:
        """One answer takes the place of the other: a list, a point, or words."""
        self.place, self.lon, self.lat, self.where = place, lon, lat, where

    def seal_contact(self, contact: str) -> None:
        self.contact = b64encode(seal(contact, row=self.action, field=CONTACT_FIELD)).decode() if contact else ""
        self.reach = True

    def open_contact(self) -> str:
        return unseal(b64decode(self.contact), row=self.action, field=CONTACT_FIELD) if self.contact else ""

    def missing(self) -> str:
        """The name of the first page whose question is still to be answered, or "" where all are."""
        answered = {
            "cases:report": self.klass,
            "cases:report_where": self.has_where,
            "cases:report_text": self.text,
            "cases:report_reach": self.reach,
        }
        return next((page for page, given in answered.items() if not given), "")
