"""A call asks a real business system on the running stack: request, look-up, sub-flow, message, queue (IVR-3)."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import httpx
import pytest

from infrastructure.local.call import User
from infrastructure.local.carrier import ACCOUNT_SID, AUTH_TOKEN
from infrastructure.local.settings import Settings
from infrastructure.local.waiting import eventually

CALLER, NUMBER, GROUP = "+8613900188001", "+861055550188", "8001"
SECRET = "/zhiyin/local/flow-secrets/crm"


class Orders(BaseHTTPRequestHandler):
    """A business system that keeps what it is asked."""

    asked: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        """Answer with the caller's order."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Orders.asked.append({"path": self.path, "key": self.headers["Authorization"], **body})
        answer = json.dumps({"orders": [{"id": "A-77", "state": "shipped"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
        del format, args


@pytest.fixture
def business() -> Iterator[int]:
    """The port of a business system on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Orders)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def admin(stack: Settings) -> Iterator[User]:
    """The administrator; what he made is deleted again, the last first."""
    with closing(User(stack, "admin1")) as user:
        yield user


def flow(name: str, start: str, **nodes: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "start": start, "nodes": nodes}


def published(admin: User, flow_id: str, draft: dict[str, Any]) -> None:
    admin.post("/flows", flow_id=flow_id, name=draft["name"], draft=draft)
    admin.post(f"/flows/{flow_id}/publish")


def removed(admin: User, path: str) -> None:
    admin.http.delete(path, params={"version": admin.get(path)["version"]}).raise_for_status()


BYE = {"kind": "hang_up"}
SHOP = flow(
    "订单", "again",
    again={
        "kind": "condition", "edges": {"shipped": "back", "else": "back"},
        "branches": [{"name": "shipped", "tests": [{"test": "variable", "variable": "state", "value": "shipped"}]}],
    },
    back={"kind": "return"},
)  # fmt: skip


def main_flow(port: int) -> dict[str, Any]:
    return flow(
        "业务查询", "ask",
        ask={
            "kind": "http", "method": "POST", "url": f"http://127.0.0.1:{port}/orders?from={{caller}}",
            "headers": {"Authorization": "Bearer {{secret.crm}}"}, "body": '{"phone": "{caller}"}',
            "results": {"order": "orders[0].id", "state": "orders[0].state"}, "edges": {"ok": "who", "failed": "end"},
        },
        who={"kind": "lookup", "adopt": True, "edges": {"found": "shop", "not_found": "end"}},
        shop={
            "kind": "sub_flow", "flow_id": "shop-188", "inputs": {"state": "{state}"}, "outputs": {"checked": "state"},
            "edges": {"next": "tell", "failed": "end"},
        },
        tell={
            "kind": "sms", "texts": {"zh-CN": "订单 {order} 已发货", "en": "Order {order} is on its way"},
            "edges": {"next": "queue", "failed": "end"},
        },
        queue={"kind": "queue", "group_id": GROUP}, end=BYE,
    )  # fmt: skip


@pytest.fixture
def number(stack: Settings, admin: User, business: int, aws: Callable[[str], Any]) -> Iterator[str]:
    """A number that leads to the flow; the business system is on the list, its key in the parameter store."""
    aws("ssm").put_parameter(Name=SECRET, Value="k-1", Type="SecureString", Overwrite=True)
    hosts = admin.get("/flow-hosts")
    mine = {"host": "127.0.0.1", "port": business, "plain": True}
    admin.http.put("/flow-hosts", json={**hosts, "hosts": [mine]}).raise_for_status()
    customer = admin.post("/customers", name="订单客户", phones=[CALLER], grade=6)
    published(admin, "shop-188", SHOP)
    published(admin, "orders-188", main_flow(business))
    admin.post("/trunk-numbers", number=NUMBER, carrier="simulator", flow_id="orders-188")
    voice = f"{stack.public_url}/voice"
    urls = {"phone_number": NUMBER, "voice_url": f"{voice}/inbound", "status_callback": f"{voice}/status"}
    httpx.put(f"{stack.simulator_url}/sim/numbers", json=urls).raise_for_status()
    yield customer["customer_id"]
    admin.http.delete(f"/trunk-numbers/{NUMBER}").raise_for_status()
    removed(admin, "/flows/orders-188")
    removed(admin, "/flows/shop-188")
    removed(admin, f"/customers/{customer['customer_id']}")
    admin.http.put("/flow-hosts", json={**admin.get("/flow-hosts"), "hosts": []}).raise_for_status()
    aws("ssm").delete_parameter(Name=SECRET)


def test_a_call_asks_a_business_system_and_is_routed_by_what_it_says(stack: Settings, admin: User, number: str) -> None:
    with httpx.Client(base_url=f"{stack.simulator_url}/sim", timeout=20) as simulator:
        simulator.post("/faults", json={"kind": "duplicate", "on": "any", "times": 0}).raise_for_status()
        placed = simulator.post("/calls", json={"from": CALLER, "to": NUMBER, "steps": []})
        call_id = placed.raise_for_status().json()["call_sid"]

        def view() -> dict[str, Any]:
            answer = admin.http.get(f"/calls/{call_id}")
            return answer.json() if answer.is_success else {}

        eventually(lambda: view().get("state") == "queued", "the call waits in the group's queue")
        call = view()
        simulator.post(f"/calls/{call_id}/hang-up").raise_for_status()
        simulator.delete("/faults")

    assert Orders.asked == [{"path": f"/orders?from=%2B{CALLER[1:]}", "key": "Bearer k-1", "phone": CALLER}], "once"
    assert call["variables"]["order"] == "A-77"
    assert call["variables"]["checked"] == "shipped"
    assert call["customer_id"] == number
    assert "k-1" not in json.dumps(call)
    _check_events(admin, call_id)
    _check_message(stack)


def _check_events(admin: User, call_id: str) -> None:
    def walked() -> list[tuple[str, str]]:
        events = admin.get(f"/calls/{call_id}/events")["items"]
        return [(one["data"]["flow_id"], one["data"]["node"]) for one in events if one["type"] == "call.flow"]

    wanted = ("shop-188", "again")
    eventually(lambda: wanted in walked(), "the way through both flows is filed")


def _check_message(stack: Settings) -> None:
    url = f"{stack.simulator_url}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"

    def taken() -> list[str]:
        answer = httpx.get(url, params={"To": CALLER}, auth=(ACCOUNT_SID, AUTH_TOKEN), timeout=10)
        return [one["body"] for one in answer.raise_for_status().json()["messages"]]

    eventually(lambda: taken() == ["订单 A-77 已发货"], "the message reached the carrier once")
