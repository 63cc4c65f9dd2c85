#include "base/masked_uri.hpp"

#include <algorithm>
#include <array>

namespace kktd::base {
namespace {

constexpr std::string_view mask = "***";

bool is_secret(std::string_view option) {
    static constexpr std::array<std::string_view, 6> words{"pass",  "pwd",    "pin",
                                                           "token", "secret", "key"};
    std::string lower(option);
    for (char& c : lower) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return std::any_of(words.begin(), words.end(), [&lower](std::string_view word) {
        return lower.find(word) != std::string::npos;
    });
}

} // namespace

std::string masked_uri(std::string_view uri) {
    const std::size_t query = std::min(uri.find('?'), uri.size());
    std::string shown(uri.substr(0, query));
    if (const std::size_t slashes = shown.find("//"); slashes != std::string::npos) {
        const std::size_t host_end = std::min(shown.find('/', slashes + 2), shown.size());
        const std::size_t at = shown.rfind('@', host_end);
        if (at != std::string::npos && at > slashes) {
            shown.replace(slashes + 2, at - slashes - 2, mask);
        }
    }
    std::string_view rest = uri.substr(query);
    while (!rest.empty()) { // each "?name=value" or "&name=value"
        const std::string_view option = rest.substr(0, rest.find('&', 1));
        const std::size_t equals = option.find('=');
        if (equals != std::string_view::npos && is_secret(option.substr(1, equals - 1))) {
            shown.append(option.substr(0, equals + 1)).append(mask);
        } else {
            shown.append(option);
        }
        rest.remove_prefix(option.size());
    }
    return shown;
}

} // namespace kktd::base
