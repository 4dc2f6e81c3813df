"""Measures the service and prints a table; run.sh installs and builds what this needs. Usage: run.sh --help."""

import argparse
import json
import pathlib
import platform
import os
import shutil
import signal
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e" / "support"))

import body_rows  # noqa: E402 (needs the path above)
import in_flight_rows  # noqa: E402
import throughput_rows  # noqa: E402
import waiting_rows  # noqa: E402
from figure import table  # noqa: E402
from write_queue_row import write_queue  # noqa: E402
from live_row import live  # noqa: E402
from many_accounts_row import many  # noqa: E402
from pollers_row import pollers  # noqa: E402
from portkey_row import portkey  # noqa: E402
from restart_row import restart  # noqa: E402
from setting import Setting  # noqa: E402
from statistics_row import statistics_and_log  # noqa: E402
from stream_row import stream  # noqa: E402

# In the order of measuring. Two rows may come of one measurement.
ROWS = {"small": throughput_rows.small, "sequential": throughput_rows.sequential, "parked": waiting_rows.parked,
        "burst": waiting_rows.burst, "inflight": in_flight_rows.rows, "memory": in_flight_rows.rows, "accounts": throughput_rows.accounts,
        "classes": throughput_rows.classes, "write_queue": write_queue, "download": body_rows.download,
        "upload": body_rows.upload, "stream": stream, "statistics": statistics_and_log, "restart": restart,
        "pollers": pollers, "live": live, "many": many, "portkey": portkey}


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def read_arguments():
    parser = argparse.ArgumentParser(prog="tests/bench/run.sh", description="see tests/bench/run.sh --help")
    parser.add_argument("--rows", default=",".join(ROWS), metavar="NAME[,NAME]")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--list", action="store_true")
    arguments = parser.parse_args()
    arguments.rows = [name for name in arguments.rows.split(",") if name]
    unknown = sorted(set(arguments.rows) - set(ROWS))
    if unknown or not arguments.rows:
        parser.error(f"--rows: {', '.join(unknown) or 'none'}: the rows are {', '.join(ROWS)}")
    return arguments


def measure(setting, names):
    figures, done = [], set()
    for row in ROWS:
        if row not in names or ROWS[row] in done:
            continue
        begun = time.monotonic()
        done.add(ROWS[row])
        try:
            figures += [figure for figure in ROWS[row](setting) if figure.row in names]
        except Exception as error:  # the other rows are still worth their figures
            setting.failures.append(f"{row}: {type(error).__name__}: {error}")
        say(f"{row}: {time.monotonic() - begun:.0f} s")
    return figures


def main():
    arguments = read_arguments()
    if arguments.list:
        print("\n".join(ROWS))
        return 0
    for program in ("wrk", "nginx", "spawn-fcgi", "multiwatch", "setpriv"):
        if shutil.which(program) is None:
            say(f"{program} is missing: run docker/install-deps.sh run bench")
            return 2
    # TERM unwinds as Ctrl-C does: everything that was started ends.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    begun = time.monotonic()
    setting = Setting(pathlib.Path(tempfile.mkdtemp(prefix="dreamina-bench-")), arguments.quick)
    with setting:
        figures = measure(setting, arguments.rows)
    seconds = time.monotonic() - begun
    print(table(figures))
    print(f"\n{os.cpu_count()} cores, {platform.machine()}, two workers, everything on this machine; {seconds:.0f} s")
    for failure in setting.failures:
        print(f"FAILED  {failure}")
    if arguments.json:
        arguments.json.write_text(json.dumps({
            "figures": [figure.as_json() for figure in figures], "failures": setting.failures, "seconds": seconds,
            "cores": os.cpu_count()}, indent=1, ensure_ascii=False) + "\n")
    return 1 if setting.failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        say("ended")
        sys.exit(130)
