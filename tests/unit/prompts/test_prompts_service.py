"""IVR-4: prompts through the API, from the upload to what calls hear."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.kernel.audit import AuditItem
from chalicelib.kernel.aws import client as aws_client
from chalicelib.kernel.config import config
from chalicelib.kernel.principal import Principal
from chalicelib.prompts import service, tables
from chalicelib.prompts.model import Prompt, PromptUser, Spoken
from chalicelib.prompts.routes import router
from tests.unit.prompts.wav import wav

pytestmark = pytest.mark.usefixtures("bucket")


@pytest.fixture
def bucket(tables: None) -> Iterator[None]:  # noqa: ARG001
    """An empty library."""
    aws_client("s3").create_bucket(Bucket=config().prompts_bucket)
    yield
    service.connect(lambda _: [])
    service.forget()


@pytest.fixture
def api(client: Callable[..., Any]) -> Any:
    return client(router)


@pytest.fixture
def who(principal: Callable[..., Principal]) -> Principal:
    return principal("prompts.read", "prompts.write")


def uploaded(data: bytes) -> dict[str, str]:
    """Put a file where a browser would; return what names it."""
    sha256 = hashlib.sha256(data).hexdigest()
    aws_client("s3").put_object(Bucket=config().prompts_bucket, Key=f"uploads/{sha256}.wav", Body=data)
    return {"kind": "audio", "sha256": sha256, "name": "hello.mp3"}


def created(api: Any, who: Principal, **contents: Any) -> dict[str, Any]:
    answer = api.post("/prompts", {"name": "Hello", "contents": contents}, who=who)
    assert answer.status == 201, answer.body
    return answer.body


def stored_keys() -> set[str]:
    listed = aws_client("s3").list_objects_v2(Bucket=config().prompts_bucket)
    return {item["Key"] for item in listed.get("Contents", ())}


def test_an_address_takes_this_file_alone(api: Any, who: Principal) -> None:
    sha256 = hashlib.sha256(wav()).hexdigest()
    answer = api.post("/prompts/uploads", {"sha256": sha256, "size": len(wav())}, who=who)
    signed = parse_qs(urlsplit(answer.body["url"]).query)["X-Amz-SignedHeaders"][0].split(";")
    assert {"content-length", "content-type", "x-amz-checksum-sha256"} <= set(signed)
    assert set(answer.body["headers"]) == {"content-type", "x-amz-checksum-sha256"}


@pytest.mark.parametrize("body", [{"sha256": "x", "size": 100}, {"sha256": "0" * 64, "size": 10_000_000}])
def test_a_file_that_is_too_large_or_has_no_hash_gets_no_address(api: Any, who: Principal, body: Any) -> None:
    assert api.post("/prompts/uploads", body, who=who).status == 422


def test_uploaded_audio_is_published_under_its_hash(api: Any, who: Principal) -> None:
    given = uploaded(wav(4_000))
    made = created(api, who, **{"zh-CN": given, "en": {"kind": "spoken", "text": "Hello {name}"}})
    heard = made["contents"]["zh-CN"]
    assert (heard["seconds"], heard["by"], heard["name"]) == (0.5, "tester", "hello.mp3")
    key = f"audio/{made['prompt_id']}/{given['sha256']}.wav"
    assert heard["url"] == f"https://zhiyin.example/{key}"
    found = aws_client("s3").get_object(Bucket=config().prompts_bucket, Key=key)
    assert (found["Body"].read(), found["ContentType"]) == (wav(4_000), "audio/wav")
    assert "immutable" in found["CacheControl"]
    assert made["contents"]["en"] == {"kind": "spoken", "text": "Hello {name}"}
    assert api.get(f"/prompts/{made['prompt_id']}", who=who).body == made


def test_nothing_unfit_or_not_uploaded_is_ever_playable(api: Any, who: Principal) -> None:
    bad = uploaded(wav(rate=16_000))
    answer = api.post("/prompts", {"name": "X", "contents": {"en": bad}}, who=who)
    assert (answer.status, answer.body["code"], answer.body["params"]["reason"]) == (422, "invalid_audio", "rate")
    missing = {"kind": "audio", "sha256": "0" * 64}
    answer = api.post("/prompts", {"name": "X", "contents": {"en": missing}}, who=who)
    assert (answer.status, answer.body["code"]) == (409, "upload_missing")
    assert not [key for key in stored_keys() if key.startswith("audio/")]
    assert tables.prompts.all() == []


def test_a_replaced_recording_is_heard_and_the_old_file_stays(api: Any, who: Principal) -> None:
    made = created(api, who, en=uploaded(wav(800)))
    path = f"/prompts/{made['prompt_id']}"
    assert service.heard_one(made["prompt_id"]) is not None
    body = {"name": "Hello", "version": 1, "contents": {"en": uploaded(wav(1_600)), "zh-CN": made["contents"]["en"]}}
    answer = api.put(path, body, who=who)
    assert answer.status == 200, answer.body
    assert answer.body["contents"]["zh-CN"] == made["contents"]["en"]  # held already: not uploaded again
    heard = service.heard_one(made["prompt_id"])
    assert heard is not None
    assert heard.version == 2
    assert len([key for key in stored_keys() if key.startswith("audio/")]) == 2
    assert api.put(path, body, who=who).body["code"] == "changed_meanwhile"


def test_pages_go_by_name_and_are_searched(api: Any, who: Principal) -> None:
    for name in ("b", "A", "c", "other"):
        service.create("me", Prompt(prompt_id="", name=name), {"en": Spoken(f"says {name}")})
    first = api.get("/prompts?q=says&limit=3", who=who).body
    assert [one["name"] for one in first["items"]] == ["A", "b", "c"]
    rest = api.get(f"/prompts?q=says&limit=3&cursor={first['cursor']}", who=who).body
    assert ([one["name"] for one in rest["items"]], rest["cursor"]) == (["other"], None)
    assert api.get("/prompts?cursor=IngiCg", who=who).status == 422


def test_a_prompt_in_use_is_not_deleted_and_says_by_whom(api: Any, who: Principal) -> None:
    made = created(api, who, en={"kind": "spoken", "text": "Hello"})
    path = f"/prompts/{made['prompt_id']}"
    service.connect(lambda _: [PromptUser("flow", "f", "Main menu"), PromptUser("group", "8001", "Sales")])
    assert [user["id"] for user in api.get(f"{path}/users", who=who).body["items"]] == ["f", "8001"]
    answer = api.delete(f"{path}?version=1", who=who)
    assert (answer.status, answer.body["code"], answer.body["params"]["by"]) == (409, "in_use", "Main menu, Sales")
    service.connect(lambda _: [])
    assert api.delete(f"{path}?version=1", who=who).status == 204
    assert service.heard_one(made["prompt_id"]) is None
    acts = [item.action for item in AuditItem.query(f"prompt#{made['prompt_id']}")]
    assert acts == ["create", "delete"]


def test_who_may_only_read_changes_nothing(api: Any, principal: Callable[..., Principal]) -> None:
    reader = principal("prompts.read")
    assert api.get("/prompts", who=reader).status == 200
    for path in ("/prompts", "/prompts/uploads"):
        assert api.post(path, {}, who=reader).status == 403
    assert api.put("/prompts/p", {}, who=reader).status == 403
    assert api.delete("/prompts/p?version=1", who=reader).status == 403
    assert api.get("/prompts", who=principal("flows.read")).status == 403
