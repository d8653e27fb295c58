"""The safety questions that come before everything: what may not be mediated never becomes a mediation.

One yes leads away. The answers are kept nowhere: not in a row, a log or a session.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid

QUESTIONS = {
    "violence": _("Has anybody been hit, pushed, locked in, or otherwise hurt?"),
    "fear": _("Is somebody afraid of the other, or of what happens at home afterwards?"),
    "control": _("Does somebody control the other: money, telephone, whom they meet, when they leave the house?"),
    "minors": _("Is a child, or somebody who cannot decide alone, hurt or neglected?"),
}


class NotForMediation(Invalid):
    """Somebody may be in danger: this is not for mediation. Whoever asks is led to help, and nothing is kept."""

    code = "not-for-mediation"
    message = _("This is not for mediation. There is help that keeps you safe, and the other side hears nothing of it.")


def check_screen(answers: Mapping[str, bool]) -> None:
    """Hold an application to the safety questions.

    answers: by the keys of QUESTIONS, True for yes.
    Raises:
        NotForMediation: one of them is answered with yes.
        Invalid: one is not answered.
    """
    if any(answers.get(name) for name in QUESTIONS):
        raise NotForMediation
    missing = [name for name in QUESTIONS if name not in answers]
    if missing:
        raise Invalid(fields={name: _("Please answer this question.") for name in missing})
