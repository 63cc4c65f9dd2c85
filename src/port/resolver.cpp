#include "port/resolver.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <netdb.h>
#include <optional>
#include <system_error>
#include <thread>

namespace kktd::port {

namespace {

using Found = Result<std::vector<Address>>;

Found look_up(const std::string& host, const std::string& port, int flags) {
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = flags | AI_NUMERICSERV;
    addrinfo* list = nullptr;
    const int failure = ::getaddrinfo(host.c_str(), port.c_str(), &wanted, &list);
    if (failure != 0) {
        return PortError(PortError::Kind::io,
                         host + ": cannot find its address: " + ::gai_strerror(failure));
    }
    std::vector<Address> addresses;
    for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
        Address address;
        address.size = std::min<socklen_t>(one->ai_addrlen, sizeof address.bytes);
        std::memcpy(&address.bytes, one->ai_addr, address.size);
        addresses.push_back(address);
    }
    ::freeaddrinfo(list);
    return addresses;
}

} // namespace

/// Belongs to the thread that looks up and to the one that waits.
struct Resolver::Lookup {
    std::mutex mutex;
    std::condition_variable done;
    std::optional<Found> found;
};

Resolver::Resolver(std::string host, int port)
    : host_(std::move(host)), port_(std::to_string(port)) {}

Result<std::vector<Address>> Resolver::resolve(Deadline deadline) {
    if (auto numeric = look_up(host_, port_, AI_NUMERICHOST)) {
        return numeric;
    }
    if (!lookup_) {
        const auto lookup = std::make_shared<Lookup>();
        try {
            std::thread([lookup, host = host_, port = port_] {
                auto found = look_up(host, port, 0);
                const std::lock_guard lock(lookup->mutex);
                lookup->found = std::move(found);
                lookup->done.notify_all();
            }).detach();
        } catch (const std::system_error& error) {
            return PortError(PortError::Kind::io,
                             host_ + ": cannot look for its address: " + error.what());
        }
        lookup_ = lookup;
    }
    std::unique_lock lock(lookup_->mutex);
    if (!lookup_->done.wait_until(lock, deadline, [&] { return lookup_->found.has_value(); })) {
        return PortError(PortError::Kind::timeout,
                         host_ + ": cannot find its address: no name server has answered");
    }
    Found found = std::move(*lookup_->found);
    lock.unlock();
    lookup_.reset();
    return found;
}

} // namespace kktd::port
