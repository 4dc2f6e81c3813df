"""Waiting for a condition instead of for a time. How long it may take is no measurement: it allows for a machine that
does a lot of other things."""

import time


class NeverHappened(AssertionError):
    pass


def poll(condition, within=60.0, what=None, every=0.02):
    """Asks again and again until `condition` gives something true, and returns that. AssertionErrors
    inside it count as "not yet", so a condition may be a list of asserts that ends in `return True`."""
    deadline = time.monotonic() + within
    while True:
        last = None
        try:
            found = condition()
            if found:
                return found
        except AssertionError as error:
            last = error
        if time.monotonic() > deadline:
            named = what or condition.__name__
            raise NeverHappened(f"not within {within} s: {named}: {last or 'still false'}") from last
        time.sleep(every)
