"""SIP passwords of extensions: made here, shown once, kept as the digest that a registrar compares (RFC 3261 22.4).

An extension's digest is a record of its own beside it, so that no route that reads extensions can show it. Both are
written in one transaction: every change of the password is a new version of the extension, and none outlives it.
Browser phones have logins of an hour, of which nothing is stored (`telephony.phone_token`); the registrar asks for them
here as well.
"""

import re
import secrets
from collections.abc import Callable
from typing import Final

import msgspec
from pynamodb.transactions import TransactWrite

from chalicelib.directory import tables
from chalicelib.directory.errors import NoRegistrar, NotSip
from chalicelib.directory.model import Extension
from chalicelib.identity.service import find_user
from chalicelib.kernel.audit import audit
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import ChangedMeanwhile, NotFound
from chalicelib.kernel.records import Collection, Lost, Record, transact
from chalicelib.telephony.carriers import carriers
from chalicelib.telephony.model import Carrier, client_identity, username_of
from chalicelib.telephony.phone_token import browser_login, digest_ha1

LETTERS: Final = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without those that are mistaken for each other: somebody types the password at a telephone."""
LENGTH: Final = 20
_EXTENSION: Final = re.compile(r"[0-9]{2,10}")


class SipPassword(Record, frozen=True, kw_only=True):
    """The digest of an extension's password. ha1: MD5 of extension:realm:password."""

    extension: str
    realm: str
    ha1: str

    def __repr__(self) -> str:
        # In its realm the digest is as good as the password: not in logs and tracebacks.
        return f"SipPassword({self.extension!r})"


class SipAccount(msgspec.Struct, frozen=True, kw_only=True):
    """What is entered at a telephone; shown once.

    domain: server and realm. address: where calls reach it. provisioning: all of it as one SIP URI with the password
    in its user part (RFC 3261 19.1.1), for a QR code.
    """

    username: str
    password: str
    domain: str
    address: str
    provisioning: str

    def __repr__(self) -> str:
        return f"SipAccount({self.username!r})"


passwords: Final = Collection("extensions", SipPassword, "extension", "SIP password", collection="sip_passwords")


def make(extension: str, who: str) -> SipAccount:
    """Give an extension a new password; an earlier one opens nothing any more.

    Errors: NotFound, NotSip, NoRegistrar, ChangedMeanwhile (somebody else wrote the extension just now).
    """
    held = tables.extensions.read(extension)
    if held.kind != "sip":
        raise NotSip(extension=extension)
    domain = _registrar()
    password = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    audit(f"extension#{extension}", who, "extension.sip_password_made")
    made = SipPassword(extension=extension, realm=domain, ha1=digest_ha1(extension, domain, password))
    store(msgspec.structs.replace(held, sip_password_at=now_ms()), made)
    return SipAccount(
        username=extension,
        password=password,
        domain=domain,
        address=f"sip:{extension}@{domain}",
        provisioning=f"sip:{extension}:{password}@{domain}",
    )


def take_away(extension: str, who: str) -> None:
    """Take an extension's password away; its telephone cannot register again. Errors: NotFound, ChangedMeanwhile."""
    held = tables.extensions.read(extension)
    if held.sip_password_at is None:
        raise NotFound(kind=passwords.kind, id=extension)
    audit(f"extension#{extension}", who, "extension.sip_password_removed")
    store(msgspec.structs.replace(held, sip_password_at=None), None)


def store(extension: Extension, password: SipPassword | None) -> Extension:
    """Replace an extension at its version together with its password (None: it has none). Errors: ChangedMeanwhile."""

    def build(transaction: TransactWrite, before: SipPassword | None) -> None:
        tables.extensions.save_in(transaction, extension)
        if password:
            version = before.version if before else 0
            passwords.save_in(transaction, msgspec.structs.replace(password, version=version))
        elif before:
            passwords.delete_in(transaction, before)

    _together(extension, build)
    return msgspec.structs.replace(extension, version=extension.version + 1)


def delete(extension: Extension) -> None:
    """Delete an extension at its version, and its password with it. Errors: ChangedMeanwhile."""

    def build(transaction: TransactWrite, before: SipPassword | None) -> None:
        tables.extensions.delete_in(transaction, extension)
        if before:
            passwords.delete_in(transaction, before)

    _together(extension, build)


def _together(extension: Extension, build: Callable[[TransactWrite, SipPassword | None], None]) -> None:
    """Write extension and password at once. build: fills the transaction, given the password that is stored."""
    before = passwords.find(extension.extension)
    try:
        transact(lambda transaction: build(transaction, before))
    except Lost as error:
        raise ChangedMeanwhile(kind=tables.extensions.kind, id=extension.extension) from error


def digest(username: str, realm: str, carrier: Carrier) -> str | None:
    """Return HA1 for a carrier's registrar, None when there is no such user in its realm. One read at most.

    username: whatever somebody typed at a telephone, or tries at the edge; or a page's login, good until its second and
    while its user may sign in.
    """
    if not realm or realm != carrier.sip_domain:
        return None
    if "." in username:
        return _of_page(username, carrier)
    if not _EXTENSION.fullmatch(username):
        return None
    found = passwords.find(username)
    return found.ha1 if found and found.realm == realm else None


def _of_page(login: str, carrier: Carrier) -> str | None:
    found = browser_login(carrier, login)
    if found is None:
        return None
    identity, ha1 = found
    username = username_of(f"client:{identity}")
    # Only the one way of writing a user: a second one would be another name for the edge's registrar.
    if username is None or client_identity(username) != identity:
        return None
    user = find_user(username)
    return ha1 if user and not user.disabled else None


def _registrar() -> str:
    """Return the domain at which our telephones register. Errors: NoRegistrar."""
    domain = next((carrier.sip_domain for carrier in carriers() if carrier.sip_domain), "")
    if not domain:
        raise NoRegistrar
    return domain
