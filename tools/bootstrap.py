#!/usr/bin/env python3
"""Make .venv ready: a Python environment with the locked packages, Linli itself and its compiled texts.

    tools/bootstrap.py            what running Linli needs
    tools/bootstrap.py server     and what a server may use: PostgreSQL, PDF
    tools/bootstrap.py dev        and what its tests and checks need

Standard library only, and no syntax newer than the oldest Python that should still be told why it is too old.
A stamp in .venv remembers what was installed; a second run finds it and does nothing.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.parse
import urllib.request
import venv
from configparser import ConfigParser
from configparser import Error as ConfigError
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
OLDEST, NEWEST = (3, 11), (3, 13)
# From the smallest to the largest; each holds all that the one before it holds.
LOCKS = {"run": "requirements.lock", "server": "requirements-server.lock", "dev": "requirements-dev.lock"}
PIP_LOCK, UV_LOCK = "tools/pip.lock", "tools/uv.lock"


# Where pip looks for its settings, the weakest first.
PIP_FILES = [
    Path("/etc/xdg/pip/pip.conf"),
    Path("/etc/pip.conf"),
    Path.home() / "Library" / "Application Support" / "pip" / "pip.conf",
    Path.home() / ".pip" / "pip.conf",
    Path.home() / ".config" / "pip" / "pip.conf",
]


class Stop(Exception):
    """Set-up cannot go on; the message says what to do."""


def say(line):
    print(line, flush=True)


# --- which Python -----------------------------------------------------------------------------------------------------


def usable(version):
    return OLDEST <= tuple(version[:2]) <= NEWEST


def another_python():
    """A Python on PATH that Linli can use, newest first, or None."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found and works(found, "-c", ""):
            return found
    return None


def need_python():
    """Carry on under a Python that Linli can use, or say in one line that there is none."""
    if usable(sys.version_info):
        return
    found = another_python()
    if found:
        os.execv(found, [found, *sys.argv])  # noqa: S606 no shell is wanted
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    raise Stop(
        f"Linli needs Python 3.11, 3.12 or 3.13; this is {here}. Install one of them, or name it: "
        "make demo PYTHON=/path/to/python3.12"
    )


# --- the stamp --------------------------------------------------------------------------------------------------------


def fingerprint(want):
    """What the environment was made from: the lock, the project's own description, the Python."""
    digest = hashlib.sha256(repr((want, sys.version_info[:3])).encode())
    for name in (LOCKS[want], "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def is_ready(want):
    """True where the environment holds what is wanted, or more."""
    stamp = ENVIRONMENT / "linli-stamp"
    if not stamp.exists() or not python().exists():
        return False
    wider = list(LOCKS)[list(LOCKS).index(want) :]
    return stamp.read_text().strip() in map(fingerprint, wider)


def stamp(want):
    (ENVIRONMENT / "linli-stamp").write_text(fingerprint(want) + "\n")


# --- the environment --------------------------------------------------------------------------------------------------


def python():
    return ENVIRONMENT / "bin" / "python"


def version_of(environment):
    """(major, minor) of the environment's Python, or None where there is none that runs."""
    command = [str(environment / "bin" / "python"), "-c", "import sys; print(*sys.version_info[:2])"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    return tuple(int(number) for number in said.split())


def make_environment():
    """Create .venv without pip, which plain Debian's Python cannot put there."""
    if version_of(ENVIRONMENT) == sys.version_info[:2]:
        return
    say(f"Making .venv with Python {sys.version.split()[0]}")
    venv.EnvBuilder(with_pip=False, clear=True, symlinks=True).create(ENVIRONMENT)


# --- who installs -----------------------------------------------------------------------------------------------------


def works(*command):
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def installer():
    """(name, the command that installs into .venv): uv, which pip brings where it is not there; else pip itself."""
    uv = shutil.which("uv") or shutil.which("uv", path=str(ENVIRONMENT / "bin"))
    if not uv:
        pip = [*pip_command(), "install"]
        # Twenty times faster than pip; where there is none for this machine, pip does it all.
        if not works(*pip, "--require-hashes", "-r", str(ROOT / UV_LOCK)):
            return "pip", pip
        uv = str(ENVIRONMENT / "bin" / "uv")
    return "uv", [uv, "pip", "install", "--python", str(python())]


def pip_command():
    """pip for .venv: its own, else the system's, else one fetched from the user's index."""
    inside = str(python())
    # Debian keeps ensurepip in a package of its own; elsewhere it brings pip along without a network.
    if works(inside, "-m", "pip", "--version") or (
        find_spec("ensurepip") and works(inside, "-m", "ensurepip", "--default-pip")
    ):
        return [inside, "-m", "pip"]
    if works(sys.executable, "-m", "pip", "--python", inside, "--version"):
        return [sys.executable, "-m", "pip", "--python", inside]
    return [inside, str(fetch_pip() / "pip")]


def install(command, *what):
    """Install into .venv, showing what the installer says only where it fails."""
    done = subprocess.run([*command, *what], cwd=ROOT, env=installer_environment(), capture_output=True, text=True)
    if done.returncode:
        say((done.stdout + done.stderr).strip())
        raise Stop(
            "The packages could not be installed; the reason stands above. They come from the index that pip or uv is "
            "set up with: without a network, or behind a mirror, set PIP_INDEX_URL, then run the same command again."
        )


def installer_environment():
    """pip reads its own settings; uv is given them, where it has none of its own."""
    settings = pip_settings()
    environment = dict(os.environ)
    wishes = {
        "UV_DEFAULT_INDEX": settings.get("index-url"),
        "UV_INDEX": settings.get("extra-index-url"),
        "UV_FIND_LINKS": ",".join(settings.get("find-links", "").split()),
        "SSL_CERT_FILE": settings.get("cert"),
    }
    for name, value in wishes.items():
        if value:
            environment.setdefault(name, value)
    # Every file is held to its hash, so any index may serve it.
    environment.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return environment


# --- pip's own settings, and pip itself where there is none -----------------------------------------------------------


def pip_settings():
    """What the user told pip: its files, the later over the earlier, and PIP_ variables over both."""
    settings = {}
    for file in [*PIP_FILES, os.environ.get("PIP_CONFIG_FILE", os.devnull)]:
        parser = ConfigParser(interpolation=None)
        try:
            parser.read(file, encoding="utf-8")
        except ConfigError:
            raise Stop(f"{file} cannot be read; pip would not read it either. Mend it, then run again.") from None
        for section in ("global", "install"):
            if parser.has_section(section):
                settings.update(parser.items(section))
    for name, value in os.environ.items():
        if name.startswith("PIP_"):
            settings[name[4:].lower().replace("_", "-")] = value
    return settings


class Links(HTMLParser):
    """The addresses on an index's page."""

    def __init__(self):
        super().__init__()
        self.addresses = []

    def handle_starttag(self, tag, attributes):
        address = dict(attributes).get("href")
        if tag == "a" and address:
            self.addresses.append(address)


def download(address):
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 the address is the user's own setting
            return answer.read()
    except (OSError, ValueError) as error:
        raise Stop(f"{address} could not be read ({error}). Check the index pip is set up with.") from None


def fetch_pip():
    """The locked pip as a wheel file that runs where it lies, from the index the user has set, held to its hash."""
    index = pip_settings().get("index-url")
    if not index:
        raise Stop(
            "This Python comes without pip. Install it, then run the same command again: apt install python3-venv"
        )
    lock = (ROOT / PIP_LOCK).read_text()
    version, hashes = re.search(r"pip==(\S+)", lock).group(1), re.findall(r"sha256:(\w+)", lock)
    page = index.rstrip("/") + "/pip/"
    links = Links()
    links.feed(download(page).decode())
    name = f"pip-{version}-py3-none-any.whl"
    for address in (urllib.parse.urljoin(page, link) for link in links.addresses):
        if urllib.parse.urlsplit(address).path.endswith("/" + name):
            wheel = download(address)
            if hashlib.sha256(wheel).hexdigest() not in hashes:
                raise Stop(f"{name} from {page} is not the file that was locked; nothing was installed.")
            path = ENVIRONMENT / name
            path.write_bytes(wheel)
            return path
    raise Stop(f"{page} has no pip {version}. Install pip, then run again: apt install python3-venv")


# --- all of it --------------------------------------------------------------------------------------------------------


def bootstrap(want):
    began = time.monotonic()
    make_environment()
    name, command = installer()
    count = (ROOT / LOCKS[want]).read_text().count("==")
    say(f"Installing {count} packages with {name} (a minute or two on a slow line)")
    install(command, "--require-hashes", "-r", LOCKS[want])
    install(command, "--no-deps", "--no-build-isolation", "-e", ".")
    stamp(want)
    say(f"Ready in {time.monotonic() - began:.0f} s")


def main(arguments):
    want = arguments[0] if arguments else "run"
    if len(arguments) > 1 or want not in LOCKS:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        need_python()
        if not is_ready(want):
            bootstrap(want)
    except Stop as reason:
        print(reason, file=sys.stderr)
        return 1
    # Texts change more often than packages; the tool skips what is up to date.
    return subprocess.run([str(python()), str(ROOT / "tools" / "messages.py"), "--compile"]).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
