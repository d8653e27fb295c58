"""Did it help? Counts before and after a dated action, beside what would have come without it.

`interrupted` reads one series with its season and trend, `did` compares estates with and without the action, and
`usual` says between what numbers a count lies when nothing has changed. All are quasi-Poisson: counts whose spread may
be greater than that of chance alone. Each answer carries cautions: what weakens it, in code form.
"""

from linli.engines.effects.cautions import Caution
from linli.engines.effects.compared import Compared, did
from linli.engines.effects.interrupted import Interrupted, NotEnough, interrupted
from linli.engines.effects.ratio import Ratio
from linli.engines.effects.season import Step
from linli.engines.effects.usual import Usual, usual

__all__ = [
    "Caution", "Compared", "Interrupted", "NotEnough", "Ratio", "Step", "Usual", "did", "interrupted", "usual",
]  # fmt: skip
