"""What one hears while waiting: a document or sound file, asked for again when it ends; without one, plain music."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from infrastructure.voice.engine import program
from infrastructure.voice.engine.source import Source
from infrastructure.voice.twiml.verbs import Verb

if TYPE_CHECKING:
    from infrastructure.voice.engine.call import Call

DEFAULT_MUSIC = "music"
SHORTEST_ROUND_S = 1
"""A document that ends at once is asked for at most this often."""


async def loop(
    call: "Call",
    url: str | None,
    method: str,
    fields: Callable[[], dict[str, str]],
    allowed: tuple[type[Verb], ...],
) -> None:
    """Play until cancelled, or until a verb of the document ends it."""
    clock = call.exchange.clock
    if not url:
        call.leg.music(DEFAULT_MUSIC if url is None else None)
        await clock.sleep(86_400 * 365)
        return
    call.leg.music(url)
    while True:
        began = clock.now_ms()
        await program.documents(call, Source(url, method, fields()), allowed)
        if call.interrupt is not None:
            await asyncio.get_running_loop().create_future()  # Whoever cut the call short cancels this too.
        if clock.now_ms() - began < SHORTEST_ROUND_S * 1000:
            await clock.sleep(SHORTEST_ROUND_S)
