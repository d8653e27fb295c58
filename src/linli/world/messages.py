"""A file of messages as another system would hand it over: invented, of the length of real ones, with their dirt."""

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from linli.world.stories import PLOTS

HEADING = ("message_id", "topic", "time", "text", "dislikes", "likes")
SENTENCES = (1, 41)  # of one message; a real one has 350 characters on average, and some have thousands
TWICE = 40  # every so many messages somebody sends the same again
FIRST_NUMBER = 180_000


def write_messages(path: Path, *, rows: int, until: datetime, seed: int = 1) -> None:
    """Write so many messages of the year before `until` as CSV; the same seed writes the same file."""
    with path.open("w", newline="", encoding="utf-8-sig") as out:
        writer = csv.writer(out)
        writer.writerow(HEADING)
        writer.writerows(_rows(rows, until, Random(seed)))


def _rows(rows: int, until: datetime, random: Random) -> Iterator[tuple[object, ...]]:
    row: tuple[object, ...] = ()
    for number in range(rows):
        if not number or number % TWICE:
            at = until - timedelta(minutes=random.randrange(365 * 24 * 60))
            reports = [random.choice(random.choice(PLOTS).reports) for _ in range(random.randint(*SENTENCES))]
            text = random.choice(("", "\n", " ")).join(reports).format(n=random.randint(1, 6))
            row = (
                FIRST_NUMBER + number, reports[0].format(n=2)[:20], at.isoformat(timespec="seconds"),
                text + random.choice(("", "", "👍", "“𠮷”", '"急"', "\r\n")), random.randrange(3), random.randrange(9),
            )  # fmt: skip
        yield row
