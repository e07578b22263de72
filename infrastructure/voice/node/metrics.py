"""Figures of one node as Prometheus reads them (text exposition format 0.0.4)."""

from infrastructure.voice.engine.exchange import Exchange
from infrastructure.voice.legs.sip.leg import SipLeg
from infrastructure.voice.sound.mixer import Mixer

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_PREFIX = "zhiyin_voice_"


class Totals:
    """What ended legs add to the counters, so that these never fall."""

    def __init__(self) -> None:
        self.received = 0
        self.lost = 0
        self.gaps = 0
        self.calls = 0

    def add(self, leg: SipLeg) -> None:
        """Count a leg that is over."""
        self.calls += 1
        self.received += leg.quality_now.received
        self.lost += leg.quality_now.lost
        self.gaps += leg.gaps


def render(exchange: Exchange, mixer: Mixer, totals: Totals, *, draining: bool, max_legs: int) -> str:
    """Return the page."""
    legs = [call.leg for call in exchange.active_calls() if isinstance(call.leg, SipLeg)]
    qualities = [leg.quality_now for leg in legs]
    received = totals.received + sum(quality.received for quality in qualities)
    lost = totals.lost + sum(quality.lost for quality in qualities)
    gaps = totals.gaps + sum(leg.gaps for leg in legs)
    jitter_ms = max((quality.jitter_ms for quality in qualities), default=0.0)
    late, work = sorted(mixer.lateness_s), sorted(mixer.work_s)
    lines = [
        *_metric("legs", "gauge", "Legs in progress.", len(legs)),
        *_metric("legs_max", "gauge", "Legs that this node takes.", max_legs),
        *_metric("legs_total", "counter", "Legs that have ended.", totals.calls),
        *_metric("draining", "gauge", "1 while no new calls are taken.", int(draining)),
        *_summary("mixer_late_seconds", "How late ticks of 20 ms began in the last minute.", late),
        *_summary("mixer_work_seconds", "How long a tick took in the last minute.", work),
        *_metric("mixer_ticks_total", "counter", "Ticks.", mixer.ticks),
        *_metric("mixer_ticks_left_out_total", "counter", "Ticks left out after a stall.", mixer.ticks_left_out),
        *_metric("rtp_received_total", "counter", "RTP packets received.", received),
        *_metric("rtp_lost_total", "counter", "RTP packets that never came.", lost),
        *_metric("rtp_jitter_ms", "gauge", "Worst jitter of a leg.", jitter_ms),
        *_metric("gaps_total", "counter", "Tears in received sound.", gaps),
        *_metric("callbacks_pending", "gauge", "Webhooks under way.", exchange.webhooks.pending()),
    ]
    return "\n".join(lines) + "\n"


def _metric(name: str, kind: str, text: str, value: float) -> list[str]:
    return [f"# HELP {_PREFIX}{name} {text}", f"# TYPE {_PREFIX}{name} {kind}", f"{_PREFIX}{name} {value:g}"]


def _summary(name: str, text: str, values: list[float]) -> list[str]:
    lines = [f"# HELP {_PREFIX}{name} {text}", f"# TYPE {_PREFIX}{name} summary"]
    for quantile in (0.5, 0.99, 1.0):
        at = values[min(len(values) - 1, int(quantile * len(values)))] if values else 0.0
        lines.append(f'{_PREFIX}{name}{{quantile="{quantile:g}"}} {at:.6f}')
    return [*lines, f"{_PREFIX}{name}_sum {sum(values):.6f}", f"{_PREFIX}{name}_count {len(values)}"]
