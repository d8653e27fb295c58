"""The two sealed files of the demonstration are played by domain calls, and once."""

from linli.mediation.models import ProtectionOrder
from linli.procedures.models import Procedure
from linli.world.protection import play


def test_both_files_stand_where_they_should_however_often_they_are_played(street):
    for _ in range(2):
        play(street.now)

    assert sorted(Procedure.objects.values_list("state", "sealed", "place")) == [
        ("asked", True, None),
        ("helping", True, None),
    ]
    assert [order.status for order in ProtectionOrder.objects.all()] == ["made"]
