#include "driver/atol/device_reading.hpp"

#include "driver/atol/registers.hpp"
#include "fiscal/ffd.hpp"
#include "fiscal/tlv_codec.hpp"

namespace kktd::driver::atol {

namespace {

using fiscal::Fault;
using fiscal::FaultClass;

constexpr std::int64_t shift_seconds = 24LL * 3600;
/// A tag of the registration is at most 256 bytes, three blocks.
constexpr std::uint8_t max_tag_blocks = 16;
/// p2 of register 18 in questions about the state of the shift, as the vendor's driver asks it.
constexpr std::uint8_t shift_question = 1;

// Submodes of mode 7, in which the KKT serves nobody.
constexpr std::uint8_t submode_date_entry = 0x5;
constexpr std::uint8_t submode_time_entry = 0x6;
constexpr std::uint8_t submode_date_error = 0xB;
constexpr std::uint8_t submode_date_confirm = 0xC;
constexpr std::uint8_t submode_bad_fn = 0xE;

/// The value of a tag of the registration (E9h), in the KKT's code page.
Session::Result<std::string> read_tag(Session& session, std::uint16_t tag, Deadline deadline) {
    std::string tlv;
    for (std::uint8_t block = 0, total = 1; block < total; ++block) {
        const auto part = session.ask(read_tag_command(tag, block), parse_tag_block, deadline);
        if (!part) {
            return part.error();
        }
        total = std::min(part->total, max_tag_blocks);
        tlv += part->chunk;
    }
    const auto value = fiscal::find_tlv(tlv, tag);
    if (!value) {
        return Failure(Failure::Kind::garbled,
                       "tag " + std::to_string(tag) + " of the registration is damaged");
    }
    return std::string(*value);
}

Session::Result<std::string> read_text(Session& session, std::uint16_t tag, Deadline deadline) {
    const auto value = read_tag(session, tag, deadline);
    return value ? Session::Result<std::string>(fiscal::tlv_text(*value)) : value.error();
}

/// Nothing, and no error, where the KKT says no.
template<class T>
Session::Result<std::optional<T>> if_known(Session::Result<T> answer) {
    if (answer) {
        return std::optional<T>(*std::move(answer));
    }
    if (answer.error().kind() == Failure::Kind::refused) {
        return std::optional<T>();
    }
    return answer.error();
}

/// 1970-01-01 where the KKT does not tell.
Session::Result<fiscal::Date> read_fn_validity(Session& session, Deadline deadline) {
    const auto term = if_known(session.ask(fn_validity_command(), parse_fn_term, deadline));
    if (!term) {
        return term.error();
    }
    if (*term) {
        return **term;
    }
    const auto validity =
        if_known(session.ask(register_command(Register::fn_validity), parse_fn_validity, deadline));
    if (!validity) {
        return validity.error();
    }
    return validity->value_or(fiscal::Date());
}

Session::Result<Facts> read_facts(Session& session, const FnStatus& fn, Deadline deadline) {
    Facts facts;
    facts.identity.fn = fn.fn;
    const auto inn = read_text(session, 1018, deadline);
    if (!inn) {
        return inn.error();
    }
    facts.identity.inn = *inn;
    const auto rnm = read_text(session, 1037, deadline);
    if (!rnm) {
        return rnm.error();
    }
    facts.identity.rnm = *rnm;
    const auto taxations = read_tag(session, 1062, deadline);
    if (!taxations) {
        return taxations.error();
    }
    facts.taxations.mask = static_cast<std::uint8_t>(fiscal::tlv_number(*taxations));
    const auto internet_only = if_known(read_tag(session, 1108, deadline));
    if (!internet_only) {
        return internet_only.error();
    }
    facts.internet_only = *internet_only && fiscal::tlv_number(**internet_only) != 0;
    const auto serial = session.ask(register_command(Register::serial), parse_serial, deadline);
    if (!serial) {
        return serial.error();
    }
    facts.identity.serial = *serial;
    const auto ffd = session.ask(register_command(Register::ffd), parse_ffd, deadline);
    if (!ffd) {
        return ffd.error();
    }
    facts.ffd = *ffd;
    const auto valid_until = read_fn_validity(session, deadline);
    if (!valid_until) {
        return valid_until.error();
    }
    facts.fn_valid_until = *valid_until;
    const auto type = session.ask_whole(device_type_command(), parse_device_type, deadline);
    if (!type) {
        return type.error();
    }
    facts.model = type->model;
    facts.firmware = type->firmware;
    return facts;
}

Fault blocked(FaultClass cls, const std::string& why) {
    return {cls, "ККТ занята или заблокирована: " + why +
                     " Принятые чеки будут зарегистрированы сами, пробивать их вручную не нужно."};
}

std::optional<Fault> why_blocked(const StateCode& code) {
    if (code.mode != mode_extra) {
        // Of a submode only those of reports are known: 2.2 and 3.2 printing, 3.6 clearing.
        const bool report = code.mode == mode_x_reports || code.mode == mode_z_reports;
        return report && code.submode != 0
                   ? std::optional(blocked(FaultClass::busy, "она печатает отчёт, подождите."))
                   : std::nullopt;
    }
    switch (code.submode) {
    case submode_date_entry:
    case submode_time_entry:
    case submode_date_error:
    case submode_date_confirm:
        return blocked(FaultClass::clock, "она ждёт ввода или подтверждения даты и времени. "
                                          "Введите их на ККТ.");
    case submode_bad_fn:
        return blocked(FaultClass::fn, "в ней неверный фискальный накопитель. Проверьте его.");
    default:
        return blocked(FaultClass::busy, "она выполняет внутреннюю операцию, подождите. Если это "
                                         "не проходит, выключите и включите ККТ.");
    }
}

fiscal::FnState fn_state(const FnStatus& status, const Facts& facts) {
    const auto warns = [&](std::uint8_t bit) { return (status.warnings & bit) != 0; };
    return {.phase = status.phase,
            .valid_until = facts.fn_valid_until,
            .replace_urgently = warns(warn_replace_urgently),
            .resource_ends = warns(warn_resource_ends),
            .memory_99 = warns(warn_memory),
            .ofd_timeout = warns(warn_ofd_timeout),
            .critical = warns(warn_critical)};
}

fiscal::ShiftState shift_state(std::uint8_t state) {
    return state == 0   ? fiscal::ShiftState::closed
           : state == 1 ? fiscal::ShiftState::open
                        : fiscal::ShiftState::expired;
}

fiscal::Paper paper_state(const Status& status, const StateCode& code) {
    return code.no_paper || !status.paper_present ? fiscal::Paper::out
           : code.paper_low                       ? fiscal::Paper::low
                                                  : fiscal::Paper::ok;
}

} // namespace

Session::Result<Facts> KnownFacts::get(Session& session, const FnStatus& fn,
                                       const std::string& short_serial, Deadline deadline) {
    if (facts_ && fn_ == fn.fn && short_serial_ == short_serial && last_fd_ == fn.last_fd) {
        return *facts_;
    }
    facts_.reset();
    auto read = read_facts(session, fn, deadline);
    if (read) {
        facts_ = *read;
        fn_ = fn.fn;
        short_serial_ = short_serial;
        last_fd_ = fn.last_fd;
    }
    return read;
}

void KnownFacts::ours_made(std::uint32_t fd) {
    if (fd == last_fd_ + 1) {
        last_fd_ = fd;
    }
}

std::optional<Fault> unsupported_ffd(const Facts& facts) {
    if (facts.ffd >= fiscal::ffd_1_05) {
        return std::nullopt;
    }
    return Fault(FaultClass::unsupported,
                 "ККТ работает по ФФД 1.0: её коды ставок НДС значат другое, признака расчёта в "
                 "Интернет (тег 1125) в этом формате нет. Перерегистрируйте ККТ на ФФД 1.05 или "
                 "новее.");
}

fiscal::Result<fiscal::DeviceState, Fault> read_device(Session& session, KnownFacts& known,
                                                       Deadline deadline) {
    const auto status = session.ask_whole(status_command(), parse_status, deadline);
    if (!status) {
        return status.error().fault("вопрос о состоянии");
    }
    const auto code = session.ask_whole(state_code_command(), parse_state_code, deadline);
    if (!code) {
        return code.error().fault("вопрос о состоянии");
    }
    if (auto fault = why_blocked(*code)) {
        return *std::move(fault);
    }
    const auto fn = session.ask(fn_status_command(), parse_fn_status, deadline);
    if (!fn) {
        return fn.error().fault("вопрос о фискальном накопителе");
    }
    const auto facts = known.get(session, *fn, status->short_serial, deadline);
    if (!facts) {
        return facts.error().fault("вопрос о регистрации ККТ");
    }
    if (auto fault = unsupported_ffd(*facts)) {
        return *std::move(fault);
    }
    if (code->printer_broken && !facts->internet_only) {
        return Fault(FaultClass::cover,
                     "Печатающее устройство ККТ неисправно или перегрето. Проверьте его: принятые "
                     "чеки будут зарегистрированы сами.");
    }
    const auto ofd = session.ask(ofd_status_command(), parse_ofd_status, deadline);
    if (!ofd) {
        return ofd.error().fault("вопрос об обмене с ОФД");
    }
    const auto shift = session.ask(register_command(Register::shift_state, shift_question),
                                   parse_shift_state, deadline);
    if (!shift) {
        return shift.error().fault("вопрос о смене");
    }
    const auto numbers =
        session.ask(register_command(Register::numbers_in_shift), parse_numbers_in_shift, deadline);
    if (!numbers) {
        return numbers.error().fault("вопрос о смене");
    }

    fiscal::DeviceState state;
    state.identity = facts->identity;
    state.now = status->now;
    state.shift = shift_state(shift->state);
    state.shift_number = numbers->shift;
    if (shift->must_close) {
        state.shift_opened = fiscal::LocalTime{shift->must_close->seconds - shift_seconds};
    }
    state.receipt_number = numbers->receipt;
    state.last_fd = fn->last_fd;
    state.last_document = fn->last_document;
    state.receipt_open = status->receipt_state != 0;
    state.paper = paper_state(*status, *code);
    state.cover_open = status->cover_open;
    state.fn = fn_state(*fn, *facts);
    state.ofd = {.unsent = ofd->unsent, .first_fd = ofd->first_fd, .oldest = ofd->oldest};
    state.ffd = facts->ffd;
    state.taxations = facts->taxations;
    state.internet_only = facts->internet_only;
    state.model = facts->model;
    state.firmware = facts->firmware;
    return state;
}

} // namespace kktd::driver::atol
