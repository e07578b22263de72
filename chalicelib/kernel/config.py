"""Configuration from the environment, read once. Names are listed in docs/configuration.md."""

import os
from functools import cache
from typing import Literal

import msgspec


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that differs between deployments. Secrets are not here: they live in the parameter store."""

    app: str = "zhiyin"
    stage: str = "local"
    public_url: str = "http://127.0.0.1:8080"
    oidc_issuer: str = ""
    oidc_jwks_url: str = ""
    oidc_client_id: str = ""
    user_pool_id: str = ""
    websocket_endpoint: str = ""
    recordings_bucket: str = ""
    prompts_bucket: str = ""
    recording_storage_class: str = "STANDARD"
    dispatch_queue_url: str = ""
    dial_queue_url: str = ""
    timers_queue_url: str = ""
    recordings_queue_url: str = ""
    realtime_queue_url: str = ""
    events_queue_url: str = ""
    carriers_parameter: str = ""
    show_listening: Literal["yes", "no"] = "yes"
    s3_public_endpoint: str = ""
    regions_file: str = ""
    loopback_hosts: str = ""

    def table(self, name: str) -> str:
        """Return the full name of a table: `<app>-<stage>-<name>`."""
        return f"{self.app}-{self.stage}-{name}"

    @property
    def carriers_parameter_name(self) -> str:
        """Return the name of the secure parameter that lists the carriers."""
        return self.carriers_parameter or f"/{self.app}/{self.stage}/carriers"

    @property
    def flow_secrets_path(self) -> str:
        """Return below which name of the parameter store the secrets of flows stand."""
        return f"/{self.app}/{self.stage}/flow-secrets"

    @property
    def admits_loopback(self) -> bool:
        """Return whether flows may ask services on this very machine (on a laptop)."""
        return self.loopback_hosts == "admit"


@cache
def config() -> Config:
    """Return the configuration of this process, from variables `ZHIYIN_<FIELD>`."""
    given = {name: os.environ.get(f"ZHIYIN_{name.upper()}") for name in Config.__struct_fields__}
    return msgspec.convert({name: value for name, value in given.items() if value}, Config)
