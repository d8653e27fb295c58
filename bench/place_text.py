"""The right building found in texts as people write them, invented with the truth known, and texts a CPU-second."""

from collections import Counter
from datetime import date
from time import process_time

from bench.figure import Figure
from bench.locate import rows

TEXTS = 4_000
ROUNDS = 3
RATE = 2_000
LONG = 350  # characters that a real message has on average


def measure() -> list[Figure]:
    from linli.places.domain.gazetteer import places_in_text
    from linli.places.domain.kept import Tree
    from linli.places.domain.lexicon import build
    from linli.world.neighbourhood import neighbourhood
    from linli.world.sayings import SLANG, sayings

    tree = Tree(rows(neighbourhood(as_of=date(2026, 11, 23))))
    ours = [place for place in tree.places if place.path.startswith("00010001")]
    said = {place.path: SLANG.get(place.name, ()) for place in ours if place.kind == "estate"}
    known = build(tree, said)
    texts = list(sayings(ours, number=TEXTS))
    right, wrong, asked, silent = Counter[str](), Counter[str](), Counter[str](), 0
    for one in texts:
        found = places_in_text(one.text, known=known, below="00010001")
        if not one.building:
            silent += not any(proposal.place.kind in {"building", "entrance"} for proposal in found)
            continue
        asked[one.way] += 1
        buildings = [proposal.place.path[:24] for proposal in found if proposal.place.kind in {"building", "entrance"}]
        right[one.way] += one.building in buildings
        wrong[one.way] += bool(buildings) and one.building not in buildings
    of = f"of {asked.total():,} texts"
    unclear = TEXTS - asked.total()
    figures = [
        Figure(f"the right building proposed, {of}", 100 * right.total() / asked.total(), "%", 95, more_is_better=True),
        Figure(f"a wrong building proposed, {of}", 100 * wrong.total() / asked.total(), "%", 1),
        Figure(
            f"no building proposed for {unclear} unclear texts", 100 * silent / unclear, "%", 97, more_is_better=True
        ),
    ]
    figures += [Figure(f"the right building, said {way}", 100 * right[way] / asked[way], "%", more_is_better=True)
                for way in sorted(asked)]  # fmt: skip
    short, padded = ([one.text for one in texts], [_padded(one.text) for one in texts])
    return [
        *figures,
        Figure("places looked for in short texts", rate(short, known), "texts per CPU-s", RATE, more_is_better=True),
        Figure(f"places looked for in texts of {LONG} characters", rate(padded, known), "texts per CPU-s", RATE,
               more_is_better=True),
    ]  # fmt: skip


def _padded(text: str) -> str:
    """The same text at the end of a long letter."""
    return "尊敬的领导您好，我是本小区的居民，这个问题已经反映过三次了，一直没有人来处理。" * 9 + text


def rate(texts: list[str], known: object) -> float:
    from linli.places.domain.gazetteer import places_in_text

    def once() -> float:
        begun = process_time()
        for text in texts:
            places_in_text(text, known=known)
        return len(texts) / (process_time() - begun)

    return max(once() for _ in range(ROUNDS))  # other programs share the processor
