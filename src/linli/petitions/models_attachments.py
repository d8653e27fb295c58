"""Photographs and documents that belong to a petition."""

from django.db import models

from linli.core.models import File


class Attachment(models.Model):
    """One photo or document of a petition. Its bytes are sealed, its name says nothing, and no address but the
    petition's own leads to it.

    by_desk: a clerk scanned it; otherwise the petitioner sent it.
    """

    petition = models.ForeignKey("petitions.Petition", models.CASCADE, related_name="attachments")
    file = models.OneToOneField(File, models.CASCADE, related_name="+")
    by_desk = models.BooleanField(default=False)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "pk"]
