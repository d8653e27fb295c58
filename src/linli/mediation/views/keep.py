"""A party that came with number and code, and has signed in, takes the mediation into its account."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.core.access import signed_in
from linli.core.errors import Conflict
from linli.mediation.domain.keeping import keep_in_account
from linli.mediation.views.party import participant_of
from linli.people.actors import Actor
from linli.people.middleware import Request


@signed_in
@require_POST
def keep(request: Request, number: str) -> HttpResponse:
    """Put it among one's own matters."""
    one = participant_of(request, number)
    try:
        keep_in_account(participant=one, account=request.account, by=Actor(party=str(one.pk)), at=timezone.now())
    except Conflict as told:
        messages.warning(request, str(told.message))
    else:
        messages.success(request, _("The mediation is now in your account. You find it in My file."))
    return redirect("mediation:mine", number)
