"""Just enough FastCGI to stand on either side of nginx and kktd: a worker that misbehaves, and a
peer that sends what nginx never would."""

import socket
import struct
import threading

BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, GET_VALUES = 1, 2, 3, 4, 5, 6, 9
RESPONDER = 1


def record(kind, content=b"", request=1):
    return struct.pack(">BBHHBx", 1, kind, request, len(content), 0) + content


def pairs(values):
    """Name-value pairs with four-byte lengths."""
    encoded = b""
    for name, value in values.items():
        name, value = name.encode(), value.encode()
        encoded += struct.pack(">II", len(name) | 1 << 31, len(value) | 1 << 31) + name + value
    return encoded


def parse_pairs(data):
    found, at = {}, 0

    def length():
        nonlocal at
        if data[at] < 128:
            at += 1
            return data[at - 1]
        at += 4
        return struct.unpack(">I", data[at - 4:at])[0] & 0x7FFFFFFF

    while at < len(data):
        name, value = length(), length()
        found[data[at:at + name].decode()] = data[at + name:at + name + value].decode()
        at += name + value
    return found


def request(params, body=b"", keep=False):
    """A whole request as bytes; `params` may announce another CONTENT_LENGTH than `body` has."""
    begin = record(BEGIN, struct.pack(">HB5x", RESPONDER, int(keep)))
    stdin = b"".join(record(STDIN, body[at:at + 60000]) for at in range(0, len(body), 60000))
    return begin + record(PARAMS, pairs(params)) + record(PARAMS) + stdin + record(STDIN)


def post_params(body, **more):
    return {"REQUEST_METHOD": "POST", "DOCUMENT_URI": "/kkt", "QUERY_STRING": "",
            "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body)),
            "REQUEST_ID": "raw", **more}


def records(peer):
    """The records that arrive until the peer closes: (kind, content)."""
    with peer.makefile("rb") as stream:
        while len(head := stream.read(8)) == 8:
            _, kind, _, length, padding = struct.unpack(">BBHHBx", head)
            yield kind, stream.read(length + padding)[:length]


def exchange(path, data, timeout=30, close_writing=False):
    """Sends bytes to a worker's socket; what came as STDOUT until it closed."""
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(timeout)
        peer.connect(str(path))
        try:
            peer.sendall(data)
            if close_writing:
                peer.shutdown(socket.SHUT_WR)
            return b"".join(content for kind, content in records(peer) if kind == STDOUT)
        except (BrokenPipeError, ConnectionResetError):
            return b""


class Worker:
    """A FastCGI worker that keeps the requests it gets and answers as `answer(params, body)` says:
    bytes to be sent, or None to close without a word."""

    def __init__(self, path, answer):
        self.requests = []
        self.answer = answer
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(64)
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            with peer:
                params, body = b"", b""
                for kind, content in records(peer):
                    params += content if kind == PARAMS else b""
                    body += content if kind == STDIN else b""
                    if kind == STDIN and content == b"":
                        break
                self.requests.append((parse_pairs(params), body))
                answer = self.answer(*self.requests[-1])
                if answer is not None:
                    peer.sendall(record(STDOUT, answer) + record(STDOUT)
                                 + record(END, struct.pack(">IB3x", 0, 0)))

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()
