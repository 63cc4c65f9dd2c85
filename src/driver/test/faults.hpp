// Faults: the file by which tests and the demo flip causes and faults of a `test:` device from
// outside, lines of "name=value" (docs/configuration.md, "test:"). Read again whenever it has
// changed; no file means no faults.
#pragma once

#include "base/file_version.hpp"
#include "fiscal/result.hpp"
#include "fiscal/virtual_kkt.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace kktd::driver::test {

struct Faults {
    enum class LoseAnswer : std::uint8_t {
        no,
        before, ///< the document is not made, and nobody is told
        after,  ///< the document is made, and nobody is told
    };

    fiscal::KktSwitches switches;
    std::int64_t refuse = 0; ///< native code every perform() is refused with; 0: none
    LoseAnswer lose_answer = LoseAnswer::no;
    bool mute = false; ///< recovery cannot ask

    friend bool operator==(const Faults&, const Faults&) = default;
};

/// Not an aggregate: it is the error of Result.
class FaultsError {
public:
    FaultsError() = default;
    explicit FaultsError(std::string text) : text_(std::move(text)) {}
    [[nodiscard]] const std::string& text() const { return text_; } ///< Russian

private:
    std::string text_;
};

/// Empty lines and lines that start with '#' are skipped; anything else unknown is an error, since
/// a fault that a test misspelt must not be a test that passes.
[[nodiscard]] fiscal::Result<Faults, FaultsError> parse_faults(std::string_view text);

class FaultsFile {
public:
    /// `path` may be empty: then there are never faults.
    explicit FaultsFile(std::string path) : path_(std::move(path)) {}
    /// The faults of now. A file is told to be another by device, inode, size and time of change.
    [[nodiscard]] const fiscal::Result<Faults, FaultsError>& read();

private:
    std::string path_;
    base::FileVersion seen_;
    fiscal::Result<Faults, FaultsError> faults_{Faults()};
};

} // namespace kktd::driver::test
