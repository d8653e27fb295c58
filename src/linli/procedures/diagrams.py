"""`python -m linli.procedures.diagrams` writes docs/workflows.md from the tables."""

import sys

import django

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
        parts += ["| move | from | to | who | starts | stops | needs |", "|---|---|---|---|---|---|---|"]
        for move in workflow.moves.values():
            cells = (
                move.name, ", ".join(move.sources), move.target, getattr(move.who, "name", ""), ", ".join(move.starts),
                ", ".join(move.stops), ", ".join(need.name for need in move.needs),
            )  # fmt: skip
            parts.append("| " + " | ".join(cells) + " |")
        parts.append("")
    return "\n".join(parts)


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(page())
