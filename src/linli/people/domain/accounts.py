"""Accounts of staff and of residents."""

from datetime import datetime
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from linli.core import push
from linli.core.errors import Invalid
from linli.core.sealed import keyed_hash, seal, unseal
from linli.people.domain.contacts import Contact, read_contact
from linli.people.models import Account


def create_staff_account(
    *, name: str, email: str = "", password: str | None = None, username: str = "", demo_card: str = "", at: datetime
) -> Account:
    """An account for somebody who will hold posts. Without a password only a passkey or a demo card signs in.

    Raises:
        Invalid: another account has this e-mail address.
    """
    try:
        with transaction.atomic():
            account = Account.objects.create_user(
                username=username or f"staff-{uuid4().hex[:12]}",
                password=password,
                kind=Account.Kind.STAFF,
                name=name,
                email=email.lower(),
                demo_card=demo_card,
                created_at=at,
            )
            if email:
                EmailAddress.objects.create(user=account, email=email.lower(), verified=True, primary=True)
    except IntegrityError as error:
        raise Invalid(fields={"email": _("Another account has this e-mail address.")}) from error
    return account


def create_resident_account(
    *, contact: Contact | None = None, name: str = "", language: str = "", demo_card: str = "", at: datetime
) -> Account:
    """An account for a resident. The contact is kept sealed; its keyed hash finds the account again.

    Raises:
        Invalid: this contact has an account already.
    """
    account = Account(
        username=f"resident-{uuid4().hex[:12]}",
        kind=Account.Kind.RESIDENT,
        name=name,
        language=language,
        demo_card=demo_card,
        created_at=at,
    )
    account.set_unusable_password()
    if contact is not None:
        account.contact_hash = contact_hash(contact)
        account.contact_sealed = seal(contact.address, row=account.uuid, field="account.contact")
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError as error:
        raise Invalid(_("This number or address has an account already.")) from error
    return account


def contact_of(account: Account) -> Contact | None:
    """A resident's own number or address, unsealed. Whoever shows it to others writes the view log."""
    if account.contact_sealed is None:
        return None
    return read_contact(unseal(bytes(account.contact_sealed), row=account.uuid, field="account.contact"))


def contact_hash(contact: Contact) -> str:
    return keyed_hash(contact.address, purpose="contact")


def sign_out_everywhere(*, account: Account) -> None:
    """End every session of this account, on this device and all others."""
    Account.objects.filter(pk=account.pk).update(sessions_ended=F("sessions_ended") + 1)
    account.refresh_from_db(fields=["sessions_ended"])


def change_account(*, account: Account, name: str, language: str) -> Account:
    """The person's own changes: the name others see, and the language of messages to them."""
    account.name, account.language = name, language
    account.save(update_fields=["name", "language"])
    return account


def forget_resident(*, account: Account) -> None:
    """Delete what is known of a resident: the name, the contact, the way to sign in. What others keep of a matter
    (its story, its place) stays without a person.

    Raises:
        Invalid: the account is staff; it belongs to the office while posts were held with it.
    """
    if account.kind != Account.Kind.RESIDENT:
        raise Invalid(_("A staff account is closed by the administrator."))
    with transaction.atomic():
        account.consents.all().delete()
        push.forget(account)
        account.name = account.email = account.language = account.demo_card = ""
        account.contact_hash = account.contact_sealed = None
        account.username = f"gone-{uuid4().hex[:12]}"
        account.is_active = False
        account.sessions_ended += 1
        account.save()
