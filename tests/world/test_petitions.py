"""The petitions of the demonstration: in different states, each by the posts that would do it, however often played."""

from collections import Counter

from linli.petitions.models import Petition
from linli.procedures.domain.audit import verify
from linli.procedures.models import Entry
from linli.world.petitions import play


def test_the_petitions_of_the_past_are_played_once(street):
    play(street.now)
    told = Entry.objects.count()
    play(street.now)

    states = Counter(Petition.objects.values_list("procedure__state", flat=True))
    assert states == {
        "final": 1, "done": 1, "review_delivered": 1, "carrying_out": 1, "reviewing": 1, "delivered": 1, "handling": 4,
        "replied": 2, "not_accepted": 1, "objected": 1, "forwarded": 1, "received": 3,
    }  # fmt: skip
    assert Entry.objects.count() == told
    assert set(Petition.objects.values_list("klass", flat=True)) == {"request", "suggestion", "accusation"}
    assert list(verify()) == []
