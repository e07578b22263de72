"""The carrier's REST, one method per thing that we want of it; each returns an `Outcome`, never an exception.

Conferences, participants, calls and recordings are addressed by the carrier's SIDs. Every URL given is requested by
POST. Reference: https://www.twilio.com/docs/voice/api
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar

from chalicelib.kernel import log
from chalicelib.telephony.answers import (
    CarrierCall,
    CarrierConference,
    CarrierNumber,
    CarrierRecording,
    NumberUrls,
    call_of,
    conference_of,
    number_of,
    recording_of,
)
from chalicelib.telephony.model import Carrier
from chalicelib.telephony.outcome import Done, Outcome, Refused, Unknown

T = TypeVar("T")

TIMEOUT_S = 3.0
CALL_EVENTS = ["initiated", "ringing", "answered", "completed"]
LIST_LIMIT = 10_000
PAGE_SIZE = 1_000
CURRENT = "Twilio.CURRENT"
MEDIA_CHUNK = 256 * 1024
POST = "POST"


class CarrierClient:
    """REST of one carrier. timeout_s: for connecting and for each answer."""

    def __init__(self, carrier: Carrier, timeout_s: float = TIMEOUT_S) -> None:
        self.carrier = carrier
        self.timeout_s = timeout_s

    def close(self) -> None:
        """Close the kept connections."""
        if "_rest" in self.__dict__:
            self._rest.http_client.session.close()

    def create_call(
        self,
        to: str,
        from_: str,
        url: str,
        status_callback: str,
        timeout_s: int,
        machine_detection: bool = False,
        time_limit_s: int | None = None,
    ) -> Outcome[CarrierCall]:
        """Dial `to`; when it answers, the document at `url` runs.

        timeout_s: how long it may ring (the carrier may add 5). time_limit_s: how long it may last (none: the carrier's
        own limit, usually four hours).
        status_callback: told of initiated, ringing, answered, completed. On Unknown do not repeat: the `initiated`
        call-back tells whether there is a leg.
        """
        more: dict[str, Any] = {"machine_detection": "Enable"} if machine_detection else {}
        more |= {"time_limit": time_limit_s} if time_limit_s else {}
        return self._ask(
            lambda rest: call_of(
                rest.calls.create(
                    to,
                    from_,
                    url=url,
                    method=POST,
                    status_callback=status_callback,
                    status_callback_event=CALL_EVENTS,
                    status_callback_method=POST,
                    timeout=timeout_s,
                    **more,
                )
            )
        )

    def redirect_call(self, sid: str, url: str) -> Outcome[CarrierCall]:
        """Make a leg go on with the document at `url`. Refused 21220 when it is over."""
        return self._ask(lambda rest: call_of(rest.calls(sid).update(url=url, method=POST)))

    def end_call(self, sid: str) -> Outcome[CarrierCall]:
        """End a leg in any state (`completed`: `canceled` would miss one that has just answered)."""
        return self._ask(lambda rest: call_of(rest.calls(sid).update(status="completed")))

    def fetch_call(self, sid: str) -> Outcome[CarrierCall]:
        """Return what a leg does now."""
        return self._ask(lambda rest: call_of(rest.calls(sid).fetch()))

    def find_conference(self, friendly_name: str) -> Outcome[CarrierConference | None]:
        """Return the conference in progress with this name, or None."""

        def find(rest: Any) -> CarrierConference | None:
            found = rest.conferences.list(friendly_name=friendly_name, status="in-progress", limit=1)
            return conference_of(found[0]) if found else None

        return self._ask(find)

    def announce(self, conference: str, url: str) -> Outcome[CarrierConference]:
        """Play the document at `url` (Say, Play, Pause) to everybody in the conference."""
        return self._ask(
            lambda rest: conference_of(rest.conferences(conference).update(announce_url=url, announce_method=POST))
        )

    def end_conference(self, conference: str) -> Outcome[CarrierConference]:
        """End a conference; its participants go on at their Dial's action."""
        return self._ask(lambda rest: conference_of(rest.conferences(conference).update(status="completed")))

    def hold(self, conference: str, call_sid: str, on: bool, hold_url: str | None = None) -> Outcome[None]:
        """Put a participant on hold (he hears the document at hold_url) or let him back in."""
        music = {"hold_url": hold_url, "hold_method": POST} if on and hold_url else {}
        return self._participant(conference, call_sid, hold=on, **music)

    def mute(self, conference: str, call_sid: str, on: bool) -> Outcome[None]:
        """Mute a participant or let him speak."""
        return self._participant(conference, call_sid, muted=on)

    def set_end_on_exit(self, conference: str, call_sid: str, on: bool) -> Outcome[None]:
        """Set whether the conference ends when this participant leaves."""
        return self._participant(conference, call_sid, end_conference_on_exit=on)

    def coach(self, conference: str, call_sid: str, coached_sid: str | None) -> Outcome[None]:
        """Let only the leg `coached_sid` hear this participant; None ends the coaching."""
        if coached_sid is None:
            return self._participant(conference, call_sid, coaching=False)
        return self._participant(conference, call_sid, coaching=True, call_sid_to_coach=coached_sid)

    def supervise(self, conference: str, call_sid: str, *, muted: bool, coached_sid: str | None) -> Outcome[None]:
        """Say in one request who hears a supervisor: nobody (muted), the leg `coached_sid` alone, or everybody."""
        coaching: dict[str, Any] = {"coaching": coached_sid is not None}
        coaching |= {"call_sid_to_coach": coached_sid} if coached_sid else {}
        return self._participant(conference, call_sid, muted=muted, **coaching)

    def announce_to(self, conference: str, call_sid: str, url: str) -> Outcome[None]:
        """Play the document at `url` to one participant alone."""
        return self._participant(conference, call_sid, announce_url=url, announce_method=POST)

    def remove_participant(self, conference: str, call_sid: str) -> Outcome[None]:
        """Take a leg out of the conference; it goes on at its Dial's action, or hangs up without one."""
        return self._ask(lambda rest: _nothing(rest.conferences(conference).participants(call_sid).delete()))

    def pause_recording(self, call_sid: str, recording_sid: str = CURRENT) -> Outcome[CarrierRecording]:
        """Record silence instead (card data is read out); offsets into the recording stay true."""
        return self._ask(
            lambda rest: recording_of(
                rest.calls(call_sid).recordings(recording_sid).update(status="paused", pause_behavior="silence")
            )
        )

    def resume_recording(self, call_sid: str, recording_sid: str = CURRENT) -> Outcome[CarrierRecording]:
        """Record again."""
        return self._ask(
            lambda rest: recording_of(rest.calls(call_sid).recordings(recording_sid).update(status="in-progress"))
        )

    def stop_recording(self, call_sid: str, recording_sid: str = CURRENT) -> Outcome[CarrierRecording]:
        """End a recording of a leg that goes on."""
        return self._ask(
            lambda rest: recording_of(rest.calls(call_sid).recordings(recording_sid).update(status="stopped"))
        )

    def start_recording(self, call_sid: str, callback: str) -> Outcome[CarrierRecording]:
        """Record a leg that is in progress from now on, in two channels. callback: told what became of it."""
        return self._ask(
            lambda rest: recording_of(
                rest.calls(call_sid).recordings.create(
                    recording_channels="dual",
                    trim="do-not-trim",
                    recording_status_callback=callback,
                    recording_status_callback_event=["in-progress", "completed", "absent"],
                    recording_status_callback_method=POST,
                )
            )
        )

    def recordings_of(self, call_sid: str) -> Outcome[list[CarrierRecording]]:
        """Return the recordings of one leg, those that run among them."""
        return self._ask(lambda rest: [recording_of(one) for one in rest.calls(call_sid).recordings.list(limit=100)])

    def list_recordings(self, since: int) -> Outcome[list[CarrierRecording]]:
        """Return the recordings made since an instant (ms since the epoch), at most 10,000."""
        after = datetime.fromtimestamp(since / 1000, UTC)
        return self._ask(
            lambda rest: [
                recording_of(found)
                for found in rest.recordings.list(date_created_after=after, limit=LIST_LIMIT, page_size=PAGE_SIZE)
            ]
        )

    def fetch_recording(self, sid: str) -> Outcome[CarrierRecording]:
        """Return one recording's state."""
        return self._ask(lambda rest: recording_of(rest.recordings(sid).fetch()))

    def recording_media(self, sid: str, channels: int = 2) -> Outcome[Iterator[bytes]]:
        """Return the recording's WAV as chunks. channels: those it has; a message has 1, and refuses two.

        Only the start is an Outcome: a connection that breaks later raises OSError while the chunks are read.
        """
        path = f"/2010-04-01/Accounts/{self.carrier.account_sid}/Recordings/{sid}.wav"

        def start(rest: Any) -> Iterator[bytes]:
            answer = rest.http_client.session.get(
                self.carrier.base_url.rstrip("/") + path,
                params={"RequestedChannels": str(channels)},
                auth=rest.auth,
                stream=True,
                timeout=self.timeout_s,
            )
            if answer.status_code != 200:
                from twilio.base.exceptions import TwilioRestException

                raise TwilioRestException(answer.status_code, path, code=answer.status_code)
            return answer.iter_content(MEDIA_CHUNK)

        return self._ask(start)

    def delete_recording(self, sid: str) -> Outcome[None]:
        """Delete a recording at the carrier (only after our copy's hash was checked)."""
        return self._ask(lambda rest: _nothing(rest.recordings(sid).delete()))

    def send_message(self, to: str, from_: str, text: str) -> Outcome[str]:
        """Send a short message; return the carrier's id of it. On Unknown do not repeat: it may be on its way."""
        return self._ask(lambda rest: str(rest.messages.create(to=to, from_=from_, body=text).sid))

    def list_numbers(self) -> Outcome[list[CarrierNumber]]:
        """Return the numbers that the account owns."""
        return self._ask(
            lambda rest: [
                number_of(found) for found in rest.incoming_phone_numbers.list(limit=LIST_LIMIT, page_size=PAGE_SIZE)
            ]
        )

    def configure_number(self, sid: str, urls: NumberUrls) -> Outcome[CarrierNumber]:
        """Make a number send its calls to us."""
        return self._ask(
            lambda rest: number_of(
                rest.incoming_phone_numbers(sid).update(
                    voice_url=urls.voice_url,
                    voice_method=POST,
                    voice_fallback_url=urls.fallback_url,
                    # The fall-back is a static file, which answers nothing but GET.
                    voice_fallback_method="GET",
                    status_callback=urls.status_callback,
                    status_callback_method=POST,
                )
            )
        )

    def _participant(self, conference: str, call_sid: str, **changes: Any) -> Outcome[None]:
        return self._ask(lambda rest: _nothing(rest.conferences(conference).participants(call_sid).update(**changes)))

    @cached_property
    def _rest(self) -> Any:
        from chalicelib.telephony.transport import rest_client

        return rest_client(self.carrier, self.timeout_s)

    def _ask(self, request: Callable[[Any], T]) -> Outcome[T]:
        from requests import RequestException
        from twilio.base.exceptions import TwilioException

        try:
            return Done(request(self._rest))
        except RequestException as error:
            return Unknown(type(error).__name__)
        except TwilioException as error:
            return _failed(error)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            # An answer that is not what the contract says: it may have happened all the same.
            log.logger().exception("carrier's answer not understood", extra={"carrier": self.carrier.name})
            return Unknown(f"unreadable answer: {type(error).__name__}")


def _failed(error: Any) -> Refused | Unknown:
    status = int(getattr(error, "status", 0) or 0)
    if 400 <= status < 500 and status != 408:
        return Refused(code=int(getattr(error, "code", 0) or status), status=status)
    return Unknown(f"HTTP {status}" if status else type(error).__name__)


def _nothing(_answer: object) -> None:
    return None
