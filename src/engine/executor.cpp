#include "engine/executor.hpp"

#include "base/clock.hpp"
#include "base/fault_point.hpp"
#include "base/log.hpp"
#include "base/masked_uri.hpp"
#include "base/random_id.hpp"
#include "engine/durable.hpp"
#include "engine/keeper.hpp"
#include "fiscal/ffd.hpp"
#include "fiscal/plan.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <tuple>

namespace kktd::engine {

namespace {

using fiscal::Fault;
using fiscal::FaultClass;
using fiscal::ReceiptState;

/// Looks at an idle KKT, so that /kkt/status is honest before the next receipt comes.
constexpr std::chrono::milliseconds idle_look{2000};

constexpr std::int64_t micros(std::chrono::microseconds span) {
    return span.count();
}

/// A new stamp for this attempt, where the configuration wants it. Tag 1192 means the receipt being
/// corrected in refunds, corrections and FFD 1.05: there it is never ours.
void put_stamp(fiscal::Document& document, fiscal::StampPlace place, std::uint8_t ffd) {
    switch (place) {
    case fiscal::StampPlace::tag_1084:
        document.stamp = base::new_stamp();
        break;
    case fiscal::StampPlace::tag_1192:
        if (ffd > fiscal::ffd_1_05 && !document.correction && !fiscal::is_refund(document.kind)) {
            document.stamp = base::new_stamp();
            document.additional = document.stamp;
        }
        break;
    case fiscal::StampPlace::none:
        break;
    }
}

journal::OpenIntent opened(journal::RowId row, journal::Intent intent) {
    return {.row = row,
            .receipt = intent.receipt,
            .kkt = std::move(intent.kkt),
            .marker = std::move(intent.marker),
            .at = intent.at};
}

/// What compiling anew decided beyond what the caller was told. There may be some for each line.
fiscal::Warnings missing_in(const fiscal::Warnings& told, const fiscal::Warnings& now) {
    using Words = std::tuple<std::string_view, std::string_view, std::string_view>;
    const auto words = [](const fiscal::Warning& warning) {
        return Words(warning.code, warning.path, warning.text);
    };
    std::set<Words> known;
    std::transform(told.begin(), told.end(), std::inserter(known, known.end()), words);
    fiscal::Warnings missing;
    std::copy_if(now.begin(), now.end(), std::back_inserter(missing),
                 [&](const auto& warning) { return !known.contains(words(warning)); });
    return missing;
}

} // namespace

Executor::Executor(KktConfig config, const driver::DriverEntry& entry,
                   std::unique_ptr<driver::Driver> driver, journal::Store& store,
                   const base::Clock& clock, WaitingRoom& waiting_room)
    : config_(std::move(config)), driver_(std::move(driver)),
      space_(entry.test ? journal::Space::test_device : journal::Space::real), store_(store),
      clock_(clock), waiting_room_(waiting_room), queue_(config_.queue_limit),
      recover_deadline_(config_.document_deadline), capabilities_(driver_->capabilities()) {
    snapshot_.id = config_.id;
    snapshot_.device = base::masked_uri(config_.device);
    snapshot_.driver = std::string(entry.name);
    snapshot_.maturity = std::string(driver::name(entry.maturity));
    snapshot_.test_device = entry.test;
    snapshot_.test_mode = config_.test_mode;
    snapshot_.queue_limit = config_.queue_limit;
    snapshot_.fault = Fault(FaultClass::link, "ККТ ещё не опрошена, подождите несколько секунд");
}

Executor::~Executor() {
    stop();
}

void Executor::owe(std::list<Job> accepted, std::vector<journal::OpenIntent> open,
                   std::optional<fiscal::Identity> bound, std::optional<fiscal::Fault> stop,
                   std::optional<fiscal::Registration> last_receipt) {
    queue_.fill(std::move(accepted));
    open_ = std::move(open);
    for (const auto& intent : open_) {
        if (intent.receipt) {
            queue_.set_in_doubt(*intent.receipt, true);
        }
    }
    count_unknown();
    bound_ = std::move(bound);
    stop_ = std::move(stop);
    snapshot_.last_receipt = std::move(last_receipt);
}

void Executor::start() {
    thread_ = std::thread([this] { run(); });
}

void Executor::begin_stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
}

void Executor::stop() {
    begin_stop();
    if (thread_.joinable()) {
        thread_.join();
        driver_->close();
    }
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return writes_ == 0; });
}

void Executor::enqueue(Job job) {
    if (queue_.push(std::move(job))) {
        wake();
    }
}

bool Executor::take(Offer& offer) {
    {
        const std::lock_guard lock(mutex_);
        if (!resting_ || stopping_) {
            return false;
        }
        resting_ = false;
        offer_ = std::move(offer);
    }
    changed_.notify_all();
    return true;
}

void Executor::put_back(Job job) {
    queue_.put_back(std::move(job));
    wake();
}

/// The lock makes sure that a thread which has just found nothing to do is already waiting.
void Executor::wake() {
    { const std::lock_guard lock(mutex_); }
    changed_.notify_all();
}

// ---- what others see ----------------------------------------------------------------------------

KktSnapshot Executor::snapshot() const {
    const std::lock_guard lock(mutex_);
    KktSnapshot snapshot = snapshot_;
    snapshot.queued = queue_.size();
    snapshot.working = queue_.at_work();
    snapshot.can_sell = !snapshot.fault && snapshot.state && !stopping_;
    return snapshot;
}

fiscal::Capabilities Executor::capabilities() const {
    const std::lock_guard lock(mutex_);
    return capabilities_;
}

std::optional<fiscal::DeviceState> Executor::seen() const {
    const std::lock_guard lock(mutex_);
    return snapshot_.state;
}

std::optional<Fault> Executor::fault() const {
    const std::lock_guard lock(mutex_);
    return snapshot_.fault;
}

fiscal::LocalTime Executor::host_now() const {
    return fiscal::LocalTime::of_utc(clock_.utc_micros(), config_.utc_offset);
}

fiscal::LocalTime Executor::kkt_now() const {
    const std::lock_guard lock(mutex_);
    return {host_now().seconds + snapshot_.clock_skew_seconds};
}

/// Each change is logged once.
void Executor::set_fault(std::optional<Fault> fault) {
    const std::lock_guard lock(mutex_);
    if (fault && (!snapshot_.fault || *snapshot_.fault != *fault)) {
        base::log(base::LogLevel::warning, "kkt " + config_.id + ": not selling (" +
                                               fiscal::name(fault->cls()) + "): " + fault->text());
    } else if (!fault && snapshot_.fault) {
        base::log(base::LogLevel::notice, "kkt " + config_.id + ": selling");
    }
    snapshot_.fault = std::move(fault);
}

void Executor::halt(const journal::JournalError& error) {
    halted_ = true;
    const Fault fault(FaultClass::internal, "журнал чеков не записывается, продажа остановлена: "
                                            "проверьте диск и перезапустите kktd");
    set_fault(fault);
    base::log(base::LogLevel::error,
              "kkt " + config_.id + ": selling stopped, the journal failed: " + error.text() +
                  "; check the disk under the state folder and start kktd again");
    waiting_room_.tell_all(config_.id, fault);
}

// ---- the thread ---------------------------------------------------------------------------------

void Executor::run() {
    while (true) {
        std::deque<Order> orders;
        std::optional<Offer> offer;
        bool go = false;
        {
            const std::lock_guard lock(mutex_);
            go = !stopping_;
            offer.swap(offer_);
            orders.swap(orders_);
        }
        if (offer) {
            work_on_offer(std::move(*offer));
        }
        for (const auto& order : orders) {
            order(go);
        }
        if (!go) {
            return;
        }
        if (halted_) {
            pause();
            continue;
        }
        auto cause = recover_open();
        if (!cause) {
            cause = queue_.size() > 0 ? work_on_head() : idle();
        }
        if (cause) {
            set_fault(std::move(cause));
            give_up_on_old();
            pause();
        }
    }
}

/// Until it is time to look again, an order comes or kktd stops. New receipts do not wake: whatever
/// made us wait makes them wait too.
void Executor::pause() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, config_.retry_interval,
                      [this] { return stopping_ || !orders_.empty(); });
}

std::optional<Fault> Executor::idle() {
    const std::int64_t now = clock_.utc_micros();
    if (idle_since_ == 0) {
        idle_since_ = now;
    }
    const bool borrowed = released_ && seen_shift_due();
    if (borrowed) {
        released_ = false; // for the closing alone
        idle_since_ = now;
        looked_at_ = 0;
    }
    if (!released_ && now - looked_at_ >= micros(idle_look)) {
        auto state = look(in(question_deadline));
        auto fault = state ? not_to_sell(*state) : state.error();
        if (state && !fault) {
            fault = fiscal::why_not_selling(*state, host_now());
        }
        if (fault) {
            if (borrowed) { // another program may be what we wait for
                driver_->close();
                released_ = true;
            }
            return fault;
        }
        set_fault(std::nullopt);
        repeats_ = false;
        if (!config_.test_mode && shift_due(*state, kkt_now(), config_.shift)) {
            return make(fiscal::CloseShift{config_.shift.cashier}, nullptr, *state).wait;
        }
    }
    if (config_.idle_release.count() > 0 && !released_ &&
        now - idle_since_ >= micros(config_.idle_release)) {
        driver_->close();
        released_ = true;
    }
    std::unique_lock lock(mutex_);
    resting_ =
        !config_.test_mode && !released_ && !repeats_ && !snapshot_.fault && queue_.size() == 0;
    changed_.wait_for(lock, idle_look, [this] {
        return stopping_ || offer_ || !orders_.empty() || queue_.size() > 0;
    });
    resting_ = false;
    return std::nullopt;
}

/// By what was seen last.
bool Executor::seen_shift_due() const {
    const auto state = seen();
    return !config_.test_mode && state && shift_due(*state, kkt_now(), config_.shift);
}

std::optional<Fault> Executor::work_on_head() {
    idle_since_ = 0;
    released_ = false;
    Job* job = queue_.begin_head();
    if (job == nullptr) {
        return std::nullopt;
    }
    auto cause = work_on(*job);
    queue_.end_work();
    return cause;
}

/// Brings one receipt as far as it gets. Returns the cause to wait; nothing if there is none: it
/// has an outcome, its outcome must be asked for, or it is to be planned anew at once.
std::optional<Fault> Executor::work_on(Job& job) {
    if (job.inn != config_.legal.inn) {
        Fault fault(FaultClass::identity, "чек принят для продавца с ИНН " + job.inn + ", а ККТ " +
                                              config_.id + " теперь у продавца с ИНН " +
                                              config_.legal.inn + ": отправьте чек снова");
        end(*queue_.take(job.row), std::move(fault));
        return std::nullopt;
    }
    auto state = look(in(question_deadline));
    if (!state) {
        return state.error();
    }
    if (auto fault = not_to_sell(*state)) {
        return fault;
    }
    if (config_.test_mode) {
        return Fault(FaultClass::busy,
                     "включён test_mode: чеки, принятые раньше, ждут его выключения");
    }
    if (auto asked = ask_once_more(job, *state)) {
        looked_at_ = 0; // an idle KKT shall tell at once whether it can sell
        return std::move(asked->wait);
    }
    if (std::chrono::steady_clock::now() < job.not_before) {
        return job.last_fault;
    }
    auto document = compiled(job, *state);
    if (!document) {
        constexpr std::size_t listed = 10;
        std::string text = "пока чек ждал, он перестал быть законным";
        const auto& violations = document.error().violations();
        for (std::size_t i = 0; i < std::min(listed, violations.size()); ++i) {
            text += "; " + violations[i].path + ": " + violations[i].text;
        }
        if (violations.size() > listed) {
            text += "; и ещё " + std::to_string(violations.size() - listed);
        }
        end(*queue_.take(job.row), Fault(FaultClass::rejected, text));
        return std::nullopt;
    }
    auto plan = fiscal::plan(std::move(*document), *state, host_now(), config_.shift);
    if (const auto* wait = std::get_if<fiscal::Wait>(&plan)) {
        return wait->fault;
    }
    if (const auto* refuse = std::get_if<fiscal::Refuse>(&plan)) {
        end(*queue_.take(job.row), refuse->fault);
        return std::nullopt;
    }
    set_fault(std::nullopt);
    for (auto& task : std::get<fiscal::Steps>(plan).tasks) {
        const bool is_report = !std::holds_alternative<fiscal::Register>(task);
        if (auto step = make(std::move(task), &job, *state); !step.made) {
            if (step.wait && !fiscal::is_temporary(step.wait->cls()) && !job.in_doubt) {
                end(*queue_.take(job.row), *step.wait); // time cures nothing
                return std::nullopt;
            }
            return step.wait;
        }
        if (is_report) {
            state = look(in(question_deadline)); // the next marker needs the document number after
                                                 // the shift report
            if (!state) {
                return state.error();
            }
        }
    }
    return std::nullopt;
}

/// One fiscal document: prepare, intent, perform, outcome. After the receipt's own document `job`
/// may be gone.
Executor::Step Executor::make(fiscal::FiscalTask task, Job* job, const fiscal::DeviceState& state) {
    auto prepared = prepare(task, state, in(question_deadline));
    if (!prepared) {
        return {false, prepared.error()};
    }
    journal::Intent& intent = *prepared;
    if (job != nullptr) {
        intent.receipt = job->row;
    }
    auto kept = keep(std::move(intent));
    return kept.open ? perform(task, *std::move(kept.open), job) : Step{false, kept.fault};
}

/// Blocks for one journal write.
Executor::Kept Executor::keep(journal::Intent intent) {
    base::fault_point("engine.intent.before");
    const auto row =
        durable<journal::RowId>([&](auto done) { store_.intent(intent, std::move(done)); });
    if (row) {
        return {.open = opened(*row, std::move(intent)), .fault = {}};
    }
    if (store_.trouble()) {
        halt(row.error());
        return {};
    }
    // The journal refuses what must not be: a bug of ours, and nothing has been sent to the KKT.
    base::log(base::LogLevel::error,
              "kkt " + config_.id + ": intent refused: " + row.error().text());
    return {.open = {},
            .fault = Fault(FaultClass::internal, "внутренняя ошибка kktd: " + row.error().text())};
}

/// What must be known of a document before its first command. Puts a stamp into a receipt.
fiscal::Result<journal::Intent, Fault> Executor::prepare(fiscal::FiscalTask& task,
                                                         const fiscal::DeviceState& state,
                                                         driver::Deadline deadline) {
    if (auto* receipt = std::get_if<fiscal::Register>(&task)) {
        put_stamp(receipt->document, config_.legal.stamp, state.ffd);
    }
    journal::Intent intent;
    intent.kkt = config_.id;
    intent.at = clock_.utc_micros();
    intent.marker = fiscal::marker_of(task);
    intent.marker.fn = state.identity.fn;
    intent.marker.last_fd = state.last_fd;
    intent.marker.shift = state.shift_number;
    auto prepared = driver_->prepare(task, deadline);
    if (!prepared) {
        return prepared.error();
    }
    intent.marker.prepared = std::move(*prepared);
    return intent;
}

/// Its intent is durable. `job`: whose document it is, if a receipt's.
Executor::Step Executor::perform(const fiscal::FiscalTask& task, journal::OpenIntent intent,
                                 Job* job) {
    if (job != nullptr && fiscal::is_receipt(intent.marker.kind)) {
        job->sent_at = clock_.utc_micros();
        waiting_room_.set_working(job->standing.id, true);
    }

    base::fault_point("engine.perform.before");
    const auto outcome = driver_->perform(task, intent.marker, in(config_.document_deadline));
    base::fault_point("engine.perform.after");
    take_stop();
    if (const auto* unknown = std::get_if<fiscal::Unknown>(&outcome)) {
        base::log(base::LogLevel::warning,
                  "kkt " + config_.id + ": outcome of " +
                      std::string(fiscal::name(intent.marker.kind)) +
                      " unknown, asking the KKT: " + unknown->fault.text());
        if (intent.receipt) {
            queue_.set_in_doubt(*intent.receipt, true);
        }
        open_.push_back(std::move(intent));
        return {};
    }
    return record(intent, outcome, "");
}

// ---- a receipt that comes while the KKT stands idle ---------------------------------------------

/// Claims it, and makes it if that is all there is to do. Where anything is in the way it is only
/// claimed, and takes the way of all receipts.
void Executor::work_on_offer(Offer offer) {
    const std::int64_t looked_at = looked_at_;
    auto ready = prepared(offer);
    if (!ready) {
        looked_at_ = 0; // what is in the way shall be seen, whatever becomes of this receipt
        return store_.claim(std::move(offer.claim), std::move(offer.done));
    }
    offer.claim.intent = ready->intent;
    base::fault_point("engine.intent.before");
    const auto claimed = durable<journal::Claimed>([&](auto done) {
        store_.claim(std::move(offer.claim),
                     [told = std::move(offer.done), done = std::move(done)](const auto& result) {
                         told(result);
                         done(result);
                     });
    });
    if (!claimed) {
        if (store_.trouble()) {
            halt(claimed.error());
        }
        return;
    }
    repeats_ = claimed->existing.has_value();
    if (repeats_) {
        // Lost to another receipt: what was prepared is not needed. Repeats may come often, and
        // shall neither keep the KKT busy nor put off the next look of the idle executor.
        looked_at_ = looked_at;
        return;
    }
    if (claimed->intent == 0) {
        return; // the KKT is to be asked about earlier attempts first; its job is in the queue
    }
    ready->intent.receipt = claimed->row;
    idle_since_ = 0;
    Job* job = queue_.begin(claimed->row);
    static_cast<void>(perform(ready->task, opened(claimed->intent, std::move(ready->intent)), job));
    queue_.end_work();
}

/// The one document to be made of what is offered; nothing if there is more to do, or to wait for.
std::optional<Executor::Prepared> Executor::prepared(const Offer& offer) {
    const driver::Deadline deadline = in(offer_patience);
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) {
            return std::nullopt;
        }
    }
    // To open a connection takes its time; a look that was cut short may cost it.
    if (released_ || look_took_ > offer_patience / 2) {
        return std::nullopt;
    }
    // What was accepted before goes first, and what is in doubt.
    if (halted_ || !open_.empty() || queue_.size() > 0 || !offer.compiled) {
        return std::nullopt;
    }
    const auto state = look(deadline);
    if (!state || !bound_ || not_to_sell(*state) || queue_.size() > 0 ||
        !offer.compiled->good_for(*state)) {
        return std::nullopt;
    }
    auto plan = fiscal::plan(offer.compiled->document, *state, host_now(), config_.shift);
    auto* steps = std::get_if<fiscal::Steps>(&plan);
    if (steps == nullptr || steps->tasks.size() != 1) {
        return std::nullopt;
    }
    auto intent = prepare(steps->tasks.front(), *state, deadline);
    if (!intent) {
        return std::nullopt;
    }
    return Prepared{std::move(steps->tasks.front()), std::move(*intent)};
}

// ---- the KKT as it is now -----------------------------------------------------------------------

fiscal::Result<fiscal::DeviceState, Fault> Executor::look(driver::Deadline deadline) {
    const auto begun = std::chrono::steady_clock::now();
    auto state = driver_->state(deadline);
    looked_at_ = clock_.utc_micros();
    look_took_ = std::chrono::steady_clock::now() - begun;
    const std::lock_guard lock(mutex_);
    capabilities_ = driver_->capabilities();
    if (state) {
        snapshot_.state_at = looked_at_;
        snapshot_.clock_skew_seconds = state->now.seconds - host_now().seconds;
        snapshot_.state = *state;
    }
    return state;
}

/// Compares with the identity this KKT is bound to; binds it at first sight.
std::optional<Fault> Executor::identity_fault(const fiscal::DeviceState& state) {
    const auto& seen = state.identity;
    if (config_.legal.inn != seen.inn) {
        return Fault(FaultClass::identity, "ИНН в настройках (" + config_.legal.inn +
                                               ") не тот, на который зарегистрирована ККТ (" +
                                               seen.inn +
                                               "): исправьте legal.inn или подключите свою ККТ");
    }
    if (!bound_) {
        if (!bind(seen)) {
            return Fault(FaultClass::internal, "журнал чеков не записывается");
        }
        return std::nullopt;
    }
    if (*bound_ == seen) {
        return std::nullopt;
    }
    {
        const std::lock_guard lock(mutex_);
        snapshot_.bound = bound_;
    }
    return Fault(FaultClass::identity,
                 "подключена другая ККТ или заменён ФН: была РНМ " + bound_->rnm + ", ФН " +
                     bound_->fn + ", стала РНМ " + seen.rnm + ", ФН " + seen.fn +
                     "; если так и задумано, выполните: kktctl accept-kkt " + config_.id);
}

std::optional<Fault> Executor::not_to_sell(const fiscal::DeviceState& state) {
    auto fault = identity_fault(state);
    return fault ? fault : stop_;
}

/// Why the driver wants nothing more registered, if it does: blocks for one journal write then.
/// Before the outcome of what it was seen in: should kktd die in between, the KKT is asked for
/// that.
void Executor::take_stop() {
    auto why = driver_->take_stop();
    if (!why) {
        return;
    }
    stop_ = std::move(why);
    const auto kept =
        durable<bool>([&](auto done) { store_.stop(config_.id, *stop_, std::move(done)); });
    if (!kept) {
        halt(kept.error());
    }
}

bool Executor::bind(const fiscal::Identity& identity) {
    const auto bound = durable<bool>([&](auto done) {
        store_.bind(config_.id, identity, clock_.utc_micros(), std::move(done));
    });
    if (!bound) {
        halt(bound.error());
        return false;
    }
    bound_ = identity;
    stop_.reset();
    const std::lock_guard lock(mutex_);
    snapshot_.bound.reset();
    return true;
}

fiscal::Result<fiscal::Document, fiscal::NotLawful>
Executor::compiled(Job& job, const fiscal::DeviceState& state) const {
    if (!job.compiled || !job.compiled->good_for(state)) {
        const auto today = state.now.date();
        auto compiled = fiscal::compile(job.draft, {.legal = config_.legal,
                                                    .capabilities = capabilities(),
                                                    .taxations = state.taxations,
                                                    .ffd = state.ffd,
                                                    .today = today,
                                                    .original = job.original});
        if (!compiled) {
            return compiled.error();
        }
        job.compiled = std::make_shared<CompiledFor>(
            CompiledFor{std::move(compiled->document), today, state.taxations, state.ffd,
                        missing_in(job.standing.warnings, compiled->warnings)});
    }
    return job.compiled->document;
}

// ---- ends without a document --------------------------------------------------------------------

void Executor::end(Job job, Fault fault) {
    fiscal::Standing standing = job.standing;
    standing.state = ReceiptState::refused;
    standing.fault = std::move(fault);
    standing.finished_at = clock_.utc_micros();
    const auto written = durable<bool>([&](auto done) {
        store_.finish({.receipt = job.row,
                       .state = standing.state,
                       .fault = standing.fault,
                       .warnings = {},
                       .at = standing.finished_at},
                      [this, &standing, done = std::move(done)](const auto& result) {
                          if (result && *result) {
                              waiting_room_.settle(standing);
                          }
                          done(result);
                      });
    });
    if (!written) {
        return halt(written.error());
    }
    base::log(base::LogLevel::error, "receipt " + named(standing, job.caller) +
                                         (*written ? " refused: " : " had ended before: ") +
                                         standing.fault->text());
}

void Executor::give_up_on_old() {
    while (!halted_) {
        auto old = queue_.take_older(clock_.utc_micros() - micros(config_.give_up_after));
        if (!old) {
            return;
        }
        const Fault cause = snapshot().fault.value_or(Fault(FaultClass::busy, "ККТ была занята"));
        end(std::move(*old),
            Fault(cause.cls(),
                  "чек ждал дольше " + std::to_string(config_.give_up_after.count() / 3600) +
                      " ч и не зарегистрирован: " + cause.text() +
                      "; устраните причину и отправьте чек снова",
                  cause.native_code(), cause.native_text()));
    }
}

} // namespace kktd::engine
