"""What AWS would check for a call, and whether a policy allows it."""

from typing import Any

import pytest

from infrastructure.local.runner.rights import allowed, needed

STATEMENTS = [
    {
        "Action": ["dynamodb:PutItem", "dynamodb:Query"],
        "Resource": [
            "arn:aws:dynamodb:us-east-1:000000000000:table/zhiyin-local-calls",
            "arn:aws:dynamodb:us-east-1:000000000000:table/zhiyin-local-calls/index/*",
        ],
    },
    {"Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::zhiyin-local-recordings/*"]},
]


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "wanted"),
    [
        ("dynamodb", "PutItem", {"TableName": "t"}, [("dynamodb:PutItem", "table/t")]),
        ("dynamodb", "Query", {"TableName": "t", "IndexName": "i"}, [("dynamodb:Query", "table/t/index/i")]),
        ("dynamodb", "BatchGetItem", {"RequestItems": {"t": {}}}, [("dynamodb:BatchGetItem", "table/t")]),
        (
            "dynamodb",
            "TransactWriteItems",
            {"TransactItems": [{"Put": {"TableName": "a"}}, {"ConditionCheck": {"TableName": "b"}}]},
            [("dynamodb:PutItem", "table/a"), ("dynamodb:ConditionCheckItem", "table/b")],
        ),
        ("sqs", "SendMessage", {"QueueUrl": "http://h/000000000000/q"}, [("sqs:SendMessage", "q")]),
        ("s3", "HeadObject", {"Bucket": "b", "Key": "k"}, [("s3:GetObject", "b/k")]),
        ("s3", "UploadPart", {"Bucket": "b", "Key": "k"}, [("s3:PutObject", "b/k")]),
        (
            "ssm",
            "GetParameter",
            {"Name": "/zhiyin/local/carriers"},
            [("ssm:GetParameter", "parameter/zhiyin/local/carriers")],
        ),
        ("cognito-idp", "InitiateAuth", {"ClientId": "c"}, []),
    ],
)
def test_call_needs_rights(
    service: str, operation: str, parameters: dict[str, Any], wanted: list[tuple[str, str]]
) -> None:
    assert list(needed(service, operation, parameters)) == wanted


@pytest.mark.parametrize(
    ("action", "resource", "is_allowed"),
    [
        ("dynamodb:PutItem", "table/zhiyin-local-calls", True),
        ("dynamodb:Query", "table/zhiyin-local-calls/index/due", True),
        ("dynamodb:DeleteItem", "table/zhiyin-local-calls", False),
        ("dynamodb:PutItem", "table/zhiyin-local-calls-too", False),
        ("s3:GetObject", "zhiyin-local-recordings/2026/one.wav", True),
        ("s3:GetObject", "another-bucket/one.wav", False),
    ],
)
def test_policy_allows_what_it_names(action: str, resource: str, is_allowed: bool) -> None:
    assert allowed(STATEMENTS, action, resource) is is_allowed
