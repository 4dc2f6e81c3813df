"""A stored result, made as any is."""

import base64

from generations import IMAGES
from polling import poll

# The head of one, which is all that the service looks at.
PICTURE = b"GIF89a\x03\x00\x02\x00" + b"." * 100


def store_one(stack, stand_in):
    """Its id. The settings of the service store results from now on."""
    stack.add_account()
    stack.change_settings(STORE_RESULTS="copy", RESULTS_HOSTS="127.0.0.1", RESULTS_MIN_FREE_GB=0)
    stand_in.script(
        {"path": IMAGES, "status": 200, "headers": {"Content-Type": "application/json"},
         "body": {"data": [{"url": f"{stand_in.url}/v1/made/picture"}]}},
        {"path": "/v1/made/picture", "status": 200, "body_base64": base64.b64encode(PICTURE).decode()})
    stack.generate()
    return poll(lambda: stack.api("GET", "/api/results?state=stored")["items"], what="a result is stored")[0]["id"]
