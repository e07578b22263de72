"""The raw material: what Chalice makes of app.py, with the files of infrastructure/cloud merged in."""

import os
from pathlib import Path
from typing import Any

from chalice.cli.factory import CLIFactory
from chalice.config import Config
from chalice.deploy import models
from chalice.deploy.appgraph import ApplicationGraphBuilder, DependencyBuilder
from chalice.deploy.deployer import (
    BaseDeployStep,
    BuildStage,
    InjectDefaults,
    LambdaEventSourcePolicyInjector,
    PolicyGenerator,
    SwaggerBuilder,
    WebsocketPolicyInjector,
    create_build_stage,
)
from chalice.deploy.swagger import CFNSwaggerGenerator
from chalice.package import ResourceBuilder, SAMTemplateGenerator, TemplateDeepMerger, YAMLTemplateSerializer
from chalice.policy import AppPolicyGenerator
from chalice.utils import UI, OSUtils

CLOUD = Path(__file__).resolve().parents[1] / "cloud"
STAGE = "template"
"""Chalice wants a stage's name; the template itself takes the stage as a parameter."""

Template = dict[str, Any]


class _NoCode(BaseDeployStep):
    """Leave the code out: the laptop stack runs the functions from the work tree."""

    def handle_deploymentpackage(self, config: Config, resource: models.DeploymentPackage) -> None:  # noqa: ARG002
        resource.filename = "deployment.zip"


def render(project: Path, *, with_code: bool) -> tuple[Template, Path | None]:
    """Return the template before post-processing and the built code archive (None without code)."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    factory = CLIFactory(str(project))
    config = factory.create_config_obj(STAGE)
    build = create_build_stage(OSUtils(), UI(), CFNSwaggerGenerator(), config) if with_code else _build_without_code()
    resources = ResourceBuilder(ApplicationGraphBuilder(), DependencyBuilder(), build).construct_resources(
        config, STAGE
    )
    template = SAMTemplateGenerator(config, factory.create_package_options()).generate(resources)
    packages = [str(each.filename) for each in resources if isinstance(each, models.DeploymentPackage)]
    return _with_cloud(template), Path(packages[0]) if with_code else None


def _build_without_code() -> BuildStage:
    return BuildStage(
        steps=[
            InjectDefaults(),
            _NoCode(),
            PolicyGenerator(policy_gen=AppPolicyGenerator(OSUtils()), osutils=OSUtils()),
            SwaggerBuilder(swagger_generator=CFNSwaggerGenerator()),
            LambdaEventSourcePolicyInjector(),
            WebsocketPolicyInjector(),
        ]
    )


def _with_cloud(template: Template) -> Template:
    for path in sorted(CLOUD.glob("*.yaml")):
        template = TemplateDeepMerger().merge(load(path), template)
    return template


def load(path: Path) -> Template:
    """Read one CloudFormation file with its short tags (`!Ref`, `!Sub`, …) written out."""
    return YAMLTemplateSerializer().load_template(path.read_text(), str(path))
