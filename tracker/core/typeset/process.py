"""Typesets one document in a process of its own: `python process.py TEMPLATE FONTS TIMESTAMP < JSON > PDF`.

Run by `typesetting`; imports nothing of the application, so that it starts at once, and what it uses of memory and time
is limited and given back when it ends. A fault is one line on stderr and exit code 1.
"""

from __future__ import annotations

import resource
import sys

import typst

CPU_SECONDS = 60
MEMORY_BYTES = 2 * 1024**3


def main(template: str, fonts: str, timestamp: str) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    try:
        document = typst.compile(
            template,
            format="pdf",
            font_paths=[fonts],
            ignore_system_fonts=True,
            sys_inputs={"content": sys.stdin.buffer.read().decode()},
            pdf_standards=["ua-1", "a-2a"],
            timestamp=int(timestamp),
        )
    except typst.TypstError as error:
        sys.stderr.write(str(error).replace("\n", " ") + "\n")
        return 1
    sys.stdout.buffer.write(document)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
