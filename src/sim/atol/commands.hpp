// The commands of the device by group; each group has a file of its own. A handler is called in the
// modes of its table entry only (device.cpp) and takes its parameters in full or refuses.
#pragma once

#include "sim/atol/machine.hpp"

namespace kktd::sim::atol {

// status_commands.cpp
[[nodiscard]] Outcome<Answer> device_type(Machine&, Params&);      ///< A5
[[nodiscard]] Outcome<Answer> firmware_version(Machine&, Params&); ///< 9D
[[nodiscard]] Outcome<Answer> full_status(Machine&, Params&);      ///< 3F
[[nodiscard]] Outcome<Answer> short_status(Machine&, Params&);     ///< 45
[[nodiscard]] Outcome<Answer> cash_sum(Machine&, Params&);         ///< 4D

// register_commands.cpp
[[nodiscard]] Outcome<Answer> read_register(Machine&, Params&); ///< 91

// mode_commands.cpp
[[nodiscard]] Outcome<Answer> enter_mode(Machine&, Params&); ///< 56
[[nodiscard]] Outcome<Answer> leave_mode(Machine&, Params&); ///< 48

// shift_commands.cpp
[[nodiscard]] Outcome<Answer> open_shift(Machine&, Params&);  ///< 9A
[[nodiscard]] Outcome<Answer> close_shift(Machine&, Params&); ///< 5A

// receipt_commands.cpp
[[nodiscard]] Outcome<Answer> open_receipt(Machine&, Params&);   ///< 92
[[nodiscard]] Outcome<Answer> round_receipt(Machine&, Params&);  ///< 43
[[nodiscard]] Outcome<Answer> receipt_tax(Machine&, Params&);    ///< B8
[[nodiscard]] Outcome<Answer> pay(Machine&, Params&);            ///< 99
[[nodiscard]] Outcome<Answer> close_receipt(Machine&, Params&);  ///< 4A
[[nodiscard]] Outcome<Answer> cancel_receipt(Machine&, Params&); ///< 59
/// Opens a receipt of this type of 92h.
[[nodiscard]] Outcome<void> open_receipt_of(Machine&, std::uint8_t type, bool check_only);

// position_commands.cpp
[[nodiscard]] Outcome<Answer> begin_position(Machine&, Params&);  ///< EA
[[nodiscard]] Outcome<Answer> finish_position(Machine&, Params&); ///< EB
[[nodiscard]] Outcome<Answer> whole_position(Machine&, Params&);  ///< E6
[[nodiscard]] Outcome<Answer> sell(Machine&, Params&);            ///< 52
[[nodiscard]] Outcome<Answer> sell_return(Machine&, Params&);     ///< 57

// cash_commands.cpp
[[nodiscard]] Outcome<Answer> cash_in(Machine&, Params&);  ///< 49
[[nodiscard]] Outcome<Answer> cash_out(Machine&, Params&); ///< 4F

// fn_commands.cpp
[[nodiscard]] Outcome<Answer> ask_fn(Machine&, Params&); ///< A4

// tag_commands.cpp
[[nodiscard]] Outcome<Answer> write_tag(Machine&, Params&); ///< E8
[[nodiscard]] Outcome<Answer> read_tag(Machine&, Params&);  ///< E9

// table_commands.cpp
[[nodiscard]] Outcome<Answer> read_table(Machine&, Params&);  ///< 46
[[nodiscard]] Outcome<Answer> write_table(Machine&, Params&); ///< 50

// clock_commands.cpp
[[nodiscard]] Outcome<Answer> set_clock(Machine&, Params&); ///< ED
[[nodiscard]] Outcome<Answer> set_date(Machine&, Params&);  ///< 64
[[nodiscard]] Outcome<Answer> set_time(Machine&, Params&);  ///< 4B

// print_commands.cpp
[[nodiscard]] Outcome<Answer> continue_print(Machine&, Params&);  ///< EE
[[nodiscard]] Outcome<Answer> print_report(Machine&, Params&);    ///< 67
[[nodiscard]] Outcome<Answer> print_footer(Machine&, Params&);    ///< 73, 6C
[[nodiscard]] Outcome<Answer> print_service(Machine&, Params&);   ///< 82
[[nodiscard]] Outcome<Answer> print_text(Machine&, Params&);      ///< 4C, 87
[[nodiscard]] Outcome<Answer> print_barcode(Machine&, Params&);   ///< C1
[[nodiscard]] Outcome<Answer> print_fd(Machine&, Params&);        ///< AB
[[nodiscard]] Outcome<Answer> reprint_last(Machine&, Params&);    ///< 95
[[nodiscard]] Outcome<Answer> clear_reprint(Machine&, Params&);   ///< 97
[[nodiscard]] Outcome<Answer> small_mechanics(Machine&, Params&); ///< 75, 80, 88, 47
[[nodiscard]] Outcome<Answer> reboot(Machine&, Params&);          ///< CE

} // namespace kktd::sim::atol
