// Tables: 46h reads a field, 50h writes one. Kept are the few that drivers read and what was
// written; every other field of the tables of the firmware is a zero byte.
#include "sim/atol/commands.hpp"

#include "sim/atol/fields.hpp"

#include <array>

namespace kktd::sim::atol {

namespace {

constexpr std::uint8_t operators = 3, payment_names = 12, taxes = 13, network = 19;
constexpr std::size_t max_value = 64;
constexpr std::size_t max_written = 4096; ///< fields

/// Percent × 100 by code (row); 0 where there is no tax.
constexpr std::array<std::uint16_t, 12> tax_values{2000, 1000, 2000, 1000, 0,    0,
                                                   500,  700,  500,  700,  2200, 2200};

bool known(std::uint8_t table) {
    return (table >= 1 && table <= payment_names) || table == taxes || table == network;
}

std::string factory_value(const Machine& machine, std::uint8_t table, std::uint16_t row,
                          std::uint8_t field) {
    if (table == operators && field == 1) { // the password is the number of the row
        return Fields().bcd(row, 4).take();
    }
    if (table == taxes && field == 2 && row >= 1 && row <= tax_values.size()) {
        const bool has = machine.options.vat_codes.test(row);
        return Fields().big(has ? tax_values.at(row - 1U) : 0U, 2).take();
    }
    return std::string(1, '\0');
}

} // namespace

Outcome<Answer> read_table(Machine& machine, Params& params) {
    const std::uint8_t table = params.byte();
    const std::uint8_t high = params.byte();
    const std::uint8_t low = params.byte();
    const std::uint8_t field = params.byte();
    if (!params.complete()) {
        return bad_length;
    }
    const auto row = static_cast<std::uint16_t>(high << 8 | low);
    if (!known(table)) {
        return bad_table;
    }
    const auto written = machine.table_values.find({table, row, field});
    return data_answer(written != machine.table_values.end()
                           ? written->second
                           : factory_value(machine, table, row, field));
}

Outcome<Answer> write_table(Machine& machine, Params& params) {
    const std::uint8_t table = params.byte();
    const std::uint8_t high = params.byte();
    const std::uint8_t low = params.byte();
    const std::uint8_t field = params.byte();
    const std::string_view value = params.all();
    if (!params.complete() || value.empty() || value.size() > max_value) {
        return bad_length;
    }
    if (!known(table)) {
        return bad_table;
    }
    if (machine.table_values.size() >= max_written) {
        return bad_field;
    }
    const auto row = static_cast<std::uint16_t>(high << 8 | low);
    machine.table_values[{table, row, field}] = std::string(value);
    return data_answer({});
}

} // namespace kktd::sim::atol
