"""Figures of recordings for the platform's metrics (namespace zhiyin)."""


def count(name: str, value: int = 1) -> None:
    """Add to a count."""
    # Imported here: the metrics library costs start-up time that routes should not pay.
    from aws_lambda_powertools.metrics import MetricUnit, single_metric

    with single_metric(name=name, unit=MetricUnit.Count, value=value, namespace="zhiyin"):
        pass
