"""What petitions keep of a person: the catalogue's entries."""

from django.utils.translation import gettext_lazy as _

from linli.core.catalogue import PersonalField, Store, register
from linli.petitions.domain.attachments import FIELD
from linli.petitions.domain.letters import CONTENT_FIELD
from linli.petitions.domain.opening import PERSON_FIELD, TEXT_FIELD
from linli.procedures.privacy import KEPT, MATTER

register(
    PersonalField(
        "Petitioner.person_sealed",
        app="petitions",
        title=_("name, telephone number and address of who brings a petition"),
        purpose=_("to answer in writing, as the regulations ask"),
        basis=MATTER,
        seen_by=_(
            "a post that handles the petition, for a reason that the person can read; never who is complained of"
        ),
        stores=(Store.SEALED, Store.BACKUP),
        kept_until=KEPT,
        sealed_as=PERSON_FIELD,
    ),
    PersonalField(
        "Petition.text_sealed, Petition.matter",
        app="petitions",
        title=_("what a petition is about, and what was told"),
        purpose=_("to handle it"),
        basis=MATTER,
        seen_by=_("the posts that handle the petition; never who is complained of, an administrator or an auditor"),
        stores=(Store.SEALED, Store.ROW, Store.BACKUP),
        kept_until=KEPT,
        sealed_as=TEXT_FIELD,
    ),
    PersonalField(
        "Letter.content_sealed",
        app="petitions",
        title=_("what the letters about a petition say"),
        purpose=_("to answer in writing, as the regulations ask"),
        basis=MATTER,
        seen_by=_("the petitioner, and the posts that handle the petition"),
        stores=(Store.SEALED, Store.BACKUP),
        kept_until=KEPT,
        sealed_as=CONTENT_FIELD,
    ),
    PersonalField(
        "Attachment.file",
        app="petitions",
        title=_("photos and documents of a petition"),
        purpose=_("to handle it"),
        basis=MATTER,
        seen_by=_(
            "the petitioner, and the posts that handle the petition: each reading is kept; never who is complained of,"
            " an administrator or an auditor"
        ),
        stores=(Store.FILE, Store.PREVIEW, Store.BACKUP),
        kept_until=KEPT,
        sealed_as=FIELD,
    ),
    PersonalField(
        "Letter.account",
        app="petitions",
        title=_("which member of staff wrote a letter"),
        purpose=_("so that somebody answers for it"),
        basis=_("carrying out public duties (PIPL art. 13 (3))"),
        seen_by=_("nobody; letters name the office"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=KEPT,
    ),
)
register(
    PersonalField(
        "Office.author",
        app="petitions",
        title=_("who wrote down where the petition desk is found"),
        purpose=_("so that somebody answers for it"),
        basis=_("carrying out public duties (PIPL art. 13 (3))"),
        seen_by=_("whoever may change it"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=_("as long as the versions are kept"),
    ),
)
