"""Service requests of real cities through the importer: Baltimore by its coordinates, New York by borough; and a
made-up file with the same dirt."""

import csv
import os
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from linli.cases.domain.importing import begin_import, continue_import
from linli.cases.domain.rows import Reading
from linli.core.models import Installation
from linli.engines.hotspots.scan import scan
from linli.engines.hotspots.st_dbscan import st_dbscan
from linli.people.domain.organisations import create_organisation
from linli.people.domain.posts import create_post
from linli.people.enums import OrganisationKind, Role
from linli.places.domain.draft import PlaceDraft
from linli.places.domain.tree import create_place, create_places
from linli.places.models import Kind
from linli.procedures.models import Procedure
from linli.riskmap.domain import hotspot_looking
from linli.riskmap.domain.sources import Asked, read
from linli.riskmap.enums_hotspots import Method
from linli.riskmap.models import HotspotFinding, HotspotMember
from tests.neighbourhood import LONG_AGO, SETUP, square
from tests.riskmap.field import answered, question

FOLDER = os.environ.get("LINLI_REAL_DATA", "")
real = pytest.mark.skipif(not FOLDER, reason="LINLI_REAL_DATA names no folder of real input")
HEADING = ["SRRecordID", "SRType", "CreatedDate", "Latitude", "Longitude"]
COLUMNS = {"number": "SRRecordID", "text": "SRType", "time": "CreatedDate", "lat": "Latitude", "lon": "Longitude"}
WEST, SOUTH, EAST, NORTH = -76.72, 39.20, -76.52, 39.38  # the city; without what was rounded to whole degrees
SIDE = 12


@pytest.fixture(autouse=True)
def fewer_draws(monkeypatch):
    monkeypatch.setattr(hotspot_looking, "CLUSTER_DRAWS", 19)


@pytest.fixture
def city(street):
    """Twelve by twelve cells over a city far away, governed by this office for once."""
    made = street.places
    office = create_place(parent=made["district"], kind=Kind.SUBDISTRICT, name="巴尔的摩")
    area = create_place(parent=office, kind=Kind.AREA, name="全市")
    whole = square(WEST, SOUTH, EAST, NORTH)
    committee = create_place(parent=area, kind=Kind.COMMITTEE, name="全市", geometry=whole)
    across, up = (EAST - WEST) / SIDE, (NORTH - SOUTH) / SIDE
    drafts = [
        PlaceDraft(
            kind=Kind.CELL, name=f"{row:02}-{column:02}",
            geometry=square(WEST + column * across, SOUTH + row * up, WEST + (column + 1) * across,
                            SOUTH + (row + 1) * up),
        )
        for row in range(SIDE)
        for column in range(SIDE)
    ]  # fmt: skip
    create_places(parent=committee, drafts=drafts)
    Installation.objects.update(root_path=office.path)
    street.places["office"] = office
    body = create_organisation(
        parent=None, kind=OrganisationKind.STREET_OFFICE, name="市政热线", place=office, by=SETUP, at=LONG_AGO
    )
    create_post(organisation=body, role=Role.DUTY_OFFICER, place=office, name="值班长", by=SETUP, at=LONG_AGO)
    return street


def bring_in(path: Path, street, tmp_path, settings):
    settings.DATA = tmp_path
    run = begin_import(
        path=path, name=path.name, reading=Reading(COLUMNS, zone="America/New_York"), mode="history",
        source="messages", all_or_none=False, post=None, account=None, at=street.now,
    )  # fmt: skip
    return continue_import(run, at=street.now)


def some_of(path: Path, to: Path, rows: int) -> None:
    """The head of a file, with the columns that are asked for."""
    with path.open(newline="") as source, to.open("w", newline="") as target:
        writer = csv.DictWriter(target, HEADING, extrasaction="ignore")
        writer.writeheader()
        for _number, row in zip(range(rows), csv.DictReader(source), strict=False):
            writer.writerow(row)


def made_up(to: Path) -> None:
    """Requests all over the city, thirty of them in one cell within two days; some without a place, some rounded."""
    chance = np.random.default_rng(4)
    with to.open("w", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(HEADING)
        for number in range(260):
            at = datetime(2018, 3, 1, tzinfo=UTC) + timedelta(hours=float(chance.uniform(0, 24 * 90)))
            lon, lat = chance.uniform(WEST, EAST), chance.uniform(SOUTH, NORTH)
            if number < 30:
                at = datetime(2018, 4, 10, tzinfo=UTC) + timedelta(hours=number)
                lon, lat = -76.628 + chance.normal(0, 0.0001), 39.2975 + chance.normal(0, 0.0001)
            where = ["", ""] if number % 17 == 16 else ["39.0", "-77.0"] if number % 13 == 12 else [lat, lon]
            writer.writerow([f"18-{number:05}", "SW-Dirty Alley", at.strftime("%Y-%m-%d %H:%M:%S"), *where])


def looked(street, method: str, **more):
    first, last = date(2018, 1, 1), date(2018, 12, 31)
    return answered(question(method, unit="cell", first=first, last=last, **more), street.places["office"].path)


def test_a_made_up_city_comes_in_and_its_planted_hotspot_is_found(city, tmp_path, settings):
    made_up(tmp_path / "requests.csv")
    run = bring_in(tmp_path / "requests.csv", city, tmp_path, settings)
    clusters = looked(city, Method.CLUSTERS)
    found = HotspotFinding.objects.get(run=clusters, rank=1)

    assert (run.taken, run.bad) == (260, 0)
    assert found.number >= 25
    assert found.facts["p"] == 0.05
    assert (found.first.isoformat(), found.last.isoformat()) == ("2018-04-10", "2018-04-11")
    assert HotspotMember.objects.filter(finding=found).count() == found.number
    dense = looked(city, Method.DENSITY)
    assert HotspotFinding.objects.get(run=dense, rank=1).place_path == found.place_path


@real
def test_requests_of_baltimore_come_in_and_their_hotspots_count_as_many_cases(city, tmp_path, settings):
    path = tmp_path / "baltimore.csv"
    some_of(Path(FOLDER) / "cases311" / "baltimore311_2018_sample.csv", path, 1500)
    run = bring_in(path, city, tmp_path, settings)
    answer = looked(city, Method.GI_STAR)

    assert run.taken + run.bad + run.known == 1500
    assert run.taken > 1400
    assert answer.facts["placed"] == 177  # of 2018, inside, and with a place
    counted = Counter(dict(answer.facts["units"]))
    for found in HotspotFinding.objects.filter(run=answer):
        members = HotspotMember.objects.filter(finding=found).values("procedure")
        assert Procedure.objects.filter(pk__in=members).count() == found.number
        assert found.number == sum(counted[path] for path, _number in found.facts["units"])


@real
def test_all_of_baltimore_gives_the_same_clusters_by_kernel_and_by_pairs():
    from linli.engines.hotspots import kernel_st_dbscan

    with (Path(FOLDER) / "cases311" / "baltimore311_2018_sample.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Latitude"] and row["CreatedDate"]]
    lon, lat = (np.array([float(row[name]) for row in rows]) for name in ("Longitude", "Latitude"))
    at = np.array([datetime.fromisoformat(row["CreatedDate"]).timestamp() / 86_400 for row in rows])
    inside = (lon > WEST) & (lon < EAST) & (lat > SOUTH) & (lat < NORTH)
    asked = {
        "x": (lon[inside] - WEST) * 86_200, "y": (lat[inside] - SOUTH) * 111_000, "t": at[inside], "radius": 300.0,
        "days": 3.0, "least": 5,
    }  # fmt: skip
    slow, fast = st_dbscan(**asked), kernel_st_dbscan.st_dbscan(**asked)

    assert len(asked["x"]) > 7000
    assert slow["labels"].max() >= 2
    assert list(fast["labels"]) == list(slow["labels"])
    assert list(fast["core"]) == list(slow["core"])


@real
def test_new_york_has_no_coordinates_and_is_scanned_by_borough_and_day():
    with (Path(FOLDER) / "cases311" / "nyc311_2015_endofyear_no_latlon.csv").open(newline="") as file:
        rows = [(row["borough"], row["created_date"][:10]) for row in csv.DictReader(file)]
    boroughs = ["manhattan", "bronx", "brooklyn", "queens", "staten island"]
    days = sorted({day for _borough, day in rows})
    counts = np.zeros((5, len(days)), int)
    for borough, day in rows:
        if borough in boroughs:
            counts[boroughs.index(borough), days.index(day)] += 1
    x, y = [0.0, 6000.0, 3000.0, 12_000.0, -16_000.0], [0.0, 8000.0, -14_000.0, -6000.0, -22_000.0]  # metres, about
    found = scan(counts=counts, x=x, y=y, permutations=99, longest=max(1, len(days) // 2))

    assert counts.sum() == 19_859
    for each in found["cylinders"]:
        assert each["observed"] == counts[each["places"], each["first"] : each["last"] + 1].sum()
        assert 0.01 <= each["p"] <= 1


def test_what_was_imported_without_a_place_is_an_event_in_no_cell(city, tmp_path, settings):
    made_up(tmp_path / "requests.csv")
    bring_in(tmp_path / "requests.csv", city, tmp_path, settings)
    office = city.places["office"].path

    events = read(["cases"], Asked(office, date(2018, 1, 1), date(2018, 12, 31)))

    assert len(events) >= 220
    assert 20 < events.cell.count("") < 40
