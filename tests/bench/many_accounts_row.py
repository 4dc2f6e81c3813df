"""20,000 accounts: what is done to all of them at once, and the slowest request meanwhile."""

import http.client
import json
import threading
import time

from figure import Figure
from http_client import send
from stack import PASSWORD

MANY = 20_000
CLIENTS = 8
SESSION = "feed{:028x}"


class Clients:
    """Requests without end on kept connections; the slowest one."""

    def __init__(self, port):
        self.port, self.over, self.slowest, self.failed = port, threading.Event(), 0.0, 0
        self.threads = [threading.Thread(target=self.client) for _ in range(CLIENTS)]

    def client(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Authorization": f"Bearer {PASSWORD}", "Content-Type": "application/json"}
        while not self.over.is_set():
            begun = time.monotonic()
            connection.request("POST", "/v1/images/generations", json.dumps({"model": "jimeng-4.0"}), headers)
            answer = connection.getresponse()
            answer.read()
            self.failed += answer.status != 200
            self.slowest = max(self.slowest, time.monotonic() - begun)
        connection.close()

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()


def timed(call):
    begun = time.monotonic()
    answer = call()
    return answer, time.monotonic() - begun


def seconds(what, floor, reach, took):
    return Figure("many", f"20,000 accounts: {what}", floor, reach, [took], "", "s", less_is_better=True)


def many(setting):
    service = setting.service("many", regions=("us",) * 4)
    setting.new_script()
    lines = "\n".join(f"many{number}@example.com:Many-Secret:us:{SESSION.format(number)}" for number in range(MANY))
    _, imported = timed(lambda: service.api("POST", "/api/accounts/bulk", {"credentials": lines}))
    figures = [seconds("import", 40, 10, imported)]
    _, searched = timed(lambda: service.api("GET", "/api/audit?name=many7777@"))
    figures.append(seconds("one is found in the audit trail", 2, 0.5, searched))
    export = {"format": "import", "accounts": {"email": "many"}, "password": PASSWORD}
    _, exported = timed(lambda: service.call("POST", "/api/accounts/export", export))
    figures.append(seconds("export", 15, 3, exported))
    _, scraped = min((timed(lambda: send(service.port, "GET", "/metrics")) for _ in range(5)), key=lambda each: each[1])
    figures.append(seconds("a scrape of /metrics", 1, 0.2, scraped))

    with Clients(service.port) as clients:
        for action, more in (("ban", {"duration_hours": None}), ("unban", {}), ("disable", {}), ("enable", {}), ("delete", {})):
            order = {"action": action, "accounts": {"email": "many"}, **more}
            answer, took = timed(lambda: service.api("POST", "/api/accounts/actions", order))
            figures.append(seconds(action, 15, 5, took))
        _, took = timed(lambda: service.api("POST", "/api/accounts/undelete", {"undo": answer["undo"]}))
        figures.append(seconds("undelete", 15, 5, took))
    figures.append(seconds("the slowest of the requests meanwhile", 2, 0.5, clients.slowest))
    if clients.failed:
        setting.failures.append(f"many: {clients.failed} requests failed")
    setting.end_service("many")
    return figures
