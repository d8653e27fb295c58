"""Every package that the lock files name comes under a licence that is taken, as its own metadata says. Runs offline."""

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TAKEN = re.compile(
    r"(apache|bsd|mit|mpl|mozilla|lgpl|lesser general public|isc|psf|python software|zlib|unlicense|0bsd|hpnd|cmu|"
    r"public domain|cc0|blueoak)",
    re.IGNORECASE,
)
NEVER = re.compile(r"\b(a?gpl|affero|sspl|busl|commons.clause|non.?commercial)", re.IGNORECASE)
# What metadata of a package leaves out or says too shortly, looked up by hand in the package itself.
BY_HAND = {
    "numpy": "BSD-3-Clause, with parts under BSD, MIT, zlib and the GCC runtime exception",
}
LOCKS = ("requirements.lock", "requirements-server.lock", "requirements-dev.lock")


def locked(name: str) -> set[str]:
    return set(re.findall(r"^([A-Za-z0-9_.-]+)==", (ROOT / name).read_text(), re.MULTILINE))


def said(package: Distribution) -> str:
    """What a package says of its licence, in whichever field it says it."""
    meta = package.metadata
    classifiers = [line for line in meta.get_all("Classifier") or [] if line.startswith("License ::")]
    full = meta.get("License") or ""
    return " | ".join(filter(None, [meta.get("License-Expression"), full.strip()[:200], *classifiers]))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_licence_that_is_taken(lock):
    wrong, seen = [], 0
    for name in sorted(locked(lock)):
        try:
            licence = BY_HAND.get(name) or said(distribution(name))
        except PackageNotFoundError:  # of another platform or Python, or of an extra that is not installed here
            continue
        seen += 1
        lesser = re.sub(r"lgpl|lesser general public", "", licence, flags=re.IGNORECASE)
        if not TAKEN.search(licence) or NEVER.search(lesser):
            wrong.append((name, licence))

    assert wrong == []
    assert seen > 20


def test_what_was_looked_up_by_hand_is_still_locked():
    assert set(BY_HAND) <= locked("requirements-dev.lock")
