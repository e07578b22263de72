"""Audio in the bucket: put under `uploads/` by a browser, under `audio/` by us once it was checked.

`audio/` is what the one origin serves under the same path, without signature: a carrier fetches it for years. Nothing
there is ever overwritten by something else, since the key holds the hash.
"""

import base64
from typing import Final

import msgspec
from botocore.exceptions import ClientError

from chalicelib.kernel.aws import client, signing_s3
from chalicelib.kernel.config import config
from chalicelib.prompts.errors import UploadMissing

UPLOAD_S: Final = 900
WAV: Final = "audio/wav"
FOREVER: Final = "public, max-age=31536000, immutable"


class PromptUpload(msgspec.Struct, frozen=True):
    """Where to PUT a file, with which headers. expires_at: ms."""

    url: str
    headers: dict[str, str]
    expires_at: int


def presigned_upload(sha256: str, size: int, now: int) -> PromptUpload:
    """Return an address that takes exactly this file: length and checksum are part of what is signed."""
    checksum = base64.b64encode(bytes.fromhex(sha256)).decode()
    wanted = {
        "Bucket": config().prompts_bucket,
        "Key": _upload_key(sha256),
        "ContentType": WAV,
        "ContentLength": size,
        "ChecksumSHA256": checksum,
    }
    url = signing_s3(config().s3_public_endpoint).generate_presigned_url(
        "put_object", Params=wanted, ExpiresIn=UPLOAD_S
    )
    return PromptUpload(url, {"content-type": WAV, "x-amz-checksum-sha256": checksum}, now + UPLOAD_S * 1000)


def uploaded(sha256: str, limit: int) -> bytes:
    """Return an uploaded file, at most `limit` bytes and one more. Errors: UploadMissing."""
    try:
        found = client("s3").get_object(Bucket=config().prompts_bucket, Key=_upload_key(sha256))
    except ClientError as error:
        # Without the right to list, S3 says AccessDenied of what is not there.
        if error.response["Error"]["Code"] not in ("NoSuchKey", "AccessDenied"):
            raise
        raise UploadMissing(sha256=sha256) from error
    return found["Body"].read(limit + 1)


def publish(prompt_id: str, sha256: str, data: bytes) -> str:
    """Store checked audio where callers hear it, and return its key."""
    key = f"audio/{prompt_id}/{sha256}.wav"
    client("s3").put_object(
        Bucket=config().prompts_bucket, Key=key, Body=data, ContentType=WAV, CacheControl=FOREVER,
        ChecksumSHA256=base64.b64encode(bytes.fromhex(sha256)).decode(),
    )  # fmt: skip
    return key


def address(key: str) -> str:
    """Return the address at which the carrier fetches audio."""
    return f"{config().public_url.rstrip('/')}/{key}"


def _upload_key(sha256: str) -> str:
    return f"uploads/{sha256}.wav"
