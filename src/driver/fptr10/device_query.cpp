#include "driver/fptr10/device_query.hpp"

#include "driver/fptr10/amount.hpp"
#include "fiscal/ffd.hpp"

#include <algorithm>

namespace kktd::driver::fptr10 {

namespace {

std::uint32_t integer(const Response& response, std::size_t index) {
    return std::get<std::uint32_t>(response.outputs[index]);
}
bool flag(const Response& response, std::size_t index) {
    return std::get<bool>(response.outputs[index]);
}
/// Without the spaces that fixed lengths are filled with.
std::string text(const Response& response, std::size_t index) {
    std::string value = std::get<std::string>(response.outputs[index]);
    value.erase(value.find_last_not_of(' ') + 1);
    return value;
}
std::optional<fiscal::LocalTime> time(const Response& response, std::size_t index) {
    return local_time(std::get<DateTime>(response.outputs[index]));
}

Request query(Method method, std::uint32_t what, std::vector<Wanted> wanted) {
    const std::uint32_t which =
        method == Method::query_data ? param::data_type : param::fn_data_type;
    return {.method = method,
            .inputs = {{.id = which, .value = what, .printed = true}},
            .wanted = std::move(wanted)};
}

fiscal::ShiftState shift_of(std::uint32_t state) {
    switch (state) {
    case shift_state::closed:
        return fiscal::ShiftState::closed;
    case shift_state::opened:
        return fiscal::ShiftState::open;
    default:
        return fiscal::ShiftState::expired;
    }
}

/// LIBFPTR_FFD_…: 105, 110, 120; 0 for a version kktd knows nothing of.
std::uint8_t ffd_of(std::uint32_t version) {
    switch (version) {
    case 105:
        return fiscal::ffd_1_05;
    case 110:
        return fiscal::ffd_1_1;
    case 120:
        return fiscal::ffd_1_2;
    default:
        return 0;
    }
}

/// Tags a registration need not have: the KKT answers so if it has none. That error is not in any
/// source; any error of the KKT's own is taken for it, one of the link is not.
bool is_absence(const CallFailure& failure) {
    return failure.kind() == CallFailure::Kind::refused &&
           failure.fault().cls() != fiscal::FaultClass::link;
}

} // namespace

DeviceQuery::Result<Standing> DeviceQuery::standing(Deadline deadline) {
    const auto answer = library_.call(query(Method::query_data, data_type::status,
                                            {{param::serial_number, ValueType::text},
                                             {param::model_name, ValueType::text},
                                             {param::unit_version, ValueType::text},
                                             {param::date_time, ValueType::date_time},
                                             {param::shift_state, ValueType::integer},
                                             {param::shift_number, ValueType::integer},
                                             {param::receipt_type, ValueType::integer},
                                             {param::paper_present, ValueType::boolean},
                                             {param::paper_near_end, ValueType::boolean},
                                             {param::cover_opened, ValueType::boolean},
                                             {param::receipt_sum, ValueType::real}}),
                                      deadline);
    if (!answer) {
        return answer.error();
    }
    return Standing{.serial = text(*answer, 0),
                    .model = text(*answer, 1),
                    .firmware = text(*answer, 2),
                    .now = time(*answer, 3),
                    .shift = shift_of(integer(*answer, 4)),
                    .shift_number = integer(*answer, 5),
                    .receipt = integer(*answer, 6),
                    .receipt_sum = money_of_output(answer->outputs[10]),
                    .paper_present = flag(*answer, 7),
                    .paper_near_end = flag(*answer, 8),
                    .cover_open = flag(*answer, 9)};
}

DeviceQuery::Result<DeviceQuery::Storage> DeviceQuery::storage(Deadline deadline) {
    const auto answer = library_.call(query(Method::fn_query_data, fn_data_type::fn_info,
                                            {{param::serial_number, ValueType::text},
                                             {param::fn_state, ValueType::integer},
                                             {param::fn_need_replacement, ValueType::boolean},
                                             {param::fn_resource_exhausted, ValueType::boolean},
                                             {param::fn_memory_overflow, ValueType::boolean},
                                             {param::fn_ofd_timeout, ValueType::boolean},
                                             {param::fn_critical_error, ValueType::boolean}}),
                                      deadline);
    if (!answer) {
        return answer.error();
    }
    Storage storage{.fn = text(*answer, 0), .state = {}};
    storage.state.phase =
        static_cast<std::uint8_t>(std::min<std::uint32_t>(integer(*answer, 1), UINT8_MAX));
    storage.state.replace_urgently = flag(*answer, 2);
    storage.state.resource_ends = flag(*answer, 3);
    storage.state.memory_99 = flag(*answer, 4);
    storage.state.ofd_timeout = flag(*answer, 5);
    storage.state.critical = flag(*answer, 6);
    return storage;
}

DeviceQuery::Result<fiscal::OfdQueue> DeviceQuery::ofd_queue(Deadline deadline) {
    const auto answer =
        library_.call(query(Method::fn_query_data, fn_data_type::ofd_exchange_status,
                            {{param::documents_count, ValueType::integer},
                             {param::document_number, ValueType::integer},
                             {param::date_time, ValueType::date_time}}),
                      deadline);
    if (!answer) {
        return answer.error();
    }
    fiscal::OfdQueue queue;
    queue.unsent = integer(*answer, 0);
    if (queue.unsent > 0) {
        queue.first_fd = integer(*answer, 1);
        queue.oldest = time(*answer, 2);
    }
    return queue;
}

DeviceQuery::Result<std::optional<fiscal::LocalTime>> DeviceQuery::shift_opened(Deadline deadline) {
    constexpr std::int64_t day = 24LL * 3600;
    const auto answer = library_.call(
        query(Method::query_data, data_type::shift_state,
              {{param::shift_state, ValueType::integer}, {param::date_time, ValueType::date_time}}),
        deadline);
    if (!answer) {
        return answer.error();
    }
    // The library tells when the shift has to be closed by.
    const auto ends = time(*answer, 1);
    if (integer(*answer, 0) == shift_state::closed || !ends) {
        return std::optional<fiscal::LocalTime>();
    }
    return std::optional(fiscal::LocalTime{ends->seconds - day});
}

DeviceQuery::Result<Registered> DeviceQuery::registered(Deadline deadline) {
    const auto inn = tag_text(1018, deadline);
    if (!inn) {
        return inn.error();
    }
    const auto rnm = tag_text(1037, deadline);
    if (!rnm) {
        return rnm.error();
    }
    const auto taxations = tag_number(1062, deadline);
    if (!taxations) {
        return taxations.error();
    }
    const auto internet = tag_number(1108, deadline);
    if (!internet) {
        return internet.error();
    }
    const auto ffd = library_.call(query(Method::fn_query_data, fn_data_type::ffd_versions,
                                         {{param::ffd_version, ValueType::integer}}),
                                   deadline);
    if (!ffd) {
        return ffd.error();
    }
    const auto validity = library_.call(query(Method::fn_query_data, fn_data_type::validity,
                                              {{param::date_time, ValueType::date_time}}),
                                        deadline);
    if (!validity) {
        return validity.error();
    }
    Registered registered{.inn = *inn,
                          .rnm = *rnm,
                          .taxations = {static_cast<std::uint8_t>(*taxations)},
                          .internet_only = *internet != 0,
                          .ffd = ffd_of(integer(*ffd, 0)),
                          .valid_until = {}};
    if (const auto until = time(*validity, 0)) {
        registered.valid_until = until->date();
    }
    return registered;
}

DeviceQuery::Result<Response> DeviceQuery::tag(std::uint32_t tag, ValueType type,
                                               Deadline deadline) {
    Request request =
        query(Method::fn_query_data, fn_data_type::tag_value, {{param::tag_value, type}});
    request.inputs.push_back({.id = param::tag_number, .value = tag, .printed = true});
    return library_.call(request, deadline);
}

DeviceQuery::Result<std::string> DeviceQuery::tag_text(std::uint32_t tag, Deadline deadline) {
    const auto answer = this->tag(tag, ValueType::text, deadline);
    if (!answer) {
        return answer.error();
    }
    return text(*answer, 0);
}

DeviceQuery::Result<std::uint32_t> DeviceQuery::tag_number(std::uint32_t tag, Deadline deadline) {
    const auto answer = this->tag(tag, ValueType::integer, deadline);
    if (!answer) {
        if (is_absence(answer.error())) {
            return std::uint32_t{0};
        }
        return answer.error();
    }
    return integer(*answer, 0);
}

} // namespace kktd::driver::fptr10
