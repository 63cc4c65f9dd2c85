#include "driver/atol/receipt_check.hpp"

#include "driver/atol/receipt_commands.hpp"
#include "driver/atol/receipt_steps.hpp"
#include "driver/atol/trial_receipt.hpp"

namespace kktd::driver::atol {

namespace {

using fiscal::Fault;
using fiscal::FaultClass;

/// An electronic receipt must have tag 1008 (whether before its first position is not in any
/// source); this one goes to nobody.
constexpr std::string_view nobody = "nobody@example.invalid";

fiscal::Document for_trial(fiscal::Document document) {
    document.electronic_only = true;
    if (document.contact.empty()) {
        document.contact = nobody;
    }
    return document;
}

Checked not_asked(Fault fault) {
    return {Checked::Verdict::not_asked, std::move(fault)};
}

/// What has no answer proves nothing.
Checked judged(const Failure& failure, const std::string& doing) {
    const bool refused = failure.kind() == Failure::Kind::refused;
    return {refused ? Checked::Verdict::refuses : Checked::Verdict::not_asked,
            failure.fault(doing)};
}

/// For good: time cures nothing.
bool is_final(const Failure& failure) {
    return failure.kind() == Failure::Kind::refused && !fiscal::is_temporary(failure.fault().cls());
}

/// One check.
class Check {
public:
    Check(Session& session, const fiscal::Document& document, const GivenVatCodes& vat_codes,
          std::optional<TaskId> opening, Deadline deadline)
        : document_(document), vat_codes_(vat_codes), opening_(opening),
          receipt_(session, receipt_type(document.kind, document.correction.has_value()),
                   deadline) {}

    TriedReceipt run() {
        auto checked = look_and_ask();
        return {std::move(checked), opened_ && !receipt_.ours()};
    }

private:
    Checked look_and_ask() {
        const auto before = receipt_.look();
        if (!before) {
            return not_asked(before.error());
        }
        const auto steps = receipt_steps(for_trial(document_), before->ffd, vat_codes_);
        if (!steps) {
            return {Checked::Verdict::refuses, steps.error()}; // as perform() would
        }
        auto checked = ask(*steps);
        const bool opened = opened_;
        if (auto amiss = receipt_.end(*before); amiss && opened) {
            return {Checked::Verdict::not_asked, std::move(amiss->fault), amiss->in_doubt};
        }
        return checked;
    }

    using Steps = std::vector<ReceiptStep>;
    /// Nothing: all went well.
    using Refusal = std::optional<Checked>;

    Checked ask(const ReceiptSteps& steps) {
        if (auto refusal = begin(steps)) {
            return *std::move(refusal);
        }
        if (auto refusal = prove_it_checks()) {
            return *std::move(refusal);
        }
        if (auto refusal = begin_anew(steps)) {
            return *std::move(refusal);
        }
        for (std::size_t i = 0; i < steps.positions.size(); ++i) {
            if (auto refusal = check_position(steps, i)) {
                return *std::move(refusal);
            }
        }
        return {Checked::Verdict::takes, {}};
    }

    /// Opens the trial receipt and writes the receipt's tags.
    Refusal begin(const ReceiptSteps& steps) {
        const auto opened = receipt_.open(true, opening_);
        opened_ = opened_ || receipt_.ours();
        if (!opened) {
            return document_.electronic_only || !is_final(opened.error())
                       ? judged(opened.error(), steps.open.doing)
                       : not_asked(Fault(FaultClass::unsupported,
                                         "Пробный чек должен быть без бумаги, а эта ККТ таких не "
                                         "открывает."));
        }
        for (const ReceiptStep& step : steps.tags) {
            if (const auto written = receipt_.run(step.payload); !written) {
                return judged(written.error(), step.doing);
            }
        }
        fresh_ = true;
        return std::nullopt;
    }

    /// After a refusal. The link has C4 sent behind an error, which frees the number of the opening
    /// and makes the KKT forget that it was executed: opened again by that number, the receipt can
    /// be proven ours again.
    Refusal begin_anew(const ReceiptSteps& steps) {
        if (auto fault = receipt_.cancel()) {
            return not_asked(*std::move(fault));
        }
        return begin(steps);
    }

    Refusal prove_it_checks() {
        fresh_ = false;
        const std::string doing = "пробная позиция";
        if (const auto begun = receipt_.run(begin_position_command()); !begun) {
            return judged(begun.error(), doing);
        }
        const auto nonsense = receipt_.check_vat_code(TrialReceipt::impossible_code);
        if (nonsense) {
            return not_asked(Fault(FaultClass::unsupported,
                                   "Прошивка ККТ при проверке принимает и заведомо неверное: её "
                                   "согласие ничего не значит."));
        }
        return is_final(nonsense.error()) ? Refusal() : judged(nonsense.error(), doing);
    }

    /// Whether a position that was only checked is still begun, and keeps its tags, is not in any
    /// source: behind such a one a refusal counts only if it is repeated on a fresh receipt.
    Refusal check_position(const ReceiptSteps& steps, std::size_t i) {
        const bool fresh = std::exchange(fresh_, false);
        auto failed = run(steps.positions[i], document_.items[i].cost);
        if (failed && !fresh && is_final(failed->failure)) {
            if (auto refusal = begin_anew(steps)) {
                return refusal;
            }
            fresh_ = false;
            failed = run(steps.positions[i], document_.items[i].cost);
        }
        return failed ? Refusal(judged(failed->failure, failed->doing)) : std::nullopt;
    }

    struct Failed {
        Failure failure;
        std::string doing;
    };
    /// EAh and the tags have no flag; the last one, EBh, has.
    std::optional<Failed> run(const Steps& position, fiscal::Money cost) {
        for (const ReceiptStep& step : position) {
            const bool last = &step == &position.back();
            const auto done =
                last ? receipt_.check_position(step.payload, cost) : receipt_.run(step.payload);
            if (!done) {
                return Failed{done.error(), step.doing};
            }
        }
        return std::nullopt;
    }

    const fiscal::Document& document_;
    const GivenVatCodes& vat_codes_;
    const std::optional<TaskId> opening_;
    TrialReceipt receipt_;
    bool opened_ = false; ///< perhaps, at any time
    bool fresh_ = false;  ///< no position was begun
};

} // namespace

TriedReceipt check_receipt(Session& session, const fiscal::Document& document,
                           const GivenVatCodes& vat_codes, std::optional<TaskId> opening,
                           Deadline deadline) {
    return Check(session, document, vat_codes, opening, deadline).run();
}

} // namespace kktd::driver::atol
