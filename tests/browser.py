"""A headless Chromium, driven over two pipes: its own protocol, so that no driver and no package has to match it."""

import base64
import json
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--hide-scrollbars",
)
DRAWING = (
    "--disable-gpu-compositing",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)  # WebGL in software, in place of --disable-gpu
KEYS = {
    **{"Enter": (13, "\r"), " ": (32, " "), "Tab": (9, ""), "ArrowRight": (39, ""), "ArrowLeft": (37, "")},
    **{"Home": (36, ""), "End": (35, "")},
    **{"+": (187, "+"), ".": (190, "."), "1": (49, "1"), "s": (83, "s")},
}


def executable() -> str | None:
    """Where a Chromium is, if there is one."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Browser:
    """One tab. ``problems`` collects what the page writes to the console as errors or warnings, and exceptions.

    Args:
        drawing: whether pages may draw with WebGL, in software.
    """

    def __init__(self, command: str, profile: Path, *, drawing: bool = False) -> None:
        piped = 'exec "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1'  # Chromium reads commands from 3 and answers on 4
        flags = [*(flag for flag in FLAGS if flag != "--disable-gpu"), *DRAWING] if drawing else FLAGS
        arguments = [command, *flags, "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"]
        self.process = subprocess.Popen(
            ["sh", "-c", piped, "sh", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.watch = threading.Timer(600, self.process.kill)  # a browser that hangs must not hang the tests
        self.watch.start()
        self.problems: list[str] = []
        self.requests: list[str] = []
        self.session: str | None = None
        self.number = 0
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and wait for its answer; events that come before it are noted."""
        assert self.process.stdin
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        self.process.stdin.write(json.dumps(message).encode() + b"\0")
        self.process.stdin.flush()
        while (answer := self._next()).get("id") != self.number:
            self._note(answer)
        assert "error" not in answer, f"{method}: {answer['error']}"
        result: dict[str, Any] = answer["result"]
        return result

    def _next(self) -> dict[str, Any]:
        assert self.process.stdout
        text = bytearray()
        while (byte := self.process.stdout.read(1)) != b"\0":
            assert byte, "the browser has ended"
            text += byte
        message: dict[str, Any] = json.loads(text)
        return message

    def _note(self, event: dict[str, Any]) -> None:
        params, method = event.get("params", {}), event.get("method")
        if method == "Runtime.exceptionThrown":
            self.problems.append(str(params["exceptionDetails"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            # of how this browser draws, not of the page
            if "GPU stall due to ReadPixels" not in params["entry"]["text"]:
                self.problems.append(params["entry"]["text"])
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            self.problems.append(str(params["args"]))
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])

    def open(self, url: str, *, width: int = 1280, height: int = 900, **media: str) -> None:
        """Load a page in a window of that size, with media features such as ``prefers_color_scheme="dark"``."""
        self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500
        )
        features = [{"name": name.replace("_", "-"), "value": value} for name, value in media.items()]
        self.send("Emulation.setEmulatedMedia", features=features)
        for address in ("about:blank", url):  # else an address that differs in its hash alone would load nothing
            self.send("Page.navigate", url=address)
            while self.run("[document.readyState, location.href]") != ["complete", address]:
                pass

    def run(self, script: str) -> Any:
        """The value of an expression in the page, once it is painted."""
        wrapped = f"new Promise(done => requestAnimationFrame(() => setTimeout(done))).then(() => ({script}))"
        found = self.send("Runtime.evaluate", expression=wrapped, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def click(self, selector: str) -> None:
        """Press the left button of the mouse in the middle of an element."""
        quoted = json.dumps(selector)
        self.run(f"document.querySelector({quoted}).scrollIntoView({{block: 'center', inline: 'center'}})")
        box = self.run(f"document.querySelector({quoted}).getBoundingClientRect().toJSON()")
        at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        self.send("Input.dispatchMouseEvent", type="mouseMoved", **at)
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **at)

    def drag(self, selector: str, x: float, y: float) -> None:
        """Press the left button in the middle of an element, move by so many pixels, and let go."""
        box = self.run(f"document.querySelector({json.dumps(selector)}).getBoundingClientRect().toJSON()")
        at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        self.send("Input.dispatchMouseEvent", type="mousePressed", button="left", clickCount=1, **at)
        at = {"x": at["x"] + x, "y": at["y"] + y}
        self.send("Input.dispatchMouseEvent", type="mouseMoved", button="left", buttons=1, **at)
        self.send("Input.dispatchMouseEvent", type="mouseReleased", button="left", clickCount=1, **at)

    def press(self, key: str) -> None:
        """Press and let go of a key."""
        code, text = KEYS[key]
        common = {"key": key, "code": "Space" if key == " " else key, "windowsVirtualKeyCode": code}
        self.send("Input.dispatchKeyEvent", type="keyDown", text=text, **common)
        self.send("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text: str) -> None:
        """Put text into what has the focus."""
        self.send("Input.insertText", text=text)

    def picture(self, path: Path) -> None:
        """A PNG of the whole page."""
        size = self.send("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        data = self.send("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"]
        path.write_bytes(base64.b64decode(data))

    def close(self) -> None:
        """End the browser."""
        self.watch.cancel()
        self.session = None
        self.send("Browser.close")
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()
        self.process.wait(timeout=20)
