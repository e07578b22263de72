"""Guessing passwords is slow: a username takes a few attempts, then rests. Counted for names that do not exist too."""

from typing import Final

from pynamodb.exceptions import DeleteError, UpdateError

from chalicelib.identity.errors import TooManyAttempts
from chalicelib.identity.tables import AttemptItem
from chalicelib.kernel.clock import now_ms

ATTEMPTS: Final = 10
WINDOW_S: Final = 15 * 60


def count_attempt(username: str) -> None:
    """Count an attempt before its password is looked at, so that parallel guesses count as well.

    Errors: TooManyAttempts after ATTEMPTS in WINDOW_S without a success.
    """
    now_s = now_ms() // 1000
    item = AttemptItem(_key(username))
    if not _add(item, now_s):
        _drop_expired(item, now_s)
        _add(item, now_s)
    if item.failures > ATTEMPTS:
        raise TooManyAttempts(minutes=max(1, -(-(int(item.expires_at) - now_s) // 60)))


def forget_attempts(username: str) -> None:
    """A right password clears the count."""
    AttemptItem(_key(username)).delete()


def _key(username: str) -> str:
    return f"sign_in#{username}"


def _add(item: AttemptItem, now_s: int) -> bool:
    """Count one more in a window that is still open; False when the stored window is over."""
    until = AttemptItem.expires_at | (now_s + WINDOW_S)
    try:
        item.update(
            actions=[AttemptItem.failures.add(1), AttemptItem.expires_at.set(until)],
            condition=AttemptItem.snapshot_id.does_not_exist() | (AttemptItem.expires_at > now_s),
        )
    except UpdateError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return False
    return True


def _drop_expired(item: AttemptItem, now_s: int) -> None:
    try:
        item.delete(condition=AttemptItem.expires_at <= now_s)
    except DeleteError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
