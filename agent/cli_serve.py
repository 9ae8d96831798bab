"""`serve`: answers comments on GitHub without GitHub Actions, from a webhook."""

import os
import signal
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent.cli_output import say
from tools.config import ProjectError

_SHORTEST_SECRET = 16


def run(host: str, port: int, folder: Path | None, grace: float, pause: float, options: Mapping[str, Any]) -> int:
    """0 when it was told to stop. Raises ProjectError, OSError."""
    import uvicorn
    from platformdirs import user_state_path

    from agent.webhook.app import application
    from agent.webhook.credentials import CLIENT_ID, KEY_FILE, given
    from agent.webhook.queue import Queue
    from agent.webhook.worker import SECRET, Worker

    secret = os.environ.get(SECRET, "")
    if len(secret) < _SHORTEST_SECRET:
        raise ProjectError(f"{SECRET} is not set, or shorter than {_SHORTEST_SECRET} characters.")
    if not given():
        raise ProjectError(
            f"Neither GITHUB_TOKEN is set nor {CLIENT_ID} and {KEY_FILE}: what reads and writes contents, issues and "
            "pull requests."
        )
    if not options["login"]:  # it finds its own comments again by their author
        raise ProjectError(
            "MIGRATION_AGENT_LOGIN is not set: the account that GITHUB_TOKEN is of, such as my-app[bot]."
        )
    queue = Queue(folder or user_state_path("migration-agent") / "deliveries")
    worker = Worker(queue, options, pause)
    app = application(queue, worker, secret.encode(), grace)
    config = uvicorn.Config(
        app,
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        limit_concurrency=32,
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)
    for number in (signal.SIGTERM, signal.SIGINT):  # before uvicorn takes them, and after: it raises them again
        signal.signal(number, lambda *_: setattr(server, "should_exit", True))
    with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as listening:
        shown = f"[{host}]" if ":" in host else host
        say(f"Listening on http://{shown}:{listening.getsockname()[1]}/webhook; {len(queue.waiting())} waiting.")
        server.run(sockets=[listening])
    queue.close()
    say(f"Stopped; {len(queue.waiting())} waiting.")
    return 0
