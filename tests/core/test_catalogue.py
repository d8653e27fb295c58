"""The catalogue of personal fields is complete, names nothing that is gone, and is public."""

import pytest
from django.db import models

from linli.core import catalogue
from linli.core.models import Delivery, File, ViewLog


def test_every_personal_field_of_every_app_is_in_the_catalogue():
    assert catalogue.missing() == []


def test_the_catalogue_names_no_field_that_does_not_exist():
    assert catalogue.unknown() == []


def test_a_field_is_personal_by_what_it_is_or_because_somebody_said_so():
    fields = [
        Delivery._meta.get_field("to_sealed"),
        ViewLog._meta.get_field("subject"),
        catalogue.personal(models.TextField()),
        File._meta.get_field("size"),
        Delivery._meta.get_field("key"),
    ]

    assert [catalogue.is_personal(field) for field in fields] == [True, True, True, False, False]


def test_each_entry_says_why_on_what_basis_for_how_long_and_where():
    incomplete = [
        entry.labels
        for entry in catalogue.registered()
        if not (
            entry.purpose and entry.basis and entry.seen_by and entry.stores and (entry.days_kept or entry.kept_until)
        )
    ]

    assert incomplete == []


def test_a_sealed_field_has_a_name_that_people_understand(en):
    assert str(catalogue.title_of("delivery.to")) == "messages sent, with the address they went to"
    assert catalogue.title_of("never.registered") == "never.registered"


@pytest.mark.django_db
def test_everybody_can_read_the_catalogue(client):
    page = client.get("/privacy/fields/")

    assert page.status_code == 200
    assert page.content.count(b"<h3") == len(catalogue.registered())
