"""SIP passwords of extensions: made here, shown once, kept as the digest that a registrar compares (RFC 3261 22.4)."""

import hashlib
import secrets
from typing import Final

import msgspec

from chalicelib.directory import tables
from chalicelib.directory.errors import NoRegistrar, NotSip
from chalicelib.kernel.audit import audit
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.records import Collection, Record
from chalicelib.telephony.carriers import carriers
from chalicelib.telephony.model import Carrier

LETTERS: Final = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without those that are mistaken for each other: somebody types the password at a telephone."""
LENGTH: Final = 20


class SipPassword(Record, frozen=True, kw_only=True):
    """The digest of an extension's password. ha1: MD5 of extension:realm:password. made_at: ms."""

    extension: str
    realm: str
    ha1: str
    made_at: int


class SipAccount(msgspec.Struct, frozen=True, kw_only=True):
    """What is entered at a telephone; shown once. provisioning: the same as one address, for a QR code."""

    username: str
    password: str
    domain: str
    address: str
    provisioning: str


passwords: Final = Collection("extensions", SipPassword, "extension", "SIP password", collection="sip_passwords")


def make(extension: str, who: str) -> SipAccount:
    """Give an extension a new password; an earlier one opens nothing any more.

    Errors: NotFound, NotSip, NoRegistrar, AlreadyExists or ChangedMeanwhile (somebody else is doing the same).
    """
    if tables.extensions.read(extension).kind != "sip":
        raise NotSip(extension=extension)
    domain = _registrar()
    password = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    audit(f"extension#{extension}", who, "extension.sip_password_made")
    _keep(SipPassword(extension=extension, realm=domain, ha1=_ha1(extension, domain, password), made_at=now_ms()))
    return SipAccount(
        username=extension,
        password=password,
        domain=domain,
        address=f"sip:{extension}@{domain}",
        provisioning=f"sip:{extension}:{password}@{domain}",
    )


def take_away(extension: str, who: str) -> None:
    """Take an extension's password away; its telephone cannot register again. Errors: NotFound, ChangedMeanwhile."""
    audit(f"extension#{extension}", who, "extension.sip_password_removed")
    passwords.delete(extension)


def forget(extension: str) -> None:
    """Delete what an extension that is gone leaves behind."""
    if passwords.find(extension) is not None:
        passwords.delete(extension)


def digest(username: str, realm: str, carrier: Carrier) -> str | None:
    """Return HA1 for a carrier's registrar, None when there is no such user in its realm."""
    if not realm or realm != carrier.sip_domain:
        return None
    found = passwords.find(username) if username else None
    return found.ha1 if found and found.realm == realm else None


def _registrar() -> str:
    """Return the domain at which our telephones register. Errors: NoRegistrar."""
    domain = next((carrier.sip_domain for carrier in carriers() if carrier.sip_domain), "")
    if not domain:
        raise NoRegistrar
    return domain


def _keep(password: SipPassword) -> None:
    found = passwords.find(password.extension)
    if found is None:
        passwords.create(password)
    else:
        passwords.update(msgspec.structs.replace(password, version=found.version))


def _ha1(user: str, realm: str, password: str) -> str:
    # MD5 is what the digest authentication of telephones has; the password is random and 117 bits long.
    return hashlib.md5(f"{user}:{realm}:{password}".encode(), usedforsecurity=False).hexdigest()
