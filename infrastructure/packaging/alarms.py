"""Alarms on every function: errors and throttles. Alarms on queues stand in cloud/alarms.yaml."""

from infrastructure.packaging import functions
from infrastructure.packaging.render import Template

PERIOD_S = 300


def apply(template: Template) -> None:
    """Add two alarms for each function of the template."""
    made = functions.of(template)
    for row in (each for each in functions.table() if each.logical in made):
        for metric in ("Errors", "Throttles"):
            template["Resources"][f"{row.logical}{metric}Alarm"] = _alarm(row, metric)


def _alarm(row: functions.Function, metric: str) -> Template:
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmName": {"Fn::Sub": f"${{App}}-${{Stage}}-{row.name}-{metric.lower()}"},
            "Namespace": "AWS/Lambda",
            "MetricName": metric,
            "Dimensions": [{"Name": "FunctionName", "Value": {"Ref": row.logical}}],
            "Statistic": "Sum",
            "Period": PERIOD_S,
            "EvaluationPeriods": 1,
            "Threshold": 0,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [{"Ref": "AlarmTopic"}],
        },
    }
