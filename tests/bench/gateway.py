"""Requests as API Gateway hands them to the application, webhooks signed as the carrier does."""

import json
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from twilio.request_validator import RequestValidator

ACCOUNT = "AC" + "0" * 32
TOKEN = "bench-token"
PUBLIC_URL = "https://zhiyin.example"
CARRIERS = json.dumps(
    [
        {
            "name": "simulator", "account_sid": ACCOUNT, "auth_token": TOKEN, "base_url": "https://api.carrier.example",
            "calls_per_second": 20, "api_key": "", "api_secret": "",
        }
    ]
)  # fmt: skip
VARIABLES = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_EC2_METADATA_DISABLED": "true",
    "ZHIYIN_PUBLIC_URL": PUBLIC_URL,
    "ZHIYIN_RECORDINGS_BUCKET": "zhiyin-local-recordings",
    "ZHIYIN_WEBSOCKET_ENDPOINT": "https://socket.example/live",
    **{
        f"ZHIYIN_{name.upper()}_QUEUE_URL": f"https://sqs.us-east-1.amazonaws.com/1/{name}"
        for name in ("dispatch", "dial", "timers", "recordings", "realtime", "events")
    },
}
CONTEXT = SimpleNamespace(
    function_name="bench", memory_limit_in_mb=1024, invoked_function_arn="arn:aws:lambda:us-east-1:1:function:bench",
    aws_request_id="bench",
)  # fmt: skip


def webhook(url: str, **form: str) -> dict[str, Any]:
    """Return the event of a webhook to `url` (absolute or a path below the public URL)."""
    full = url if url.startswith("http") else PUBLIC_URL + url
    given = {"AccountSid": ACCOUNT, **form}
    signature = RequestValidator(TOKEN).compute_signature(full, given)
    headers = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature}
    parts = urlsplit(full)
    return _event("POST", parts.path, dict(parse_qsl(parts.query)), headers, urlencode(given), None)


def request(
    method: str, resource: str, parameters: dict[str, str], query: dict[str, str], body: Any, principal: str
) -> dict[str, Any]:
    """Return the event of an API request by a signed-in user (the authorizer's answer is in it).

    resource: the path as the route has it; parameters: what stands in its braces.
    """
    headers = {"content-type": "application/json"}
    made = _event(method, resource, query, headers, json.dumps(body), {"principal": principal})
    return {**made, "path": resource.format(**parameters), "pathParameters": parameters or None}


def _event(
    method: str, path: str, query: dict[str, str], headers: dict[str, str], body: str, authorizer: Any
) -> dict[str, Any]:
    return {
        "resource": path, "path": path, "httpMethod": method, "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": query or None,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} or None,
        "pathParameters": None, "stageVariables": None, "body": body, "isBase64Encoded": False,
        "requestContext": {
            "resourcePath": path, "httpMethod": method, "path": path, "identity": {"sourceIp": "127.0.0.1"},
            "authorizer": authorizer or {},
        },
    }  # fmt: skip
