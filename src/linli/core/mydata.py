"""'My data': what is kept about a person, shown to that person, taken along, corrected and deleted.

Each app registers its part in `privacy.py`:

    mydata.part("account", _("Your account"), export=account_data, form=AccountForm, correct=save_account, erase=close)

`export(account)` gives a dict, or a list of dicts, that JSON can hold. `form` is filled from that dict, and
`correct(account, values, at)` takes what it holds. `erase(account, at)` deletes and returns "", or returns the reason
why it may not; either way the person finds it written down. `files(account)` gives what belongs to it as photos and
documents, each with the number of its matter.
"""

import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import RawIOBase
from typing import Any

import orjson
from django import forms
from django.contrib.auth import get_user_model
from django.db import transaction

from linli.core.errors import NotFound
from linli.core.files import content_of
from linli.core.models import DataRequest, File

Data = Mapping[str, Any] | list[dict[str, Any]]
Files = Iterable[tuple[str, File]]


@dataclass(frozen=True)
class Part:
    """One kind of data about a person. `labels` name the keys of `export`; `kept` says why it cannot be deleted."""

    name: str
    title: Any
    export: Callable[[Any], Data]
    form: type[forms.Form] | None = None
    correct: Callable[[Any, Mapping[str, Any], datetime], None] | None = None
    erase: Callable[[Any, datetime], str] | None = None
    kept: Any = ""
    labels: Mapping[str, Any] = field(default_factory=dict)
    files: Callable[[Any], Files] | None = None

    def rows(self, account: Any) -> list[list[tuple[Any, Any]]]:
        """What is shown: for each thing, pairs of a name and a value."""
        data = self.export(account)
        things = data if isinstance(data, list) else [data]
        return [[(self.labels.get(key, key), value) for key, value in thing.items()] for thing in things]


_parts: dict[str, Part] = {}


def part(
    name: str,
    title: Any,
    *,
    export: Callable[[Any], Data],
    form: type[forms.Form] | None = None,
    correct: Callable[[Any, Mapping[str, Any], datetime], None] | None = None,
    erase: Callable[[Any, datetime], str] | None = None,
    kept: Any = "",
    labels: Mapping[str, Any] | None = None,
    files: Callable[[Any], Files] | None = None,
) -> None:
    """Register a part; see `Part`."""
    _parts[name] = Part(name, title, export, form, correct, erase, kept, labels or {}, files)


def parts() -> list[Part]:
    return list(_parts.values())


def find_part(name: str) -> Part:
    if name not in _parts:
        raise NotFound
    return _parts[name]


def take_along(account: Any) -> bytes:
    """Everything that is kept in words and figures, as one JSON object: a key for each part."""
    data = {one.name: one.export(account) for one in parts()}
    return orjson.dumps(data, default=str, option=orjson.OPT_INDENT_2)


def take_all_along(account: Any) -> Iterator[bytes]:
    """The same and every photo and document, as a ZIP archive in pieces: `my-data.json`, and `NUMBER/01-name.jpg` for
    each file of a matter."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("my-data.json", take_along(account), zipfile.ZIP_DEFLATED)
        for path, file in _paths(account):
            archive.writestr(path, content_of(file))  # pictures and PDF files are packed already
            yield sink.emptied()
    yield sink.emptied()


def _paths(account: Any) -> Iterator[tuple[str, File]]:
    counts: dict[str, int] = {}
    for one in parts():
        for number, file in one.files(account) if one.files else ():
            counts[number] = counts.get(number, 0) + 1
            yield f"{number}/{counts[number]:02}-{file.name}", file


class _Sink(RawIOBase):
    """Takes what is written and gives it away; it can't go back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def emptied(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data


def correct_data(*, part: Part, values: Mapping[str, Any], account: Any, at: datetime) -> None:
    """Write a person's own correction of one part, and that it was made."""
    if part.correct is None:
        raise NotFound
    with transaction.atomic():
        part.correct(account, values, at)
        _record(account, DataRequest.Kind.CORRECT, part, "", at)


def erase_data(*, part: Part, account: Any, at: datetime) -> str:
    """Delete one part, or record why not. Returns the reason of a refusal, or ""."""
    if part.erase is None:
        raise NotFound
    with transaction.atomic():
        reason = part.erase(account, at)
        if get_user_model().objects.filter(pk=account.pk).exists():  # else nobody is left to be told
            _record(account, DataRequest.Kind.ERASE, part, reason, at)
    return reason


def _record(account: Any, kind: DataRequest.Kind, part: Part, reason: str, at: datetime) -> None:
    outcome = DataRequest.Outcome.REFUSED if reason else DataRequest.Outcome.DONE
    DataRequest.objects.create(account=account, kind=kind, part=part.name, outcome=outcome, reason=reason, at=at)
