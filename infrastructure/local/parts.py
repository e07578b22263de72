"""The processes of the stack: how each is started, and how one tells that it answers."""

import os
import shutil
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from infrastructure.local import carrier, origin
from infrastructure.local.settings import Settings
from infrastructure.supervision import PROJECT
from infrastructure.supervision.program import Program

EMULATOR_VENV = PROJECT / ".emulator"
NGINX = "/usr/sbin/nginx"


@dataclass(frozen=True, kw_only=True)
class Part(Program):
    """A program of the stack, and how one tells that it answers."""

    answers: Callable[[], bool]


def emulator(settings: Settings) -> Part:
    """Return the AWS emulator with its state under the stack's own directory."""
    folders = {
        "STATE_DIR": settings.home / "state",
        "S3_DATA_DIR": settings.home / "objects",
        "TMPDIR": settings.home / "tmp",
    }
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    environment = {
        **{name: str(folder) for name, folder in folders.items()},
        "GATEWAY_PORT": str(settings.emulator_port),
        "BIND_HOST": "127.0.0.1",
        "PERSIST_STATE": "1",
        "S3_PERSIST": "1",
        "LAMBDA_EXECUTOR": "local",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
    }
    return Part(
        name="emulator",
        command=[str(EMULATOR_VENV / "bin" / "python"), str(PROJECT / "infrastructure" / "local" / "emulator")],
        answers=lambda: responds(f"{settings.emulator_url}/_ministack/health"),
        environment=environment,
    )


def runner(settings: Settings) -> Part:
    """Return the process that runs the functions."""
    return Part(
        name="runner",
        command=[sys.executable, "-m", "infrastructure.local.runner"],
        answers=lambda: responds(f"{settings.public_url}/api/health"),
        environment=settings.own_environment(),
    )


def simulator(settings: Settings) -> Part:
    """Return the carrier simulator."""
    configuration = carrier.write_configuration(settings)
    return Part(
        name="simulator",
        command=[sys.executable, "-m", "infrastructure.voice", "serve", "--config", str(configuration)],
        answers=lambda: responds(f"{settings.simulator_url}/sim/health"),
    )


def proxy(settings: Settings) -> Part:
    """Return nginx in front of everything."""
    nginx = NGINX if Path(NGINX).exists() else shutil.which("nginx") or "nginx"
    return Part(
        name="nginx",
        command=[nginx, "-c", str(origin.configuration_file(settings)), "-p", str(settings.home), "-e", "stderr"],
        answers=lambda: listens(settings.public_url),
    )


def responds(url: str) -> bool:
    """Tell whether GET answers with 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def listens(url: str) -> bool:
    """Tell whether somebody answers HTTP there, with whatever status."""
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def inherited() -> dict[str, str]:
    """Return this process's environment without what would point a child at another stack or at real AWS."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ZHIYIN_"))}
