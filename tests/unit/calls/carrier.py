"""A carrier for property tests: legs, conferences and queues without media; what it tells us waits to be delivered.

It fetches documents from the product's own webhook handlers. Status call-backs pile up in `post` and are delivered by
the test in any order, as often as it likes.
"""

import itertools
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from chalicelib.calls.webhooks import voice
from chalicelib.telephony.answers import CarrierCall, CarrierConference, CarrierRecording
from chalicelib.telephony.model import Carrier
from chalicelib.telephony.outcome import Done, Outcome, Refused, Unknown
from chalicelib.telephony.webhooks import VoiceRequest

ACCOUNT = Carrier(name="fake", account_sid="AC1", auth_token="t")
HANDLERS = {path: handler for _, path, handler in voice.routes}
LONG_S = 60
USUAL_LIMIT_S = 4 * 3600
OVER = ("completed", "busy", "no-answer", "failed", "canceled")


@dataclass
class FakeLeg:
    """One leg at the carrier."""

    sid: str
    to: str
    url: str
    callback: str
    status: str = "queued"
    gather: str = ""
    enqueue_action: str = ""
    conference: str = ""
    ends_conference: bool = False
    held: bool = False
    muted: bool = False
    coaches: str | None = None
    dial_action: str = ""
    recording: bool = False
    recordings: list[str] = field(default_factory=list[str])
    """The state of each recording of this leg, in the order in which they began."""
    from_: str = "+8613800138000"
    said: str = ""
    resting: str = ""
    time_limit_s: int = USUAL_LIMIT_S

    @property
    def of_customer(self) -> bool:
        """Return whether this is a customer's leg, inbound or dialled."""
        return self.url == "/inbound" or "/customer-status" in self.callback


@dataclass
class FakeCarrier:
    """Implements what CarrierClient offers."""

    legs: dict[str, FakeLeg] = field(default_factory=dict[str, FakeLeg])
    post: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])
    recorded: set[str] = field(default_factory=set[str])
    rest_fault: str = ""
    counter: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    # --- what happens at the phones

    def call_in(self, caller: str) -> str:
        """A caller dials; returns the leg's sid."""
        leg = FakeLeg(sid=f"CA{next(self.counter):04d}", to="+861055550100", url="/inbound", callback="/status")
        leg.status = "in-progress"
        self.legs[leg.sid] = leg
        self._fetch(leg, "https://zhiyin.example/voice/inbound", From=caller)
        return leg.sid

    def phone_dials(self, phone: str, number: str, **form: str) -> str:
        """A telephone of ours dials by itself; returns its leg's sid."""
        leg = FakeLeg(
            sid=f"CA{next(self.counter):04d}", to=f"sip:{number}@voice.local", url="/phones", callback="/status"
        )
        leg.status, leg.from_ = "in-progress", phone
        self.legs[leg.sid] = leg
        self._fetch(leg, "https://zhiyin.example/voice/phones", **form)
        return leg.sid

    def asks_again(self, sid: str) -> str:
        """The carrier repeats the request for the first document of a phone that dials; returns what it is told."""
        return HANDLERS["/phones"](self._request(self.legs[sid], "https://zhiyin.example/voice/phones", {})) or ""

    def rings(self, sid: str) -> None:
        """The phone of a leg that we created rings."""
        leg = self.legs[sid]
        if leg.status == "queued":
            leg.status = "ringing"
            self._tell(leg)

    def answers(self, sid: str, **form: str) -> None:
        """The phone is picked up."""
        leg = self.legs[sid]
        if leg.status in ("queued", "ringing"):
            leg.status = "in-progress"
            self._tell(leg)
            self._fetch(leg, leg.url, **form)

    def refuses(self, sid: str, status: str) -> None:
        """The phone is not answered: busy, no-answer, failed."""
        leg = self.legs[sid]
        if leg.status in ("queued", "ringing"):
            leg.status = status
            self._tell(leg)

    def presses(self, sid: str, digits: str) -> None:
        """The caller presses keys while a document listens."""
        leg = self.legs[sid]
        if leg.gather and leg.status == "in-progress":
            url, leg.gather = leg.gather, ""
            self._fetch(leg, url, Digits=digits)

    def ends(self, sid: str) -> None:
        """The leg ends: somebody hung up, or a browser died."""
        leg = self.legs[sid]
        if leg.status in OVER:
            return
        leg.status = "completed" if leg.status == "in-progress" else "no-answer"
        self._tell(leg)
        self._leave_conference(leg)

    # --- REST, as CarrierClient has it

    def create_call(
        self, to: str, from_: str, url: str, status_callback: str, timeout_s: int, time_limit_s: int | None = None
    ) -> Outcome[CarrierCall]:
        del from_, timeout_s
        fault = self._fault()
        if fault == "refused":
            return Refused(code=21201, status=400)
        if fault == "lost":
            return Unknown("ReadTimeout")
        sid = f"CA{next(self.counter):04d}"
        leg = FakeLeg(sid=sid, to=to, url=url, callback=status_callback, time_limit_s=time_limit_s or USUAL_LIMIT_S)
        self.legs[leg.sid] = leg
        return Unknown("ReadTimeout") if fault == "late" else Done(self._answer(leg))

    def redirect_call(self, sid: str, url: str) -> Outcome[CarrierCall]:
        leg = self.legs[sid]
        if leg.status != "in-progress":
            return Refused(code=21220, status=400)
        fault = self._fault()
        if fault in ("lost", "refused"):
            return Unknown("ReadTimeout")
        if leg.enqueue_action:
            self.post.append(self._asking(leg, leg.enqueue_action, QueueResult="redirected"))
        if leg.conference and leg.dial_action:
            # As measured at a real carrier: the interrupted verb's action is asked too, its answer is ignored.
            form = {"CallStatus": "in-progress", "DialCallStatus": "answered"}
            self.post.append(self._asking(leg, leg.dial_action, **form))
        leg.gather = leg.enqueue_action = leg.resting = ""
        self._leave_conference(leg, quietly=True)
        self.post.append(lambda: self._fetch(leg, url))
        return Done(self._answer(leg))

    def end_call(self, sid: str) -> Outcome[CarrierCall]:
        leg = self.legs[sid]
        if leg.status in OVER:
            return Refused(code=21220, status=400)
        if self._fault() in ("lost", "refused"):
            return Unknown("ReadTimeout")
        self.ends(sid)
        return Done(self._answer(leg))

    def fetch_call(self, sid: str) -> Outcome[CarrierCall]:
        return Done(self._answer(self.legs[sid]))

    def find_conference(self, friendly_name: str) -> Outcome[CarrierConference | None]:
        found = any(leg.conference == friendly_name for leg in self.legs.values())
        return Done(CarrierConference(sid=friendly_name, name=friendly_name, status="in-progress") if found else None)

    def hold(self, conference: str, call_sid: str, on: bool, hold_url: str | None = None) -> Outcome[None]:
        del hold_url
        leg = self.legs[call_sid]
        if leg.conference != conference:
            return Refused(code=20404, status=404)
        if self._fault():
            return Unknown("ReadTimeout")
        leg.held = on
        return Done(None)

    def set_end_on_exit(self, conference: str, call_sid: str, on: bool) -> Outcome[None]:
        leg = self.legs[call_sid]
        if leg.conference != conference:
            return Refused(code=20404, status=404)
        leg.ends_conference = on
        return Done(None)

    def recordings_of(self, call_sid: str) -> Outcome[list[CarrierRecording]]:
        if self._fault() == "lost":
            return Unknown("ReadTimeout")
        found = self.legs[call_sid].recordings
        return Done([self._recording(call_sid, place, status) for place, status in enumerate(found)])

    def start_recording(self, call_sid: str, callback: str) -> Outcome[CarrierRecording]:
        del callback
        self.legs[call_sid].recordings.append("in-progress")
        return Done(self._recording(call_sid, len(self.legs[call_sid].recordings) - 1, "in-progress"))

    def pause_recording(self, call_sid: str, recording_sid: str) -> Outcome[CarrierRecording]:
        return self._change(call_sid, recording_sid, "paused")

    def resume_recording(self, call_sid: str, recording_sid: str) -> Outcome[CarrierRecording]:
        return self._change(call_sid, recording_sid, "in-progress")

    def stop_recording(self, call_sid: str, recording_sid: str) -> Outcome[CarrierRecording]:
        return self._change(call_sid, recording_sid, "stopped")

    def _change(self, call_sid: str, recording_sid: str, status: str) -> Outcome[CarrierRecording]:
        fault = self._fault()
        if fault in ("lost", "refused"):
            return Unknown("ReadTimeout")
        self.legs[call_sid].recordings[int(recording_sid)] = status
        return (
            Unknown("ReadTimeout") if fault == "late" else Done(self._recording(call_sid, int(recording_sid), status))
        )

    @staticmethod
    def _recording(call_sid: str, place: int, status: str) -> CarrierRecording:
        return CarrierRecording(
            sid=str(place), call_sid=call_sid, conference_sid="", status=status, channels=2, duration_s=None,
            created_at=None,
        )  # fmt: skip

    def supervise(self, conference: str, call_sid: str, *, muted: bool, coached_sid: str | None) -> Outcome[None]:
        leg = self.legs[call_sid]
        if leg.conference != conference:
            return Refused(code=20404, status=404)
        if coached_sid and self.legs[coached_sid].conference != conference:
            return Refused(code=21220, status=400)
        if self._fault():
            return Unknown("ReadTimeout")
        leg.muted, leg.coaches = muted, coached_sid
        return Done(None)

    # --- inside

    def _fault(self) -> str:
        fault, self.rest_fault = self.rest_fault, ""
        return fault

    def _answer(self, leg: FakeLeg) -> CarrierCall:
        return CarrierCall(sid=leg.sid, status=leg.status, from_="", to=leg.to)

    def _tell(self, leg: FakeLeg) -> None:
        if leg.callback:
            url = leg.callback if leg.callback.startswith("http") else f"https://zhiyin.example/voice{leg.callback}"
            status = leg.status
            self.post.append(lambda: self._webhook(leg, url, CallStatus=status))

    def _asking(self, leg: FakeLeg, url: str, **form: str) -> Callable[[], None]:
        return lambda: self._webhook(leg, url, **form)

    def _webhook(self, leg: FakeLeg, url: str, **form: str) -> None:
        HANDLERS[urlsplit(url).path.removeprefix("/voice")](self._request(leg, url, form))

    def _request(self, leg: FakeLeg, url: str, form: dict[str, str]) -> VoiceRequest:
        parts = urlsplit(url)
        full = {"CallSid": leg.sid, "To": leg.to, "CallStatus": leg.status, "From": leg.from_, **form}
        return VoiceRequest(
            path=parts.path.removeprefix("/voice"), carrier=ACCOUNT, query=dict(parse_qsl(parts.query)), form=full
        )

    def _fetch(self, leg: FakeLeg, url: str, **form: str) -> None:
        """Fetch a document and run it to the first verb that waits."""
        if leg.status != "in-progress":
            return
        handler = HANDLERS[urlsplit(url).path.removeprefix("/voice")]
        document = handler(self._request(leg, url, form))
        self._run(leg, document or "<Response/>")

    def _run(self, leg: FakeLeg, document: str) -> None:
        for verb in ET.fromstring(document):
            if self._stays(leg, verb, document):
                return
            if verb.tag == "Start":
                leg.recording = True
                leg.recordings.append("in-progress")
                self.recorded.add(leg.sid)
            if verb.tag == "Stop":
                leg.recording = False
            if verb.tag == "Say":
                leg.said = verb.text or ""
            if verb.tag in ("Hangup", "Record", "Reject"):
                break
        self.ends(leg.sid)

    def _stays(self, leg: FakeLeg, verb: ET.Element, document: str) -> bool:
        """Do a verb after which the rest of the document is not reached; False for any other."""
        match verb.tag:
            case "Gather":
                leg.gather = verb.get("action", "")
            case "Enqueue":
                leg.enqueue_action = verb.get("action", "")
            case "Dial":
                self._join(leg, verb)
            case "Redirect":
                self._fetch(leg, verb.text or "")
            case "Pause":
                self._rest(leg, int(verb.get("length", "1")), document)
            case _:
                return False
        return True

    def _rest(self, leg: FakeLeg, seconds: int, document: str) -> None:
        """Be silent; what follows a short silence waits to be delivered."""
        leg.conference, leg.resting = "", document
        onward = ET.fromstring(document).find("Redirect")
        assert onward is not None
        next_url = onward.text or ""

        def go_on() -> None:
            if leg.resting is document:
                self._fetch(leg, next_url)

        if seconds < LONG_S:
            self.post.append(go_on)

    def _join(self, leg: FakeLeg, dial: ET.Element) -> None:
        conference = dial.find("Conference")
        assert conference is not None
        leg.conference = conference.text or ""
        leg.ends_conference = conference.get("endConferenceOnExit") == "true"
        leg.dial_action = dial.get("action", "")
        leg.resting = ""
        leg.muted, leg.coaches = conference.get("muted") == "true", None
        form = {"StatusCallbackEvent": "participant-join", "ConferenceSid": leg.conference}
        self.post.append(self._asking(leg, conference.get("statusCallback", ""), **form))

    def _leave_conference(self, leg: FakeLeg, *, quietly: bool = False) -> None:
        name, leg.conference, leg.held = leg.conference, "", False
        if name and leg.ends_conference:
            for other in [one for one in self.legs.values() if one.conference == name]:
                other.conference = ""
                self._after_dial(other)
        if name and not quietly and leg.dial_action and leg.status == "completed":
            self.post.append(self._asking(leg, leg.dial_action, DialCallStatus="answered"))

    def _after_dial(self, leg: FakeLeg) -> None:
        if leg.dial_action:
            self.post.append(lambda: self._fetch(leg, leg.dial_action, DialCallStatus="answered"))
        else:
            self.ends(leg.sid)
