"""Which matters a promise's figure was counted from, for whoever may see them."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from linli.core.access import needs
from linli.people.middleware import Request
from linli.station.domain.commitments import shown
from linli.station.domain.counted import counted_for
from linli.station.models import Commitment


@needs("station.see")
@require_safe
def counted(request: Request, pk: int) -> HttpResponse:
    """The matters behind the figure, the newest first. What the reader may not see is neither named nor numbered."""
    at = timezone.now()
    found = get_object_or_404(Commitment, pk=pk)
    page = counted_for(found, request.viewer, has=request.user.has_perm, after=request.GET.get("after", ""), at=at)
    context = {"promise": shown(found, at), "page": page, "rows": [shown(found, at)], "today": timezone.localdate(at)}
    return render(request, "station/counted.html", context)
