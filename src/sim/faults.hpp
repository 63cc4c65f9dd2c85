// Faults: what a script makes happen to a simulated KKT and its link, and when. Lines of words
// (docs/kktsim.md):
//
//   before 4A lose_answer      the next 4Ah is not executed and nobody is told
//   after 4A #2 drop           the second 4Ah is executed, then the connection breaks
//   before any every slow 20ms
//   paper out                  at once
#pragma once

#include "fiscal/result.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kktd::sim {

struct Action {
    enum class Kind : std::uint8_t {
        // The link: what becomes of the answer.
        lose_answer,
        drop,   ///< the connection breaks
        refuse, ///< … and no new one is taken for `time`
        half_frame,
        wrong_crc,
        stray_bytes, ///< garbage goes before the answer
        wrong_id,    ///< number of the packet
        // The command.
        slow,  ///< takes `time` longer
        busy,  ///< answered with 76h, `number` times in a row
        error, ///< answered with the error byte `number`
        power_cycle,
        // The KKT.
        paper_ok,
        paper_low,
        paper_out, ///< after so many lines; 0: at once
        cover_open,
        cover_closed,
        shift_expired, ///< the open shift counts as one of 24 hours
        clock_skew,    ///< KKT minus host: `time`
        ofd_ok,
        ofd_stuck,
        ofd_days, ///< the oldest unsent document is so old
        fn_ok,
        fn_absent,
        fn_expired,
        fn_full,
        fn_critical,
        foreign_receipt, ///< somebody else's receipt, as soon as none is open
        foreign_open,    ///< somebody else opens one and leaves it, as soon as none is open
        foreign_close,   ///< … and comes back
    };
    Kind kind = Kind::lose_answer;
    std::int64_t number = 0;
    std::chrono::milliseconds time{0};
    friend bool operator==(const Action&, const Action&) = default;
};

/// Whether it needs a command or packet to happen to.
[[nodiscard]] bool needs_moment(Action::Kind kind);
/// Whether it only spoils answers on the link, so that it can happen to any packet.
[[nodiscard]] bool of_link(Action::Kind kind);

enum class Moment : std::uint8_t { before, after }; ///< executing

/// What a rule waits for: a command, or a packet of protocol v3 that carries none.
enum class Packet : std::uint8_t { command, ask, ack, abort };

struct Rule {
    Moment moment = Moment::before;
    Packet packet = Packet::command;
    std::string prefix{};    ///< first bytes of the command; empty: any
    std::uint32_t skip = 0;  ///< occurrences that pass before
    std::uint32_t times = 1; ///< it happens so often, then it is over
    bool every = false;      ///< never over
    Action action;
    friend bool operator==(const Rule&, const Rule&) = default;
};

/// A rule, or what happens at once.
using FaultLine = std::variant<Rule, Action>;

/// Not an aggregate: it is the error of Result.
class FaultError {
public:
    FaultError() = default;
    explicit FaultError(std::string text) : text_(std::move(text)) {}
    [[nodiscard]] const std::string& text() const { return text_; } ///< Russian, one line

private:
    std::string text_;
};

/// "250ms", "-90s", "5m", "24h", "40d".
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
/// One line. Anything unknown is an error, since a fault that a test misspelt must not be a test
/// that passes.
[[nodiscard]] fiscal::Result<FaultLine, FaultError> parse_fault(std::string_view line);
/// A whole file: empty lines and lines that begin with '#' are skipped; the error names the line.
[[nodiscard]] fiscal::Result<std::vector<FaultLine>, FaultError>
parse_faults(std::string_view text);

/// The rules that hold, in the order they were given.
class FaultScript {
public:
    static constexpr std::size_t max_rules = 1000;

    /// false: there are too many.
    [[nodiscard]] bool add(Rule rule);
    void clear() { rules_.clear(); }
    /// What happens now; counts the occurrence.
    [[nodiscard]] std::vector<Action> due(Moment moment, Packet packet, std::string_view command);
    [[nodiscard]] const std::vector<Rule>& rules() const { return rules_; }

private:
    std::vector<Rule> rules_;
};

} // namespace kktd::sim
