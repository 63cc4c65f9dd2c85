// load: an HTTP/1.1 load generator that knows what a right answer is.
//
//   load --port N [--get PATH] [--connections N] [--requests N] [--warmup N] [--prefix TEXT]
//        [--numbers N] [--positions N] [--async] [--status N] [--code zero|nonzero|any]
//        [--want TEXT]
//
// Keeps N keep-alive connections to 127.0.0.1 busy from one epoll thread, each with one request at
// a time. By default each request POSTs the classic JSON with a DocNumber of its own to /kkt;
// --numbers K goes round the same K numbers (stored answers), --positions P makes the receipt long,
// --async asks for the answer as soon as the receipt is durable. Every answer must have the HTTP
// status and the kind of result_code that were asked for, and hold the text of --want.
//
// Prints one JSON object: requests, errors, rate a second, p50 and p99 in microseconds. Answers of
// the warm-up are checked, but not measured. Exit: 0 = no error, 1 = wrong answers, 70 = broken
// run.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::size_t max_connections = 1024;
constexpr std::size_t max_answer = 16 << 20;
constexpr int silence_limit_ms = 60'000; // nobody answers for so long: the run is broken
constexpr std::size_t errors_shown = 1;

enum class Code { zero, nonzero, any };

struct Options {
    std::uint16_t port = 0;
    std::string get; ///< path; empty: POST /kkt
    std::size_t connections = 1;
    std::size_t requests = 1000;
    std::size_t warmup = 0;
    std::string prefix = "B";
    std::size_t numbers = 0; ///< 0: every number is new
    std::size_t positions = 1;
    bool async = false;
    int status = 200;
    Code code = Code::zero;
    std::string want;
};

[[noreturn]] void die(std::string_view text) {
    std::fprintf(stderr, "load: %.*s\n", static_cast<int>(text.size()), text.data());
    std::exit(70);
}

[[noreturn]] void usage(std::string_view word) {
    std::fprintf(stderr, "load: cannot understand '%.*s'; the head of load.cpp lists the options\n",
                 static_cast<int>(word.size()), word.data());
    std::exit(64);
}

template<class T>
T number(std::string_view text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        usage(text);
    }
    return value;
}

Options parse(int argc, char** argv) {
    Options o;
    const std::vector<std::string_view> words(argv + 1, argv + argc);
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto option = words[i];
        if (option == "--async") {
            o.async = true;
            continue;
        }
        if (++i == words.size()) {
            usage(option);
        }
        const auto value = words[i];
        if (option == "--port") {
            o.port = number<std::uint16_t>(value);
        } else if (option == "--get") {
            o.get = value;
        } else if (option == "--connections") {
            o.connections = number<std::size_t>(value);
        } else if (option == "--requests") {
            o.requests = number<std::size_t>(value);
        } else if (option == "--warmup") {
            o.warmup = number<std::size_t>(value);
        } else if (option == "--prefix") {
            o.prefix = value;
        } else if (option == "--numbers") {
            o.numbers = number<std::size_t>(value);
        } else if (option == "--positions") {
            o.positions = number<std::size_t>(value);
        } else if (option == "--status") {
            o.status = number<int>(value);
        } else if (option == "--want") {
            o.want = value;
        } else if (option == "--code" && value == "zero") {
            o.code = Code::zero;
        } else if (option == "--code" && value == "nonzero") {
            o.code = Code::nonzero;
        } else if (option == "--code" && value == "any") {
            o.code = Code::any;
        } else {
            usage(option);
        }
    }
    if (o.port == 0 || o.requests == 0 || o.positions == 0 || o.connections == 0 ||
        o.connections > max_connections) {
        usage("--port, --requests, --positions or --connections");
    }
    return o;
}

/// Makes the text of the n-th request.
class Requests {
public:
    explicit Requests(const Options& options) : options_(options) {
        const auto sum = std::to_string(options.positions * 1950);
        // 500 of the long name would not fit into a fiscal document (32,768 bytes).
        const std::string name = options.positions == 1 ? "Наименование товара" : "Товар";
        tail_ = R"(", "DocDate": "06.10.2017", "DocSumm": )" + sum + R"(, "Goods": {)";
        for (std::size_t i = 1; i <= options.positions; ++i) {
            tail_ += (i > 1 ? R"(, "Position_)" : R"("Position_)") + std::to_string(i) +
                     R"(": {"Name": ")" + name +
                     R"(", "Price": 325.12, "Quantity": 6, "Tax": 18, "PositionSumm": 1950})";
        }
        tail_ += "}}";
    }

    [[nodiscard]] std::string text(std::size_t n) const {
        if (!options_.get.empty()) {
            return "GET " + options_.get + " HTTP/1.1\r\nHost: kkt\r\n\r\n";
        }
        const auto index = options_.numbers > 0 ? n % options_.numbers : n;
        const auto body =
            R"({"DocNumber": ")" + options_.prefix + "-" + std::to_string(index) + tail_;
        return "POST /kkt HTTP/1.1\r\nHost: kkt\r\nContent-Type: application/json\r\n" +
               std::string(options_.async ? "Prefer: respond-async\r\n" : "") +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }

private:
    const Options& options_;
    std::string tail_;
};

struct Response {
    int status = 0;
    std::string body;
};

/// The value of a header in a header block that ends with CRLF; names are compared as nginx writes
/// them.
std::string_view header(std::string_view head, std::string_view name) {
    const auto at = head.find("\r\n" + std::string(name) + ": ");
    if (at == std::string_view::npos) {
        return {};
    }
    const auto begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
}

/// The body of a chunked answer, or nothing while it is incomplete.
std::optional<std::string> unchunked(std::string_view text) {
    std::string body;
    for (;;) {
        const auto line = text.find("\r\n");
        if (line == std::string_view::npos) {
            return {};
        }
        std::size_t size = 0;
        if (std::from_chars(text.data(), text.data() + line, size, 16).ptr == text.data()) {
            die("a chunk without a size");
        }
        text.remove_prefix(line + 2);
        if (text.size() < size + 2) {
            return {};
        }
        if (size == 0) {
            return body;
        }
        body += text.substr(0, size);
        text.remove_prefix(size + 2);
    }
}

/// The answer in `text`, or nothing while it is incomplete. One answer at a time is under way on a
/// connection, so what follows it is not expected.
std::optional<Response> parse_response(std::string_view text) {
    const auto end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        return {};
    }
    const auto head = text.substr(0, end + 2);
    const auto rest = text.substr(end + 4);
    Response response;
    if (!head.starts_with("HTTP/1.1 ") || head.size() < 12) {
        die("not an HTTP/1.1 answer");
    }
    response.status = number<int>(head.substr(9, 3));
    if (header(head, "Transfer-Encoding") == "chunked") {
        auto body = unchunked(rest);
        if (!body) {
            return {};
        }
        response.body = std::move(*body);
        return response;
    }
    const auto length = header(head, "Content-Length");
    if (length.empty()) {
        die("an answer without a length");
    }
    if (rest.size() < number<std::size_t>(length)) {
        return {};
    }
    response.body = rest;
    return response;
}

bool right(const Response& response, const Options& options) {
    if (response.status != options.status ||
        response.body.find(options.want) == std::string::npos) {
        return false;
    }
    if (options.code == Code::any) {
        return true;
    }
    constexpr std::string_view key = "\"result_code\":";
    auto at = response.body.find(key);
    if (at == std::string::npos) {
        return false;
    }
    at = response.body.find_first_not_of(' ', at + key.size());
    const bool zero = at != std::string::npos && response.body[at] == '0';
    return zero == (options.code == Code::zero);
}

std::int64_t micros_now() {
    using namespace std::chrono;
    return duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
}

struct Connection {
    int fd = -1;
    std::string out;
    std::size_t sent = 0;
    std::string in;
    std::int64_t started = 0;
};

class Load {
public:
    explicit Load(const Options& options)
        : options_(options), requests_(options), connections_(options.connections),
          epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
        latencies_.reserve(options.requests);
    }

    /// Number of wrong answers.
    std::size_t run() {
        for (std::size_t i = 0; i < connections_.size() && started_ < all(); ++i) {
            open(i);
            start(i);
        }
        std::array<epoll_event, 64> events{};
        while (finished_ < all()) {
            const int n = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                       silence_limit_ms);
            if (n <= 0) {
                die("no answer for a minute");
            }
            for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
                serve(static_cast<std::size_t>(events[i].data.u64), events[i].events);
            }
        }
        return errors_;
    }

    void report() {
        std::sort(latencies_.begin(), latencies_.end());
        const auto micros = std::max<std::int64_t>(last_ - first_, 1);
        const auto count = static_cast<std::int64_t>(latencies_.size());
        std::printf("{\"requests\": %lld, \"errors\": %zu, \"rate\": %lld, \"p50\": %lld, "
                    "\"p99\": %lld}\n",
                    static_cast<long long>(count), errors_,
                    static_cast<long long>(count * 1'000'000 / micros),
                    static_cast<long long>(latencies_[latencies_.size() / 2]),
                    static_cast<long long>(latencies_[latencies_.size() * 99 / 100]));
    }

private:
    [[nodiscard]] std::size_t all() const { return options_.warmup + options_.requests; }

    void open(std::size_t index) {
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(options_.port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const void* raw = &address;
        if (fd < 0 || ::connect(fd, static_cast<const sockaddr*>(raw), sizeof address) != 0) {
            die("cannot connect");
        }
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        connections_[index].fd = fd;
        epoll_event event{};
        event.events = EPOLLIN | EPOLLOUT | EPOLLET;
        event.data.u64 = index;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
    }

    void start(std::size_t index) {
        auto& c = connections_[index];
        c.out = requests_.text(started_++);
        c.sent = 0;
        c.in.clear();
        c.started = micros_now();
        send(c);
    }

    static void send(Connection& c) {
        while (c.sent < c.out.size()) {
            const auto n = ::send(c.fd, c.out.data() + c.sent, c.out.size() - c.sent,
                                  MSG_NOSIGNAL | MSG_DONTWAIT);
            if (n < 0 && errno == EAGAIN) {
                return;
            }
            if (n <= 0) {
                die("a connection broke while sending");
            }
            c.sent += static_cast<std::size_t>(n);
        }
    }

    void serve(std::size_t index, std::uint32_t events) {
        auto& c = connections_[index];
        if (events & EPOLLOUT) {
            send(c);
        }
        std::array<char, 16384> bytes{};
        ssize_t n = 0;
        while ((n = ::recv(c.fd, bytes.data(), bytes.size(), MSG_DONTWAIT)) > 0) {
            c.in.append(bytes.data(), static_cast<std::size_t>(n));
        }
        const bool closed = n == 0 || (n < 0 && errno != EAGAIN);
        if (c.in.size() > max_answer) {
            die("an answer beyond every bound");
        }
        if (const auto response = c.in.empty() ? std::nullopt : parse_response(c.in)) {
            finish(c, *response);
            if (started_ < all()) {
                if (closed || header(c.in, "Connection") == "close") {
                    ::close(c.fd);
                    open(index);
                }
                start(index);
            } else {
                ::close(c.fd);
                c.fd = -1;
            }
        } else if (closed) {
            die("a connection was closed before its answer");
        }
    }

    void finish(Connection& c, const Response& response) {
        const auto now = micros_now();
        if (finished_++ >= options_.warmup) {
            if (latencies_.empty()) {
                first_ = c.started;
            }
            latencies_.push_back(now - c.started);
            last_ = now;
        }
        if (!right(response, options_)) {
            if (++errors_ <= errors_shown) {
                std::fprintf(stderr, "load: wrong answer %d: %s\n", response.status,
                             response.body.substr(0, 500).c_str());
            }
        }
    }

    const Options& options_;
    Requests requests_;
    std::vector<Connection> connections_;
    int epoll_;
    std::size_t started_ = 0;
    std::size_t finished_ = 0;
    std::size_t errors_ = 0;
    std::vector<std::int64_t> latencies_;
    std::int64_t first_ = 0;
    std::int64_t last_ = 0;
};

} // namespace

int main(int argc, char** argv) {
    const auto options = parse(argc, argv);
    Load load(options);
    const auto errors = load.run();
    load.report();
    return errors == 0 ? 0 : 1;
}
