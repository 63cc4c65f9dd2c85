// SerialPort: a device on a serial line or a USB port that behaves as one (/dev/ttyACM0), 8 data
// bits, no parity, 1 stop bit, no flow control. A pseudoterminal will do.
#pragma once

#include "port/fd_stream.hpp"

#include <span>

namespace kktd::port {

class SerialPort final : public Port {
public:
    /// `baud` is one of rates().
    SerialPort(std::string path, int baud);
    ~SerialPort() override;

    /// Bauds that a line can be set to, ascending.
    [[nodiscard]] static std::span<const int> rates();

    /// Does not wait for a carrier. Throws away what had come before. Nobody else can open the line
    /// until close(), root alone excepted. Errors: io (no such file, no permission, not a terminal,
    /// somebody else has it).
    [[nodiscard]] Result<void> open(Deadline deadline) override;
    [[nodiscard]] bool is_open() const override { return stream_.is_open(); }
    [[nodiscard]] Result<void> send(std::string_view bytes, Deadline deadline) override {
        return stream_.send(bytes, deadline);
    }
    [[nodiscard]] Result<std::string> receive(std::size_t max, Deadline deadline) override {
        return stream_.receive(max, deadline);
    }
    void discard() override { stream_.discard(); }
    /// What was sent and is not on the line yet is lost: a line without a device would hold the
    /// close of it.
    void close() override;
    [[nodiscard]] std::string describe() const override { return stream_.name(); }

private:
    std::string path_;
    int baud_;
    FdStream stream_;
};

} // namespace kktd::port
