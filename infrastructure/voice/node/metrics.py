"""Figures of one node as Prometheus reads them (text exposition format 0.0.4)."""

from infrastructure.voice.legs.sip.tally import Tally
from infrastructure.voice.sound.mixer import Mixer

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_PREFIX = "zhiyin_voice_"


def render(mixer: Mixer, tally: Tally, *, legs: int, pending: int, draining: bool, max_legs: int) -> str:
    """Return the page. legs: in progress; pending: webhooks under way."""
    late, work = sorted(mixer.lateness_s), sorted(mixer.work_s)
    lines = [
        *_metric("legs", "gauge", "Legs in progress.", legs),
        *_metric("legs_max", "gauge", "Legs that this node takes.", max_legs),
        *_metric("legs_total", "counter", "Legs that have ended.", tally.ended),
        *_metric("draining", "gauge", "1 while no new calls are taken.", int(draining)),
        *_summary("mixer_late_seconds", "How late ticks of 20 ms began in the last minute.", late),
        *_summary("mixer_work_seconds", "How long a tick took in the last minute.", work),
        *_metric("mixer_ticks_total", "counter", "Ticks.", mixer.ticks),
        *_metric("mixer_ticks_left_out_total", "counter", "Ticks left out after a stall.", mixer.ticks_left_out),
        *_metric("rtp_received_total", "counter", "RTP packets received.", tally.received()),
        *_metric("rtp_lost_total", "counter", "RTP packets that never came.", tally.lost()),
        *_metric("rtp_jitter_ms", "gauge", "Worst jitter of a leg.", tally.jitter_ms()),
        *_metric("gaps_total", "counter", "Tears in received sound.", tally.gaps()),
        *_metric("callbacks_pending", "gauge", "Webhooks under way.", pending),
    ]
    return "\n".join(lines) + "\n"


def _metric(name: str, kind: str, text: str, value: float) -> list[str]:
    return [f"# HELP {_PREFIX}{name} {text}", f"# TYPE {_PREFIX}{name} {kind}", f"{_PREFIX}{name} {value:.15g}"]


def _summary(name: str, text: str, values: list[float]) -> list[str]:
    lines = [f"# HELP {_PREFIX}{name} {text}", f"# TYPE {_PREFIX}{name} summary"]
    for quantile in (0.5, 0.99, 1.0):
        at = values[min(len(values) - 1, int(quantile * len(values)))] if values else 0.0
        lines.append(f'{_PREFIX}{name}{{quantile="{quantile:g}"}} {at:.6f}')
    return [*lines, f"{_PREFIX}{name}_sum {sum(values):.6f}", f"{_PREFIX}{name}_count {len(values)}"]
