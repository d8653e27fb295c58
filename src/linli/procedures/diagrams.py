"""`python -m linli.procedures.diagrams` writes docs/workflows.md from the tables."""

import sys

import django

from linli.engines.workflow import Move

HEAD = """# Workflows

Drawn from the tables in `workflow.py` of each app by `python -m linli.procedures.diagrams`; a test compares them.
"""


def page() -> str:
    """The document: for each kind its diagram, and its moves with who may make them, clocks and needs."""
    from linli.procedures.registry import kinds

    parts = [HEAD]
    for name, kind in sorted(kinds().items()):
        workflow = kind.workflow
        parts += [f"## {name}\n", f"```mermaid\n{workflow.mermaid()}\n```\n"]
        parts += ["| move | from | to | who | clocks | needs |", "|---|---|---|---|---|---|"]
        for move in workflow.moves.values():
            cells = (
                move.name, ", ".join(move.sources), move.target or "stays", getattr(move.who, "name", ""),
                _clocks(move), ", ".join(need.name for need in move.needs),
            )  # fmt: skip
            parts.append("| " + " | ".join(cells) + " |")
        parts.append("")
    return "\n".join(parts)


def _clocks(move: Move) -> str:
    """What a move does to clocks: starts case.take; stops case.dispatch."""
    acts = ("starts", "stops", "pauses", "resumes", "extends", "drops")
    return "; ".join(f"{act} {', '.join(names)}" for act in acts if (names := getattr(move, act)))


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(page())
