// Transcript: the file an operator asked for with log=FILE: what passes between kktd and the KKT,
// line by line. It holds what the KKT was told, buyers' contacts among it: readable by its owner
// alone. A file that cannot be written stops nothing.
#pragma once

#include "base/unique_fd.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace kktd::driver::atol {

class Transcript {
public:
    /// A longer file is renamed to FILE.1 (the older one of that name is gone).
    static constexpr std::int64_t max_bytes = 16 << 20;

    /// Touches no file before the first line. `max_file_bytes` is for tests.
    explicit Transcript(std::string path, std::int64_t max_file_bytes = max_bytes)
        : path_(std::move(path)), max_bytes_(max_file_bytes) {}

    /// Appends a line with its end.
    void write(std::string_view line);

private:
    void open();

    std::string path_;
    std::int64_t max_bytes_;
    base::UniqueFd fd_;
    std::int64_t size_ = 0;
};

} // namespace kktd::driver::atol
