"""Refusals of prompts, in both languages."""

from typing import ClassVar

from chalicelib.kernel.errors import DomainError


class InvalidAudio(DomainError):
    """The file is not what telephones play. params: reason (not_wav, truncated, not_pcm, channels, rate, bits, empty,
    too_long, hash)."""

    status = 422
    code = "invalid_audio"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "音频不符合要求({reason}):须为 8 kHz、16 位、单声道 PCM WAV,且不超过 10 分钟。请转换后重新上传。",
        "en": (
            "The audio cannot be used ({reason}). It must be a WAV file: PCM, mono, 8 kHz, 16 bits, at most ten"
            " minutes. Convert it and upload it again."
        ),
    }


class UploadMissing(DomainError):
    """Nothing was uploaded with this hash, or it has expired. params: sha256."""

    status = 409
    code = "upload_missing"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "没有找到已上传的音频,可能已过期,请重新上传后再保存。",
        "en": "The uploaded audio was not found; it may have expired. Upload it again, then save.",
    }
