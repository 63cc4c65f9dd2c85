#include "sim/atol/receipt_tags.hpp"

#include "base/random_id.hpp"
#include "driver/atol/external_text.hpp"
#include "fiscal/tag.hpp"
#include "fiscal/tlv_codec.hpp"

#include <algorithm>
#include <bit>
#include <string_view>

namespace kktd::sim::atol {

namespace {

using fiscal::Place;
using fiscal::TagInfo;
using fiscal::TagType;
using Done = fiscal::Result<void, DeviceError>;

constexpr DeviceError too_long{0xE8}; // Превышение размеров TLV данных ФН
constexpr std::size_t max_elements = 32'768;
constexpr std::size_t stamp_size = 16;

/// UTF-8, without the spaces that fill fixed lengths.
std::string text_of(std::string_view value) {
    std::string text = driver::atol::from_external(value);
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

bool is_stamp(std::string_view text) {
    return text.size() == stamp_size &&
           text.find_first_not_of(base::stamp_alphabet) == std::string_view::npos;
}

/// What the dictionary says against it; the tag must be able to stand in `place`.
Done check(const WireTag& tag, Place place) {
    const TagInfo* info = fiscal::find_tag(tag.tag);
    if (info == nullptr || !overlap(info->places, place)) {
        return tag_combination;
    }
    if (tag.value.size() > info->max_length) {
        return too_long;
    }
    return {};
}

/// One bit of 1055, 1057, 1222.
std::optional<std::uint8_t> one_bit(std::string_view value) {
    if (value.size() != 1) {
        return std::nullopt;
    }
    const auto byte = static_cast<std::uint8_t>(value.front());
    return std::has_single_bit(byte) ? std::optional(byte) : std::nullopt;
}

/// Fields of an agent (1223, or of the receipt in FFD 1.05); false for other tags.
bool take_agent_field(fiscal::Agent& agent, std::uint16_t tag, std::string_view value) {
    const std::string text = text_of(value);
    switch (tag) {
    case 1075:
        agent.transfer_operator_phones.push_back(text);
        return true;
    case 1044:
        agent.operation = text;
        return true;
    case 1073:
        agent.paying_agent_phones.push_back(text);
        return true;
    case 1074:
        agent.receive_operator_phones.push_back(text);
        return true;
    case 1026:
        agent.transfer_operator_name = text;
        return true;
    case 1005:
        agent.transfer_operator_address = text;
        return true;
    case 1016:
        agent.transfer_operator_inn = text;
        return true;
    default:
        return false;
    }
}

/// Texts of a structure from the device's code page to that of fiscal documents.
std::string recoded(std::uint16_t tag, std::string_view value, int depth = 0) {
    const TagInfo* info = fiscal::find_tag(tag);
    fiscal::TlvWriter tlv;
    if (info != nullptr && info->type == TagType::stlv && depth < fiscal::max_tlv_depth) {
        tlv.nested(tag, [&] {
            fiscal::TlvCursor cursor(value);
            while (cursor.next()) {
                tlv.elements(recoded(cursor.tag(), cursor.value(), depth + 1));
            }
        });
    } else if (info != nullptr && info->type == TagType::string) {
        tlv.text(tag, text_of(value));
    } else {
        tlv.bytes(tag, value);
    }
    return std::move(tlv).bytes();
}

} // namespace

// ---- receipt -----------------------------------------------------------------------------------

Done ReceiptTags::add(const WireTag& tag, bool receipt_open,
                      const fiscal::KktRegistration& registration) {
    const bool of_report = tag.tag == 1021 || tag.tag == 1203;
    if (!receipt_open && !of_report) {
        return tag_in_this_mode;
    }
    if (const auto fits = check(tag, Place::receipt | Place::correction);
        !fits && tag.tag != 1177) {
        return fits;
    }
    const bool repeatable =
        tag.tag == 1073 || tag.tag == 1074 || tag.tag == 1075 || tag.tag == 1171;
    if (has(tag.tag) && !repeatable) {
        return tag_repeated;
    }
    if (const auto taken = take(tag, registration); !taken) {
        return taken;
    }
    told_.insert(tag.tag);
    return {};
}

bool ReceiptTags::take_text(std::uint16_t tag, const std::string& text) {
    switch (tag) {
    case 1021:
        attributes_.cashier = text;
        return true;
    case 1203:
        attributes_.cashier_inn = text;
        return true;
    case 1008:
        attributes_.contact = text;
        return true;
    case 1009:
        attributes_.address = text;
        return true;
    case 1187:
        attributes_.place = text;
        return true;
    case 1117:
        attributes_.sender_email = text;
        return true;
    case 1227:
    case 1228: {
        auto& buyer = attributes_.buyer ? *attributes_.buyer : attributes_.buyer.emplace();
        (tag == 1227 ? buyer.name : buyer.inn) = text;
        return true;
    }
    case 1192:
        attributes_.additional = text;
        if (is_stamp(text)) {
            attributes_.stamp = text;
        }
        return true;
    default:
        return false;
    }
}

bool ReceiptTags::take_agent(const WireTag& tag) {
    if (tag.tag == 1171) {
        (supplier_ ? *supplier_ : supplier_.emplace()).phones.push_back(text_of(tag.value));
        return true;
    }
    fiscal::Agent agent = agent_.value_or(fiscal::Agent());
    if (tag.tag == 1057) {
        agent.kind = static_cast<std::uint8_t>(fiscal::tlv_number(tag.value));
    } else if (!take_agent_field(agent, tag.tag, tag.value)) {
        return false;
    }
    agent_ = std::move(agent);
    return true;
}

void ReceiptTags::take_user_attribute(const WireTag& tag) {
    const auto name = fiscal::find_tlv(tag.value, 1085);
    const auto value = fiscal::find_tlv(tag.value, 1086);
    if (name && value && text_of(*name) == fiscal::stamp_name && is_stamp(text_of(*value))) {
        attributes_.stamp = text_of(*value);
    } else {
        elements_ += recoded(tag.tag, tag.value);
    }
}

Done ReceiptTags::take_correction(const WireTag& tag) {
    if (!correction_) {
        correction_.emplace();
    }
    if (tag.tag == 1173) {
        const std::uint64_t type = fiscal::tlv_number(tag.value);
        if (tag.value.size() != 1 || type > 1) {
            return fn_parameters;
        }
        correction_->type = static_cast<fiscal::CorrectionType>(type);
        return {};
    }
    if (const auto date = fiscal::find_tlv(tag.value, 1178)) {
        correction_->date =
            fiscal::LocalTime{static_cast<std::int64_t>(fiscal::tlv_number(*date))}.date();
    }
    if (const auto number = fiscal::find_tlv(tag.value, 1179)) {
        correction_->number = text_of(*number);
    }
    return {};
}

Done ReceiptTags::take(const WireTag& tag, const fiscal::KktRegistration& registration) {
    if (take_text(tag.tag, text_of(tag.value)) || take_agent(tag)) {
        return {};
    }
    switch (tag.tag) {
    case 1055: {
        const auto bit = one_bit(tag.value);
        if (!bit || !registration.taxations.has(static_cast<fiscal::Taxation>(*bit))) {
            return bad_taxation;
        }
        attributes_.taxation = static_cast<fiscal::Taxation>(*bit);
        return {};
    }
    case 1125:
        attributes_.internet = fiscal::tlv_number(tag.value) == 1;
        return {};
    case 1084:
        take_user_attribute(tag);
        return {};
    case 1173:
    case 1174:
        return take_correction(tag);
    default:
        break;
    }
    if (elements_.size() + tag.value.size() > max_elements) {
        return tags_overflow;
    }
    elements_ += recoded(tag.tag, tag.value);
    return {};
}

// ---- position ----------------------------------------------------------------------------------

Done PositionTags::add(const WireTag& tag) {
    if (const auto fits = check(tag, Place::item); !fits) {
        return fits;
    }
    if (told_.count(tag.tag) > 0) {
        return tag_repeated;
    }
    if (const auto taken = take(tag); !taken) {
        return taken;
    }
    told_.insert(tag.tag);
    return {};
}

fiscal::Agent& PositionTags::agent() {
    return item_.agent ? *item_.agent : item_.agent.emplace();
}

fiscal::Supplier& PositionTags::supplier() {
    return item_.supplier ? *item_.supplier : item_.supplier.emplace();
}

Done PositionTags::take(const WireTag& tag) {
    switch (tag.tag) {
    case 1162:
        item_.mark = fiscal::Mark{.code = tag.value};
        return {};
    case 1191:
        item_.additional = text_of(tag.value);
        return {};
    case 1197:
        item_.unit = text_of(tag.value);
        return {};
    case 1222: {
        const auto bit = one_bit(tag.value);
        if (!bit) {
            return fn_parameters;
        }
        agent().kind = *bit;
        return {};
    }
    case 1223: {
        fiscal::TlvCursor cursor(tag.value);
        while (cursor.next()) {
            if (!take_agent_field(agent(), cursor.tag(), cursor.value())) {
                return tag_combination;
            }
        }
        return cursor.damaged() ? Done(bad_format) : Done();
    }
    case 1224: {
        fiscal::TlvCursor cursor(tag.value);
        while (cursor.next()) {
            if (cursor.tag() == 1171) {
                supplier().phones.push_back(text_of(cursor.value()));
            } else if (cursor.tag() == 1225) {
                supplier().name = text_of(cursor.value());
            } else {
                return tag_combination;
            }
        }
        return cursor.damaged() ? Done(bad_format) : Done();
    }
    case 1226:
        supplier().inn = text_of(tag.value);
        return {};
    case 1229:
        item_.excise = fiscal::tlv_money(tag.value);
        return {};
    case 1230:
        item_.country = text_of(tag.value);
        return {};
    case 1231:
        item_.customs_declaration = text_of(tag.value);
        return {};
    default: // EBh itself tells the rest
        return tag_combination;
    }
}

} // namespace kktd::sim::atol
