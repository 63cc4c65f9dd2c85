#include "fcgi_client.hpp"

#include <algorithm>

namespace kktd::test {

namespace {

constexpr std::size_t header_size = 8;

void append_length(std::string& bytes, std::size_t length) {
    if (length < 128) {
        bytes.push_back(static_cast<char>(length));
        return;
    }
    for (const int shift : {24, 16, 8, 0}) {
        const std::size_t byte = (length >> shift) & 0xff;
        bytes.push_back(static_cast<char>(shift == 24 ? byte | 0x80 : byte));
    }
}

std::size_t byte_at(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}

} // namespace

std::string record(unsigned char type, std::string_view content) {
    const std::string header{1,
                             static_cast<char>(type),
                             0,
                             1,
                             static_cast<char>(content.size() >> 8),
                             static_cast<char>(content.size() & 0xff),
                             0,
                             0};
    return header + std::string(content);
}

std::string begin_record(bool keep_connection) {
    const std::string responder{0, 1, static_cast<char>(keep_connection ? 1 : 0), 0, 0, 0, 0, 0};
    return record(fcgi_begin_request, responder);
}

std::string stream_records(unsigned char type, std::string_view content) {
    constexpr std::size_t largest = 65'535;
    std::string bytes;
    while (!content.empty()) {
        bytes += record(type, content.substr(0, largest));
        content.remove_prefix(std::min(content.size(), largest));
    }
    return bytes + record(type, "");
}

std::string encoded(const Params& params) {
    std::string bytes;
    for (const auto& [name, value] : params) {
        append_length(bytes, name.size());
        append_length(bytes, value.size());
        bytes += name + value;
    }
    return bytes;
}

Params usual_params(const std::string& method, const std::string& path, std::string_view body) {
    const std::size_t mark = path.find('?');
    return {{"REQUEST_METHOD", method},
            {"DOCUMENT_URI", path.substr(0, mark)},
            {"QUERY_STRING", mark == path.npos ? "" : path.substr(mark + 1)},
            {"CONTENT_TYPE", "application/x-www-form-urlencoded;charset=utf-8"},
            {"CONTENT_LENGTH", body.empty() ? "" : std::to_string(body.size())},
            {"REQUEST_ID", "test-request-1"}};
}

std::string request_bytes(const Params& params, std::string_view body) {
    return begin_record() + stream_records(fcgi_params, encoded(params)) +
           stream_records(fcgi_stdin, body);
}

std::optional<HttpAnswer> parse_answer(std::string_view bytes) {
    std::string out;
    bool ended = false;
    while (bytes.size() >= header_size) {
        const std::size_t length = byte_at(bytes, 4) << 8 | byte_at(bytes, 5);
        const std::size_t padding = byte_at(bytes, 6);
        if (bytes.size() < header_size + length + padding) {
            return std::nullopt;
        }
        if (byte_at(bytes, 1) == fcgi_stdout) {
            out += bytes.substr(header_size, length);
        }
        ended = byte_at(bytes, 1) == fcgi_end_request;
        bytes.remove_prefix(header_size + length + padding);
    }
    const std::size_t head_end = out.find("\r\n\r\n");
    if (!ended || !bytes.empty() || head_end == out.npos) {
        return std::nullopt;
    }
    HttpAnswer answer;
    answer.body = out.substr(head_end + 4);
    std::string_view head = std::string_view(out).substr(0, head_end + 2);
    while (!head.empty()) {
        const std::string_view line = head.substr(0, head.find("\r\n"));
        head.remove_prefix(line.size() + 2);
        const std::size_t colon = line.find(": ");
        answer.headers[std::string(line.substr(0, colon))] = line.substr(colon + 2);
    }
    answer.status = std::stoi(answer.headers["Status"]);
    return answer;
}

std::optional<HttpAnswer> read_answer(const base::UniqueFd& socket) {
    const ReadToEnd read = read_to_end(socket.get());
    return read.ended ? parse_answer(read.bytes) : std::nullopt;
}

std::optional<HttpAnswer> exchange(const std::string& socket_path, std::string_view request) {
    const base::UniqueFd socket = connect_to(socket_path);
    // A server that refuses early may close while this is still sending; the answer counts.
    (void)send_all(socket.get(), request);
    return read_answer(socket);
}

} // namespace kktd::test
