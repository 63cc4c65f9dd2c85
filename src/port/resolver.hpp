// Resolver: the addresses of a host, by a deadline. The C library's getaddrinfo() cannot be told
// when to stop: a name server that is silent holds it for as long as resolv.conf says (by default 5
// s, twice, for each server). So a name is looked up on a thread of its own, and who waits leaves
// at the deadline; numeric addresses need neither thread nor network.
#pragma once

#include "port/port.hpp"

#include <memory>
#include <string>
#include <sys/socket.h>
#include <vector>

namespace kktd::port {

struct Address {
    sockaddr_storage bytes = {};
    socklen_t size = 0;
};

/// One thread at a time.
class Resolver {
public:
    /// `port`: of TCP, filled into the addresses.
    Resolver(std::string host, int port);

    /// At least one address, in the order of preference of the system. A lookup that was left at
    /// its deadline goes on, and the next call waits for the same one: there is never more than one
    /// thread. It may outlive this object, and touches nothing of it. Errors: timeout; io, whose
    /// text tells what the C library says ("Name or service not known").
    [[nodiscard]] Result<std::vector<Address>> resolve(Deadline deadline);

private:
    struct Lookup;

    std::string host_;
    std::string port_;
    std::shared_ptr<Lookup> lookup_; ///< running, or null
};

} // namespace kktd::port
