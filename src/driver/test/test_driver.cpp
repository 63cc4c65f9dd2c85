#include "driver/test/test_driver.hpp"

#include "base/fault_point.hpp"
#include "driver/recovered.hpp"
#include "driver/test/faults.hpp"
#include "driver/test/options.hpp"
#include "driver/test/storage.hpp"
#include "fiscal/tlv_codec.hpp"

#include <algorithm>
#include <optional>
#include <thread>

namespace kktd::driver::test {

namespace {

using fiscal::Fault;
using fiscal::FaultClass;
using fiscal::FinishedDocument;
using fiscal::Outcome;

Fault link_fault(const std::string& what) {
    return {FaultClass::link, "Тестовая ККТ: " + what};
}

Fault storage_fault(const StorageError& error) {
    switch (error.kind()) {
    case StorageError::Kind::locked:
        return {FaultClass::busy, error.text()};
    case StorageError::Kind::io:
    case StorageError::Kind::damaged:
    case StorageError::Kind::doubtful:
        break;
    }
    return {FaultClass::fn, error.text()};
}

/// 98h of ATOL KKT.
Fault no_cash(fiscal::Money drawer) {
    constexpr std::int64_t code = 0x98;
    const std::string text = "В ККТ нет денег для выплаты";
    return {FaultClass::rejected,
            "ККТ отказала: " + text + ". В ящике " + drawer.text() +
                ", укажите не больше или сначала внесите наличные.",
            code, text};
}

struct Perform {
    fiscal::VirtualKkt& kkt;
    fiscal::LocalTime now;
    fiscal::VirtualKkt::Answer<FinishedDocument> operator()(const fiscal::OpenShift& task) const {
        return kkt.open_shift(task.cashier, now);
    }
    fiscal::VirtualKkt::Answer<FinishedDocument> operator()(const fiscal::CloseShift& task) const {
        return kkt.close_shift(task.cashier, now);
    }
    fiscal::VirtualKkt::Answer<FinishedDocument> operator()(const fiscal::Register& task) const {
        return kkt.register_document(task.document, now);
    }
};

/// A value of the receipt in `document`; empty if there is none.
std::string_view value_of(const FinishedDocument& document, std::uint16_t tag) {
    fiscal::TlvCursor form(document.tlv);
    return form.next() ? fiscal::tlv_value(form.value(), tag) : std::string_view();
}

FoundDocument as_found(const FinishedDocument& document) {
    return {.kind = document.kind,
            .receipt =
                static_cast<fiscal::ReceiptKind>(fiscal::tlv_number(value_of(document, 1054))),
            .contact = fiscal::tlv_text(value_of(document, 1008)),
            .stamp = document.stamp,
            .registration = fiscal::registration_of(document)};
}

class TestDriver final : public Driver {
public:
    TestDriver(Options options, const Surroundings& surroundings)
        : options_(std::move(options)), clock_(surroundings.clock),
          utc_offset_(surroundings.utc_offset), faults_(options_.faults) {}

    fiscal::Capabilities capabilities() const override {
        fiscal::Capabilities capabilities;
        capabilities.vat_rates = options_.profile.vat_rates;
        capabilities.quantity_digits = options_.profile.quantity_digits;
        capabilities.electronic_only = true;
        capabilities.internet_tag = true;
        capabilities.corrections = true;
        capabilities.agents = true;
        return capabilities;
    }

    fiscal::Result<fiscal::DeviceState, Fault> state(Deadline) override {
        if (options_.hold) {
            return Fault(FaultClass::busy, "Исполнитель тестовой ККТ придержан (hold=1).");
        }
        if (auto fault = connect()) {
            return *fault;
        }
        return kkt_->state(now());
    }

    fiscal::Result<std::string, Fault> prepare(const fiscal::FiscalTask&, Deadline) override {
        return std::string();
    }

    Outcome perform(const fiscal::FiscalTask& task, const fiscal::Marker& marker,
                    Deadline deadline) override {
        if (auto fault = connect()) {
            return fiscal::Refused{*fault};
        }
        if (auto fault = not_as_marked(marker, storage_->memory().fn, storage_->memory().last_fd)) {
            return fiscal::Refused{*std::move(fault)};
        }
        const Faults faults = *faults_.read();
        if (faults.refuse != 0) {
            return fiscal::Refused{fiscal::KktRefusal::injected(faults.refuse).fault()};
        }
        const bool late = pretend_to_work(deadline);
        if (faults.lose_answer == Faults::LoseAnswer::before) {
            return fiscal::Unknown{link_fault("связь оборвалась (lose_answer=before).")};
        }
        auto outcome = make(task);
        if (!std::holds_alternative<fiscal::Done>(outcome)) {
            return outcome;
        }
        if (faults.lose_answer == Faults::LoseAnswer::after) {
            return fiscal::Unknown{link_fault("связь оборвалась (lose_answer=after).")};
        }
        if (late) {
            return fiscal::Unknown{link_fault("ответ не пришёл вовремя.")};
        }
        return outcome;
    }

    Outcome recover(const fiscal::Marker& marker, Deadline) override {
        if (auto fault = connect()) { // it could not be asked, whatever the reason
            return fiscal::Unknown{Fault(FaultClass::link, fault->text())};
        }
        if (faults_.read()->mute) {
            return fiscal::Unknown{link_fault("не отвечает на вопрос о документе (mute=1).")};
        }
        if (storage_->memory().fn != marker.fn) {
            return other_storage(marker, storage_->memory().fn);
        }
        const auto documents = storage_->after(marker.last_fd);
        if (!documents) {
            return fiscal::Unknown{link_fault(documents.error().text())};
        }
        return look_up(marker, *documents);
    }

    fiscal::Result<void, Fault> serve(const fiscal::ServiceTask& task, Deadline) override {
        if (auto fault = connect()) {
            return *fault;
        }
        if (const auto refusal = service_obstacle(task)) {
            return refusal->fault();
        }
        // Its paper is nobody's: reports and copies leave no trace. Cash does.
        if (const auto* in = std::get_if<fiscal::CashIn>(&task)) {
            put_in_ += in->sum;
        } else if (const auto* out = std::get_if<fiscal::CashOut>(&task)) {
            if (out->sum > drawer()) {
                return no_cash(drawer());
            }
            put_in_ = put_in_ - out->sum;
        }
        return {};
    }

    void close() override {
        kkt_.reset();
        storage_.reset();
    }

private:
    fiscal::LocalTime now() const {
        return fiscal::LocalTime::of_utc(clock_.utc_micros(), utc_offset_);
    }

    /// Opens the storage if needed and sets the switches; why that cannot be done.
    std::optional<Fault> connect() {
        const auto& faults = faults_.read();
        if (!faults) {
            return link_fault("файл faults: " + faults.error().text() + ". Исправьте его.");
        }
        if (faults->switches.link_down) {
            return link_fault("нет связи (link=down).");
        }
        if (!storage_) {
            auto opened = Storage::open({.path = options_.storage,
                                         .fn = options_.profile.registration.identity.fn,
                                         .sync = options_.sync});
            if (!opened) {
                return storage_fault(opened.error());
            }
            storage_.emplace(std::move(*opened));
            owned_from_ = storage_->memory().last_fd;
            kkt_.emplace(options_.profile, storage_->memory());
        }
        kkt_->set_switches(faults->switches);
        return std::nullopt;
    }

    /// What keeps a printer from an operator's task; finishing an interrupted print goes on in
    /// spite of an open receipt.
    std::optional<fiscal::KktRefusal> service_obstacle(const fiscal::ServiceTask& task) const {
        using fiscal::KktError;
        const auto& switches = kkt_->switches();
        const bool resumes = std::holds_alternative<fiscal::ContinuePrint>(task);
        if (switches.busy) {
            return fiscal::KktRefusal(KktError::busy);
        }
        if (switches.receipt_open && !resumes) {
            return fiscal::KktRefusal(KktError::receipt_open);
        }
        if (switches.cover_open) {
            return fiscal::KktRefusal(KktError::cover_open);
        }
        if (switches.paper == fiscal::Paper::out) {
            return fiscal::KktRefusal(KktError::paper_out);
        }
        return std::nullopt;
    }

    /// Cash in the drawer: that of the receipts, and what was put in or taken out since start.
    fiscal::Money drawer() const {
        fiscal::Totals totals = storage_->memory().totals;
        fiscal::Money cash = put_in_;
        for (const bool correction : {false, true}) {
            using enum fiscal::ReceiptKind;
            cash += totals.at(sell, correction).payments.cash;
            cash += totals.at(buy_refund, correction).payments.cash;
            cash = cash - totals.at(sell_refund, correction).payments.cash;
            cash = cash - totals.at(buy, correction).payments.cash;
        }
        return cash;
    }

    /// Takes as long as printing would; true if the deadline came first.
    bool pretend_to_work(Deadline deadline) const {
        const Deadline end = std::chrono::steady_clock::now() + options_.latency;
        if (options_.latency.count() > 0) {
            std::this_thread::sleep_until(std::min(end, deadline));
        }
        return end > deadline;
    }

    Outcome make(const fiscal::FiscalTask& task) {
        base::fault_point("test.perform.before");
        const auto answer = std::visit(Perform{*kkt_, now()}, task);
        if (!answer) {
            return fiscal::Refused{answer.error().fault()};
        }
        if (const auto kept = storage_->append(*answer); !kept) {
            Fault fault = storage_fault(kept.error());
            const bool doubtful = kept.error().kind() == StorageError::Kind::doubtful;
            close(); // what the VirtualKkt counted is not in the file: both begin anew
            return doubtful ? Outcome(fiscal::Unknown{fault}) : Outcome(fiscal::Refused{fault});
        }
        base::fault_point("test.perform.after");
        return fiscal::Done{fiscal::registration_of(*answer)};
    }

    Outcome look_up(const fiscal::Marker& marker,
                    const std::vector<FinishedDocument>& documents) const {
        std::vector<FoundDocument> found;
        found.reserve(documents.size());
        for (const FinishedDocument& document : documents) {
            found.push_back(as_found(document));
        }
        // Nobody else could make any: the file has been locked by us since before the marker. After
        // a restart that is no longer known, since the file stood open to others in between.
        const bool ours_alone = marker.last_fd >= owned_from_;
        return judge_found(marker, found, {.ours_alone = ours_alone, .keeps_stamps = true});
    }

    Options options_;
    const base::Clock& clock_;
    std::chrono::seconds utc_offset_;
    FaultsFile faults_;
    std::optional<Storage> storage_;
    fiscal::Money put_in_; ///< by an operator, less what he took out; not kept over a restart
    std::uint32_t owned_from_ = 0; ///< the last FD when storage_ was locked: later ones are ours
    std::optional<fiscal::VirtualKkt> kkt_;
};

} // namespace

fiscal::Result<std::unique_ptr<Driver>, OpenError> create(const DeviceUri& uri,
                                                          const Surroundings& surroundings) {
    auto options = parse_options(uri);
    if (!options) {
        return options.error();
    }
    return std::unique_ptr<Driver>(std::make_unique<TestDriver>(std::move(*options), surroundings));
}

} // namespace kktd::driver::test
