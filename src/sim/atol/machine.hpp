// Machine: what the commands of the ATOL device work on: the till and what the firmware keeps
// besides it (mode, operator, tags told so far, the document being read).
#pragma once

#include "fiscal/result.hpp"
#include "sim/atol/answer.hpp"
#include "sim/atol/device_error.hpp"
#include "sim/atol/params.hpp"
#include "sim/atol/receipt_tags.hpp"
#include "sim/atol/report_print.hpp"
#include "sim/atol/tag_block.hpp"
#include "sim/till.hpp"

#include <bitset>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace kktd::sim::atol {

/// Codes of VAT rates the firmware knows, by code (tag 1199); 0 is not used.
using VatCodes = std::bitset<13>;

struct DeviceOptions {
    std::uint8_t model = 62; ///< as A5h tells it
    std::string model_name = "АТОЛ 55Ф";
    VatCodes vat_codes{0b0000001111110};      ///< 1 … 6
    std::chrono::milliseconds report_time{0}; ///< how long an X or Z report takes; 0: none
};

/// Modes of 56h.
enum class Mode : std::uint8_t {
    selection = 0,
    registration = 1,
    reports = 2,
    closing = 3,
    programming = 4,
    service = 5,
    fn_documents = 6,
};

struct Operator {
    std::string name; ///< 1021
    std::string inn;  ///< 1203
};

/// Register 55.
struct ExtendedError {
    std::uint8_t command = 0;
    std::uint16_t code = 0;
};

/// Elements of a document that A4 45h began to read and A4 46h has not given yet.
struct FnReading {
    std::vector<std::string> elements;
    std::size_t next = 0;
};

struct Machine {
    Till& till;
    DeviceOptions options;

    Mode mode = Mode::selection;
    ReportPrint report;
    std::uint8_t operator_number = system_administrator;
    ExtendedError extended;
    TagBlocks blocks;
    ReceiptTags tags;
    Operator told_operator;               ///< by tags 1021 and 1203 of earlier documents
    std::optional<PositionTags> position; ///< between EAh and EBh
    std::string last_text;                ///< of 4Ch: the name of a position by 52h and 57h
    bool electronic = false;              ///< the open receipt is not to be printed
    std::uint8_t receipt_type = 0;        ///< as 92h said; 0: no receipt
    std::optional<FnReading> reading;
    bool reading_broken = false; ///< by a document made in between
    /// What 50h has written; fields by table, row, field.
    std::map<std::tuple<std::uint8_t, std::uint16_t, std::uint8_t>, std::string> table_values;

    static constexpr std::uint8_t system_administrator = 30;

    [[nodiscard]] const fiscal::Document* receipt() const { return till.kkt().open_document(); }
    /// Who makes the document: as this one's tags say, else as those of an earlier one did (the
    /// vendor's driver tells it once, at the login), else as the firmware names the operator.
    [[nodiscard]] Operator cashier() const;
    /// Keeps who the tags of the document name.
    void remember_cashier();
    /// The paper of the Z report has ended, and waits for EEh.
    [[nodiscard]] bool report_interrupted() const;
    [[nodiscard]] std::optional<ReportPrint::State> report_state() const;
    void begin_report(ReportPrint::Kind kind) { report.begin(kind, till.clock_time()); }
    /// After a document was made or its receipt cancelled.
    void forget_document();
    void power_cycle();
};

template<class T>
using Outcome = fiscal::Result<T, DeviceError>;
/// Answers with what the command told, or why it was not done.
using Handler = Outcome<Answer> (*)(Machine&, Params&);

/// Bit of the first parameter of commands that do something: only whether it could be done.
inline constexpr std::uint8_t check_only_flag = 0x01;

/// Runs `run(VirtualKkt&)` on the KKT, or on a copy of it that is thrown away.
template<class Run>
[[nodiscard]] Outcome<void> attempt(Machine& machine, bool check_only, Run run) {
    fiscal::VirtualKkt::Answer<void> answer;
    if (check_only) {
        fiscal::VirtualKkt copy = machine.till.kkt();
        answer = run(copy);
    } else {
        answer = run(machine.till.kkt());
    }
    return answer ? Outcome<void>() : Outcome<void>(device_error(answer.error()));
}

} // namespace kktd::sim::atol
