"""How far time has come: no reading before it is waited for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linli.engines.rules.model import MINUTE

NEVER = -(1 << 60)


@dataclass
class Watermark:
    """The greatest accepted event time less the lateness, in microseconds; it never goes back.

    `lateness`: how much out of order readings may come.  `ahead`: an event time more than this after its arrival is a
    wrong clock and moves nothing.
    """

    lateness: int
    ahead: int = MINUTE
    value: int = NEVER

    def advance(self, at: NDArray[np.int64], received: NDArray[np.int64]) -> int:
        """After readings; both arrays (n,), in microseconds."""
        sound = at[at <= received + self.ahead]
        if sound.size:
            self.value = max(self.value, int(sound.max()) - self.lateness)
        return self.value

    def tick(self, now: int) -> int:
        """After a silence that lasted until `now`: what was to come by then has come."""
        self.value = max(self.value, now - self.lateness)
        return self.value
