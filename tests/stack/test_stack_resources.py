"""What the template says is what the deploy made."""

from collections.abc import Callable
from typing import Any

Resources = dict[str, dict[str, Any]]


def of_type(template: dict[str, Any], kind: str) -> Resources:
    """Return the template's resources of one type by logical id."""
    return {name: each for name, each in template["Resources"].items() if each["Type"] == kind}


def local_name(value: dict[str, str]) -> str:
    """Return a name of the template as the laptop stack has it."""
    return value["Fn::Sub"].replace("${App}", "zhiyin").replace("${Stage}", "local")


def test_tables_have_their_keys_indexes_streams_and_expiry(template: dict[str, Any], aws: Callable[[str], Any]) -> None:
    dynamodb = aws("dynamodb")
    for logical, table in of_type(template, "AWS::DynamoDB::Table").items():
        wanted = table["Properties"]
        name = local_name(wanted["TableName"])
        made = dynamodb.describe_table(TableName=name)["Table"]
        assert made["KeySchema"] == wanted["KeySchema"], logical
        indexes = {each["IndexName"] for each in made.get("GlobalSecondaryIndexes", [])}
        assert indexes == {each["IndexName"] for each in wanted.get("GlobalSecondaryIndexes", [])}, logical
        assert bool(made.get("LatestStreamArn")) == ("StreamSpecification" in wanted), logical
        expiry = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        assert expiry.get("AttributeName") == wanted.get("TimeToLiveSpecification", {}).get("AttributeName"), logical


def test_queues_give_up_into_their_dead_letter_queue(template: dict[str, Any], aws: Callable[[str], Any]) -> None:
    sqs = aws("sqs")
    for logical, queue in of_type(template, "AWS::SQS::Queue").items():
        url = sqs.get_queue_url(QueueName=local_name(queue["Properties"]["QueueName"]))["QueueUrl"]
        made = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert ("RedrivePolicy" in made) == (not logical.endswith("DeadQueue")), logical
        assert made.get("FifoQueue", "false") == str(queue["Properties"].get("FifoQueue", False)).lower(), logical


def test_every_source_feeds_its_function(deployed: dict[str, Any], aws: Callable[[str], Any]) -> None:
    mappings = aws("lambda").list_event_source_mappings()["EventSourceMappings"]
    fed = {mapping["FunctionArn"].rpartition(":")[2] for mapping in mappings if mapping["State"] == "Enabled"}
    waiting = {name for name in deployed["functions"] if "-on_" in name}
    assert fed == waiting
    assert all(mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for mapping in mappings)
