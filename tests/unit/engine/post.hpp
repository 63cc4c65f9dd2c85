// post(): a classic request of one position.
#pragma once

#include "front/request.hpp"

#include <string>

namespace kktd::tests {

inline front::Request post(const std::string& number, int rubles = 100) {
    const std::string sum = std::to_string(rubles);
    front::Request request;
    request.method = "POST";
    request.path = "/kkt";
    request.request_id = "test";
    request.body = R"({"DocNumber": ")" + number + R"(", "DocDate": "02.03.2026", "DocSumm": )" +
                   sum + R"(, "Goods": {"Position_1": {"Name": "Книга", "Price": )" + sum +
                   R"(, "Quantity": 1, "Tax": 10, "PositionSumm": )" + sum + "}}}";
    return request;
}

} // namespace kktd::tests
