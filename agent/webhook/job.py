"""One delivery, in a process of its own: ``python -m agent.webhook.job EVENT OPTIONS``.

Ends with 0 where it was answered (also where the answer is that it failed), `UNUSABLE` where it never can be, anything
else where another try may. It ends with whoever started it, which holds its standard input open.
"""

import json
import os
import sys
import threading
from pathlib import Path

UNUSABLE = 65
AGAIN = 75
"""As in sysexits.h: data error, temporary failure."""


def main(path: str, options: str) -> int:
    from agent.cli_output import say  # here, for the server has this module for its name and numbers
    from agent.github import event as events
    from agent.github import jobs
    from agent.github.client import API, Write
    from agent.github.retry import GitHubError
    from agent.github.settings import Settings
    from agent.webhook.credentials import token_for
    from tools.config import ProjectError

    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        data = Path(path).read_bytes()
        event, url = events.parse(data), os.environ.get("GITHUB_API_URL") or API
        with Write(token_for(data), event.repository.full_name, url) as client:
            jobs.handle(event, client, Settings(**json.loads(options)))
    except ProjectError as error:
        say(f"error: {error}")
        return UNUSABLE
    except GitHubError as error:
        say(f"error: {error}")
        return AGAIN
    return 0


def _end_with_parent() -> None:
    os.read(0, 1)
    os._exit(AGAIN)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
