"""What the README and its Chinese twin promise is there."""

import re
from pathlib import Path

import pytest

from linli.site import cli

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^```(?:sh|bash|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SERVER = {"apt", "cp", "install", "runuser", "set", "systemctl", "useradd"}  # what setting up a Debian server takes
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


def names(paths):
    return [path.relative_to(ROOT).as_posix() for path in paths]


def make_targets() -> set[str]:
    return set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def commands_in(page: Path) -> list[str]:
    """The commands of a page's fenced blocks, without prompts and comments."""
    lines = "\n".join(FENCE.findall(page.read_text())).replace("\\\n", " ").splitlines()
    return [words for line in lines if (words := line.split(" #")[0].removeprefix("$ ").strip())]


def is_called_rightly(words: list[str]) -> bool:
    try:
        cli.parser().parse_args(words)
    except SystemExit:
        return False
    return True


def exists(command: str) -> bool:
    while re.match(r"[A-Z_]+=\S+ ", command):
        command = command.split(" ", 1)[1]
    program, *words = command.split()
    if program == "make":
        return words[0] in make_targets()
    if program in {"linli", ".venv/bin/linli"}:
        return is_called_rightly(words)
    return program in {"git", "cd", "python3", "docker", *SERVER}


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_each_command_in_a_fence_exists(page):
    assert [command for command in commands_in(page) if not exists(command)] == []


def test_the_two_commands_stand_first_in_both_languages():
    first = [commands_in(ROOT / name)[:2] for name in ("README.md", "README.zh.md")]
    assert first == [["make demo", "make test"]] * 2


def test_both_readmes_have_the_same_parts():
    english, chinese = (
        re.findall(r"^(#+) |(!\[|^\d\. |^- |^\| )", (ROOT / name).read_text(), re.MULTILINE)
        for name in ("README.md", "README.zh.md")
    )
    assert english == chinese


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_each_link_leads_to_a_file(page):
    missing = [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()]
    assert missing == []


def test_each_page_of_the_documentation_can_be_found_from_its_first_page():
    docs = ROOT / "docs"
    listed = {path for index in docs.rglob("README.md") for path in linked(index)}
    assert {path for path in docs.rglob("*.md") if path != docs / "README.md"} == listed


def linked(index: Path) -> set[Path]:
    return {(index.parent / link).resolve() for link in LINK.findall(index.read_text())}
