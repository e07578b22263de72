"""Demo data of the laptop stack, made once: accounts to sign in with, the simulator as carrier, then the hooks' data.

`python -m infrastructure.local.seed` does the same by hand. Every step is safe to repeat.
"""

import importlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from botocore.exceptions import ClientError

from infrastructure.local import carrier, deploy
from infrastructure.local import settings as stack
from infrastructure.local.settings import APP, DEMO_PASSWORD, STAGE, Settings

HOOKS: list[str] = [
    f"infrastructure.local.demo:{step}" for step in ("people", "numbers", "groups", "flow", "customers")
]
"""Further steps as `module:function`, called in this order with the functions' environment set and no argument."""
DONE = f"/{APP}/{STAGE}/seeded"
"""Parameter that says which steps were done, kept where the data is: both are lost or kept together."""


@dataclass(frozen=True)
class Account:
    """One demo user of the user pool."""

    username: str
    name: str


ACCOUNTS = [
    *(Account(f"agent{number}", f"座席 {number}") for number in range(1, 6)),
    Account("supervisor1", "班长 1"),
    Account("admin1", "管理员 1"),
    Account("finance1", "财务 1"),
    Account("qa1", "质检 1"),
    Account("integrator1", "集成 1"),
]


def seed(settings: Settings) -> None:
    """Do every step that was not done in this stack yet."""
    done = _done(settings)
    for name, step in _steps().items():
        if name not in done:
            step(settings)
            done.append(name)
            parameters = deploy.client(settings, "ssm")
            parameters.put_parameter(Name=DONE, Value=json.dumps(done), Type="String", Overwrite=True)


def _steps() -> dict[str, Callable[[Settings], None]]:
    return {"accounts": _accounts, "carriers": _carriers, **{hook: _hook(hook) for hook in HOOKS}}


def _done(settings: Settings) -> list[str]:
    try:
        return json.loads(deploy.client(settings, "ssm").get_parameter(Name=DONE)["Parameter"]["Value"])
    except ClientError:
        return []


def _accounts(settings: Settings) -> None:
    pool = deploy.read(settings)["outputs"]["UserPoolId"]
    cognito = deploy.client(settings, "cognito-idp")
    for account in ACCOUNTS:
        with suppress(cognito.exceptions.UsernameExistsException):
            cognito.admin_create_user(
                UserPoolId=pool,
                Username=account.username,
                MessageAction="SUPPRESS",
                UserAttributes=[{"Name": "name", "Value": account.name}],
            )
        cognito.admin_set_user_password(
            UserPoolId=pool, Username=account.username, Password=DEMO_PASSWORD, Permanent=True
        )


def _carriers(settings: Settings) -> None:
    carrier.put_parameter(settings)


def _hook(path: str) -> Callable[[Settings], None]:
    def run(settings: Settings) -> None:
        functions = deploy.read(settings)["functions"]
        os.environ.update(next(iter(functions.values()))["environment"])
        module, _, function = path.partition(":")
        getattr(importlib.import_module(module), function)()

    return run


if __name__ == "__main__":
    seed(stack.load())
