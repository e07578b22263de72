"""The documents (TwiML) that we answer to webhooks: pure builders that return XML text.

Every URL in a document is requested by POST. Words come as prompts, each in the voice of its language. Reference:
https://www.twilio.com/docs/voice/twiml
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

from twilio.twiml.voice_response import Dial, Recording, Start, Stop, VoiceResponse

from chalicelib.telephony.model import Pause, Play, Prompt, RecordingRequest, address_kind
from chalicelib.telephony.speech import say

Document: TypeAlias = str

CONFERENCE_EVENTS = "start join"
"""What the product acts on. How a conference ends is told by the legs: a call-back more would cost a request each."""
POST = "POST"


def empty() -> Document:
    """Return the document that changes nothing (an Enqueue action after our own redirect, a stored answer)."""
    return str(VoiceResponse())


def hang_up(prompts: Sequence[Prompt] = ()) -> Document:
    """Return: say the prompts, then hang up."""
    response = _spoken(prompts)
    response.hangup()
    return str(response)


def reject(*, busy: bool = False) -> Document:
    """Return: refuse the call unanswered, as busy or as not in service. Nobody is charged for it."""
    response = VoiceResponse()
    response.reject(reason="busy" if busy else "rejected")
    return str(response)


def redirect(url: str) -> Document:
    """Return: go on with the document at `url`."""
    response = VoiceResponse()
    response.redirect(url, method=POST)
    return str(response)


def speak(prompts: Sequence[Prompt], next_url: str) -> Document:
    """Return: say the prompts, then go on with the document at `next_url`."""
    response = _spoken(prompts)
    response.redirect(next_url, method=POST)
    return str(response)


def announce(prompts: Sequence[Prompt]) -> Document:
    """Return the prompts alone: for announcements into a conference or to one of its participants."""
    return str(_spoken(prompts))


def keys(digits: str) -> Document:
    """Return the tones of `digits` (0-9 * # and w for half a second), for a party that talks to a machine."""
    response = VoiceResponse()
    response.play(digits=digits)
    return str(response)


def idle(seconds: int, next_url: str, prompts: Sequence[Prompt] = ()) -> Document:
    """Return: say the prompts, then silence, then go on with the document at `next_url`."""
    return speak((*prompts, Pause(seconds)), next_url)


def hold_music(music_url: str) -> Document:
    """Return endless music for a party on hold."""
    return announce([Play(music_url, times=0)])


def gather(
    prompts: Sequence[Prompt],
    action: str,
    *,
    num_digits: int | None = None,
    timeout_s: int = 5,
    finish_on_key: str = "#",
    before: Sequence[Prompt] = (),
    stop_recordings: Sequence[str] = (),
) -> Document:
    """Return: say `before` whole, then the prompts while listening to keys, and send the keys to `action` as Digits.

    Without keys `action` is requested too, without Digits: a time-out is an answer. finish_on_key: "" for none, so
    that # and * count as keys themselves. stop_recordings: names of those that end before all that.
    """
    response = VoiceResponse()
    for name in stop_recordings:
        response.append(_stop(name))
    say(response, before)
    listen = response.gather(
        input="dtmf",
        action=action,
        method=POST,
        num_digits=num_digits,
        timeout=timeout_s,
        finish_on_key=finish_on_key,
    )
    say(listen, prompts)
    response.redirect(action, method=POST)
    return str(response)


def enqueue(queue_name: str, wait_url: str, action: str, *, prompts: Sequence[Prompt] = ()) -> Document:
    """Return: say the prompts, then park the call in the carrier's queue.

    wait_url: asked for what the caller hears, again whenever that ends. action: told when the caller leaves.
    """
    response = _spoken(prompts)
    response.enqueue(queue_name, wait_url=wait_url, wait_url_method=POST, action=action, method=POST)
    return str(response)


def wait(
    prompts: Sequence[Prompt],
    music: Play | None,
    *,
    action: str | None = None,
    next_url: str | None = None,
) -> Document:
    """Return what a parked caller hears next: the prompts, then music.

    With an action, keys pressed meanwhile go there. next_url: what he hears afterwards, instead of the Enqueue's
    waitUrl again.
    """
    response = VoiceResponse()
    sounds: list[Prompt] = [*prompts, music] if music else [*prompts]
    if action:
        listen = response.gather(input="dtmf", action=action, method=POST, num_digits=1, timeout=1, finish_on_key="")
        say(listen, sounds)
    else:
        say(response, sounds)
    if next_url:
        response.redirect(next_url, method=POST)
    return str(response)


def leave() -> Document:
    """Return: leave the carrier's queue; the call goes on at the Enqueue's action."""
    response = VoiceResponse()
    response.leave()
    return str(response)


def join_conference(
    name: str,
    *,
    end_on_exit: bool,
    status_callback: str,
    start_on_enter: bool = True,
    muted: bool = False,
    coach_sid: str | None = None,
    action: str | None = None,
    wait_url: str | None = None,
    announce: Sequence[Prompt] = (),
    record: RecordingRequest | None = None,
    label: str | None = None,
) -> Document:
    """Return: start recording, say the announcement, join the conference `name`.

    action: where this leg goes on when it leaves; without one it hangs up. wait_url: what is heard alone ("" is
    silence, None the carrier's music). coach_sid: the leg that alone hears this one. label: addresses the participant.
    """
    response = VoiceResponse()
    if record:
        response.append(_recording(record))
    say(response, announce)
    dial = Dial(action=action, method=POST if action else None)
    dial.conference(
        name,
        beep="false",
        muted=muted,
        start_conference_on_enter=start_on_enter,
        end_conference_on_exit=end_on_exit,
        status_callback=status_callback,
        status_callback_event=CONFERENCE_EVENTS,
        status_callback_method=POST,
        coach=coach_sid,
        wait_url=wait_url,
        wait_method=POST if wait_url else None,
        participant_label=label,
    )
    response.append(dial)
    return str(response)


def dial_number(
    address: str,
    *,
    action: str,
    caller_id: str | None = None,
    timeout_s: int = 30,
    status_callback: str | None = None,
    accept_url: str | None = None,
    announce: Sequence[Prompt] = (),
    record: RecordingRequest | None = None,
) -> Document:
    """Return: connect this leg with an outside number (or `client:`, `sip:` address) without a conference.

    accept_url: a document that the answering side hears first (press a key to accept). action: told how it ended.
    """
    response = VoiceResponse()
    if record:
        response.append(_recording(record))
    say(response, announce)
    dial = Dial(action=action, method=POST, timeout=timeout_s, caller_id=caller_id)
    nouns = {"client": dial.client, "sip": dial.sip}
    nouns.get(address_kind(address) or "", dial.number)(
        address.removeprefix("client:"),
        url=accept_url,
        method=POST if accept_url else None,
        status_callback=status_callback,
        status_callback_event="initiated ringing answered completed" if status_callback else None,
        status_callback_method=POST if status_callback else None,
    )
    response.append(dial)
    return str(response)


def voicemail(greeting: Sequence[Prompt], action: str, recording_callback: str, max_length: int = 180) -> Document:
    """Return: greeting, tone, a message of at most `max_length` seconds (# ends it), then `action`."""
    response = _spoken(greeting)
    response.record(
        action=action,
        method=POST,
        max_length=max_length,
        timeout=10,
        finish_on_key="#",
        play_beep=True,
        trim="do-not-trim",
        recording_status_callback=recording_callback,
        recording_status_callback_event="completed absent",
        recording_status_callback_method=POST,
    )
    # An entirely silent message does not reach the action.
    response.redirect(action, method=POST)
    return str(response)


def accept_key(prompts: Sequence[Prompt], action: str, *, timeout_s: int = 10) -> Document:
    """Return: ask the answering person for a key, so that a mailbox never "answers"; no key hangs up."""
    response = VoiceResponse()
    listen = response.gather(
        input="dtmf", action=action, method=POST, num_digits=1, timeout=timeout_s, finish_on_key=""
    )
    say(listen, prompts)
    response.hangup()
    return str(response)


def _spoken(prompts: Sequence[Prompt]) -> Any:
    response = VoiceResponse()
    say(response, prompts)
    return response


def _recording(request: RecordingRequest) -> Start:
    start = Start()
    start.recording(
        name=request.name,
        channels="dual",
        trim="do-not-trim",
        recording_status_callback=request.callback,
        recording_status_callback_event="in-progress completed absent",
        recording_status_callback_method=POST,
    )
    return start


def _stop(recording: str) -> Stop:
    stop = Stop()
    stop.append(Recording(name=recording))
    return stop
