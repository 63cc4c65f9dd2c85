// Runs every .case file of the folder given by KKTD_CASES as a test of its own.
#define BOOST_TEST_NO_MAIN
#define BOOST_TEST_ALTERNATIVE_INIT_API
#include "case_file.hpp"
#include "expectation.hpp"
#include "house.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <thread>

namespace kktd::cases {

namespace {

constexpr std::chrono::seconds eventually{20};
constexpr std::chrono::milliseconds look_again{5};

front::Request request_of(const Exchange& exchange, const Kept& kept) {
    front::Request request;
    request.method = exchange.method;
    const std::string target = with_kept(exchange.target, kept);
    const auto mark = target.find('?');
    request.path = target.substr(0, mark);
    request.query = mark == std::string::npos ? "" : target.substr(mark + 1);
    request.body = with_kept(exchange.body, kept);
    request.request_id = "case";
    for (const auto& [name, value] : exchange.headers) {
        if (name == "Idempotency-Key") {
            request.idempotency_key = value;
        } else if (name == "Prefer") {
            request.prefer = value;
        } else if (name == "Content-Type") {
            request.content_type = value;
        } else if (name != "Leave") {
            throw std::runtime_error("unknown request header " + name);
        }
    }
    return request;
}

std::optional<std::string> mismatch(const Exchange& exchange, const api::Answer& answer,
                                    Kept& kept) {
    if (answer.status != exchange.status) {
        return "status " + std::to_string(answer.status) + ", expected " +
               std::to_string(exchange.status);
    }
    for (const auto& [name, value] : exchange.answer_headers) {
        const auto found =
            std::find_if(answer.headers.begin(), answer.headers.end(),
                         [&, n = name](const auto& header) { return header.first == n; });
        const std::string wanted = with_kept(value, kept);
        if (found == answer.headers.end() ||
            (wanted.find("***") == std::string::npos && found->second != wanted)) {
            return "header " + name + ": " +
                   (found == answer.headers.end() ? "not there" : found->second);
        }
    }
    return difference(exchange.answer, answer.body, kept);
}

class Run {
public:
    explicit Run(const CaseFile& file) : file_(file) {}

    void all() {
        for (const auto& step : file_.steps) {
            std::visit([this](const auto& one) { run(one); }, step);
        }
    }

private:
    void run(const Directive& directive) {
        if (directive.name == "clock") {
            const auto time = fiscal::LocalTime::parse(directive.argument);
            BOOST_REQUIRE_MESSAGE(time, at(directive.line) << "not a time");
            house_.clock.set(*time);
        } else if (directive.name == "advance") {
            house_.clock.advance(std::stoll(directive.argument));
        } else if (directive.name == "faults") {
            house_.set_faults(directive.argument);
        } else if (directive.name == "kkt") {
            house_.configure(directive.argument);
        } else if (directive.name == "restart") {
            house_.restart();
        } else if (directive.name == "eventually") {
            eventually_ = true;
        } else if (directive.name == "documents") {
            BOOST_CHECK_MESSAGE(house_.documents() == std::stoul(directive.argument),
                                at(directive.line) << house_.documents() << " documents, expected "
                                                   << directive.argument);
        } else {
            BOOST_REQUIRE_MESSAGE(false, at(directive.line) << "unknown @" << directive.name);
        }
    }

    void run(const Exchange& exchange) {
        const bool leave = exchange.headers.count("Leave") > 0;
        const auto until = std::chrono::steady_clock::now() + eventually;
        while (true) {
            Kept kept = kept_;
            const auto answer = house_.ask(request_of(exchange, kept), leave);
            const auto wrong = mismatch(exchange, answer, kept);
            if (!wrong || !eventually_ || std::chrono::steady_clock::now() > until) {
                BOOST_CHECK_MESSAGE(!wrong, at(exchange.line)
                                                << wrong.value_or("") << "\n"
                                                << answer.status << " " << answer.body);
                kept_ = kept;
                eventually_ = false;
                return;
            }
            std::this_thread::sleep_for(look_again);
        }
    }

    [[nodiscard]] std::string at(int line) const {
        return file_.name + ".case:" + std::to_string(line) + ": ";
    }

    const CaseFile& file_;
    tests::House house_;
    Kept kept_;
    bool eventually_ = false;
};

bool add_cases() {
    const char* folder = std::getenv("KKTD_CASES");
    if (folder == nullptr) {
        std::fputs("set KKTD_CASES to the folder of the .case files\n", stderr);
        return false;
    }
    std::vector<std::string> paths;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".case") {
            paths.push_back(entry.path().string());
        }
    }
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths) {
        const std::string name = std::filesystem::path(path).stem().string();
        boost::unit_test::framework::master_test_suite().add(boost::unit_test::make_test_case(
            [path] {
                const auto file = read_case(path);
                Run(file).all();
            },
            name, __FILE__, __LINE__));
    }
    return !paths.empty();
}

} // namespace

} // namespace kktd::cases

int main(int argc, char** argv) {
    return boost::unit_test::unit_test_main(kktd::cases::add_cases, argc, argv);
}
