"""A Messages API on loopback whose answers are scripted, right and wrong: what the client is tested against.

    with MessagesApi([say("Done."), {"status": 529}, ...]) as api:
        ...                     # point ANTHROPIC_BASE_URL at api.url
        api.requests            # the bodies it got, in order

An answer is ``{"content": [...]}`` with optional ``stop_reason``, ``usage`` (None leaves it out), ``model``; else
``{"status": 429, "message" or "body": ..., "headers": {...}}`` for an error, ``{"error_event": "overloaded_error"}``
for one in mid-stream, ``{"raw": "...", "kind": "text/html"}`` for any other body, ``{"stream": ["event: ...", ...]}``
for events as given, ``{"hang": seconds}`` for silence. What goes wrong on the way: ``cut`` (bytes of the stream that
are sent before the connection ends), ``chunked`` (so that the end is seen to be missing), ``reset`` ("before" or
"after" the headers, at ``cut``), ``drip`` (seconds before each event), ``for_ever`` (the last event again and again),
``gzip``. The last answer is repeated.
"""

import base64
import gzip
import json
import os
import socket
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import repeat
from types import TracebackType
from typing import Any

Json = dict[str, Any]
USAGE = {"input_tokens": 1000, "output_tokens": 100}


def say(text: str, **more: Any) -> Json:
    return {"content": [{"type": "text", "text": text}], **more}


def use(name: str, given: Any, **more: Any) -> Json:
    """A tool call; `given` as text is sent as it is."""
    return {"content": [{"type": "tool_use", "name": name, "input": given}], **more}


class MessagesApi(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, answers: list[Json]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = answers
        self.requests: list[Json] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: Any) -> None:
        """A client that went away is its own affair."""

    def __enter__(self) -> "MessagesApi":
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: MessagesApi
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        self.close_connection = True
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        number = len(self.server.requests)
        self.server.requests.append(body)
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        self.server.paths.append(self.path)
        answer = self.server.answers[min(number, len(self.server.answers) - 1)]
        if "hang" in answer:
            time.sleep(answer["hang"])
        elif answer.get("reset") == "before":
            self._reset()
        elif "status" in answer:
            error = {"type": "error", "error": {"type": "some_error", "message": answer.get("message", "no")}}
            text = answer.get("body", json.dumps(error))
            kind = "application/json" if text.startswith(("{", "[")) else "text/html"
            self._send(answer["status"], text.encode(), kind, answer)
        elif "raw" in answer:
            self._send(200, answer["raw"].encode(), answer.get("kind", "text/html"), answer)
        elif self.path.startswith("/model/"):
            frames = [_aws_frame(event) for event in events(answer, "a model at Amazon", number)]
            self._send(200, b"".join(frames), "application/vnd.amazon.eventstream", answer)
        else:
            self._stream(events(answer, body.get("model", "a model"), number), answer)

    def _stream(self, sent: list[str], answer: Json) -> None:
        if "drip" not in answer and "for_ever" not in answer:
            self._send(200, "".join(sent).encode(), "text/event-stream", answer)
            return
        self._head(200, "text/event-stream", {})
        for event in _endless(sent) if "for_ever" in answer else sent:
            time.sleep(answer.get("drip", 0))
            self.wfile.write(event.encode())

    def _send(self, status: int, body: bytes, kind: str, answer: Json) -> None:
        headers = dict(answer.get("headers", {}))
        if answer.get("gzip"):
            body, headers["content-encoding"] = gzip.compress(body), "gzip"
        cut = answer.get("cut")
        if chunked := answer.get("chunked"):
            headers["transfer-encoding"] = "chunked"
            body = b"%x\r\n%b\r\n%b" % (len(body[:cut]), body[:cut], b"0\r\n\r\n" if cut is None else b"")
        self._head(status, kind, headers)
        self.wfile.write(body if chunked else body[:cut])
        if answer.get("reset"):
            time.sleep(0.05)  # what was sent shall be read
            self._reset()

    def _head(self, status: int, kind: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"content-type": kind, "connection": "close", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _reset(self) -> None:
        """Ends the connection the hard way."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())


def events(answer: Json, model: str = "a model", number: int = 0) -> list[str]:
    """The answer's stream, event by event."""
    if "stream" in answer:
        return list(answer["stream"])
    usage = answer.get("usage", USAGE)
    head = {"id": f"msg_{number:04}", "type": "message", "role": "assistant", "content": []}
    head |= {"model": answer.get("model", model), "stop_reason": None, "stop_sequence": None}
    start = head | ({"usage": {**usage, "output_tokens": 1}} if usage else {})
    sent = [_event("message_start", message=start)]
    if kind := answer.get("error_event"):
        return [*sent, _event("error", error={"type": kind, "message": "try later"})]
    for index, block in enumerate(answer["content"]):
        empty, deltas = _deltas(block, f"toolu_{number:04}_{index}")
        sent.append(_event("content_block_start", index=index, content_block=empty))
        sent += [_event("content_block_delta", index=index, delta=delta) for delta in deltas]
        sent.append(_event("content_block_stop", index=index))
    asked = any(block["type"] == "tool_use" for block in answer["content"])
    stop = answer.get("stop_reason") or ("tool_use" if asked else "end_turn")
    told = {"usage": usage} if usage else {}
    sent.append(_event("message_delta", delta={"stop_reason": stop, "stop_sequence": None}, **told))
    return [*sent, _event("message_stop")]


def _deltas(block: Json, tool_id: str) -> tuple[Json, list[Json]]:
    """A block as it starts, and what fills it."""
    match block["type"]:
        case "tool_use":
            given = block["input"] if isinstance(block["input"], str) else json.dumps(block["input"])
            start = {"type": "tool_use", "id": block.get("id", tool_id), "name": block["name"], "input": {}}
            return start, [{"type": "input_json_delta", "partial_json": given}]
        case "thinking":
            thought = {"type": "thinking_delta", "thinking": block["thinking"]}
            signature = {"type": "signature_delta", "signature": block.get("signature", "sig")}
            return {"type": "thinking", "thinking": "", "signature": ""}, [thought, signature]
        case "text":
            return {"type": "text", "text": ""}, [{"type": "text_delta", "text": block["text"]}]
    return block, []


def _event(name: str, **data: Any) -> str:
    return f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n"


def _endless(sent: list[str]) -> Iterator[str]:
    yield from sent
    yield from repeat(sent[-1])


def _aws_frame(event: str) -> bytes:
    """An event as Bedrock sends it: a frame of vnd.amazon.eventstream with the event's JSON in base64."""
    data = event.split("data: ", 1)[1].strip().encode()
    payload = json.dumps({"bytes": base64.b64encode(data).decode()}).encode()
    told = {":event-type": "chunk", ":content-type": "application/json", ":message-type": "event"}
    headers = b"".join(
        bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
        for name, value in told.items()
    )
    prelude = struct.pack(">II", 12 + len(headers) + len(payload) + 4, len(headers))
    frame = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + payload
    return frame + struct.pack(">I", zlib.crc32(frame))
