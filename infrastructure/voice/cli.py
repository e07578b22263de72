"""The command line: run the simulator, or act on a running one."""

import argparse
import asyncio
import json
import logging
import sys
from typing import Any

import aiohttp

from infrastructure.voice import cli_call, cli_node, config, server

DEFAULT_BASE = "http://127.0.0.1:8090"


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return the exit status."""
    flags = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    if flags.command == "serve":
        try:
            settings = config.load(flags)
        except (ValueError, OSError) as error:
            print(f"configuration: {error}", file=sys.stderr)
            return 2
        try:
            asyncio.run(server.serve(settings))
        except OSError as error:
            print(f"cannot listen: {error}", file=sys.stderr)
            return 2
        return 0
    if flags.command == "node":
        return cli_node.run(flags)
    try:
        return asyncio.run(_COMMANDS[flags.command](flags))
    except aiohttp.ClientError as error:
        print(f"no simulator at {flags.base}: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infrastructure.voice", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run the simulator in the foreground")
    config.add_flags(serve)
    config.add_phone_flags(serve)
    cli_node.add_flags(commands.add_parser("node", help="run one voice node of the gateway in the foreground"))
    call = commands.add_parser("call", help="let a scripted person call, and print what happens")
    cli_call.add_flags(call)
    phone = commands.add_parser("phone", help="set a scripted phone")
    phone.add_argument("--pattern", required=True, help="address or pattern, e.g. client:agent2 or +86139*")
    phone.add_argument("--result", default="answer")
    phone.add_argument("--answer-after-s", type=float, default=1)
    phone.add_argument("--press", default="", help="keys to press a second after the answer")
    phone.add_argument("--talk-s", type=float)
    calls = commands.add_parser("calls", help="list calls")
    for command in (call, phone, calls):
        command.add_argument("--base", default=DEFAULT_BASE)
        command.add_argument("--json", action="store_true", help="print JSON")
    return parser


async def _phone(flags: argparse.Namespace) -> int:
    phone: dict[str, Any] = {
        "pattern": flags.pattern,
        "result": flags.result,
        "answer_after_s": flags.answer_after_s,
        "presses": [{"after_s": 1, "digits": flags.press}] if flags.press else [],
    }
    if flags.talk_s is not None:
        phone["talk_s"] = flags.talk_s
    async with aiohttp.ClientSession() as session, session.put(f"{flags.base}/sim/phones", json=phone) as answer:
        print(json.dumps(await answer.json(), ensure_ascii=False))
        return 0 if answer.ok else 1


async def _calls(flags: argparse.Namespace) -> int:
    async with aiohttp.ClientSession() as session, session.get(f"{flags.base}/sim/calls") as answer:
        items = (await answer.json())["items"]
    if flags.json:
        print(json.dumps(items, ensure_ascii=False))
        return 0
    for item in items:
        where = item["conference"] or item["queue"] or ""
        print(f"{item['call_sid']}  {item['status']:<12} {item['from']} → {item['to']}  {where}")
    return 0


_COMMANDS = {"call": cli_call.run, "phone": _phone, "calls": _calls}
