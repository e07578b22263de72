"""The API of the prompt library: decode → one service call → response."""

from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel.paging import PAGE_LIMIT, PAGE_SIZE, Page
from chalicelib.kernel.principal import Principal
from chalicelib.kernel.routing import Router
from chalicelib.prompts import service
from chalicelib.prompts.model import SIZE_LIMIT, Audio, Locale, Prompt, PromptId, PromptUser, Sha256, Spoken
from chalicelib.prompts.service import GivenAudio
from chalicelib.prompts.storage import PromptUpload, address

router = Router("prompts")

Name = Annotated[str, Meta(min_length=1, max_length=100)]
Note = Annotated[str, Meta(max_length=500)]


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """q: words of name, note, text or file name."""

    q: Annotated[str, Meta(max_length=100)] = ""
    cursor: Annotated[str, Meta(max_length=1000)] | None = None
    limit: Annotated[int, Meta(ge=1, le=PAGE_LIMIT)] = PAGE_SIZE


class PromptFile(msgspec.Struct, frozen=True, kw_only=True):
    """The file that is to be uploaded. sha256: hex; size: bytes."""

    sha256: Sha256
    size: Annotated[int, Meta(ge=45, le=SIZE_LIMIT)]


class PromptInput(msgspec.Struct, frozen=True, kw_only=True):
    """What an editor sends. contents: all of them; audio by the hash of an upload, or of what the prompt holds.

    prompt_id: chosen freely on POST, else made. version: the one that was read (on PUT).
    """

    name: Name
    note: Note = ""
    contents: Annotated[dict[Locale, GivenAudio | Spoken], Meta(min_length=1)]
    prompt_id: PromptId | None = None
    version: int = 0


class AudioView(msgspec.Struct, frozen=True, kw_only=True, tag="audio", tag_field="kind"):
    """Recorded content. url: where callers and browsers hear it, for good."""

    url: str
    sha256: str
    seconds: float
    size: int
    name: str
    at: int
    by: str


class PromptView(msgspec.Struct, frozen=True, kw_only=True):
    """A prompt with the addresses of its audio."""

    prompt_id: str
    name: str
    note: str
    contents: dict[Locale, AudioView | Spoken]
    updated_at: int
    updated_by: str
    version: int


class PromptUsers(msgspec.Struct, frozen=True, kw_only=True):
    """Who uses a prompt."""

    items: list[PromptUser]


class AtVersion(msgspec.Struct, frozen=True, kw_only=True):
    """The version of the record that was read."""

    version: int


@router.get("/prompts", permission="prompts.read")
def list_prompts(query: Search) -> Page[PromptView]:
    """Return one page of prompts by name."""
    found = service.page(query.q, query.cursor, query.limit)
    return Page(items=[_view(one) for one in found.items], cursor=found.cursor)


@router.post("/prompts/uploads", permission="prompts.write", status=201)
def begin_prompt_upload(body: PromptFile) -> PromptUpload:
    """Return an address to PUT a WAV file to (PCM, mono, 8 kHz, 16 bits, at most ten minutes), for 15 minutes."""
    return service.begin_upload(body.sha256, body.size)


@router.post("/prompts", permission="prompts.write", status=201)
def create_prompt(who: Principal, body: PromptInput) -> PromptView:
    """Create a prompt; uploaded audio is checked first."""
    new = Prompt(prompt_id=body.prompt_id or "", name=body.name, note=body.note)
    return _view(service.create(who.username, new, body.contents))


@router.get("/prompts/{prompt_id}", permission="prompts.read")
def read_prompt(prompt_id: str) -> PromptView:
    """Return a prompt."""
    return _view(service.read(prompt_id))


@router.get("/prompts/{prompt_id}/users", permission="prompts.read")
def read_prompt_users(prompt_id: str) -> PromptUsers:
    """Return the flows and groups that use a prompt."""
    return PromptUsers(items=service.users(prompt_id))


@router.put("/prompts/{prompt_id}", permission="prompts.write")
def update_prompt(who: Principal, prompt_id: str, body: PromptInput) -> PromptView:
    """Replace a prompt; callers hear it within seconds."""
    changed = Prompt(prompt_id=prompt_id, name=body.name, note=body.note, version=body.version)
    return _view(service.update(who.username, changed, body.contents))


@router.delete("/prompts/{prompt_id}", permission="prompts.write")
def delete_prompt(who: Principal, prompt_id: str, query: AtVersion) -> None:
    """Delete a prompt that nothing uses."""
    service.delete(who.username, prompt_id, query.version)


def _view(prompt: Prompt) -> PromptView:
    contents: dict[Locale, AudioView | Spoken] = {
        locale: _audio_view(content) if isinstance(content, Audio) else content
        for locale, content in prompt.contents.items()
    }
    return PromptView(
        prompt_id=prompt.prompt_id, name=prompt.name, note=prompt.note, contents=contents,
        updated_at=prompt.updated_at, updated_by=prompt.updated_by, version=prompt.version,
    )  # fmt: skip


def _audio_view(audio: Audio) -> AudioView:
    return AudioView(
        url=address(audio.key), sha256=audio.sha256, seconds=audio.seconds, size=audio.size, name=audio.name,
        at=audio.at, by=audio.by,
    )  # fmt: skip
