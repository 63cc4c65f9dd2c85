// The commands of an ATOL KKT that make no fiscal document ("Протокол ККТ 3.1"). All are answered
// with "55 err ext".
#pragma once

#include "fiscal/money.hpp"

#include <optional>
#include <string>

namespace kktd::driver::atol {

/// 67 01, in mode_x_reports.
[[nodiscard]] std::string x_report_command();
/// 49h and 4Fh, in mode_registration; nothing if the sum does not fit.
[[nodiscard]] std::optional<std::string> cash_in_command(fiscal::Money sum);
[[nodiscard]] std::optional<std::string> cash_out_command(fiscal::Money sum);
/// 95h: a copy of the last document.
[[nodiscard]] std::string reprint_command();
/// EEh: prints what was interrupted to its end.
[[nodiscard]] std::string continue_print_command();

} // namespace kktd::driver::atol
