"""The rights and duties that are told before anybody is mediated, each with its article."""

from django.utils.translation import gettext_lazy as _

# People's Mediation Law 4, 15, 17, 19, 23, 24, 31, 33; provisions on people's mediation 30.
RIGHTS = (
    _("It costs nothing."),
    _("It is voluntary: you may say no, and you may stop at any time, without a reason."),
    _("You choose the mediator together with the other side, and you may ask for another."),
    _("You may ask that it is held openly, or closed. What is private stays closed."),
    _("The mediator favours nobody, takes no gifts, and keeps to themselves what you tell them."),
    _("You say the facts as they are, keep the order of the talk, and respect the rights of the other side."),
    _("An agreement binds you. Together you can ask a court within 30 days to confirm it; it can then be enforced."),
    _("Mediation takes no other way from you: arbitration, an authority or the court stay open."),
)
