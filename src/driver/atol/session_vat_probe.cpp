#include "driver/atol/session_vat_probe.hpp"

#include "driver/atol/device_reading.hpp"
#include "driver/atol/receipt_commands.hpp"
#include "driver/atol/registers.hpp"
#include "driver/atol/vat_code.hpp"

#include <thread>

namespace kktd::driver::atol {

namespace {

using fiscal::Fault;
using fiscal::FaultClass;
template<class T>
using Probed = fiscal::Result<T, Fault>;

constexpr std::uint8_t last_code = 12;
/// Of no rate: a firmware that takes it checks nothing.
constexpr std::uint8_t impossible_code = 99;
/// Small: should a firmware ignore the flag, it is cancelled with the receipt.
constexpr fiscal::Money price{1};
constexpr std::string_view name = "Проверка ставки НДС";
/// Of the time the cancelling has to itself.
constexpr std::chrono::seconds cancel_limit{20};
constexpr std::chrono::milliseconds cancel_pause{500};
constexpr std::uint16_t extended_position_not_begun = 0x0207;

/// What the KKT was before the probe.
struct Before {
    std::uint32_t last_fd = 0;
    fiscal::Date today;
};

/// One probe.
class Trial {
public:
    Trial(Session& session, Deadline deadline)
        : session_(session), deadline_(deadline), tries_until_(deadline - cancel_limit) {}

    Probed<std::vector<VatCode>> run() {
        const auto before = look();
        if (!before) {
            return before.error();
        }
        const auto opened = open();
        auto codes =
            opened ? try_codes(before->today) : Probed<std::vector<VatCode>>(opened.error());
        if (ours_) {
            if (auto fault = cancel()) {
                return *std::move(fault);
            }
        }
        if (auto fault = prove_nothing_made(*before)) {
            // Where nothing could be tried, why is the better answer.
            return codes || ours_ ? *std::move(fault) : codes.error();
        }
        return codes;
    }

private:
    Probed<Before> look() {
        if (const auto connected = session_.connect(deadline_); !connected) {
            return connected.error().fault();
        }
        session_.forget_mode();
        const auto status = session_.ask_whole(status_command(), parse_status, deadline_);
        if (!status) {
            return status.error().fault("вопрос о состоянии");
        }
        if (status->receipt_state != 0) {
            return Fault(FaultClass::busy,
                         "На ККТ открыт чек. Завершите или отмените его и повторите.");
        }
        const auto shift =
            session_.ask(register_command(Register::shift_state, 1), parse_shift_state, deadline_);
        if (!shift) {
            return shift.error().fault("вопрос о смене");
        }
        if (!status->shift_open || shift->state == 0) {
            return Fault(FaultClass::shift, "Смена закрыта, а пробный чек открывают только в "
                                            "открытой. Откройте смену и повторите.");
        }
        if (shift->state != 1) {
            return Fault(FaultClass::shift, "Смена старше 24 часов. Закройте её, откройте новую и "
                                            "повторите.");
        }
        const auto ffd = session_.ask(register_command(Register::ffd), parse_ffd, deadline_);
        if (!ffd) {
            return ffd.error().fault("вопрос о ФФД");
        }
        Facts facts;
        facts.ffd = *ffd;
        if (auto fault = unsupported_ffd(facts)) {
            return *std::move(fault);
        }
        const auto fn = session_.ask(fn_status_command(), parse_fn_status, deadline_);
        if (!fn) {
            return fn.error().fault("вопрос о фискальном накопителе");
        }
        return Before{fn->last_fd, status->now.date()};
    }

    /// Electronic, so that nothing is printed; on paper where the firmware has no such receipts.
    Probed<void> open() {
        const auto type = receipt_type(fiscal::ReceiptKind::sell, false);
        auto opened = open(type, true);
        if (!opened && opened.error().kind() == Failure::Kind::refused &&
            !fiscal::is_temporary(opened.error().fault().cls())) {
            opened = open(type, false);
        }
        return opened ? Probed<void>() : opened.error().fault("открытие пробного чека");
    }
    Session::Result<std::string> open(std::uint8_t type, bool electronic) {
        auto opened = session_.run_in(mode_registration, open_receipt_command(type, electronic),
                                      tries_until_);
        // What is refused or was never sent opens nothing: a receipt that is open then is
        // another's.
        ours_ = opened || opened.error().kind() == Failure::Kind::lost ||
                opened.error().kind() == Failure::Kind::garbled;
        return opened;
    }

    Probed<std::vector<VatCode>> try_codes(fiscal::Date today) {
        const auto nonsense = takes(impossible_code);
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
        auto done = position(code);
        // Whether a checked position is still begun is not in any source.
        if (!begun_ || (!done && is_not_begun(done.error()))) {
            const auto begun =
                session_.run_in(mode_registration, begin_position_command(), tries_until_);
            if (!begun) {
                return begun.error().fault("пробная позиция");
            }
            begun_ = true;
            done = position(code);
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

    Session::Result<std::string> position(std::uint8_t code) {
        if (!begun_) {
            return std::string();
        }
        ++tries_;
        return session_.run_in(mode_registration,
                               *finish_position_command({.name = name,
                                                         .price = price,
                                                         .quantity = fiscal::Quantity::units(1),
                                                         .cost = price,
                                                         .vat_code = code,
                                                         .check_only = true}),
                               tries_until_);
    }

    static bool is_not_begun(const Failure& failure) {
        return failure.error() && failure.error()->extended() == extended_position_not_begun;
    }

    /// Until the KKT says that no receipt is open, or the deadline.
    std::optional<Fault> cancel() {
        std::string why;
        while (true) {
            auto done = cancel_once();
            if (done) {
                return std::nullopt;
            }
            why = done.error().text();
            const bool worth_it = done.error().cls() == FaultClass::link;
            if (!worth_it || std::chrono::steady_clock::now() + cancel_pause >= deadline_) {
                break;
            }
            std::this_thread::sleep_for(cancel_pause);
        }
        return Fault(FaultClass::busy, "Пробный чек не отменён и, возможно, остался открытым (" +
                                           why +
                                           ") Отмените его на ККТ: иначе она не примет "
                                           "других чеков.");
    }

    Probed<void> cancel_once() {
        if (const auto connected = session_.connect(deadline_); !connected) {
            return connected.error().fault("отмена пробного чека");
        }
        session_.forget_mode();
        const auto status = session_.ask_whole(status_command(), parse_status, deadline_);
        if (!status) {
            return status.error().fault("отмена пробного чека");
        }
        if (status->receipt_state == 0) {
            return {};
        }
        const auto sums =
            session_.ask(register_command(Register::receipt_sums), parse_receipt_sums, deadline_);
        if (!sums) {
            return sums.error().fault("отмена пробного чека");
        }
        // While the link was gone a cashier may have cancelled ours and begun his own.
        if (status->receipt_state != receipt_type(fiscal::ReceiptKind::sell, false) ||
            sums->total > fiscal::Money(price.kopecks() * tries_)) {
            return Fault(FaultClass::busy,
                         "на ККТ открыт чек на " + sums->total.text() + ", это не пробный чек.");
        }
        const auto left = session_.run_in(mode_registration, cancel_receipt_command(), deadline_);
        if (!left && !left.error().is(error_receipt_closed)) {
            return left.error().fault("отмена пробного чека");
        }
        return {};
    }

    std::optional<Fault> prove_nothing_made(const Before& before) {
        const auto status = session_.ask_whole(status_command(), parse_status, deadline_);
        if (!status) {
            return status.error().fault("проверка после пробы");
        }
        const auto fn = session_.ask(fn_status_command(), parse_fn_status, deadline_);
        if (!fn) {
            return fn.error().fault("проверка после пробы");
        }
        if (status->receipt_state != 0) {
            return Fault(FaultClass::busy, "После пробы на ККТ открыт чек. Отмените его на ККТ, "
                                           "если он не кассира.");
        }
        if (fn->last_fd != before.last_fd) {
            return Fault(FaultClass::busy,
                         "Пока шла проба, на ККТ появился фискальный документ: последним был ФД " +
                             std::to_string(before.last_fd) + ", теперь ФД " +
                             std::to_string(fn->last_fd) +
                             ". Посмотрите, чей он (проба документов не делает), и повторите, "
                             "когда на ККТ никто не работает.");
        }
        return std::nullopt;
    }

    Session& session_;
    Deadline deadline_;
    Deadline tries_until_;
    bool ours_ = false;  ///< the open receipt, if there is one
    bool begun_ = false; ///< a position
    std::int64_t tries_ = 0;
    std::string why_not_; ///< the last refusal, in the KKT's words
};

} // namespace

fiscal::Result<std::vector<VatCode>, Fault> SessionVatProbe::probe_vat(Deadline deadline) {
    return Trial(session_, deadline).run();
}

} // namespace kktd::driver::atol
