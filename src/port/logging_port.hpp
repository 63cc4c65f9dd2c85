// LoggingPort: a Port that writes down what passes, so that an exchange with a device can be read
// and played back. It holds what the device was told, a buyer's contact among it: only for a file
// that an operator asked for.
#pragma once

#include "base/clock.hpp"
#include "port/port.hpp"

#include <functional>
#include <memory>

namespace kktd::port {

class LoggingPort final : public Port {
public:
    /// Gets one line without its end:
    ///     2026-03-02T09:00:00.123456Z > FE 01 00 00 C4 02
    /// where > was sent, < was received (as the bytes came, not by packet), # is a remark: opened,
    /// closed, and errors other than "nothing has come". Bytes whose sending failed stand as a
    /// remark, for nobody knows how many have left. Whatever it throws is swallowed.
    using Sink = std::function<void(std::string_view line)>;

    LoggingPort(std::unique_ptr<Port> port, Sink sink, const base::Clock& clock);

    [[nodiscard]] Result<void> open(Deadline deadline) override;
    [[nodiscard]] bool is_open() const override { return port_->is_open(); }
    [[nodiscard]] Result<void> send(std::string_view bytes, Deadline deadline) override;
    [[nodiscard]] Result<std::string> receive(std::size_t max, Deadline deadline) override;
    void discard() override;
    void close() override;
    [[nodiscard]] std::string describe() const override { return port_->describe(); }

private:
    void bytes(char direction, std::string_view bytes) noexcept;
    void remark(std::string_view what, std::string_view text) noexcept;

    std::unique_ptr<Port> port_;
    Sink sink_;
    const base::Clock& clock_;
};

} // namespace kktd::port
