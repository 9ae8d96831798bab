"""A Messages API on loopback whose answers are scripted: what the SDK's client is tested against.

    with MessagesApi([say("Done."), {"status": 529}, ...]) as api:
        ...                     # point ANTHROPIC_BASE_URL at api.url
        api.requests            # the bodies it got, in order

An answer is ``{"content": [...]}`` with optional ``stop_reason``, ``usage`` and ``cut`` (bytes of the stream that
are sent before the connection breaks), ``{"status": 429, "message": ..., "headers": {...}}`` for an error,
``{"error_event": "overloaded_error"}`` for one in mid-stream, ``{"raw": "..."}`` for a body that is no stream,
``{"hang": seconds}`` for silence. The last one is repeated.
"""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

Json = dict[str, Any]


def say(text: str, **more: Any) -> Json:
    return {"content": [{"type": "text", "text": text}], **more}


def use(name: str, given: Any, **more: Any) -> Json:
    return {"content": [{"type": "tool_use", "name": name, "input": given}], **more}


class MessagesApi(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, answers: list[Json]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = answers
        self.requests: list[Json] = []
        self.headers: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> "MessagesApi":
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: MessagesApi

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        number = len(self.server.requests)
        self.server.requests.append(body)
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        answer = self.server.answers[min(number, len(self.server.answers) - 1)]
        if "hang" in answer:
            time.sleep(answer["hang"])
        elif "status" in answer:
            error = {"type": "error", "error": {"type": "some_error", "message": answer.get("message", "no")}}
            self._send(answer["status"], json.dumps(error), "application/json", answer.get("headers", {}))
        elif "raw" in answer:
            self._send(200, answer["raw"], "text/html", {})
        else:
            events = "".join(_events(answer, body["model"], number)).encode()
            self._send(200, events[: answer.get("cut")], "text/event-stream", {})

    def _send(self, status: int, body: str | bytes, kind: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"content-type": kind, "connection": "close", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode() if isinstance(body, str) else body)


def _events(answer: Json, model: str, number: int) -> list[str]:
    usage = answer.get("usage") or {"input_tokens": 1000, "output_tokens": 100}
    head = {"id": f"msg_{number}", "type": "message", "role": "assistant", "model": model, "content": []}
    head |= {"stop_reason": None, "stop_sequence": None, "usage": {**usage, "output_tokens": 1}}
    events = [_event("message_start", message=head)]
    if kind := answer.get("error_event"):
        return [*events, _event("error", error={"type": kind, "message": "try later"})]
    for index, block in enumerate(answer["content"]):
        if block["type"] == "tool_use":
            given = block["input"] if isinstance(block["input"], str) else json.dumps(block["input"])
            start = {"type": "tool_use", "id": f"toolu_{number}_{index}", "name": block["name"], "input": {}}
            delta = {"type": "input_json_delta", "partial_json": given}
        elif block["type"] == "thinking":
            start = {"type": "thinking", "thinking": "", "signature": ""}
            events.append(_event("content_block_start", index=index, content_block=start))
            events.append(
                _event(
                    "content_block_delta", index=index, delta={"type": "thinking_delta", "thinking": block["thinking"]}
                )
            )
            events.append(
                _event("content_block_delta", index=index, delta={"type": "signature_delta", "signature": "sig"})
            )
            events.append(_event("content_block_stop", index=index))
            continue
        else:
            start, delta = {"type": "text", "text": ""}, {"type": "text_delta", "text": block["text"]}
        events.append(_event("content_block_start", index=index, content_block=start))
        events.append(_event("content_block_delta", index=index, delta=delta))
        events.append(_event("content_block_stop", index=index))
    asked = any(block["type"] == "tool_use" for block in answer["content"])
    stop = answer.get("stop_reason") or ("tool_use" if asked else "end_turn")
    events.append(_event("message_delta", delta={"stop_reason": stop, "stop_sequence": None}, usage=usage))
    return [*events, _event("message_stop")]


def _event(name: str, **data: Any) -> str:
    return f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n"
