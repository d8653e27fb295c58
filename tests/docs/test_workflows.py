from pathlib import Path

from linli.procedures.diagrams import page

WORKFLOWS = Path(__file__).resolve().parents[2] / "docs" / "workflows.md"


def test_the_documented_workflows_are_those_of_the_code():
    assert WORKFLOWS.read_text(encoding="utf-8") == page()
