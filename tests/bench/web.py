"""What a browser loads first: the built page and all that it names, compressed."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

DIST = Path(__file__).resolve().parents[2] / "frontend" / "dist"
NAMED = re.compile(r'(?:src|href)="/?([^"]+\.(?:js|css))"')


def run(say: Callable[[str, object], None], size: float = 1.0) -> None:
    """Say the sizes in kB (1,000 bytes)."""
    del size
    page = DIST / "index.html"
    if not page.exists():
        say("web_initial_kb_gz", "not built (cd frontend && npm run build)")
        return
    names = sorted(set(NAMED.findall(page.read_text())))
    sizes = {name: _compressed(DIST / name) for name in ["index.html", *names]}
    say("web_initial_kb_gz", f"{sum(sizes.values()) / 1000:.1f}")
    for name, bytes_ in sorted(sizes.items(), key=lambda pair: -pair[1])[:3]:
        say(f"web_initial_kb_gz_of_{Path(name).name}", f"{bytes_ / 1000:.1f}")


def _compressed(file: Path) -> int:
    return len(gzip.compress(file.read_bytes(), 9))
