"""A disk without room for the journal: kktd says so, registers nothing, and sells again once there
is room and it was started anew; each number has exactly one document. The KKT's own storage file
has room throughout."""

import errno
import resource
import unittest

from harness import Case, receipt, run

MAX_RECEIPTS = 2000  # kktd keeps room for fewer in its write-ahead log
TRY_LATER = 75
NO_NEW_ATTEMPT = (64, 78)  # RestartPreventExitStatus of the service


class FullDisk:
    """The story; a subclass says how the disk gets full."""

    config = {"front": {"answer_deadline": 2}}

    def setUp(self):
        super().setUp()
        self.sold = {}

    def post(self, number):
        return self.stand.post(receipt(f"FULL-{number}", number))

    def sell(self, number):
        self.sold[number] = self.assert_done(self.post(number))["fd"]

    def sell_until_it_is_noticed(self):
        """What the write-ahead log still has room for is sold; the answer that is no sale."""
        for number in range(len(self.sold) + 1, MAX_RECEIPTS):
            answer = self.post(number)
            if answer.status != 200:
                return answer
            self.sold[number] = self.assert_done(answer)["fd"]
        return self.fail("the disk is full and nobody noticed")

    def assert_says_so(self, answer):
        read = self.assert_refused(answer, 503)
        self.assertEqual((read["error"], read["retry"]), ("journal", "same"))
        for words in ("журнал", "администратор", "с тем же номером"):
            self.assertIn(words, read["result_description"])

    def test_the_whole_story(self):
        self.start()
        for number in range(1, 6):
            self.sell(number)
        self.fill()
        first = self.sell_until_it_is_noticed()
        # Met with its claim in the journal or not, before or behind the KKT; never called an end.
        self.assertIn((first.status, first.json["outcome"]),
                      ((202, "accepted"), (503, "unknown"), (503, "refused")), first)

        registered = len(self.stand.receipts())
        refused = range(len(self.sold) + 1, len(self.sold) + 6)
        for number in refused[1:]:
            self.assert_says_so(self.post(number))
        self.assertEqual(len(self.stand.receipts()), registered, "registered on a full disk")
        self.assert_status_says_why()
        # What is known is answered for as ever.
        self.assertEqual(self.assert_done(self.post(1))["fd"], self.sold[1])

        self.assertEqual(self.stand.stop(), 0)
        self.assert_start_is_no_cure()
        self.make_room()
        self.start()
        for number in (*self.sold, *refused):
            done = self.stand.post_until_done(receipt(f"FULL-{number}", number)).json
            self.assertEqual(done["fd"], self.sold.get(number, done["fd"]), "forgotten")
        self.assertEqual(self.stand.stop(), 0)
        self.assertEqual(sorted(document["total"] for document in self.stand.receipts()),
                         sorted(100 * number for number in (*self.sold, *refused)))

    def assert_status_says_why(self):
        status = self.stand.status()
        self.assertEqual((status.status, status.json["can_sell"]), (503, False), status)
        self.assertNotEqual(status.json["journal"], "ok")
        for words in ("журнал не записывается", "Освободите место", "перезапустите kktd"):
            self.assertIn(words, status.json["result_description"])
        self.assertNotIn("(0,", self.stand.get("/kkt").text)
        self.assertIn("журнал не записывается", self.stand.kktctl("status")[1])

    def assert_start_is_no_cure(self):
        registered = len(self.stand.receipts())
        self.assertFalse(self.stand.start(), "started on a full disk")
        # An exit that systemd answers with a new attempt: room may have been made by then.
        self.assertNotIn(self.stand.kktd.wait(), (0, *NO_NEW_ATTEMPT))
        self.assertEqual(len(self.stand.receipts()), registered)


def may_mount():
    """Whether this process may mount a file system."""
    return run("unshare", "--mount", "true")[0] == 0


@unittest.skipUnless(may_mount(), "needs the right to mount; NoWriteSucceeds needs none")
class NoRoom(FullDisk, Case):
    """The state folder, with the log in it, is a small disk of its own, and that is full."""

    def setUp(self):
        super().setUp()
        self.stand.state.mkdir(mode=0o700)
        mounted = run("mount", "-t", "tmpfs", "-o", "size=8m,mode=0700", "kktd", self.stand.state)
        self.assertEqual(mounted, (0, ""))
        self.addCleanup(run, "umount", "--lazy", self.stand.state)
        self.stand.configure(log={"file": str(self.stand.state / "log")}, **self.config)
        self.ballast = self.stand.state / "ballast"

    def fill(self):
        with open(self.ballast, "wb", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(bytes(4096))
            except OSError as full:
                self.assertEqual(full.errno, errno.ENOSPC)

    def make_room(self):
        self.ballast.unlink()

    def assert_start_is_no_cure(self):
        super().assert_start_is_no_cure()
        self.assertIn("disk is full", self.stand.read_log().strip().splitlines()[-1])


@unittest.skipUnless(may_mount(), "needs the right to mount")
class NoFile(Case):
    """A first start on a disk that has room for no file, not even the lock."""

    def test_it_is_to_be_tried_again(self):
        self.stand.state.mkdir(mode=0o700)
        mounted = run("mount", "-t", "tmpfs", "-o", "nr_inodes=1,mode=0700", "kktd",
                      self.stand.state)
        self.assertEqual(mounted, (0, ""))
        self.addCleanup(run, "umount", "--lazy", self.stand.state)
        self.stand.configure()
        self.assertFalse(self.stand.start(), "started without a file")
        self.assertEqual(self.stand.kktd.wait(), TRY_LATER)


class NoWriteSucceeds(FullDisk, Case):
    """The kernel refuses every byte kktd wants to write to any file. Wants no right to mount."""

    def setUp(self):
        super().setUp()
        self.limit = "unlimited"
        command = self.stand.command
        # The signal ends a process at its first byte too many, a full disk does not.
        self.stand.command = lambda: ["/usr/bin/prlimit", f"--fsize={self.limit}:", "/usr/bin/env",
                                      "--ignore-signal=XFSZ", *command()]

    def fill(self):
        self.limit = 0
        resource.prlimit(self.stand.kktd.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

    def make_room(self):
        self.limit = "unlimited"


if __name__ == "__main__":
    unittest.main(verbosity=2)
