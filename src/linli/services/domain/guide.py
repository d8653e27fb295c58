"""Three questions, and what to bring: for whom, what about, and what was given before."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from linli.services.domain.content import Content, Material


@dataclass(frozen=True)
class Bring:
    """The answer. papers: to bring.  again: given before, used again.  office: looked up here, never asked for."""

    papers: Sequence[Material]
    again: Sequence[Material]
    office: Sequence[Material]

    @property
    def count(self) -> int:
        return len(self.papers)


def what_to_bring(
    content: Content, *, choice: str, for_other: bool, given_before: bool, kept: Collection[str] | None = None
) -> Bring:
    """What this person brings for this answer.

    given_before: papers were given within the year and may serve again.  kept: which, where that is known; otherwise
    all that can.
    """
    papers = content.papers(choice=choice, for_other=for_other)
    ours = [paper for paper in papers if paper.office]
    theirs = [paper for paper in papers if not paper.office]
    again = [paper for paper in theirs if given_before and paper.reusable and (kept is None or paper.key in kept)]
    return Bring([paper for paper in theirs if paper not in again], again, ours)


def bring_for_request(content: Content, missing: Collection[str]) -> Bring:
    """What is still to come of one request."""
    papers = [paper for key in missing if (paper := content.paper(key)) is not None]
    return Bring([paper for paper in papers if not paper.office], [], [paper for paper in papers if paper.office])
