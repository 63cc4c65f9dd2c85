#include "driver/fptr10/message.hpp"

#include <bit>
#include <limits>

namespace kktd::driver::fptr10 {

namespace {

static_assert(methods.size() == static_cast<std::size_t>(Method::end_read_records) + 1);
constexpr auto value_types = std::variant_size_v<Value>;

class Writer {
public:
    Writer() : bytes_(message_head_bytes, '\0') {}

    void byte(std::uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
    void number(std::uint64_t value, std::size_t size) {
        for (std::size_t i = 0; i < size; ++i) {
            byte(static_cast<std::uint8_t>(value >> (8 * i)));
        }
    }
    void uint32(std::uint32_t value) { number(value, sizeof(value)); }
    void text(std::string_view value) {
        uint32(static_cast<std::uint32_t>(value.size()));
        bytes_ += value;
    }
    void count(std::size_t items) {
        too_much_ = too_much_ || items > max_message_items;
        byte(static_cast<std::uint8_t>(items));
    }
    void value(const Value& value) {
        byte(static_cast<std::uint8_t>(value.index()));
        std::visit(*this, value);
    }

    void operator()(bool value) { byte(value ? 1 : 0); }
    void operator()(std::uint32_t value) { uint32(value); }
    void operator()(double value) { number(std::bit_cast<std::uint64_t>(value), sizeof(value)); }
    void operator()(const std::string& value) { text(value); }
    void operator()(const DateTime& value) {
        for (const auto part :
             {value.year, value.month, value.day, value.hour, value.minute, value.second}) {
            uint32(static_cast<std::uint32_t>(part));
        }
    }
    void operator()(const Bytes& value) { text(value.bytes); }

    [[nodiscard]] std::optional<std::string> message() && {
        const std::size_t length = bytes_.size() - message_head_bytes;
        if (too_much_ || length > max_message_bytes) {
            return std::nullopt;
        }
        for (std::size_t i = 0; i < message_head_bytes; ++i) {
            bytes_[i] = static_cast<char>(static_cast<unsigned char>(length >> (8 * i)));
        }
        return std::move(bytes_);
    }

private:
    std::string bytes_;
    bool too_much_ = false;
};

/// Once something does not fit, everything that follows is zero and good() is false.
class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}

    [[nodiscard]] bool good() const { return good_; }
    [[nodiscard]] bool at_end() const { return good_ && rest_.empty(); }
    std::uint64_t number(std::size_t size) {
        const std::string_view bytes = take(size);
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            value |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
        }
        return value;
    }
    std::uint8_t byte() { return static_cast<std::uint8_t>(number(1)); }
    std::uint32_t uint32() { return static_cast<std::uint32_t>(number(sizeof(std::uint32_t))); }
    std::string text() { return std::string(take(uint32())); }
    bool flag() { return below(2) != 0; }
    /// A byte that must be below `end`.
    std::uint8_t below(std::size_t end) {
        const std::uint8_t value = byte();
        good_ = good_ && value < end;
        return good_ ? value : std::uint8_t{0};
    }
    std::size_t count() { return below(max_message_items + 1); }
    Value value() {
        switch (static_cast<ValueType>(below(value_types))) {
        case ValueType::boolean:
            return flag();
        case ValueType::integer:
            return uint32();
        case ValueType::real:
            return std::bit_cast<double>(number(sizeof(double)));
        case ValueType::text:
            return text();
        case ValueType::date_time:
            return date_time();
        case ValueType::bytes:
            return Bytes{text()};
        }
        return false;
    }

private:
    std::string_view take(std::size_t size) {
        good_ = good_ && size <= rest_.size();
        if (!good_) {
            return {};
        }
        const std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }
    DateTime date_time() {
        DateTime value;
        for (auto* part :
             {&value.year, &value.month, &value.day, &value.hour, &value.minute, &value.second}) {
            *part = static_cast<std::int32_t>(uint32());
        }
        return value;
    }

    std::string_view rest_;
    bool good_ = true;
};

} // namespace

std::optional<std::string> encode(const Request& request) {
    Writer writer;
    writer.uint32(request.number);
    writer.byte(static_cast<std::uint8_t>(request.method));
    writer.count(request.inputs.size());
    for (const Input& input : request.inputs) {
        writer.uint32(input.id);
        writer(input.printed);
        writer.value(input.value);
    }
    writer.count(request.wanted.size());
    for (const Wanted& wanted : request.wanted) {
        writer.uint32(wanted.id);
        writer.byte(static_cast<std::uint8_t>(wanted.type));
    }
    writer.text(request.text);
    writer.count(request.settings.size());
    for (const auto& [key, value] : request.settings) {
        writer.text(key);
        writer.text(value);
    }
    return std::move(writer).message();
}

std::optional<std::string> encode(const Response& response) {
    Writer writer;
    writer.uint32(response.number);
    writer.byte(static_cast<std::uint8_t>(response.status));
    writer.uint32(response.code);
    writer.text(response.text);
    writer.count(response.outputs.size());
    for (const Value& output : response.outputs) {
        writer.value(output);
    }
    return std::move(writer).message();
}

std::optional<Request> decode_request(std::string_view body) {
    Reader reader(body);
    Request request;
    request.number = reader.uint32();
    request.method = static_cast<Method>(reader.below(methods.size()));
    for (std::size_t left = reader.count(); left > 0 && reader.good(); --left) {
        Input& input = request.inputs.emplace_back();
        input.id = reader.uint32();
        input.printed = reader.flag();
        input.value = reader.value();
    }
    for (std::size_t left = reader.count(); left > 0 && reader.good(); --left) {
        Wanted& wanted = request.wanted.emplace_back();
        wanted.id = reader.uint32();
        wanted.type = static_cast<ValueType>(reader.below(value_types));
    }
    request.text = reader.text();
    for (std::size_t left = reader.count(); left > 0 && reader.good(); --left) {
        auto& [key, value] = request.settings.emplace_back();
        key = reader.text();
        value = reader.text();
    }
    return reader.at_end() ? std::optional(std::move(request)) : std::nullopt;
}

std::optional<Response> decode_response(std::string_view body) {
    constexpr auto statuses = static_cast<std::size_t>(CallStatus::not_loaded) + 1;
    Reader reader(body);
    Response response;
    response.number = reader.uint32();
    response.status = static_cast<CallStatus>(reader.below(statuses));
    response.code = reader.uint32();
    response.text = reader.text();
    for (std::size_t left = reader.count(); left > 0 && reader.good(); --left) {
        response.outputs.push_back(reader.value());
    }
    return reader.at_end() ? std::optional(std::move(response)) : std::nullopt;
}

std::optional<std::size_t> body_length(std::string_view head) {
    Reader reader(head);
    const std::uint32_t length = reader.uint32();
    return reader.good() && length <= max_message_bytes ? std::optional<std::size_t>(length)
                                                        : std::nullopt;
}

} // namespace kktd::driver::fptr10
