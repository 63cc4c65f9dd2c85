#include "driver/atol/session_vat_probe.hpp"

#include "driver/atol/receipt_commands.hpp"
#include "driver/atol/trial_receipt.hpp"
#include "driver/atol/vat_code.hpp"

namespace kktd::driver::atol {

namespace {

using fiscal::Fault;
using fiscal::FaultClass;
template<class T>
using Probed = fiscal::Result<T, Fault>;

constexpr std::uint8_t last_code = 12;
constexpr std::uint16_t extended_position_not_begun = 0x0207;

/// One probe.
class Trial {
public:
    Trial(Session& session, Deadline deadline)
        : receipt_(session, receipt_type(fiscal::ReceiptKind::sell, false), deadline) {}

    Probed<std::vector<VatCode>> run() {
        const auto before = receipt_.look();
        if (!before) {
            return before.error();
        }
        const auto opened = open();
        auto codes =
            opened ? try_codes(before->today) : Probed<std::vector<VatCode>>(opened.error());
        const bool ours = receipt_.ours();
        if (auto amiss = receipt_.end(*before)) {
            // Where nothing could be tried, why is the better answer.
            return codes || ours ? std::move(amiss->fault) : codes.error();
        }
        return codes;
    }

private:
    /// Electronic, so that nothing is printed; on paper where the firmware has no such receipts.
    Probed<void> open() {
        auto opened = receipt_.open(true);
        if (!opened && opened.error().kind() == Failure::Kind::refused &&
            !fiscal::is_temporary(opened.error().fault().cls())) {
            opened = receipt_.open(false);
        }
        return opened ? Probed<void>() : opened.error().fault("открытие пробного чека");
    }

    Probed<std::vector<VatCode>> try_codes(fiscal::Date today) {
        const auto nonsense = takes(TrialReceipt::impossible_code);
        if (!nonsense) {
            return nonsense.error();
        }
        if (*nonsense) {
            return Fault(FaultClass::unsupported,
                         "Прошивка не проверяет коды ставок НДС: приняла и заведомо неверный. Так "
                         "узнать коды нельзя: для ставок 5, 7 и 22 % подключите ККТ драйвером "
                         "производителя (fptr10).");
        }
        std::vector<VatCode> codes;
        for (std::uint8_t code = 1; code <= last_code; ++code) {
            const auto rate = fiscal::vat_by_code(code, today);
            if (!rate) {
                continue;
            }
            const auto taken = takes(code);
            if (!taken) {
                return taken.error();
            }
            const bool published = !is_given_rate(*rate);
            if (published && !*taken) {
                return Fault(FaultClass::unsupported,
                             "Пробную позицию прошивка не приняла и с известным кодом ставки «" +
                                 std::string(fiscal::info(*rate).title) + "»: " + why_not_ +
                                 ". Так узнать коды нельзя: для ставок 5, 7 и 22 % подключите ККТ "
                                 "драйвером производителя (fptr10).");
            }
            codes.push_back({*rate, code, *taken, published});
        }
        return codes;
    }

    /// Any refusal of the position counts: that it is for the code the known codes prove, which
    /// are told in the same position. (Which error each firmware gives is in no source.)
    Probed<bool> takes(std::uint8_t code) {
        auto done = begun_ ? receipt_.check_vat_code(code) : std::string();
        // Whether a checked position is still begun is not in any source.
        if (!begun_ || (!done && is_not_begun(done.error()))) {
            const auto begun = receipt_.run(begin_position_command());
            if (!begun) {
                return begun.error().fault("пробная позиция");
            }
            begun_ = true;
            done = receipt_.check_vat_code(code);
        }
        if (done) {
            return true;
        }
        const Fault fault = done.error().fault("пробная позиция");
        if (done.error().kind() != Failure::Kind::refused || is_not_begun(done.error()) ||
            fiscal::is_temporary(fault.cls())) {
            return fault;
        }
        why_not_ = done.error().error()->text();
        return false;
    }

    static bool is_not_begun(const Failure& failure) {
        return failure.error() && failure.error()->extended() == extended_position_not_begun;
    }

    TrialReceipt receipt_;
    bool begun_ = false;  ///< a position
    std::string why_not_; ///< the last refusal, in the KKT's words
};

} // namespace

fiscal::Result<std::vector<VatCode>, Fault> SessionVatProbe::probe_vat(Deadline deadline) {
    return Trial(session_, deadline).run();
}

} // namespace kktd::driver::atol
