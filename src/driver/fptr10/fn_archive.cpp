#include "driver/fptr10/fn_archive.hpp"

#include "driver/fptr10/library_fault.hpp"
#include "fiscal/tlv_codec.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <thread>

namespace kktd::driver::fptr10 {

namespace {

using fiscal::TaskKind;
using Kind = CallFailure::Kind;

/// A document has at most 32,768 bytes of elements of at least four.
constexpr int max_records = 8'192;
constexpr std::size_t max_tag_bytes = 64U << 10;
/// The vendor's own handler repeats a reading that the KKT interrupted so often, at such pauses.
constexpr int interrupted_tries = 3;
constexpr std::chrono::milliseconds interrupted_pause{300};
constexpr std::size_t max_sign_digits = 10;

Request fn_query(std::uint32_t what, std::vector<Wanted> wanted) {
    return {.method = Method::fn_query_data,
            .inputs = {{.id = param::fn_data_type, .value = what, .printed = true}},
            .wanted = std::move(wanted)};
}

std::uint32_t integer(const Response& response, std::size_t index) {
    return std::get<std::uint32_t>(response.outputs[index]);
}
const std::string& text(const Response& response, std::size_t index) {
    return std::get<std::string>(response.outputs[index]);
}
std::optional<fiscal::LocalTime> time(const Response& response, std::size_t index) {
    return local_time(std::get<DateTime>(response.outputs[index]));
}

std::optional<TaskKind> kind_of(std::uint32_t type) {
    switch (type) {
    case fn_document_type::open_shift:
        return TaskKind::shift_open;
    case fn_document_type::close_shift:
        return TaskKind::shift_close;
    case fn_document_type::receipt:
    case fn_document_type::bso:
        return TaskKind::receipt;
    case fn_document_type::correction:
    case fn_document_type::bso_correction:
        return TaskKind::correction;
    default:
        return std::nullopt;
    }
}

void append_element(std::string& elements, std::uint32_t tag, std::string_view value) {
    for (const std::size_t number : {std::size_t{tag}, value.size()}) {
        elements.push_back(static_cast<char>(static_cast<unsigned char>(number)));
        elements.push_back(static_cast<char>(static_cast<unsigned char>(number >> 8)));
    }
    elements += value;
}

/// A document may be handed out as one structure, whose tag is its form, or as what is in it.
std::string without_form(std::string elements) {
    constexpr std::uint16_t forms[] = {
        fn_document_type::open_shift, fn_document_type::receipt,
        fn_document_type::bso,        fn_document_type::close_shift,
        fn_document_type::correction, fn_document_type::bso_correction};
    for (const std::uint16_t form : forms) {
        if (const auto inside = fiscal::find_tlv(elements, form)) {
            return std::string(*inside);
        }
    }
    return elements;
}

} // namespace

std::optional<fiscal::LocalTime> local_time(const DateTime& time) {
    const auto within = [](std::int32_t value, std::int32_t first, std::int32_t last) {
        return value >= first && value <= last;
    };
    // A fiscal storage knows no time before 2016; a library without one says 1970 or zeros.
    const bool possible = within(time.year, 2000, 2100) && within(time.month, 1, 12) &&
                          within(time.day, 1, 31) && within(time.hour, 0, 23) &&
                          within(time.minute, 0, 59) && within(time.second, 0, 59);
    return possible ? std::optional(fiscal::LocalTime::at({time.year, time.month, time.day},
                                                          time.hour, time.minute, time.second))
                    : std::nullopt;
}

/// The library fills it up to ten digits with zeros, which the OFD and the QR code do not have.
std::string fiscal_sign(const std::string& text) {
    const bool digits = !text.empty() && text.size() <= max_sign_digits &&
                        text.find_first_not_of("0123456789") == std::string::npos;
    return digits ? text.substr(std::min(text.find_first_not_of('0'), text.size() - 1))
                  : std::string();
}

FnArchive::Result<LastDocument> FnArchive::last(Deadline deadline) {
    const auto answer = library_.call(
        fn_query(fn_data_type::last_document, {{param::document_number, ValueType::integer},
                                               {param::fiscal_sign, ValueType::text},
                                               {param::date_time, ValueType::date_time}}),
        deadline);
    if (!answer) {
        return answer.error();
    }
    return LastDocument{
        .fd = integer(*answer, 0), .fpd = fiscal_sign(text(*answer, 1)), .time = time(*answer, 2)};
}

FnArchive::Result<LastReceipt> FnArchive::last_receipt(Deadline deadline) {
    const auto answer =
        library_.call(fn_query(fn_data_type::shift, {{param::shift_number, ValueType::integer},
                                                     {param::receipt_number, ValueType::integer}}),
                      deadline);
    if (!answer) {
        return answer.error();
    }
    return LastReceipt{.shift = integer(*answer, 0), .number = integer(*answer, 1)};
}

FnArchive::Result<ArchivedDocument> FnArchive::document(std::uint32_t fd, Deadline deadline) {
    Request request =
        fn_query(fn_data_type::document_by_number, {{param::fn_document_type, ValueType::integer},
                                                    {param::fiscal_sign, ValueType::text},
                                                    {param::shift_number, ValueType::integer},
                                                    {param::date_time, ValueType::date_time}});
    request.inputs.push_back({.id = param::document_number, .value = fd, .printed = true});
    const auto answer = library_.call(request, deadline);
    if (!answer) {
        return answer.error();
    }
    return ArchivedDocument{.fd = fd,
                            .kind = kind_of(integer(*answer, 0)),
                            .fpd = fiscal_sign(text(*answer, 1)),
                            .shift = integer(*answer, 2),
                            .time = time(*answer, 3)};
}

FnArchive::Result<std::string> FnArchive::tags(std::uint32_t fd, Deadline deadline) {
    for (int tries = 1;; ++tries) {
        auto read = tags_once(fd, deadline);
        const auto pause_end = std::chrono::steady_clock::now() + interrupted_pause;
        if (read || read.error().code() != error::fn_query_interrupted ||
            tries == interrupted_tries || pause_end >= deadline) {
            return read;
        }
        std::this_thread::sleep_until(pause_end);
    }
}

FnArchive::Result<std::string> FnArchive::tags_once(std::uint32_t fd, Deadline deadline) {
    const auto begun = library_.call(
        {.method = Method::begin_read_records,
         .inputs = {{.id = param::records_type, .value = records_fn_document_tlvs, .printed = true},
                    {.id = param::document_number, .value = fd, .printed = true}},
         .wanted = {{param::records_id, ValueType::text}}},
        deadline);
    if (!begun) {
        return begun.error();
    }
    const Input id{.id = param::records_id, .value = text(*begun, 0), .printed = true};
    std::string elements;
    std::optional<CallFailure> failure;
    for (int left = max_records; left > 0 && elements.size() < max_tag_bytes; --left) {
        const auto record = library_.call({.method = Method::read_next_record,
                                           .inputs = {id},
                                           .wanted = {{param::tag_number, ValueType::integer},
                                                      {param::tag_value, ValueType::bytes}}},
                                          deadline);
        if (!record) {
            failure = record.error();
            break;
        }
        append_element(elements, integer(*record, 0), std::get<Bytes>(record->outputs[1]).bytes);
    }
    if (failure && failure->kind() != Kind::refused) {
        return *failure;
    }
    // The reading is over in any case; an error here changes nothing.
    (void)library_.call({.method = Method::end_read_records, .inputs = {id}}, deadline);
    const bool at_end = failure && (failure->code() == error::no_more_data ||
                                    failure->code() == error::fn_no_more_data);
    if (failure && !at_end) {
        return *failure;
    }
    return without_form(std::move(elements));
}

} // namespace kktd::driver::fptr10
