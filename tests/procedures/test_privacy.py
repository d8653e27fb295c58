"""What a person finds under 'my data' of procedures and cases, and what is forgotten on request."""

import json

from linli.cases.privacy import _reports
from linli.core.mydata import find_part, take_along
from linli.procedures.domain.audit import verify_one
from linli.procedures.domain.parties import forget_contacts, parties_of
from linli.procedures.models import Entry, Party, Procedure

PHONE = "13800138000"


def test_a_person_finds_the_own_reports_and_nobody_elses(street, report):
    resident = street.accounts["resident"]
    own = report(account=resident, contact=PHONE, text="我家门口的灯").case.procedure
    report(contact="13900139000", text="别人的事")

    everything = json.loads(take_along(resident))

    assert [(row["number"], row["contact"]) for row in everything["parties"]] == [(own.number, PHONE)]
    assert [(row["number"], row["text"]) for row in everything["reports"]] == [(own.number, "我家门口的灯")]
    assert (parties_of(street.accounts["mediator"]), _reports(street.accounts["mediator"])) == ([], [])


def test_a_contact_is_removed_everywhere_and_each_story_says_so(street, report):
    resident = street.accounts["resident"]
    made = [report(account=resident, contact=PHONE).case.procedure for _ in range(2)]
    other = report(contact=PHONE).case.procedure

    assert forget_contacts(account=resident, at=street.now) == 2

    kept = Party.objects.filter(contact_sealed__isnull=False).values_list("procedure", flat=True)
    assert list(kept) == [other.pk]
    told = Entry.objects.filter(kind="contact_removed").values_list("procedure", flat=True)
    assert set(told) == {procedure.pk for procedure in made}
    assert [finding for procedure in made for finding in verify_one(Procedure.objects.get(pk=procedure.pk))] == []


def test_what_was_reported_is_not_deleted_while_the_case_needs_it_and_says_why(street):
    part = find_part("reports")

    assert part.erase is None
    assert str(part.kept)
