"""Of many findings some are false; this says how many at most, on average."""

from typing import Any

import numpy as np

from linli.engines.hotspots.points import Reals


def false_discovery(p: Any) -> Reals:
    """q values, (n,): taking all with q ≤ 0.05 as findings, at most one in twenty of these is false on average.

    p: (n,) between 0 and 1.  Benjamini and Hochberg 1995; it holds where tests depend positively, as neighbours do
    (Benjamini and Yekutieli 2001).
    """
    p = np.asarray(p, dtype=np.float64)
    if not len(p):
        return p
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("a p value lies between 0 and 1")
    order = np.argsort(p)
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    found = np.empty_like(p)
    found[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    return found
