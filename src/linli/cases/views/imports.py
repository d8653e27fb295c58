"""Taking in messages: the post's runs, a file, how it is read, how far it is, and the rows that could not be taken."""

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.cases.domain import importing
from linli.cases.domain.bad_rows import bad_rows, bad_rows_csv, cells_of, why_bad
from linli.cases.domain.importing import Preview, Status
from linli.cases.domain.report import find_spot
from linli.cases.domain.rows import BadRow, Message
from linli.cases.domain.taking import known_classes
from linli.cases.forms_import import MappingForm, UploadForm, first_choices
from linli.cases.models import CaseClass, ImportRun
from linli.core.access import needs
from linli.core.errors import Invalid
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.people.models import Post
from linli.places.domain.named import place_called
from linli.places.domain.queries import full_title

EXCERPT = 60  # characters of a text in a preview
UNKNOWN = 20  # names that no place has, in a preview
BAD_LOOK, BAD_RUN = 10, 50  # bad rows that a preview and a run show; the download has them all


def _post(request: Request) -> Post:
    """The post in which messages are taken in: its runs are seen by nobody else."""
    assert request.by.post is not None  # `by` refuses whoever is in no post
    return request.by.post


def _run(request: Request, pk: int) -> ImportRun:
    return importing.find_import(pk, post=_post(request))


@needs("cases.import")
@require_GET
def runs(request: Request) -> HttpResponse:
    return render(request, "cases/imports/runs.html", {"runs": importing.imports_of(_post(request))})


@needs("cases.import")
@require_http_methods(["GET", "POST"])
def upload(request: Request) -> HttpResponse:
    """Choose a file; nothing of it is taken in yet."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = importing.keep_file(
                file=file, name=file.name, post=_post(request), account=request.account, at=timezone.now()
            )
        except Invalid as told:
            carry_over(told, form)
        else:
            return redirect("cases:import_mapping", run.pk)
    return render(request, "cases/imports/upload.html", {"form": form}, status=422 if form.errors else 200)


@needs("cases.import")
@require_http_methods(["GET", "POST"])
def mapping(request: Request, pk: int) -> HttpResponse:
    """Say which column is what and see how it is read; then start."""
    run = _run(request, pk)
    if run.status != Status.PREVIEW:
        return redirect("cases:import_run", run.pk)
    heading, sent = run.mapping["heading"], request.method == "POST" and "look" not in request.POST
    form = MappingForm(request.POST or first_choices(run), heading=heading)
    look = _look(form, run)
    if sent and look is not None:
        run = importing.start_import(
            run=run,
            reading=form.reading,
            mode=form.cleaned_data["mode"],
            all_or_none=form.cleaned_data["rest"] == "none",
            by=request.by,
            at=timezone.now(),
        )
        return redirect("cases:import_run", run.pk)
    columns = set(form.reading.columns) if look else set()
    if request.method == "GET":  # nothing is wrong yet with what nobody has chosen
        form = MappingForm(initial=first_choices(run), heading=heading)
    context = {"run": run, "form": form, "sent": sent, **(_shown(look, columns) if look else {})}
    return render(request, "cases/imports/mapping.html", context, status=422 if sent else 200)


def _look(form: MappingForm, run: ImportRun) -> Preview | None:
    """The first rows as they would be read, or none where the form says what is missing."""
    if not form.is_valid():
        return None
    try:
        return importing.preview(run, form.reading, at=timezone.now())
    except Invalid as told:
        carry_over(told, form)
        return None


def _shown(look: Preview, columns: set[str]) -> dict[str, Any]:
    classes = known_classes()
    return {
        "has": {
            "closed": "closed" in columns,
            "klass": "class" in columns,
            "place": columns & {"place", "where", "lon"},
        },
        "look": look,
        "unknown": look.unknown[:UNKNOWN],
        "rows": [_line(message, classes) for message in look.rows],
        "bad": [_bad(row) for row in look.bad[:BAD_LOOK]],
        "good": look.read - len(look.bad),
    }


def _line(message: Message, classes: dict[str, CaseClass]) -> dict[str, Any]:
    named = place_called(message.place) if message.place else None
    spot = find_spot(named, message.lon, message.lat)
    klass = classes.get(message.klass)
    return {
        "line": message.line,
        "at": message.at,
        "closed": message.closed,
        "text": _excerpt(message.text),
        "klass": klass.title if klass else "",
        "klass_unknown": "" if klass else message.klass[:40],
        "where": message.where,
        "place": full_title(spot.place) if spot.place else "",
    }


def _bad(row: BadRow) -> dict[str, Any]:
    return {"line": row.line, "why": row.reason, "text": _excerpt(" · ".join(filter(None, row.cells)))}


def _excerpt(text: str) -> str:
    """The beginning of a text, whatever it is made of."""
    plain = text[: EXCERPT + 1].encode("utf-8", "replace").decode()
    return plain if len(plain) <= EXCERPT else f"{plain[:EXCERPT]}…"


@needs("cases.import")
@require_GET
def run(request: Request, pk: int) -> HttpResponse:
    """How far a run is, and what came of it. The page asks for itself again while the run goes on."""
    run = _run(request, pk)
    if run.status == Status.PREVIEW:
        return redirect("cases:import_mapping", run.pk)
    stopped = importing.is_stopped(run)
    bad = [] if run.status == Status.RUNNING else bad_rows(run, most=BAD_RUN)
    context = {
        "run": run,
        "moving": run.status == Status.RUNNING and not stopped,
        "stopped": stopped,
        "bad": [
            {"line": row.line, "why": why_bad(row), "text": _excerpt(" · ".join(filter(None, cells_of(row))))}
            for row in bad
        ],
        "more": run.bad > len(bad),
        "lists": request.user.has_perm("cases.list"),
    }
    return render(request, "cases/imports/run.html", context)


@needs("cases.import")
@require_GET
def bad_file(request: Request, pk: int) -> StreamingHttpResponse:
    """The rows that could not be taken, to be put right and sent again."""
    run = _run(request, pk)
    response = StreamingHttpResponse(bad_rows_csv(run), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="bad-rows-{run.pk}.csv"'
    return response


@needs("cases.import")
@require_POST
def go_on(request: Request, pk: int) -> HttpResponse:
    """Try again what stopped."""
    run = _run(request, pk)
    if importing.is_stopped(run):
        importing.go_on(run=run, by=request.by, at=timezone.now())
    return redirect("cases:import_run", run.pk)


@needs("cases.import")
@require_POST
def discard(request: Request, pk: int) -> HttpResponse:
    """Forget a file that was not started."""
    importing.discard(run=_run(request, pk), by=request.by, at=timezone.now())
    return redirect("cases:import")
