// Reading a whole small file: a configuration, a certificate. Never more than was expected.
#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <string>

namespace kktd::base {

/// Not an aggregate, and not made of one string: it is the error of a result<std::string>.
class FileError {
public:
    FileError() = default;
    FileError(const std::string& path, const std::string& why) : text_(path + ": " + why) {}
    /// English, one line: "/etc/kktd/kktd.json: No such file or directory".
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
};

/// The contents of a regular file of at most `max_bytes` bytes. Never waits: what is not a regular
/// file (a pipe, a device) is an error.
[[nodiscard]] boost::system::result<std::string, FileError> read_file(const std::string& path,
                                                                      std::size_t max_bytes);

} // namespace kktd::base
