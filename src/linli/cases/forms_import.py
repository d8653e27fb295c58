"""The forms of taking in messages: which file, and how it is to be read."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.rows import FIELDS, NEEDED, Reading
from linli.cases.models import ImportRun
from linli.core.forms import Hinted, KitForm

Mode = ImportRun.Mode

COLUMNS: dict[str, Any] = {
    "title": _("Title"),
    "text": _("Text"),
    "time": _("Time it came in"),
    "closed": _("Time it was closed"),
    "answer": _("Answer"),
    "class": _("Class"),
    "number": _("Number"),
    "place": _("Place, by its name"),
    "where": _("Where, in words"),
    "lon": _("Longitude"),
    "lat": _("Latitude"),
}
ZONES = [
    ("Asia/Shanghai", _("China (Shanghai)")),
    ("UTC", "UTC"),
    ("Asia/Tokyo", _("Japan (Tokyo)")),
    ("Europe/London", _("United Kingdom (London)")),
    ("Europe/Berlin", _("Central Europe (Berlin)")),
    ("America/New_York", _("United States, east (New York)")),
]


class UploadForm(KitForm):
    # An empty file is refused by the domain, which says what a file must hold.
    file = forms.FileField(
        label=_("File of messages"),
        help_text=_("CSV or XLSX, at most 64 MB. The first line names the columns. Nothing is taken in yet."),
        allow_empty_file=True,
        max_length=None,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )


class MappingForm(KitForm):
    """Which column is what, how times and positions are meant, and what is to become of the rows."""

    zone = forms.ChoiceField(label=_("Times without a zone"), choices=ZONES)
    datum = forms.ChoiceField(
        label=_("Positions are"),
        choices=[("wgs84", _("WGS-84: GPS, surveys")), ("gcj02", _("GCJ-02: Chinese web maps; they are converted"))],
    )
    mode = forms.ChoiceField(
        label=_("What are these messages?"),
        widget=forms.RadioSelect,
        choices=[
            (
                Mode.HISTORY,
                Hinted(
                    Mode.HISTORY.label,
                    _("Those with a closing time come in closed, the others wait on the desk. No clock runs."),
                ),
            ),
            (
                Mode.LIVE,
                Hinted(Mode.LIVE.label, _("Each is a new report of this minute: its clocks start now.")),
            ),
            (
                Mode.REPLAY,
                Hinted(
                    Mode.REPLAY.label,
                    _("For trying out: each is a new report, moved in time so that the newest comes now."),
                ),
            ),
        ],
    )
    rest = forms.ChoiceField(
        label=_("And if some rows are bad?"),
        widget=forms.RadioSelect,
        choices=[("good", _("Take the good rows")), ("none", _("All or none: take nothing"))],
    )

    def __init__(self, *args: Any, heading: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("not in the file")), *((name, name) for name in heading)]
        for name in FIELDS:
            self.fields[name] = forms.ChoiceField(
                label=COLUMNS[name],
                choices=choices,
                required=name in NEEDED,
                error_messages={"required": _("Choose the column that holds this.")},
            )

    @property
    def columns(self) -> list[forms.BoundField]:
        """The fields that say which column is what, those that must be there first."""
        return [self[name] for name in sorted(FIELDS, key=lambda name: name not in NEEDED)]

    @property
    def reading(self) -> Reading:
        """What was chosen; the form must be valid."""
        given = self.cleaned_data
        return Reading({name: given[name] for name in FIELDS if given[name]}, given["zone"], given["datum"])


def first_choices(run: ImportRun) -> dict[str, str]:
    """What stands in the form when it is opened: the guessed columns, and what does least."""
    return {
        **run.mapping["columns"],
        "zone": run.mapping["zone"],
        "datum": run.mapping["datum"],
        "mode": run.mode,
        "rest": "good",
    }
