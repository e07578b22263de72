"""The admin API, as the panel in the web app uses it."""

import aiohttp

from tests.contract.voice.conftest import TRUNK, Wire


async def test_place_watch_press_and_hang_up(wire: Wire) -> None:
    wire.platform.documents["/voice"] = '<Gather numDigits="1" action="/keys" timeout="30"/>'
    wire.platform.documents["/keys"] = "<Pause length='60'/>"
    async with aiohttp.ClientSession(base_url=wire.base) as panel:
        async with panel.post("/sim/calls", json={"from": "+8613800000001", "to": TRUNK}) as answer:
            assert answer.status == 201
            sid = (await answer.json())["call_sid"]
        await wire.platform.until("/voice")
        async with panel.post(f"/sim/calls/{sid}/press", json={"digits": "2"}) as answer:
            assert answer.status == 200
        assert (await wire.platform.until("/keys"))["Digits"] == "2"
        async with panel.post(f"/sim/calls/{sid}/hang-up") as answer:
            assert answer.status == 200
        await wire.platform.until("/status", CallStatus="completed")
        async with panel.get(f"/sim/calls/{sid}") as answer:
            call = await answer.json()
        assert call["status"] == "completed"
        whats = [line["what"] for line in call["timeline"]]
        assert whats[0] == "placed"
        assert "pressed" in whats
        async with panel.post(f"/sim/calls/{sid}/hang-up") as answer:
            assert (answer.status, (await answer.json())["code"]) == (409, "call_ended")
        async with panel.get("/sim/calls?state=ended") as answer:
            assert [item["call_sid"] for item in (await answer.json())["items"]] == [sid]


async def test_what_is_refused(wire: Wire) -> None:
    async with aiohttp.ClientSession(base_url=wire.base) as panel:
        for body in (
            {"from": "+86138"},
            {"from": "+8613800000001", "to": TRUNK, "steps": [{"wait_s": 1, "press": "1"}]},
            {"from": "+8613800000001", "to": TRUNK, "steps": [{"wait_until": "the end"}]},
            {"from": "+8613800000001", "to": TRUNK, "steps": [{"press": "<script>"}]},
            {"from": "+8613800000001", "to": TRUNK, "stepz": []},
        ):
            async with panel.post("/sim/calls", json=body) as answer:
                assert (answer.status, (await answer.json())["code"]) == (422, "invalid")
        async with panel.post("/sim/calls", json={"from": "+8613800000001", "to": "+999999999"}) as answer:
            assert (answer.status, (await answer.json())["code"]) == (404, "unknown_number")
        async with panel.get("/sim/health", headers={"Sec-Fetch-Site": "cross-site"}) as answer:
            assert answer.status == 403
        async with panel.post("/sim/clock", json={"advance_s": 5}) as answer:
            assert (answer.status, (await answer.json())["code"]) == (409, "real_clock")


async def test_phones_numbers_faults_and_reset(wire: Wire) -> None:
    async with aiohttp.ClientSession(base_url=wire.base) as panel:
        phone = {"pattern": "client:agent*", "result": "manual"}
        async with panel.put("/sim/phones", json=phone) as answer:
            assert (await answer.json())["pattern"] == "client:agent*"
        call = await wire.rest(
            wire.client.calls.create, to="client:agent1", from_=TRUNK, twiml="<Response><Pause length='60'/></Response>"
        )
        async with panel.post(f"/sim/calls/{call.sid}/answer") as answer:
            assert answer.status == 200
        async with panel.post(f"/sim/calls/{call.sid}/answer") as answer:
            assert (answer.status, (await answer.json())["code"]) == (409, "not_ringing")
        async with panel.put("/sim/numbers", json={"phone_number": "+861055550199", "voice_url": "http://x.test/"}):
            pass
        async with panel.post("/sim/faults", json={"kind": "drop", "on": "status", "times": 0}) as answer:
            fault = await answer.json()
        async with panel.delete(f"/sim/faults/{fault['id']}") as answer:
            assert answer.status == 204
        async with panel.get("/sim/faults") as answer:
            assert (await answer.json())["items"] == []
        async with panel.post("/sim/reset", json={}) as answer:
            assert answer.status == 200
        async with panel.get("/sim/health") as answer:
            assert (await answer.json())["calls"] == 0
        async with panel.get("/sim/phones") as answer:
            assert (await answer.json()) == {"items": [], "registered": []}
        async with panel.delete("/sim/phones?pattern=client:nobody") as answer:
            assert answer.status == 404


async def test_events_by_long_poll_and_stream(wire: Wire) -> None:
    wire.platform.documents["/voice"] = "<Reject/>"
    async with aiohttp.ClientSession(base_url=wire.base) as panel:
        async with panel.get("/sim/events?after=0&wait_s=0") as answer:
            assert await answer.json() == {"items": [], "last": 0}
        await panel.post("/sim/calls", json={"from": "+8613800000001", "to": TRUNK})
        async with panel.get("/sim/events?after=0&wait_s=5&kinds=call,webhook") as answer:
            page = await answer.json()
        assert page["last"] > 0
        await wire.platform.until("/status", CallStatus="no-answer")
        async with panel.get("/sim/events?after=0", headers={"Accept": "text/event-stream"}) as stream:
            assert stream.content_type == "text/event-stream"
            assert (await stream.content.readline()).startswith(b"id: 1")
            assert (await stream.content.readline()) == b"event: timeline\n"
