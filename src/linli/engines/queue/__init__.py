"""The queue of a service hall: which seats can be booked, who is called next, and how long it takes.

`seats` makes slots from counters, skills, opening hours and holidays, and keeps a share for walk-ins.  `order` is the
rule of the queue with its bound, `reference` the same as plainly as it can be said.  `waits` learns how long a matter
takes, `plan` says for everybody who waits when they are likely to be called.
"""

from linli.engines.queue.order import Rank, Waiting, choose, overtaken_by, rank_of
from linli.engines.queue.plan import Desk, Expected, Visitor, plan
from linli.engines.queue.seats import Counter, Grid, Seat, day_hours, free_seats, free_times, grid, seat_at
from linli.engines.queue.waits import Took, learn, still

__all__ = [
    "Counter",
    "Desk",
    "Expected",
    "Grid",
    "Rank",
    "Seat",
    "Took",
    "Visitor",
    "Waiting",
    "choose",
    "day_hours",
    "free_seats",
    "free_times",
    "grid",
    "learn",
    "overtaken_by",
    "plan",
    "rank_of",
    "seat_at",
    "still",
]
