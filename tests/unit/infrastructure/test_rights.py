"""Policies are made from functions.yaml: what a row grants, and nothing else."""

from infrastructure.packaging import rights


def sids(document: rights.Json) -> dict[str, rights.Json]:
    """Return the statements by name."""
    return {statement["Sid"]: statement for statement in document["Statement"]}


def test_reading_a_table_covers_its_indexes_and_no_writing() -> None:
    read = sids(rights.policy({"read": ["call_index"]}, {}, "Logs"))["Read"]
    assert read["Resource"] == [
        {"Fn::GetAtt": ["CallIndexTable", "Arn"]},
        {"Fn::Sub": "${CallIndexTable.Arn}/index/*"},
    ]
    assert not {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"} & set(read["Action"])


def test_nested_lists_of_tables_are_one_statement() -> None:
    write = sids(rights.policy({"write": [["calls"], ["agents"]]}, {}, "Logs"))["Write"]
    assert {"Fn::GetAtt": ["CallsTable", "Arn"]} in write["Resource"]
    assert {"Fn::GetAtt": ["AgentsTable", "Arn"]} in write["Resource"]


def test_queue_source_allows_to_consume_that_queue_only() -> None:
    source = sids(rights.policy({}, {"source": "dispatch.fifo", "batch": 10}, "Logs"))["Source"]
    assert source["Resource"] == [{"Fn::GetAtt": ["DispatchQueue", "Arn"]}]
    assert "sqs:SendMessage" not in source["Action"]


def test_stream_source_may_report_what_it_gave_up() -> None:
    made = sids(rights.policy({}, {"stream": "calls", "batch": 100}, "Logs"))
    assert made["Source"]["Resource"] == [{"Fn::GetAtt": ["CallsTable", "StreamArn"]}]
    assert made["GivenUp"]["Resource"] == [{"Fn::GetAtt": ["StreamsDeadQueue", "Arn"]}]


def test_nothing_granted_is_logs_and_traces() -> None:
    assert sids(rights.policy({}, {}, "SweepLogs")).keys() == {"Logs", "Traces"}
