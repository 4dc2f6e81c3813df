"""CPU that processes use, by thread, as the kernel's scheduler counts it."""

import collections
import pathlib


def used(pids):
    """µs so far, by thread name. A worker's event loop has the name of its program."""
    total = collections.Counter()
    for pid in pids:
        for thread in pathlib.Path(f"/proc/{pid}/task").iterdir():
            total[(thread / "comm").read_text().strip()] += int((thread / "schedstat").read_text().split()[0]) / 1000
    return total


def children(pid):
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Costs:
    """µs of CPU per request, by process and thread, of the runs that it has measured."""

    def __init__(self, **pids):
        self.pids = pids
        self.runs = []

    def during(self, run):
        """What `run` returns, a Load; what it cost is kept."""
        before = {name: used(pids) for name, pids in self.pids.items()}
        load = run()
        spent = {name: used(pids) - before[name] for name, pids in self.pids.items()}
        self.runs.append({name: {thread: cost / load.requests for thread, cost in threads.items()}
                          for name, threads in spent.items()})
        return load

    def of(self, name, thread=None):
        """A figure for each run: of a process, or of one of its threads."""
        return [sum(cost for each, cost in run[name].items() if thread in (None, each)) for run in self.runs]
