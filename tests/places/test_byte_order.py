"""A subtree is a range of paths, so every column of paths is compared byte by byte, whatever the database's locale."""

import pytest
from django.apps import apps
from django.db import connection

from linli.core.fields import PathField

PATHS = {
    "places.Place.path", "people.Organisation.path", "procedures.Procedure.place_path", "insight.CaseFact.place",
    "hazards.Inspection.place_path", "hazards.Premises.place_path",
    "insight.DailyCount.place", "insight.OutsideValue.place", "insight.Rollup.place",
    "riskmap.HotspotFinding.place_path", "riskmap.HotspotRun.scope",
    "sensing.Alert.place_path", "sensing.Datastream.estate", "sensing.Episode.place_path",
}  # fmt: skip


def test_every_column_of_paths_is_compared_by_bytes():
    fields = [field for model in apps.get_models() for field in model._meta.fields]

    assert {f"{field.model._meta.label}.{field.name}" for field in fields if isinstance(field, PathField)} == PATHS


@pytest.mark.postgres
@pytest.mark.django_db
def test_postgresql_knows_it():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, collation_name FROM information_schema.columns "
            "WHERE (column_name IN ('path', 'place_path', 'estate') "
            "OR (column_name = 'place' AND table_name LIKE 'insight_%%')) "
            "AND table_schema = 'public' ORDER BY table_name",
            [],
        )
        assert cursor.fetchall() == [
            ("insight_casefact", "C"),
            ("insight_dailycount", "C"),
            ("insight_outsidevalue", "C"),
            ("insight_rollup", "C"),
            ("people_organisation", "C"),
            ("places_place", "C"),
            ("procedures_procedure", "C"),
            ("sensing_alert", "C"),
            ("sensing_datastream", "C"),
            ("sensing_episode", "C"),
        ]
