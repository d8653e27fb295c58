"""Every figure in one table: `make bench`, or `make bench ARGS="clocks import_messages"` for some."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

from bench.figure import Figure

FOLDER = Path(__file__).parent


def figures() -> list[str]:
    """The files of this folder that measure something."""
    return [path.stem for path in sorted(FOLDER.glob("*.py")) if has_measure(path)]


def has_measure(path: Path) -> bool:
    return any(
        isinstance(node, ast.FunctionDef) and node.name == "measure" for node in ast.parse(path.read_text()).body
    )


def run(name: str) -> list[Figure] | None:
    """The figures of one file, or None where it failed; what it says goes to the screen as it comes."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "linli.site.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "bench.figure", name],
        cwd=FOLDER.parent,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        return None
    return [Figure(**row) for row in json.loads(done.stdout.splitlines()[-1])]


def shown(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def line(figure: Figure) -> list[str]:
    sign = "≥" if figure.more_is_better else "≤"
    aim = "" if figure.aim is None else f"{sign} {shown(figure.aim)}"
    return [figure.name, f"{shown(figure.value)} {figure.unit}", aim, "" if figure.meets else "missed", figure.peer]


def print_table(rows: list[list[str]]) -> None:
    rows = [["figure", "measured", "aim", "", "peer"], *rows]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def main(names: list[str]) -> int:
    """0 where every figure was measured; a missed aim is shown, it does not fail."""
    rows, failed = [], []
    for name in names or figures():
        print(f"measuring {name}", file=sys.stderr, flush=True)
        measured = run(name)
        if measured is None:
            failed.append(name)
        else:
            rows += [line(figure) for figure in measured]
    print_table(rows)
    if failed:
        print(f"Could not be measured: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
