"""A call from a trunk, by real SIP and RTP, through documents to its end."""

import asyncio
import time

import numpy as np

from tests.gateway.conftest import TRUNK, Town


async def test_inbound_call_hears_gathers_and_ends(town: Town) -> None:
    town.platform.documents["/voice"] = (
        '<Say language="zh-CN">您好，欢迎致电。</Say><Gather numDigits="2" action="/keys" timeout="8">'
        '<Say language="en">Press two keys. We wait for them while we go on talking and talking.</Say></Gather>'
    )
    town.platform.documents["/keys"] = '<Say language="en">Goodbye.</Say>'
    talk = await town.call()
    await asyncio.wait_for(talk.answered.wait(), 5)
    asked = await town.platform.until("/voice")
    assert (asked["From"], asked["To"], asked["Direction"]) == ("+8613800000001", TRUNK, "inbound")
    assert asked["CallSid"][:4] == "CA00"
    began = time.monotonic()
    await _loud(talk.stream, began, within_s=6)
    await asyncio.sleep(2.5)
    talk.stream.press("4")
    await asyncio.sleep(0.4)
    talk.info("2")
    keys = await town.platform.until("/keys")
    assert keys["Digits"] == "42"
    await asyncio.wait_for(talk.over.wait(), 8)
    ended = await town.platform.until("/status", CallStatus="completed")
    assert int(ended["CallDuration"]) >= 3
    assert not town.platform.forged


async def _loud(stream, since: float, within_s: float) -> None:
    """Return when something like speech is heard."""
    while time.monotonic() < since + within_s:
        values = stream.samples(time.monotonic() - 0.3)
        if len(values) and float(np.sqrt(np.mean(values.astype(float) ** 2))) > 500:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("nothing was heard")
