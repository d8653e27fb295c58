"""Where cameras are to look, and where to add some: cover these points, never these windows, at least cost.

Problem             which way each camera may look, what it sees then, and what is wanted
solve_instantly     a good plan in well under a second
solve               the best plan, or the best so far with a bound on what is possible (HiGHS)
reference.best      the same by looking at every plan there is; for small problems
Gathering, Lens     from cameras, bearings and the points about them to a Problem
"""

from linli.engines.planner.instant import solve_instantly as solve_instantly
from linli.engines.planner.problem import NONE as NONE
from linli.engines.planner.problem import Impossible as Impossible
from linli.engines.planner.problem import Moment as Moment
from linli.engines.planner.problem import Plan as Plan
from linli.engines.planner.problem import Problem as Problem
from linli.engines.planner.problem import judge as judge
from linli.engines.planner.walking import walking_order as walking_order
from linli.engines.planner.ways import Gathering as Gathering
from linli.engines.planner.ways import Lens as Lens
from linli.engines.planner.ways import facade_density as facade_density
from linli.engines.planner.ways import ground_density as ground_density
from linli.engines.planner.ways import smallest_turn as smallest_turn
