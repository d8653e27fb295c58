"""Where the petition desk is found, for any page that names it."""

from django import template

from linli.petitions.domain.office import Facts, office

register = template.Library()


@register.simple_tag
def petition_office() -> Facts:
    """The facts as they stand now. One statement."""
    return office()
