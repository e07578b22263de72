"""The one origin: who answers at which path, and what the platform's own refusals look like."""

import json
from collections.abc import Callable
from typing import Any

import httpx
from websockets.sync.client import connect

from infrastructure.local.settings import Settings
from infrastructure.supervision import PROJECT


def test_health_is_answered_through_the_proxy(http: httpx.Client) -> None:
    answer = http.get("/api/health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"


def test_unknown_path_is_a_problem_with_a_correlation_id(http: httpx.Client) -> None:
    answer = http.get("/api/there-is-no-such-thing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"
    assert answer.json()["correlation_id"]


def test_protected_path_without_a_token_is_refused(http: httpx.Client) -> None:
    answer = http.get("/api/me")
    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"


def test_every_demo_account_is_known_to_the_api(http: httpx.Client, tokens: dict[str, str]) -> None:
    for username, token in tokens.items():
        answer = http.get("/api/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200, (username, answer.text)
        assert answer.json()["username"] == username


def test_unsigned_voice_webhook_is_refused(http: httpx.Client) -> None:
    answer = http.post("/voice/inbound", data={"CallSid": "CA" + "0" * 32})
    assert answer.status_code == 403


def test_too_large_request_is_a_problem(http: httpx.Client) -> None:
    answer = http.post("/api/session", content=b"x" * 11_000_000, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


def test_pages_and_assets_carry_their_headers(http: httpx.Client) -> None:
    for path in ("/", "/desk", "/groups/8001"):
        page = http.get(path)
        assert page.status_code == 200
        assert page.headers["content-type"] == "text/html"
        assert page.headers["cache-control"] == "no-cache"
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert page.headers["x-content-type-options"] == "nosniff"
    asset = next((PROJECT / "frontend" / "dist" / "assets").glob("*.js"))
    assert "immutable" in http.get(f"/assets/{asset.name}").headers["cache-control"]


def test_fallback_document_needs_no_function(http: httpx.Client) -> None:
    answer = http.get("/fallback/voice.xml")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    assert "<Hangup/>" in answer.text


def test_websocket_opens_with_a_ticket_and_answers(http: httpx.Client, stack: Settings, tokens: dict[str, str]) -> None:
    asked = http.post("/api/realtime/ticket", headers={"Authorization": f"Bearer {tokens['agent1']}"})
    ticket = asked.json()["ticket"]
    with connect(f"ws://127.0.0.1:{stack.port}/ws?ticket={ticket}") as socket:
        socket.send(json.dumps({"action": "ping"}))
        assert json.loads(socket.recv(timeout=10))["type"] == "pong"


def test_simulator_is_behind_the_same_origin(http: httpx.Client) -> None:
    assert http.get("/sim/health").json()["status"] == "ok"


def test_recording_is_played_in_parts_from_another_origin(
    aws: Callable[[str], Any], environment: dict[str, str], base_url: str
) -> None:
    s3, bucket = aws("s3"), environment["ZHIYIN_RECORDINGS_BUCKET"]
    s3.put_object(Bucket=bucket, Key="test/one.wav", Body=b"0123456789" * 10, ContentType="audio/wav")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "test/one.wav"}, ExpiresIn=60)
    part = httpx.get(url, headers={"Origin": base_url, "Range": "bytes=10-14"})
    assert part.status_code == 206
    assert part.content == b"01234"
    assert part.headers["access-control-allow-origin"] in {"*", base_url}
