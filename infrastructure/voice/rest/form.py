"""Typed reading of REST parameters."""

from typing import cast

from aiohttp import web
from multidict import MultiDict

from infrastructure.voice.engine.subscription import Subscription
from infrastructure.voice.rest.errors import RestError
from infrastructure.voice.twiml.verbs import RecordingOptions


class Form:
    """The fields of one request; repeated fields are lists."""

    def __init__(self, fields: "MultiDict[str]") -> None:
        self._fields = fields

    @classmethod
    async def of(cls, request: web.Request) -> "Form":
        """Read the posted form."""
        return cls(cast("MultiDict[str]", MultiDict(await request.post())))

    def has(self, name: str) -> bool:
        """Tell whether the field was sent."""
        return name in self._fields

    def text(self, name: str, default: str = "") -> str:
        """Return the text."""
        return self._fields.get(name, default).strip()

    def flag(self, name: str, default: bool = False) -> bool:
        """Return true or false; anything but "true" is false."""
        return self.text(name, "true" if default else "false").lower() == "true"

    def number(self, name: str, default: float, low: float, high: float) -> float:
        """Return a number within bounds."""
        try:
            value = float(self.text(name) or default)
        except ValueError:
            raise RestError(400, 20001, f"{name} is not a number") from None
        if not low <= value <= high:
            raise RestError(400, 20001, f"{name} must be between {low:g} and {high:g}")
        return value

    def words(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return a list: the field repeated, or words separated by spaces."""
        found = [word for value in self._fields.getall(name, []) for word in value.split()]
        return tuple(found) or default

    def method(self, name: str, default: str = "POST") -> str:
        """Return GET or POST."""
        value = self.text(name, default).upper() or default
        if value not in ("GET", "POST"):
            raise RestError(400, 21206 if name == "Method" else 20001, f"{name} must be GET or POST")
        return value

    def subscription(self, prefix: str = "") -> Subscription | None:
        """Return the status call-back that was asked for."""
        url = self.text(f"{prefix}StatusCallback")
        if not url:
            return None
        events = self.words(f"{prefix}StatusCallbackEvent", ("completed",))
        return Subscription(url, self.method(f"{prefix}StatusCallbackMethod"), events)

    def recording(self) -> RecordingOptions:
        """Return the RecordingStatusCallback parameters."""
        return RecordingOptions(
            callback=self.text("RecordingStatusCallback") or None,
            method=self.method("RecordingStatusCallbackMethod"),
            events=self.words("RecordingStatusCallbackEvent", ("completed",)),
            dual=self.text("RecordingChannels", "mono") == "dual",
        )
