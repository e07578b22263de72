"""Use cases of the library: upload, save, list, delete; and for calls: what is heard of a prompt now."""

import time
from collections.abc import Callable, Iterable, Mapping

import msgspec

from chalicelib.kernel.audit import audit
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import InUse, InvalidInput
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.paging import PAGE_SIZE, Page, decode_cursor, encode_cursor
from chalicelib.prompts import rules, storage, tables
from chalicelib.prompts.model import SIZE_LIMIT, Audio, Content, FileName, Locale, Prompt, PromptUser, Sha256, Spoken
from chalicelib.prompts.storage import PromptUpload

CACHE_S = 3.0
"""How old what calls hear may be: a replaced recording is heard at once, without a read per step of a flow."""


class GivenAudio(msgspec.Struct, frozen=True, kw_only=True, tag="audio", tag_field="kind"):
    """Audio that was uploaded, or that the prompt holds already. name: of the file, for its readers."""

    sha256: Sha256
    name: FileName = ""


Given = GivenAudio | Spoken

_users_of: list[Callable[[str], list[PromptUser]]] = [lambda _prompt_id: []]
_cache: dict[str, tuple[float, Prompt | None]] = {}


def connect(users_of: Callable[[str], list[PromptUser]]) -> None:
    """Connect prompts with those above who know what uses them."""
    _users_of[:] = [users_of]


def page(query: str, cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[Prompt]:
    """Return one page of the prompts that fit, by name. Errors: InvalidInput for a cursor that we did not make."""
    after = decode_cursor(cursor)
    if not isinstance(after, list | None):
        raise InvalidInput(reason="cursor")
    found = sorted((one for one in tables.prompts.all() if rules.fits(one, query)), key=_place)
    rest = [one for one in found if after is None or _place(one) > after]
    more = len(rest) > limit
    return Page(items=rest[:limit], cursor=encode_cursor(_place(rest[limit - 1])) if more else None)


def _place(prompt: Prompt) -> list[str]:
    return [prompt.name.casefold(), prompt.prompt_id]


def read(prompt_id: str) -> Prompt:
    """Return a prompt. Errors: NotFound."""
    return tables.prompts.read(prompt_id)


def users(prompt_id: str) -> list[PromptUser]:
    """Return who uses a prompt. Errors: NotFound."""
    read(prompt_id)
    return _users_of[0](prompt_id)


def begin_upload(sha256: str, size: int) -> PromptUpload:
    """Return where a browser puts a file; nothing of it is heard before a prompt is saved with it."""
    return storage.presigned_upload(sha256, size, now_ms())


def create(by: str, prompt: Prompt, given: Mapping[Locale, Given]) -> Prompt:
    """Store a new prompt. Errors: AlreadyExists, InvalidAudio, UploadMissing."""
    named = msgspec.structs.replace(prompt, prompt_id=prompt.prompt_id or new_id())
    audit(f"prompt#{named.prompt_id}", by, "create")
    return tables.prompts.create(_with(named, {}, given, by))


def update(by: str, prompt: Prompt, given: Mapping[Locale, Given]) -> Prompt:
    """Replace the prompt at its version; callers hear it within seconds. Errors: NotFound, ChangedMeanwhile,
    InvalidAudio, UploadMissing."""
    held = read(prompt.prompt_id)
    audit(f"prompt#{prompt.prompt_id}", by, "update")
    saved = tables.prompts.update(_with(prompt, held.contents, given, by))
    _cache.pop(prompt.prompt_id, None)
    return saved


def delete(by: str, prompt_id: str, version: int) -> None:
    """Delete a prompt that nothing uses; its audio stays for calls in progress. Errors: NotFound, InUse,
    ChangedMeanwhile."""
    held = read(prompt_id)
    used = [user.name for user in _users_of[0](prompt_id)]
    if used:
        raise InUse(kind="prompt", id=held.name, by=", ".join(used[:5]))
    audit(f"prompt#{prompt_id}", by, "delete")
    tables.prompts.delete(prompt_id, version)
    _cache.pop(prompt_id, None)


def _with(prompt: Prompt, held: Mapping[Locale, Content], given: Mapping[Locale, Given], by: str) -> Prompt:
    contents = {locale: _content(prompt.prompt_id, held, one, by) for locale, one in given.items()}
    return msgspec.structs.replace(prompt, contents=contents, updated_at=now_ms(), updated_by=by)


def _content(prompt_id: str, held: Mapping[Locale, Content], given: Given, by: str) -> Content:
    if isinstance(given, Spoken):
        return given
    for audio in held.values():
        if isinstance(audio, Audio) and audio.sha256 == given.sha256:
            return audio
    data = storage.uploaded(given.sha256, SIZE_LIMIT)
    seconds = rules.checked_seconds(data, given.sha256)
    key = storage.publish(prompt_id, given.sha256, data)
    return Audio(
        key=key, sha256=given.sha256, seconds=seconds, size=len(data), name=given.name, at=now_ms(), by=by
    )  # fmt: skip


def heard(prompt_ids: Iterable[str]) -> dict[str, Prompt]:
    """Return prompts as callers hear them now, at most CACHE_S old; those that do not exist are left out."""
    wanted = set(prompt_ids)
    now = time.monotonic()
    stale = {id for id in wanted if id not in _cache or now - _cache[id][0] >= CACHE_S}
    if stale:
        found = tables.find_many(stale)
        _cache.update({id: (now, found.get(id)) for id in stale})
    held = {id: _cache[id][1] for id in wanted}
    return {id: prompt for id, prompt in held.items() if prompt is not None}


def forget() -> None:
    """Drop what this process remembers of prompts."""
    _cache.clear()


def heard_one(prompt_id: str | None) -> Prompt | None:
    """Return one prompt as callers hear it now, or None."""
    return heard([prompt_id]).get(prompt_id) if prompt_id else None
