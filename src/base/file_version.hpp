// FileVersion: tells whether a file is another than when it was last looked at.
#pragma once

#include <cstdint>
#include <string>
#include <sys/stat.h>

namespace kktd::base {

struct FileVersion {
    std::uint64_t device = 0, inode = 0;
    std::int64_t size = -1, seconds = 0, nanoseconds = 0;

    /// Of now; the default value if there is no such file.
    [[nodiscard]] static FileVersion of(const std::string& path) {
        struct stat status {};
        if (path.empty() || ::stat(path.c_str(), &status) != 0) {
            return {};
        }
        return {.device = status.st_dev,
                .inode = status.st_ino,
                .size = status.st_size,
                .seconds = status.st_mtim.tv_sec,
                .nanoseconds = status.st_mtim.tv_nsec};
    }
    friend bool operator==(const FileVersion&, const FileVersion&) = default;
};

} // namespace kktd::base
