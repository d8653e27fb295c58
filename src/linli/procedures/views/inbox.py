"""The inbox: what a post has to do, what is due first on top."""

from django.http import HttpResponse
from django.shortcuts import render

from linli.core.access import needs
from linli.core.keeping import is_copy, may_keep
from linli.people.middleware import Request
from linli.procedures.domain.queries import Page
from linli.procedures.domain.queries import inbox as open_work
from linli.procedures.registry import kinds


@needs("procedures.inbox")
def inbox(request: Request) -> HttpResponse:
    """The open work of the post one acts in. It renews itself when a procedure of any kind moves."""
    page = open_work(request.viewer.posts, viewer=request.viewer, after=request.GET.get("after"))
    if is_copy(request):
        page = Page([row for row in page.rows if row.keep], None)
    response = render(request, "procedures/inbox.html", {"page": page, "topics": " ".join(kinds())})
    return may_keep(request, response)
