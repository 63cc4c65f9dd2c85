#include "driver/atol/trial_receipt.hpp"

#include "driver/atol/device_reading.hpp"
#include "driver/atol/fn_reads.hpp"
#include "driver/atol/receipt_commands.hpp"
#include "driver/atol/registers.hpp"
#include "driver/atol/status.hpp"

#include <thread>

namespace kktd::driver::atol {

namespace {

using fiscal::Fault;
using fiscal::FaultClass;

constexpr std::chrono::milliseconds cancel_pause{500};
constexpr fiscal::Money small_price{1};
constexpr std::string_view small_name = "Проверка ставки НДС";

} // namespace

fiscal::Result<TrialReceipt::Before, Fault> TrialReceipt::look() {
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
    return Before{fn->last_fd, status->now.date(), *ffd};
}

Session::Result<std::string> TrialReceipt::open(bool electronic, std::optional<TaskId> task) {
    auto opened = session_.run_in(mode_registration, open_receipt_command(type_, electronic),
                                  tries_until_, task);
    // What is refused or was never sent opens nothing: a receipt that is open then is another's.
    ours_ = opened || opened.error().kind() == Failure::Kind::lost ||
            opened.error().kind() == Failure::Kind::garbled;
    return opened;
}

Session::Result<std::string> TrialReceipt::run(std::string_view payload) {
    return session_.run_in(mode_registration, payload, tries_until_);
}

Session::Result<std::string> TrialReceipt::check_position(std::string payload, fiscal::Money cost) {
    tried_ = tried_ + cost;
    return run(check_only(std::move(payload)));
}

Session::Result<std::string> TrialReceipt::check_vat_code(std::uint8_t code) {
    return check_position(*finish_position_command({.name = small_name,
                                                    .price = small_price,
                                                    .quantity = fiscal::Quantity::units(1),
                                                    .cost = small_price,
                                                    .vat_code = code}),
                          small_price);
}

std::optional<Fault> TrialReceipt::cancel() {
    if (!ours_) {
        return std::nullopt;
    }
    std::string why;
    while (true) {
        const auto done = cancel_once();
        if (done) {
            ours_ = false;
            return std::nullopt;
        }
        why = done.error().text();
        const bool worth_it = done.error().cls() == FaultClass::link;
        if (!worth_it || std::chrono::steady_clock::now() + cancel_pause >= deadline_) {
            break;
        }
        std::this_thread::sleep_for(cancel_pause);
    }
    return Fault(FaultClass::busy, "Пробный чек не отменён и, возможно, остался открытым (" + why +
                                       ") Отмените его на ККТ: иначе она не примет "
                                       "других чеков.");
}

fiscal::Result<void, Fault> TrialReceipt::cancel_once() {
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
    if (status->receipt_state != type_ || sums->total > tried_) {
        return Fault(FaultClass::busy,
                     "на ККТ открыт чек на " + sums->total.text() + ", это не пробный чек.");
    }
    const auto left = session_.run_in(mode_registration, cancel_receipt_command(), deadline_);
    if (!left && !left.error().is(error_receipt_closed)) {
        return left.error().fault("отмена пробного чека");
    }
    return {};
}

std::optional<TrialReceipt::Amiss> TrialReceipt::end(const Before& before) {
    if (auto fault = cancel()) {
        return Amiss{*std::move(fault)};
    }
    return prove_nothing_made(before);
}

std::optional<TrialReceipt::Amiss> TrialReceipt::prove_nothing_made(const Before& before) {
    const auto status = session_.ask_whole(status_command(), parse_status, deadline_);
    if (!status) {
        return Amiss{status.error().fault("проверка после пробы")};
    }
    const auto fn = session_.ask(fn_status_command(), parse_fn_status, deadline_);
    if (!fn) {
        return Amiss{fn.error().fault("проверка после пробы")};
    }
    if (fn->last_fd != before.last_fd) {
        return Amiss{Fault(
            FaultClass::busy,
            "Пока шла проба, на ККТ появился фискальный документ: последним был ФД " +
                std::to_string(before.last_fd) + ", теперь ФД " + std::to_string(fn->last_fd) +
                ". Посмотрите, чей он (проба документов не делает), и повторите, "
                "когда на ККТ никто не работает.")};
    }
    if (status->receipt_state != 0) { // opened since: this one was cancelled
        return Amiss{Fault(FaultClass::busy, "После пробы на ККТ открыт чек. Завершите или "
                                             "отмените его и повторите."),
                     false};
    }
    return std::nullopt;
}

} // namespace kktd::driver::atol
