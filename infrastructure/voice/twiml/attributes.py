"""Typed reading of TwiML attributes."""

import xml.etree.ElementTree as ET

from infrastructure.voice.twiml.verbs import RecordingOptions


class TwimlError(Exception):
    """A document that cannot be executed. code: Twilio's error code (https://www.twilio.com/docs/api/errors)."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Attributes:
    """One element's attributes; a value of the wrong type is a TwimlError 12200."""

    def __init__(self, element: ET.Element) -> None:
        self._tag = element.tag
        self._values = element.attrib

    def has(self, name: str) -> bool:
        """Tell whether the attribute is there and not empty."""
        return bool(self._values.get(name, "").strip())

    def optional(self, name: str) -> str | None:
        """Return the text, None when absent; an empty one counts (it means "this very URL" or "nothing")."""
        value = self._values.get(name)
        return None if value is None else value.strip()

    def text(self, name: str, default: str) -> str:
        """Return the text."""
        return self._values.get(name, default)

    def integer(self, name: str, default: int, *, low: int) -> int:
        """Return a whole number, at least `low`."""
        return int(self._number(name, default, low, int))

    def seconds(self, name: str, default: float) -> float:
        """Return a duration in seconds, not negative."""
        return self._number(name, default, 0, float)

    def _number(self, name: str, default: float, low: float, kind: type[int] | type[float]) -> float:
        if not self.has(name):
            return default
        try:
            value = kind(self._values[name].strip())
        except ValueError:
            raise self._wrong(name) from None
        if not low <= value <= 1_000_000:
            raise self._wrong(name)
        return value

    def boolean(self, name: str, default: bool) -> bool:
        """Return true or false."""
        return self.choice(name, "true" if default else "false", ("true", "false")) == "true"

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        """Return one of the given words."""
        value = self._values.get(name, default).strip().lower() or default
        if value not in choices:
            raise self._wrong(name)
        return value

    def method(self, name: str) -> str:
        """Return GET or POST (the default)."""
        value = self._values.get(name, "POST").strip().upper()
        if value not in ("GET", "POST"):
            raise self._wrong(name)
        return value

    def words(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return a list separated by spaces."""
        return tuple(self._values[name].split()) if self.has(name) else default

    def recording(self, *, dual: bool = False) -> RecordingOptions:
        """Return the recordingStatusCallback attributes."""
        return RecordingOptions(
            callback=self.optional("recordingStatusCallback") or None,
            method=self.method("recordingStatusCallbackMethod"),
            events=self.words("recordingStatusCallbackEvent", ("completed",)),
            dual=dual,
        )

    def _wrong(self, name: str) -> TwimlError:
        return TwimlError(12200, f"{self._tag}: {name}={self._values.get(name)!r} is not allowed")
