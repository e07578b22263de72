"""What was agreed when a call was made."""

from dataclasses import dataclass, field

from infrastructure.voice.engine.subscription import Subscription


@dataclass(kw_only=True)
class Terms:
    """Parties, fallback, call-backs and patience of one call."""

    direction: str
    from_: str
    to: str
    parent_sid: str | None = None
    forwarded_from: str = ""
    caller_name: str = ""
    number_sid: str | None = None
    fallback_url: str | None = None
    fallback_method: str = "POST"
    subscription: Subscription | None = None
    timeout_s: float = 60
    parameters: dict[str, str] = field(default_factory=dict[str, str])
