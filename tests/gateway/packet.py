"""SIP messages, as a test reads them."""

import re
from dataclasses import dataclass


def _headers(lines: list[str]) -> list[tuple[str, str]]:
    return [(line.partition(":")[0].strip().lower(), line.partition(":")[2].strip()) for line in lines]


@dataclass
class Packet:
    """A SIP message."""

    first: str
    headers: list[tuple[str, str]]
    body: str

    @classmethod
    def read(cls, data: bytes) -> "Packet":
        head, _, body = data.decode("utf-8", "replace").partition("\r\n\r\n")
        lines = head.split("\r\n")
        return cls(lines[0], _headers(lines[1:]), body)

    def get(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name.lower()), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name.lower()]

    @property
    def status(self) -> int:
        return int(self.first.split()[1]) if self.first.startswith("SIP/2.0") else 0

    @property
    def method(self) -> str:
        return self.get("cseq").split()[-1]

    def media(self) -> tuple[str, int]:
        """Return where its SDP wants RTP."""
        host = re.search(r"^c=IN IP4 (\S+)", self.body, re.MULTILINE)
        port = re.search(r"^m=audio (\d+)", self.body, re.MULTILINE)
        assert host is not None
        assert port is not None
        return host.group(1), int(port.group(1))
