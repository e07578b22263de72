"""The WebSocket's other end: posts frames to connections; connections that are gone are forgotten."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from botocore.config import Config as BotoConfig
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.kernel import aws, log
from chalicelib.kernel.config import config
from chalicelib.realtime import tables

POSTERS = 8


class Undelivered(Exception):
    """Some connections could not be reached though they may be there."""


@cache
def management() -> Any:
    """Return the client of the WebSocket's management API."""
    region = aws.session().get_config_variable("region") or "us-east-1"
    limits = BotoConfig(
        connect_timeout=2, read_timeout=3, retries={"max_attempts": 3, "mode": "standard"}, max_pool_connections=POSTERS
    )
    endpoint = config().websocket_endpoint
    return aws.session().create_client(
        "apigatewaymanagementapi", region_name=region, config=limits, endpoint_url=endpoint
    )


def deliver(frames_by_connection: dict[str, list[bytes]]) -> None:
    """Post each connection's frames in order. Errors: Undelivered, after all were tried."""
    if not frames_by_connection:
        return
    client = management()  # made once here: making it is not safe in threads

    def post(connection_id: str) -> bool:
        return _post(client, connection_id, frames_by_connection[connection_id])

    if not all(_each(post, list(frames_by_connection))):
        raise Undelivered


def _each(post: Callable[[str], bool], connection_ids: list[str]) -> list[bool]:
    if len(connection_ids) == 1:
        return [post(connection_ids[0])]
    with ThreadPoolExecutor(POSTERS) as pool:
        return list(pool.map(post, connection_ids))


def _post(client: Any, connection_id: str, frames: list[bytes]) -> bool:
    try:
        for frame in frames:
            client.post_to_connection(ConnectionId=connection_id, Data=frame)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "GoneException":
            log.warn("not posted", connection_id=connection_id, error=str(error))
            return False
        forget(connection_id)
    except BotoCoreError as error:
        log.warn("not posted", connection_id=connection_id, error=str(error))
        return False
    return True


def forget(connection_id: str) -> None:
    """Delete what is stored of a connection that is gone."""
    tables.unsubscribe(connection_id, tables.topics_of(connection_id))
    tables.take_connection(connection_id)


def close(connection_id: str) -> None:
    """End a connection that we know nothing of, or whose user is gone, so that its page asks for a new ticket."""
    try:
        management().delete_connection(ConnectionId=connection_id)
    except (ClientError, BotoCoreError) as error:
        log.log("not closed", connection_id=connection_id, error=str(error))
