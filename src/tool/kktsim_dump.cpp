#include "kktsim_dump.hpp"

#include "driver/test/storage.hpp"
#include "fiscal/drawing.hpp"
#include "fiscal/kkt_registration.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>

namespace kktd::tool::kktsim {

namespace {

constexpr int exit_data = 65;
constexpr int exit_no_input = 66;

using fiscal::FinishedDocument;

std::string json_line(const FinishedDocument& document) {
    const fiscal::Registration registration = fiscal::registration_of(document);
    boost::json::object json{{"test", fiscal::test_mark},
                             {"fd", document.fd},
                             {"kind", fiscal::name(document.kind)},
                             {"fn", document.fn},
                             {"rnm", registration.rnm},
                             {"shift", document.shift},
                             {"number", document.number},
                             {"time", document.time.iso()},
                             {"total", document.total.kopecks()},
                             {"fpd", document.fpd},
                             {"stamp", document.stamp}};
    if (!registration.qr.empty()) {
        json["qr"] = registration.qr;
    }
    return boost::json::serialize(json);
}

/// What is printed of one document; nothing: its TLV is damaged.
std::optional<std::string> told(const FinishedDocument& document, bool json) {
    const auto drawing = fiscal::draw(document.tlv);
    if (!drawing) {
        return std::nullopt;
    }
    return (json ? json_line(document) : *drawing) + "\n";
}

} // namespace

int run_dump(const Dump& dump) {
    std::ifstream input(dump.file);
    if (!input) {
        std::fprintf(stderr, "kktsim: %s: %s\n", dump.file.c_str(), std::strerror(errno));
        return exit_no_input;
    }
    std::string last;
    std::size_t number = 0;
    for (std::string line; std::getline(input, line);) {
        ++number;
        const auto document = driver::test::parse_storage_line(line);
        if (!document) {
            if (input.peek() == std::ifstream::traits_type::eof()) {
                break; // a torn last line never happened
            }
            std::fprintf(stderr, "kktsim: %s:%zu: это не фискальный документ\n", dump.file.c_str(),
                         number);
            return exit_data;
        }
        const auto text = told(*document, dump.json);
        if (!text) {
            std::fprintf(stderr, "kktsim: %s:%zu: TLV документа испорчен\n", dump.file.c_str(),
                         number);
            return exit_data;
        }
        if (!dump.last) {
            std::fputs(text->c_str(), stdout);
        } else if (fiscal::is_receipt(document->kind)) {
            last = *text;
        }
    }
    std::fputs(last.c_str(), stdout);
    return EXIT_SUCCESS;
}

} // namespace kktd::tool::kktsim
