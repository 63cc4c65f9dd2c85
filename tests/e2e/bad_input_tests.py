"""Bad input: a clear answer in the classic shape, and nothing registered."""

import json
import socket
import time
import unittest

import devices
import fastcgi
import harness
from harness import StartedCase, RECEIPT, receipt


def position(**more):
    return {"Name": "Товар", "Price": 1, "Quantity": 1, "Tax": devices.RATE, "PositionSumm": 1,
            **more}


def goods(*positions, total=None, **more):
    return {"DocNumber": "B-1", "DocDate": "06.10.2017",
            "DocSumm": len(positions) if total is None else total,
            "Goods": {f"Position_{n}": p for n, p in enumerate(positions, 1)}, **more}


class BadInput(StartedCase):
    def tearDown(self):
        # Whatever was sent: nothing registered, and kktd goes on.
        self.assertEqual(self.stand.receipts(), [])
        self.assert_done(self.stand.post(receipt("AFTER")))

    def refused(self, body, status, **more):
        answer = self.stand.post(body, **more)
        read = self.assert_refused(answer, status)
        self.assertGreater(read["result_code"], 0)
        self.assertRegex(read["result_description"], "[а-яё]{3}")
        self.assertTrue(read["error"])
        return read

    def paths(self, body):
        return {violation["path"] for violation in self.refused(body, 422)["violations"]}

    def test_not_json(self):
        for body in ("", "{", "nonsense", "[1,2]", "null", '"text"', "{\"a\": 1} tail",
                     "<xml/>", "{'a': 1}", b"\xff\xfe{\x00}\x00", '{"a": NaN}', "a=b&c=d"):
            with self.subTest(body):
                self.refused(body, 400)

    def test_invalid_utf8(self):
        self.refused(json.dumps(RECEIPT).encode().replace(b"Position_1", b"Position_\xff"), 400)
        self.refused(b'{"DocNumber": "\xc0\xaf"}', 400)

    def test_deep_nesting(self):
        self.refused('{"a":' * 100_000 + "1" + "}" * 100_000, 413)
        self.refused('{"a":' * 20_000 + "1" + "}" * 20_000, 400)
        self.refused("[" * 200_000, 400)

    def test_duplicate_keys(self):
        one = json.dumps(position())
        self.refused('{"DocNumber": "D", "DocDate": "06.10.2017", "DocSumm": 1, "Goods": '
                     f'{{"Position_1": {one}, "Position_1": {one}}}}}', 422)

    def test_wrong_types(self):
        for key, value in (("DocNumber", {}), ("DocDate", 5), ("DocSumm", "много"),
                           ("DocSumm", True), ("DocSumm", None), ("Goods", "text"), ("Goods", [])):
            with self.subTest(f"{key}={value}"):
                found = self.paths({**goods(position()), key: value})
                self.assertTrue(any(path.startswith(f"/{key}") for path in found), found)
        for key, value in (("Name", 5), ("Name", ""), ("Price", "x"), ("Price", -1),
                           ("Quantity", 0), ("Quantity", "1e400"), ("Tax", 17), ("Tax", None),
                           ("Tax", "НДС"), ("PositionSumm", 1.001), ("PositionSumm", 1e300),
                           ("PositionSumm", -5)):
            with self.subTest(f"{key}={value}"):
                found = self.paths(goods(position(**{key: value})))
                self.assertIn(f"/Goods/Position_1/{key}", found)

    def test_missing_fields(self):
        for key in ("DocSumm", "Goods", "DocNumber"):
            with self.subTest(key):
                body = goods(position())
                del body[key]
                self.assertTrue(any(key in path or path in ("", "/") for path in self.paths(body)))

    def test_all_violations_at_once(self):
        found = self.paths(goods(position(Tax=17), position(PositionSumm=-1), position(Name=""),
                                 total="x"))
        self.assertLessEqual({"/DocSumm", "/Goods/Position_1/Tax", "/Goods/Position_2/PositionSumm",
                              "/Goods/Position_3/Name"}, found)

    def test_positions(self):
        self.paths(goods())
        self.paths({**goods(position()), "Goods": {"Position_2": position()}})
        self.paths({**goods(position()), "Goods": {"Position_1": position(), "Posicion_2": {}}})
        self.paths({**goods(position()), "Goods": {"Position_1": position(), "Position_3": {}}})

    def test_sums_that_do_not_add_up(self):
        self.assertIn("/DocSumm", self.paths(goods(position(), position(), total=3)))

    def test_too_many_positions(self):
        small = {"Name": "x", "Price": 1, "Quantity": 1, "Tax": 22, "PositionSumm": 1}
        body = json.dumps(goods(*[small] * 2500), separators=(",", ":"))
        self.assertLess(len(body), 256 * 1024)
        self.assertEqual(self.refused(body, 422)["result_code"], 210)
        # Ten thousand do not fit the body limit, however short they are.
        refused = self.refused(json.dumps(goods(*[small] * 10_000)), 413)
        self.assertEqual(refused["result_code"], 595)  # nginx's page

    def test_document_too_large(self):
        # 500 positions with long names: the body fits, the fiscal document does not.
        refused = self.refused(goods(*[position(Name="Т" * 120)] * 400), 422)
        self.assertEqual((refused["result_code"], refused["violations_total"]), (242, 1))
        self.assertIn("32768", refused["result_description"])

    def test_name_that_cannot_be_printed(self):
        self.assertIn("/Goods/Position_1/Name", self.paths(goods(position(Name="a\u0007b"))))
        self.assertIn("/Goods/Position_1/Name", self.paths(goods(position(Name="x" * 129))))

    def test_near_miss_of_a_key(self):
        self.paths(goods(position(), CustomerContakt="+79161234567"))

    def test_two_megabytes(self):
        self.assertEqual(self.refused(b" " * 2_000_000, 413)["result_code"], 595)

    def test_wrong_method_and_path(self):
        for method in ("PUT", "PATCH", "DELETE"):
            answer = self.stand.client.request(method, "/kkt", "{}")
            self.assertEqual((answer.status, answer.json["outcome"]), (405, "refused"), answer)
            self.assertIn("POST", answer.headers["Allow"])
        for path in ("/kkt/nothing", "/kkt/receipts/NONE", "/kkt/status/x"):
            self.assertEqual(self.stand.get(path).status, 404)
        self.assertEqual(self.stand.get("/kkt/receipts").status, 400)

    def test_slow_client(self):
        """A client that never ends its request costs nginx a connection, and kktd nothing."""
        peers = [socket.create_connection(("127.0.0.1", self.stand.port)) for _ in range(50)]
        for peer in peers:
            self.addCleanup(peer.close)
            peer.sendall(b"POST /kkt HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        started = time.monotonic()
        self.assertIn(self.stand.status().status, (200, 503))
        self.assertLess(time.monotonic() - started, 5)

    def test_client_that_leaves_half_way(self):
        with socket.create_connection(("127.0.0.1", self.stand.port)) as peer:
            body = json.dumps(receipt("HALF")).encode()
            peer.sendall(b"POST /kkt HTTP/1.1\r\nHost: x\r\nContent-Length: "
                         + str(len(body)).encode() + b"\r\n\r\n" + body[:-10])
        self.assertEqual(self.stand.get("/kkt/receipts?number=HALF").json["receipts"], [])


class BadFastCgi(StartedCase):
    """What a peer with access to the socket may send: kktd answers it or drops it, and goes on."""

    def tearDown(self):
        self.assertEqual(self.stand.receipts(), [])
        self.assertTrue(self.stand.kktd.running())
        self.assert_done(self.stand.post(receipt("AFTER")))

    def send(self, data, **more):
        return fastcgi.exchange(self.stand.socket, data, **more)

    def test_garbage(self):
        for data in (b"GET / HTTP/1.1\r\n\r\n", b"\x00" * 64, b"\xff" * 4096,
                     fastcgi.record(99, b"x"), fastcgi.record(fastcgi.PARAMS, b"\xff\xff\xff\xff")):
            self.send(data, close_writing=True)

    def test_silent_peers_hold_nobody_up(self):
        """More of them than kktd has acceptors: their read timeout frees the threads."""
        peers = [socket.socket(socket.AF_UNIX) for _ in range(20)]
        for peer in peers:
            self.addCleanup(peer.close)
            peer.connect(str(self.stand.socket))
            peer.sendall(b"\x01")
        self.assert_answers_within(40)

    def assert_answers_within(self, seconds):
        harness.wait_until(lambda: self.stand.status().status == 200, seconds, "status answers")

    def test_cut_body(self):
        body = json.dumps(receipt("CUT")).encode()
        said = self.send(fastcgi.request(fastcgi.post_params(body), body[:-20]))
        self.assertIn(b"400", said.split(b"\r\n")[0])
        self.assertIn(b'"outcome"', said)

    def test_cut_body_and_gone(self):
        body = json.dumps(receipt("GONE")).encode()
        whole = fastcgi.request(fastcgi.post_params(body), body)
        for at in range(8, len(whole) - 8, 37):
            self.send(whole[:at], close_writing=True)

    def test_no_or_odd_length(self):
        body = json.dumps(receipt("LENGTH")).encode()
        for length in ("", "-1", "1x", "18446744073709551617", "99999999999"):
            with self.subTest(length):
                said = self.send(fastcgi.request(
                    fastcgi.post_params(body, CONTENT_LENGTH=length), body))
                self.assertRegex(said.split(b"\r\n")[0], b"4(00|11|13)")

    def test_body_over_the_limit(self):
        body = b" " * (256 * 1024 + 1)
        said = self.send(fastcgi.request(fastcgi.post_params(body), body))
        self.assertIn(b"413", said.split(b"\r\n")[0])

    def test_held_connection(self):
        """keep-conn is not honoured: the connection ends with its one request."""
        said = self.send(fastcgi.request(
            {"REQUEST_METHOD": "GET", "DOCUMENT_URI": "/kkt/status", "QUERY_STRING": ""}, keep=True))
        self.assertIn(b'"result_code"', said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
