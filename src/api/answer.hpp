// Answer: an HTTP answer as a value.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kktd::api {

struct Answer {
    int status = 200;
    std::string_view content_type = "application/json; charset=utf-8"; ///< static storage
    std::vector<std::pair<std::string, std::string>> headers; ///< Location, Retry-After, Allow
    std::string body;
    friend bool operator==(const Answer&, const Answer&) = default;
};

} // namespace kktd::api
