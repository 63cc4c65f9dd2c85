// FnArchive: what the fiscal storage (ФН) has registered, asked through the library. Changes
// nothing.
#pragma once

#include "driver/fptr10/remote_library.hpp"
#include "fiscal/date.hpp"
#include "fiscal/task.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace kktd::driver::fptr10 {

struct LastDocument {
    std::uint32_t fd = 0; ///< 0: there is none yet
    std::string fpd;      ///< decimal
    std::optional<fiscal::LocalTime> time;
};

struct LastReceipt {
    std::uint32_t shift = 0;
    std::uint32_t number = 0; ///< of the last receipt in the shift
};

struct ArchivedDocument {
    std::uint32_t fd = 0;
    std::optional<fiscal::TaskKind> kind; ///< nothing: none that kktd makes
    std::string fpd;                      ///< decimal
    std::uint32_t shift = 0;
    std::optional<fiscal::LocalTime> time;
};

class FnArchive {
public:
    template<class T>
    using Result = RemoteLibrary::Result<T>;

    explicit FnArchive(RemoteLibrary& library) : library_(library) {}

    [[nodiscard]] Result<LastDocument> last(Deadline deadline);
    [[nodiscard]] Result<LastReceipt> last_receipt(Deadline deadline);
    [[nodiscard]] Result<ArchivedDocument> document(std::uint32_t fd, Deadline deadline);
    /// The elements of a document one after the other (fiscal/tlv_codec.hpp), its form taken off.
    [[nodiscard]] Result<std::string> tags(std::uint32_t fd, Deadline deadline);

private:
    [[nodiscard]] Result<std::string> tags_once(std::uint32_t fd, Deadline deadline);

    RemoteLibrary& library_;
};

/// The library's time; nothing if it is no time, as where there is none.
[[nodiscard]] std::optional<fiscal::LocalTime> local_time(const DateTime& time);
/// `text` if it is a fiscal sign (decimal digits), else empty.
[[nodiscard]] std::string fiscal_sign(const std::string& text);

} // namespace kktd::driver::fptr10
