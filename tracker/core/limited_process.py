"""Run as a process of its own by `limited`: `python -I limited_process.py LIMITS ROOT MODULE ARGUMENT...`.

LIMITS is JSON: resource name -> number. They are set before MODULE, found below ROOT, is run as a main program.
Imports the standard library only.
"""

from __future__ import annotations

import json
import resource
import runpy
import sys


def main() -> None:
    limits, root, module, *arguments = sys.argv[1:]
    for name, value in json.loads(limits).items():
        number = getattr(resource, name)
        hard = resource.getrlimit(number)[1]
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(number, (allowed, allowed))
    sys.path.insert(0, root)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
