"""Reads Dial and its nouns."""

import xml.etree.ElementTree as ET

from infrastructure.voice.twiml.attributes import Attributes, TwimlError
from infrastructure.voice.twiml.verbs import ConferenceRoom, Dial, DialQueue, Target

MAX_TARGETS = 10
_RECORD = (
    "do-not-record",
    "record-from-answer",
    "record-from-ringing",
    "record-from-answer-dual",
    "record-from-ringing-dual",
    "true",
    "false",
)


def dial(element: ET.Element) -> Dial:
    """Return a Dial; its nouns are up to ten targets, or one conference, or one queue."""
    a = Attributes(element)
    record = a.choice("record", "do-not-record", _RECORD)
    targets = _targets(element)
    conference = next((_conference(child) for child in element if child.tag == "Conference"), None)
    queue = next((_queue(child) for child in element if child.tag == "Queue"), None)
    if sum((bool(targets), conference is not None, queue is not None)) != 1:
        raise TwimlError(13200, "Dial needs targets, or one Conference, or one Queue")
    return Dial(
        targets=targets,
        conference=conference,
        queue=queue,
        action=a.optional("action"),
        method=a.method("method"),
        timeout_s=a.seconds("timeout", 30),
        time_limit_s=a.seconds("timeLimit", 14_400),
        caller_id=a.optional("callerId") or None,
        hangup_on_star=a.boolean("hangupOnStar", False),
        record=record,
        recording=a.recording(dual=record.endswith("-dual")),
    )


def _targets(element: ET.Element) -> tuple[Target, ...]:
    text = (element.text or "").strip()
    found = [_target(child) for child in element if child.tag in ("Number", "Client", "Sip")]
    unknown = {child.tag for child in element} - {"Number", "Client", "Sip", "Conference", "Queue"}
    if unknown:
        raise TwimlError(12200, f"unknown noun {sorted(unknown)[0]} in Dial")
    if text:
        number = ET.Element("Number")
        number.text = text
        found.insert(0, _target(number))
    if len(found) > MAX_TARGETS:
        raise TwimlError(13200, "at most ten targets in one Dial")
    return tuple(found)


def _target(element: ET.Element) -> Target:
    a = Attributes(element)
    identity = next((child.text or "" for child in element if child.tag == "Identity"), element.text or "").strip()
    if not identity:
        raise TwimlError(13223, f"{element.tag} without address")
    prefix = {"Number": "", "Client": "client:", "Sip": ""}[element.tag]
    return Target(
        address=identity if identity.startswith(prefix) else prefix + identity,
        parameters=tuple((p.get("name", ""), p.get("value", "")) for p in element if p.tag == "Parameter"),
        url=a.optional("url") or None,
        method=a.method("method"),
        send_digits=a.text("sendDigits", ""),
        status_callback=a.optional("statusCallback") or None,
        status_method=a.method("statusCallbackMethod"),
        status_events=a.words("statusCallbackEvent", ("completed",)),
    )


def _conference(element: ET.Element) -> ConferenceRoom:
    a = Attributes(element)
    name = (element.text or "").strip()
    if not name or len(name) > 128:
        raise TwimlError(13223, "conference name must have 1 to 128 characters")
    return ConferenceRoom(
        name=name,
        muted=a.boolean("muted", False),
        start_on_enter=a.boolean("startConferenceOnEnter", True),
        end_on_exit=a.boolean("endConferenceOnExit", False),
        wait_url=a.optional("waitUrl"),
        wait_method=a.method("waitMethod"),
        beep=a.choice("beep", "true", ("true", "false", "onenter", "onexit")),
        coach=a.optional("coach") or None,
        label=a.optional("participantLabel") or None,
        max_participants=a.integer("maxParticipants", 250, low=2),
        status_callback=a.optional("statusCallback") or None,
        status_method=a.method("statusCallbackMethod"),
        status_events=a.words("statusCallbackEvent"),
    )


def _queue(element: ET.Element) -> DialQueue:
    a = Attributes(element)
    return DialQueue(name=(element.text or "").strip(), url=a.optional("url") or None, method=a.method("method"))
