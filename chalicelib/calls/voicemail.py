"""A message instead of a talk: the caller hears a greeting and speaks after the tone."""

from chalicelib.acd.groups import cached_group
from chalicelib.acd.model.call import CallState
from chalicelib.acd.rules import queueing
from chalicelib.acd.rules.scene import Scene
from chalicelib.ivr.heat import off
from chalicelib.telephony import documents
from chalicelib.telephony.documents import Document
from chalicelib.telephony.model import Prompt, Say
from chalicelib.telephony.signature import voice_url

VOICEMAIL_S = 180

LEAVE_MESSAGE = {
    "zh-CN": "请在提示音后留言,按井号键结束。",
    "en": "Please leave a message after the tone and press hash.",
}

Prompts = tuple[Prompt, ...]


def take_message(scene: Scene, prompts: Prompts, box: str, greeting: Prompts = ()) -> Document:
    """Take a message. prompts: said before. box: `group:<id>` or `agent:<id>`. greeting: none for the box's own."""
    queueing.leave_queue(scene)
    if scene.call.state is not CallState.IN_FLOW:
        scene.to(CallState.IN_FLOW, cause="voicemail")
    variables = {**scene.call.variables, "voicemail_box": box}
    scene.change(place="flow", queueing=None, variables=variables, walked=off(scene.call.walked))
    scene.record("call.voicemail", data={"box": box})
    scene.explain("voicemail", "message", box)
    words = greeting or _greeting(scene, box)
    call_id = scene.call.call_id
    return documents.voicemail(
        (*prompts, *words),
        action=voice_url("/voicemail-done", call_id=call_id),
        recording_callback=voice_url("/recording", call_id=call_id, kind="voicemail"),
        max_length=VOICEMAIL_S,
    )


def _greeting(scene: Scene, box: str) -> Prompts:
    kind, _, id = box.partition(":")
    group = cached_group(id) if kind == "group" else None
    return (Say((group.voicemail_greeting if group else None) or LEAVE_MESSAGE, scene.call.language),)
