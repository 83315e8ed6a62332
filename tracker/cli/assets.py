"""Copies what the browser gets from ``node_modules`` to ``tracker/static/vendor``: ``python -m tracker.cli.assets``."""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENDOR = ROOT / "tracker" / "static" / "vendor"
MODULES = ROOT / "node_modules"

# name under static/vendor/ -> file in the package
FILES = {
    "designsystemet.css": "@digdir/designsystemet-css/dist/src/index.css",
    "designsystemet-theme.css": "@digdir/designsystemet-css/dist/theme/designsystemet.css",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "tus.min.js": "tus-js-client/dist/tus.min.js",
    "source-sans-3.woff2": "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2",
    "LICENSE.designsystemet.txt": "@digdir/designsystemet-css/LICENSE",
    "LICENSE.htmx.txt": "htmx.org/LICENSE",
    "LICENSE.tus-js-client.txt": "tus-js-client/LICENSE",
    "LICENSE.source-sans-3.txt": "@fontsource-variable/source-sans-3/LICENSE",
}
SOURCE_MAP = b"\n//# sourceMappingURL="


def copy_all(modules: Path, vendor: Path) -> int:
    """Copy every file of ``FILES``; the number copied. Pointers to source maps, which are not served, are cut off."""
    vendor.mkdir(parents=True, exist_ok=True)
    for stale in vendor.iterdir():
        if stale.name not in FILES:
            stale.unlink() if stale.is_file() else shutil.rmtree(stale)
    for name, source in FILES.items():
        content = (modules / source).read_bytes()
        if name.endswith(".js"):
            content = content.partition(SOURCE_MAP)[0] + b"\n"
        (vendor / name).write_bytes(content)
    return len(FILES)


if __name__ == "__main__":
    try:
        copy_all(MODULES, VENDOR)
    except OSError as error:
        sys.exit(f"front end: {error}. Run `make install`, which fetches the packages first.")
