"""How well addresses are cut into their parts: whole parts right on addresses never seen, and how fast.

Reads `addresses/train.jsonl` and `addresses/dev.jsonl` of the folder that LINLI_REAL_DATA names. Nothing that was
learnt is kept.
"""

import json
import os
from pathlib import Path
from time import process_time

from bench.figure import Figure

REAL = "LINLI_REAL_DATA"
PUBLISHED = 0.8993  # on another test set, which is kept aside


def measure() -> list[Figure]:
    folder = os.environ.get(REAL)
    if folder is None or not (Path(folder) / "addresses").is_dir():
        print(f"{REAL} names no folder with addresses: nothing measured")
        return []
    from linli.engines.addresses import f1, parts_of, train

    learnt, asked = (read(Path(folder) / "addresses" / f"{name}.jsonl") for name in ("train", "dev"))
    begun = process_time()
    tagger = train(learnt)
    trained = process_time() - begun
    begun = process_time()
    found = [tagger.parts(tokens) for tokens, _tags in asked]
    spent = process_time() - begun
    score = f1((parts, parts_of(tags)) for parts, (_tokens, tags) in zip(found, asked, strict=True))
    tokens = sum(len(tokens) for tokens, _tags in asked)
    of = f"{len(asked):,} addresses never seen"
    return [
        Figure(f"micro F1 of whole parts on {of}", score, "", PUBLISHED, more_is_better=True, peer="0.8993 published"),
        Figure("addresses: tokens labelled", tokens / spent, "per CPU-s", more_is_better=True),
        Figure(f"addresses: trained on {len(learnt):,}", trained, "CPU-s"),
    ]


def read(path: Path) -> list[tuple[list[str], list[str]]]:
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line)
    return [(row["chars"], row["tags"]) for row in rows]
