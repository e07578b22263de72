"""The REST client: the provider's real library against a small HTTP server of ours."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from telephony_kit import SIMULATOR

from chalicelib.telephony.answers import NumberUrls
from chalicelib.telephony.client import CarrierClient
from chalicelib.telephony.outcome import Done, Refused, Unknown

CALL = {"sid": "CA1", "status": "queued", "to": "client:agent1", "from": "+861055550100", "direction": "outbound-api"}
RECORDING = {
    "sid": "RE1",
    "call_sid": "CA1",
    "status": "completed",
    "channels": 2,
    "duration": "61",
    "date_created": "Sun, 22 Nov 2026 08:00:00 +0000",
}
CONFERENCE = {"sid": "CF1", "friendly_name": "call-1", "status": "in-progress"}
NUMBER = {"sid": "PN1", "phone_number": "+861055550100", "friendly_name": "Demo", "voice_url": "https://x/voice"}
BASE = f"/2010-04-01/Accounts/{SIMULATOR.account_sid}"


@dataclass
class Server:
    """What the carrier answers next (status, body) and what it was asked. hang: never answer."""

    url: str = ""
    status: int = 200
    body: Any = None
    hang: bool = False
    release: threading.Event = field(default_factory=threading.Event)
    asked: list[tuple[str, str, dict[str, list[str]], str]] = field(default_factory=list[Any])

    def answer(self, body: Any, status: int = 200) -> None:
        self.body, self.status = body, status


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            split = urlsplit(self.path)
            given = parse_qs(split.query or self.rfile.read(length).decode(), keep_blank_values=True)
            state.asked.append((self.command, split.path, given, self.headers.get("Authorization", "")))
            if state.hang:
                state.release.wait(10)
                return
            raw = state.body if isinstance(state.body, bytes) else json.dumps(state.body).encode()
            self.send_response(state.status)
            self.send_header("Content-Length", str(0 if state.status == 204 else len(raw)))
            self.end_headers()
            if state.status != 204:
                self.wfile.write(raw)

        do_GET = do_POST = do_DELETE = handle_any

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield state
    state.release.set()
    http.shutdown()
    thread.join()
    http.server_close()


@pytest.fixture
def client(server: Server) -> Iterator[CarrierClient]:
    client = CarrierClient(msgspec.structs.replace(SIMULATOR, base_url=server.url))
    yield client
    client.close()


def test_create_call(server: Server, client: CarrierClient) -> None:
    server.answer(CALL, 201)
    outcome = client.create_call("client:agent1", "+861055550100", "https://x/offer?a=1", "https://x/leg", 20)
    assert isinstance(outcome, Done)
    assert (outcome.value.sid, outcome.value.status, outcome.value.from_) == ("CA1", "queued", "+861055550100")
    ((method, path, given, authorization),) = server.asked
    assert (method, path) == ("POST", f"{BASE}/Calls.json")
    assert given == {
        "To": ["client:agent1"],
        "From": ["+861055550100"],
        "Url": ["https://x/offer?a=1"],
        "Method": ["POST"],
        "StatusCallback": ["https://x/leg"],
        "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
        "StatusCallbackMethod": ["POST"],
        "Timeout": ["20"],
    }
    assert authorization.startswith("Basic ")


def test_machine_detection_is_asked_for(server: Server, client: CarrierClient) -> None:
    server.answer(CALL, 201)
    client.create_call("+8613800138000", "+861055550100", "https://x/", "https://x/s", 20, machine_detection=True)
    assert server.asked[0][2]["MachineDetection"] == ["Enable"]


def test_a_create_that_times_out_is_unknown_and_not_repeated(server: Server) -> None:
    server.hang = True
    client = CarrierClient(msgspec.structs.replace(SIMULATOR, base_url=server.url), timeout_s=0.2)
    outcome = client.create_call("client:agent1", "+861055550100", "https://x/", "https://x/s", 20)
    client.close()
    assert outcome == Unknown("ReadTimeout")
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 408])
def test_a_failing_carrier_is_unknown_and_not_asked_again(server: Server, client: CarrierClient, status: int) -> None:
    server.answer({"message": "down"}, status)
    assert client.fetch_call("CA1") == Unknown(f"HTTP {status}")
    assert len(server.asked) == 1


def test_nobody_listening_is_unknown() -> None:
    client = CarrierClient(msgspec.structs.replace(SIMULATOR, base_url="http://127.0.0.1:9"))
    assert isinstance(client.end_call("CA1"), Unknown)
    client.close()


@pytest.mark.parametrize("body", [b"<html>", b"", [], {"sid": "CA1", "duration": "soon"}])
def test_an_answer_outside_the_contract_is_unknown(server: Server, client: CarrierClient, body: Any) -> None:
    server.answer(body)
    assert isinstance(client.fetch_call("CA1"), Unknown)


@pytest.mark.parametrize(
    ("status", "body", "refused", "gone"),
    [
        (404, {"code": 20404, "message": "no", "status": 404}, Refused(20404, 404), True),
        (400, {"code": 21220, "message": "not in progress", "status": 400}, Refused(21220, 400), True),
        (429, {"code": 20429, "message": "too many", "status": 429}, Refused(20429, 429), False),
        (401, b"", Refused(401, 401), False),
        (400, {"type": "t", "title": "x", "status": 400, "code": 21220}, Refused(21220, 400), True),
    ],
)
def test_a_refusal_carries_the_code(
    server: Server, client: CarrierClient, status: int, body: Any, refused: Refused, gone: bool
) -> None:
    server.answer(body, status)
    outcome = client.redirect_call("CA1", "https://x/next")
    assert outcome == refused
    assert refused.gone is gone


def test_calls_are_redirected_ended_and_fetched(server: Server, client: CarrierClient) -> None:
    server.answer({**CALL, "status": "completed", "duration": "12", "answered_by": "human"})
    client.redirect_call("CA1", "https://x/next")
    client.end_call("CA1")
    outcome = client.fetch_call("CA1")
    assert [(method, path, given) for method, path, given, _ in server.asked] == [
        ("POST", f"{BASE}/Calls/CA1.json", {"Url": ["https://x/next"], "Method": ["POST"]}),
        ("POST", f"{BASE}/Calls/CA1.json", {"Status": ["completed"]}),
        ("GET", f"{BASE}/Calls/CA1.json", {}),
    ]
    assert isinstance(outcome, Done)
    assert outcome.value.over
    assert (outcome.value.duration_s, outcome.value.answered_by) == (12, "human")


def test_participants(server: Server, client: CarrierClient) -> None:
    server.answer({"call_sid": "CA1", "conference_sid": "CF1"})
    outcomes = [
        client.hold("CF1", "CA1", True, "https://x/music"),
        client.hold("CF1", "CA1", False, "https://x/music"),
        client.mute("CF1", "CA1", True),
        client.set_end_on_exit("CF1", "CA1", False),
        client.coach("CF1", "CA1", "CA2"),
        client.coach("CF1", "CA1", None),
        client.announce_to("CF1", "CA1", "https://x/words"),
    ]
    assert outcomes == [Done(None)] * 7
    assert {path for _, path, _, _ in server.asked} == {f"{BASE}/Conferences/CF1/Participants/CA1.json"}
    assert [given for _, _, given, _ in server.asked] == [
        {"Hold": ["true"], "HoldUrl": ["https://x/music"], "HoldMethod": ["POST"]},
        {"Hold": ["false"]},
        {"Muted": ["true"]},
        {"EndConferenceOnExit": ["false"]},
        {"Coaching": ["true"], "CallSidToCoach": ["CA2"]},
        {"Coaching": ["false"]},
        {"AnnounceUrl": ["https://x/words"], "AnnounceMethod": ["POST"]},
    ]


def test_a_participant_is_removed(server: Server, client: CarrierClient) -> None:
    server.answer(b"", 204)
    assert client.remove_participant("CF1", "CA1") == Done(None)
    assert server.asked[0][:2] == ("DELETE", f"{BASE}/Conferences/CF1/Participants/CA1.json")


def test_conferences(server: Server, client: CarrierClient) -> None:
    server.answer({"conferences": [CONFERENCE], "page": 0, "page_size": 1, "next_page_uri": None})
    found = client.find_conference("call-1")
    assert isinstance(found, Done)
    assert found.value is not None
    assert found.value.sid == "CF1"
    assert server.asked[0][2] == {"FriendlyName": ["call-1"], "Status": ["in-progress"], "PageSize": ["1"]}
    server.answer({"conferences": [], "page": 0, "page_size": 1, "next_page_uri": None})
    assert client.find_conference("call-2") == Done(None)
    server.answer(CONFERENCE)
    assert isinstance(client.announce("CF1", "https://x/words"), Done)
    assert isinstance(client.end_conference("CF1"), Done)
    assert [given for _, _, given, _ in server.asked[2:]] == [
        {"AnnounceUrl": ["https://x/words"], "AnnounceMethod": ["POST"]},
        {"Status": ["completed"]},
    ]


def test_recordings_are_listed_over_pages(server: Server, client: CarrierClient) -> None:
    server.answer({"recordings": [RECORDING], "page": 0, "page_size": 1000, "next_page_uri": None})
    outcome = client.list_recordings(since=1_795_334_400_000)
    assert isinstance(outcome, Done)
    (found,) = outcome.value
    assert (found.sid, found.call_sid, found.duration_s, found.channels) == ("RE1", "CA1", 61, 2)
    assert found.created_at == 1_795_334_400_000
    assert server.asked[0][2]["DateCreated>"] == ["2026-11-22T08:00:00Z"]


def test_a_recording_is_paused_resumed_fetched_and_deleted(server: Server, client: CarrierClient) -> None:
    server.answer(RECORDING)
    client.pause_recording("CA1")
    client.resume_recording("CA1", "RE1")
    assert isinstance(client.fetch_recording("RE1"), Done)
    server.answer(b"", 204)
    assert client.delete_recording("RE1") == Done(None)
    assert [(method, path, given) for method, path, given, _ in server.asked] == [
        ("POST", f"{BASE}/Calls/CA1/Recordings/Twilio.CURRENT.json",
         {"Status": ["paused"], "PauseBehavior": ["silence"]}),
        ("POST", f"{BASE}/Calls/CA1/Recordings/RE1.json", {"Status": ["in-progress"]}),
        ("GET", f"{BASE}/Recordings/RE1.json", {}),
        ("DELETE", f"{BASE}/Recordings/RE1.json", {}),
    ]  # fmt: skip


def test_media_comes_in_chunks_with_both_channels(server: Server, client: CarrierClient) -> None:
    server.answer(b"RIFF" + bytes(600_000))
    outcome = client.recording_media("RE1")
    assert isinstance(outcome, Done)
    chunks = list(outcome.value)
    assert sum(map(len, chunks)) == 600_004
    assert len(chunks) > 1
    method, path, given, authorization = server.asked[0]
    assert (method, path, given) == ("GET", f"{BASE}/Recordings/RE1.wav", {"RequestedChannels": ["2"]})
    assert authorization.startswith("Basic ")


def test_media_that_is_not_there_is_refused(server: Server, client: CarrierClient) -> None:
    server.answer(b"", 404)
    assert client.recording_media("RE1") == Refused(404, 404)


def test_numbers(server: Server, client: CarrierClient) -> None:
    server.answer({"incoming_phone_numbers": [NUMBER], "page": 0, "page_size": 1000, "next_page_uri": None})
    outcome = client.list_numbers()
    assert isinstance(outcome, Done)
    assert [(one.sid, one.number, one.voice_url) for one in outcome.value] == [
        ("PN1", "+861055550100", "https://x/voice")
    ]
    server.answer(NUMBER)
    urls = NumberUrls(voice_url="https://x/in", fallback_url="https://static/f.xml", status_callback="https://x/s")
    assert isinstance(client.configure_number("PN1", urls), Done)
    assert server.asked[1][2] == {
        "VoiceUrl": ["https://x/in"],
        "VoiceMethod": ["POST"],
        "VoiceFallbackUrl": ["https://static/f.xml"],
        "VoiceFallbackMethod": ["GET"],
        "StatusCallback": ["https://x/s"],
        "StatusCallbackMethod": ["POST"],
    }


def test_the_carriers_base_takes_the_place_of_twilios(server: Server) -> None:
    server.answer(CALL)
    client = CarrierClient(msgspec.structs.replace(SIMULATOR, base_url=f"{server.url}/api/laml/", api_key=""))
    client.fetch_call("CA1")
    client.close()
    assert server.asked[0][1] == f"/api/laml{BASE}/Calls/CA1.json"
