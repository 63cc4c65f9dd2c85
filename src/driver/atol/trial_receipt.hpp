// TrialReceipt: a receipt that is opened on an ATOL KKT to try commands with the "check only" flag
// (bit 0) on, and is cancelled. Opening it "check only" would not do: the KKT remembers nothing of
// such a command, and refuses a position while no receipt is open. What is tried must be harmless
// should a firmware ignore the flag: positions are, they are cancelled with the receipt; 4Ah would
// be a fiscal document, and a payment is refused where no position was registered.
#pragma once

#include "driver/atol/link.hpp"
#include "driver/atol/session.hpp"
#include "fiscal/date.hpp"
#include "fiscal/money.hpp"
#include "fiscal/result.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::driver::atol {

/// Of one thread; used once. `session` outlives it. No call blocks past the deadline.
class TrialReceipt {
public:
    /// Of the deadline, the time that cancelling has to itself.
    static constexpr std::chrono::seconds cancel_limit{20};

    /// What the KKT was before.
    struct Before {
        std::uint32_t last_fd = 0;
        fiscal::Date today;
        std::uint8_t ffd = 0; ///< as tag 1209
    };

    /// `type`: as for 92h.
    TrialReceipt(Session& session, std::uint8_t type, Deadline deadline)
        : session_(session), type_(type), deadline_(deadline),
          tries_until_(deadline - cancel_limit) {}

    /// Connects and asks. Faults: busy (a receipt is open), shift (closed, or older than 24 hours),
    /// unsupported (FFD 1.0), those of the link and the KKT.
    [[nodiscard]] fiscal::Result<Before, fiscal::Fault> look();
    /// 92h, with the number `task` if it was reserved. `electronic`: nothing is printed.
    [[nodiscard]] Session::Result<std::string> open(bool electronic,
                                                    std::optional<TaskId> task = {});
    /// A command in the mode of registration.
    [[nodiscard]] Session::Result<std::string> run(std::string_view payload);
    /// EBh, "check only": of a position of this sum.
    [[nodiscard]] Session::Result<std::string> check_position(std::string payload,
                                                              fiscal::Money cost);
    /// The same of a position whose only flaw may be its code of a VAT rate.
    [[nodiscard]] Session::Result<std::string> check_vat_code(std::uint8_t code);
    /// Of no rate: a firmware that takes it checks nothing.
    static constexpr std::uint8_t impossible_code = 99;

    /// Whether the receipt that is open now, if there is one, is this.
    [[nodiscard]] bool ours() const { return ours_; }
    /// Tries until the KKT says that no receipt is open, or the deadline. A fault: it may be open.
    [[nodiscard]] std::optional<fiscal::Fault> cancel();
    struct Amiss {
        fiscal::Fault fault;
        bool in_doubt = true; ///< this receipt may be open, or a document have been made
    };
    /// Cancels, and asks whether all is as it was. Nothing: it is.
    [[nodiscard]] std::optional<Amiss> end(const Before& before);

private:
    [[nodiscard]] fiscal::Result<void, fiscal::Fault> cancel_once();
    [[nodiscard]] std::optional<Amiss> prove_nothing_made(const Before& before);

    Session& session_;
    const std::uint8_t type_;
    const Deadline deadline_;
    const Deadline tries_until_;
    bool ours_ = false;
    fiscal::Money tried_; ///< the most it can come to, should a firmware ignore the flag
};

} // namespace kktd::driver::atol
