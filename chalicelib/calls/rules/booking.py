"""When a callback is due that a caller asked for by a key. Pure."""

from datetime import datetime, timedelta


def next_hour(hour: str, time_zone: str, now: int) -> int | None:
    """Return the next instant (ms) at which it is so late in a zone; None for what is no hour, or no zone."""
    from zoneinfo import ZoneInfo  # costs start-up time that few functions need to pay

    if not (hour.isascii() and hour.isdecimal() and int(hour) < 24):
        return None
    try:
        local = datetime.fromtimestamp(now / 1000, ZoneInfo(time_zone))
    except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        return None
    wanted = local.replace(hour=int(hour), minute=0, second=0, microsecond=0)
    return round((wanted if wanted > local else wanted + timedelta(days=1)).timestamp() * 1000)
