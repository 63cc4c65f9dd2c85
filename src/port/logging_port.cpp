#include "port/logging_port.hpp"

#include "base/hex.hpp"
#include <array>
#include <cstdio>
#include <ctime>

namespace kktd::port {

namespace {

constexpr std::int64_t micros_per_second = 1'000'000;

std::string stamp(std::int64_t utc_micros) {
    const std::time_t seconds = utc_micros / micros_per_second;
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    std::array<char, 64> text{};
    const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
    const auto more = std::snprintf(text.data() + size, text.size() - size, ".%06dZ",
                                    static_cast<int>(utc_micros % micros_per_second));
    return {text.data(), size + static_cast<std::size_t>(more)};
}

} // namespace

LoggingPort::LoggingPort(std::unique_ptr<Port> port, Sink sink, const base::Clock& clock)
    : port_(std::move(port)), sink_(std::move(sink)), clock_(clock) {}

Result<void> LoggingPort::open(Deadline deadline) {
    if (is_open()) {
        return {};
    }
    auto opened = port_->open(deadline);
    if (opened) {
        remark("opened", describe());
    } else {
        remark("not opened", opened.error().text());
    }
    return opened;
}

Result<void> LoggingPort::send(std::string_view bytes_sent, Deadline deadline) {
    auto sent = port_->send(bytes_sent, deadline);
    if (sent) {
        bytes('>', bytes_sent);
    } else {
        remark("not sent", sent.error().text());
        bytes('#', bytes_sent);
    }
    return sent;
}

Result<std::string> LoggingPort::receive(std::size_t max, Deadline deadline) {
    auto received = port_->receive(max, deadline);
    if (received) {
        bytes('<', *received);
    } else if (received.error().kind() != PortError::Kind::timeout) {
        remark("not received", received.error().text());
    }
    return received;
}

void LoggingPort::discard() {
    port_->discard();
    remark("what had come was thrown away", "");
}

void LoggingPort::close() {
    if (is_open()) {
        remark("closed", "");
    }
    port_->close();
}

void LoggingPort::bytes(char direction, std::string_view bytes) noexcept {
    try {
        sink_(stamp(clock_.utc_micros()) + ' ' + direction + (bytes.empty() ? "" : " ") +
              base::hex_dump(bytes));
    } catch (...) { // NOLINT: a full disk must not stop a receipt
    }
}

void LoggingPort::remark(std::string_view what, std::string_view text) noexcept {
    try {
        std::string line = stamp(clock_.utc_micros()) + " # " + std::string(what);
        sink_(text.empty() ? line : line + ": " + std::string(text));
    } catch (...) { // NOLINT: as above
    }
}

} // namespace kktd::port
