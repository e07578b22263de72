"""IVR-4, QUE-6: a recording goes into the library by file and by microphone, into a flow, and to a waiting caller."""

import io
import json
import math
import struct
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Open
from tests.e2e.desk import Desk
from tests.e2e.looking import dialog_faults, faults
from tests.e2e.outside import KNOWN_TEXT, Json, Outside

MICROPHONE = """navigator.mediaDevices.getUserMedia = async () => {
  const context = new AudioContext(), voice = context.createOscillator(), out = context.createMediaStreamDestination()
  voice.connect(out)
  voice.start()
  await context.resume()
  return out.stream
}"""
"""The machine has none; a tone takes the voice's place."""


def quiet_music() -> bytes:
    """Return a WAV file as a musician has it: stereo, 44.1 kHz, two seconds, far too quiet."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44_100)
        tone = (round(900 * math.sin(at / 16) * (at % 11_025) / 11_025) for at in range(88_200))
        file.writeframes(b"".join(struct.pack("<hh", sample, sample) for sample in tone))
    return made.getvalue()


@pytest.fixture
def made(outside: Outside) -> Iterator[list[str]]:
    """What was made (its path below /api), to be deleted in this order."""
    paths: list[str] = []
    yield paths
    admin = outside.user("admin1")
    for path in paths:
        admin.http.delete(path, params={"version": admin.get(path)["version"]}).raise_for_status()


def test_a_recording_is_uploaded_chosen_and_played(
    desk: Open, outside: Outside, made: list[str], tmp_path: Path
) -> None:
    admin = desk("admin1")
    admin.context.add_init_script(MICROPHONE)
    admin.arrive("/prompts/new")
    prompt = _records(admin, made)
    expect(admin.shown_page().get_by_text("还没有流程、技能组或满意度调查使用它。")).to_be_visible()
    found = faults(admin, "prompt", tmp_path)
    with wave.open(io.BytesIO(admin.context.request.get(prompt["contents"]["zh-CN"]["url"]).body())) as stored:
        assert (stored.getnchannels(), stored.getframerate(), stored.getnframes()) == (1, 8_000, 16_000)
        loudest = max(abs(sample) for (sample,) in struct.iter_unpack("<h", stored.readframes(16_000)))
    assert loudest > 29_000

    flow = _chooses_in_a_flow(admin, prompt)
    admin.shown_page().locator("[data-node=welcome] header").click()
    found += faults(admin, "prompt-in-flow", tmp_path)
    made.insert(0, f"/flows/{flow['flow_id']}")
    admin.go(f"/prompts/{prompt['prompt_id']}")
    expect(admin.shown_page().get_by_role("link", name=flow["name"])).to_be_visible()
    admin.go("/prompts")
    expect(admin.shown_page().get_by_text(prompt["name"])).to_be_visible()
    found += faults(admin, "prompts", tmp_path)

    call = outside.calls_in()
    outside.hears(call, "music")
    found += _plays(desk("supervisor1").arrive("/wall").line("open"), prompt, tmp_path)
    url = prompt["contents"]["zh-CN"]["url"]
    outside.until(lambda: url in json.dumps(outside.view(call)["timeline"]), "the caller hears it", 60)
    outside.hangs_up(call)
    assert not found, "\n".join(found)


def _records(admin: Desk, made: list[str]) -> Json:
    """One language from a file that is made louder, the other by microphone."""
    page = admin.shown_page()
    page.get_by_label("名称").fill("节日问候")
    chinese, english = (page.locator(".prompt-content").nth(at) for at in (0, 1))
    chinese.get_by_text("录音", exact=True).click()
    file = {"name": "greeting.wav", "mimeType": "audio/wav", "buffer": quiet_music()}
    chinese.locator("input[type=file]").set_input_files([file])  # type: ignore[list-item]
    chinese.get_by_role("button", name="调大音量").click()
    expect(chinese.get_by_role("button", name="调大音量")).to_have_count(0)
    english.get_by_text("录音", exact=True).click()
    english.get_by_role("button", name="用麦克风录制").click()
    expect(english.get_by_text("录制中 00:01")).to_be_visible()
    english.get_by_role("button", name="停止录制").click()
    expect(english.get_by_text("尚未保存")).to_be_visible()
    with admin.page.expect_response(f"{admin.base_url}/api/prompts") as stored:
        page.get_by_role("button", name="创建").click()
    prompt = stored.value.json()
    made.append(f"/prompts/{prompt['prompt_id']}")
    assert prompt["contents"]["en"]["seconds"] > 0.5
    return prompt


def _chooses_in_a_flow(admin: Desk, prompt: Json) -> Json:
    admin.go("/flows/new")
    page = admin.shown_page()
    page.locator("[data-node=welcome] header").click()
    properties = page.locator(".flow-properties")
    admin.choose(properties.get_by_label("播报内容 1 提示音库"), prompt["name"])
    expect(properties.get_by_role("button", name=f"播放：{prompt['name']} 中文")).to_be_visible()
    expect(properties.get_by_label("播报内容 1 中文", exact=True)).to_have_count(0)
    page.get_by_label("名称", exact=True).first.fill("节日流程")
    with admin.page.expect_response(f"{admin.base_url}/api/flows") as stored:
        page.get_by_role("button", name="创建").click()
    flow = stored.value.json()
    assert flow["draft"]["nodes"]["welcome"]["prompts"][0]["prompt_id"] == prompt["prompt_id"]
    return flow


def _plays(supervisor: Desk, prompt: Json, folder: Path) -> list[str]:
    def opens() -> None:
        supervisor.shown_page().locator("tr", has_text=KNOWN_TEXT).locator("button").last.focus()
        supervisor.keys("Enter")
        supervisor.page.locator("[data-menu-id$=play]:visible").click()

    found = dialog_faults(supervisor, "play", folder, opens)
    opens()
    dialog = supervisor.dialog()
    supervisor.choose(dialog.get_by_role("combobox"), prompt["name"])
    dialog.locator(".ant-btn-primary").click()
    expect(supervisor.page.get_by_text("将听到它")).to_be_visible()
    return found
