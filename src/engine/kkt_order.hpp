// KktOrder: what an operator has a KKT do between two receipts, and the words for it.
#pragma once

#include "fiscal/fault.hpp"
#include "fiscal/service_task.hpp"
#include "fiscal/task.hpp"

#include <string>
#include <variant>

namespace kktd::engine {

/// The shift is closed with the cashier of the configuration, whatever the task says.
using OperatorTask = std::variant<fiscal::ServiceTask, fiscal::CloseShift>;

struct KktOrder {
    std::string kkt; ///< id; empty: the only one there is
    OperatorTask task;
    std::string who; ///< for the journal: "uid 998 (ivan)"
};

/// English, for journal and log: "x-report", "cash-in 500.00", "z-report".
[[nodiscard]] std::string name_of(const OperatorTask& task);
/// Russian, what has been done: "Внесено 500.00".
[[nodiscard]] std::string done_text(const OperatorTask& task);
/// Russian, what has not: "деньги не внесены".
[[nodiscard]] std::string not_done_text(const OperatorTask& task);

/// Whether the KKT may be given the task in spite of a fault that keeps it from selling. A fiscal
/// storage at its end still closes its shift, a wrong clock spoils no X report, and finishing an
/// interrupted print is what may end an open receipt. Where the cause is in the way all the same,
/// the KKT itself refuses.
[[nodiscard]] bool possible_in_spite_of(fiscal::FaultClass fault, const OperatorTask& task);

} // namespace kktd::engine
