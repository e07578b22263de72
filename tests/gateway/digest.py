"""Digest authentication as a telephone does it (RFC 2617, MD5, with or without qop)."""

import hashlib
import re
import secrets


def digest(challenge: str, user: str, password: str, method: str, uri: str) -> str:
    """Return an Authorization header's value for a challenge."""
    said = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))
    ha1, ha2 = digest_of(user, said["realm"], password), md5(f"{method}:{uri}")
    parts = [f'username="{user}"', f'realm="{said["realm"]}"', f'nonce="{said["nonce"]}"', f'uri="{uri}"']
    if "qop" in said:
        once = secrets.token_hex(4)
        response = md5(f"{ha1}:{said['nonce']}:00000001:{once}:auth:{ha2}")
        parts += ["qop=auth", "nc=00000001", f'cnonce="{once}"']
    else:
        response = md5(f"{ha1}:{said['nonce']}:{ha2}")
    return "Digest " + ", ".join([*parts, f'response="{response}"', "algorithm=MD5"])


def digest_of(user: str, realm: str, password: str) -> str:
    """Return HA1."""
    return md5(f"{user}:{realm}:{password}")


def md5(text: str) -> str:
    """Return the hexadecimal MD5."""
    return hashlib.md5(text.encode()).hexdigest()
