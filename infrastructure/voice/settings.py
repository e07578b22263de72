"""What one carrier is: its account, its numbers, where it listens."""

import msgspec

from infrastructure.voice.legs.scripts import Phone
from infrastructure.voice.sids import sid_of


class Number(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A trunk number and what to ask when it is called (IncomingPhoneNumber)."""

    phone_number: str
    friendly_name: str = ""
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"

    @property
    def sid(self) -> str:
        """Return its SID, always the same for a number."""
        return sid_of("PN", self.phone_number)


def is_own_phone(address: str) -> bool:
    """Tell whether an address is that of a phone of ours rather than of somebody outside."""
    return address.startswith(("client:", "sip:"))


class Settings(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """All settings; the names are those of the config file. grace_s: see browser_leg.py.

    phones_url: the voice URL of calls that our own phones make (a SIP domain's), none refuses them;
    phones_status_url, phones_fallback_url: its status call-back and fall-back document; realm: the domain.
    """

    account_sid: str = "AC" + "0" * 32
    auth_token: str = "zhiyin-local-token"
    api_key: str = "SK" + "0" * 32
    api_secret: str = "zhiyin-local-secret-of-32-bytes-or-more"
    host: str = "127.0.0.1"
    port: int = 8090
    state_dir: str = ""
    public_url: str = ""
    grace_s: float = 10
    phones_url: str = ""
    phones_status_url: str = ""
    phones_fallback_url: str = ""
    realm: str = "voice.local"
    numbers: list[Number] = []
    phones: list[Phone] = []
