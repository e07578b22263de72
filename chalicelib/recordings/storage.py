"""Audio in the bucket: written as it streams in, hashed on the way, verified, and handed out by presigned URL."""

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final
from urllib.parse import quote

import msgspec

from chalicelib.kernel import log
from chalicelib.kernel.aws import client, signing_s3
from chalicelib.kernel.config import config
from chalicelib.recordings.model import CopyFailed

PART: Final = 16 * 1024 * 1024
"""Bytes held at a time (twice); audio that fits into one part (eight minutes) is written in one request."""
URL_S: Final = 600
WAV: Final = "audio/wav"


class Stored(msgspec.Struct, frozen=True):
    """Audio as it went out: bytes, SHA-256 of all (hex), and the checksum that the bucket must report for it."""

    size: int
    sha256: str
    checksum: str


class Presigned(msgspec.Struct, frozen=True):
    """An address to hear audio at. expires_at: ms."""

    url: str
    expires_at: int


def store(chunks: Iterable[bytes], key: str, metadata: dict[str, str]) -> Stored:
    """Write audio to `key` and return what was written, verified. Nothing is left of a copy that fails midway.

    Errors: CopyFailed when the bucket does not hold what was sent; those of reading and of S3.
    """
    parts = _parts(chunks)
    first, second = next(parts, b""), next(parts, None)
    target = {"Bucket": config().recordings_bucket, "Key": key}
    if second is None:
        stored = _put(target, first, metadata)
    else:
        stored = _put_parts(target, _chain(first, second, parts), metadata)
    verify(key, stored)
    return stored


def verify(key: str, stored: Stored) -> None:
    """Compare the bucket's object with what was sent. Errors: CopyFailed."""
    found = client("s3").head_object(Bucket=config().recordings_bucket, Key=key, ChecksumMode="ENABLED")
    if found["ContentLength"] != stored.size:
        raise CopyFailed("size")
    # A part count ("-3") marks a checksum of checksums; the digest before it is what counts.
    reported = str(found.get("ChecksumSHA256", "")).split("-")[0]
    if reported == stored.checksum:
        return
    # A store that keeps no checksum of this kind is read back: nothing is deleted at the carrier on trust.
    if _read_back(key) != stored.sha256:
        raise CopyFailed("hash")


def presigned(key: str, name: str, download: bool, now: int) -> Presigned:
    """Return an address for a browser. name: the file's name, letters of a plain file name only."""
    how = "attachment" if download else "inline"
    wanted = {
        "Bucket": config().recordings_bucket,
        "Key": key,
        "ResponseContentType": WAV,
        "ResponseContentDisposition": f'{how}; filename="{quote(name, safe="+")}"',
    }
    url = signing_s3(config().s3_public_endpoint).generate_presigned_url("get_object", Params=wanted, ExpiresIn=URL_S)
    return Presigned(url, now + URL_S * 1000)


def _put(target: dict[str, str], body: bytes, metadata: dict[str, str]) -> Stored:
    digest = hashlib.sha256(body)
    checksum = _base64(digest.digest())
    client("s3").put_object(**target, **_kept(metadata), Body=body, ChecksumSHA256=checksum)
    return Stored(len(body), digest.hexdigest(), checksum)


def _kept(metadata: dict[str, str]) -> dict[str, Any]:
    """Return how an object is kept: few recordings are ever heard, so the storage class is the deployment's choice."""
    return {"ContentType": WAV, "Metadata": metadata, "StorageClass": config().recording_storage_class}


def _put_parts(target: dict[str, str], parts: Iterable[bytes], metadata: dict[str, str]) -> Stored:
    s3 = client("s3")
    begun = s3.create_multipart_upload(**target, **_kept(metadata), ChecksumAlgorithm="SHA256")
    upload = {**target, "UploadId": begun["UploadId"]}
    try:
        return _send_parts(s3, upload, parts)
    except BaseException:
        _quietly(lambda: s3.abort_multipart_upload(**upload))
        raise


def _send_parts(s3: Any, upload: dict[str, str], parts: Iterable[bytes]) -> Stored:
    whole, of_parts, size = hashlib.sha256(), hashlib.sha256(), 0
    sent: list[dict[str, Any]] = []
    for number, part in enumerate(parts, start=1):
        digest = hashlib.sha256(part).digest()
        whole.update(part)
        of_parts.update(digest)
        size += len(part)
        named = {"PartNumber": number, "ChecksumSHA256": _base64(digest)}
        answer = s3.upload_part(**upload, **named, Body=part)
        sent.append({**named, "ETag": answer["ETag"]})
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": sent})
    return Stored(size, whole.hexdigest(), _base64(of_parts.digest()))


def _parts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the stream in parts of `PART` bytes, the last one shorter."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) >= PART:
            yield bytes(held[:PART])
            del held[:PART]
    if held:
        yield bytes(held)


def _chain(first: bytes, second: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield second
    yield from rest


def _read_back(key: str) -> str:
    digest = hashlib.sha256()
    body = client("s3").get_object(Bucket=config().recordings_bucket, Key=key)["Body"]
    for chunk in body.iter_chunks(1024 * 1024):
        digest.update(chunk)
    return digest.hexdigest()


def _quietly(act: Callable[[], object]) -> None:
    """Do what is only tidying (the bucket's life cycle does it too); its failure must not hide the real one."""
    try:
        act()
    except Exception:
        log.logger().exception("upload not aborted")


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
