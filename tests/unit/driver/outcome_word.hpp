// What became of a document in two words: "done 2", "refused paper", "unknown link".
#pragma once

#include "fiscal/outcome.hpp"

#include <string>

namespace kktd::tests {

inline std::string word(const fiscal::Outcome& outcome) {
    if (const auto* done = std::get_if<fiscal::Done>(&outcome)) {
        return "done " + std::to_string(done->registration.fd);
    }
    if (const auto* refused = std::get_if<fiscal::Refused>(&outcome)) {
        return std::string("refused ") + name(refused->fault.cls());
    }
    return std::string("unknown ") + name(std::get<fiscal::Unknown>(outcome).fault.cls());
}

} // namespace kktd::tests
