"""Addresses cut into parts: learnt from examples, the same each time, and held to a published figure on real ones."""

import json
import os
from pathlib import Path

import pytest

from linli.engines.addresses import Part, f1, parts_of, train
from linli.engines.addresses.parts import tokens_of

FOLDER = os.environ.get("LINLI_REAL_DATA", "")
real = pytest.mark.skipif(not FOLDER, reason="LINLI_REAL_DATA names no folder of real input")
LABELS = {"district": ("徐汇区", "静安区"),
          "road": ("桂花路", "梧桐大道", "银杏路"), "roadno": ("33弄", "7号", "108弄"),
          "poi": ("乐山六村", "虹二小区", "银杏苑"), "houseno": ("12号楼", "3幢", "5栋"),
          "roomno": ("302室", "501室")}  # fmt: skip


def invented(seed: int, number: int) -> list[tuple[list[str], list[str]]]:
    """Addresses with their tags, each leaving out some of the parts."""
    made = []
    for index in range(seed, seed + number):
        tokens, tags = [], []
        for at, (label, choices) in enumerate(LABELS.items()):
            if (index * 7 + at * 3) % 5 < 3 or label == "poi":
                words = tokens_of(choices[(index // (at + 1)) % len(choices)])
                tokens += words
                tags += [f"B-{label}", *[f"I-{label}"] * (len(words) - 1)]
        made.append((tokens, tags))
    return made


def test_parts_are_learnt_from_examples_the_same_each_time():
    tagger, again = (train(invented(0, 200), rounds=4) for _ in range(2))

    assert tagger.cut("徐汇区桂花路33弄乐山六村12号楼302室") == [
        ("district", "徐汇区"), ("road", "桂花路"), ("roadno", "33弄"), ("poi", "乐山六村"), ("houseno", "12号楼"),
        ("roomno", "302室"),
    ]  # fmt: skip
    asked = invented(5_000, 60)
    assert f1((tagger.parts(tokens), parts_of(tags)) for tokens, tags in asked) > 0.95
    assert [again.tags(tokens) for tokens, _ in asked] == [tagger.tags(tokens) for tokens, _ in asked]
    assert tagger.cut("") == []


def test_tags_are_read_as_parts():
    assert parts_of(["B-road", "I-road", "B-road", "O", "I-poi", "I-poi", "I-road"]) == [
        Part("road", 0, 2), Part("road", 2, 3), Part("poi", 4, 6), Part("road", 6, 7),
    ]  # fmt: skip


def test_f1_counts_whole_parts():
    right = [Part("road", 0, 2), Part("poi", 2, 4)]

    assert [f1([(found, right)]) for found in (right, right[:1], [], [Part("road", 0, 3)])] == [1.0, 2 / 3, 0.0, 0.0]
    assert f1([]) == 1.0


@real
def test_real_addresses_are_cut_well_after_little_learning():
    folder = Path(FOLDER) / "addresses"
    learnt, asked = (
        [json.loads(line) for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()[:most]]
        for name, most in (("train", 2_000), ("dev", 500))
    )

    tagger = train([(row["chars"], row["tags"]) for row in learnt], rounds=5)

    assert f1((tagger.parts(row["chars"]), parts_of(row["tags"])) for row in asked) > 0.8
