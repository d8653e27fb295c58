"""Compiling the engine while the rules already run as they stand."""

import logging
import subprocess
import sys

from linli.engines.rules import Operator

logger = logging.getLogger(__name__)

# In a process of its own: compiling holds the interpreter, and an alarm would wait for it.
FILL_THE_CACHE = """
from linli.engines.rules import Operator
operator = Operator([], [])
operator.warm()
Operator.restore(operator.with_streams([]).snapshot())
"""
MOST = 300  # seconds


def compile_beside() -> bool:
    """Compile everything and load it into this process. False where it cannot be; then the rules run on as they stand.

    Half a minute where nothing is on disk yet, and for most of it this process has its hands free.
    """
    try:
        subprocess.run([sys.executable, "-c", FILL_THE_CACHE], check=True, timeout=MOST, capture_output=True)  # noqa: S603
        operator = Operator([], [])
        operator.warm()
        Operator.restore(operator.with_streams([]).snapshot())
    except (OSError, subprocess.SubprocessError, ImportError) as trouble:
        logger.warning("The rules run uncompiled, which is slower: %s", trouble)
        return False
    return True
