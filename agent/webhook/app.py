"""The HTTP side: takes what GitHub delivers, says 202 when it is on disk, and tells how things stand.

POST /webhook   signed with the secret (X-Hub-Signature-256)
GET  /healthz   200 while deliveries are worked on
GET  /metrics   counters, in Prometheus's text format
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import to_thread
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from agent.github import event as events
from agent.github.permission import Refused, known_from
from agent.webhook.queue import Queue
from agent.webhook.worker import Worker
from tools.config import ProjectError

LARGEST = 4 * 1024 * 1024
"""Bytes of an event: a comment and an issue of 65,536 characters each, however they are escaped, and room to spare."""


def application(queue: Queue, worker: Worker, secret: bytes, grace: float) -> Starlette:
    """`grace` is how many seconds the delivery at hand gets when the server stops."""
    counts: Counter[str] = Counter()

    async def receive(request: Request) -> Response:
        status, said = await _received(request, queue, secret)
        counts[said if status == 202 else "refused"] += 1
        if said == "queued":
            worker.wake.set()
        return PlainTextResponse(said + "\n", status)

    def health(_: Request) -> Response:
        return PlainTextResponse("ok\n") if worker.alive else PlainTextResponse("stopping\n", 503)

    def metrics(_: Request) -> Response:
        return PlainTextResponse(_metrics(queue, worker, counts), media_type="text/plain; version=0.0.4")

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        worker.start()
        yield
        await worker.stop(grace)

    return Starlette(
        routes=[
            Route("/webhook", receive, methods=["POST"]),
            Route("/healthz", health),
            Route("/metrics", metrics),
        ],
        lifespan=lifespan,
    )


def signed(secret: bytes, body: bytes, signature: str) -> bool:
    """Whether the sender knows the secret."""
    wanted = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted.encode(), signature.encode("utf-8", "replace"))


async def _received(request: Request, queue: Queue, secret: bytes) -> tuple[int, str]:
    """Status and answer."""
    headers = request.headers
    body = await _body(request)
    if body is None:
        return 413, f"more than {LARGEST} bytes"
    if not signed(secret, body, headers.get("x-hub-signature-256", "")):
        return 401, "the signature is wrong"
    if headers.get("x-github-event") != "issue_comment":
        return 202, "ignored"
    if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return 415, "the webhook's content type has to be application/json"
    try:
        known_from(events.parse(body))
    except ProjectError as error:
        return 400, str(error)
    except Refused:  # an edit, a bot, the agent's own status
        return 202, "ignored"
    try:
        new = await to_thread.run_sync(queue.add, headers.get("x-github-delivery", ""), body)
    except ValueError:
        return 400, "X-GitHub-Delivery is no delivery's id"
    except OSError as error:
        return 503, f"not kept: {error.strerror}"
    return 202, "queued" if new else "known"


async def _body(request: Request) -> bytes | None:
    """None where it is too large, whatever its header says."""
    if int(request.headers.get("content-length") or 0) > LARGEST:
        return None
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > LARGEST:
                return None
    except ClientDisconnect:
        return b""
    return bytes(body)


def _metrics(queue: Queue, worker: Worker, counts: Counter[str]) -> str:
    waiting = queue.waiting()
    told: list[tuple[str, str, dict[str, float]]] = [
        ("deliveries_total", "counter", {f'{{result="{name}"}}': counts[name] for name in _RESULTS}),
        ("jobs_total", "counter", {f'{{outcome="{name}"}}': worker.outcomes[name] for name in _OUTCOMES}),
        ("queue_waiting", "gauge", {"": len(waiting)}),
        ("queue_failed", "gauge", {"": queue.failed()}),
        ("job_running", "gauge", {"": 1 if worker.running else 0}),
    ]
    lines = []
    for name, kind, values in told:
        lines.append(f"# TYPE migration_agent_{name} {kind}")
        lines += [f"migration_agent_{name}{labels} {value:g}" for labels, value in values.items()]
    return "\n".join(lines) + "\n"


_RESULTS = ("queued", "known", "ignored", "refused")
_OUTCOMES = ("done", "retried", "failed")
