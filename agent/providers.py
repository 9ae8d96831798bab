"""Where a model is reached: Anthropic or a server of one's own, Amazon Bedrock, Google Vertex AI, Microsoft Foundry.

`way` reads the configuration and the environment, and says in one sentence what is missing before anything is paid
for; the SDK, which takes a second or two to import, and the clouds' own libraries wait for the first request.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from agent.model import ModelError
from tools.config import ModelConfig


@dataclass(frozen=True)
class Way:
    """How to reach a model."""

    url: str
    """For the person: who answers, or does not."""
    credential: str
    """What to look at when the server refuses to know us."""
    connect: Callable[..., Any]
    """Makes the SDK's client; takes the keyword arguments that all of them share."""


def available(environ: Mapping[str, str], provider: str = "anthropic") -> bool:
    """There is a key, or a server that may need none, or a provider was chosen by name."""
    return provider != "anthropic" or any(
        _given(environ, f"ANTHROPIC_{name}") for name in ("API_KEY", "AUTH_TOKEN", "BASE_URL")
    )


def way(config: ModelConfig, environ: Mapping[str, str]) -> Way:
    """Raises ModelError (configuration) where something is missing. Connects to nothing."""
    found = {"anthropic": _anthropic, "bedrock": _bedrock, "vertex": _vertex, "foundry": _foundry}[config.provider](
        config, environ
    )
    if not found.url.startswith(("http://", "https://")):
        raise ModelError(
            "configuration",
            f"{_URLS[config.provider]} is {found.url!r}; it must start with http:// or https://.",
        )
    return found


_URLS = {
    "anthropic": "ANTHROPIC_BASE_URL",
    "bedrock": "ANTHROPIC_BEDROCK_BASE_URL",
    "vertex": "ANTHROPIC_VERTEX_BASE_URL",
    "foundry": "ANTHROPIC_FOUNDRY_BASE_URL",
}


def _anthropic(config: ModelConfig, environ: Mapping[str, str]) -> Way:
    if not available(environ):
        raise _missing("No model is configured: set ANTHROPIC_API_KEY (or ANTHROPIC_BASE_URL for a server of your own)")
    url = _given(environ, _URLS["anthropic"]) or "https://api.anthropic.com"
    url = url.rstrip("/").removesuffix("/v1")  # which other clients want, and the SDK adds
    token = _given(environ, "ANTHROPIC_AUTH_TOKEN")
    key = _given(environ, "ANTHROPIC_API_KEY") or (None if token else "none")  # the SDK wants one, a local server not

    def connect(**shared: Any) -> Any:
        from anthropic import Anthropic

        return Anthropic(api_key=key, auth_token=None if key else token, base_url=url, **shared)

    return Way(url, "ANTHROPIC_API_KEY" if key else "ANTHROPIC_AUTH_TOKEN", connect)


def _bedrock(config: ModelConfig, environ: Mapping[str, str]) -> Way:
    """Signed with AWS credentials from the environment, else from boto3's own search; or with a bearer token."""
    _extra("Amazon Bedrock", "bedrock", "boto3", "botocore")
    region = config.region or _given(environ, "AWS_REGION") or _given(environ, "AWS_DEFAULT_REGION")
    if not region:
        raise _missing("Amazon Bedrock needs a region: set [model] region, or AWS_REGION")
    token = _given(environ, "AWS_BEARER_TOKEN_BEDROCK")
    url = _given(environ, _URLS["bedrock"]) or f"https://bedrock-runtime.{region}.amazonaws.com"
    key, secret = _given(environ, "AWS_ACCESS_KEY_ID"), _given(environ, "AWS_SECRET_ACCESS_KEY")
    keys: dict[str, Any] = {"api_key": token}
    if key and secret and not token:
        session = _given(environ, "AWS_SESSION_TOKEN")
        keys = {"aws_access_key": key, "aws_secret_key": secret, "aws_session_token": session}

    def connect(**shared: Any) -> Any:
        from anthropic import AnthropicBedrock

        return AnthropicBedrock(**keys, aws_region=region, base_url=url, **shared)

    return Way(url, "AWS_BEARER_TOKEN_BEDROCK" if token else "your AWS credentials", connect)


def _vertex(config: ModelConfig, environ: Mapping[str, str]) -> Way:
    """With Google's application default credentials, or the access token that gcloud would use."""
    token = _given(environ, "CLOUDSDK_AUTH_ACCESS_TOKEN")
    if not token:
        _extra("Google Vertex AI", "vertex", "google-auth", "google.auth")
    region = config.region or _given(environ, "CLOUD_ML_REGION")
    project = (
        config.project or _given(environ, "ANTHROPIC_VERTEX_PROJECT_ID") or _given(environ, "GOOGLE_CLOUD_PROJECT")
    )
    if not region:
        raise _missing("Google Vertex AI needs a region, or 'global': set [model] region, or CLOUD_ML_REGION")
    if not project:
        raise _missing("Google Vertex AI needs a project: set [model] project, or ANTHROPIC_VERTEX_PROJECT_ID")
    url = _given(environ, _URLS["vertex"])

    def connect(**shared: Any) -> Any:
        from anthropic import AnthropicVertex

        return AnthropicVertex(region=region, project_id=project, access_token=token, base_url=url, **shared)

    credential = "CLOUDSDK_AUTH_ACCESS_TOKEN" if token else "your Google credentials"
    return Way(url or f"https://{_VERTEX.get(region, f'{region}-aiplatform.googleapis.com')}/v1", credential, connect)


_VERTEX = {
    "global": "aiplatform.googleapis.com",
    "us": "aiplatform.us.rep.googleapis.com",
    "eu": "aiplatform.eu.rep.googleapis.com",
}
"""Regions that are no place."""


def _foundry(config: ModelConfig, environ: Mapping[str, str]) -> Way:
    key = _given(environ, "ANTHROPIC_FOUNDRY_API_KEY")
    if not key:
        raise _missing("Microsoft Foundry needs a key: set ANTHROPIC_FOUNDRY_API_KEY")
    url = _given(environ, _URLS["foundry"])
    resource = config.resource or _given(environ, "ANTHROPIC_FOUNDRY_RESOURCE")
    if not url and not resource:
        raise _missing("Microsoft Foundry needs a resource: set [model] resource, or ANTHROPIC_FOUNDRY_RESOURCE")
    url = url or f"https://{resource}.services.ai.azure.com/anthropic/"

    def connect(**shared: Any) -> Any:
        from anthropic import AnthropicFoundry

        return AnthropicFoundry(api_key=key, base_url=url, **shared)

    return Way(url, "ANTHROPIC_FOUNDRY_API_KEY", connect)


def _extra(title: str, extra: str, package: str, module: str) -> None:
    try:
        if find_spec(module):
            return
    except (ImportError, ValueError):  # its parent is not there, or it was taken out of sys.modules
        pass
    raise _missing(f"{title} needs {package}: install migration-agent[{extra}]")


def _missing(sentence: str) -> ModelError:
    return ModelError("configuration", f"{sentence}.")


def _given(environ: Mapping[str, str], name: str) -> str | None:
    """Raises ModelError for what was pasted wrong, which the HTTP client would choke on."""
    value = environ.get(name, "").strip()
    if not (value.isascii() and value.isprintable()):
        raise _missing(f"{name} holds characters that cannot be sent; set it again")
    return value or None
