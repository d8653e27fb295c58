"""No regular expression of ours can be made to run for ever: none repeats what itself repeats without an end."""

import ast
import re
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]

import pytest

ROOT = Path(__file__).parents[2] / "src/linli"
MANY = 32  # repeats that are as good as without an end


def patterns() -> list[tuple[str, str]]:
    """Every literal that is given to `re`, to a URL or to a field as a pattern, and the file it stands in."""
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                owner = getattr(getattr(node.func, "value", None), "id", "")
                if isinstance(node.args[0].value, str) and (owner == "re" or name in ("RegexField", "re_path")):
                    found.append((str(path.relative_to(ROOT)), node.args[0].value))
    return found


def endless_in_endless(tree, *, inside: bool = False) -> bool:
    for operation, argument in tree:
        if operation in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            _least, most, body = argument
            endless = most == sre.MAXREPEAT or most > MANY
            if (endless and inside) or endless_in_endless(body, inside=inside or endless):
                return True
        elif operation is sre.SUBPATTERN:
            if endless_in_endless(argument[-1], inside=inside):
                return True
        elif operation is sre.BRANCH:
            if any(endless_in_endless(branch, inside=inside) for branch in argument[1]):
                return True
        elif operation in (sre.ASSERT, sre.ASSERT_NOT) and endless_in_endless(argument[1], inside=inside):
            return True
    return False


@pytest.mark.parametrize(
    ("pattern", "bad"), [(r"(a+)+$", True), (r"(a|b*)*", True), (r"a+b+", False), (r"(\d{1,3})*", False)]
)
def test_the_measure_finds_what_it_should(pattern, bad):
    assert endless_in_endless(parser.parse(pattern)) is bad


def test_no_pattern_repeats_what_repeats():
    found = patterns()
    assert len(found) > 10
    assert [(file, pattern) for file, pattern in found if endless_in_endless(parser.parse(pattern))] == []
    for _file, pattern in found:
        re.compile(pattern)
