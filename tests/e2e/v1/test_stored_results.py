"""Copies of what answers name: kept beside the answer or in its place, fetched by the scheduler, sent by nginx."""

import base64
import hashlib
import json
import os
import signal
import struct
import urllib.parse
import zlib

import pytest

from generations import Client, body_of
from http_client import bearer, send
from polling import poll
from stand_in import HELD

IMAGES = "/v1/images/generations"
VIDEOS = "/v1/videos/generations"
CHAT = "/v1/chat/completions"


@pytest.fixture(scope="module")
def stack_options():
    return {"workers": 2, "config": {"STORE_RESULTS": "rewrite", "RESULTS_HOSTS": "127.0.0.1", "RESULTS_MIN_FREE_GB": 0,
                                     "LIMIT_JIMENG_4_0": 1000}}


def picture(width=3, height=2, noise=0):
    """A PNG; with `noise` so many bytes larger."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + b"\x40\x80\xc0" * width for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"tEXt", b"noise\0" + os.urandom(noise)) + chunk(b"IEND", b""))


class Provider:
    """What the stand-in answers to a generation, and what it has at the addresses that it names."""

    def __init__(self, stand_in):
        self.stand_in = stand_in
        self.rules = []

    def address(self, name):
        return f"{self.stand_in.url}/v1/made/{name}?x-expires=4102444800&sig=a%2Bb"

    def has(self, name, content, content_type="image/png", **more):
        self.rules.append({"path": f"/v1/made/{name}", "status": 200, "headers": {"Content-Type": content_type},
                           "body_base64": base64.b64encode(content).decode(), **more})
        self.stand_in.script(*self.rules)
        return self.address(name)

    def refuses(self, name, status, **headers):
        self.rules.append({"path": f"/v1/made/{name}", "status": status, "headers": headers, "body": "no"})
        self.stand_in.script(*self.rules)
        return self.address(name)

    def answers(self, body, path=IMAGES):
        """`body`: as the upstream writes it."""
        self.rules.append({"path": path, "method": "POST", "status": 200, "body": body,
                           "headers": {"Content-Type": "application/json"}})
        self.stand_in.script(*self.rules)
        return body

    def names(self, *urls, path=IMAGES):
        return self.answers(json.dumps({"created": 1, "data": [{"url": url} for url in urls]}), path)


@pytest.fixture
def provider(stand_in, stack, account):
    for result in stack.api("GET", "/api/results")["items"]:
        stack.api("DELETE", f"/api/results/{result['id']}")
    return Provider(stand_in)


def results(stack, **filters):
    return stack.api("GET", "/api/results?" + urllib.parse.urlencode(filters))["items"]


def in_state(stack, state, count=1):
    def there():
        found = results(stack, state=state)
        return found if len(found) == count else None

    return poll(there, what=f"{count} results are {state}")


def files_of(stack):
    folder = stack.data / "results"
    return sorted(file.name for file in folder.glob("[0-9a-f][0-9a-f]/*"))


def local(stack, link):
    """The path of a link to this service."""
    origin = f"http://127.0.0.1:{stack.port}"
    assert link.startswith(f"{origin}/v1/results/res_"), link
    return link.removeprefix(origin)


def key_of(stack, **terms):
    return stack.api("POST", "/api/keys", {"name": f"key {os.urandom(4).hex()}", **terms})["key"]


def test_with_storing_off_an_answer_is_what_it_was(stack, provider):
    key = key_of(stack, store_results="off")
    body = provider.names(provider.address("a.png"))
    answer = stack.generate(password=key)
    assert answer.body == body.encode()
    assert results(stack) == []
    assert not (stack.data / "results").exists() or files_of(stack) == []


def test_a_copy_is_kept_beside_an_unchanged_answer(stack, provider):
    key = key_of(stack, store_results="copy")
    content = picture(width=7, height=5)
    body = provider.names(provider.has("a.png", content))
    answer = stack.generate(password=key)
    assert answer.body == body.encode()
    assert answer.header("Content-Length") == str(len(body))
    [stored] = in_state(stack, "stored")
    assert (stored["media"], stored["mime"], stored["bytes"]) == ("image", "image/png", len(content))
    assert (stored["width"], stored["height"], stored["position"], stored["model"]) == (7, 5, 0, "jimeng-4.0")
    assert stored["request_id"] == answer.header("X-Dreamina-Request-Id") and stored["generation_id"] is None
    assert files_of(stack) == [hashlib.sha256(content).hexdigest()]
    sent = stack.call("GET", stored["content_url"])
    assert (sent.status, sent.body) == (200, content)


def test_links_take_the_place_of_urls(stack, provider):
    first, second = picture(1, 1), picture(2, 2)
    urls = [provider.has("a.png", first), provider.has("b.png", second)]
    # As Go writes it, and with what is none of ours.
    provider.answers('{"created": 1.0, "data": [{"url":"%s"}, {"url" : "%s", "seed": 12345678901234567890}]}' %
                     (urls[0].replace("&", "\\u0026"), urls[1]))
    answer = stack.generate()
    assert answer.status == 200
    assert b'"created": 1.0' in answer.body and b'"seed": 12345678901234567890' in answer.body
    data = answer.json()["data"]
    assert [entry["source_url"] for entry in data] == urls
    for entry, content in zip(data, (first, second)):
        path = local(stack, entry["url"])
        assert urllib.parse.urlsplit(path).path.endswith(".png")
        sent = send(stack.port, "GET", path)  # without a key, and waits until it is there
        assert (sent.status, sent.body) == (200, content)
        assert sent.header("Content-Type") == "image/png"
        assert sent.header("X-Content-Type-Options") == "nosniff"
        assert sent.header("Content-Disposition").startswith("inline; filename=\"res_")
        assert sent.header("Cache-Control").startswith("private")
        assert sent.header("Access-Control-Allow-Origin") == "*"
        assert sent.header("X-Accel-Redirect") is None


def test_nginx_sends_parts_of_a_file(stack, provider):
    content = picture(noise=300_000)
    provider.names(provider.has("a.png", content))
    path = local(stack, stack.generate().json()["data"][0]["url"])
    assert send(stack.port, "GET", path).body == content
    part = send(stack.port, "GET", path, headers=[("Range", "bytes=1000-1999")])
    assert (part.status, part.body) == (206, content[1000:2000])
    assert part.header("Content-Range") == f"bytes 1000-1999/{len(content)}"
    head = send(stack.port, "HEAD", path)
    assert (head.status, head.header("Content-Length")) == (200, str(len(content)))


def test_a_changed_or_expired_link_opens_nothing(stack, provider):
    provider.names(provider.has("a.png", picture()))
    path = local(stack, stack.generate().json()["data"][0]["url"])
    assert send(stack.port, "GET", path).status == 200
    link = urllib.parse.urlsplit(path)
    query = dict(urllib.parse.parse_qsl(link.query))

    def opened(**changes):
        return send(stack.port, "GET", f"{link.path}?{urllib.parse.urlencode({**query, **changes})}")

    assert opened().status == 200
    for changes in ({"exp": str(int(query["exp"]) + 1)}, {"sig": query["sig"][:-1] + "_"}, {"sig": ""},
                    {"download": "true"}, {"exp": "soon"}):
        assert opened(**changes).status in (401, 403), changes
    other = link.path[:-5] + ("0" if link.path[-5] != "0" else "1") + ".png"
    assert send(stack.port, "GET", f"{other}?{link.query}").status == 403


def test_a_key_sees_its_own_results_only(stack, provider):
    mine, other = key_of(stack), key_of(stack)
    content = picture()
    provider.names(provider.has("a.png", content))
    stack.generate(password=mine)
    [stored] = in_state(stack, "stored")
    path = f"/v1/results/{stored['id']}/content"
    seen = send(stack.port, "GET", path, headers=[bearer(mine)])
    assert (seen.status, seen.body) == (200, content)
    saved = send(stack.port, "GET", f"{path}?download=true", headers=[bearer(mine)])
    assert saved.header("Content-Disposition").startswith("attachment")
    assert send(stack.port, "GET", path, headers=[bearer(other)]).status == 404
    assert send(stack.port, "GET", path).status == 401
    assert send(stack.port, "GET", path, headers=[bearer(stack.password)]).status == 200
    assert send(stack.port, "GET", "/v1/results/", headers=[bearer(mine)]).status == 404
    assert send(stack.port, "POST", path, b"{}", [bearer(mine)]).status == 405


def test_equal_results_share_a_file_until_the_last_of_them_goes(stack, provider):
    content = picture()
    provider.names(provider.has("a.png", content), provider.has("b.png", content))
    stack.generate()
    one, two = in_state(stack, "stored", 2)
    assert len(files_of(stack)) == 1
    stack.api("DELETE", f"/api/results/{one['id']}")
    assert len(files_of(stack)) == 1
    stack.api("DELETE", f"/api/results/{two['id']}")
    assert files_of(stack) == []


def test_bytes_that_came_with_the_answer_are_stored_and_it_stays_as_it_is(stack, provider):
    content = picture(4, 4, noise=100_000)
    body = provider.answers(json.dumps({"data": [{"b64_json": base64.b64encode(content).decode()}]}))
    answer = stack.generate()
    assert answer.body == body.encode()
    [stored] = in_state(stack, "stored")
    assert (stored["bytes"], stored["width"]) == (len(content), 4)
    assert stack.call("GET", stored["content_url"]).body == content
    assert os.listdir(stack.data / "results" / "incoming") == []


def test_links_in_the_text_of_a_chat_are_replaced(stack, provider):
    content = picture()
    url = provider.has("a.png", content)
    text = f"Done! ![image_0]({url})\nSee [our site](https://elsewhere.example/x)."
    provider.answers(json.dumps({"choices": [{"index": 0, "message": {"role": "assistant", "content": text}}]}), CHAT)
    answer = stack.v1(target=CHAT, body={"model": "jimeng-4.0", "messages": []})
    said = answer.json()["choices"][0]["message"]["content"]
    assert "https://elsewhere.example/x" in said and url not in said
    path = local(stack, said.split("](")[1].split(")")[0])
    assert send(stack.port, "GET", path).body == content
    assert len(results(stack)) == 1


def test_what_is_neither_picture_nor_video_is_not_kept(stack, provider):
    page = b"<!doctype html><script>alert(1)</script>" + b" " * 200
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>' + b" " * 200
    provider.names(provider.has("a.png", page), provider.has("b.svg", drawing, "image/png"))
    stack.generate()
    failed = in_state(stack, "failed", 2)
    assert {result["error"]["code"] for result in failed} == {"storing.no_media"}
    assert files_of(stack) == []
    assert stack.call("GET", failed[0]["content_url"]).status == 410


def test_what_cannot_be_fetched_leads_to_the_providers_copy_while_that_lives(stack, provider):
    html = provider.has("a.png", b"<html>" + b" " * 100)
    old = html.replace("x-expires=4102444800", "x-expires=1000000000")
    provider.names(html, old)
    alive, gone = [entry["url"] for entry in stack.generate().json()["data"]]
    in_state(stack, "failed", 2)
    there = send(stack.port, "GET", local(stack, alive))
    assert (there.status, there.header("Location")) == (302, html)
    assert send(stack.port, "GET", local(stack, gone)).status == 410


def test_a_refused_file_is_tried_again(stack, provider):
    content = picture()
    provider.rules.append({"path": "/v1/made/a.png", "times": 1, "status": 403, "body": "not yet"})
    provider.names(provider.has("a.png", content))
    path = local(stack, stack.generate().json()["data"][0]["url"])
    assert send(stack.port, "GET", path).body == content
    [stored] = results(stack)
    assert stored["attempt_count"] == 2


def test_no_address_is_asked_that_is_not_allowed(stack, provider, stand_in):
    url = provider.has("a.png", picture())
    provider.names(url, "http://localhost:1/b.png", "ftp://127.0.0.1/c.png")
    stack.change_settings(RESULTS_HOSTS=None)
    answer = stack.generate()
    assert [entry["url"] for entry in answer.json()["data"]] == [url, "http://localhost:1/b.png",
                                                                 "ftp://127.0.0.1/c.png"]
    failed = in_state(stack, "failed", 2)
    assert {result["error"]["code"] for result in failed} == {"storing.host_refused"}
    # A name that leads here is refused where it is connected to: only a host that is listed by its name may be private.
    stack.change_settings(RESULTS_HOSTS="*.localhost")
    provider.rules.clear()
    provider.names(url.replace("127.0.0.1", "results.localhost"))
    stack.generate()

    def refused():
        [newest] = results(stack, state="pending")
        return newest["error"] and newest["error"]["code"] == "storing.address_refused"

    poll(refused, what="the address is refused")
    assert not [call for call in stand_in.requests_anywhere() if "/v1/made/" in call["target"]]


def test_a_redirect_is_not_followed(stack, provider):
    target = provider.has("b.png", picture())
    provider.names(provider.refuses("a.png", 302, Location=target))
    stack.generate()

    def redirected():
        [result] = results(stack)
        return result["error"] and result["error"]["code"] == "storing.redirect"

    poll(redirected, what="the redirect is refused")


def test_a_full_store_stops_storing_and_requests_go_on(stack, provider):
    body = provider.names(provider.has("a.png", picture()))
    stack.change_settings(RESULTS_MIN_FREE_GB=1_000_000)
    answer = stack.generate()
    assert (answer.status, answer.body) == (200, body.encode())
    listed = stack.api("GET", "/api/results")
    assert listed["items"] == [] and listed["totals"]["is_storing"] is False
    checks = {check["name"]: check["code"] for check in stack.api("GET", "/api/health")["checks"]}
    assert checks["results"] == "no_room"
    stack.change_settings(RESULTS_MIN_FREE_GB=0)
    local(stack, stack.generate().json()["data"][0]["url"])
    in_state(stack, "stored")


def test_a_scheduler_that_is_killed_in_the_middle_fetches_later(new_stack, stand_in):
    stack = new_stack({"STORE_RESULTS": "rewrite", "RESULTS_HOSTS": "127.0.0.1", "RESULTS_MIN_FREE_GB": 0}).start()
    stack.add_account()
    provider = Provider(stand_in)
    content = picture(noise=400_000)
    url = provider.has("a.png", content, chunk_count=4, chunk_gap_ms=HELD)
    provider.names(url)
    path = local(stack, stack.generate().json()["data"][0]["url"])
    incoming = stack.data / "results" / "incoming"
    poll(lambda: incoming.exists() and any(file.stat().st_size for file in incoming.iterdir()),
         what="a part of the file has come")
    [scheduler] = stack.pids("dreamina-scheduler")
    os.kill(scheduler, signal.SIGKILL)
    stack.parts.running["scheduler"].wait(10)
    assert files_of(stack) == []
    provider.rules.clear()
    provider.has("a.png", content)
    stand_in.release()
    stack.parts.start("scheduler")
    sent = send(stack.port, "GET", path, timeout=60)
    assert (sent.status, sent.body) == (200, content)
    assert os.listdir(incoming) == []


def test_a_generation_has_the_links_as_well(stack, provider):
    content = picture()
    provider.names(provider.has("a.png", content))
    client = Client(stack)
    done = client.ended(client.queue("a cat"))
    path = local(stack, done["result"]["data"][0]["url"])
    assert send(stack.port, "GET", path).body == content
    [stored] = in_state(stack, "stored")
    assert stored["generation_id"] == done["id"]


def test_the_content_of_a_video_is_the_stored_copy(stack, provider):
    key = key_of(stack, store_results="copy")
    client = Client(stack, key)
    clip = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + os.urandom(2000)
    provider.names(provider.has("a.mp4", clip, "video/mp4"), path=VIDEOS)
    video = client.send("POST", "/v1/videos", body_of("a cat", "jimeng-video-3.0")).json()["id"]
    in_state(stack, "stored")
    content = client.send("GET", f"/v1/videos/{video}/content")
    assert content.status == 302 and content.header("Location").startswith("/v1/results/res_")
    sent = send(stack.port, "GET", content.header("Location"))
    assert (sent.status, sent.header("Content-Type"), sent.body) == (200, "video/mp4", clip)


def test_only_the_locations_of_results_take_orders(stack, provider, stand_in):
    """An upstream or a client that names a file of ours gets none."""
    content = picture()
    provider.names(provider.has("a.png", content))
    stack.generate()
    in_state(stack, "stored")
    [name] = files_of(stack)
    place = f"/dreamina-results/{name[:2]}/{name}"
    assert send(stack.port, "GET", place).status != 200 or content not in send(stack.port, "GET", place).body
    stand_in.script({"path": "/v1/anything", "status": 200, "headers": {"X-Accel-Redirect": place}, "body": "mine"})
    answer = stack.v1(target="/v1/anything", body={"model": "jimeng-4.0"}, headers=[("X-Accel-Redirect", place)])
    assert answer.body == b"mine"


def test_a_link_in_place_of_a_file_is_not_sent(stack, provider):
    """What decodes results for thumbnails could be taken over: it must not have nginx read what it cannot."""
    provider.names(provider.has("a.png", picture()))
    path = local(stack, stack.generate().json()["data"][0]["url"])
    [stored] = in_state(stack, "stored")
    assert send(stack.port, "GET", path).status == 200
    [name] = files_of(stack)
    folder = stack.data / "results"
    secret = stack.data / "elsewhere"
    secret.write_bytes(b"what is nobody's business")

    def asked():
        return [send(stack.port, "GET", path), stack.call("GET", stored["content_url"]),
                stack.call("GET", f"/api/results/{stored['id']}/thumbnail")]

    thumbnail = folder / "thumbnails" / name[:2] / f"{name}.webp"
    thumbnail.parent.mkdir(parents=True)
    thumbnail.write_bytes(b"RIFF....WEBP")
    assert [answer.status for answer in asked()] == [200, 200, 200]
    for file in (folder / name[:2] / name, thumbnail):
        file.unlink()
        file.symlink_to(secret)
    for answer in asked():
        assert answer.status != 200 and secret.read_bytes() not in answer.body
    # The worker looks at the file alone: here the folder is a link to one that has such a file, and nginx refuses it.
    for file in (folder / name[:2] / name, thumbnail):
        file.unlink()
        file.parent.rmdir()
        elsewhere = stack.data / f"elsewhere of {file.suffix}"
        elsewhere.mkdir()
        (elsewhere / file.name).write_bytes(secret.read_bytes())
        file.parent.symlink_to(elsewhere)
    for answer in asked():
        assert answer.status in (403, 404) and secret.read_bytes() not in answer.body
    for file in (folder / name[:2], thumbnail.parent):
        file.unlink()


def test_the_folder_itself_may_be_a_link(new_stack, stand_in, tmp_path):
    stack = new_stack({"STORE_RESULTS": "rewrite", "RESULTS_HOSTS": "127.0.0.1", "RESULTS_MIN_FREE_GB": 0})
    (tmp_path / "disk").mkdir()
    (stack.data / "results").symlink_to(tmp_path / "disk")
    stack.start()
    stack.add_account()
    content = picture()
    provider = Provider(stand_in)
    provider.names(provider.has("a.png", content))
    sent = send(stack.port, "GET", local(stack, stack.generate().json()["data"][0]["url"]))
    assert (sent.status, sent.body) == (200, content)


def test_pinned_results_stay_and_each_change_is_audited(stack, provider):
    provider.names(provider.has("a.png", picture()))
    stack.generate()
    [stored] = in_state(stack, "stored")
    pinned = stack.api("POST", f"/api/results/{stored['id']}/pin")
    assert (pinned["is_pinned"], pinned["expires_at"]) == (True, None)
    assert results(stack, is_pinned="true")[0]["id"] == stored["id"]
    assert stack.api("POST", f"/api/results/{stored['id']}/unpin")["expires_at"] is not None
    stack.api("DELETE", f"/api/results/{stored['id']}")
    trail = stack.api("GET", f"/api/audit?subject=result&size=3")["items"]
    assert [row["action"] for row in trail] == ["delete", "change", "change"]
    assert {row["subject_id"] for row in trail} == {stored["id"]}
    assert stack.call("GET", f"/api/results/{stored['id']}").status == 404
