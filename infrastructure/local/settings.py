"""Where one laptop stack lives and listens. Stacks with different settings never meet (tests, a developer's)."""

import os
from dataclasses import dataclass
from pathlib import Path

from infrastructure.supervision import PROJECT

REGION = "us-east-1"
APP = "zhiyin"
STAGE = "local"
STACK_NAME = f"{APP}-{STAGE}"
DEMO_PASSWORD = "Zhiyin-demo-1"
"""Password of every demo account. The laptop stack listens on the loopback interface only."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Ports (all on 127.0.0.1) and directories of one stack."""

    home: Path
    port: int
    emulator_port: int
    simulator_port: int
    runner_port: int
    workers: int

    @property
    def public_url(self) -> str:
        """Return the one origin: web app, /api, /voice, /ws, /sim."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def emulator_url(self) -> str:
        """Return the endpoint of every AWS service."""
        return f"http://127.0.0.1:{self.emulator_port}"

    @property
    def simulator_url(self) -> str:
        """Return the base address of the carrier simulator's REST interface."""
        return f"http://127.0.0.1:{self.simulator_port}"

    @property
    def runner_url(self) -> str:
        """Return where the emulator sends invocations."""
        return f"http://127.0.0.1:{self.runner_port}/"

    @property
    def logs(self) -> Path:
        """Return the directory of one log file a part."""
        return self.home / "logs"

    @property
    def pids(self) -> Path:
        """Return the directory of one pid file a part."""
        return self.home / "pids"

    @property
    def outputs_file(self) -> Path:
        """Return the file in which a deploy leaves what it made (API ids, template hash, function environment)."""
        return self.home / "deployed.json"

    def aws_environment(self) -> dict[str, str]:
        """Return the variables that point any AWS client at this stack's emulator."""
        return {
            "AWS_ENDPOINT_URL": self.emulator_url,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def own_environment(self) -> dict[str, str]:
        """Return the variables from which a child process reads these same settings."""
        return {
            "ZHIYIN_HOME": str(self.home),
            "ZHIYIN_PORT": str(self.port),
            "ZHIYIN_EMULATOR_PORT": str(self.emulator_port),
            "ZHIYIN_SIMULATOR_PORT": str(self.simulator_port),
            "ZHIYIN_RUNNER_PORT": str(self.runner_port),
            "ZHIYIN_WORKERS": str(self.workers),
        }


def load() -> Settings:
    """Read the settings of this process from the environment; the defaults are the developer's stack."""
    return Settings(
        home=Path(os.environ.get("ZHIYIN_HOME", PROJECT / ".local")).resolve(),
        port=int(os.environ.get("ZHIYIN_PORT", "8080")),
        emulator_port=int(os.environ.get("ZHIYIN_EMULATOR_PORT", "4566")),
        simulator_port=int(os.environ.get("ZHIYIN_SIMULATOR_PORT", "8090")),
        runner_port=int(os.environ.get("ZHIYIN_RUNNER_PORT", "9180")),
        workers=int(os.environ.get("ZHIYIN_WORKERS", "6")),
    )
