"""Chinese addresses cut into labelled parts: which words are the road, the number, the estate, the building.

Of use where a list of places is missing; Linli itself finds its own places by their names, which `places.domain` does
without any training. So this engine is used by the bench alone, which holds it to a published figure.
"""

from linli.engines.addresses.parts import Part, f1, parts_of
from linli.engines.addresses.tagger import Tagger, train

__all__ = ["Part", "Tagger", "f1", "parts_of", "train"]
