"""Webhooks are hostile until proven: verification first, then a typed request, then one handler.

    voice = VoiceRouter("calls")

    @voice.document("/inbound")
    def inbound(request: VoiceRequest) -> Document | None: ...

*Document* webhooks are answered with TwiML, *status* call-backs with 204, *text* questions with plain text or 404.
Paths are constant; what varies (call, offer, step) travels in the query, where `signature.voice_url` puts it.
"""

from collections.abc import Callable
from typing import Any, Literal
from urllib.parse import parse_qs

import msgspec
from chalice.app import Response

from chalicelib.kernel import log
from chalicelib.telephony.carriers import carrier_of_account
from chalicelib.telephony.documents import Document, empty, hang_up
from chalicelib.telephony.model import Carrier, Prompt, Say
from chalicelib.telephony.signature import VOICE, canonical_url, verify

FORM = "application/x-www-form-urlencoded"
BODY_LIMIT = 64_000
FIELD_LIMIT = 200

APOLOGY = {
    "zh-CN": "非常抱歉,系统出现故障,请稍后再拨。",
    "en": "We are sorry, something went wrong. Please call again later.",
}
# Without a call's language the caller hears both.
APOLOGIES: list[Prompt] = [Say(APOLOGY["zh-CN"], "zh-CN"), Say(APOLOGY["en"], "en")]


class VoiceRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A verified webhook. query: what our URL carries; form: the provider's parameters (last value of each)."""

    path: str
    carrier: Carrier
    query: dict[str, str] = {}
    form: dict[str, str] = {}

    @property
    def call_id(self) -> str:
        """Return our call's id from the URL, "" before there is one. It is the correlation id."""
        return self.query.get("call_id", "")

    @property
    def account_sid(self) -> str:
        """Return the carrier's account."""
        return self.form.get("AccountSid", "")

    @property
    def call_sid(self) -> str:
        """Return the carrier's id of the leg."""
        return self.form.get("CallSid", "")

    @property
    def from_(self) -> str:
        """Return the calling address: E.164, client:, sip:, or the carrier's word for a withheld number."""
        return self.form.get("From", "")

    @property
    def to(self) -> str:
        """Return the called address."""
        return self.form.get("To", "")

    @property
    def status(self) -> str:
        """Return the leg's state: queued, initiated, ringing, in-progress, completed, busy, no-answer, …"""
        return self.form.get("CallStatus", "")

    @property
    def digits(self) -> str | None:
        """Return the keys that were pressed, None when none were (a time-out)."""
        return self.form.get("Digits") or None

    @property
    def sequence(self) -> int | None:
        """Return the number of this call-back among those of its leg or conference, if the carrier counts."""
        number = self.form.get("SequenceNumber", "")
        return int(number) if number.isdecimal() else None

    @property
    def event(self) -> str:
        """Return a conference call-back's event: conference-start, participant-join, …"""
        return self.form.get("StatusCallbackEvent", "")

    @property
    def conference_sid(self) -> str:
        """Return the conference's id, "" outside one."""
        return self.form.get("ConferenceSid", "")

    @property
    def recording_sid(self) -> str:
        """Return the recording's id in recording call-backs."""
        return self.form.get("RecordingSid", "")


Handler = Callable[[VoiceRequest], Document | None]
Kind = Literal["document", "status", "text"]


class VoiceRouter:
    """The webhooks of one capability; paths are given below /voice.

    fallback: what a caller hears when a handler failed (an apology in his language, then his group's fallback).
    """

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.routes: list[tuple[Kind, str, Handler]] = []
        self.fallback: Handler | None = None

    def document(self, path: str) -> Callable[[Handler], Handler]:
        """Register a handler that answers with a document (None: the empty one)."""
        return self._register("document", path)

    def status(self, path: str) -> Callable[[Handler], Handler]:
        """Register a handler of a status call-back (None: 204)."""
        return self._register("status", path)

    def text(self, path: str) -> Callable[[Handler], Handler]:
        """Register a handler that answers a question with plain text (None: 404)."""
        return self._register("text", path)

    def mount(self, app: Any) -> None:
        """Register the webhooks with the Chalice app."""
        for kind, path, handler in self.routes:
            name = f"voice_{path.strip('/').replace('/', '_').replace('-', '_')}"
            app.route(VOICE + path, methods=["POST"], content_types=[FORM], name=name)(self._view(app, kind, handler))

    def _register(self, kind: Kind, path: str) -> Callable[[Handler], Handler]:
        if "{" in path:
            raise ValueError(f"{path}: a webhook's path is constant, what varies travels in the query")

        def register(handler: Handler) -> Handler:
            self.routes.append((kind, path, handler))
            return handler

        return register

    def _view(self, app: Any, kind: Kind, handler: Handler) -> Callable[[], Response]:
        def view() -> Response:
            request = verified(app.current_request)
            if request is None:
                return _plain(403)
            if kind == "status":
                return _status_answer(request, handler)
            if kind == "text":
                return _text_answer(request, handler)
            return _xml(self._document(request, handler))

        return view

    def _document(self, request: VoiceRequest, handler: Handler) -> Document:
        try:
            return handler(request) or empty()
        except Exception:
            _log_failure(request)
        try:
            return (self.fallback(request) if self.fallback else None) or hang_up(APOLOGIES)
        except Exception:
            _log_failure(request)
            return hang_up(APOLOGIES)


def verified(request: Any) -> VoiceRequest | None:
    """Return a Chalice request as a webhook of one of our carriers, or None when its signature is not theirs.

    Until then only the account is taken from the form, to know whose key to use.
    """
    try:
        form = _form(request.raw_body)
        carrier = carrier_of_account(form.get("AccountSid", [""])[-1])
    except ValueError:
        return _refused("unreadable")
    if carrier is None:
        return _refused("unknown_account")
    query = [(name, value) for name in request.query_params or () for value in request.query_params.getlist(name)]
    if not verify(carrier, canonical_url(request.path, query), form, request.headers.get("x-twilio-signature", "")):
        return _refused("signature")
    last = {name: values[-1] for name, values in form.items()}
    return VoiceRequest(path=request.path.removeprefix(VOICE), carrier=carrier, query=dict(query), form=last)


def _form(raw: bytes) -> dict[str, list[str]]:
    if len(raw) > BODY_LIMIT:
        raise ValueError("the form is too long")
    return parse_qs(raw.decode(), keep_blank_values=True, max_num_fields=FIELD_LIMIT)


def _refused(reason: str) -> None:
    # Imported here: on the way of a lawful webhook the metrics library costs start-up time for nothing.
    from aws_lambda_powertools.metrics import MetricUnit, single_metric

    with single_metric(name="webhooks_refused", unit=MetricUnit.Count, value=1, namespace="zhiyin") as metric:
        metric.add_dimension(name="reason", value=reason)


def _status_answer(request: VoiceRequest, handler: Handler) -> Response:
    try:
        answer = handler(request)
    except Exception:
        # An error lets a carrier that repeats call-backs repeat this one; the call itself does not hear it.
        _log_failure(request)
        return _plain(500)
    return _xml(answer) if answer else _plain(204)


def _text_answer(request: VoiceRequest, handler: Handler) -> Response:
    try:
        found = handler(request)
    except Exception:
        # Not 404: who asks keeps what it knew while we cannot say.
        _log_failure(request)
        return _plain(500)
    return _plain(200, found) if found else _plain(404)


def _plain(status: int, body: str = "") -> Response:
    return Response(body, headers={"Content-Type": "text/plain"}, status_code=status)


def _xml(document: Document) -> Response:
    return Response(document, headers={"Content-Type": "text/xml; charset=utf-8"}, status_code=200)


def _log_failure(request: VoiceRequest) -> None:
    fields = {"correlation_id": request.call_id or request.call_sid, "route": request.path, "sid": request.call_sid}
    log.logger().exception("webhook failed", extra=fields)
