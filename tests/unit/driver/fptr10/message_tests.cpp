#include "driver/fptr10/message.hpp"

#include <boost/test/unit_test.hpp>
#include <random>

using namespace kktd::driver::fptr10;

namespace {

Request everything() {
    return {.method = Method::registration,
            .inputs = {{.id = 1, .value = true, .printed = true},
                       {.id = 65631, .value = std::string("Наименование"), .printed = true},
                       {.id = 65632, .value = 325.12, .printed = true},
                       {.id = 1178, .value = DateTime{2026, 3, 10, 1, 2, 3}, .printed = true},
                       {.id = 1084, .value = Bytes{std::string("\0\xFF", 2)}, .printed = false},
                       {.id = 65569, .value = std::uint32_t{0xFFFF'FFFF}, .printed = true}},
            .wanted = {{65598, ValueType::integer}, {65624, ValueType::bytes}},
            .text = "/opt/libfptr10.so",
            .settings = {{"Model", "500"}}};
}

std::string body(const std::string& message) {
    return message.substr(message_head_bytes);
}

} // namespace

BOOST_AUTO_TEST_SUITE(fptr10_message_tests)

BOOST_AUTO_TEST_CASE(goes_there_and_back) {
    const auto message = encode(everything());
    BOOST_REQUIRE(message.has_value());
    BOOST_TEST(*body_length(*message) == message->size() - message_head_bytes);
    BOOST_TEST((decode_request(body(*message)) == everything()));
    const Response response{.status = CallStatus::failed,
                            .code = 241,
                            .text = "Соединение с ККТ потеряно",
                            .outputs = {Value(0.1), Value(Bytes{"x"}), Value(false)}};
    BOOST_TEST((decode_response(body(*encode(response))) == response));
}

BOOST_AUTO_TEST_CASE(takes_no_cut_or_longer_message) {
    const std::string whole = body(*encode(everything()));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        BOOST_TEST(!decode_request(whole.substr(0, size)).has_value());
    }
    BOOST_TEST(!decode_request(whole + '\0').has_value());
}

BOOST_AUTO_TEST_CASE(survives_any_bytes) {
    std::mt19937 random(7);
    const std::string whole = body(*encode(everything()));
    for (int i = 0; i < 20'000; ++i) {
        std::string bytes = whole;
        for (int changes = 1 + static_cast<int>(random() % 4); changes > 0; --changes) {
            bytes[random() % bytes.size()] = static_cast<char>(random());
        }
        (void)decode_request(bytes);
        (void)decode_response(bytes);
    }
}

BOOST_AUTO_TEST_CASE(is_bounded) {
    Request request;
    request.text.assign(max_message_bytes, 'a');
    BOOST_TEST(!encode(request).has_value());
    request.text.clear();
    request.wanted.assign(max_message_items + 1, {});
    BOOST_TEST(!encode(request).has_value());
    BOOST_TEST(!body_length(std::string("\x01\0\x04\0", 4)).has_value()); // 256 KiB + 1
    BOOST_TEST(*body_length(std::string("\0\0\x04\0", 4)) == max_message_bytes);
    BOOST_TEST(!body_length("abc").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
