"""What core itself keeps of persons."""

from django.utils.translation import gettext_lazy as _

from linli.core.catalogue import PersonalField, Store, register

register(
    PersonalField(
        name="File.name",
        app="core",
        title=_("photos and documents that somebody sent"),
        purpose=_("to see what was reported and what was done"),
        basis=_("handling a matter that somebody brought (PIPL art. 13)"),
        kept_until=_("their matter is purged; for a day where they were never sent off"),
        seen_by=_("whoever handles the matter; the public only after staff have released them"),
        stores=(Store.ROW, Store.FILE, Store.PREVIEW, Store.BACKUP),
    ),
    PersonalField(
        name="Delivery.to_sealed, Delivery.secret_sealed, Delivery.text",
        app="core",
        title=_("messages sent, with the address they went to"),
        purpose=_("to answer people, and to see that the answer left"),
        basis=_("handling a matter that somebody brought (PIPL art. 13)"),
        days_kept=90,
        seen_by=_("the words: whoever may see the matter; the address: nobody"),
        stores=(Store.ROW, Store.SEALED, Store.OUTGOING, Store.BACKUP),
        sealed_as="delivery.to",
    ),
    PersonalField(
        name="PushSubscription.account, PushSubscription.sealed, PushWishes.account",
        app="core",
        title=_("the browsers in which somebody asked for push messages"),
        purpose=_("to tell them there"),
        basis=_("consent, taken back in the same browser (PIPL art. 13)"),
        kept_until=_("it is taken back"),
        seen_by=_("nobody"),
        stores=(Store.SEALED, Store.BACKUP),
        sealed_as="push.subscription",
    ),
    PersonalField(
        name="ViewLog.viewer, ViewLog.subject",
        app="core",
        title=_("who opened whose sealed data, when and why"),
        purpose=_("so that each person can see who looked"),
        basis=_("duty to keep processing in check (PIPL art. 51)"),
        kept_until=_("the account is deleted"),
        seen_by=_("the person concerned, by post; auditors"),
        stores=(Store.ROW, Store.BACKUP),
    ),
    PersonalField(
        name="DataRequest.account",
        app="core",
        title=_("wishes to correct or delete one's data, and the answer"),
        purpose=_("to show that each was answered, with the reason of a refusal"),
        basis=_("rights of the person concerned (PIPL art. 45–50)"),
        kept_until=_("the account is deleted"),
        seen_by=_("the person concerned"),
        stores=(Store.ROW, Store.BACKUP),
    ),
    PersonalField(
        name="ImpactAssessment.written_by, Job.dropped_by",
        app="core",
        title=_("which member of staff wrote an assessment or dropped a job"),
        purpose=_("so that somebody answers for it"),
        basis=_("duty to assess and to keep in check (PIPL art. 51, 55–56)"),
        kept_until=_("at least three years have passed; for jobs two weeks"),
        seen_by=_("administrators and auditors"),
        stores=(Store.ROW, Store.BACKUP),
    ),
)
