#include "base/state_lock.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace kktd::base {
namespace {

StateLockError broken(const std::string& what) {
    const int error = errno;
    const bool disk_full = error == ENOSPC || error == EDQUOT;
    return {false, disk_full, 0, what + ": " + std::generic_category().message(error)};
}

/// Whether the entry of a new folder in its parent is on the disk.
bool sync_parent(const std::filesystem::path& folder) {
    const UniqueFd parent(::open(folder.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return parent && ::fsync(parent.get()) == 0;
}

int read_pid(int fd) {
    std::array<char, 16> text{};
    const ssize_t size = ::pread(fd, text.data(), text.size(), 0);
    int pid = 0;
    if (size > 0) {
        std::from_chars(text.data(), text.data() + size, pid);
    }
    return pid;
}

/// For the message to a second one only, so a full disk is no obstacle: it is the journal's to say
/// what that means.
void write_pid(int fd) {
    const std::string pid = std::to_string(::getpid()) + "\n";
    if (::ftruncate(fd, 0) == 0) {
        [[maybe_unused]] const ssize_t written = ::pwrite(fd, pid.data(), pid.size(), 0);
    }
}

} // namespace

boost::system::result<StateLock, StateLockError> StateLock::acquire(const std::string& state_dir) {
    std::filesystem::path folder = std::filesystem::absolute(state_dir).lexically_normal();
    if (!folder.has_filename()) { // "/var/lib/kktd/"
        folder = folder.parent_path();
    }
    if (::mkdir(folder.c_str(), 0700) == 0) {
        if (!sync_parent(folder)) {
            return broken("cannot sync the parent folder of " + folder.string());
        }
    } else if (errno != EEXIST) {
        return broken("cannot create the state folder " + folder.string());
    }

    const std::string path = folder / "lock";
    UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) {
        return broken("cannot open " + path);
    }
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) {
            return broken("cannot lock " + path);
        }
        const int pid = read_pid(file.get());
        const std::string owner = pid > 0 ? "process " + std::to_string(pid) : "another process";
        return StateLockError(true, false, pid,
                              owner + " already works with the state folder " + folder.string() +
                                  ": only one kktd may; stop that one first, or give this one a "
                                  "state_dir of its own");
    }
    write_pid(file.get());
    return StateLock(std::move(file));
}

} // namespace kktd::base
