from pathlib import Path

import pytest
from django.utils import translation

from linli.places import command
from linli.places.domain.tree import change_place
from linli.places.models import Place
from linli.site import cli
from tests.neighbourhood import square


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def said(what: str, file: Path | None = None, **options: object) -> tuple[int, list[str]]:
    lines: list[str] = []
    return command.run(what, file, say=lines.append, **options), lines


def test_a_sound_tree_is_checked_with_one_line(leshan):
    assert said("check") == (0, ["Committees: 6. Findings: 0."])


def test_a_fault_of_a_grid_is_named_and_fails(leshan):
    cell = leshan["310104900001001"]
    change_place(place=cell, code="31010490000100")

    assert said("check") == (
        1,
        [
            "Next-door Quarter: Grid cell 1: the code is not the committee's 12 digits and 3 of its own.",
            "Committees: 6. Findings: 1.",
        ],
    )


def test_a_tree_is_exported_and_imported(leshan, tmp_path):
    file = tmp_path / "places.geojson"

    assert said("export", file) == (0, [])
    assert said("import", file) == (0, [f"Created: 0. Changed: 0. Unchanged: {len(leshan)}. Left: 0."])


def test_it_speaks_the_language_that_is_asked_for_or_else_that_of_the_terminal(leshan, monkeypatch, capsys):
    def check(*options: str) -> str:
        assert cli.main(["places", "check", *options]) == 0
        return capsys.readouterr().out.strip()

    english = "Committees: 6. Findings: 0."
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert check() == english
    chinese = check("--language", "zh-hans")
    assert chinese != english
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert (check(), check("--language", "en")) == (chinese, english)


def test_a_file_that_is_not_there_is_told(db, tmp_path):
    status, (line,) = said("import", tmp_path / "nothing.geojson")

    assert (status, "nothing.geojson" in line) == (1, True)


def test_an_export_without_a_file_goes_to_the_standard_output(leshan, capfdbinary):
    assert said("export") == (0, [])
    assert capfdbinary.readouterr().out.startswith(b'{"type":"FeatureCollection"')


def test_bad_features_stop_an_import_unless_the_rest_is_wanted(db, tmp_path):
    file = tmp_path / "places.geojson"
    file.write_text(
        '{"type":"FeatureCollection","features":['
        '{"type":"Feature","id":"1","properties":{"kind":"district","name":"区"},"geometry":null},'
        '{"type":"Feature","id":"2","properties":{"kind":"area","name":"片区","parent":"1"},"geometry":null}]}'
    )
    bad = "2\t片区\tA place of the kind “area” lies in: subdistrict."

    assert said("import", file) == (1, [bad, "Nothing was taken: some features cannot be."])
    assert not Place.objects.exists()
    assert said("import", file, rest=True) == (1, [bad, "Created: 1. Changed: 0. Unchanged: 0. Left: 1."])


def test_an_import_converts_when_told(db, tmp_path):
    file = tmp_path / "places.geojson"
    feature = {"type": "Feature", "properties": {"kind": "district", "name": "区"}}
    feature["geometry"] = square(121.43, 31.19, 121.44, 31.2)
    file.write_text(f'{{"type":"FeatureCollection","features":[{feature}]}}'.replace("'", '"'))

    assert said("import", file, datum="gcj02")[0] == 0

    assert Place.objects.get().lon == pytest.approx(121.435 - 0.0045, abs=5e-4)


def test_an_import_without_a_file_says_so(db):
    assert said("import") == (2, ["Name the GeoJSON file to import."])


def test_a_file_that_is_none_is_named_in_one_line(db, tmp_path):
    file = tmp_path / "places.geojson"
    file.write_bytes(b"")

    code, lines = said("import", file)

    assert (code, len(lines)) == (1, 1)
