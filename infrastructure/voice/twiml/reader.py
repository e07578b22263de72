"""Reads a TwiML document: text in, verbs or a TwimlError out. Pure."""

import xml.etree.ElementTree as ET
from collections.abc import Callable

from infrastructure.voice.twiml.attributes import Attributes, TwimlError
from infrastructure.voice.twiml.dial import dial
from infrastructure.voice.twiml.verbs import (
    Enqueue,
    Gather,
    Hangup,
    Leave,
    Pause,
    Play,
    Record,
    Redirect,
    Reject,
    Say,
    Sound,
    StartRecording,
    StopRecording,
    Verb,
)

WAIT_VERBS = (Play, Say, Pause, Gather, Redirect, Leave, Hangup)
"""What a queue's wait document may hold."""
HOLD_VERBS = (Play, Say, Pause, Redirect)
"""What hold, announcement and conference wait documents may hold."""
MAX_BYTES = 64_000
"""Twilio's limit of a TwiML document."""


def parse(text: str) -> list[Verb]:
    """Return the document's verbs.

    Raises TwimlError 12100 for what is no TwiML document, 12200 for an element the contract does not know.
    """
    if len(text.encode()) > MAX_BYTES:
        raise TwimlError(12100, "document longer than 64 kB")
    if not text.strip():
        return []
    if "<!DOCTYPE" in text:
        raise TwimlError(12100, "document type declarations are not accepted")
    try:
        root = ET.fromstring(text.strip())
    except ET.ParseError as error:
        raise TwimlError(12100, f"not well-formed XML: {error}") from None
    if root.tag != "Response":
        raise TwimlError(12100, f"root element is {root.tag}, not Response")
    return [_verb(element) for element in root]


def _verb(element: ET.Element) -> Verb:
    reader = _READERS.get(element.tag)
    if reader is None:
        raise TwimlError(12200, f"unknown verb {element.tag}")
    return reader(element)


def _say(element: ET.Element) -> Say:
    a = Attributes(element)
    text = " ".join("".join(element.itertext()).split())
    return Say(text=text, language=a.text("language", ""), voice=a.text("voice", ""), loop=a.integer("loop", 1, low=0))


def _play(element: ET.Element) -> Play:
    a = Attributes(element)
    digits = a.text("digits", "")
    if set(digits) - set("0123456789*#wWABCD"):
        raise TwimlError(13325, f"invalid digits {digits!r}")
    url = (element.text or "").strip()
    if not url and not digits:
        raise TwimlError(13420, "Play without URL")
    return Play(url=url, digits=digits, loop=a.integer("loop", 1, low=0))


def _pause(element: ET.Element) -> Pause:
    return Pause(length_s=Attributes(element).seconds("length", 1))


def _gather(element: ET.Element) -> Gather:
    a = Attributes(element)
    if "dtmf" not in a.text("input", "dtmf").split():
        raise TwimlError(12200, "only input=dtmf is supported: there is no speech recognition here")
    num_digits = a.integer("numDigits", 0, low=1) if a.has("numDigits") else None
    return Gather(
        sounds=tuple(_sound(child) for child in element),
        num_digits=num_digits,
        timeout_s=5 if a.text("timeout", "5") == "auto" else a.seconds("timeout", 5),
        finish_on_key=a.text("finishOnKey", "#"),
        action=a.optional("action"),
        method=a.method("method"),
        action_on_empty=a.boolean("actionOnEmptyResult", False),
    )


def _sound(element: ET.Element) -> Sound:
    readers: dict[str, Callable[[ET.Element], Sound]] = {"Say": _say, "Play": _play, "Pause": _pause}
    if element.tag not in readers:
        raise TwimlError(12200, f"{element.tag} is not allowed in Gather")
    return readers[element.tag](element)


def _redirect(element: ET.Element) -> Redirect:
    return Redirect(url=(element.text or "").strip(), method=Attributes(element).method("method"))


def _enqueue(element: ET.Element) -> Enqueue:
    a = Attributes(element)
    name = (element.text or "").strip()
    if not name or len(name) > 64:
        raise TwimlError(13242, "queue name must have 1 to 64 characters")
    return Enqueue(
        queue=name,
        action=a.optional("action"),
        method=a.method("method"),
        wait_url=a.optional("waitUrl"),
        wait_method=a.method("waitUrlMethod"),
    )


def _reject(element: ET.Element) -> Reject:
    return Reject(reason=Attributes(element).choice("reason", "rejected", ("rejected", "busy")))


def _record(element: ET.Element) -> Record:
    a = Attributes(element)
    return Record(
        action=a.optional("action"),
        method=a.method("method"),
        max_length_s=a.seconds("maxLength", 3600),
        timeout_s=a.seconds("timeout", 5),
        finish_on_key=a.text("finishOnKey", "1234567890*#"),
        play_beep=a.boolean("playBeep", True),
        recording=a.recording(),
    )


def _start(element: ET.Element) -> StartRecording:
    child = _only_child(element)
    a = Attributes(child)
    return StartRecording(name=a.text("name", ""), recording=a.recording(dual=a.text("channels", "dual") == "dual"))


def _stop(element: ET.Element) -> StopRecording:
    return StopRecording(name=Attributes(_only_child(element)).text("name", ""))


def _only_child(element: ET.Element) -> ET.Element:
    if len(element) != 1 or element[0].tag != "Recording":
        raise TwimlError(12200, f"{element.tag} must hold one Recording")
    return element[0]


_READERS: dict[str, Callable[[ET.Element], Verb]] = {
    "Say": _say,
    "Play": _play,
    "Pause": _pause,
    "Gather": _gather,
    "Redirect": _redirect,
    "Enqueue": _enqueue,
    "Leave": lambda _: Leave(),
    "Hangup": lambda _: Hangup(),
    "Reject": _reject,
    "Dial": dial,
    "Record": _record,
    "Start": _start,
    "Stop": _stop,
}
