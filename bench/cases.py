"""What a request costs: SQL statements and CPU milliseconds in the process, the median of many, session included."""

import json
import sys
from collections.abc import Callable
from statistics import median
from time import process_time
from uuid import uuid4

import django

from bench.figure import Figure
from bench.installed import run, sizes

ROUNDS = 60
TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
SIGNALEN = {
    "report": (46, 92),
    "list": (266, 473),
    "story": (17, 100),
    "map": (None, 166),
}  # fmt: skip  measured on two cores
AIMS = {"report": (12, 6), "list": (5, 5), "story": (12, 12), "map": (None, 15)}
NAMES = {
    "report": "report a case by API", "list": "staff list of 50", "story": "one case with its story",
    "map": "GeoJSON of 4,000 cases",
}  # fmt: skip


def measure() -> list[Figure]:
    figures = []
    for cases in sizes():
        for what, (statements, cpu) in run("bench.cases", cases).items():
            aim, peer = AIMS[what], SIGNALEN[what]
            name = f"{NAMES[what]}, among {cases:,}"
            if aim[0] is not None:
                figures.append(Figure(f"{name}: SQL", statements, "statements", aim[0], peer=f"Signalen {peer[0]}"))
            figures.append(Figure(f"{name}: CPU", cpu, "ms", aim[1], peer=f"Signalen {peer[1]} at 10,000"))
    return figures


def cost(request: Callable[[], object]) -> tuple[int, float]:
    """(SQL statements, CPU milliseconds) of one request: the median of `ROUNDS`, after a warm-up."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(5):
        request()
    with CaptureQueriesContext(connection) as captured:
        request()
    statements = [row["sql"] for row in captured if not row["sql"].startswith(TRANSACTION)]
    spent = []
    for _ in range(ROUNDS):
        begun = process_time()
        request()
        spent.append((process_time() - begun) * 1000)
    return len(statements), median(spent)


def main() -> dict[str, tuple[int, float]]:
    from django.conf import settings
    from django.test import Client

    from linli.people.domain.demo import account_of_card
    from linli.procedures.models import Procedure

    settings.ALLOWED_HOSTS = ["testserver"]
    # A machine reports faster than anybody may: the limit would stop the measuring.
    settings.LIMITS = {group: {name: [10**6, 60] for name in table} for group, table in settings.LIMITS.items()}
    officer, anybody = Client(), Client()
    officer.force_login(account_of_card("duty_officer"))
    number = Procedure.objects.filter(kind="case", state="closed", seq__gte=8).values_list("number", flat=True)[0]
    place = Procedure.objects.filter(place__isnull=False).values_list("place", flat=True)[0]

    def report() -> None:
        given = {"text": "三楼楼道灯不亮", "class": "lighting", "place": place, "action": str(uuid4())}
        answer = anybody.post("/api/v1/cases", given, content_type="application/json")
        assert answer.status_code == 201, answer.content

    def get(client: Client, path: str) -> Callable[[], None]:
        def ask() -> None:
            answer = client.get(path)
            assert answer.status_code == 200, answer.content

        return ask

    return {
        "report": cost(report),
        "list": cost(get(officer, "/api/v1/cases")),
        "story": cost(get(officer, f"/api/v1/cases/{number}")),
        "map": cost(get(anybody, "/api/v1/cases/map.geojson")),
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(main()))
    sys.exit(0)
