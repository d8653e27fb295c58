"""What is forgotten with a mediation: every name, word and signature; that there was one, and how it ended, stays."""

from linli.core import files
from linli.mediation.models import Agreement, Invitee, Mediation, Participant, Performance, Session, Signature
from linli.procedures.models import Procedure


def erase(procedure: Procedure) -> None:
    """Forget the persons in a mediation."""
    Mediation.objects.filter(pk=procedure.pk).update(matter="", wish="", outcome="")
    Participant.objects.filter(procedure=procedure).update(name="", speaks_for="", details_sealed=None)
    Invitee.objects.filter(procedure=procedure).update(name="", what="")
    Session.objects.filter(procedure=procedure).update(where="", present="", record="")
    Agreement.objects.filter(procedure=procedure).update(facts="", issues="", content="")
    Performance.objects.filter(agreement=procedure.pk).update(what="", manner="", proof="")
    Signature.objects.filter(agreement=procedure.pk).update(name="", image=None)
    files.purge_all(procedure.pk)
