// BreakableStore: a journal whose disk fails when a test says so. Reads go on, as on a real one.
#pragma once

#include "journal/store.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace kktd::tests {

class BreakableStore final : public journal::Store {
public:
    enum class Write { none, claim, intent, outcome };

    explicit BreakableStore(std::unique_ptr<journal::Store> store) : store_(std::move(store)) {}

    [[nodiscard]] std::size_t intents() const { return intents_; }
    /// Texts of the notes that were to be written.
    [[nodiscard]] std::vector<std::string> notes() const {
        const std::lock_guard lock(mutex_);
        return notes_;
    }
    /// Of them: those that came with their claim.
    [[nodiscard]] std::size_t claimed_intents() const { return claimed_intents_; }
    /// The first write of that kind fails, and all after it.
    void break_at(Write write) { break_at_ = write; }
    /// The disk stands still: nothing is written, and no claim is ever answered.
    void stall() { stalled_ = true; }

    journal::Read<std::optional<journal::StoredReceipt>>
    find_key(journal::Space space, std::string_view key) const override {
        return store_->find_key(space, key);
    }
    journal::Read<std::optional<journal::StoredReceipt>>
    find_id(std::string_view id) const override {
        return store_->find_id(id);
    }
    journal::Read<std::optional<journal::StoredReceipt>>
    find_row(journal::RowId row) const override {
        return store_->find_row(row);
    }
    journal::Read<std::vector<journal::StoredReceipt>>
    find_number(std::string_view number, std::optional<fiscal::Date> date,
                std::optional<fiscal::ReceiptKind> kind, std::size_t limit) const override {
        return store_->find_number(number, date, kind, limit);
    }
    journal::Read<std::vector<journal::StoredReceipt>>
    accepted(std::string_view kkt) const override {
        return store_->accepted(kkt);
    }
    journal::Read<std::vector<journal::OpenIntent>>
    open_intents(std::string_view kkt) const override {
        return store_->open_intents(kkt);
    }
    journal::Read<std::vector<journal::AbsentAttempt>>
    absent_attempts(std::string_view kkt) const override {
        return store_->absent_attempts(kkt);
    }
    journal::Read<std::vector<journal::StoredReceipt>> unknown(std::size_t limit) const override {
        return store_->unknown(limit);
    }
    journal::Read<std::optional<fiscal::Identity>> bound(std::string_view kkt) const override {
        return store_->bound(kkt);
    }
    journal::Read<std::optional<fiscal::Fault>> stopped(std::string_view kkt) const override {
        return store_->stopped(kkt);
    }
    journal::Read<std::optional<journal::StoredReceipt>>
    last_done(std::string_view kkt) const override {
        return store_->last_done(kkt);
    }
    journal::Read<std::vector<journal::Owing>> owing() const override { return store_->owing(); }
    journal::Read<bool> has_real_documents() const override { return store_->has_real_documents(); }

    void claim(journal::Claim claim, journal::Callback<journal::Claimed> done) override {
        if (claim.intent) {
            ++intents_;
            ++claimed_intents_;
        }
        if (fails(Write::claim) || (claim.intent && fails(Write::intent))) {
            return done(error());
        }
        if (stalled_) {
            return;
        }
        store_->claim(std::move(claim), std::move(done));
    }
    void intent(journal::Intent intent, journal::Callback<journal::RowId> done) override {
        ++intents_;
        if (fails(Write::intent)) {
            return done(error());
        }
        store_->intent(std::move(intent), std::move(done));
    }
    void outcome(journal::IntentOutcome outcome, journal::Urgency urgency,
                 journal::Callback<bool> done) override {
        if (fails(Write::outcome)) {
            return done(error());
        }
        store_->outcome(std::move(outcome), urgency, std::move(done));
    }
    void finish(journal::Finish finish, journal::Callback<bool> done) override {
        if (broken_) {
            return done(error());
        }
        store_->finish(std::move(finish), std::move(done));
    }
    void bind(std::string kkt, fiscal::Identity identity, fiscal::UtcMicros at,
              journal::Callback<bool> done) override {
        if (broken_) {
            return done(error());
        }
        store_->bind(std::move(kkt), std::move(identity), at, std::move(done));
    }
    void stop(std::string kkt, fiscal::Fault why, journal::Callback<bool> done) override {
        if (broken_) {
            return done(error());
        }
        store_->stop(std::move(kkt), std::move(why), std::move(done));
    }
    void note(std::string kkt, std::string text, fiscal::UtcMicros at,
              journal::Callback<bool> done) override {
        {
            const std::lock_guard lock(mutex_);
            notes_.push_back(text);
        }
        if (broken_) {
            return done(error());
        }
        store_->note(std::move(kkt), std::move(text), at, std::move(done));
    }
    std::optional<journal::JournalError> trouble() const override {
        if (broken_) {
            return error();
        }
        return store_->trouble();
    }

    bool stalled() const override { return stalled_ || store_->stalled(); }

private:
    static journal::JournalError error() { return journal::JournalError("disk full"); }
    bool fails(Write write) {
        if (break_at_ == write) {
            broken_ = true;
        }
        return broken_;
    }

    std::unique_ptr<journal::Store> store_;
    std::atomic<Write> break_at_ = Write::none;
    std::atomic<bool> broken_ = false;
    std::atomic<bool> stalled_ = false;
    std::atomic<std::size_t> intents_ = 0;
    mutable std::mutex mutex_;
    std::vector<std::string> notes_;
    std::atomic<std::size_t> claimed_intents_ = 0;
};

} // namespace kktd::tests
