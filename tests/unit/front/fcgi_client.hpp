// A FastCGI client of the tests: builds the records nginx would send, good and bad ones, and reads
// the answer (FastCGI specification 1.0, sections 3 to 6).
#pragma once

#include "unix_socket.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kktd::test {

inline constexpr unsigned char fcgi_begin_request = 1;
inline constexpr unsigned char fcgi_abort_request = 2;
inline constexpr unsigned char fcgi_end_request = 3;
inline constexpr unsigned char fcgi_params = 4;
inline constexpr unsigned char fcgi_stdin = 5;
inline constexpr unsigned char fcgi_stdout = 6;

using Params = std::vector<std::pair<std::string, std::string>>;

/// One record with up to 65,535 bytes.
[[nodiscard]] std::string record(unsigned char type, std::string_view content);
[[nodiscard]] std::string begin_record(bool keep_connection = false);
/// Cut into records, and the empty one that ends the stream.
[[nodiscard]] std::string stream_records(unsigned char type, std::string_view content);
[[nodiscard]] std::string encoded(const Params& params);

/// As nginx sends it with our fastcgi_params.
[[nodiscard]] Params usual_params(const std::string& method, const std::string& path,
                                  std::string_view body = {});
/// The whole of a request.
[[nodiscard]] std::string request_bytes(const Params& params, std::string_view body = {});

struct HttpAnswer {
    int status = 0;
    std::map<std::string, std::string> headers;
    std::string body;
};
/// Nothing if the bytes are not a complete FastCGI answer.
[[nodiscard]] std::optional<HttpAnswer> parse_answer(std::string_view bytes);

/// Sends and reads to the end.
[[nodiscard]] std::optional<HttpAnswer> exchange(const std::string& socket_path,
                                                 std::string_view request);
[[nodiscard]] std::optional<HttpAnswer> read_answer(const base::UniqueFd& socket);

} // namespace kktd::test
