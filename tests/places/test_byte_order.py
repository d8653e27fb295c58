"""A subtree is a range of paths, so every column of paths is compared byte by byte, whatever the database's locale."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model

from linli.core.fields import PathField

PATHS = {
    "places.Place.path", "people.Organisation.path", "procedures.Procedure.place_path", "insight.CaseFact.place",
    "hazards.Inspection.place_path", "hazards.Premises.place_path",
    "insight.DailyCount.place", "insight.OutsideValue.place", "insight.Rollup.place",
    "riskmap.HotspotFinding.place_path", "riskmap.HotspotRun.scope",
    "sensing.Alert.place_path", "sensing.Datastream.estate", "sensing.Episode.place_path",
}  # fmt: skip


def path_fields() -> list[tuple[type[Model], PathField]]:
    fields = [(model, field) for model in apps.get_models() for field in model._meta.fields]
    return [(model, field) for model, field in fields if isinstance(field, PathField)]


def test_every_column_of_paths_is_compared_by_bytes():
    assert {f"{model._meta.label}.{field.name}" for model, field in path_fields()} == PATHS


@pytest.mark.postgres
@pytest.mark.django_db
def test_postgresql_knows_it():
    columns = {(model._meta.db_table, field.column) for model, field in path_fields()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, collation_name FROM information_schema.columns "
            "WHERE table_schema = 'public'"
        )
        collations = {(table, column): collation for table, column, collation in cursor.fetchall()}

    assert {each: collations[each] for each in columns} == dict.fromkeys(columns, "C")
