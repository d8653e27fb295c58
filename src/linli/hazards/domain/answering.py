"""The answer to whoever pointed out a hazard, without the name of who answers for the place."""

from linli.hazards.enums import Answers
from linli.hazards.models import Hazard

# Whose names stand at every gate anyway; those of shops, units and households are on no public page.
KNOWN = (Answers.MANAGER, Answers.PUBLIC)
SHORTEST = 2  # characters; a shorter name would be found inside other words


def answer_outside(hazard: Hazard) -> str:
    """What was found and done, in the words of the answer; a name in it gives way to what its owner is, such as "a
    household"."""
    names = [] if hazard.answers in KNOWN else [hazard.answers_name]
    names += [hazard.premises.name] if hazard.premises else []
    answer = hazard.answer
    for name in sorted((name.strip() for name in names), key=len, reverse=True):
        if len(name) >= SHORTEST:
            answer = answer.replace(name, str(Answers(hazard.answers or Answers.UNIT).label))
    return answer
