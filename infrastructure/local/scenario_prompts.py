"""`make call SCENARIO=prompts`: recordings go into the library, callers hear them, a supervisor plays one."""

import hashlib
import io
import math
import struct
import wave
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx

from chalicelib.prompts.model import RATE
from infrastructure.local.call import GROUP, Json

if TYPE_CHECKING:
    from infrastructure.local.scenarios import World


def tone(hertz: int, seconds: float = 1) -> bytes:
    """Return a WAV file as the library wants it."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        samples = (round(8_000 * math.sin(2 * math.pi * hertz * at / RATE)) for at in range(round(seconds * RATE)))
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return made.getvalue()


def upload(world: "World", audio: bytes) -> Json:
    """Put audio where the platform says, as a browser does; return what a prompt names it by."""
    sha256 = hashlib.sha256(audio).hexdigest()
    place = world.admin.post("/prompts/uploads", sha256=sha256, size=len(audio))
    httpx.put(place["url"], content=audio, headers=place["headers"], timeout=30).raise_for_status()
    return {"kind": "audio", "sha256": sha256, "name": "tone.wav"}


@contextmanager
def prompt(world: "World", name: str, **contents: Any) -> Generator[Json]:
    """Have a prompt in the library for the time of the scenario."""
    made = world.admin.post("/prompts", name=name, contents=contents)
    path = f"/prompts/{made['prompt_id']}"
    try:
        yield made
    finally:
        version = world.admin.get(path)["version"]
        world.admin.http.delete(path, params={"version": version}).raise_for_status()


def prompts(world: "World") -> None:
    """A recording of the library is heard in a flow, and by who waits; so is its replacement, and what a supervisor
    plays."""
    first, other = upload(world, tone(400)), upload(world, tone(600))
    with prompt(world, "请稍候", **{"zh-CN": first}) as held, prompt(world, "今日停电", **{"zh-CN": other}) as news:
        url = held["contents"]["zh-CN"]["url"]
        world.report.check("anybody can fetch it", httpx.get(url).content == tone(400))
        with world.flow(_says(held["prompt_id"])) as flow_id, world.group(queue_flow_id=flow_id):
            call_id = world.call()
            world.report.wait("it is heard in a flow", lambda: url in heard(world, call_id))
            world.hang_up(call_id)
        ids = {"greeting_prompt_id": held["prompt_id"], "music_prompt_id": held["prompt_id"]}
        with world.group(**ids, announce_every_s=10):
            _who_waits(world, held, news)


def _who_waits(world: "World", held: Json, news: Json) -> None:
    _refused_while_used(world, held)
    call_id = world.call()
    url, played = held["contents"]["zh-CN"]["url"], news["contents"]["zh-CN"]["url"]
    world.report.wait("who waits hears it", lambda: url in heard(world, call_id))
    world.admin.post(f"/supervision/calls/{call_id}/play", prompt_id=news["prompt_id"])
    new = _replaced(world, held)
    world.report.wait("then what the supervisor plays", lambda: played in heard(world, call_id))
    world.report.wait("then the recording that replaced the first", lambda: new in heard(world, call_id))
    world.report.check("what was played came once", heard(world, call_id).count(played) == 1)
    world.report.wait("it is noted", lambda: _noted(world, call_id) == 1)
    world.report.check("he waits", world.view(call_id)["state"] == "queued")
    world.hang_up(call_id)


def heard(world: "World", call_id: str) -> list[str]:
    """Return what the caller has heard, in order: words, or addresses of recordings."""
    timeline = world.simulator.get(f"/calls/{call_id}").json()["timeline"]
    return [line["detail"]["text"] for line in timeline if line["detail"].get("kind") in ("prompt", "music")]


def _refused_while_used(world: "World", held: Json) -> None:
    answer = world.admin.http.delete(f"/prompts/{held['prompt_id']}", params={"version": held["version"]})
    world.report.check("a used prompt is not deleted", answer.json()["code"] == "in_use", answer.text)


def _replaced(world: "World", held: Json) -> str:
    """Replace the recording; return the address of the new one."""
    new = {"name": held["name"], "version": held["version"], "contents": {"zh-CN": upload(world, tone(500))}}
    answer = world.admin.http.put(f"/prompts/{held['prompt_id']}", json=new)
    world.report.check("the old one can still be fetched", httpx.get(held["contents"]["zh-CN"]["url"]).is_success)
    return answer.raise_for_status().json()["contents"]["zh-CN"]["url"]


def _noted(world: "World", call_id: str) -> int:
    events = world.admin.get(f"/calls/{call_id}/events")["items"]
    return sum(event["type"] == "call.announced" for event in events)


def _says(prompt_id: str) -> Json:
    """Return a flow that plays a prompt to a waiting caller and then has him wait on."""
    prompt = {"prompt_id": prompt_id, "texts": {"en": "Please hold."}}
    nodes = {
        "say": {"kind": "play", "prompts": [prompt], "edges": {"next": "wait"}},
        "wait": {"kind": "queue", "group_id": GROUP},
    }  # fmt: skip
    return {"name": "排队中播放录音", "start": "say", "nodes": nodes}
