// TcpPort: a device on the network. Small packets leave at once (TCP_NODELAY) and are acknowledged
// at once (TCP_QUICKACK), a peer that vanished is noticed by keepalive, and nothing raises SIGPIPE.
#pragma once

#include "port/fd_stream.hpp"
#include "port/resolver.hpp"

namespace kktd::port {

class TcpPort final : public Port {
public:
    /// `host`: IPv4, IPv6 without brackets, or a name, which is looked up at every open().
    TcpPort(const std::string& host, int port);
    ~TcpPort() override;
    TcpPort(const TcpPort&) = delete;
    TcpPort& operator=(const TcpPort&) = delete;

    /// Each address of a name gets its share of the time that is left, so that a dead one does not
    /// use it up. Errors: timeout (the device, or the name server, is silent); closed (no route);
    /// io (connection refused, no such name).
    [[nodiscard]] Result<void> open(Deadline deadline) override;
    [[nodiscard]] bool is_open() const override { return stream_.is_open(); }
    [[nodiscard]] Result<void> send(std::string_view bytes, Deadline deadline) override {
        return stream_.send(bytes, deadline);
    }
    [[nodiscard]] Result<std::string> receive(std::size_t max, Deadline deadline) override;
    void discard() override { stream_.discard(); }
    void close() override;
    [[nodiscard]] std::string describe() const override { return stream_.name(); }

private:
    [[nodiscard]] Result<void> connect_to(const Address& address, Deadline deadline);

    Resolver resolver_;
    FdStream stream_;
};

} // namespace kktd::port
