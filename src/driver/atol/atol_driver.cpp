#include "driver/atol/atol_driver.hpp"

#include "driver/atol/device_reading.hpp"
#include "driver/atol/internet_refusal.hpp"
#include "driver/atol/prepared.hpp"
#include "driver/atol/rate_check.hpp"
#include "driver/atol/read_back.hpp"
#include "driver/atol/receipt_check.hpp"
#include "driver/atol/receipt_commands.hpp"
#include "driver/atol/receipt_steps.hpp"
#include "driver/atol/registers.hpp"
#include "driver/atol/service_commands.hpp"
#include "driver/atol/session_vat_probe.hpp"
#include "driver/atol/time_limits.hpp"
#include "driver/open_receipt.hpp"
#include "fiscal/qr.hpp"

#include <algorithm>
#include <thread>

namespace kktd::driver::atol {

namespace {

using fiscal::Fault;
using fiscal::FaultClass;
using fiscal::Outcome;

using Reserved = const std::optional<PreparedTasks>&;

/// What the KKT tells of the tasks of a document.
struct Told {
    /// Whether the receipt was opened by the task of its 92h. Another program's first packet (C4)
    /// makes the KKT forget that, as our own after an error does, and a power cut.
    enum class Opened : std::uint8_t { yes, no, forgotten };
    bool done = false; ///< the irreversible one has succeeded
    Opened opened = Opened::forgotten;
};

/// What the KKT was when a document was begun.
struct Begun {
    fiscal::Marker marker; ///< of the document, for judging what became of it
    Facts facts;
};

/// For questions of the link itself: a dead connection must not use up the time of a document.
Deadline soon(Deadline deadline) {
    return std::min(deadline, std::chrono::steady_clock::now() + usual_limit);
}

/// It may have been executed.
bool is_unanswered(const Failure& failure) {
    return failure.kind() == Failure::Kind::lost || failure.kind() == Failure::Kind::garbled;
}

/// It could not be asked, whatever the reason: to be asked again.
Fault not_asked_fault(const Fault& fault) {
    return {FaultClass::link, fault.text(), fault.native_code(), fault.native_text()};
}
Outcome not_asked(const Fault& fault) {
    return fiscal::Unknown{not_asked_fault(fault)};
}

class AtolDriver final : public Driver {
public:
    AtolDriver(std::unique_ptr<Link> link, const GivenVatCodes& vat_codes,
               const DriverOptions& options)
        : session_(std::move(link), options.user_password), vat_codes_(vat_codes),
          receipt_(options.leftover) {}

    fiscal::Capabilities capabilities() const override {
        fiscal::Capabilities capabilities;
        capabilities.vat_rates = coded_rates(vat_codes_);
        capabilities.quantity_digits = 3;
        capabilities.name_length = max_name_bytes;
        capabilities.electronic_only = true;
        capabilities.internet_tag = true;
        capabilities.corrections = true;
        capabilities.agents = true;
        return capabilities;
    }

    /// Called only while no outcome is open: what the KKT remembers of earlier runs and clients may
    /// be forgotten, lest it fill the buffer of tasks.
    fiscal::Result<fiscal::DeviceState, Fault> state(Deadline deadline) override {
        if (auto fault = connect(deadline)) {
            return *std::move(fault);
        }
        if (auto fault = forget_tasks(deadline)) {
            return *std::move(fault);
        }
        auto state = read_device(session_, facts_, deadline);
        if (!state && state.error().cls() == FaultClass::link) {
            facts_.forget();
            tasks_forgotten_ = false; // its buffer may be full, or it was restarted
        }
        return state;
    }

    /// No outcome is open when a document is prepared: what the KKT remembers may be forgotten.
    fiscal::Result<std::string, Fault> prepare(const fiscal::FiscalTask& task,
                                               Deadline deadline) override {
        if (auto fault = connect(deadline)) {
            return *std::move(fault);
        }
        if (auto fault = finish_printing(deadline)) {
            return *std::move(fault);
        }
        if (!session_.link().remembers()) {
            return std::string();
        }
        if (const auto cleared = session_.link().clear(soon(deadline)); !cleared) {
            return Failure(cleared.error()).fault("очистка буфера заданий");
        }
        const auto last = session_.link().reserve();
        const auto open = std::holds_alternative<fiscal::Register>(task) ? session_.link().reserve()
                                                                         : std::nullopt;
        return last ? prepared_text({.last = *last, .open = open}) : std::string();
    }

    Outcome perform(const fiscal::FiscalTask& task, const fiscal::Marker& marker,
                    Deadline deadline) override {
        if (auto fault = connect(deadline)) {
            return fiscal::Refused{*std::move(fault)};
        }
        auto begun = begin(marker, deadline);
        if (!begun) {
            return fiscal::Refused{begun.error()};
        }
        const auto reserved = tasks_of_prepared(marker.prepared);
        auto outcome = std::visit(
            [&](const auto& one) { return make(one, *begun, reserved, deadline); }, task);
        if (!std::holds_alternative<fiscal::Unknown>(outcome)) {
            search_.forget();
        }
        if (const auto* done = std::get_if<fiscal::Done>(&outcome)) {
            facts_.ours_made(done->registration.fd);
            rates_.look_at(session_, marker, done->registration.fd, deadline);
        }
        return outcome;
    }

    Outcome recover(const fiscal::Marker& marker, Deadline deadline) override {
        if (auto fault = connect(deadline)) {
            return not_asked(*fault);
        }
        const auto told = ask_tasks(marker, deadline);
        if (!told) {
            return fiscal::Unknown{told.error()};
        }
        if (auto fault = wait_for_document(marker, deadline)) {
            return fiscal::Unknown{*std::move(fault)};
        }
        auto outcome = look_up(marker, told->done, deadline);
        if (std::holds_alternative<fiscal::Refused>(outcome) && fiscal::is_receipt(marker.kind)) {
            session_.forget_mode();
            outcome = end_absent(marker, std::move(outcome), *told, deadline);
        }
        if (const auto* done = std::get_if<fiscal::Done>(&outcome)) {
            rates_.look_at(session_, marker, done->registration.fd, deadline);
        }
        if (!std::holds_alternative<fiscal::Unknown>(outcome)) {
            search_.forget();
            // Judged. What cannot be forgotten now will be before the next document.
            static_cast<void>(session_.link().clear(soon(deadline)));
        }
        return outcome;
    }

    fiscal::Result<void, Fault> serve(const fiscal::ServiceTask& task, Deadline deadline) override {
        if (auto fault = connect(deadline)) {
            return *std::move(fault);
        }
        session_.forget_mode();
        return std::visit([&](const auto& one) { return serve_one(one, deadline); }, task);
    }

    std::optional<Fault> take_stop() override {
        auto stop = internet_.take_stop();
        return stop ? std::move(stop) : rates_.take_stop();
    }

    Checked check(const fiscal::Register& receipt, const fiscal::Marker& marker,
                  Deadline deadline) override {
        receipt_.forget();
        const auto reserved = tasks_of_prepared(marker.prepared);
        auto trial = check_receipt(session_, receipt.document, vat_codes_,
                                   reserved ? reserved->open : std::nullopt, deadline);
        if (trial.ended) {
            receipt_.ended(marker);
        }
        return std::move(trial.checked);
    }

    VatProbe* vat_probe() override { return &vat_probe_; }

    void close() override {
        session_.close();
        facts_.forget();
    }

private:
    // ---- before a document ----------------------------------------------------------------------

    std::optional<Fault> connect(Deadline deadline) {
        const auto connected = session_.connect(deadline);
        if (!connected) {
            facts_.forget();
            return connected.error().fault();
        }
        return std::nullopt;
    }

    /// C4, at the first connection and after a state() that has failed.
    std::optional<Fault> forget_tasks(Deadline deadline) {
        if (tasks_forgotten_ || !session_.link().remembers()) {
            return std::nullopt;
        }
        if (const auto cleared = session_.link().clear(soon(deadline)); !cleared) {
            return Failure(cleared.error()).fault("очистка буфера заданий");
        }
        tasks_forgotten_ = true;
        return std::nullopt;
    }

    /// The paper of the last document, where it was interrupted.
    std::optional<Fault> finish_printing(Deadline deadline) {
        const auto unfinished =
            session_.ask(register_command(Register::print_flags), parse_print_unfinished, deadline);
        if (!unfinished) {
            return unfinished.error().fault("вопрос о печати");
        }
        if (!*unfinished) {
            return std::nullopt;
        }
        const auto printed = session_.run(continue_print_command(), deadline);
        if (printed) {
            return std::nullopt;
        }
        // Paper is waited for. Any other refusal must not keep the next receipt from being
        // registered, let alone end it.
        Fault fault = printed.error().fault("допечатывание");
        return fiscal::is_temporary(fault.cls()) ? std::optional(std::move(fault)) : std::nullopt;
    }

    /// Asks whether all is as the marker has it: from here on its document may be made.
    fiscal::Result<Begun, Fault> begin(const fiscal::Marker& marker, Deadline deadline) {
        receipt_.forget_looks();
        session_.forget_mode(); // somebody may have pressed keys since
        const auto status = session_.ask_whole(status_command(), parse_status, deadline);
        if (!status) {
            return status.error().fault("вопрос о состоянии");
        }
        if (status->receipt_state != 0) {
            return somebody_elses_receipt();
        }
        const auto fn = session_.ask(fn_status_command(), parse_fn_status, deadline);
        if (!fn) {
            return fn.error().fault("вопрос о фискальном накопителе");
        }
        if (auto fault = not_as_marked(marker, fn->fn, fn->last_fd)) {
            return *std::move(fault);
        }
        auto facts = facts_.get(session_, *fn, status->short_serial, deadline);
        if (!facts) {
            return facts.error().fault("вопрос о регистрации ККТ");
        }
        if (auto fault = unsupported_ffd(*facts)) {
            return *std::move(fault);
        }
        return Begun{marker, *std::move(facts)};
    }

    /// A fault if one is open, or if that cannot be asked.
    std::optional<Fault> receipt_is_open(Deadline deadline) {
        const auto status = session_.ask_whole(status_command(), parse_status, deadline);
        if (!status) {
            return status.error().fault("вопрос о состоянии");
        }
        return status->receipt_state != 0 ? std::optional(somebody_elses_receipt()) : std::nullopt;
    }

    static Fault somebody_elses_receipt() {
        return {FaultClass::busy, "На ККТ открыт чужой чек. Завершите или отмените его на ККТ."};
    }

    // ---- documents ------------------------------------------------------------------------------

    Outcome make(const fiscal::OpenShift& task, const Begun& begun, Reserved reserved,
                 Deadline deadline) {
        if (auto fault = write_cashier(cashier_steps(task.cashier, {}), deadline)) {
            return fiscal::Refused{*std::move(fault)};
        }
        if (const auto entered = session_.enter(mode_registration, deadline); !entered) {
            return fiscal::Refused{entered.error().fault("открытие смены")};
        }
        return finish(begun, open_shift_command(), "открытие смены", reserved, deadline);
    }

    Outcome make(const fiscal::CloseShift& task, const Begun& begun, Reserved reserved,
                 Deadline deadline) {
        if (auto fault = write_cashier(cashier_steps(task.cashier, {}), deadline)) {
            return fiscal::Refused{*std::move(fault)};
        }
        if (const auto entered = session_.enter(mode_z_reports, deadline); !entered) {
            return fiscal::Refused{entered.error().fault("закрытие смены")};
        }
        return finish(begun, close_shift_command(), "закрытие смены", reserved, deadline);
    }

    Outcome make(const fiscal::Register& task, const Begun& begun, Reserved reserved,
                 Deadline deadline) {
        const fiscal::Document& document = task.document;
        const auto steps = receipt_steps(document, begun.facts.ffd, vat_codes_);
        if (!steps) {
            return fiscal::Refused{steps.error()};
        }
        if (auto fault = write_cashier(steps->before, deadline)) {
            return fiscal::Refused{*std::move(fault)}; // the cashier's tags open nothing
        }
        if (const auto entered = session_.enter(mode_registration, deadline); !entered) {
            return fiscal::Refused{entered.error().fault(steps->open.doing)};
        }
        receipt_.opening(begun.marker);
        const auto opened = session_.run_in(mode_registration, steps->open.payload, deadline,
                                            reserved ? reserved->open : std::nullopt);
        if (!opened) {
            Fault fault = opened.error().fault(steps->open.doing);
            return is_unanswered(opened.error())
                       ? not_asked(fault)
                       : Outcome(fiscal::Refused{internet_.judged(steps->open, std::move(fault))});
        }
        receipt_.answered();
        rates_.expect(begun.marker, document, begun.facts.ffd);
        if (auto fault = put_together(document, *steps, deadline)) {
            return abandon(begun, *fault, deadline);
        }
        if (auto fault = check_sums(document.total, deadline)) {
            return abandon(begun, *fault, deadline);
        }
        return finish(begun, close_receipt_command(), "закрытие чека", reserved, deadline);
    }

    /// Tags 1021 and 1203 of the document to come. Those of one that came to nothing may still be
    /// there: 59h, with which the vendor's driver begins every document, clears them, and is sent
    /// only while no receipt is open. A KKT that keeps them all the same (not in any source) has
    /// the cashier of that attempt.
    std::optional<Fault> write_cashier(const std::vector<ReceiptStep>& steps, Deadline deadline) {
        bool cleared = false;
        for (const ReceiptStep& step : steps) {
            auto done = session_.run_in(mode_registration, step.payload, deadline);
            if (!done && is_written(done.error()) && !cleared) {
                cleared = true;
                if (auto fault = clear_tags(deadline)) {
                    return fault;
                }
                done = session_.run_in(mode_registration, step.payload, deadline);
            }
            if (!done && !is_written(done.error())) {
                return done.error().fault(step.doing);
            }
        }
        return std::nullopt;
    }

    std::optional<Fault> clear_tags(Deadline deadline) {
        if (auto fault = receipt_is_open(deadline)) {
            return fault;
        }
        const auto left = cancel_receipt(deadline);
        return left ? std::nullopt : std::optional(left.error().fault("сброс реквизитов"));
    }

    static bool is_written(const Failure& failure) {
        return failure.error() && failure.error()->extended() == extended_tag_written;
    }

    /// Everything of the open receipt.
    std::optional<Fault> put_together(const fiscal::Document& document, const ReceiptSteps& steps,
                                      Deadline deadline) {
        auto fault = run_steps(steps.tags, deadline);
        for (std::size_t i = 0; !fault && i < steps.positions.size(); ++i) {
            receipt_.entering(receipt_.sum() + document.items[i].cost);
            fault = run_steps(steps.positions[i], deadline);
            if (!fault) {
                receipt_.answered();
            }
        }
        return fault ? fault : run_steps(steps.payments, deadline);
    }

    std::optional<Fault> run_steps(const std::vector<ReceiptStep>& steps, Deadline deadline) {
        for (const ReceiptStep& step : steps) {
            const auto done = session_.run_in(mode_registration, step.payload, deadline);
            if (!done) {
                return internet_.judged(step, done.error().fault(step.doing));
            }
        }
        return std::nullopt;
    }

    /// What the KKT has added up, before it is too late. A position of sum 0 that came twice would
    /// not show here; but EBh is refused (0207h) without an EAh of its own, so none comes twice.
    std::optional<Fault> check_sums(fiscal::Money total, Deadline deadline) {
        const auto sums =
            session_.ask(register_command(Register::receipt_sums), parse_receipt_sums, deadline);
        if (!sums) {
            return sums.error().fault("сверка итога");
        }
        if (sums->total == total && sums->remainder == fiscal::Money() &&
            sums->change == fiscal::Money()) {
            return std::nullopt;
        }
        // Somebody may have pressed keys: made anew, the receipt may come out right.
        return Fault(FaultClass::busy,
                     "ККТ насчитала в чеке " + sums->total.text() + " (к оплате осталось " +
                         sums->remainder.text() + ", сдача " + sums->change.text() +
                         "), а в присланном " + total.text() +
                         ". Чек отменён и будет отправлен снова сам. Если это повторяется, "
                         "сообщите разработчикам.");
    }

    /// 59h. That no receipt is open is as good.
    Session::Result<void> cancel_receipt(Deadline deadline) {
        const auto left = session_.run_in(mode_registration, cancel_receipt_command(), deadline);
        if (!left && !left.error().is(error_receipt_closed)) {
            return left.error();
        }
        return {};
    }

    /// Cancels ours. Whether it is gone the KKT is asked, whatever it has answered to 59h. A fault:
    /// it may stand open.
    std::optional<Fault> end_receipt(const fiscal::Marker& marker, Deadline deadline) {
        receipt_.forget_looks();
        if (const auto left = cancel_receipt(deadline); !left) {
            if (is_unanswered(left.error())) {
                receipt_.perhaps_cancelled();
            }
            return not_asked_fault(left.error().fault("отмена чека"));
        }
        const auto status = session_.ask_whole(status_command(), parse_status, deadline);
        if (status && status->receipt_state == 0) {
            receipt_.ended(marker);
            return std::nullopt;
        }
        receipt_.outlasted_its_end(marker);
        return status ? OpenReceipt::still_open()
                      : not_asked_fault(status.error().fault("вопрос о состоянии"));
    }

    /// The open receipt is ours. Where it cannot be cancelled now the outcome is left open, and
    /// recover() has it cancelled. Somebody may have closed it on the KKT before us, and then no
    /// receipt is open either: the fiscal storage is asked, whatever 59h has answered.
    Outcome abandon(const Begun& begun, const Fault& fault, Deadline deadline) {
        if (end_receipt(begun.marker, deadline)) {
            return not_asked(fault);
        }
        const auto fn = session_.ask(fn_status_command(), parse_fn_status, deadline);
        if (!fn) {
            return not_asked(fault);
        }
        if (is_as_marked(*fn, begun.marker)) {
            return fiscal::Refused{fault};
        }
        auto outcome = look_up(begun.marker, false, deadline);
        return std::holds_alternative<fiscal::Refused>(outcome) ? fiscal::Refused{fault} : outcome;
    }

    /// No document was made since the marker.
    static bool is_as_marked(const FnStatus& fn, const fiscal::Marker& marker) {
        return fn.fn == marker.fn && fn.last_fd == marker.last_fd;
    }

    /// `outcome`: of a receipt that is not in the fiscal storage. As long as it stands open on the
    /// KKT, a key or a late command can still close it: only without it is the absence final. What
    /// is open after a later document is somebody else's.
    Outcome end_absent(const fiscal::Marker& marker, Outcome outcome, const Told& told,
                       Deadline deadline) {
        const auto status = session_.ask_whole(status_command(), parse_status, deadline);
        if (!status) {
            return not_asked(status.error().fault("вопрос о состоянии"));
        }
        if (status->receipt_state == 0) {
            receipt_.ended(marker);
            return look_up(marker, told.done, deadline); // a key may have closed it meanwhile
        }
        const auto before = session_.ask(fn_status_command(), parse_fn_status, deadline);
        if (!before) {
            return not_asked(before.error().fault("вопрос о фискальном накопителе"));
        }
        if (is_as_marked(*before, marker)) {
            const auto sums = session_.ask(register_command(Register::receipt_sums),
                                           parse_receipt_sums, deadline);
            if (!sums) {
                return not_asked(sums.error().fault("вопрос об открытом чеке"));
            }
            if (told.opened == Told::Opened::no || !may_be_ours(*status, *sums, marker)) {
                return outcome;
            }
            const bool known = told.opened == Told::Opened::yes;
            if (auto fault = receipt_.unclear(sums->total, marker, known)) {
                return fiscal::Unknown{*std::move(fault)};
            }
            if (auto fault = end_receipt(marker, deadline)) {
                return fiscal::Unknown{*std::move(fault)};
            }
        }
        return look_up(marker, told.done, deadline);
    }

    /// Whether the open receipt can be that of the marker.
    [[nodiscard]] bool may_be_ours(const Status& status, const ReceiptSums& sums,
                                   const fiscal::Marker& marker) const {
        return status.receipt_state ==
                   receipt_type(marker.receipt, marker.kind == fiscal::TaskKind::correction) &&
               receipt_.may_be_ours(sums.total, marker);
    }

    // ---- the irreversible command ---------------------------------------------------------------

    Outcome finish(const Begun& begun, const std::string& payload, const std::string& doing,
                   Reserved reserved, Deadline deadline) {
        const auto answer = session_.run(payload, deadline,
                                         reserved ? std::optional(reserved->last) : std::nullopt);
        if (answer) {
            return made(begun, deadline);
        }
        const Fault fault = answer.error().fault(doing);
        const bool receipt = fiscal::is_receipt(begun.marker.kind);
        switch (answer.error().kind()) {
        case Failure::Kind::not_run:
            return receipt ? abandon(begun, fault, deadline) : Outcome(fiscal::Refused{fault});
        case Failure::Kind::refused:
            return prove(begun, fault, deadline);
        case Failure::Kind::lost:
        case Failure::Kind::garbled:
            break;
        }
        return not_asked(fault);
    }

    /// An error was answered: only the fiscal storage tells whether there is a document all the
    /// same (paper may have run out while it was printed).
    Outcome prove(const Begun& begun, const Fault& fault, Deadline deadline) {
        if (auto unfinished = wait_for_document(begun.marker, deadline)) {
            return fiscal::Unknown{*std::move(unfinished)};
        }
        auto outcome = look_up(begun.marker, false, deadline);
        if (!std::holds_alternative<fiscal::Refused>(outcome)) {
            return outcome;
        }
        return fiscal::is_receipt(begun.marker.kind) ? abandon(begun, fault, deadline)
                                                     : Outcome(fiscal::Refused{fault});
    }

    /// The KKT says that it is done: the document is read from its registers, and if they speak of
    /// another one, looked for.
    Outcome made(const Begun& begun, Deadline deadline) {
        const auto& marker = begun.marker;
        if (auto fault = wait_for_document(marker, deadline)) {
            return fiscal::Unknown{*std::move(fault)};
        }
        const bool receipt = fiscal::is_receipt(marker.kind);
        const auto document = receipt ? session_.ask(register_command(Register::last_receipt),
                                                     parse_last_receipt, deadline)
                                      : session_.ask(register_command(Register::last_document),
                                                     parse_last_document, deadline);
        const auto numbers = session_.ask(register_command(Register::numbers_in_shift),
                                          parse_numbers_in_shift, deadline);
        const auto type = receipt_type(marker.receipt, marker.kind == fiscal::TaskKind::correction);
        // Of a shift report the register tells neither kind nor sum: only its place proves it.
        const bool ours = document && numbers && document->time &&
                          document->fd == marker.last_fd + 1 &&
                          (!receipt || (document->type == type && document->total == marker.total));
        if (!ours) {
            return look_up(marker, true, deadline);
        }
        fiscal::Registration registration;
        registration.fn = marker.fn;
        registration.fd = document->fd;
        registration.fpd = std::to_string(document->fpd);
        registration.shift = numbers->shift;
        registration.time = *document->time;
        registration.rnm = begun.facts.identity.rnm;
        if (receipt) {
            registration.number = numbers->receipt;
            registration.total = document->total;
            registration.qr = fiscal::qr_text(registration, marker.receipt);
        }
        registration.not_printed = print_unfinished(deadline);
        return fiscal::Done{std::move(registration)};
    }

    /// What the fiscal storage says of the document.
    Outcome look_up(const fiscal::Marker& marker, bool told_done, Deadline deadline) {
        auto outcome = search_.look_up(session_, marker, told_done, deadline);
        if (auto* done = std::get_if<fiscal::Done>(&outcome)) {
            done->registration.not_printed = print_unfinished(deadline);
        }
        return outcome;
    }

    /// A KKT that cannot be asked has printed, as far as anybody knows: the document counts.
    bool print_unfinished(Deadline deadline) {
        const auto unfinished =
            session_.ask(register_command(Register::print_flags), parse_print_unfinished, deadline);
        return unfinished && *unfinished;
    }

    /// The first packets ask for the tasks: any other could make the KKT forget them. A link
    /// without a memory tells nothing.
    fiscal::Result<Told, Fault> ask_tasks(const fiscal::Marker& marker, Deadline deadline) {
        const auto reserved = tasks_of_prepared(marker.prepared);
        if (!reserved || !session_.link().remembers()) {
            return Told{};
        }
        const auto last = session_.link().ask(reserved->last, soon(deadline));
        if (!last) {
            return not_asked_fault(Failure(last.error()).fault("вопрос о судьбе документа"));
        }
        if (last->kind == TaskState::Kind::running) {
            return Fault(FaultClass::busy, "ККТ ещё выполняет команду, исход которой "
                                           "выясняется. Подождите: она будет спрошена снова.");
        }
        Told told;
        told.done = last->kind == TaskState::Kind::finished && is_success(last->answer);
        if (!reserved->open) {
            return told;
        }
        const auto open = session_.link().ask(*reserved->open, soon(deadline));
        if (!open) {
            return not_asked_fault(Failure(open.error()).fault("вопрос о судьбе документа"));
        }
        if (open->kind == TaskState::Kind::finished && is_success(open->answer)) {
            told.opened = Told::Opened::yes;
        } else if (open->kind == TaskState::Kind::finished ||
                   open->kind == TaskState::Kind::stopped) {
            told.opened = Told::Opened::no;
        }
        return told;
    }

    /// The document of a shift's closing comes with the end of its printed report, which nobody but
    /// us (EEh) or a key continues once it was interrupted.
    std::optional<Fault> wait_for_document(const fiscal::Marker& marker, Deadline deadline) {
        if (marker.kind != fiscal::TaskKind::shift_close) {
            return std::nullopt;
        }
        session_.forget_mode();
        return wait_for_report(z_report_limit, deadline);
    }

    /// Until 45h says that the report is printed and the registers are cleared. Busy: it is not,
    /// ask again; at once if paper is missing.
    std::optional<Fault> wait_for_report(std::chrono::seconds limit, Deadline deadline) {
        const auto end = std::min(deadline, std::chrono::steady_clock::now() + limit);
        while (true) {
            const auto code = session_.ask_whole(state_code_command(), parse_state_code, deadline);
            if (!code) {
                const Fault why = code.error().fault("печать отчёта");
                return Fault(FaultClass::link, why.text(), why.native_code(), why.native_text());
            }
            if (code->submode == 0 && code->mode != mode_extra) {
                return std::nullopt;
            }
            if (code->no_paper) {
                return Fault(FaultClass::busy, "Отчёт не допечатан: в ККТ кончилась бумага. "
                                               "Вставьте чековую ленту, он будет допечатан сам.");
            }
            if (print_unfinished(deadline)) { // whatever EEh answers, 45h tells
                static_cast<void>(session_.run(continue_print_command(), deadline));
            }
            if (std::chrono::steady_clock::now() + report_poll >= end) {
                return Fault(FaultClass::busy, "ККТ всё ещё печатает отчёт. Проверьте бумагу.");
            }
            std::this_thread::sleep_for(report_poll);
        }
    }

    // ---- service --------------------------------------------------------------------------------

    fiscal::Result<void, Fault> served(const Session::Result<std::string>& answer,
                                       const char* doing) {
        if (!answer) {
            return answer.error().fault(doing);
        }
        return {};
    }

    fiscal::Result<void, Fault> serve_one(const fiscal::XReport&, Deadline deadline) {
        const auto begun = session_.run_in(mode_x_reports, x_report_command(), deadline);
        if (!begun) {
            return begun.error().fault("X-отчёт");
        }
        if (auto fault = wait_for_report(x_report_limit, deadline)) {
            return *std::move(fault);
        }
        return {};
    }

    fiscal::Result<void, Fault> move_cash(const std::optional<std::string>& command,
                                          const char* doing, Deadline deadline) {
        if (!command) {
            return Fault(FaultClass::rejected, "Сумма наличных неверна или слишком велика для "
                                               "ККТ. Укажите другую.");
        }
        return served(session_.run_in(mode_registration, *command, deadline), doing);
    }

    fiscal::Result<void, Fault> serve_one(const fiscal::CashIn& task, Deadline deadline) {
        return move_cash(cash_in_command(task.sum), "внесение наличных", deadline);
    }

    fiscal::Result<void, Fault> serve_one(const fiscal::CashOut& task, Deadline deadline) {
        return move_cash(cash_out_command(task.sum), "выплата наличных", deadline);
    }

    fiscal::Result<void, Fault> serve_one(const fiscal::ReprintLast&, Deadline deadline) {
        return served(session_.run(reprint_command(), deadline), "копия документа");
    }

    fiscal::Result<void, Fault> serve_one(const fiscal::ContinuePrint&, Deadline deadline) {
        return served(session_.run(continue_print_command(), deadline), "допечатывание");
    }

    Session session_;
    SessionVatProbe vat_probe_{session_};
    const GivenVatCodes vat_codes_;
    KnownFacts facts_;
    Search search_;
    RateCheck rates_;
    InternetRefusal internet_;
    OpenReceipt receipt_;
    bool tasks_forgotten_ = false; ///< those of earlier runs, by state()
};

} // namespace

std::unique_ptr<Driver> make_driver(std::unique_ptr<Link> link, const GivenVatCodes& vat_codes,
                                    const DriverOptions& options) {
    return std::make_unique<AtolDriver>(std::move(link), vat_codes, options);
}

} // namespace kktd::driver::atol
