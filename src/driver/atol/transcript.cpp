#include "driver/atol/transcript.hpp"

#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kktd::driver::atol {

void Transcript::open() {
    constexpr mode_t owner_only = 0600;
    fd_.reset(
        ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, owner_only));
    struct stat status {};
    if (fd_ && (::fstat(fd_.get(), &status) != 0 || !S_ISREG(status.st_mode))) {
        fd_.reset(); // a pipe or a device would keep us waiting
    }
    size_ = status.st_size;
}

void Transcript::write(std::string_view line) {
    if (fd_ && size_ + static_cast<std::int64_t>(line.size()) >= max_bytes_) {
        fd_.reset();
        std::rename(path_.c_str(), (path_ + ".1").c_str());
    }
    if (!fd_) {
        open();
    }
    if (!fd_) {
        return;
    }
    std::string whole(line);
    whole += '\n';
    const auto written = ::write(fd_.get(), whole.data(), whole.size());
    if (written > 0) {
        size_ += written;
    }
}

} // namespace kktd::driver::atol
