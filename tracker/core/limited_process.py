"""Run as a process of its own by `limited`: `python -IB limited_process.py LIMITS ROOT MODULE ARGUMENT...`.

LIMITS is JSON: resource name -> number. They are set before MODULE, found below ROOT, is run as a main program.
Imports the standard library only.
"""

from __future__ import annotations

import json
import resource
import runpy
import sys

#: The exit code of a process that asked for more memory than it may have.
OUT_OF_MEMORY = 77


def main() -> None:
    limits, root, module, *arguments = sys.argv[1:]
    for name, value in json.loads(limits).items():
        number = getattr(resource, name)
        hard = resource.getrlimit(number)[1]
        # At its hard limit the kernel kills without a word: a second before it is told, and memory is not suspected.
        wanted = value + 1 if name == "RLIMIT_CPU" else value
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(number, (min(value, most), most))
    sys.path.insert(0, root)
    sys.argv = [module, *arguments]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)


if __name__ == "__main__":
    main()
