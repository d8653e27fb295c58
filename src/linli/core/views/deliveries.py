"""What was sent, or would have been: newest first, addresses masked, the words only to whoever may see the matter."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from linli.core import deliver, keyset, seeing
from linli.core.access import needs
from linli.core.errors import NotFound
from linli.core.models import Delivery

TONES = {
    Delivery.Status.WAITING: "waiting",
    Delivery.Status.SENT: "done",
    Delivery.Status.DROPPED: "off",
    Delivery.Status.FAILED: "late",
}


@needs("core.deliveries")
@require_GET
def deliveries(request: HttpRequest) -> HttpResponse:
    page = keyset.newest(Delivery.objects.all(), request.GET)
    rows = [
        {"delivery": row, "to": deliver.masked(row), "tone": TONES[Delivery.Status(row.status)]} for row in page.rows
    ]
    return render(request, "core/pages/deliveries.html", {"page": page, "rows": rows})


@needs("core.deliveries")
@require_GET
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """One message. Its words are those of its procedure, and shown to nobody who may not see that."""
    found = Delivery.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound
    open_to = found.procedure is None or seeing.sees_file(request, procedure=found.procedure, audience="staff")
    context = {
        "delivery": found,
        "to": deliver.masked(found),
        "tone": TONES[Delivery.Status(found.status)],
        "text": found.text.replace(deliver.CODE_HERE, "······") if open_to else "",
        "back_url": "/deliveries/",
    }
    return render(request, "core/pages/delivery.html", context)
