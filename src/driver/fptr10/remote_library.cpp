#include "driver/fptr10/remote_library.hpp"

#include "driver/fptr10/library_fault.hpp"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <sys/socket.h>

namespace kktd::driver::fptr10 {

namespace {

using fiscal::Fault;
using fiscal::FaultClass;
using Kind = CallFailure::Kind;

/// Milliseconds for poll(), rounded up; 0 once the deadline is over.
int milliseconds_to(Deadline deadline) {
    constexpr std::chrono::milliseconds most{60'000};
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp(left, std::chrono::milliseconds(0), most).count());
}

enum class Step : std::uint8_t { done, late, ended };

/// Waits until the socket is ready for `events`.
Step wait_for(int socket, short events, Deadline deadline) {
    while (true) {
        pollfd ready{.fd = socket, .events = events, .revents = 0};
        const int left = milliseconds_to(deadline);
        const int found = ::poll(&ready, 1, left);
        if (found > 0) {
            return Step::done;
        }
        if (found < 0 && errno != EINTR) {
            return Step::ended;
        }
        if (found == 0 && milliseconds_to(deadline) == 0) {
            return Step::late;
        }
    }
}

bool try_again() {
    return errno == EAGAIN || errno == EINTR;
}

Step send_all(int socket, std::string_view bytes, Deadline deadline) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
            continue;
        }
        if (!try_again()) {
            return Step::ended;
        }
        if (const Step step = wait_for(socket, POLLOUT, deadline); step != Step::done) {
            return step;
        }
    }
    return Step::done;
}

Step receive_all(int socket, std::string& bytes, std::size_t size, Deadline deadline) {
    bytes.resize(size);
    for (std::size_t got = 0; got < size;) {
        const ssize_t part = ::recv(socket, bytes.data() + got, size - got, 0);
        if (part > 0) {
            got += static_cast<std::size_t>(part);
            continue;
        }
        if (part == 0 || !try_again()) {
            return Step::ended;
        }
        if (const Step step = wait_for(socket, POLLIN, deadline); step != Step::done) {
            return step;
        }
    }
    return Step::done;
}

std::string words_for(Step step) {
    return step == Step::late
               ? "библиотека АТОЛ не ответила вовремя (медленной ККТ задайте больше: "
                 "answer= в device)"
               : "процесс kktd-fptr10 неожиданно завершился";
}

/// The outputs are what was asked for, so that nobody behind has to doubt their types.
bool fits(const Request& request, const Response& response) {
    if (response.number != request.number) {
        return false;
    }
    if (response.status != CallStatus::done) {
        return response.outputs.empty();
    }
    return std::equal(request.wanted.begin(), request.wanted.end(), response.outputs.begin(),
                      response.outputs.end(), [](const Wanted& wanted, const Value& value) {
                          return static_cast<std::size_t>(wanted.type) == value.index();
                      });
}

} // namespace

RemoteLibrary::Result<void> RemoteLibrary::start(Deadline deadline) {
    if (child_) {
        return {};
    }
    const std::string executable = child_executable(place_.child, this_program());
    auto started = ChildProcess::start(executable, place_.home);
    if (!started) {
        return CallFailure(
            Kind::not_sent,
            Fault(FaultClass::link, "Не запускается " + executable + " (" + started.error().text() +
                                        "): проверьте, установлен ли kktd полностью, или укажите "
                                        "путь параметром child."));
    }
    child_.emplace(std::move(*started));
    ++generation_;
    if (auto loaded = load(deadline); !loaded) {
        stop();
        return loaded;
    }
    return configure(deadline);
}

RemoteLibrary::Result<void> RemoteLibrary::load(Deadline deadline) {
    const auto loaded = exchange({.method = Method::load, .text = place_.library}, deadline);
    if (!loaded) {
        return CallFailure(Kind::not_sent, loaded.error().fault());
    }
    const auto version = LibraryVersion::parse(loaded->text);
    if (!version || *version < oldest_version) {
        return CallFailure(
            Kind::not_sent,
            Fault(FaultClass::link, "Библиотека АТОЛ версии «" + loaded->text +
                                        "» не поддерживается: установите драйвер АТОЛ не старее " +
                                        oldest_version.text() + "."));
    }
    version_ = version;
    return {};
}

RemoteLibrary::Result<void> RemoteLibrary::configure(Deadline deadline) {
    const auto configured =
        exchange({.method = Method::configure, .settings = place_.settings}, deadline);
    if (!configured) {
        stop();
        return CallFailure(Kind::not_sent, configured.error().fault());
    }
    return {};
}

RemoteLibrary::Result<Response> RemoteLibrary::call(const Request& request, Deadline deadline) {
    if (auto started = start(deadline); !started) {
        return started.error();
    }
    return exchange(request, deadline);
}

RemoteLibrary::Result<Response> RemoteLibrary::exchange(Request request, Deadline deadline) {
    request.number = ++calls_; // an answer to an earlier call is none to this one
    const auto message = encode(request);
    if (!message) {
        return CallFailure(Kind::not_sent,
                           Fault(FaultClass::internal, "Вызов библиотеки АТОЛ слишком велик. Это "
                                                       "ошибка программы, сообщите о ней "
                                                       "разработчикам."));
    }
    const int socket = child_->socket();
    if (const Step step = send_all(socket, *message, deadline); step != Step::done) {
        return lost(words_for(step));
    }
    std::string bytes;
    if (const Step step = receive_all(socket, bytes, message_head_bytes, deadline);
        step != Step::done) {
        return lost(words_for(step));
    }
    const auto length = body_length(bytes);
    if (!length) {
        return lost("процесс kktd-fptr10 ответил непонятное");
    }
    if (const Step step = receive_all(socket, bytes, *length, deadline); step != Step::done) {
        return lost(words_for(step));
    }
    auto response = decode_response(bytes);
    if (!response || !fits(request, *response)) {
        return lost("процесс kktd-fptr10 ответил непонятное");
    }
    if (response->status != CallStatus::done) {
        return CallFailure(Kind::refused, fault_of(*response));
    }
    return std::move(*response);
}

CallFailure RemoteLibrary::lost(const std::string& what) {
    stop();
    return {Kind::lost, Fault(FaultClass::link, "Связь с ККТ потеряна: " + what +
                                                    ". kktd запустит её снова и спросит ККТ; если "
                                                    "это повторяется, посмотрите журналы "
                                                    "драйвера АТОЛ (fptr10.log).")};
}

void RemoteLibrary::stop() {
    child_.reset();
}

std::optional<pid_t> RemoteLibrary::child_pid() const {
    return child_ ? std::optional(child_->pid()) : std::nullopt;
}

} // namespace kktd::driver::fptr10
