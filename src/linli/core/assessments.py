"""The register of impact assessments (PIPL art. 55–56). What is in force is never rewritten: it is withdrawn, and a new
one takes its place, so that everybody can read later what was held at the time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from linli.core import acts
from linli.core.errors import Conflict, NotFound
from linli.core.models import ImpactAssessment

Status = ImpactAssessment.Status

BEFORE: dict[str, str] = {Status.IN_FORCE: Status.DRAFT, Status.WITHDRAWN: Status.IN_FORCE}


def write_assessment(*, pk: int | None, values: Mapping[str, Any], by: Any, at: datetime) -> ImpactAssessment:
    """Write a draft, a new one where `pk` is None. `by` is an actor with an account.

    Raises:
        NotFound: there is none.  Conflict: it is a draft no longer.
    """
    with transaction.atomic():
        written = _write(pk, values, by.account)
        acts.record("assessment_written", target=written.title, by=by, at=at)
    return written


def _write(pk: int | None, values: Mapping[str, Any], account: Any) -> ImpactAssessment:
    if pk is None:
        return ImpactAssessment.objects.create(**values, written_by=account)
    if not ImpactAssessment.objects.filter(pk=pk, status=Status.DRAFT).update(**values, written_by=account):
        find_assessment(pk)
        raise Conflict
    return find_assessment(pk)


def turn_assessment(*, pk: int, to: str, by: Any, at: datetime) -> ImpactAssessment:
    """Put a draft into force, or withdraw what is in force. `by` is an actor.

    Raises:
        NotFound: there is none.  Conflict: it does not stand where this begins.
    """
    before = BEFORE.get(to)
    with transaction.atomic():
        if before is None or not ImpactAssessment.objects.filter(pk=pk, status=before).update(status=to):
            find_assessment(pk)
            raise Conflict
        turned = find_assessment(pk)
        acts.record("assessment_turned", target=turned.title, detail=to, by=by, at=at)
    return turned


def find_assessment(pk: int) -> ImpactAssessment:
    found = ImpactAssessment.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
