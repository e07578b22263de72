"""Words of the voice contract: carriers, addresses of phones, prompts. No I/O."""

import re
from typing import Literal
from urllib.parse import unquote

import msgspec

TWILIO_API = "https://api.twilio.com"

AddressKind = Literal["client", "sip", "number"]

_E164 = re.compile(r"\+[1-9]\d{4,14}")
_SIP_USER = re.compile(r"sips?:([^@;?<>]+)(?:;[^@]*)?@", re.IGNORECASE)
_PLAIN = re.compile(r"[A-Za-z0-9]")


class BrowserPhone(msgspec.Struct, frozen=True, kw_only=True):
    """How the page's phone reaches this carrier.

    url: the simulator's socket, or that of a SIP edge (wss://…). edge: Twilio's edge location.
    """

    kind: Literal["simulator", "twilio", "sip"] = "twilio"
    url: str | None = None
    edge: str | None = None


class Carrier(msgspec.Struct, frozen=True, kw_only=True):
    """One carrier of voice, as the secure parameter lists it: Twilio, a compatible provider, gateway or simulator.

    api_key/api_secret sign in the REST client and sign browser tokens; auth_token signs webhooks. base_url takes the
    place of https://api.twilio.com. calls_per_second: how many calls it lets us create. sip_domain: the
    realm at which our telephones register there; none for a carrier without a registrar.
    """

    name: str
    account_sid: str
    auth_token: str
    api_key: str = ""
    api_secret: str = ""
    twiml_app_sid: str = ""
    base_url: str = TWILIO_API
    calls_per_second: float = 1
    sip_domain: str = ""
    browser_phone: BrowserPhone = BrowserPhone()

    @property
    def has_browser_phone(self) -> bool:
        """Return whether pages can register here: a token can be signed, and an edge has an address and a realm."""
        if self.browser_phone.kind == "sip":
            return bool(self.api_secret and self.sip_domain and self.browser_phone.url)
        return bool(self.api_key and self.api_secret)

    def __repr__(self) -> str:
        # The generated text would carry the secrets into logs and tracebacks.
        return f"Carrier({self.name!r})"


class Say(msgspec.Struct, frozen=True, tag="say", tag_field="kind"):
    """Spoken words. text: one text, or a text per locale, of which `language` (zh-CN or en) is spoken."""

    text: str | dict[str, str]
    language: str = "zh-CN"

    def spoken(self) -> tuple[str, str]:
        """Return (text, locale) that is spoken: another locale's text, in its own voice, beats silence."""
        if isinstance(self.text, str):
            return self.text, self.language
        if self.text.get(self.language):
            return self.text[self.language], self.language
        return next(((text, locale) for locale, text in self.text.items() if text), ("", self.language))


class Play(msgspec.Struct, frozen=True, tag="play", tag_field="kind"):
    """An audio file (absolute URL), played so many times (0: without end)."""

    url: str
    times: int = 1


class Pause(msgspec.Struct, frozen=True, tag="pause", tag_field="kind"):
    """Silence of whole seconds."""

    seconds: int = 1


Prompt = Say | Play | Pause


class RecordingRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Ask for a dual-channel recording from here on. name: by which a later document stops it. callback: told of
    in-progress, completed and absent."""

    name: str
    callback: str


def address_kind(address: str) -> AddressKind | None:
    """Return what an address is, or None for anything that cannot be dialled (anonymous, empty, malformed)."""
    if address.startswith("client:") and len(address) > len("client:"):
        return "client"
    if address.startswith(("sip:", "sips:")) and "@" in address:
        return "sip"
    return "number" if is_e164(address) else None


def is_e164(text: str) -> bool:
    """Return whether `text` is a phone number in E.164: a plus sign and 5 to 15 digits (+86110 is a short number)."""
    return _E164.fullmatch(text) is not None


def sip_user(address: str) -> str:
    """Return the user of a SIP URI without its parameters, "" for other addresses: sip:1001@… → 1001."""
    found = _SIP_USER.match(address)
    return unquote(found.group(1)) if found else ""


def client_identity(username: str) -> str:
    """Return a user's browser-phone identity.

    Twilio takes only letters, digits and underscores: every other byte of the name becomes `_` and two hex digits. So
    does the first digit of a name of digits alone: at a SIP edge such a name is an extension's telephone.
    """
    first = _coded(ord(username[0])) if username.isascii() and username.isdecimal() else ""
    rest = username[1:] if first else username
    return first + "".join(chr(byte) if _PLAIN.fullmatch(chr(byte)) else _coded(byte) for byte in rest.encode("utf-8"))


def client_address(username: str) -> str:
    """Return the address of a user's browser phone: `client:<identity>`."""
    return f"client:{client_identity(username)}"


def username_of(address: str) -> str | None:
    """Return the user whose browser phone `address` is, or None for other addresses."""
    if not address.startswith("client:"):
        return None
    return unquote(address.removeprefix("client:").replace("%", "%25").replace("_", "%")) or None


def _coded(byte: int) -> str:
    return f"_{byte:02x}"
