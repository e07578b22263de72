"""`call`: place a scripted call on a running simulator and print its time line while it happens."""

import argparse
import asyncio
import json
import sys
from typing import Any

import aiohttp

from infrastructure.voice.engine.subscription import FINAL

POLL_S = 0.2
QUIET = ("document", "callback")


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument(
        "--from",
        dest="from_",
        default="+8613800000001",
        help="a person outside, or a phone of ours: sip:1005@voice.local",
    )
    parser.add_argument("--to", default="+861055550100", help="one of our numbers; what a phone of ours dials")
    parser.add_argument("--keys", default="", help="keys to press, one each time that keys are awaited")
    parser.add_argument("--talk-s", type=float, default=10, help="hang up so long after being connected")
    parser.add_argument("--patience-s", type=float, default=120)


def script(flags: argparse.Namespace) -> dict[str, Any]:
    """Return the caller that the flags describe."""
    steps: list[dict[str, Any]] = []
    for key in flags.keys:
        steps += [{"wait_until": "listening"}, {"wait_s": 0.5}, {"press": key}]
    steps += [
        {"wait_until": "connected", "timeout_s": flags.patience_s},
        {"wait_s": flags.talk_s},
        {"hang_up": True},
    ]
    return {"from": flags.from_, "to": flags.to, "patience_s": flags.patience_s, "steps": steps}


async def run(flags: argparse.Namespace) -> int:
    """Place the call, print the time line, return 0 when it was connected to someone."""
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{flags.base}/sim/calls", json=script(flags)) as answer:
            placed = await answer.json()
            if not answer.ok:
                print(f"{placed['code']}: {placed['detail']}", file=sys.stderr)
                return 2
        call = await _follow(session, f"{flags.base}/sim/calls/{placed['call_sid']}", quiet=flags.json)
    if flags.json:
        print(json.dumps(call, ensure_ascii=False))
    else:
        print(f"{call['status']} after {call['duration_s']} s, ended by {call['ended_by']}")
    return 0 if connected(call) else 1


async def _follow(session: aiohttp.ClientSession, url: str, *, quiet: bool) -> dict[str, Any]:
    shown = 0
    while True:
        async with session.get(url) as answer:
            call: dict[str, Any] = await answer.json()
        if not quiet:
            for line in call["timeline"][shown:]:
                print_line(line)
        shown = len(call["timeline"])
        if call["status"] in FINAL:
            return call
        await asyncio.sleep(POLL_S)


def print_line(line: dict[str, Any]) -> None:
    """Print one line of a time line."""
    if line["what"] in QUIET:
        return
    detail = "  ".join(f"{name}={value}" for name, value in line["detail"].items() if value not in (None, "", []))
    print(f"{line['offset_ms'] / 1000:8.2f} s  {line['what']:<12} {detail}", flush=True)


def connected(call: dict[str, Any]) -> bool:
    """Tell whether the caller ever talked to someone."""
    return any(line["what"] == "hears" and line["detail"].get("kind") == "conversation" for line in call["timeline"])
