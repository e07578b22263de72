"""Say, Play and Pause."""

from infrastructure.voice.engine.outcome import Context
from infrastructure.voice.legs.leg import Prompt
from infrastructure.voice.twiml.verbs import Pause, Play, Say, Sound

ENDLESS = 1000
"""loop="0" means until something ends it, 1000 times at most."""


async def make(context: Context, sound: Sound) -> None:
    """Make one sound, to its end."""
    call = context.call
    if isinstance(sound, Pause):
        await call.exchange.clock.sleep(sound.length_s)
        return
    if isinstance(sound, Play) and sound.digits:
        await call.leg.send_digits(sound.digits)
        return
    prompt = await _prompt(context, sound)
    for _ in range(sound.loop or ENDLESS):
        if prompt is not None and prompt.duration_s > 0:
            await call.leg.play(prompt)


async def _prompt(context: Context, sound: Say | Play) -> Prompt | None:
    media = context.call.exchange.media
    if isinstance(sound, Say):
        return media.spoken(sound) if sound.text else None
    return await media.played(context.call.sid, context.url(sound.url))
