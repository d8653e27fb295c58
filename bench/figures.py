"""What the figures of case handling cost: a page over a year, and reading messages into the sums.

The page is that of the duty officer, who sees every case: a year by place, with its course and what it was before.
"""

import json
import sys
from time import process_time

import django

from bench.cases import cost
from bench.figure import Figure
from bench.installed import run, sizes

MESSAGES = 400
PAGES = {
    "a year by place": "/figures/?period=year&by=place",
    "a month by class": "/figures/?period=month&by=klass",
    "a list behind a figure": "/figures/list/?period=year&measure=closed",
}


def measure() -> list[Figure]:
    figures = []
    for cases in sizes():
        measured = run("bench.figures", cases)
        for name, (statements, cpu) in measured["pages"].items():
            figures.append(Figure(f"figures, {name}, among {cases:,}: SQL", statements, "statements", 24))
            figures.append(Figure(f"figures, {name}, among {cases:,}: CPU", cpu, "ms", 300))
        figures.append(
            Figure(f"messages into sums, among {cases:,}", measured["messages"], "messages/CPU-s", 200,
                   more_is_better=True)
        )  # fmt: skip
    return figures


def main() -> dict[str, object]:
    from django.conf import settings
    from django.test import Client

    from linli.insight.domain.comparing import rebuild
    from linli.insight.models import CaseFact
    from linli.people.domain.demo import account_of_card
    from linli.site.prepare import prepare

    prepare()  # the folder may have been filled before there were figures
    if not CaseFact.objects.exists():
        rebuild()
    settings.ALLOWED_HOSTS = ["testserver"]
    officer = Client()
    officer.force_login(account_of_card("duty_officer"))

    def get(path: str) -> None:
        answer = officer.get(path)
        assert answer.status_code == 200, answer.content

    return {
        "pages": {name: cost(lambda path=path: get(path)) for name, path in PAGES.items()},
        "messages": messages_per_second(),
    }


def messages_per_second() -> float:
    """Each message changes what its case counts as, as most moves do."""
    from linli.insight.domain.facts import refresh
    from linli.insight.models import CaseFact

    keys = list(CaseFact.objects.filter(countable=True).values_list("pk", flat=True)[:MESSAGES])
    for key in keys:
        CaseFact.objects.filter(pk=key).update(answer_minutes=1_000_000)  # so that there is a difference to move
    begun = process_time()
    changed = sum(refresh([key]) for key in keys)
    spent = process_time() - begun
    assert changed == len(keys)
    repair()
    return changed / spent


def repair() -> None:
    """The sums took out what was written above; the months are reckoned anew."""
    from django.db import transaction

    from linli.insight.domain.rollups import differences, months, put

    for month in months():
        with transaction.atomic():
            put(differences(month))


if __name__ == "__main__":
    django.setup()
    print(json.dumps(main()))
    sys.exit(0)
