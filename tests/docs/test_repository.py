"""What may not stand in any file: where packages come from, whose machine this is, what lies outside the repository."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Written in two halves, or this file would be the first to break its rule.
INDEXES = [
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "registry.npmjs" + ".org",
    "registry.yarnpkg" + ".com",
    "deb.debian" + ".org",
    "proxy.golang" + ".org",
    "file" + "://",
]
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:wor" + r"k|roo" + r"t|hom" + r"e)/\w")
OUTSIDE = re.compile(r"\.\./share" + r"d\b|\bshare" + r"d/(?:data|domain|prototypes|DESIGN|STYLE|NOTES)")


@cache
def texts() -> dict[str, str]:
    """Every text file of ours that is, or is about to be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = {}
    for name in sorted(set(listed.stdout.split("\0")) - {""}):
        path = ROOT / name
        if path.is_file():
            content = path.read_bytes()
            if b"\0" not in content and "/vendor/" not in f"/{name}":
                found[name] = content.decode("utf-8")
    return found


def lines_with(pattern: re.Pattern[str], *, but: frozenset[str] = frozenset()) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts().items()
        if name not in but
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_every_file_is_read():
    assert {"README.md", "pyproject.toml", "requirements.lock"} <= set(texts())


@pytest.mark.parametrize("host", INDEXES)
def test_no_file_names_where_packages_come_from(host):
    assert lines_with(re.compile(re.escape(host))) == []


def test_no_file_names_a_path_of_somebodys_machine():
    assert lines_with(MACHINE_PATHS) == []


def test_only_the_ci_script_looks_outside_the_repository():
    assert lines_with(OUTSIDE, but=frozenset({".ci/run"})) == []
    (line,) = [line for line in texts()[".ci/run"].splitlines() if OUTSIDE.search(line)]
    assert "LINLI_REAL_DATA" in line
