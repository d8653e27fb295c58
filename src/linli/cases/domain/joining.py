"""Cases that belong together: the same matter reported twice, a part that goes its own way, a child of a larger one."""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.handling import fresh
from linli.cases.domain.report import find_spot
from linli.cases.domain.routing import desk_post, propose_handler
from linli.cases.models import Case, CaseClass
from linli.core.errors import Invalid
from linli.people.actors import Actor
from linli.places.models import Place
from linli.procedures.domain.move import Version, move, new_procedure, open_procedure
from linli.procedures.domain.story import append_entry
from linli.procedures.enums import Audience, Part
from linli.procedures.models import Procedure

DEEPEST = 20  # a family of cases is no deeper


class CannotJoin(Invalid):
    """The two cases cannot be joined so."""

    code = "cannot-join"
    message = _("These two cases cannot be joined.")


def merge_cases(
    *, case: Case, into: Case, version: Version, because: str = "", by: Actor, at: datetime, action: UUID
) -> Case:
    """The same matter was reported twice: this report goes along with the other, whose answer its reporter gets too.

    Nothing is deleted. What was joined with `case` before goes along.

    Raises:
        CannotJoin: it is the same case, or the other is closed, or one of the two is sealed.
    """
    _check_pair(case, into)

    def change() -> None:
        Case.objects.filter(pk=case.pk).update(merged_into=into, asked_at=None, supervised_at=None)
        Case.objects.filter(merged_into=case.pk).update(merged_into=into)
        append_entry(into.procedure, "merged_in", by=by, at=at, says={"number": case.procedure.number})
        _check_open(into)

    move(
        case.procedure, "merge", version=version, by=by, at=at, action=action, because=because,
        given={"into": into.procedure.number}, says={"into": into.procedure.number}, change=change,
    )  # fmt: skip
    return fresh(case)


def link_case(*, case: Case, parent: Case, version: Version, by: Actor, at: datetime, action: UUID) -> Case:
    """Make a case part of a larger one, which cannot be closed before it.

    Raises:
        CannotJoin: the larger one is the case itself or comes below it, or is closed, or one of the two is sealed.
    """
    _check_pair(case, parent)
    _check_above(case, parent)

    def change() -> None:
        Case.objects.filter(pk=case.pk).update(parent=parent)
        append_entry(parent.procedure, "child", by=by, at=at, says={"number": case.procedure.number})
        _check_open(parent)

    move(
        case.procedure, "link", version=version, by=by, at=at, action=action, given={"into": parent.procedure.number},
        says={"parent": parent.procedure.number}, change=change,
    )  # fmt: skip
    return fresh(case)


def split_case(
    *,
    case: Case,
    version: Version,
    text: str,
    klass: CaseClass | None = None,
    place: Place | None = None,
    by: Actor,
    at: datetime,
    action: UUID,
) -> Case:
    """Take a matter of its own out of a report: a new case, which the first waits for. Returns the new case."""
    spot = find_spot(place or case.procedure.place, None, None)
    sealed = case.procedure.sealed or bool(klass and klass.sealed)
    procedure = new_procedure(
        kind="case", place=spot.place, place_path=spot.path, cell=spot.cell, at=at, sealed=sealed
    )  # fmt: skip
    route = propose_handler(klass, spot.path, at)
    part = Case(
        procedure=procedure, klass=klass, source=case.source, text=text.strip(), where=case.where, parent=case,
        proposed=route.post, proposed_why=route.why,
    )  # fmt: skip
    with transaction.atomic():
        move(
            case.procedure, "split", version=version, by=by, at=at, action=action, given={"text": text},
            says={"number": procedure.number},
        )  # fmt: skip
        opened, _fresh = open_procedure(
            procedure=procedure, particulars=part, by=by, at=at, action=uuid5(action, "child"),
            says={"source": case.source, "klass": klass.code if klass else None, "parent": case.procedure.number},
            assign={desk_post(spot.path, at): Part.DESK},
        )  # fmt: skip
    return fresh(Case.objects.get(pk=opened.pk))


def pass_on_answer(*, case: Case, by: Actor, at: datetime) -> list[Case]:
    """Give the answer of a case that was closed or not taken up to every report that was joined with it.

    Returns the reports that did not have it yet; a second call finds none.
    """
    given = []
    for joined in Case.objects.filter(merged_into=case.pk).exclude(answer=case.answer).select_related("procedure"):
        with transaction.atomic():
            if Case.objects.filter(pk=joined.pk).exclude(answer=case.answer).update(answer=case.answer):
                append_entry(
                    joined.procedure, "answered", by=by, at=at, says={"answer": case.answer}, audience=Audience.PARTIES
                )
                given.append(joined)
    return given


def _check_pair(case: Case, other: Case) -> None:
    if case.pk == other.pk:
        raise CannotJoin(fields={"into": _("This is the case itself. Choose another.")})
    _check_open(other)
    if case.procedure.sealed or other.procedure.sealed:
        raise CannotJoin(fields={"into": _("A sealed case is not joined with another.")})


def _check_open(other: Case) -> None:
    """Asked again behind the line in the other's story, for which its closing waits or had to be waited for: what is
    joined with a case after it was closed would never be answered."""
    if not Procedure.objects.filter(pk=other.pk, closed=None).exists():
        raise CannotJoin(fields={"into": _("That case is closed already. Choose one that is open.")})


def _check_above(case: Case, parent: Case) -> None:
    above: Case | None = parent
    for _step in range(DEEPEST):
        if above is None:
            return
        if above.pk == case.pk:
            raise CannotJoin(fields={"into": _("That case is a part of this one. Choose another.")})
        above = Case.objects.filter(pk=above.parent_id).first() if above.parent_id else None
    raise CannotJoin(fields={"into": _("That case is a part of too many others already.")})
