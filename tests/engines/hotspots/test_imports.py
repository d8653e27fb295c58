"""Pages and jobs import the engine; only the kernel worker may bear numba."""

import subprocess
import sys

MODULES = "charts, density, discovery, getis, points, scan, season, st_dbscan"


def test_nothing_but_the_kernels_imports_numba_and_nothing_imports_scipy_at_once():
    code = (
        f"import sys; from linli.engines.hotspots import {MODULES}; "
        "print(sorted({'numba', 'scipy', 'sklearn', 'django'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
