"""The real service (nginx, workers, scheduler) with the stand-in behind it. One start for all test files without options
of their own, one for each of the others; cleaned between the tests. See stack.py and stand_in.py for what can be done
with them."""

import contextlib
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "support"))

from stack import Stack  # noqa: E402
from stand_in import StandIn  # noqa: E402


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory):
    running = StandIn(tmp_path_factory.mktemp("stand-in") / "stand-in.log")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def stack_options():
    """A test file may have another, such as {"serve_script": SERVE_SCRIPT} for what serve.sh does."""
    return {}


@contextlib.contextmanager
def running_stack(tmp_path_factory, stand_in, options):
    options = {**options, "config": {"UPSTREAM_BASE_URL": stand_in.url, **options.get("config", {})}}
    running = Stack(tmp_path_factory.mktemp("stack"), **options)
    try:
        yield running.start()
        assert running.stop() == 0, running.tails()
        running.assert_logs_hold_no_secret()
        assert running.processes() == []
    finally:
        running.kill_all()


@pytest.fixture(scope="session")
def plain_stack(tmp_path_factory, stand_in):
    """The one of all files without options of their own."""
    with running_stack(tmp_path_factory, stand_in, {}) as running:
        yield running


@pytest.fixture(scope="module")
def module_stack(request, tmp_path_factory, stand_in, stack_options):
    if not stack_options:
        yield request.getfixturevalue("plain_stack")
        return
    with running_stack(tmp_path_factory, stand_in, stack_options) as running:
        yield running


@pytest.fixture(autouse=True)
def clean_stand_in(request):
    """Nothing that an earlier test scripted is in force, and no request is held by it."""
    if "stand_in" in request.fixturenames:
        stand_in = request.getfixturevalue("stand_in")
        stand_in.play("anything")
        stand_in.script()
        stand_in.release()
        stand_in.clear()


@pytest.fixture
def stack(module_stack, stand_in):
    """Without accounts, requests and rules."""
    module_stack.reset()
    stand_in.clear()
    yield module_stack


@pytest.fixture
def account(stack):
    """One that can serve everything but what only other regions have."""
    return stack.add_account(region="us")


@pytest.fixture
def new_stack(tmp_path, stand_in, stack_options):
    """Makes services of the test's own, run as the file's other ones are; they end with it."""
    made = []

    def make(config=None, name="stack", **options):
        full = {"UPSTREAM_BASE_URL": stand_in.url, **(config or {})}
        options = {"serve_script": stack_options.get("serve_script"), **options}
        made.append(Stack(tmp_path / name, full, **options))
        return made[-1]

    yield make
    for stack in made:
        stack.kill_all()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed test shows the ends of the logs."""
    outcome = yield
    report = outcome.get_result()
    if not report.failed:
        return
    for name in ("stack", "module_stack"):
        if isinstance(item.funcargs.get(name), Stack):
            report.sections.append((f"logs of the service ({name})", item.funcargs[name].tails()))
            break
