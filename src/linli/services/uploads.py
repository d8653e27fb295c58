"""The places for papers on the pages of a request."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from linli.core.uploads import Slot
from linli.services.domain.content import Content, Material
from linli.services.domain.paper_files import OTHER
from linli.services.domain.queries import Paper, Whole


def slots_for(content: Content, *, choice: str, for_other: bool) -> list[Slot]:
    """A place for each paper that the person brings, when they apply."""
    return _slots(content.papers(choice=choice, for_other=for_other))


def slots_of(page: Whole, *, all_papers: bool = False) -> list[Slot]:
    """A place for each paper that is still missing, or at the window for each of the checklist; and one for what else
    was asked for."""
    slots = _slots(page.papers if all_papers else page.missing)
    if all_papers or page.waits:
        slots.append(Slot(OTHER, _("Something else that was asked for")))
    return slots


def title_of(page: Whole, key: str) -> Any:
    """The name of a paper by its key."""
    return next((paper.text for paper in page.papers if paper.key == key), _("Something else that was asked for"))


def _slots(papers: Iterable[Material | Paper]) -> list[Slot]:
    return [Slot(paper.key, str(paper.text)) for paper in papers if not paper.office]
