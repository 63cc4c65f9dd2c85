#include "case_file.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace kktd::cases {

namespace {

class Reader {
public:
    explicit Reader(const std::string& path) : path_(path) {
        std::ifstream input(path);
        if (!input) {
            throw std::runtime_error(path + ": cannot be read");
        }
        for (std::string line; std::getline(input, line);) {
            lines_.push_back(line);
        }
    }

    CaseFile read() {
        CaseFile file;
        file.name = std::filesystem::path(path_).stem().string();
        for (; more() && !peek().empty(); next()) {
            file.title += (file.title.empty() ? "" : " ") + peek();
        }
        while (more()) {
            const std::string line = peek();
            if (line.empty()) {
                next();
            } else if (line[0] == '@') {
                file.steps.emplace_back(directive());
            } else if (line.starts_with("== ")) {
                file.steps.emplace_back(exchange());
            } else {
                fail("expected a directive (@…), a request (== …) or an empty line");
            }
        }
        return file;
    }

private:
    [[nodiscard]] bool more() const { return at_ < lines_.size(); }
    [[nodiscard]] const std::string& peek() const { return lines_[at_]; }
    void next() { ++at_; }
    [[nodiscard]] int line() const { return static_cast<int>(at_) + 1; }
    [[noreturn]] void fail(const std::string& why) const {
        throw std::runtime_error(path_ + ":" + std::to_string(line()) + ": " + why);
    }
    [[nodiscard]] bool at_step() const {
        return peek().starts_with("== ") || peek().starts_with("-- ") || peek().starts_with("@");
    }

    Directive directive() {
        const std::string text = peek().substr(1);
        const auto space = text.find(' ');
        Directive directive{line(), text.substr(0, space),
                            space == std::string::npos ? "" : text.substr(space + 1)};
        next();
        return directive;
    }

    std::map<std::string, std::string> headers() {
        std::map<std::string, std::string> headers;
        for (; more() && !peek().empty() && !at_step(); next()) {
            const auto colon = peek().find(": ");
            if (colon == std::string::npos) {
                fail("expected a header or an empty line");
            }
            headers[peek().substr(0, colon)] = peek().substr(colon + 2);
        }
        return headers;
    }

    std::string body() {
        std::string body;
        for (; more() && !at_step(); next()) {
            body += peek() + "\n";
        }
        const auto first = body.find_first_not_of('\n');
        const auto last = body.find_last_not_of('\n');
        return first == std::string::npos ? "" : body.substr(first, last - first + 1);
    }

    Exchange exchange() {
        Exchange exchange;
        exchange.line = line();
        const std::string request = peek().substr(3);
        const auto space = request.find(' ');
        if (space == std::string::npos) {
            fail("expected == METHOD PATH");
        }
        exchange.method = request.substr(0, space);
        exchange.target = request.substr(space + 1);
        next();
        exchange.headers = headers();
        exchange.body = body();
        if (!more() || !peek().starts_with("-- ")) {
            fail("expected -- STATUS");
        }
        exchange.status = std::stoi(peek().substr(3));
        next();
        exchange.answer_headers = headers();
        exchange.answer = body();
        return exchange;
    }

    std::string path_;
    std::vector<std::string> lines_;
    std::size_t at_ = 0;
};

} // namespace

CaseFile read_case(const std::string& path) {
    return Reader(path).read();
}

} // namespace kktd::cases
