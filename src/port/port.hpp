// Port: bytes to and from one device. One object per device, used by one thread at a time; no
// method blocks past its deadline. Whoever wants the bytes seen or disturbed wraps one Port in
// another (logging_port.hpp).
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace kktd::port {

using Deadline = std::chrono::steady_clock::time_point;

/// Not an aggregate: it is the error of Result.
class PortError {
public:
    enum class Kind : std::uint8_t {
        timeout, ///< the deadline came first; the port stays open
        closed,  ///< the peer has closed, or the cable is gone; to be opened again
        io,      ///< the operating system refused: no such file, no permission, no route …
    };
    PortError() = default;
    PortError(Kind kind, std::string text) : kind_(kind), text_(std::move(text)) {}
    [[nodiscard]] Kind kind() const { return kind_; }
    /// English, names the device and what went wrong: "192.168.1.10:5555: connection refused".
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    Kind kind_ = Kind::io;
    std::string text_;
};

template<class T>
using Result = boost::system::result<T, PortError>;

class Port {
public:
    Port() = default;
    Port(const Port&) = delete;
    Port& operator=(const Port&) = delete;
    virtual ~Port() = default;

    /// Opens what is closed; an open port stays as it is.
    [[nodiscard]] virtual Result<void> open(Deadline) = 0;
    [[nodiscard]] virtual bool is_open() const = 0;
    /// All of `bytes` in as few writes as the system lets. After an error nobody knows how many of
    /// them the device has got.
    [[nodiscard]] virtual Result<void> send(std::string_view bytes, Deadline) = 0;
    /// What has arrived, at least one byte and at most `max`.
    [[nodiscard]] virtual Result<std::string> receive(std::size_t max, Deadline) = 0;
    /// Throws away what has arrived and was not received. Does not wait.
    virtual void discard() = 0;
    virtual void close() = 0;
    /// "192.168.1.10:5555", "/dev/ttyACM0 115200": for texts.
    [[nodiscard]] virtual std::string describe() const = 0;
};

} // namespace kktd::port
