"""The nginx files of deploy/: what nginx says when it answers instead of kktd, and what it hands on.
Needs no kktd: where a worker is needed, one that misbehaves stands in."""

import re
import threading
import unittest

import contract
import fastcgi
import harness
from harness import Case, TOP, run

HEAD = b"Content-Type: application/json\r\nCache-Control: no-store\r\n\r\n"
DONE = (HEAD +
        b'{"check_number": 1, "result_code": 0, "result_description": "x", "outcome": "done"}')


class NginxCase(Case):
    def start(self, change=None, answer=None):
        if answer is not None:
            self.worker = fastcgi.Worker(self.stand.socket, answer)
            self.addCleanup(self.worker.close)
        self.stand.start_nginx(change)
        return self.stand.client

    def replace(self, file, old, new):
        """A change of one of the laid-out files."""
        def change(folder):
            text = (folder / file).read_text(encoding="utf-8")
            self.assertIn(old, text)
            (folder / file).write_text(text.replace(old, new), encoding="utf-8")
        return change

    def wait_for_log(self, text):
        log = self.stand.folder / "access.log"
        harness.wait_until(lambda: text in log.read_text(), 10, f"{text} in the access log")

    def nginx_test(self):
        """(exit code, what it complains of)"""
        return run("nginx", "-t", "-p", self.stand.folder, "-c", self.stand.folder / "nginx.conf",
                   "-e", self.stand.folder / "error.log")


class Files(NginxCase):
    def lay_out(self):
        code, printed = run(TOP / "deploy/nginx/private-nginx", self.stand.folder, "127.0.0.1:8080",
                            self.stand.socket)
        self.assertEqual(code, 0, printed)

    def test_nginx_accepts_them(self):
        self.lay_out()
        code, printed = self.nginx_test()
        self.assertEqual(code, 0, printed)
        self.assertNotIn("[warn]", printed)

    def test_a_misspelt_directive_is_noticed(self):
        self.lay_out()
        self.replace("kktd/pass.conf", "fastcgi_pass", "fastcgi_push")(self.stand.folder)
        self.assertNotEqual(self.nginx_test()[0], 0)

    def test_they_fit_the_bounds_of_the_worker(self):
        bounds = (TOP / "src/front/front_config.hpp").read_text(encoding="utf-8")
        answer_seconds = int(re.search(r"answer_deadline\{(\d+)'000\}", bounds)[1])
        body_kib = int(re.search(r"body_limit = \D*(\d+)\D* \* 1024", bounds)[1])
        conf = "".join(path.read_text(encoding="utf-8")
                       for path in (TOP / "deploy/nginx/kktd").iterdir())
        self.assertGreater(int(re.search(r"fastcgi_read_timeout (\d+)s;", conf)[1]),
                           answer_seconds + 10, "nginx gives up last")
        for name in ("client_max_body_size", "client_body_buffer_size"):
            self.assertEqual(int(re.search(name + r" (\d+)k;", conf)[1]), body_kib)


class Pages(NginxCase):
    def assert_page(self, answer, status, outcome, retry, code):
        self.assertEqual((answer.status, answer.json["outcome"], answer.json["retry"],
                          answer.json["result_code"]), (status, outcome, retry, code), answer)

    def test_every_status_is_json(self):
        """Every error status nginx knows, returned by it on purpose (408 closes without a word)."""
        statuses = [400, 401, 403, 404, 405, 406, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421,
                    426, 429, 500, 501, 502, 503, 504, 505, 507]
        locations = "".join(f"location = /give/{n} {{ return {n}; }}\n" for n in statuses)
        client = self.start(self.replace("kktd.conf", "location / {", locations + "location / {"))
        codes = {}
        for status in statuses:
            answer = client.post("{}", path=f"/give/{status}")
            contract.check_post(answer)
            self.assertEqual(answer.status, status)
            self.assertRegex(answer.headers["Content-Type"], "^application/json")
            codes.setdefault(answer.json["error"], set()).add(answer.json["result_code"])
            self.assertRegex(answer.json["result_description"],
                             "[Пп]овторите (его|запрос) с тем же номером документа")
        for error, found in codes.items():
            self.assertEqual(len(found), 1, f"{error} has one code")
        self.assertLessEqual({code for found in codes.values() for code in found},
                             set(range(590, 600)))
        self.assertEqual(len(codes), 10)

    def test_no_worker(self):
        client = self.start()
        for path in ("/kkt", "/kkt/"):
            answer = client.post(harness.RECEIPT, path=path)
            self.assert_page(answer, 502, "unknown", "same", 598)
            self.assertEqual(answer.headers["Retry-After"], "5")
        self.assert_page(client.get("/kkt"), 502, "unknown", "same", 598)
        # sent=0 in the log: the proof that no worker got it.
        self.wait_for_log("upstream=502 sent=0 ")

    def test_worker_dies_with_the_request(self):
        """One attempt, whatever the method: nginx must not repeat what may be a receipt."""
        client = self.start(answer=lambda params, body: None)
        for method in ("POST", "PUT", "GET", "DELETE"):
            answer = client.request(method, "/kkt", "{}" if method in ("POST", "PUT") else None)
            self.assert_page(answer, 502, "unknown", "same", 598)
        self.assertEqual([params["REQUEST_METHOD"] for params, _ in self.worker.requests],
                         ["POST", "PUT", "GET", "DELETE"])

    def test_worker_that_does_not_answer(self):
        hold = threading.Event()

        def never(params, body):
            hold.wait(60)

        client = self.start(self.replace("kktd/fastcgi.conf", "fastcgi_read_timeout 75s",
                                         "fastcgi_read_timeout 1s"), answer=never)
        self.addCleanup(hold.set)
        self.assert_page(client.post(harness.RECEIPT), 504, "unknown", "same", 599)

    def test_unknown_path(self):
        client = self.start()
        for path in ("/", "/kktd-problem", "/kk", "/kktx", "/index.html"):
            self.assert_page(client.post("{}", path=path), 404, "refused", "fixed", 593)

    def test_body_too_large(self):
        client = self.start(answer=lambda params, body: DONE)
        self.assert_page(client.post(b" " * 2_000_000), 413, "refused", "fixed", 595)
        self.assert_page(client.post(b" " * (256 * 1024 + 1)), 413, "refused", "fixed", 595)
        self.assertEqual(self.worker.requests, [])
        self.assertEqual(client.post(b" " * (256 * 1024)).status, 200)

    def test_what_is_no_http(self):
        client = self.start()
        for data in (b"GARBAGE\x01\x02\r\n\r\n", b"POST /kkt HTTP/1.1\r\n\r\n",
                     b"POST /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                     b"POST /kkt HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                     b"POST /kkt HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 40000 + b"\r\n\r\n"):
            self.assert_page(client.raw_answer(data), 400, "refused", "fixed", 590)
        for data, status in ((b"POST /kkt?" + b"a" * 40000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
                             (b"POST /kkt HTTP/3.7\r\nHost: x\r\n\r\n", 505),
                             (b"POST /kkt HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: odd\r\n\r\n",
                              501)):
            self.assert_page(client.raw_answer(data), status, "refused", "fixed", 590)
        self.assert_page(client.raw_answer(b"TRACE /kkt HTTP/1.1\r\nHost: x\r\n\r\n"),
                         405, "refused", "fixed", 594)

    def test_stranger(self):
        client = self.start(self.replace("kktd/access.conf", "allow 127.0.0.1;",
                                         "allow 192.0.2.1;"), answer=lambda params, body: DONE)
        for path in ("/kkt", "/kkt/", "/kkt/status"):
            self.assert_page(client.post(harness.RECEIPT, path=path), 403, "refused", "operator", 592)
        self.assertEqual(self.worker.requests, [])

    def test_password(self):
        def change(folder):
            (folder / "users").write_text("shop:{PLAIN}secret\n")
            self.replace("kktd/pass.conf", "limit_req zone",
                         f'auth_basic kktd; auth_basic_user_file "{folder}/users";\nlimit_req zone'
                         )(folder)
        client = self.start(change, answer=lambda params, body: DONE)
        answer = client.post(harness.RECEIPT)
        self.assert_page(answer, 401, "refused", "operator", 591)
        self.assertIn("Basic", answer.headers["WWW-Authenticate"])
        self.assertEqual(client.post(harness.RECEIPT, headers={
            "Authorization": "Basic c2hvcDpzZWNyZXQ="}).status, 200)
        self.assertEqual([params["REMOTE_USER"] for params, _ in self.worker.requests], ["shop"])

    def test_too_many_requests(self):
        client = self.start(self.replace("kktd/pass.conf", "burst=500", "burst=3"),
                            answer=lambda params, body: DONE)
        answers = harness.together(30, lambda index: client.post(harness.RECEIPT))
        refused = [answer for answer in answers if answer.status != 200]
        self.assertTrue(refused)
        for answer in refused:
            self.assert_page(answer, 429, "refused", "same", 596)
            self.assertEqual(answer.headers["Retry-After"], "5")
        self.assertEqual(len(self.worker.requests), len(answers) - len(refused))


class Handed(NginxCase):
    """What the worker gets."""

    def test_exactly_the_listed_parameters(self):
        client = self.start(answer=lambda params, body: DONE)
        client.post(harness.RECEIPT, path="/kkt?a=b", headers={
            "Idempotency-Key": "k-1", "Prefer": "respond-async", "Proxy": "http://evil.example",
            "Cookie": "secret", "X-Forwarded-For": "10.0.0.1"})
        params, body = self.worker.requests[0]
        request_id = params.pop("REQUEST_ID")
        self.assertRegex(request_id, "^[0-9a-f]{32}$")
        self.wait_for_log(f"id={request_id} ")
        self.assertEqual(params, {
            "REQUEST_METHOD": "POST", "DOCUMENT_URI": "/kkt", "QUERY_STRING": "a=b",
            "CONTENT_TYPE": "application/x-www-form-urlencoded;charset=utf-8",
            "CONTENT_LENGTH": str(len(body)), "REMOTE_ADDR": "127.0.0.1", "REMOTE_USER": "",
            "HTTP_IDEMPOTENCY_KEY": "k-1", "HTTP_PREFER": "respond-async"})

    def test_chunked_body_has_its_length(self):
        client = self.start(answer=lambda params, body: DONE)
        client.raw(b"POST /kkt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                   b"Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n3\r\n 1}\r\n0\r\n\r\n")
        params, body = self.worker.requests[0]
        self.assertEqual((params["CONTENT_LENGTH"], body), ("8", b'{"a": 1}'))

    def test_half_a_body_never_arrives(self):
        client = self.start(answer=lambda params, body: DONE)
        with self.assertRaises((ConnectionError, AssertionError, TimeoutError)):
            client.raw(b"POST /kkt HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"a\":",
                       timeout=1)
        client.post("{}")
        self.assertEqual([body for _, body in self.worker.requests], [b"{}"])

    def test_errors_of_the_worker_pass_as_they_are(self):
        said = b'{"check_number": 0, "result_code": 7, "result_description": "x", ' \
               b'"outcome": "refused", "retry": "fixed"}'
        client = self.start(answer=lambda params, body:
                            b"Status: 422\r\n" + HEAD + said)
        answer = client.post("{}")
        self.assertEqual((answer.status, answer.body), (422, said))

    def test_a_path_of_its_own_for_another_kkt(self):
        """The commented example of locations.conf."""
        def change(folder):
            path = folder / "kktd/locations.conf"
            lines = path.read_text(encoding="utf-8").splitlines()
            start = lines.index("# location = /shop2/kkt {")
            end = lines.index("# }", start) + 1
            lines[start:end] = [line.removeprefix("# ") for line in lines[start:end]]
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        client = self.start(change, answer=lambda params, body: DONE)
        client.post(harness.RECEIPT, path="/shop2/kkt")
        client.post(harness.RECEIPT, path="/kkt")
        self.assertEqual([(params["DOCUMENT_URI"], params.get("KKTD_KKT"))
                          for params, _ in self.worker.requests],
                         [("/kkt", "shop2"), ("/kkt", None)])


if __name__ == "__main__":
    unittest.main(verbosity=2)
