#include "base/state_lock.hpp"

#include "temp_dir.hpp"

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <memory>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace kktd::base;
using kktd::base::testing::contents;
using kktd::base::testing::TempDir;
using kktd::base::testing::write_file;

namespace {

/// A child that holds the lock until it is killed.
class Owner {
public:
    explicit Owner(const std::string& dir) {
        int ends[2];
        BOOST_REQUIRE(::pipe(ends) == 0);
        pid_ = ::fork();
        if (pid_ == 0) {
            const auto lock = StateLock::acquire(dir);
            const char locked = lock.has_value() ? 'y' : 'n';
            if (::write(ends[1], &locked, 1) == 1) {
                ::pause();
            }
            ::_exit(0);
        }
        char locked = 'n';
        BOOST_REQUIRE(::read(ends[0], &locked, 1) == 1);
        BOOST_REQUIRE(locked == 'y');
        ::close(ends[0]);
        ::close(ends[1]);
    }
    ~Owner() { kill(); }
    void kill() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(std::exchange(pid_, 0), nullptr, 0);
        }
    }
    pid_t pid() const { return pid_; }

private:
    pid_t pid_ = 0;
};

unsigned mode(const std::string& path) {
    struct stat status {};
    BOOST_REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 0777U;
}

} // namespace

BOOST_AUTO_TEST_SUITE(state_lock_tests)

BOOST_AUTO_TEST_CASE(makes_the_folder_private) {
    const TempDir dir;
    const mode_t before = ::umask(0);
    for (const std::string name : {"state", "slash/"}) {
        const auto lock = StateLock::acquire(dir / name);
        BOOST_TEST(lock.has_value());
        BOOST_TEST(mode(dir / name) == 0700U);
        BOOST_TEST(contents(dir / name + "/lock") == std::to_string(::getpid()) + "\n");
        BOOST_TEST(mode(dir / name + "/lock") == 0600U);
    }
    ::umask(before);
}

BOOST_AUTO_TEST_CASE(second_owner_learns_who_has_it) {
    const TempDir dir;
    Owner owner(dir / "state");
    const auto second = StateLock::acquire(dir / "state");
    BOOST_REQUIRE(second.has_error());
    BOOST_TEST(second.error().busy());
    BOOST_TEST(second.error().pid() == owner.pid());
    BOOST_TEST(second.error().text() ==
               "process " + std::to_string(owner.pid()) + " already works with the state folder " +
                   (dir / "state") +
                   ": only one kktd may; stop that one first, or give this one a state_dir of its "
                   "own");
    BOOST_TEST(second.error().text().find('\n') == std::string::npos);
    // Killed without a chance to clean up, it leaves the folder to the next one.
    owner.kill();
    BOOST_TEST(StateLock::acquire(dir / "state").has_value());
}

BOOST_AUTO_TEST_CASE(twice_in_one_process_and_again_after_release) {
    const TempDir dir;
    auto first = StateLock::acquire(dir / "state");
    BOOST_REQUIRE(first.has_value());
    auto lock = std::make_unique<StateLock>(std::move(*first)); // a move keeps it
    const auto second = StateLock::acquire(dir / "state");
    BOOST_REQUIRE(second.has_error());
    BOOST_TEST(second.error().pid() == ::getpid());
    lock.reset();
    BOOST_TEST(StateLock::acquire(dir / "state").has_value());
}

BOOST_AUTO_TEST_CASE(owner_that_has_not_written_its_pid) {
    const TempDir dir;
    Owner owner(dir / "state");
    write_file(dir / "state/lock", "");
    const auto second = StateLock::acquire(dir / "state");
    BOOST_REQUIRE(second.has_error());
    BOOST_TEST(second.error().busy());
    BOOST_TEST(second.error().pid() == 0);
    BOOST_TEST(second.error().text().starts_with("another process already works"));
}

/// Else kktd would end with 78 (configuration) on a full disk, and systemd not try again.
BOOST_AUTO_TEST_CASE(a_full_disk_does_not_hinder_the_lock) {
    const TempDir dir;
    BOOST_REQUIRE(StateLock::acquire(dir / "state").has_value());
    const pid_t child = ::fork();
    if (child == 0) {
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit no_room{0, 0};
        const bool locked = ::setrlimit(RLIMIT_FSIZE, &no_room) == 0 &&
                            StateLock::acquire(dir / "state").has_value();
        ::_exit(locked ? 0 : 1);
    }
    int status = -1;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_TEST(status == 0);
}

BOOST_AUTO_TEST_CASE(folder_that_cannot_be) {
    const TempDir dir;
    const auto no_parent = StateLock::acquire(dir / "no/state");
    BOOST_REQUIRE(no_parent.has_error());
    BOOST_TEST(!no_parent.error().busy());
    BOOST_TEST(no_parent.error().text() == "cannot create the state folder " + (dir / "no/state") +
                                               ": No such file or directory");
    write_file(dir / "file", "");
    const auto file = StateLock::acquire(dir / "file");
    BOOST_REQUIRE(file.has_error());
    BOOST_TEST(file.error().text() == "cannot open " + (dir / "file/lock") + ": Not a directory");
    // Through a link planted in the folder some other file would be overwritten.
    ::mkdir((dir / "linked").c_str(), 0700);
    ::symlink((dir / "file").c_str(), (dir / "linked/lock").c_str());
    BOOST_TEST(StateLock::acquire(dir / "linked").has_error());
}

BOOST_AUTO_TEST_SUITE_END()
