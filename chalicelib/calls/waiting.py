"""Where a customer is parked and what he hears there: greeting, place, music. From snapshots: nothing is counted."""

from math import ceil

from chalicelib.acd.groups import cached_group
from chalicelib.acd.model.call import Call, CallState
from chalicelib.acd.model.group import Group, GroupStatus
from chalicelib.acd.rules.estimating import wait_ms
from chalicelib.acd.rules.lists import waiting_list
from chalicelib.acd.rules.queueing import move_to_list
from chalicelib.acd.service import stage
from chalicelib.acd.snapshots import status
from chalicelib.calls import library, music
from chalicelib.calls.callbacks import may_ask
from chalicelib.calls.effects import entry_url
from chalicelib.telephony import documents
from chalicelib.telephony.documents import Document
from chalicelib.telephony.model import Prompt, Say
from chalicelib.telephony.signature import voice_url

PLACE = {"zh-CN": "您前面还有 {ahead} 位客户。", "en": "Callers ahead of you: {ahead}. "}
SOON = {"zh-CN": "预计等待不到一分钟。", "en": "The estimated wait is less than a minute."}
MINUTES = {"zh-CN": "预计等待约 {minutes} 分钟。", "en": "The estimated wait is about {minutes} minutes."}
NEXT = {"zh-CN": "您是下一位,请稍候。", "en": "You are next in line. Please hold."}
OFFER = {
    "zh-CN": "如需我们稍后给您回电,请按 {key},您的排队位置会保留。",
    "en": "To be called back without losing your place, press {key}.",
}
MINUTE_MS = 60_000
EXACT_MINUTES = 10
COARSE_MINUTES = 5
"""Beyond EXACT_MINUTES a wait is told in steps of so many: an estimate is no promise."""


def queue_document(call: Call, prompts: tuple[Prompt, ...] = ()) -> Document:
    """Return the document that parks the customer at the carrier while our own entry is his place."""
    return documents.enqueue(
        call.group_id or "parked",
        wait_url=voice_url("/wait", call_id=call.call_id),
        action=voice_url("/left-queue", call_id=call.call_id),
        prompts=prompts,
    )


def where_he_belongs(call: Call) -> Document:
    """Return the document of a customer who is in a flow, or has been sent there by a redirect that may be lost."""
    if call.over:
        return documents.hang_up()
    return documents.redirect(entry_url(call, call.flow_entry)) if call.flow_entry else call.document


def wait_document(call_id: str, waited_s: int, first: bool) -> Document:
    """Return what the caller hears next while he is parked."""
    call = stage().store.call(call_id)
    if call is None or call.over:
        return documents.hang_up()
    if call.state is CallState.IN_FLOW:
        return documents.leave()  # he was sent on, but the redirect was lost
    group = cached_group(call.group_id) if call.group_id else None  # who waits for an extension is in no group
    if group is None or call.queueing is None:
        return documents.wait((), music.ringback() if call.live_offers else music.stretch(None))
    if call.queueing.list != waiting_list(group, call.queueing.requires):
        stage().act(call_id, lambda scene: move_to_list(scene, group))  # queued while the group's rate was changed
    prompts = _prompts(call, group, waited_s, first)
    key_url = voice_url("/leave-key", call_id=call_id, group_id=group.group_id) if listens(call, group) else None
    sound = music.stretch(group, max(5, group.announce_every_s - 5))
    return documents.wait(prompts, sound, action=key_url)


def listens(call: Call, group: Group) -> bool:
    """Return whether the group's keys mean something to a waiting caller."""
    return bool(group.leave_key or may_ask(call, group))


def _prompts(call: Call, group: Group, waited_s: int, first: bool) -> list[Prompt]:
    prompts: list[Prompt] = []
    greeting = _greeting(call, group) if first else None
    if greeting is not None:
        prompts.append(greeting)
    if group.announce_position and (first or waited_s >= group.announce_every_s):
        prompts.append(_place(call, status(stage().store, group, stage().clock())))
    if prompts and group.callback_key and may_ask(call, group):
        offer = {locale: text.format(key=group.callback_key) for locale, text in OFFER.items()}
        prompts.append(Say(offer, call.language))
    return prompts


def _greeting(call: Call, group: Group) -> Prompt | None:
    own = Say(group.greeting, call.language) if group.greeting else None
    return library.words(group.greeting_prompt_id, call) or own


def _place(call: Call, snapshot: GroupStatus) -> Prompt:
    ahead = snapshot.order.index(call.call_id) if call.call_id in snapshot.order else snapshot.waiting
    if ahead == 0:
        return Say(NEXT, call.language)
    wait = wait_in_words(wait_ms(ahead, snapshot))
    told = {locale: (text.format(ahead=ahead) + wait.get(locale, "")).strip() for locale, text in PLACE.items()}
    return Say(told, call.language)


def wait_in_words(wait: int | None) -> dict[str, str]:
    """Return what is said of an estimated wait (ms), by locale: nothing while there is no estimate."""
    if wait is None:
        return {}
    if wait < MINUTE_MS:
        return SOON
    minutes = ceil(wait / MINUTE_MS)
    if minutes > EXACT_MINUTES:
        minutes = ceil(minutes / COARSE_MINUTES) * COARSE_MINUTES
    unit = {locale: text.replace("minutes.", "minute.") if minutes == 1 else text for locale, text in MINUTES.items()}
    return {locale: text.format(minutes=minutes) for locale, text in unit.items()}
