"""`python -m bench.screenshots` (`make screenshots`): pictures of the widget's states, light and dark, wide and narrow.

Starts the tutor on a free port with records of its own, drives each state of `tests/browser/looking.py` in headless Chromium,
and writes docs/screenshots/<state>-<scheme>-<width>.png. Names of states as arguments make those only.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, List

from tests.browser.looking import STATES
from tests.browser.visiting import Visit
from tests.serving import ROOT, make_ready, own_var, serving

FOLDER = ROOT / "docs" / "screenshots"
SIZES = {"wide": (1100, 760), "narrow": (360, 740)}  # pixels
SCHEMES = ("light", "dark")
COLOURS = 128  # of a picture: flat areas need few, and files stay small


def main(names: List[str]) -> int:
    """Make the pictures, or those of some states."""
    unknown = [name for name in names if name not in STATES]
    if unknown:
        print(f"there is no state '{unknown[0]}'; there are {', '.join(STATES)}", file=sys.stderr)
        return 2
    chromium = shutil.which("chromium")
    if chromium is None:
        print("Chromium is missing; install it (Debian: apt install chromium)", file=sys.stderr)
        return 1
    make_ready()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        var = own_var(Path(folder))
        (var / "index").symlink_to(ROOT / "var" / "index")
        with serving(Path(folder) / "log.txt", TUTOR_VAR=str(var)) as server:
            server.wait()
            _picture_all(chromium, server.url, names or list(STATES))
            server.stop()
    return 0


def _picture_all(chromium: str, url: str, names: List[str]) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name in names:
            for size in SIZES:
                for scheme in SCHEMES:
                    print(_picture(browser, url, name, scheme, size).relative_to(ROOT))
        browser.close()


def _picture(browser: Any, url: str, name: str, scheme: str, size: str) -> Path:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce")
    visit = Visit(context.new_page(), url)
    STATES[name](visit)
    visit.page.wait_for_timeout(300)  # fonts, and what the page draws after the last answer
    path = FOLDER / f"{name}-{scheme}-{size}.png"
    visit.page.screenshot(path=path)
    context.close()
    _shrink(path)
    return path


def _shrink(path: Path) -> None:
    """Keep as many colours as a picture of an interface needs, if the library for it is there."""
    try:
        from PIL import Image
    except ImportError:
        return
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            path, optimize=True
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
