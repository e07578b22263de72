"""List prices of AWS, us-east-1, in US dollars, as published on 2026-11-22, without free tiers and discounts.

Sources: aws.amazon.com/{lambda,api-gateway,dynamodb,sqs,s3,cloudwatch,cloudfront}/pricing. Times are assumptions about
AWS (a request from Lambda within the region, median), not measurements of the laptop.
"""

LAMBDA_REQUEST = 0.20 / 1e6
LAMBDA_GB_S = 0.0000166667
REST_REQUEST = 3.50 / 1e6
WEBSOCKET_MESSAGE = 1.00 / 1e6
WEBSOCKET_MINUTE = 0.25 / 1e6
CLOUDFRONT_REQUEST = 0.0100 / 1e4
DYNAMODB_WRITE = 0.625 / 1e6
DYNAMODB_READ = 0.125 / 1e6
SQS_STANDARD = 0.40 / 1e6
SQS_FIFO = 0.50 / 1e6
S3_PUT = 0.01 / 1e3
S3_GET = 0.0004 / 1e3
S3_GB_MONTH = 0.0125
"""Infrequent access, as the template has it; playing adds S3_RETRIEVAL_GB."""
S3_RETRIEVAL_GB = 0.01
PLAYED = 0.1
"""Share of recordings that somebody plays once: an assumption."""
LOGS_GB = 0.50

FULL_CPU_MB = 1769
"""Memory at which Lambda gives one whole processor; less memory, less of it."""
CPU_MS = {"webhook": 7.0, "api": 7.0, "trigger": 5.0, "socket": 3.0, "authorizer": 12.0}
"""Processor time of an invocation at one whole processor (webhook: `webhook_cpu_ms`)."""
WAIT_MS = {
    "dynamodb.GetItem": 4, "dynamodb.Query": 5, "dynamodb.BatchGetItem": 5, "dynamodb.PutItem": 5,
    "dynamodb.UpdateItem": 5, "dynamodb.DeleteItem": 5, "dynamodb.BatchWriteItem": 7,
    "dynamodb.TransactWriteItems": 15, "sqs.SendMessage": 7, "sqs.SendMessageBatch": 9, "ssm.GetParameter": 0,
    "apigatewaymanagementapi.PostToConnection": 12, "s3.PutObject": 250, "s3.UploadPart": 250, "carrier": 180,
    "media": 1_500,
}  # fmt: skip
OTHER_WAIT_MS = 25
PLATFORM_LOG_BYTES = 330
"""START, END and REPORT lines of an invocation."""
POLL_REQUESTS = 2
"""Lambda's own requests per batch of a queue: receive and delete. A request carries up to ten messages."""
