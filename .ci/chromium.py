"""A headless Chromium, spoken to over a pipe: what a person does on a page, and what the page then says."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


class Chromium:
    """One page in one browser.

    with Chromium() as browser:
        browser.open("file:///tmp/report.html")
        browser.run("document.title")
    """

    def __enter__(self) -> "Chromium":
        program = next(filter(None, map(shutil.which, PROGRAMS)))
        self._home = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe"]
        command = [program, *flags, f"--user-data-dir={self._home.name}", "about:blank"]
        there = f'exec 3<&{theirs_in} 4>&{theirs_out}; exec "$@"'  # the two that it listens on
        self._process = subprocess.Popen(
            ["bash", "-c", there, "bash", *command],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._in, self._out, self._rest, self._number = ours_in, ours_out, b"", 0
        self._session = ""
        self.asked_for: list[str] = []
        """Every address that the page wanted."""
        self.complaints: list[str] = []
        """Errors, and what the page's policy refused."""
        self._loaded = False
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._in)
        os.close(self._out)
        self._home.cleanup()

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command of the DevTools protocol. Raises RuntimeError."""
        self._number += 1
        own = self._number
        told: dict[str, Any] = {"id": own, "method": method, "params": parameters}
        if self._session:
            told["sessionId"] = self._session
        os.write(self._out, json.dumps(told).encode() + b"\0")
        while (answer := self._next()).get("id") != own:
            pass
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    def open(self, address: str) -> None:
        """Until the page has loaded; at once where only the part after # is another."""
        self._loaded = False
        if "loaderId" in self.call("Page.navigate", url=address):
            while not self._loaded:
                self._next()

    def run(self, script: str) -> Any:
        """The value of an expression, or what its promise comes to. Raises RuntimeError."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if problem := answer.get("exceptionDetails"):
            raise RuntimeError(f"{script}: {problem.get('exception', {}).get('description', problem['text'])}")
        return answer["result"].get("value")

    def wait(self, script: str, seconds: float = 10) -> Any:
        """Until an expression is true."""
        return self.run(
            f"(async () => {{ for (let n = 0; n < {seconds * 50}; n++) {{ const it = {script}; if (it) return it; "
            "await new Promise((next) => setTimeout(next, 20)); } throw new Error('never came true'); })()"
        )

    def press(self, key: str) -> None:
        """``Enter``, ``Escape``, ``Tab``, ``ArrowRight``, ..."""
        codes = {"Enter": 13, "Escape": 27, "Tab": 9, "ArrowLeft": 37, "ArrowRight": 39}
        text = {"text": "\r"} if key == "Enter" else {}
        own = {"key": key, "code": key, "windowsVirtualKeyCode": codes[key]}
        self.call("Input.dispatchKeyEvent", type="keyDown", **own, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **own)

    def size(self, width: int, height: int) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500
        )

    def prefer(self, scheme: str) -> None:
        """``light`` or ``dark``, as the system would."""
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, path: Path) -> None:
        """A PNG of what is to be seen."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            got = os.read(self._in, 1 << 20)
            if not got:
                raise RuntimeError("Chromium is gone.")
            self._rest += got
        message, self._rest = self._rest.split(b"\0", 1)
        told: dict[str, Any] = json.loads(message)
        match told.get("method"):
            case "Page.loadEventFired":
                self._loaded = True
            case "Network.requestWillBeSent":
                self.asked_for.append(told["params"]["request"]["url"])
            case "Runtime.exceptionThrown":
                thrown = told["params"]["exceptionDetails"]
                self.complaints.append(thrown.get("exception", {}).get("description", thrown["text"]))
            case "Log.entryAdded":
                self.complaints.append(told["params"]["entry"]["text"])
        return told
