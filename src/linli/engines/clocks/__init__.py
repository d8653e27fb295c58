"""Time limits of law and of local rules: when one ends, when it turns amber, how much of it has run.

How limits are counted here:

- Minutes and hours run from the stated moment, round the clock; working hours run in office hours only.
- Days, months and years leave out the day they start on and end with the end of their last day: the next midnight in
  the calendar's zone, or close of business where the limit says so (Civil Code 201, 203).
- Months and years end on the corresponding day, or on the last day of a month that has none (Civil Code 202).
- A last day that is a rest day moves to the next working day, unless the limit says otherwise (Civil Code 203). The
  day before and the day after the move are both kept.
- While a clock is paused nothing is counted. A day counts when the clock was running as the day ended. So a pause costs
  one day for each end of day it covers, a pause within one day costs none, and a limit never ends during a pause. The
  pause is itself a period: the days before it, of it and after it add up, and none is counted twice.
- Backwards from an event, the event's own day is left out, and a limit that rolls moves to an earlier working day,
  never to a later one, which would shorten the notice.
- Outside the years a calendar knows, Monday to Friday are taken for working days, and the result is provisional.

A limit is missed from the instant it ends: `now >= due.at`. Instants are aware and come back in UTC.
"""

from linli.engines.clocks.arithmetic import amber, counted, due
from linli.engines.clocks.calendar import Calendar, Year
from linli.engines.clocks.terms import Counted, Due, Kind, Limit, Span, Step, Why

__all__ = ["Calendar", "Counted", "Due", "Kind", "Limit", "Span", "Step", "Why", "Year", "amber", "counted", "due"]
