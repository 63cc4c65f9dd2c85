#include "sim/atol/report_print.hpp"

namespace kktd::sim::atol {

std::optional<ReportPrint::State> ReportPrint::state(std::chrono::microseconds now) const {
    if (!running_ || now < running_->since || now - running_->since >= time_) {
        return std::nullopt;
    }
    if (running_->kind == Kind::x) {
        return State::x_printing;
    }
    // How long either takes on a real device is not in any source (drivers wait 30 s for an X
    // report and 120 s for a Z report).
    return now - running_->since < time_ / 2 ? State::z_printing : State::clearing;
}

} // namespace kktd::sim::atol
