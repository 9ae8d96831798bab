"""What a job may do on GitHub: the token that the server was given, or one of a GitHub App for the repository at hand.

An App's token is made for each delivery, for one repository and an hour, from the App's private key and the
installation that the event names. Source: GitHub's "Generating an installation access token for a GitHub App".
"""

import os
import time
from collections.abc import Mapping
from pathlib import Path

import httpx2
import jwt
from pydantic import BaseModel, ConfigDict, ValidationError

from agent.github.client import API, SECONDS, VERSION
from agent.github.retry import GitHubError, error_of, retrying
from tools.config import ProjectError

CLIENT_ID, KEY_FILE = "MIGRATION_AGENT_APP_CLIENT_ID", "MIGRATION_AGENT_APP_KEY_FILE"
_PERMISSIONS = {"contents": "write", "issues": "write", "pull_requests": "write"}


class Numbered(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: int


class Delivered(BaseModel):
    """Which installation of the App an event is for."""

    model_config = ConfigDict(extra="ignore")

    installation: Numbered
    repository: Numbered


def given(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the environment has any. Raises ProjectError for half of an App's."""
    if bool(environment.get(CLIENT_ID)) != bool(environment.get(KEY_FILE)):
        raise ProjectError(f"An App needs both {CLIENT_ID} and {KEY_FILE}.")
    return bool(environment.get("GITHUB_TOKEN") or environment.get(CLIENT_ID))


def token_for(event: bytes, environment: Mapping[str, str] = os.environ, pause: float = 1.0) -> str:
    """Raises GitHubError; ProjectError where the App's key is unusable, or the event is none of an App's webhook."""
    if not environment.get(CLIENT_ID):
        return environment.get("GITHUB_TOKEN", "")
    try:
        delivered = Delivered.model_validate_json(event)
    except ValidationError:
        raise ProjectError("The event names no installation; let the App's own webhook deliver it.") from None
    try:
        key = Path(environment[KEY_FILE]).read_text()
        now = int(time.time())
        claims = {"iat": now - 60, "exp": now + 540, "iss": environment[CLIENT_ID]}
        proof = jwt.encode(claims, key, algorithm="RS256")
    except (OSError, ValueError, jwt.PyJWTError) as error:
        raise ProjectError(f"{KEY_FILE}: {error}") from None
    headers = {"accept": "application/vnd.github+json", "authorization": f"Bearer {proof}"}
    headers |= {"x-github-api-version": VERSION, "user-agent": "migration-agent"}
    url = f"{(environment.get('GITHUB_API_URL') or API).rstrip('/')}/app/installations/{delivered.installation.id}"
    wanted = {"repository_ids": [delivered.repository.id], "permissions": _PERMISSIONS}

    def once() -> str:
        try:
            response = httpx2.post(f"{url}/access_tokens", json=wanted, headers=headers, timeout=SECONDS)
        except httpx2.HTTPError as error:
            raise GitHubError(0, f"POST access_tokens: {type(error).__name__}") from error
        if not response.is_success:
            raise error_of(response, "POST access_tokens")
        return str(response.json()["token"])

    return retrying(once, lambda error: error.passes, pause)
