// How values of the domain stand in the columns of journal.db. Lists are packed as netstrings
// ("5:paper,0:,"): exact for any bytes, readable in the sqlite3 shell, and two packed lists one
// after the other are the packed list of both.
//
// Readers throw DamagedRow if a column holds what this program never wrote.
#pragma once

#include "fiscal/fault.hpp"
#include "fiscal/outcome.hpp"
#include "fiscal/standing.hpp"
#include "fiscal/task.hpp"
#include "fiscal/vat.hpp"
#include "fiscal/violation.hpp"
#include "journal/store.hpp"

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace kktd::journal {

class DamagedRow : public std::runtime_error {
public:
    explicit DamagedRow(const std::string& what)
        : std::runtime_error("journal.db is damaged: unreadable " + what +
                             "; restore it from a backup") {}
};

// The numbers stand in the schema and in the lookups: 2 is accepted, 3 done, 5 unknown; 4 and 6 are
// refused and withdrawn.
[[nodiscard]] std::int64_t state_code(fiscal::ReceiptState state);
[[nodiscard]] fiscal::ReceiptState state_of(std::int64_t code);

[[nodiscard]] std::int64_t space_code(Space space);
[[nodiscard]] Space space_of(std::int64_t code);
/// Where the tables of keys hold the receipts' ids; behind all key spaces, in the order of time.
inline constexpr std::int64_t id_space_code = 100;

[[nodiscard]] std::int64_t kind_code(fiscal::ReceiptKind kind);
[[nodiscard]] fiscal::ReceiptKind kind_of(std::int64_t code);

[[nodiscard]] fiscal::TaskKind task_kind_of(std::string_view word);

[[nodiscard]] std::optional<std::string> pack(const std::optional<fiscal::Date>& date);
[[nodiscard]] fiscal::Date date_of(std::string_view column);

[[nodiscard]] std::string pack(const fiscal::Warnings& warnings);
[[nodiscard]] fiscal::Warnings warnings_of(std::string_view column);

[[nodiscard]] std::string pack(const std::vector<std::string>& keys);
[[nodiscard]] std::vector<std::string> keys_of(std::string_view column);

[[nodiscard]] std::string pack(const fiscal::Fault& fault);
[[nodiscard]] fiscal::Fault fault_of(std::string_view column);

[[nodiscard]] std::string pack(const fiscal::Registration& registration);
[[nodiscard]] fiscal::Registration registration_of(std::string_view column);

/// Stable names of the rates: "22 22/122".
[[nodiscard]] std::string pack(const std::vector<fiscal::VatRate>& rates);
[[nodiscard]] std::vector<fiscal::VatRate> rates_of(std::string_view column);

} // namespace kktd::journal
