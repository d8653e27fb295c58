"""What filing settles beside the class: its version, the grade, the kind at the hotline, and where the case goes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from linli.cases.domain.catalogue import catalogue
from linli.cases.domain.duplicates import forget_marks
from linli.cases.domain.routing import Route, about_of, propose_handler
from linli.cases.enums import Grade, Hotline, Source
from linli.cases.models import Case, CaseClass
from linli.core import search
from linli.core.errors import Invalid
from linli.people.actors import Actor
from linli.people.enums import Role
from linli.procedures.models import Procedure

MAY_CALL_COMPLEX = (Role.DUTY_OFFICER, Role.AREA_LEAD)


@dataclass(frozen=True)
class Filing:
    """A class in the version that is in force, and what rules or the desk say of the case."""

    klass: CaseClass
    route: Route
    grade: Grade
    hotline: str

    @property
    def says(self) -> dict[str, Any]:
        """What the story keeps of it: the grade where it is not the usual one, the kind where there is one."""
        said = {"grade": str(self.grade)} if self.grade != Grade.ORDINARY else {}
        return said | ({"hotline": str(self.hotline)} if self.hotline else {})


def settle(
    case: Case, klass: CaseClass, path: str, *, grade: Grade | str, hotline: Hotline | str, by: Actor, at: datetime
) -> Filing:
    """What such a case is filed as. grade and hotline: what the desk chose, or "" for what the rules propose.

    Raises:
        Invalid: a kind of the hotline for a case that did not come from there, or `complex` without approval.
    """
    route = propose_handler(klass, path, at, about_of(case))
    kind = hotline or route.hotline
    if hotline and case.source != Source.HOTLINE:
        raise Invalid(fields={"hotline": _("This did not come from the hotline.")})
    if kind == Hotline.COMPLEX and not by.has_role(*MAY_CALL_COMPLEX):
        raise Invalid(fields={"hotline": _("The longer limit needs the duty officer or the area lead.")})
    return Filing(klass, route, Grade(grade) if grade else route.grade, kind)


def put_under(procedure: Procedure, filing: Filing) -> None:
    """Write it into the case's row before the move that files it, so that the clocks which this starts are the class's.

    A case that turns out to be of a sealed class is sealed from now on, and leaves the search.
    """
    case = procedure.case
    case.klass, case.standard = filing.klass, catalogue().newest.get(filing.klass.pk)
    case.grade, case.hotline = filing.grade, filing.hotline
    case.proposed, case.proposed_why = filing.route.post, filing.route.why
    case.save(update_fields=["klass", "standard", "grade", "hotline", "proposed", "proposed_why"])
    if filing.klass.sealed:
        procedure.sealed = True
        procedure.save(update_fields=["sealed"])
        search.remove(procedure.pk)
        forget_marks(procedure.pk)
