"""Where the petition desk is found: facts of the office that its pages and letters name, with each version kept."""

from django.db import models

from linli.people.models import Account, Post


class Office(models.Model):
    """One version; the newest stands. Before there is one, the delivered example of `data/office.toml` is shown.

    A letter names what stood when it was written.
    """

    uuid = models.UUIDField(primary_key=True, editable=False, help_text="of the act that wrote it")
    address = models.CharField(max_length=120)
    address_en = models.CharField(max_length=160, blank=True)
    hours = models.CharField(max_length=160)
    hours_en = models.CharField(max_length=200, blank=True)
    telephone = models.CharField(max_length=40)
    reason = models.CharField(max_length=200)
    author = models.ForeignKey(Account, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
