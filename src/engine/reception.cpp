#include "engine/reception.hpp"

#include "base/clock.hpp"
#include "base/fault_point.hpp"
#include "base/log.hpp"
#include "base/random_id.hpp"
#include "engine/journal_replies.hpp"
#include "fiscal/rehearse.hpp"
#include "fiscal/tlv.hpp"

#include <algorithm>

namespace kktd::engine {

namespace {

using fiscal::NotAccepting;
using fiscal::ReceiptState;
using fiscal::Reply;

/// A receipt that is settled while we look for it is read again, not for ever.
constexpr int find_attempts = 3;

constexpr std::int64_t micros_per_day = 86'400LL * 1'000'000;

std::vector<fiscal::VatRate> rates_of(const fiscal::Document& document) {
    std::vector<fiscal::VatRate> rates;
    for (const auto& item : document.items) {
        if (std::find(rates.begin(), rates.end(), item.vat) == rates.end()) {
            rates.push_back(item.vat);
        }
    }
    return rates;
}

/// Whether everything that is answered is marked as a test.
bool is_test(const Executor& executor, bool rehearsal) {
    return rehearsal || executor.space() == journal::Space::test_device;
}

/// The claim of `standing` for what was submitted; `request` and what is different in a rehearsal
/// is the caller's to add.
journal::Claim claim_of(const fiscal::Standing& standing, const Submission& submission, Keys keys,
                        const fiscal::Document& document, const Executor& executor) {
    return {.id = standing.id,
            .kkt = standing.kkt,
            .space = executor.space(),
            .keys = std::move(keys.all),
            .repeat_key = std::move(keys.repeat),
            .content_digest = std::move(keys.content_digest),
            .draft = std::move(keys.draft),
            .number = standing.number,
            .date = standing.date,
            .kind = standing.kind,
            .total = standing.total,
            .rates = rates_of(document),
            .warnings = standing.warnings,
            .request = {},
            .request_id = submission.request_id,
            .at = standing.accepted_at,
            .inn = executor.config().legal.inn};
}

/// The KKT's registered systems. One that was not asked yet may not cost a receipt its acceptance:
/// where only the KKT knows its system, one is assumed until the executor compiles with the truth.
fiscal::TaxationSet taxations_of(const std::optional<fiscal::DeviceState>& seen,
                                 const fiscal::Draft& draft, const fiscal::Legal& legal) {
    if (seen) {
        return seen->taxations;
    }
    if (draft.taxation || legal.taxation) {
        return {};
    }
    return {static_cast<std::uint8_t>(fiscal::Taxation::osn)};
}

std::optional<fiscal::Violation> too_large(const fiscal::Document& document,
                                           const fiscal::Draft& draft,
                                           std::optional<std::uint8_t> ffd) {
    if (fiscal::surely_fits(document)) {
        return std::nullopt;
    }
    const auto size = fiscal::tlv_size(document, ffd);
    if (size <= fiscal::Document::max_tlv_bytes) {
        return std::nullopt;
    }
    return fiscal::Violation{
        fiscal::Rule::document_too_large, fiscal::Draft::at(draft.names->positions),
        "чек занимает " + std::to_string(size) + " байт, ФН принимает не больше " +
            std::to_string(fiscal::Document::max_tlv_bytes) + ": разделите его на несколько"};
}

/// What the KKT itself has said of a rehearsed receipt.
void add_verdict(fiscal::Standing& standing, const driver::Checked& checked) {
    switch (checked.verdict) {
    case driver::Checked::Verdict::takes:
        standing.warnings.push_back({"kkt_checked", "",
                                     "ККТ сама проверила чек (открытие, реквизиты, позиции) и "
                                     "приняла бы его; чек отменён, ничего не пробито"});
        return;
    case driver::Checked::Verdict::refuses:
        standing.fault = checked.fault;
        return;
    case driver::Checked::Verdict::not_asked:
        standing.warnings.push_back(
            {"kkt_not_asked", "", "сама ККТ чек не проверила: " + checked.fault.text()});
        return;
    }
}

} // namespace

Reception::Reception(Tills& tills, const EngineConfig& config, journal::Store& store,
                     const base::Clock& clock)
    : tills_(tills), config_(config), store_(store), clock_(clock) {}

void Reception::begin_claim() {
    const std::lock_guard lock(mutex_);
    ++claims_;
}

void Reception::end_claim() {
    const std::lock_guard lock(mutex_);
    --claims_;
    claims_done_.notify_all();
}

void Reception::wait_for_claims() {
    std::unique_lock lock(mutex_);
    claims_done_.wait(lock, [this] { return claims_ == 0; });
}

std::optional<Reply> Reception::submit(Submission&& submission, Waiter waiter, WaiterId& id,
                                       bool stopping) {
    id = tills_.waiting_room().expect(std::move(waiter));
    auto reply = take_in(std::move(submission), id, stopping);
    if (reply) {
        tills_.waiting_room().forget(id);
    }
    return reply;
}

/// Answers from a stored receipt that has one of the submission's keys.
Reception::Known Reception::known(const journal::StoredReceipt& stored,
                                  const Submission& submission, std::string_view digest,
                                  WaiterId waiter) {
    const auto& standing = stored.standing;
    const auto& number = submission.draft.number;
    const bool other_number = fiscal::other_number(standing, number);
    if (fiscal::is_void(standing.state) && !other_number) {
        return Nothing{};
    }
    if (other_number || stored.content_digest != digest) {
        if (!submission.violations.empty()) {
            return fiscal::Invalid{submission.violations,
                                   stored.space == journal::Space::test_device};
        }
        std::vector<std::string> differences;
        if (const auto draft = fiscal::decode_draft(stored.draft)) {
            differences = fiscal::differences(*draft, submission.draft);
        }
        if (other_number) {
            differences.insert(differences.begin(),
                               "Номер документа: был " + standing.number + ", пришёл " + number);
        }
        return fiscal::Conflict{fiscal::Conflict::Why::other_content, tills_.shown(standing),
                                std::move(differences)};
    }
    if (standing.state == ReceiptState::accepted && !submission.answer_when_accepted &&
        !store_.trouble()) { // else nobody would see an end
        if (tills_.waiting_room().join(standing.id, waiter, true)) {
            return Waiting{};
        }
        if (tills_.by_id(standing.kkt) != nullptr) {
            // Settled while we looked, or durable and not admitted yet: to be read again, or left
            // to the claim, whose callback comes after the admission.
            return Nothing{};
        }
    }
    return fiscal::Settled{tills_.shown(standing), true};
}

Reception::Known Reception::look_up(const Submission& submission, const Keys& keys,
                                    journal::Space space, WaiterId waiter) {
    for (const auto& key : keys.all) {
        for (int attempt = 0; attempt < find_attempts; ++attempt) {
            const auto stored = store_.find_key(space, key);
            if (!stored) {
                return journal_failed(space == journal::Space::test_device);
            }
            if (!*stored) {
                break;
            }
            auto answer = known(**stored, submission, keys.content_digest, waiter);
            if (!std::holds_alternative<Nothing>(answer)) {
                return answer;
            }
        }
    }
    return Nothing{};
}

/// A repeat gets its stored answer whatever today's rules, configuration or selling state are. The
/// claim finds it by itself; what ends the way before the claim looks for it first, and so does
/// everybody while the disk keeps writes waiting.
std::optional<Reply> Reception::stored_or(Reply refusal, const Submission& submission,
                                          const Keys& keys, const Executor& executor,
                                          WaiterId waiter) {
    auto stored = look_up(submission, keys, executor.space(), waiter);
    return std::holds_alternative<Nothing>(stored) ? std::move(refusal)
                                                   : answer_of(std::move(stored));
}

/// What submit() returns for it: nothing for who waits.
std::optional<Reply> Reception::answer_of(Known known) {
    auto* reply = std::get_if<Reply>(&known);
    return reply != nullptr ? std::optional(std::move(*reply)) : std::nullopt;
}

std::optional<Reply> Reception::take_in(Submission&& submission, WaiterId waiter, bool stopping) {
    const auto routed = tills_.route(submission);
    if (const auto* violation = std::get_if<fiscal::Violation>(&routed)) {
        auto violations = submission.violations;
        violations.push_back(*violation);
        return fiscal::Invalid{std::move(violations)};
    }
    Executor& executor = *std::get<Executor*>(routed);
    const fiscal::Draft& draft = submission.draft;
    const bool rehearsal = submission.test || executor.config().test_mode;
    Keys keys = keys_of(draft, executor.config().legal.inn, submission.idempotency_key);

    const bool test = is_test(executor, rehearsal);
    const auto refuse = [&](auto refusal) -> std::optional<Reply> {
        refusal.test = test;
        if (rehearsal) {
            return refusal;
        }
        return stored_or(std::move(refusal), submission, keys, executor, waiter);
    };

    auto violations = submission.violations;
    if (keys.all.empty() && !rehearsal) {
        violations.push_back(
            {fiscal::Rule::idempotency, fiscal::Draft::at(draft.names->number),
             "укажите номер документа или заголовок Idempotency-Key: без них повтор "
             "запроса пробил бы чек второй раз"});
    }
    const auto seen = executor.seen();
    const auto today = executor.kkt_now().date();
    const auto taxations = taxations_of(seen, draft, executor.config().legal);
    const auto ffd = seen ? std::optional(seen->ffd) : std::nullopt;
    const auto original = tills_.original_of(draft, executor);
    auto compiled = fiscal::compile(draft, {.legal = executor.config().legal,
                                            .capabilities = executor.capabilities(),
                                            .taxations = taxations,
                                            .ffd = ffd,
                                            .today = today,
                                            .original = original});
    if (!compiled) {
        const auto& found = compiled.error().violations();
        violations.insert(violations.end(), found.begin(), found.end());
    } else if (auto violation = too_large(compiled->document, draft, ffd)) {
        violations.push_back(std::move(*violation));
    }
    if (!violations.empty()) {
        return refuse(fiscal::Invalid{std::move(violations)});
    }
    compiled->warnings.insert(compiled->warnings.begin(), submission.warnings.begin(),
                              submission.warnings.end());

    Job job;
    job.standing.accepted_at = clock_.utc_micros();
    job.standing.id = base::new_receipt_id(job.standing.accepted_at);
    job.standing.kkt = executor.config().id;
    job.standing.number = draft.number;
    job.standing.date = draft.date;
    job.standing.kind = draft.kind;
    job.standing.total = compiled->document.total;
    job.standing.test_device = executor.space() == journal::Space::test_device;
    job.standing.warnings = std::move(compiled->warnings);
    if (rehearsal) {
        return rehearse(std::move(submission), executor, std::move(job.standing),
                        compiled->document, keys, waiter);
    }

    if (stopping) {
        return refuse(NotAccepting{NotAccepting::Why::stopping,
                                   "kktd останавливается, чек не принят: повторите через минуту",
                                   60});
    }
    if (store_.trouble()) {
        return refuse(journal_failed(test));
    }
    if (store_.stalled()) {
        if (auto stored = look_up(submission, keys, executor.space(), waiter);
            !std::holds_alternative<Nothing>(stored)) {
            return answer_of(std::move(stored));
        }
    }
    if (!executor.reserve()) {
        return refuse(NotAccepting{NotAccepting::Why::queue_full,
                                   "очередь ККТ заполнена, чек не принят: повторите позже", 10});
    }

    auto claim = claim_of(job.standing, submission, std::move(keys), compiled->document, executor);
    claim.request = std::move(submission.request);
    if (!draft.allow_repeat && config_.duplicate_days > 0) {
        claim.repeat_since = claim.at - config_.duplicate_days * micros_per_day;
    }
    job.inn = claim.inn;
    job.original = original;
    job.caller = {submission.request_id, submission.idempotency_key};
    if (seen) {
        job.compiled = std::make_shared<CompiledFor>(
            CompiledFor{std::move(compiled->document), today, taxations, seen->ffd});
    }
    // A receipt that nobody waits for is promised at once, not after questions to the KKT.
    const bool may_be_offered = !submission.answer_when_accepted;
    begin_claim();
    base::fault_point("engine.claim.before");
    Offer offer{.claim = std::move(claim), .compiled = job.compiled, .done = {}};
    offer.done = [this, job = std::move(job), submission = std::move(submission),
                  digest = offer.claim.content_digest, &executor,
                  waiter](const auto& result) mutable {
        claimed(result, std::move(job), std::move(submission), digest, executor, waiter);
        end_claim();
    };
    if (!may_be_offered || !executor.take(offer)) {
        store_.claim(std::move(offer.claim), std::move(offer.done));
    }
    return std::nullopt;
}

/// On the thread that wrote: the receipt is durable, or another is in the way: that of a repeat.
void Reception::claimed(const journal::Read<journal::Claimed>& result, Job&& job,
                        Submission&& submission, std::string_view digest, Executor& executor,
                        WaiterId waiter) {
    auto& waiting_room = tills_.waiting_room();
    if (!result) {
        executor.release();
        const bool test = is_test(executor, false);
        if (store_.trouble()) {
            return waiting_room.answer(waiter, journal_doubt(test));
        }
        base::log(base::LogLevel::error, "req " + submission.request_id + " number " +
                                             submission.draft.number +
                                             " not accepted: " + result.error().text());
        return waiting_room.answer(waiter, journal_damaged(test));
    }
    if (result->looks_like_repeat) {
        executor.release();
        return waiting_room.answer(waiter,
                                   fiscal::Conflict{fiscal::Conflict::Why::looks_like_repeat,
                                                    tills_.shown(result->existing->standing),
                                                    {}});
    }
    if (result->existing) {
        executor.release();
        auto answer = known(*result->existing, submission, digest, waiter);
        if (auto* reply = std::get_if<Reply>(&answer)) {
            waiting_room.answer(waiter, std::move(*reply));
        } else if (std::holds_alternative<Nothing>(answer)) {
            // Accepted, and nobody can wait for it: its draft is of another version of kktd.
            waiting_room.answer(waiter, fiscal::Settled{result->existing->standing, true});
        }
        return;
    }
    job.draft = std::move(submission.draft);
    job.row = result->row;
    job.durable_at = clock_.utc_micros();
    job.standing.id = result->id;
    job.standing.attempt = result->attempt;
    job.in_doubt = result->intent != 0;
    for (const auto& attempt : result->absent) {
        job.add_absent(attempt.marker);
    }
    waiting_room.admit(job.standing);
    if (submission.answer_when_accepted) {
        fiscal::Settled accepted{job.standing, false};
        accepted.standing.fault = executor.fault();
        waiting_room.answer(waiter, std::move(accepted));
    } else {
        // Cannot fail: admitted just now, and nobody settles it before it is queued.
        static_cast<void>(waiting_room.join(job.standing.id, waiter, false));
    }
    executor.enqueue(std::move(job));
}

/// What the KKT would do now, found out on a copy of its state. With "check": "device" the KKT is
/// then asked, too, and the caller waits for it.
std::optional<Reply> Reception::rehearse(Submission&& submission, Executor& executor,
                                         fiscal::Standing standing,
                                         const fiscal::Document& document, const Keys& keys,
                                         WaiterId waiter) {
    standing.state = ReceiptState::rehearsed;
    standing.finished_at = standing.accepted_at;
    const auto snapshot = executor.snapshot();
    standing.fault = snapshot.fault;
    if (snapshot.state) {
        auto state = *snapshot.state;
        state.now = executor.kkt_now();
        const fiscal::LocalTime host{state.now.seconds - snapshot.clock_skew_seconds};
        const auto rehearsal = fiscal::rehearse(document, state, host, executor.config().shift);
        if (const auto* wait = std::get_if<fiscal::Wait>(&rehearsal)) {
            standing.fault = wait->fault;
        } else if (const auto* refuse = std::get_if<fiscal::Refuse>(&rehearsal)) {
            standing.fault = refuse->fault;
        }
    }
    auto claim = claim_of(standing, submission, keys, document, executor);
    claim.space = journal::Space::rehearsal;
    claim.keys = {standing.number.empty() ? standing.id
                                          : journal::key_prefix(standing.number) + standing.id};
    claim.repeat_key.clear();
    claim.request = std::move(submission.request);
    Rehearsed rehearsed{std::move(standing), std::move(claim), executor.reserve()};
    if (executor.config().check == CheckBy::state || rehearsed.standing.fault) {
        return end_of(std::move(rehearsed), executor);
    }
    if (!rehearsed.has_place) {
        add_verdict(rehearsed.standing,
                    {.verdict = driver::Checked::Verdict::not_asked,
                     .fault = fiscal::Fault(fiscal::FaultClass::busy,
                                            "очередь ККТ заполнена. Повторите позже."),
                     .in_doubt = false});
        return end_of(std::move(rehearsed), executor);
    }
    begin_claim();
    executor.check(document, [this, &executor, waiter, rehearsed = std::move(rehearsed)](
                                 const driver::Checked& checked) mutable {
        add_verdict(rehearsed.standing, checked);
        rehearsed.standing.finished_at = clock_.utc_micros();
        tills_.waiting_room().answer(waiter, end_of(std::move(rehearsed), executor));
        end_claim();
    });
    return std::nullopt;
}

/// The answer to a rehearsal, which is journaled under a key that no real receipt can meet. One
/// that is not kept harms nobody; a flood of them must not outgrow the queue.
Reply Reception::end_of(Rehearsed rehearsed, Executor& executor) {
    fiscal::Standing& standing = rehearsed.standing;
    base::log(base::LogLevel::info, "rehearsal " + named(standing, {rehearsed.claim.request_id}));
    if (rehearsed.has_place) {
        begin_claim();
        rehearsed.claim.warnings = standing.warnings;
        rehearsed.claim.rehearsed = standing;
        store_.claim(std::move(rehearsed.claim),
                     [this, &executor, id = standing.id](const auto& kept) {
                         if (!kept) {
                             base::log(base::LogLevel::error,
                                       "rehearsal " + id + " not kept: " + kept.error().text());
                         }
                         executor.release();
                         end_claim();
                     });
    }
    return fiscal::Settled{std::move(standing), false};
}

} // namespace kktd::engine
