"""What Chalice leaves out of the two APIs: who serves /voice, error bodies, limits, logs."""

import json
from pathlib import Path
from typing import Any

from infrastructure.packaging.render import CLOUD, Template

STAGE = "live"
VOICE_PREFIX = "/voice/"
PROBLEMS = {
    "UNAUTHORIZED": ("401", "unauthenticated", "Sign in first."),
    "ACCESS_DENIED": ("401", "unauthenticated", "You are not signed in. Please sign in again."),
    "MISSING_AUTHENTICATION_TOKEN": ("404", "not_found", "There is nothing at this address."),
    "RESOURCE_NOT_FOUND": ("404", "not_found", "There is nothing at this address."),
    "REQUEST_TOO_LARGE": ("413", "too_large", "The request is too large."),
    "UNSUPPORTED_MEDIA_TYPE": ("415", "unsupported_media_type", "This content type is not understood."),
    "THROTTLED": ("429", "too_many_requests", "Too many requests; try again shortly."),
    "AUTHORIZER_FAILURE": ("500", "internal", "Something went wrong on our side."),
    "AUTHORIZER_CONFIGURATION_ERROR": ("500", "internal", "Something went wrong on our side."),
    "INTEGRATION_FAILURE": ("502", "unavailable", "The service did not answer properly."),
    "INTEGRATION_TIMEOUT": ("504", "timed_out", "The service took too long."),
    "DEFAULT_4XX": (None, "bad_request", "The request was refused."),
    "DEFAULT_5XX": (None, "internal", "Something went wrong on our side."),
}
"""API Gateway's own errors by its name: status, our stable code, words. All other errors come from the routes."""


def apply(template: Template) -> None:
    """Complete the REST and the WebSocket API in the template."""
    resources = template["Resources"]
    _complete_rest(resources["RestAPI"]["Properties"])
    if "WebsocketAPI" in resources:
        _complete_websocket(resources)
    if "WebHeaders" in resources:
        _fill_security_headers(resources["WebHeaders"]["Properties"]["ResponseHeadersPolicyConfig"])


def _complete_rest(rest: Template) -> None:
    definition = rest["DefinitionBody"]
    for path, methods in definition["paths"].items():
        if path.startswith(VOICE_PREFIX):
            _serve_by_voice(methods)
    definition["info"]["title"] = {"Fn::Sub": "${App}-${Stage}"}
    definition["x-amazon-apigateway-gateway-responses"] = {
        name: gateway_response(*problem) for name, problem in PROBLEMS.items()
    }
    rest.update(
        Name={"Fn::Sub": "${App}-${Stage}"},
        EndpointConfiguration={"Type": "REGIONAL"},
        OpenApiVersion="2.0",  # otherwise SAM adds a stage of its own
        TracingEnabled=True,
        MethodSettings=[{"ResourcePath": "/*", "HttpMethod": "*", "MetricsEnabled": True}],
    )


def _serve_by_voice(methods: Template) -> None:
    for operation in methods.values():
        integration = operation.get("x-amazon-apigateway-integration", {})
        uri = integration.get("uri", {}).get("Fn::Sub", "")
        if uri:
            integration["uri"] = {"Fn::Sub": uri.replace("${APIHandler.Arn}", "${VoiceHandler.Arn}")}


def gateway_response(status: str | None, code: str, title: str) -> dict[str, Any]:
    """Return one of API Gateway's own errors as problem+json, with the request id as correlation id."""
    named = f'"status":{status},' if status else ""
    body = f'{{"type":"about:blank",{named}"code":"{code}","title":"{title}","correlation_id":"$context.requestId"}}'
    response: dict[str, Any] = {
        "responseParameters": {"gatewayresponse.header.Content-Type": "'application/problem+json'"},
        "responseTemplates": {"application/json": body},
    }
    return response | ({"statusCode": status} if status else {})


def _complete_websocket(resources: Template) -> None:
    resources["WebsocketAPI"]["Properties"]["Name"] = {"Fn::Sub": "${App}-${Stage}-realtime"}
    stage = resources["WebsocketAPIStage"]
    # A deployment resource is made once and never again; the stage itself publishes later changes of the routes.
    del resources["WebsocketAPIDeployment"]
    stage["Properties"] = {
        "ApiId": {"Ref": "WebsocketAPI"},
        "StageName": STAGE,
        "AutoDeploy": True,
        "DefaultRouteSettings": {"ThrottlingBurstLimit": 5000, "ThrottlingRateLimit": 10000},
    }


def content_security_policy(storage: str, socket: str, phones: str) -> str:
    """Return the header's value. storage, socket, phones: origins of presigned URLs, the WebSocket and SIP edges."""
    rules: dict[str, list[str]] = json.loads((CLOUD / "security-headers.json").read_text())["content_security_policy"]
    text = "; ".join(f"{name} {' '.join(sources)}" for name, sources in rules.items())
    for place, origins in (("{storage}", storage), ("{socket}", socket), ("{phones}", phones)):
        text = text.replace(place, origins)
    return " ".join(text.split()).replace(" ;", ";")


def headers_file() -> Path:
    """Return where the security headers of the web app are written down."""
    return CLOUD / "security-headers.json"


def _fill_security_headers(config: Template) -> None:
    storage = " ".join(
        f"https://${{{bucket}}}.s3.{region}${{AWS::URLSuffix}}"
        for bucket in ("RecordingsBucket", "PromptsBucket")
        for region in ("${AWS::Region}.", "")
    )
    policy = content_security_policy(storage, "wss://${PublicHost}", "${BrowserPhoneOrigins}")
    host = {"Fn::Select": [1, {"Fn::Split": ["://", {"Ref": "PublicUrl"}]}]}
    config["SecurityHeadersConfig"]["ContentSecurityPolicy"] = {
        "ContentSecurityPolicy": {"Fn::Sub": [policy, {"PublicHost": host}]},
        "Override": False,  # the API's documentation page brings its own
    }
