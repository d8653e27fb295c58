#!/usr/bin/env python3
"""Interface texts: from code and templates into each app's Chinese catalogue.

    tools/messages.py [APP ...]    take new texts in, take dropped ones out, name what has no translation, compile
    tools/messages.py --check      change nothing; fail where a translation is missing, fuzzy, stale or wrong
    tools/messages.py --compile    write the .mo files only

Catalogues hold no dates and no line numbers, and are sorted by text, so that two branches seldom meet in one line.
"""

import argparse
import io
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "linli"
LANGUAGE = "zh_Hans"
HEADER = {
    "Language": LANGUAGE,
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
TEMPLATES = {".html", ".txt", ".xml", ".svg"}
CALLS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
TRANSLATED_SOURCE = re.compile(r"gettext|\btranslate\b|blocktranslate|\btrans\b|blocktrans|_\(")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdif]|\{\w*\}")

Key = tuple[str | None, str]


@dataclass
class Text:
    """One text of the interface, as code and templates ask for it."""

    context: str | None
    singular: str
    plural: str | None = None
    comments: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)

    @property
    def key(self) -> Key:
        return self.context, self.singular


def catalogue_path(app: Path) -> Path:
    return app / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def apps(names: list[str]) -> list[Path]:
    """The named apps' folders, or every package of linli."""
    if names:
        return [PACKAGE / name for name in names]
    return sorted(path.parent for path in PACKAGE.glob("*/__init__.py"))


def source_files(app: Path) -> Iterator[Path]:
    for path in sorted(app.rglob("*")):
        inside = path.relative_to(app).parts
        code = path.suffix == ".py" and "migrations" not in inside
        template = path.suffix in TEMPLATES and "templates" in inside
        if code or template:
            yield path


def as_python(path: Path, source: str) -> str:
    """What Babel's Python reader can read: a template's texts as calls, without the indentation of the page."""
    if path.suffix == ".py":
        return source
    from django.utils.translation.template import templatize

    return "\n".join(line.strip() for line in templatize(source, origin=str(path)).splitlines())


def texts_of(app: Path) -> dict[Key, Text]:
    """Every text that the app's Python files and templates ask for."""
    # Babel is a tool of development: --compile must run without it.
    from babel.messages.extract import extract

    texts: dict[Key, Text] = {}
    for path in source_files(app):
        source = path.read_text(encoding="utf-8")
        if not TRANSLATED_SOURCE.search(source):
            continue
        stream = io.BytesIO(as_python(path, source).encode())
        for _line, message, comments, context in extract(
            "python", stream, CALLS, ["Translators:"], {"encoding": "utf-8"}
        ):
            singular, plural = (message[0], message[-1]) if isinstance(message, tuple) else (message, None)
            if singular:
                text = texts.setdefault((context, singular), Text(context, singular))
                text.plural = text.plural or plural
                text.comments.update(comments)
                text.files.add(path.relative_to(ROOT).as_posix())
    return texts


def read(path: Path) -> dict[Key, polib.POEntry]:
    if not path.exists():
        return {}
    return {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(path)) if not entry.obsolete}


def with_words(app: Path) -> dict[Key, polib.POEntry]:
    return {key: entry for key, entry in read(catalogue_path(app)).items() if words(entry)}


def words(entry: polib.POEntry) -> str:
    """The translation; Chinese has one form for any number."""
    return entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr


def entry_for(text: Text, known: polib.POEntry | None) -> polib.POEntry:
    """The catalogue's entry for a text, with the translation it had, singular or plural."""
    old = words(known) if known is not None else ""
    entry = polib.POEntry(
        msgctxt=text.context,
        msgid=text.singular,
        comment="\n".join(sorted(text.comments)),
        occurrences=[(name, "") for name in sorted(text.files)],
        flags=["fuzzy"] if known is not None and known.fuzzy else [],
    )
    if text.plural:
        entry.msgid_plural, entry.msgstr_plural = text.plural, {0: old}
    else:
        entry.msgstr = old
    return entry


def catalogue(texts: dict[Key, Text], known: dict[Key, polib.POEntry]) -> polib.POFile:
    result = polib.POFile(wrapwidth=110)
    result.metadata = HEADER
    for text in sorted(texts.values(), key=lambda text: (text.singular.casefold(), text.singular, text.context or "")):
        result.append(entry_for(text, known.get(text.key)))
    return result


def faults(entry: polib.POEntry) -> Iterator[str]:
    """What is wrong with one translation, in words."""
    said = words(entry)
    if entry.fuzzy:
        yield "fuzzy"
    if not said.strip():
        yield "no translation"
        return
    # Chinese has one form, and it must be able to say the number: the plural's placeholders are the ones it needs.
    wanted = Counter(PLACEHOLDER.findall((entry.msgid_plural or entry.msgid).replace("%%", "")))
    given = Counter(PLACEHOLDER.findall(said.replace("%%", "")))
    if wanted != given:
        lost = [f"{name} is missing" for name in sorted((wanted - given).elements())]
        added = [f"{name} is not in the text" for name in sorted((given - wanted).elements())]
        yield "placeholders differ: " + ", ".join(lost + added)


def two_voices(catalogues: dict[str, polib.POFile]) -> Iterator[str]:
    """Texts that two apps translate differently: pages would show only one of the two."""
    said: dict[Key, dict[str, str]] = {}
    for app, entries in catalogues.items():
        for entry in entries:
            if words(entry):
                said.setdefault((entry.msgctxt, entry.msgid), {})[app] = words(entry)
    for (_context, text), voices in said.items():
        if len(set(voices.values())) > 1:
            yield f"{text!r} is translated in two ways: " + ", ".join(
                f"{app} {voice!r}" for app, voice in voices.items()
            )


def compile_all(folders: list[Path]) -> None:
    for app in folders:
        source = catalogue_path(app)
        target = source.with_suffix(".mo")
        if source.exists() and not (target.exists() and target.stat().st_mtime > source.stat().st_mtime):
            polib.pofile(str(source)).save_as_mofile(str(target))


def merged(folders: list[Path]) -> dict[str, polib.POFile]:
    """Each app's catalogue as it should stand.  A text new to an app takes the words another app has for it."""
    everywhere = {key: entry for app in apps([]) for key, entry in with_words(app).items()}
    result = {}
    for app in folders:
        if texts := texts_of(app):
            result[app.name] = catalogue(texts, everywhere | with_words(app))
    return result


def complaints(folders: list[Path], catalogues: dict[str, polib.POFile], *, stale: bool) -> list[str]:
    lines = []
    for app in folders:
        entries = catalogues.get(app.name, [])
        if stale and set(read(catalogue_path(app))) != {(entry.msgctxt, entry.msgid) for entry in entries}:
            lines.append(f"{app.name}: texts were added or dropped; run tools/messages.py")
        for entry in entries:
            where = entry.occurrences[0][0]
            lines += [f"{app.name}: {entry.msgid!r} ({where}): {fault}" for fault in faults(entry)]
    return lines + list(two_voices(catalogues))


def write(folders: list[Path], catalogues: dict[str, polib.POFile]) -> None:
    for app in folders:
        path = catalogue_path(app)
        if app.name not in catalogues:
            path.unlink(missing_ok=True)
            continue
        text = str(catalogues[app.name]).rstrip("\n") + "\n"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("apps", nargs="*", metavar="APP", help="only these apps")
    parser.add_argument("--check", action="store_true", help="change nothing, fail where something is wrong")
    parser.add_argument("--compile", action="store_true", help="write the .mo files only")
    options = parser.parse_args(arguments)
    folders = apps(options.apps)
    if options.compile:
        compile_all(folders)
        return 0
    catalogues = merged(folders)
    wrong = complaints(folders, catalogues, stale=options.check)
    if not options.check:
        write(folders, catalogues)
        compile_all(folders)
    print("\n".join(wrong) or f"{sum(map(len, catalogues.values()))} texts, all translated")
    return 1 if wrong and options.check else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
