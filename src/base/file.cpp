#include "base/file.hpp"

#include "base/unique_fd.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace kktd::base {

boost::system::result<std::string, FileError> read_file(const std::string& path,
                                                        std::size_t max_bytes) {
    const auto failed = [&path] { return FileError(path, std::generic_category().message(errno)); };
    // O_NONBLOCK: opening a pipe nobody writes to must not wait.
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0) {
        return failed();
    }
    if (!S_ISREG(status.st_mode)) {
        return FileError(path, "not a regular file");
    }
    // One byte beyond the bound tells a file that is too long, even one that grows meanwhile.
    std::string contents(max_bytes + 1, '\0');
    std::size_t size = 0;
    while (size < contents.size()) {
        const ssize_t part = ::read(file.get(), contents.data() + size, contents.size() - size);
        if (part < 0 && errno == EINTR) {
            continue;
        }
        if (part < 0) {
            return failed();
        }
        if (part == 0) {
            break;
        }
        size += static_cast<std::size_t>(part);
    }
    if (size > max_bytes) {
        return FileError(path, "longer than " + std::to_string(max_bytes) + " bytes");
    }
    contents.resize(size);
    return contents;
}

} // namespace kktd::base
