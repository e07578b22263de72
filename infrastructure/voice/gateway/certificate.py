"""A self-signed certificate for gateways that were given none: enough for a laptop and for first steps."""

import subprocess

from infrastructure.voice.gateway.rendering import certificate_of
from infrastructure.voice.gateway.settings import Settings

DAYS = "825"


def ensure(settings: Settings) -> None:
    """Make certificate and key unless they are there. Errors: FileNotFoundError when configured ones are missing."""
    certificate, key = certificate_of(settings)
    if certificate.exists() and key.exists():
        return
    if settings.certificate:
        raise FileNotFoundError(f"{certificate} or {key} is missing")
    certificate.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    names = f"subjectAltName=DNS:{settings.domain},DNS:localhost,IP:{settings.address}"
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(key)]
    subject = ["-days", DAYS, "-subj", f"/CN={settings.domain}", "-addext", names, "-out", str(certificate)]
    subprocess.run(["openssl", "req", "-x509", *new_key, *subject], check=True, capture_output=True)
    key.chmod(0o600)
