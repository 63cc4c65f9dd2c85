// DeviceQuery: asks the KKT everything kktd wants to know of it, through the library.
#pragma once

#include "driver/fptr10/api.hpp"
#include "driver/fptr10/fn_archive.hpp"
#include "driver/fptr10/remote_library.hpp"
#include "fiscal/device_state.hpp"
#include "fiscal/money.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace kktd::driver::fptr10 {

/// What changes from one receipt to the next; one query.
struct Standing {
    std::string serial;
    std::string model;
    std::string firmware;
    std::optional<fiscal::LocalTime> now;
    fiscal::ShiftState shift = fiscal::ShiftState::closed;
    std::uint32_t shift_number = 0;
    std::uint32_t receipt = 0;                ///< type of the open one; receipt_type::closed
    std::optional<fiscal::Money> receipt_sum; ///< of the open one; nothing for nonsense
    [[nodiscard]] bool receipt_open() const { return receipt != receipt_type::closed; }
    bool paper_present = false;
    bool paper_near_end = false;
    bool cover_open = false;
};

/// What changes only with the registration of the KKT or its fiscal storage.
struct Registered {
    std::string inn;               ///< tag 1018
    std::string rnm;               ///< tag 1037
    fiscal::TaxationSet taxations; ///< tag 1062
    bool internet_only = false;    ///< tag 1108
    std::uint8_t ffd = 0;          ///< tag 1209
    fiscal::Date valid_until;      ///< end of life of the fiscal storage
};

class DeviceQuery {
public:
    template<class T>
    using Result = RemoteLibrary::Result<T>;

    explicit DeviceQuery(RemoteLibrary& library) : library_(library) {}

    [[nodiscard]] Result<Standing> standing(Deadline deadline);
    [[nodiscard]] Result<Registered> registered(Deadline deadline);
    /// The number of the fiscal storage and its flags.
    struct Storage {
        std::string fn;
        fiscal::FnState state; ///< without valid_until
    };
    [[nodiscard]] Result<Storage> storage(Deadline deadline);
    [[nodiscard]] Result<fiscal::OfdQueue> ofd_queue(Deadline deadline);
    /// Nothing if no shift is open.
    [[nodiscard]] Result<std::optional<fiscal::LocalTime>> shift_opened(Deadline deadline);

private:
    [[nodiscard]] Result<std::string> tag_text(std::uint32_t tag, Deadline deadline);
    /// 0 for a tag the registration does not have.
    [[nodiscard]] Result<std::uint32_t> tag_number(std::uint32_t tag, Deadline deadline);
    [[nodiscard]] Result<Response> tag(std::uint32_t tag, ValueType type, Deadline deadline);

    RemoteLibrary& library_;
};

} // namespace kktd::driver::fptr10
