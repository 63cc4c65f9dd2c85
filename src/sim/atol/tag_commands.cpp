// Tags: E8h tells one of the document or position that is being made, E9h reads one of the
// registration.
#include "driver/atol/external_text.hpp"
#include "sim/atol/commands.hpp"
#include "sim/atol/fields.hpp"
#include "sim/atol/registration_tags.hpp"

namespace kktd::sim::atol {

namespace {

/// As E8h cuts them; of E9h's answers it is not in any source.
constexpr std::size_t block_size = 100;

} // namespace

Outcome<Answer> write_tag(Machine& machine, Params& params) {
    (void)params.byte(); // whether it is to be printed
    const std::uint8_t total = params.byte();
    const std::uint8_t block = params.byte();
    const std::string_view chunk = params.all();
    if (!params.complete() || chunk.size() > block_size) {
        return bad_length;
    }
    const auto whole = machine.blocks.add(total, block, chunk);
    if (!whole) {
        return whole.error();
    }
    if (!*whole) {
        return done_answer();
    }
    const auto told = machine.position ? machine.position->add(**whole)
                                       : machine.tags.add(**whole, machine.receipt() != nullptr,
                                                          machine.till.registration());
    return told ? Outcome<Answer>(done_answer()) : told.error();
}

Outcome<Answer> read_tag(Machine& machine, Params& params) {
    const auto tag = static_cast<std::uint16_t>(params.little(2));
    const std::size_t block = params.byte();
    if (!params.complete()) {
        return bad_length;
    }
    const auto value = registration_tag(tag, machine.till.kkt().profile());
    if (!value) {
        return no_such_data;
    }
    const std::string tlv = Fields().little(tag, 2).little(value->size(), 2).bytes(*value).take();
    const std::size_t total = (tlv.size() + block_size - 1) / block_size;
    if (block >= total) {
        return no_such_data;
    }
    Fields fields;
    fields.byte(static_cast<std::uint8_t>(total))
        .bytes(std::string_view(tlv).substr(block * block_size, block_size));
    return data_answer(fields.take());
}

} // namespace kktd::sim::atol
