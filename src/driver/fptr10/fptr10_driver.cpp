#include "driver/fptr10/fptr10_driver.hpp"

#include "base/fault_point.hpp"
#include "driver/fptr10/amount.hpp"
#include "driver/fptr10/device_query.hpp"
#include "driver/fptr10/fn_archive.hpp"
#include "driver/fptr10/library_fault.hpp"
#include "driver/fptr10/options.hpp"
#include "driver/fptr10/receipt_calls.hpp"
#include "driver/fptr10/recovery.hpp"
#include "driver/fptr10/remote_library.hpp"
#include "driver/open_receipt.hpp"
#include "fiscal/qr.hpp"

#include <optional>
#include <thread>
#include <type_traits>

namespace kktd::driver::fptr10 {

namespace {

using fiscal::Fault;
using fiscal::FaultClass;
using fiscal::Outcome;
using fiscal::Refused;
using fiscal::Unknown;
using Kind = CallFailure::Kind;

constexpr std::chrono::seconds version_bound{10}; ///< of loading the library at start
constexpr std::chrono::seconds close_bound{3};
/// Of closing a shift, with a report that may be printed for long and is answered at its end.
constexpr std::chrono::seconds report_wait{60};
/// Between two questions whether a document is closed.
constexpr std::chrono::milliseconds ask_again{200};

Fault link_fault(const std::string& what) {
    return {FaultClass::link, what};
}

Fault foreign_receipt() {
    return {FaultClass::busy,
            "На ККТ открыт чужой чек. Завершите или отмените его на ККТ: чек будет "
            "зарегистрирован сам."};
}

/// The same fault, but to be asked again: for recovery, which may not decide by it.
Fault not_asked(const Fault& fault) {
    return {FaultClass::link, fault.text(), fault.native_code(), fault.native_text()};
}

/// A KKT that cannot be opened makes receipts wait, whatever the library calls it: 10.10.8 says
/// "not supported" where only the vendor's service does not run.
Fault waiting(const Fault& fault) {
    return fiscal::is_temporary(fault.cls()) ? fault : not_asked(fault);
}

struct Cashier {
    std::string name;
    std::string inn;
};

Cashier cashier_of(const fiscal::FiscalTask& task) {
    if (const auto* sale = std::get_if<fiscal::Register>(&task)) {
        return {sale->document.cashier, sale->document.cashier_inn};
    }
    if (const auto* opening = std::get_if<fiscal::OpenShift>(&task)) {
        return {opening->cashier, {}};
    }
    return {std::get<fiscal::CloseShift>(task).cashier, {}};
}

class Fptr10Driver final : public Driver {
public:
    Fptr10Driver(Options options, const std::optional<LibraryVersion>& version)
        : answer_wait_(options.answer_wait), receipt_(options.leftover), found_(version),
          library_(std::move(options.place)), archive_(library_), query_(library_) {}

    fiscal::Capabilities capabilities() const override {
        const auto version = library_.version() ? library_.version() : found_;
        fiscal::Capabilities capabilities;
        capabilities.vat_rates = vat_rates_of(version.value_or(LibraryVersion()));
        if (!version) {
            capabilities.vat_rates_note =
                "библиотека АТОЛ libfptr10.so ещё не загружена, поэтому неизвестно, знает ли она "
                "эту ставку (5, 7 и 22 % знают не все её версии). Установите драйвер АТОЛ 10, а "
                "отклонённый чек отправьте снова";
        }
        capabilities.electronic_only = true;
        capabilities.internet_tag = true;
        capabilities.corrections = true;
        capabilities.agents = true;
        return capabilities;
    }

    fiscal::Result<fiscal::DeviceState, Fault> state(Deadline deadline) override {
        auto state = whole_state(deadline);
        if (!state) {
            return released(state.error());
        }
        return *state;
    }

    /// The library keeps nothing that a restart could ask for.
    fiscal::Result<std::string, Fault> prepare(const fiscal::FiscalTask&,
                                               Deadline deadline) override {
        if (const auto opened = connect(deadline); !opened) {
            return opened.error().fault();
        }
        return std::string();
    }

    Outcome perform(const fiscal::FiscalTask& task, const fiscal::Marker& marker,
                    Deadline deadline) override {
        if (const auto opened = connect(deadline); !opened) {
            return Refused{opened.error().fault()};
        }
        const auto standing = query_.standing(deadline);
        if (!standing) {
            return Refused{released(standing.error())};
        }
        if (standing->receipt_open()) {
            return Refused{foreign_receipt()};
        }
        const auto storage = query_.storage(deadline);
        if (!storage) {
            return Refused{released(storage.error())};
        }
        const auto last = archive_.last(deadline);
        if (!last) {
            return Refused{released(last.error())};
        }
        if (auto fault = not_as_marked(marker, storage->fn, last->fd)) {
            return Refused{*std::move(fault)};
        }
        receipt_.forget_looks();
        return make(task, marker, *standing, deadline);
    }

    Outcome recover(const fiscal::Marker& marker, Deadline deadline) override {
        if (const auto opened = connect(deadline); !opened) {
            return Unknown{not_asked(opened.error().fault())};
        }
        const auto storage = query_.storage(deadline);
        if (!storage) {
            return Unknown{not_asked(released(storage.error()))};
        }
        if (storage->fn != marker.fn) {
            return other_storage(marker, storage->fn);
        }
        const auto registered = registration(storage->fn, deadline);
        const auto last = archive_.last(deadline);
        if (!registered || !last) {
            return Unknown{not_asked(released(!registered ? registered.error() : last.error()))};
        }
        auto outcome = recovery_.look_up(marker, registered->rnm, last->fd, archive_, deadline);
        if (std::holds_alternative<Refused>(outcome) && fiscal::is_receipt(marker.kind)) {
            outcome = end_absent(marker, registered->rnm, deadline);
        }
        return outcome;
    }

    fiscal::Result<void, Fault> serve(const fiscal::ServiceTask& task, Deadline deadline) override {
        if (const auto opened = connect(deadline); !opened) {
            return opened.error().fault();
        }
        const auto standing = query_.standing(deadline);
        if (!standing) {
            return released(standing.error());
        }
        return std::visit([&](const auto& what) { return serve_one(what, *standing, deadline); },
                          task);
    }

    void close() override {
        if (library_.child_pid()) {
            // Whatever it answers: a child that does not answer is killed.
            (void)library_.call({.method = Method::close},
                                std::chrono::steady_clock::now() + close_bound);
        }
        registered_.reset();
    }

private:
    template<class T>
    using Result = RemoteLibrary::Result<T>;

    /// A link that the library believes open is left as it is.
    Result<void> connect(Deadline deadline) {
        auto opened = library_.call({.method = Method::open}, deadline);
        if (!opened) {
            return CallFailure(Kind::not_sent, waiting(opened.error().fault()));
        }
        return {};
    }

    /// Asked once a connection and fiscal storage: it takes many commands.
    Result<Registered> registration(const std::string& fn, Deadline deadline) {
        const Key key{library_.generation(), fn};
        if (!registered_ || registered_key_ != key) {
            auto asked = query_.registered(deadline);
            if (!asked) {
                return asked.error();
            }
            registered_ = *asked;
            registered_key_ = key;
        }
        return *registered_;
    }

    Result<fiscal::DeviceState> whole_state(Deadline deadline) {
        if (const auto opened = connect(deadline); !opened) {
            return opened.error();
        }
        const auto standing = query_.standing(deadline);
        if (!standing) {
            return standing.error();
        }
        const auto storage = query_.storage(deadline);
        if (!storage) {
            return storage.error();
        }
        const auto registered = registration(storage->fn, deadline);
        if (!registered) {
            return registered.error();
        }
        if (!standing->now || registered->ffd == 0) {
            return CallFailure(Kind::refused,
                               Fault(FaultClass::unsupported,
                                     "Драйвер АТОЛ не назвал время ККТ или её версию ФФД (нужна "
                                     "1.05, 1.1 или 1.2): проверьте регистрацию ККТ и обновите "
                                     "драйвер АТОЛ."));
        }
        fiscal::DeviceState state;
        state.identity = {registered->inn, registered->rnm, standing->serial, storage->fn};
        state.now = *standing->now;
        state.shift = standing->shift;
        state.shift_number = standing->shift_number;
        state.receipt_open = standing->receipt_open();
        state.model = standing->model;
        state.firmware = standing->firmware;
        state.fn = storage->state;
        state.fn.valid_until = registered->valid_until;
        state.taxations = registered->taxations;
        state.internet_only = registered->internet_only;
        state.ffd = registered->ffd;
        if (!registered->internet_only) { // a KKT without a printer has neither paper nor cover
            state.cover_open = standing->cover_open;
            state.paper = !standing->paper_present   ? fiscal::Paper::out
                          : standing->paper_near_end ? fiscal::Paper::low
                                                     : fiscal::Paper::ok;
        }
        return with_documents(std::move(state), deadline);
    }

    Result<fiscal::DeviceState> with_documents(fiscal::DeviceState state, Deadline deadline) {
        const auto last = archive_.last(deadline);
        if (!last) {
            return last.error();
        }
        const auto receipt = archive_.last_receipt(deadline);
        if (!receipt) {
            return receipt.error();
        }
        const auto ofd = query_.ofd_queue(deadline);
        if (!ofd) {
            return ofd.error();
        }
        const auto opened = query_.shift_opened(deadline);
        if (!opened) {
            return opened.error();
        }
        state.last_fd = last->fd;
        state.last_document = last->time;
        state.receipt_number = receipt->number;
        state.ofd = *ofd;
        state.shift_opened = *opened;
        return state;
    }

    /// A handle whose link broke is closed, so that the next call opens it anew. Never where a
    /// document may be being closed: only the handle that opened it can tell of it.
    Fault released(const CallFailure& failure) {
        if (failure.kind() == Kind::refused && failure.fault().cls() == FaultClass::link) {
            close();
        }
        return failure.fault();
    }

    /// A receipt that is not in the fiscal storage. As long as it stands open on the KKT, a key or
    /// a closing that is still at work can register it: only without it is the absence final. What
    /// is open after a later document is somebody else's.
    Outcome end_absent(const fiscal::Marker& marker, const std::string& rnm, Deadline deadline) {
        const auto standing = query_.standing(deadline);
        auto last = standing ? archive_.last(deadline) : Result<LastDocument>(standing.error());
        if (last && last->fd == marker.last_fd && may_be_ours(*standing, marker)) {
            if (auto fault = receipt_.unclear(*standing->receipt_sum, marker)) {
                return Unknown{*std::move(fault)};
            }
            const auto ended = end_receipt(marker, deadline);
            if (ended && ended->still_open) {
                return Unknown{OpenReceipt::still_open()};
            }
            last = ended ? archive_.last(deadline) : Result<LastDocument>(ended.error());
        }
        if (!last) {
            return Unknown{not_asked(released(last.error()))};
        }
        if (!standing->receipt_open()) {
            receipt_.ended(marker);
        }
        return recovery_.look_up(marker, rnm, last->fd, archive_, deadline);
    }

    /// Whether the open receipt can be that of the marker.
    [[nodiscard]] bool may_be_ours(const Standing& standing, const fiscal::Marker& marker) const {
        return standing.receipt_open() && standing.receipt_sum &&
               standing.receipt ==
                   receipt_type_of(marker.receipt, marker.kind == fiscal::TaskKind::correction) &&
               receipt_.may_be_ours(*standing.receipt_sum, marker);
    }

    struct Ended {
        bool cancelled = false;  ///< there was one to cancel
        bool still_open = false; ///< one is
    };

    /// Cancels the receipt of the marker. What that answers decides nothing, the KKT is asked.
    Result<Ended> end_receipt(const fiscal::Marker& marker, Deadline deadline) {
        receipt_.forget_looks();
        const auto cancelled = cancel_receipt(deadline);
        if (!cancelled && cancelled.error().fault().cls() == FaultClass::link) {
            receipt_.perhaps_cancelled();
        }
        const auto standing =
            cancelled ? query_.standing(deadline) : Result<Standing>(cancelled.error());
        if (!standing) {
            return standing.error();
        }
        if (!standing->receipt_open()) {
            receipt_.ended(marker);
        } else if (*cancelled) {
            receipt_.outlasted_its_end(marker);
        }
        return Ended{.cancelled = *cancelled, .still_open = standing->receipt_open()};
    }

    // ---- one fiscal document --------------------------------------------------------------------

    /// On a KKT that is as the marker has it.
    Outcome make(const fiscal::FiscalTask& task, const fiscal::Marker& marker,
                 const Standing& standing, Deadline deadline) {
        base::fault_point("fptr10.perform.before");
        const auto* sale = std::get_if<fiscal::Register>(&task);
        std::vector<Request> calls;
        if (sale != nullptr) {
            auto planned = planned_receipt(sale->document, marker.fn, standing, deadline);
            if (!planned) {
                return Refused{planned.error()};
            }
            calls = std::move(*planned);
        }
        if (const Cashier cashier = cashier_of(task); !cashier.name.empty()) {
            if (const auto login = log_in(cashier, deadline); !login) {
                return Refused{login.error().fault()}; // who is at the till is no document yet
            }
        }
        std::size_t entered = 0;
        for (const Request& call : calls) {
            const bool opens = call.method == Method::open_receipt;
            if (opens) {
                receipt_.opening(marker);
            } else if (call.method == Method::registration) {
                receipt_.entering(receipt_.sum() + sale->document.items[entered++].cost);
            } else if (call.method == Method::receipt_total) {
                receipt_.entering(sale->document.total);
            }
            if (const auto made = library_.call(call, answer_end(deadline)); !made) {
                return opens ? not_opened(made.error(), marker, deadline)
                             : abandon(made.error(), marker, deadline);
            }
            receipt_.answered();
        }
        base::fault_point("fptr10.perform.closing");
        const Deadline end = closing_end(task, deadline);
        const auto closed = library_.call(closing_call(task), end);
        base::fault_point("fptr10.perform.closed");
        return settle(task, marker,
                      closed ? std::nullopt : std::optional<CallFailure>(closed.error()), end,
                      deadline);
    }

    /// When the answer to a command sent now is lost.
    Deadline answer_end(Deadline deadline) const {
        return std::min(deadline, std::chrono::steady_clock::now() + answer_wait_);
    }
    Deadline closing_end(const fiscal::FiscalTask& task, Deadline deadline) const {
        const auto wait = std::holds_alternative<fiscal::CloseShift>(task)
                              ? std::max(answer_wait_, report_wait)
                              : answer_wait_;
        return std::min(deadline, std::chrono::steady_clock::now() + wait);
    }

    /// The tags of a document that came to nothing may still be there (error 148, written already):
    /// cancelling clears them, and is sent only while no receipt is open. A KKT that keeps them all
    /// the same (not in any source) has the cashier of that attempt.
    Result<void> log_in(const Cashier& cashier, Deadline deadline) {
        const Request request = operator_login(cashier.name, cashier.inn);
        const auto is_written = [](const Result<Response>& login) {
            return !login && login.error().kind() == Kind::refused &&
                   login.error().code() == error::fiscal_property_write;
        };
        auto login = library_.call(request, answer_end(deadline));
        if (is_written(login)) {
            if (auto cleared = clear_tags(deadline); !cleared) {
                return cleared;
            }
            login = library_.call(request, answer_end(deadline));
        }
        if (!login && !is_written(login)) {
            return login.error();
        }
        return {};
    }

    Result<void> clear_tags(Deadline deadline) {
        const auto standing = query_.standing(deadline);
        if (!standing) {
            return standing.error();
        }
        if (standing->receipt_open()) {
            return CallFailure(Kind::refused, foreign_receipt());
        }
        if (const auto cancelled = cancel_receipt(deadline); !cancelled) {
            return cancelled.error();
        }
        return {};
    }

    fiscal::Result<std::vector<Request>, Fault> planned_receipt(const fiscal::Document& document,
                                                                const std::string& fn,
                                                                const Standing& standing,
                                                                Deadline deadline) {
        // On a closed shift the library opens one itself, a document nobody asked for.
        if (standing.shift != fiscal::ShiftState::open) {
            return Fault(FaultClass::shift, "Смена на ККТ закрыта или длится более 24 часов: kktd "
                                            "откроет новую и зарегистрирует чек сам.");
        }
        const auto registered = registration(fn, deadline);
        if (!registered) {
            return registered.error().fault();
        }
        return receipt_calls(document, registered->ffd, *library_.version());
    }

    static Request closing_call(const fiscal::FiscalTask& task) {
        if (std::holds_alternative<fiscal::Register>(task)) {
            return {.method = Method::close_receipt};
        }
        if (std::holds_alternative<fiscal::OpenShift>(task)) {
            return {.method = Method::open_shift};
        }
        return {
            .method = Method::report,
            .inputs = {
                {.id = param::report_type, .value = report_type::close_shift, .printed = true}}};
    }

    /// A receipt that was begun, and of which the KKT does not say that it is closed. It is
    /// certainly absent only if it stood open and could be cancelled: one that does not may have
    /// been closed by a key, or by a closing that is still at work. Then recover() tells.
    Outcome abandon(const CallFailure& failure, const fiscal::Marker& marker, Deadline deadline) {
        const auto ended =
            failure.kind() == Kind::lost ? Result<Ended>(failure) : end_receipt(marker, deadline);
        const auto last = ended && ended->cancelled && !ended->still_open
                              ? archive_.last(deadline)
                              : Result<LastDocument>(failure);
        return last && last->fd == marker.last_fd ? Outcome(Refused{failure.fault()})
                                                  : Outcome(Unknown{not_asked(failure.fault())});
    }

    /// A receipt whose opening failed. What stands open then is ours if the KKT has refused
    /// something that came with the opening (a tag); or a cashier has begun it since the KKT was
    /// looked at, and that one is never cancelled. Ours has no position yet.
    Outcome not_opened(const CallFailure& failure, const fiscal::Marker& marker,
                       Deadline deadline) {
        if (failure.kind() == Kind::not_sent) {
            return Refused{failure.fault()};
        }
        if (failure.kind() == Kind::lost || failure.fault().cls() == FaultClass::link) {
            return Unknown{not_asked(failure.fault())}; // it may have been opened, or still be
        }
        if (already_open(failure.code())) {
            return Refused{foreign_receipt()};
        }
        const auto standing = query_.standing(deadline);
        if (standing && may_be_ours(*standing, marker)) {
            return abandon(failure, marker, deadline);
        }
        const auto last = standing ? archive_.last(deadline) : Result<LastDocument>(failure);
        if (!last || last->fd != marker.last_fd) {
            return Unknown{not_asked(failure.fault())};
        }
        return Refused{standing->receipt_open() ? foreign_receipt() : failure.fault()};
    }

    /// Whether there was one to cancel.
    Result<bool> cancel_receipt(Deadline deadline) {
        const auto cancelled =
            library_.call({.method = Method::cancel_receipt}, answer_end(deadline));
        if (cancelled) {
            return true;
        }
        if (cancelled.error().kind() == Kind::refused &&
            nothing_to_cancel(cancelled.error().code())) {
            return false;
        }
        return cancelled.error();
    }

    struct Closed {
        bool closed = false;
        bool printed = false;
    };

    /// The vendor's rule: what closing answered decides nothing, this does; it is asked until it
    /// answers, and nothing else is in between.
    Result<Closed> ask_closed(Deadline deadline) {
        while (true) {
            const auto answer =
                library_.call({.method = Method::check_document_closed,
                               .wanted = {{param::document_closed, ValueType::boolean},
                                          {param::document_printed, ValueType::boolean}}},
                              deadline);
            if (answer) {
                return Closed{.closed = std::get<bool>(answer->outputs[0]),
                              .printed = std::get<bool>(answer->outputs[1])};
            }
            const auto pause_end = std::chrono::steady_clock::now() + ask_again;
            if (answer.error().kind() != Kind::refused || pause_end >= deadline) {
                return answer.error();
            }
            std::this_thread::sleep_until(pause_end);
        }
    }

    /// After the call that closes the document, whatever it answered.
    Outcome settle(const fiscal::FiscalTask& task, const fiscal::Marker& marker,
                   const std::optional<CallFailure>& failure, Deadline end, Deadline deadline) {
        if (failure && failure->kind() == Kind::lost) {
            return Unknown{not_asked(failure->fault())};
        }
        const auto closed = ask_closed(std::max(end, answer_end(deadline)));
        if (!closed) {
            library_.stop(); // recover() asks over a new link, not over one the library waits for
        }
        const auto last = closed ? archive_.last(deadline) : Result<LastDocument>(closed.error());
        if (!last) {
            return Unknown{not_asked(last.error().fault())};
        }
        // The library was once wrong about it (its change log, 10.4.6): the fiscal storage decides.
        if (closed->closed != (last->fd > marker.last_fd)) {
            return Unknown{link_fault("Драйвер АТОЛ и фискальный накопитель отвечают по-разному, "
                                      "зарегистрирован ли документ: kktd прочтёт его из "
                                      "накопителя.")};
        }
        if (!closed->closed) {
            return not_registered(failure, marker, deadline);
        }
        if (last->fd != marker.last_fd + 1) {
            return Unknown{link_fault("На ККТ зарегистрирован и чужой документ: kktd найдёт свой "
                                      "в фискальном накопителе.")};
        }
        return registered_as(task, *last, closed->printed, deadline);
    }

    Outcome not_registered(const std::optional<CallFailure>& failure, const fiscal::Marker& marker,
                           Deadline deadline) {
        const CallFailure why = failure.value_or(CallFailure(
            Kind::refused, link_fault("ККТ не закрыла документ и не сказала почему: он не "
                                      "зарегистрирован.")));
        if (!fiscal::is_receipt(marker.kind)) {
            return Refused{why.fault()};
        }
        return abandon(why, marker, deadline);
    }

    Outcome registered_as(const fiscal::FiscalTask& task, const LastDocument& last, bool printed,
                          Deadline deadline) {
        const auto storage = query_.storage(deadline);
        const auto receipt = archive_.last_receipt(deadline);
        const auto registered =
            storage ? registration(storage->fn, deadline) : Result<Registered>(storage.error());
        if (!registered || !receipt || last.fpd.empty() || !last.time) {
            return Unknown{link_fault("Документ зарегистрирован, но его номера не прочитаны: kktd "
                                      "прочтёт их из фискального накопителя.")};
        }
        fiscal::Registration made;
        made.fn = storage->fn;
        made.fd = last.fd;
        made.fpd = last.fpd;
        made.shift = receipt->shift;
        made.time = *last.time;
        made.rnm = registered->rnm;
        bool on_paper = !registered->internet_only;
        if (const auto* sale = std::get_if<fiscal::Register>(&task)) {
            made.number = receipt->number;
            made.total = sale->document.total;
            made.qr = fiscal::qr_text(made, sale->document.kind);
            on_paper = on_paper && !sale->document.electronic_only;
        }
        made.not_printed = on_paper && !printed && !continue_print(deadline);
        return fiscal::Done{made};
    }

    /// Once: the KKT finishes printing by itself before whatever it prints next.
    bool continue_print(Deadline deadline) {
        return library_.call({.method = Method::continue_print}, answer_end(deadline)).has_value();
    }

    // ---- tasks of an operator -------------------------------------------------------------------

    fiscal::Result<void, Fault> served(const Request& request, Deadline deadline) {
        const auto answer = library_.call(request, deadline);
        if (!answer) {
            return answer.error().fault();
        }
        return {};
    }

    fiscal::Result<void, Fault> report(std::uint32_t type, Deadline deadline) {
        return served({.method = Method::report,
                       .inputs = {{.id = param::report_type, .value = type, .printed = true}}},
                      deadline);
    }

    fiscal::Result<void, Fault> cash(Method method, fiscal::Money sum, const Standing& standing,
                                     Deadline deadline) {
        // On a closed shift the library would open one itself.
        if (standing.shift != fiscal::ShiftState::open) {
            return Fault(FaultClass::shift, "Смена на ККТ закрыта или длится более 24 часов: "
                                            "откройте новую смену и повторите.");
        }
        const auto number = to_library(sum);
        if (!number) {
            return Fault(FaultClass::rejected, "Сумма слишком велика: разделите её.");
        }
        return served(
            {.method = method, .inputs = {{.id = param::sum, .value = *number, .printed = true}}},
            deadline);
    }

    fiscal::Result<void, Fault> serve_one(const fiscal::XReport&, const Standing&,
                                          Deadline deadline) {
        return report(report_type::x, deadline);
    }
    fiscal::Result<void, Fault> serve_one(const fiscal::CashIn& task, const Standing& standing,
                                          Deadline deadline) {
        return cash(Method::cash_income, task.sum, standing, deadline);
    }
    fiscal::Result<void, Fault> serve_one(const fiscal::CashOut& task, const Standing& standing,
                                          Deadline deadline) {
        return cash(Method::cash_outcome, task.sum, standing, deadline);
    }
    fiscal::Result<void, Fault> serve_one(const fiscal::ReprintLast&, const Standing&,
                                          Deadline deadline) {
        return report(report_type::last_document, deadline);
    }
    fiscal::Result<void, Fault> serve_one(const fiscal::ContinuePrint&, const Standing&,
                                          Deadline deadline) {
        return served({.method = Method::continue_print}, deadline);
    }

    struct Key {
        std::uint64_t generation = 0;
        std::string fn;
        friend bool operator==(const Key&, const Key&) = default;
    };

    const std::chrono::seconds answer_wait_;
    OpenReceipt receipt_;
    const std::optional<LibraryVersion> found_; ///< when kktd was started
    RemoteLibrary library_;
    FnArchive archive_;
    DeviceQuery query_;
    Recovery recovery_;
    std::optional<Registered> registered_; ///< of registered_key_
    Key registered_key_;
};

} // namespace

fiscal::Result<std::unique_ptr<Driver>, OpenError> create(const DeviceUri& uri,
                                                          const Surroundings&) {
    auto options = parse_options(uri);
    if (!options) {
        return options.error();
    }
    // The rates are those of the library that is there now, and of the one loaded later if it is
    // another. If none can be loaded yet, they are those that each version knows.
    RemoteLibrary probe(options->place);
    (void)probe.start(std::chrono::steady_clock::now() + version_bound);
    return std::unique_ptr<Driver>(
        std::make_unique<Fptr10Driver>(std::move(*options), probe.version()));
}

} // namespace kktd::driver::fptr10
