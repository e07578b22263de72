"""One structured logger for the whole product; personal data is masked before it is written."""

import re
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

# Digits inside ids (call sids, ULIDs) are no phone numbers.
_NUMBER = re.compile(r"(?<![0-9A-Za-z])\+?\d{7,15}(?![0-9A-Za-z])")


@cache
def logger() -> Logger:
    """Return the product's logger (JSON lines with service, level, correlation id)."""
    return Logger(service="zhiyin", utc=True)


def mask_number(number: str) -> str:
    """Return a phone number with its middle digits hidden: `+8613800138000` → `+86138****8000`."""
    if len(number) < 8:
        return number
    return f"{number[:-8]}****{number[-4:]}"


def mask_text(text: str) -> str:
    """Return `text` with every phone number in it masked."""
    return _NUMBER.sub(lambda found: mask_number(found.group()), text)


def log(message: str, **fields: Any) -> None:
    """Write one information line; string fields are masked."""
    logger().info(message, extra={name: _masked(value) for name, value in fields.items()})


def warn(message: str, **fields: Any) -> None:
    """Write one warning line; string fields are masked."""
    logger().warning(message, extra={name: _masked(value) for name, value in fields.items()})


def _masked(value: Any) -> Any:
    return mask_text(value) if isinstance(value, str) else value
