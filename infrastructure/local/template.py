"""The few changes that the production template needs to run in the emulator. All of them are here."""

import json
from typing import Any

from infrastructure.local.settings import Settings
from infrastructure.packaging.api import PROBLEMS, gateway_response

Template = dict[str, Any]
SOCKET_BASE = "/_aws/execute-api"


def localise(template: Template, settings: Settings) -> Template:
    """Return the template for the emulator: code in the runner, addresses on this machine."""
    local: Template = json.loads(json.dumps(template))
    resources = local["Resources"]
    variables = local["Globals"]["Function"]["Environment"]["Variables"]
    variables.update(settings.aws_environment())
    variables["ZHIYIN_LOOPBACK_HOSTS"] = "admit"
    variables["MINISTACK_LAMBDA_PROXY_URL"] = settings.runner_url
    variables["ZHIYIN_OIDC_JWKS_URL"] = {"Fn::Sub": f"{settings.emulator_url}/${{UserPool}}/.well-known/jwks.json"}
    variables.pop("ZHIYIN_WEBSOCKET_ENDPOINT")
    if "WebsocketAPI" in resources:
        endpoint = f"{settings.emulator_url}{SOCKET_BASE}/${{WebsocketAPI}}/live"
        variables["ZHIYIN_WEBSOCKET_ENDPOINT"] = {"Fn::Sub": endpoint}
    for resource in resources.values():
        if resource["Type"] == "AWS::Serverless::Function":
            _run_elsewhere(resource["Properties"])
    _own_error_bodies(resources)
    return local


def _run_elsewhere(function: Template) -> None:
    """Leave the code out, and say a runtime that the emulator always sends to the runner (WebSocket events as well)."""
    function.pop("CodeUri")
    function.update(
        InlineCode="# The code runs in the product's own venv, see local/runner.", Runtime="provided.al2023"
    )


def _own_error_bodies(resources: Template) -> None:
    """Spell the API's own errors out as resources: the emulator ignores them in the definition."""
    for name, problem in PROBLEMS.items():
        response = gateway_response(*problem)
        properties: Template = {
            "RestApiId": {"Ref": "RestAPI"},
            "ResponseType": name,
            "ResponseParameters": response["responseParameters"],
            "ResponseTemplates": response["responseTemplates"],
        }
        if "statusCode" in response:
            properties["StatusCode"] = response["statusCode"]
        logical = f"{name.title().replace('_', '')}Response"
        resources[logical] = {"Type": "AWS::ApiGateway::GatewayResponse", "Properties": properties}
