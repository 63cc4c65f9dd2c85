// RemoteLibrary: the vendor's library as kktd sees it: calls that end by their deadline, whatever
// the library does. A child that hangs, dies or answers nonsense is killed and its call is *lost*;
// the next call starts another. Used by one thread.
#pragma once

#include "driver/driver.hpp"
#include "driver/fptr10/child_process.hpp"
#include "driver/fptr10/library_version.hpp"
#include "driver/fptr10/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kktd::driver::fptr10 {

/// Why a call did not do what it should. Not an aggregate: it is the error of Result.
class CallFailure {
public:
    enum class Kind : std::uint8_t {
        not_sent, ///< the library never got the call
        refused,  ///< the library answered with an error
        lost,     ///< nobody knows what became of it
    };
    CallFailure() = default;
    CallFailure(Kind kind, fiscal::Fault fault) : kind_(kind), fault_(std::move(fault)) {}
    [[nodiscard]] Kind kind() const { return kind_; }
    [[nodiscard]] const fiscal::Fault& fault() const { return fault_; }
    /// LIBFPTR_ERROR_…, 0 if the library did not answer.
    [[nodiscard]] std::int64_t code() const { return fault_.native_code(); }

private:
    Kind kind_ = Kind::not_sent;
    fiscal::Fault fault_;
};

struct LibraryPlace {
    std::string library; ///< path of libfptr10.so or its folder; empty: the vendor's usual places
    std::string child;   ///< path of kktd-fptr10; empty: beside the running program
    std::string home;    ///< HOME of the child; empty: ours
    std::vector<std::pair<std::string, std::string>> settings; ///< of the handle
};

class RemoteLibrary {
public:
    template<class T>
    using Result = fiscal::Result<T, CallFailure>;

    explicit RemoteLibrary(LibraryPlace place) : place_(std::move(place)) {}

    /// Starts the child and loads the library, if that is not done.
    [[nodiscard]] Result<void> start(Deadline deadline);
    /// One call; starts first if needed. The answer has the wanted outputs with their types.
    [[nodiscard]] Result<Response> call(const Request& request, Deadline deadline);
    /// Kills the child, if there is one.
    void stop();

    /// Of the library as last loaded; nothing before that.
    [[nodiscard]] const std::optional<LibraryVersion>& version() const { return version_; }
    /// How often a child was started: another number means another handle.
    [[nodiscard]] std::uint64_t generation() const { return generation_; }
    [[nodiscard]] std::optional<pid_t> child_pid() const;

private:
    [[nodiscard]] Result<void> load(Deadline deadline);
    [[nodiscard]] Result<void> configure(Deadline deadline);
    /// One message there and one back.
    [[nodiscard]] Result<Response> exchange(Request request, Deadline deadline);
    [[nodiscard]] CallFailure lost(const std::string& what);

    LibraryPlace place_;
    std::optional<ChildProcess> child_;
    std::optional<LibraryVersion> version_;
    std::uint64_t generation_ = 0;
    std::uint32_t calls_ = 0;
};

} // namespace kktd::driver::fptr10
