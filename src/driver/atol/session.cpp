#include "driver/atol/session.hpp"

#include "base/hex.hpp"
#include "driver/atol/byte_reader.hpp"
#include "driver/atol/receipt_commands.hpp"
#include "driver/atol/registers.hpp"
#include "driver/atol/time_limits.hpp"

#include <algorithm>
#include <thread>

namespace kktd::driver::atol {

namespace {

constexpr char answer_prefix = 0x55;

std::chrono::steady_clock::time_point now() {
    return std::chrono::steady_clock::now();
}

std::uint8_t first_byte(std::string_view payload) {
    return payload.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(payload.front());
}

} // namespace

Failure::Failure(const LinkError& error)
    : kind_(error.kind() == LinkError::Kind::not_run ? Kind::not_run : Kind::lost),
      text_(error.text()), advice_(error.advice()) {}

fiscal::Fault Failure::fault(std::string_view doing) const {
    if (error_) {
        return error_->fault(doing);
    }
    std::string words = kind_ == Kind::garbled ? "ККТ отвечает не по протоколу" : "Нет связи с ККТ";
    if (!doing.empty()) {
        words.append(" (").append(doing).append(")");
    }
    words += kind_ == Kind::garbled
                 ? ". Проверьте, что адрес в настройках принадлежит ККТ АТОЛ платформы 2.x; "
                   "для других моделей есть драйвер fptr10."
                 : ". Проверьте питание ККТ, кабель или сеть и адрес в настройках.";
    if (!advice_.empty()) {
        words += " " + advice_;
    }
    return {fiscal::FaultClass::link, std::move(words), 0, text_};
}

Session::Result<void> Session::connect(Deadline deadline) {
    const auto connected = link_->connect(deadline);
    if (!connected) {
        mode_.reset();
        return Failure(connected.error());
    }
    return {};
}

Session::Result<std::string> Session::raw(std::string_view payload, Deadline deadline,
                                          std::optional<TaskId> task) {
    const auto limit = std::min(deadline, now() + time_limit(first_byte(payload)));
    auto answer = link_->run(payload, limit, task);
    if (!answer) {
        mode_.reset(); // the KKT may have been switched off and on
        return Failure(answer.error());
    }
    return *std::move(answer);
}

std::optional<DeviceError> Session::error_in(std::string_view payload, std::string_view answer) {
    if (answer.size() < 2 || answer[0] != answer_prefix || answer[1] == 0) {
        return std::nullopt;
    }
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(answer[i]); };
    return DeviceError(first_byte(payload), byte(1), answer.size() > 2 ? byte(2) : std::uint8_t{0});
}

Failure Session::garbled(std::string_view payload, std::string_view answer) {
    constexpr std::size_t shown = 64;
    // Of the command only its first bytes: the others may be the buyer's contact.
    return {Failure::Kind::garbled, "bad answer to " + base::hex_dump(payload.substr(0, 2)) + ": " +
                                        base::hex_dump(answer.substr(0, shown)) + " (" +
                                        std::to_string(answer.size()) + " bytes)"};
}

void Session::find_extended(DeviceError& error, Deadline deadline) {
    const auto answer = raw(register_command(Register::extended_error), deadline, {});
    if (!answer || answer->size() < 2 || (*answer)[0] != answer_prefix || (*answer)[1] != 0) {
        return;
    }
    const auto found = parse_extended_error(std::string_view(*answer).substr(2));
    if (found && (found->command & 0xFF) == error.command()) {
        error.set_extended(found->code);
    }
}

Session::Result<std::string> Session::run(std::string_view payload, Deadline deadline,
                                          std::optional<TaskId> task) {
    const auto patience = std::min(deadline, now() + unfinished_limit);
    while (true) {
        auto answer = raw(payload, deadline, task);
        if (!answer) {
            return answer;
        }
        auto error = error_in(payload, *answer);
        if (!error) {
            if (answer->size() < 2 || (*answer)[0] != answer_prefix) {
                return garbled(payload, *answer);
            }
            return answer->substr(2);
        }
        // 92h is the one command with a task of its own that can be undone: not executed, as error
        // 76h says, it is sent again.
        if (error->code() == error_unfinished && (!task || opens_receipt(payload)) &&
            now() + unfinished_pause < patience) {
            std::this_thread::sleep_for(unfinished_pause);
            continue;
        }
        if (error->code() == error_wrong_mode) {
            mode_.reset();
        }
        if (error->code() == error_extended || error->code() == error_parameter) {
            find_extended(*error, deadline);
        }
        return Failure(*error);
    }
}

Session::Result<void> Session::enter(std::uint8_t mode, Deadline deadline) {
    if (!mode_) {
        const auto code = ask_whole(state_code_command(), parse_state_code, deadline);
        if (!code) {
            return code.error();
        }
        mode_ = code->mode;
    }
    if (*mode_ == mode) {
        return {};
    }
    // Each mode is entered from the choice of modes. Where the KKT is there already it may say no.
    if (const auto left = run(leave_mode_command(), deadline); !left && !left.error().error()) {
        return left.error();
    }
    if (const auto entered = run(enter_mode_command(mode, user_password_), deadline); !entered) {
        mode_.reset();
        return entered.error();
    }
    mode_ = mode;
    return {};
}

Session::Result<std::string> Session::run_in(std::uint8_t mode, std::string_view payload,
                                             Deadline deadline, std::optional<TaskId> task) {
    if (const auto entered = enter(mode, deadline); !entered) {
        return entered.error();
    }
    auto answer = run(payload, deadline, task);
    if (answer || !answer.error().is(error_wrong_mode)) {
        return answer;
    }
    if (const auto entered = enter(mode, deadline); !entered) {
        return entered.error();
    }
    return run(payload, deadline, task);
}

void Session::close() {
    link_->close();
    mode_.reset();
}

} // namespace kktd::driver::atol
