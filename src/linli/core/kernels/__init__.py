"""Calculations in machine code, in one process of their own: `linli kernels`, one for each installation.

    kernels.register("hotspots.kde", kernel="linli.engines.hotspots.kernel:kde",      # in an app's ready()
                     reference="linli.engines.hotspots.reference:kde", warm="linli.engines.hotspots.kernel:warm_kde")
    kernels.ask("hotspots.kde", points=points, width=200.0)                            # anywhere

numba costs a process a hundred megabytes and half a minute; pages load it never. They ask the worker over a local
socket, and where it is away, still warming or too slow, the readable reference beside each kernel gives the same answer
in the process that asks. So nothing ever waits for a worker to come back, and nothing is lost when it is killed.

A kernel takes and gives numbers, words, NumPy arrays of numbers or bools, None, and dicts (of words), lists and tuples
of these. It is a pure function: an answer that does not come is calculated again elsewhere.
"""

from linli.core.kernels.client import Condition, Warming, ask, condition, ready
from linli.core.kernels.registry import Kernel, register, registered

__all__ = ["Condition", "Kernel", "Warming", "ask", "condition", "ready", "register", "registered"]
