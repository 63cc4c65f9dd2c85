#include "fiscal/tlv.hpp"

#include "fiscal/ffd.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace kktd::fiscal {

namespace {

constexpr std::string_view fns_site = "www.nalog.gov.ru";      // 1060
constexpr std::string_view longest_stamp = "AAAAAAAAAAAAAAAA"; // 16 characters of base32

const std::string& either(const std::string& own, const std::string& of_kkt) {
    return own.empty() ? of_kkt : own;
}

/// A GS1 code in the parts that go into a document: "01" GTIN "21" serial, up to the first GS.
struct Gs1 {
    std::string_view gtin, serial, both;
};
std::optional<Gs1> gs1(std::string_view code) {
    constexpr std::size_t gtin_at = 2, gtin_size = 14, serial_at = 18, max_serial = 20;
    if (code.size() <= serial_at || !code.starts_with("01") || code.substr(16, 2) != "21") {
        return std::nullopt;
    }
    const std::string_view gtin = code.substr(gtin_at, gtin_size);
    const std::string_view both = code.substr(0, code.find('\x1D'));
    if (gtin.find_first_not_of("0123456789") != std::string_view::npos ||
        both.size() <= serial_at || both.size() > serial_at + max_serial) {
        return std::nullopt;
    }
    return Gs1{gtin, both.substr(serial_at), both};
}

/// 1163 {1305 | 1300} of FFD 1.2.
void put_product_code(TlvWriter& tlv, const std::string& code) {
    constexpr std::size_t unrecognised_size = 32;
    tlv.nested(1163, [&] {
        if (const auto parts = gs1(code)) {
            tlv.bytes(1305, parts->both);
        } else {
            tlv.bytes(1300, std::string_view(code).substr(0, unrecognised_size));
        }
    });
    tlv.byte(2102, 0);
}

/// 1162 of FFD 1.05 and 1.1: type 44 4D, GTIN as a 6-byte big-endian number, serial.
void put_old_product_code(TlvWriter& tlv, const std::string& code) {
    constexpr std::size_t max_size = 32, gtin_bytes = 6;
    std::string value = code;
    if (const auto parts = gs1(code)) {
        std::uint64_t gtin = 0;
        for (const char digit : parts->gtin) {
            gtin = gtin * 10 + static_cast<std::uint64_t>(digit - '0');
        }
        value = "\x44\x4D";
        for (std::size_t i = gtin_bytes; i > 0; --i) {
            value.push_back(static_cast<char>(static_cast<unsigned char>(gtin >> (8 * (i - 1)))));
        }
        value += parts->serial;
    }
    tlv.bytes(1162, std::string_view(value).substr(0, max_size));
}

void put_phones(TlvWriter& tlv, std::uint16_t tag, const std::vector<std::string>& phones) {
    for (const std::string& phone : phones) {
        tlv.text(tag, phone);
    }
}

void put_agent(TlvWriter& tlv, const Agent& agent) {
    tlv.byte(1222, agent.kind);
    Agent bare;
    bare.kind = agent.kind;
    if (agent == bare) {
        return;
    }
    tlv.nested(1223, [&] { put_agent_data(tlv, agent); });
}

void put_item(TlvWriter& tlv, const Item& item, std::uint8_t ffd) {
    tlv.nested(1059, [&] {
        tlv.byte(1214, static_cast<std::uint8_t>(item.method));
        tlv.byte(1212, static_cast<std::uint8_t>(item.object));
        if (item.agent) {
            put_agent(tlv, *item.agent);
        }
        if (item.supplier) {
            if (!item.supplier->phones.empty() || !item.supplier->name.empty()) {
                tlv.nested(1224, [&] { put_supplier_data(tlv, *item.supplier); });
            }
            tlv.text_if(1226, item.supplier->inn);
        }
        tlv.text(1030, item.name);
        if (ffd < ffd_1_2) {
            tlv.text_if(1197, item.unit);
        }
        if (item.mark) {
            ffd < ffd_1_2 ? put_old_product_code(tlv, item.mark->code)
                          : put_product_code(tlv, item.mark->code);
        }
        if (item.excise) {
            tlv.money(1229, *item.excise);
        }
        tlv.text_if(1230, item.country);
        tlv.text_if(1231, item.customs_declaration);
        tlv.money(1079, item.price);
        tlv.quantity(1023, item.quantity);
        tlv.byte(1199, info(item.vat).code);
        if (item.vat_sum > Money()) {
            tlv.money(1200, item.vat_sum);
        }
        tlv.money(1043, item.cost);
        tlv.text_if(1191, item.additional);
        if (ffd >= ffd_1_2) {
            tlv.byte(2108, item.measure);
        }
    });
}

/// Totals by rate: 1102 … 1107, and 1115 {1119 {1199, 1120}} for the rates that have no tag of
/// their own. With 1115 alone the format also wants 1104 = 0, which nobody prints.
void put_vat(TlvWriter& tlv, const VatTotals& vat) {
    constexpr std::uint16_t first_tag = 1102;
    std::array<std::optional<Money>, 6> flat;       // 1102 … 1107
    std::array<std::optional<Money>, 16> contained; // by code of 1199
    bool any_flat = false, any_contained = false;
    for (const VatRateInfo& rate : vat_rates()) {
        if (!vat.has(rate.rate)) {
            continue;
        }
        (rate.flat_tag ? any_flat : any_contained) = true;
        auto& sum = rate.flat_tag ? flat.at(static_cast<std::size_t>(*rate.flat_tag) - first_tag)
                                  : contained.at(rate.code);
        sum = sum.value_or(Money()) + vat.of(rate.rate);
    }
    if (!any_flat && any_contained) {
        flat[1104 - first_tag] = Money();
    }
    for (std::size_t i = 0; i < flat.size(); ++i) {
        if (flat[i]) {
            tlv.money(static_cast<std::uint16_t>(first_tag + i), *flat[i]);
        }
    }
    if (any_contained) {
        tlv.nested(1115, [&] {
            for (std::size_t code = 0; code < contained.size(); ++code) {
                if (contained[code]) {
                    tlv.nested(1119, [&] {
                        tlv.byte(1199, static_cast<std::uint8_t>(code));
                        tlv.money(1120, *contained[code]);
                    });
                }
            }
        });
    }
}

void put_head(TlvWriter& tlv, const KktRegistration& registration, const DocumentNumbers& numbers) {
    tlv.byte(1209, registration.ffd);
    tlv.text_if(1048, registration.user);
    tlv.text(1018, registration.identity.inn);
    tlv.time(1012, numbers.time);
    tlv.uint32(1038, numbers.shift);
    tlv.text(1037, registration.identity.rnm);
}

void put_buyer(TlvWriter& tlv, const Buyer& buyer) {
    tlv.text_if(1227, buyer.name);
    tlv.text_if(1228, buyer.inn);
}

void put_receipt(TlvWriter& tlv, const Document& document, const KktRegistration& registration,
                 const DocumentNumbers& numbers, std::string_view stamp) {
    put_head(tlv, registration, numbers);
    if (document.buyer) {
        if (registration.ffd < ffd_1_2) {
            put_buyer(tlv, *document.buyer);
        } else {
            tlv.nested(1256, [&] { put_buyer(tlv, *document.buyer); });
        }
    }
    tlv.uint32(1042, numbers.number);
    tlv.byte(1054, static_cast<std::uint8_t>(document.kind));
    tlv.byte(1055, static_cast<std::uint8_t>(document.taxation));
    tlv.text_if(1021, document.cashier);
    tlv.text_if(1203, document.cashier_inn);
    if (document.correction) {
        tlv.byte(1173, static_cast<std::uint8_t>(document.correction->type));
        tlv.nested(1174, [&] {
            tlv.time(1178, LocalTime::at(document.correction->date));
            tlv.text_if(1179, document.correction->number);
        });
    }
    tlv.text_if(1009, either(document.address, registration.address));
    tlv.text_if(1187, either(document.place, registration.place));
    tlv.text_if(1008, document.contact);
    std::uint8_t agents = 0;
    for (const Item& item : document.items) {
        put_item(tlv, item, registration.ffd);
        agents |= item.agent ? item.agent->kind : std::uint8_t{0};
    }
    if (registration.ffd == ffd_1_05 && agents != 0) {
        tlv.byte(1057, agents);
    }
    tlv.money(1020, document.total);
    put_payments(tlv, receipt_payment_tags, document.payments);
    put_vat(tlv, document.vat);
    if (registration.internet_only) {
        tlv.byte(1108, 1);
    }
    tlv.text_if(1117, either(document.sender_email, registration.sender_email));
    if (document.internet) {
        tlv.byte(1125, 1);
    }
    tlv.text(1060, fns_site);
    tlv.text_if(1192, document.additional);
    if (!stamp.empty()) {
        tlv.nested(1084, [&] {
            tlv.text(1085, stamp_name);
            tlv.text(1086, stamp);
        });
    }
}

void put_flag(TlvWriter& tlv, std::uint16_t tag, bool value) {
    tlv.byte(tag, value ? 1 : 0);
}

void put_shift_report(TlvWriter& tlv, const ShiftReport& report,
                      const KktRegistration& registration, const DocumentNumbers& numbers) {
    put_head(tlv, registration, numbers);
    tlv.text_if(1021, report.cashier);
    tlv.text_if(1009, registration.address);
    tlv.text_if(1187, registration.place);
    put_flag(tlv, 1053, report.fn.ofd_timeout);
    put_flag(tlv, 1051, report.fn.replace_urgently);
    put_flag(tlv, 1052, report.fn.memory_99);
    put_flag(tlv, 1050, report.fn.resource_ends);
}

/// FNV-1a, folded to 32 bits: not a signature, only something that changes with every byte.
std::uint32_t simulated_sign(std::string_view bytes) {
    std::uint64_t hash = 14'695'981'039'346'656'037U;
    for (const char byte : bytes) {
        hash = (hash ^ static_cast<unsigned char>(byte)) * 1'099'511'628'211U;
    }
    return static_cast<std::uint32_t>(hash ^ hash >> 32);
}

/// `fill` writes the document's own elements; the storage adds its number, FD number and sign.
/// Returns the fiscal sign.
template<class Fill>
std::uint32_t put_form(TlvWriter& tlv, std::uint16_t form, const KktRegistration& registration,
                       const DocumentNumbers& numbers, Fill fill) {
    std::uint32_t fpd = 0;
    tlv.nested(form, [&] {
        fill(tlv);
        tlv.uint32(1040, numbers.fd);
        tlv.text(1041, registration.identity.fn);
        fpd = simulated_sign(tlv.bytes());
        // The low four of the six bytes are the fiscal sign people read, most significant first.
        std::string sign(2, '\0');
        for (int shift = 24; shift >= 0; shift -= 8) {
            sign.push_back(static_cast<char>(static_cast<unsigned char>(fpd >> shift)));
        }
        tlv.bytes(1077, sign);
    });
    return fpd;
}

template<class Fill>
EncodedDocument encode_form(std::uint16_t form, const KktRegistration& registration,
                            const DocumentNumbers& numbers, Fill fill) {
    EncodedDocument encoded;
    TlvWriter tlv;
    encoded.fpd = put_form(tlv, form, registration, numbers, fill);
    encoded.bad_tag = tlv.bad_tag();
    encoded.tlv = std::move(tlv).bytes();
    return encoded;
}

std::uint16_t form_of(const Document& document) {
    return document.correction ? form_correction : form_receipt;
}

KktRegistration longest_registration(std::uint8_t ffd) {
    KktRegistration longest;
    longest.user.assign(256, '-');
    longest.address.assign(256, '-');
    longest.place.assign(256, '-');
    longest.sender_email.assign(64, '-');
    longest.internet_only = true;
    longest.ffd = ffd;
    return longest;
}

} // namespace

void put_agent_data(TlvWriter& tlv, const Agent& agent) {
    put_phones(tlv, 1075, agent.transfer_operator_phones);
    tlv.text_if(1044, agent.operation);
    put_phones(tlv, 1073, agent.paying_agent_phones);
    put_phones(tlv, 1074, agent.receive_operator_phones);
    tlv.text_if(1026, agent.transfer_operator_name);
    tlv.text_if(1005, agent.transfer_operator_address);
    tlv.text_if(1016, agent.transfer_operator_inn);
}

void put_supplier_data(TlvWriter& tlv, const Supplier& supplier) {
    put_phones(tlv, 1171, supplier.phones);
    tlv.text_if(1225, supplier.name);
}

EncodedDocument encode_receipt(const Document& document, const KktRegistration& registration,
                               const DocumentNumbers& numbers, std::string_view elements) {
    const bool in_1192 = document.stamp == document.additional;
    const auto stamp = in_1192 ? std::string_view() : std::string_view(document.stamp);
    return encode_form(form_of(document), registration, numbers, [&](TlvWriter& tlv) {
        put_receipt(tlv, document, registration, numbers, stamp);
        tlv.elements(elements);
    });
}

EncodedDocument encode_shift_open(const ShiftReport& report, const KktRegistration& registration,
                                  const DocumentNumbers& numbers) {
    return encode_form(form_shift_open, registration, numbers, [&](TlvWriter& tlv) {
        put_shift_report(tlv, report, registration, numbers);
        tlv.text(1188, registration.firmware);
        tlv.byte(1189, registration.ffd);
    });
}

EncodedDocument encode_shift_close(const ShiftReport& report, const KktRegistration& registration,
                                   const DocumentNumbers& numbers) {
    return encode_form(form_shift_close, registration, numbers, [&](TlvWriter& tlv) {
        put_shift_report(tlv, report, registration, numbers);
        tlv.uint32(1118, report.receipts);
        tlv.uint32(1111, report.documents);
        tlv.uint32(1097, report.ofd.unsent);
        if (report.ofd.oldest) {
            tlv.time(1098, *report.ofd.oldest);
        }
        if (registration.ffd > ffd_1_05) {
            tlv.uint16(1213, report.key_days);
            put_counters(tlv, 1194, report.shift_totals);
            put_counters(tlv, 1157, report.totals);
        }
    });
}

std::size_t tlv_size(const Document& document, std::optional<std::uint8_t> ffd) {
    static const std::array longest{longest_registration(ffd_1_05), longest_registration(ffd_1_2)};
    std::size_t size = 0;
    for (const KktRegistration& registration : longest) {
        // FFD 1.1 writes what 1.05 writes.
        if (ffd && (*ffd >= ffd_1_2) != (registration.ffd >= ffd_1_2)) {
            continue;
        }
        TlvWriter tlv(TlvWriter::Purpose::count);
        put_form(tlv, form_of(document), registration, {}, [&](TlvWriter& counted) {
            put_receipt(counted, document, registration, {}, longest_stamp);
        });
        size = std::max(size, tlv.size());
    }
    return size;
}

bool surely_fits(const Document& document) {
    // Everything but the texts that are counted here, with tags and lengths. In CP866 a text is no
    // longer than in UTF-8.
    constexpr std::size_t longest_head = 4'000;
    constexpr std::size_t longest_line = 250;
    std::size_t size = longest_head + document.contact.size() + document.sender_email.size() +
                       document.cashier.size() + document.place.size() + document.address.size() +
                       document.additional.size();
    if (document.buyer) {
        size += document.buyer->name.size();
    }
    if (document.correction) {
        size += document.correction->number.size();
    }
    for (const Item& item : document.items) {
        if (item.agent || item.supplier || item.mark) {
            return false;
        }
        size += longest_line + item.name.size() + item.unit.size() + item.additional.size() +
                item.customs_declaration.size();
    }
    return size <= Document::max_tlv_bytes;
}

} // namespace kktd::fiscal
