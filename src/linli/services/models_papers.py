"""Papers that were handed in as photographs or files, each kept with the request that it was sent for."""

from django.db import models

from linli.core.models import File


class PaperFile(models.Model):
    """One photo, scan or document of one paper of a request.

    key: which paper of the checklist; `papers.OTHER` for what else was asked for.  scanned: at the window, by a clerk.
    reused: it was given with an earlier request, and serves again with the person's consent.
    """

    request = models.ForeignKey("services.Request", models.CASCADE, related_name="paper_files")
    key = models.SlugField(max_length=40)
    file = models.OneToOneField(File, models.CASCADE, related_name="+")
    scanned = models.BooleanField(default=False)
    reused = models.BooleanField(default=False)
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["sent_at", "pk"]
        indexes = [models.Index(fields=["request", "sent_at"], name="paper_file_sent")]
