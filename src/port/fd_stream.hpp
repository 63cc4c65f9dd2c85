// FdStream: bytes through one non-blocking descriptor (socket or terminal) until a deadline. What
// TcpPort and SerialPort have in common. One thread at a time.
#pragma once

#include "base/unique_fd.hpp"
#include "port/port.hpp"

#include <string>
#include <string_view>

namespace kktd::port {

class FdStream {
public:
    /// `name`: how texts call the device.
    explicit FdStream(std::string name) : name_(std::move(name)) {}

    /// Takes a non-blocking descriptor.
    void attach(base::UniqueFd fd) { fd_ = std::move(fd); }
    [[nodiscard]] bool is_open() const { return static_cast<bool>(fd_); }
    [[nodiscard]] int fd() const { return fd_.get(); }
    [[nodiscard]] const std::string& name() const { return name_; }
    void close() { fd_.reset(); }

    /// As Port says; any error but a timeout closes.
    [[nodiscard]] Result<void> send(std::string_view bytes, Deadline deadline);
    /// As Port says; what has arrived already is handed out even past the deadline.
    [[nodiscard]] Result<std::string> receive(std::size_t max, Deadline deadline);
    /// Throws away at most max_discarded bytes.
    void discard();

    /// "NAME: what: text of errno".
    [[nodiscard]] PortError error(std::string_view what, int number) const;
    [[nodiscard]] PortError timeout(std::string_view what) const;

private:
    [[nodiscard]] PortError broken(std::string_view what, int number);

    std::string name_;
    base::UniqueFd fd_;
};

/// A device that never stops sending must not hold discard() for ever.
inline constexpr std::size_t max_discarded = std::size_t{256} * 1024;

/// Waits for `events` of a descriptor: poll()'s revents; 0 at the deadline, which is looked at
/// after the descriptor.
[[nodiscard]] short wait_for(int fd, short events, Deadline deadline);

} // namespace kktd::port
