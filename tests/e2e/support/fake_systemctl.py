#!/usr/bin/python3
"""What docker/package/rolling-restart asks of systemd, played from the file that FAKE_SYSTEMD names: {"units": {name:
{"state", "status", "masked", "deaf", "outdated"}}, "calls": [...], "failing": [unit, ...]}. A worker that is started
serves; one that is told to drain says so, and goes on; a deaf one does not. An outdated one runs an earlier version."""

import fnmatch
import json
import os
import sys

file = os.environ["FAKE_SYSTEMD"]
with open(file) as opened:
    system = json.load(opened)
units = system["units"]


def unit(name):
    return units.setdefault(name, {"state": "inactive", "status": ""})


def start(name):
    if name in system["failing"]:
        unit(name)["state"] = "activating"  # again and again
        return 1
    unit(name).update(state="active", status="serving" if "fcgi" in name else "", outdated=False,
                      starts=unit(name).get("starts", 0) + 1)
    return 0


def show(arguments):
    name = arguments[-1]
    known = units.get(name, {})
    print({"StatusText": known.get("status", ""), "LoadState": "masked" if known.get("masked") else "loaded",
           "InvocationID": f"{name}#{known.get('starts', 0)}",
           "ActiveState": known.get("state", "inactive"), "ActiveEnterTimestamp": "1990-01-01 00:00:00" if known.get("outdated") else "2100-01-01 00:00:00",
           "ExecStart": "{ path=/bin/true ; argv[]=/bin/true ; }"}[arguments[1]])
    return 0


def run(verb, arguments):
    if verb == "list-units":
        for name, known in sorted(units.items()):
            if fnmatch.fnmatch(name, arguments[-1]) and known["state"] in ("active", "activating"):
                print(name, "loaded", known["state"], "running")
        return 0
    if verb == "show":
        return show(arguments)
    system["calls"].append(" ".join([verb, *arguments]))
    name = arguments[-1]
    if verb in ("start", "restart"):
        return start(name)
    if verb == "stop":
        unit(name).update(state="inactive", status="")
    if verb == "kill":
        assert arguments[0] == "--signal=QUIT"
        if not unit(name).get("deaf"):
            unit(name)["status"] = "draining: 1 requests and 0 generations are not finished"
    return 0


status = run(sys.argv[1], sys.argv[2:])
with open(file, "w") as opened:
    json.dump(system, opened)
sys.exit(status)
