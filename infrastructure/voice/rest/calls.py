"""Calls: create, fetch, list, update; and their recordings."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from aiohttp import web

from infrastructure.voice.engine import outgoing
from infrastructure.voice.engine.call import Call
from infrastructure.voice.engine.exchange import Exchange
from infrastructure.voice.engine.outgoing import MachineDetection, Wishes
from infrastructure.voice.engine.recording import Recording
from infrastructure.voice.engine.source import Source
from infrastructure.voice.engine.subscription import FINAL
from infrastructure.voice.engine.terms import Terms
from infrastructure.voice.rest import shapes
from infrastructure.voice.rest.errors import RestError, not_found
from infrastructure.voice.rest.form import Form
from infrastructure.voice.rest.paging import dated, page

_ADDRESS = re.compile(r"\+[1-9]\d{4,14}|client:[^\s]{1,256}|sips?:[^\s]{1,256}")


@dataclass(frozen=True)
class Calls:
    """The routes under /Calls."""

    exchange: Exchange

    def find(self, request: web.Request) -> Call:
        """Return the call of the path."""
        call = self.exchange.calls.get(request.match_info["call"])
        if call is None:
            raise not_found(request.path)
        return call

    async def create(self, request: web.Request) -> web.Response:
        """Make an outgoing call."""
        form = await Form.of(request)
        source = _source(form)
        if source is None:
            raise RestError(400, 21205, "Url parameter is required")
        call = dial(self.exchange, form, source)
        return web.json_response(shapes.call(call), status=201)

    async def list(self, request: web.Request) -> web.Response:
        """List calls, newest first, by To, From, Status, ParentCallSid, StartTime, EndTime."""
        wanted = request.query
        found = [
            call
            for call in reversed(self.exchange.calls.values())
            if wanted.get("To", call.terms.to) == call.terms.to
            and wanted.get("From", call.terms.from_) == call.terms.from_
            and wanted.get("Status", call.status) == call.status
            and wanted.get("ParentCallSid", call.terms.parent_sid) == call.terms.parent_sid
            and dated(request, "StartTime", call.answered_at)
            and dated(request, "EndTime", call.ended_at)
        ]
        return page(request, "calls", found, shapes.call)

    async def fetch(self, request: web.Request) -> web.Response:
        """Return one call."""
        return web.json_response(shapes.call(self.find(request)))

    async def update(self, request: web.Request) -> web.Response:
        """Redirect a call (Url or Twiml), end it (Status=completed), or end it unless answered (Status=canceled)."""
        call, form = self.find(request), await Form.of(request)
        status, source = form.text("Status"), _source(form)
        if status:
            _end(call, status)
        elif source is not None:
            if not call.in_progress:
                raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
            call.redirect(source)
        subscription = form.subscription()
        if subscription is not None:
            call.terms.subscription = subscription
            self.exchange.call_changed(call)
        return web.json_response(shapes.call(call))

    async def delete(self, request: web.Request) -> web.Response:
        """Forget an ended call."""
        call = self.find(request)
        if call.status not in FINAL:
            raise RestError(400, 20009, "Cannot delete this resource while the call is in progress")
        del self.exchange.calls[call.sid]
        return web.Response(status=204)

    async def create_recording(self, request: web.Request) -> web.Response:
        """Begin to record a call that is in progress."""
        call, form = self.find(request), await Form.of(request)
        if not call.in_progress:
            raise RestError(400, 21220, "Requested resource is not eligible for recording")
        recording = self.exchange.record(call, "StartCallRecordingAPI", form.recording())
        return web.json_response(shapes.recording(recording), status=201)

    async def list_recordings(self, request: web.Request) -> web.Response:
        """List a call's recordings."""
        return page(request, "recordings", list(reversed(self.find(request).recordings)), shapes.recording)

    async def update_recording(self, request: web.Request) -> web.Response:
        """Pause, resume or stop a recording; Twilio.CURRENT is the one that runs."""
        call, form = self.find(request), await Form.of(request)
        recording = _recording(call, request.match_info["recording"])
        if recording is None:
            raise not_found(request.path)
        status = form.text("Status")
        if not recording.running:
            raise RestError(400, 21220, "Recording is not in progress")
        if status == "paused":
            recording.pause(skip=form.text("PauseBehavior", "silence") == "skip")
        elif status == "in-progress":
            recording.go_on()
        elif status == "stopped":
            recording.stop()
        else:
            raise RestError(400, 20001, "Status must be paused, in-progress or stopped")
        return web.json_response(shapes.recording(recording))

    async def fetch_recording(self, request: web.Request) -> web.Response:
        """Return one of a call's recordings."""
        recording = _recording(self.find(request), request.match_info["recording"])
        if recording is None:
            raise not_found(request.path)
        return web.json_response(shapes.recording(recording))


def dial(exchange: Exchange, form: Form, source: Source) -> Call:
    """Make an outgoing call from REST parameters and let it ring."""
    to, from_ = form.text("To"), form.text("From")
    _check_addresses(exchange, to, from_)
    address, _, query = to.partition("?") if to.startswith("client:") else (to, "", "")
    terms = Terms(
        direction="outbound-api",
        from_=from_,
        to=address,
        fallback_url=form.text("FallbackUrl") or None,
        fallback_method=form.method("FallbackMethod"),
        subscription=form.subscription(),
        timeout_s=form.number("Timeout", 60, 1, 600),
        parameters=dict(parse_qsl(query, keep_blank_values=True)),
        caller_name=form.text("CallerDisplayName"),
    )
    wishes = Wishes(
        source=source,
        machine_detection=_machine_detection(form),
        recording=form.recording() if form.flag("Record") else None,
        time_limit_s=form.number("TimeLimit", 14_400, 1, 86_400),
        send_digits=form.text("SendDigits"),
    )
    call = exchange.add_outgoing(terms)
    call.start(outgoing.live(call, wishes))
    return call


def _check_addresses(exchange: Exchange, to: str, from_: str) -> None:
    if not to:
        raise RestError(400, 21201, "No 'To' number is specified")
    if not from_:
        raise RestError(400, 21213, "Caller phone number is required")
    if _ADDRESS.fullmatch(to) is None:
        raise RestError(400, 21211, f"Invalid 'To' Phone Number: {to}")
    if to.startswith("+") and from_ not in exchange.numbers and not exchange.any_caller_id:
        message = f"The source phone number provided, {from_}, is not yet verified for your account."
        raise RestError(400, 21210, message)


def _machine_detection(form: Form) -> MachineDetection | None:
    kind = form.text("MachineDetection")
    if kind not in ("Enable", "DetectMessageEnd"):
        return None
    asynchronous = form.flag("AsyncAmd")
    return MachineDetection(
        wait_for_end=kind == "DetectMessageEnd",
        callback=form.text("AsyncAmdStatusCallback") or None if asynchronous else None,
        method=form.method("AsyncAmdStatusCallbackMethod"),
    )


def _source(form: Form) -> Source | None:
    if form.has("Twiml"):
        return Source(twiml=form.text("Twiml"))
    return Source(form.text("Url"), form.method("Method")) if form.text("Url") else None


def _end(call: Call, status: str) -> None:
    if status not in ("completed", "canceled"):
        raise RestError(400, 21218, "Invalid 'Status'")
    if call.status in FINAL:
        raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
    if status == "completed" or call.answered_at is None:
        call.end("api")


def _recording(call: Call, sid: str) -> Recording | None:
    if sid == "Twilio.CURRENT":
        return next((r for r in reversed(call.recordings) if r.running), None)
    return next((r for r in call.recordings if r.facts.sid == sid), None)
