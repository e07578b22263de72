"""Who speaks the text of Say: recorded prompts first, then the configured voice."""

import asyncio
from pathlib import Path
from typing import Any, Protocol

import msgspec

from infrastructure.voice.sound.files import SoundError, from_wav, piped
from infrastructure.voice.sound.pcm import RATE

TEXT_AT_MOST = 4096


class Voice(Protocol):
    """Makes speech."""

    name: str
    """Part of the cache's key: another voice is other audio."""

    async def speak(self, text: str, language: str, voice: str) -> bytes | None:
        """Return PCM, None when this voice does not know the text. Raises SoundError."""
        ...


class RecordedPrompt(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One entry of prompts.json: what a studio recorded for a text."""

    text: str
    file: str
    language: str = ""


class RecordedPrompts:
    """A directory with prompts.json and the WAV files it names."""

    name = "recorded"

    def __init__(self, directory: Path) -> None:
        entries = msgspec.json.decode((directory / "prompts.json").read_bytes(), type=list[RecordedPrompt])
        self._files = {(entry.text.strip(), entry.language[:2].lower()): directory / entry.file for entry in entries}

    async def speak(self, text: str, language: str, voice: str) -> bytes | None:  # noqa: ARG002 - a studio has one voice
        """Return the recording of exactly this text, in this language or for all."""
        file = self._files.get((text.strip(), language[:2].lower())) or self._files.get((text.strip(), ""))
        return None if file is None else from_wav(await asyncio.to_thread(file.read_bytes))


class Espeak:
    """espeak-ng: understandable, offline, no beauty; the laptop's default."""

    name = "espeak-ng"
    WORDS_PER_MINUTE = 160

    async def speak(self, text: str, language: str, voice: str) -> bytes | None:  # noqa: ARG002 - it has its own voices
        """Return speech. Chinese needs the pinyin voice: plain `cmn` reads characters with English sounds."""
        command = ("espeak-ng", "-v", _espeak_voice(language), "-s", str(self.WORDS_PER_MINUTE), "--stdin", "--stdout")
        return from_wav(await piped(command, text.encode()))


def _espeak_voice(language: str) -> str:
    """Return espeak's name of a language tag (zh-CN, cmn-Hans-CN, yue-HK, en-GB …)."""
    tag = language.lower()
    if tag.startswith(("zh-hk", "yue")):
        return "yue"
    if tag.startswith(("zh", "cmn")):
        return "cmn-latn-pinyin"
    return tag if tag in ("en-us", "en-gb", "pt-br", "fr-fr") else tag.split("-")[0] or "en"


class Polly:
    """Amazon Polly. Credentials as boto3 finds them."""

    def __init__(self, voice: str, engine: str, client: Any = None) -> None:
        self.name = f"polly-{voice}-{engine}"
        self._voice = voice
        self._engine = engine
        self._client = client

    async def speak(self, text: str, language: str, voice: str) -> bytes | None:
        """Return speech; a voice named like Polly.Zhiyu in the document goes before the configured one."""
        chosen = voice.partition("Polly.")[2].removesuffix("-Neural") or self._voice
        return await asyncio.to_thread(self._synthesized, text, language, chosen)

    def _synthesized(self, text: str, language: str, voice: str) -> bytes:
        if self._client is None:
            import boto3  # Only who speaks with Polly loads it.

            self._client = boto3.client("polly")
        try:
            answer = self._client.synthesize_speech(
                Text=text, VoiceId=voice, Engine=self._engine, OutputFormat="pcm", SampleRate=str(RATE),
                **({"LanguageCode": "cmn-CN"} if language.lower().startswith("zh") else {}),
            )  # fmt: skip
            return bytes(answer["AudioStream"].read())
        except Exception as error:
            raise SoundError(f"Polly: {error}") from error
