"""An App's tokens, from a server that verifies who asks for them."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from agent.github.retry import GitHubError
from agent.webhook.credentials import CLIENT_ID, KEY_FILE, given, token_for
from tools.config import ProjectError

EVENT = json.dumps({"installation": {"id": 77}, "repository": {"id": 5, "full_name": "acme/app"}}).encode()
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        wanted = json.loads(self.rfile.read(int(self.headers["content-length"])))
        proof = self.headers["authorization"].removeprefix("Bearer ")
        try:
            claims = jwt.decode(proof, KEY.public_key(), algorithms=["RS256"], issuer="Iv1.app", leeway=5)
        except jwt.PyJWTError:
            claims = {}
        good = self.path == "/app/installations/77/access_tokens" and wanted["repository_ids"] == [5]
        good = good and bool(claims) and claims["exp"] - time.time() <= 600
        body = json.dumps({"token": "ghs_short"} if good else {"message": "A JSON web token could not be decoded"})
        self.send_response(201 if good else 401)
        self.end_headers()
        self.wfile.write(body.encode())


@pytest.fixture
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def app(folder: Path, url: str, key: rsa.RSAPrivateKey = KEY) -> dict[str, str]:
    pem = (serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    path = folder / "app.pem"
    path.write_bytes(key.private_bytes(*pem))
    return {CLIENT_ID: "Iv1.app", KEY_FILE: str(path), "GITHUB_API_URL": url, "GITHUB_TOKEN": "of the environment"}


def test_an_app_gets_a_token_for_the_repository_of_the_event(tmp_path: Path, url: str) -> None:
    assert token_for(EVENT, app(tmp_path, url), 0.0) == "ghs_short"
    with pytest.raises(GitHubError, match="401"):
        token_for(EVENT, app(tmp_path, url, OTHER), 0.0)
    with pytest.raises(ProjectError, match="no installation"):
        token_for(b"{}", app(tmp_path, url), 0.0)
    for text in ("no key", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n"):
        environment = app(tmp_path, url)
        (tmp_path / "app.pem").write_text(text)
        with pytest.raises(ProjectError, match=KEY_FILE):
            token_for(EVENT, environment, 0.0)
    (tmp_path / "app.pem").unlink()
    with pytest.raises(ProjectError, match=KEY_FILE):
        token_for(EVENT, environment, 0.0)


def test_without_an_app_it_is_the_token_that_was_given() -> None:
    assert token_for(EVENT, {"GITHUB_TOKEN": "t"}) == "t"
    assert (given({"GITHUB_TOKEN": "t"}), given({CLIENT_ID: "a", KEY_FILE: "b"}), given({})) == (True, True, False)
    with pytest.raises(ProjectError, match="both"):
        given({CLIENT_ID: "a"})
