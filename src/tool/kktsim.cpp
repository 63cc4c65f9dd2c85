// kktsim: reads what a simulated KKT has registered. `kktsim dump FILE` prints the documents of a
// storage file as the receipts a customer would get.
#include "driver/test/storage.hpp"
#include "fiscal/drawing.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

namespace {

constexpr int exit_usage = 64;
constexpr int exit_data = 65;
constexpr int exit_no_input = 66;

const char* const usage =
    "kktsim dump FILE [--last]\n"
    "  draws the documents of a test: device's storage file; --last: the last "
    "receipt only\n";

int dump(const char* file, bool last_only) {
    std::ifstream input(file);
    if (!input) {
        std::fprintf(stderr, "kktsim: cannot read %s: %s\n", file, std::strerror(errno));
        return exit_no_input;
    }
    std::string last;
    std::size_t number = 0;
    for (std::string line; std::getline(input, line);) {
        ++number;
        const auto document = kktd::driver::test::parse_storage_line(line);
        if (!document) {
            if (input.peek() == std::ifstream::traits_type::eof()) {
                break; // a torn last line never happened
            }
            std::fprintf(stderr, "kktsim: %s:%zu: not a fiscal document\n", file, number);
            return exit_data;
        }
        const auto drawing = kktd::fiscal::draw(document->tlv);
        if (!drawing) {
            std::fprintf(stderr, "kktsim: %s:%zu: its TLV is damaged\n", file, number);
            return exit_data;
        }
        if (!last_only) {
            std::printf("%s\n", drawing->c_str());
        } else if (document->kind == kktd::fiscal::TaskKind::receipt) {
            last = *drawing;
        }
    }
    std::fputs(last.c_str(), stdout);
    return EXIT_SUCCESS;
}

} // namespace

int main(int argc, char** argv) {
    const bool last = argc == 4 && std::strcmp(argv[3], "--last") == 0;
    if ((argc != 3 && !last) || std::strcmp(argv[1], "dump") != 0) {
        std::fputs(usage, stderr);
        return exit_usage;
    }
    return dump(argv[2], last);
}
