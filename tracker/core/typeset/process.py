"""Typesets one document as a limited process: `… tracker.core.typeset.process TEMPLATE FONTS TIMESTAMP < JSON > PDF`.

A fault is one line on stderr and exit code 1.
"""

from __future__ import annotations

import sys

import typst


def main(template: str, fonts: str, timestamp: str) -> int:
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
