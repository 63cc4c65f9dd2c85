// Session: commands to one ATOL KKT over its Link, one after the other, each within its time limit,
// with every answer taken apart into a value or a Failure. Knows the modes of the KKT, no
// documents.
#pragma once

#include "driver/atol/device_error.hpp"
#include "driver/atol/link.hpp"
#include "driver/atol/status.hpp"
#include "fiscal/fault.hpp"

#include <boost/system/result.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::driver::atol {

/// Why a command has no answer worth anything. Not an aggregate: it is the error of Result.
class Failure {
public:
    enum class Kind : std::uint8_t {
        not_run, ///< certainly not executed
        lost,    ///< may have been executed
        garbled, ///< answered, but not as the protocol says: may have been executed
        refused, ///< the KKT answered with an error
    };
    Failure() = default;
    explicit Failure(const LinkError& error);
    explicit Failure(DeviceError error) : kind_(Kind::refused), error_(error) {}
    /// `text`: English, what is wrong with the answer.
    Failure(Kind kind, std::string text) : kind_(kind), text_(std::move(text)) {}

    [[nodiscard]] Kind kind() const { return kind_; }
    /// Of a refusal; nothing of others.
    [[nodiscard]] const std::optional<DeviceError>& error() const { return error_; }
    [[nodiscard]] bool is(std::uint8_t code) const { return error_ && error_->code() == code; }
    /// A link fault, or that of the error. `doing`: Russian, "закрытие чека".
    [[nodiscard]] fiscal::Fault fault(std::string_view doing = {}) const;

private:
    Kind kind_ = Kind::lost;
    std::string text_;
    std::string advice_; ///< of the link, Russian sentences; mostly empty
    std::optional<DeviceError> error_;
};

class Session {
public:
    template<class T>
    using Result = boost::system::result<T, Failure>;

    /// `user_password`: with which modes are entered.
    explicit Session(std::unique_ptr<Link> link,
                     std::uint32_t user_password = factory_user_password)
        : link_(std::move(link)), user_password_(user_password) {}

    [[nodiscard]] Link& link() { return *link_; }
    /// Link::connect().
    [[nodiscard]] Result<void> connect(Deadline deadline);
    /// What follows "55 00" of the answer. Error 76h is waited for, unless there is a `task` of
    /// an irreversible command; the extended code of an error is asked for.
    [[nodiscard]] Result<std::string> run(std::string_view payload, Deadline deadline,
                                          std::optional<TaskId> task = {});
    /// The same in a mode; the mode is set anew, once, if the KKT says it is another.
    [[nodiscard]] Result<std::string> run_in(std::uint8_t mode, std::string_view payload,
                                             Deadline deadline, std::optional<TaskId> task = {});
    /// Sees to it that the KKT is in a mode.
    [[nodiscard]] Result<void> enter(std::uint8_t mode, Deadline deadline);
    /// The mode is asked for again before it is relied upon.
    void forget_mode() { mode_.reset(); }

    /// A command whose answer `parse` takes from behind "55 00".
    template<class Parse>
    [[nodiscard]] auto ask(std::string_view payload, Parse parse, Deadline deadline)
        -> Result<typename decltype(parse(std::string_view()))::value_type> {
        const auto data = run(payload, deadline);
        if (!data) {
            return data.error();
        }
        auto value = parse(*data);
        if (!value) {
            return garbled(payload, *data);
        }
        return *std::move(value);
    }
    /// A command with an answer of its own form, which `parse` takes whole.
    template<class Parse>
    [[nodiscard]] auto ask_whole(std::string_view payload, Parse parse, Deadline deadline)
        -> Result<typename decltype(parse(std::string_view()))::value_type> {
        const auto answer = raw(payload, deadline, {});
        if (!answer) {
            return answer.error();
        }
        if (auto value = parse(*answer)) {
            return *std::move(value);
        }
        if (auto error = error_in(payload, *answer)) {
            return Failure(*error);
        }
        return garbled(payload, *answer);
    }

    void close();

private:
    [[nodiscard]] Result<std::string> raw(std::string_view payload, Deadline deadline,
                                          std::optional<TaskId> task);
    [[nodiscard]] static std::optional<DeviceError> error_in(std::string_view payload,
                                                             std::string_view answer);
    [[nodiscard]] static Failure garbled(std::string_view payload, std::string_view answer);
    void find_extended(DeviceError& error, Deadline deadline);

    std::unique_ptr<Link> link_;
    const std::uint32_t user_password_;
    std::optional<std::uint8_t> mode_; ///< as last heard of
};

} // namespace kktd::driver::atol
