// House: a whole kktd without its FastCGI door, in a folder of its own, with a clock that tests
// set.
#pragma once

#include "api/answer.hpp"
#include "base/clock.hpp"
#include "breakable_store.hpp"
#include "engine/engine.hpp"
#include "fiscal/date.hpp"
#include "front/engine_desk.hpp"
#include "front/request.hpp"
#include "front/router.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace kktd::tests {

class SetClock final : public base::Clock {
public:
    [[nodiscard]] std::int64_t utc_micros() const override { return micros_; }
    /// Moscow time, as the KKT shows it.
    void set(fiscal::LocalTime moscow) { micros_ = (moscow.seconds - moscow_offset) * 1'000'000; }
    void advance(std::int64_t seconds) { micros_ += seconds * 1'000'000; }

private:
    static constexpr std::int64_t moscow_offset = 10'800;
    std::atomic<std::int64_t> micros_ = 0;
};

class House {
public:
    House();
    ~House();
    House(const House&) = delete;
    House& operator=(const House&) = delete;

    /// Members of the KKT's configuration, as JSON; starts kktd anew.
    void configure(const std::string& members);
    /// `meanwhile` is done while kktd is down.
    void restart(const std::function<void()>& meanwhile = {});
    /// "paper=out link=down"; empty: all well.
    void set_faults(const std::string& faults) const;
    /// Appended to the device URI ("&fn=…"); takes effect with the next restart.
    void set_device_options(const std::string& options) { device_options_ = options; }
    /// Between looks at a KKT that makes us wait; takes effect with the next restart.
    void set_retry_interval(std::chrono::milliseconds interval) { retry_interval_ = interval; }
    /// Intents that the journal was asked for since the last restart.
    [[nodiscard]] std::size_t intents() const { return store_->intents(); }
    /// The KKT's storage file, which is locked while kktd runs.
    [[nodiscard]] std::string storage() const { return folder_ + "/kkt.fn"; }
    /// Where the journal stands, for what is done to it while kktd is down.
    [[nodiscard]] const std::string& state_dir() const { return folder_; }
    /// Fiscal documents in the KKT's storage, and receipts among them.
    [[nodiscard]] std::size_t documents() const;
    [[nodiscard]] std::size_t receipts() const;

    /// The journal, whose disk can be made to fail; a new one after each restart.
    [[nodiscard]] BreakableStore& journal() { return *store_; }
    /// The engine itself, for what has no HTTP: the operator's calls.
    [[nodiscard]] engine::Engine& engine() { return *engine_; }

    /// Any thread. `leave`: takes the 202 of the answer deadline. Waits at most patience for an
    /// answer.
    [[nodiscard]] api::Answer ask(const front::Request& request, bool leave = false);

    SetClock clock;

private:
    void start();
    void stop();
    [[nodiscard]] std::size_t lines_with(const std::string& text) const;
    [[nodiscard]] std::string config_text() const;

    std::string folder_;
    std::string members_;
    std::string device_options_;
    std::chrono::milliseconds retry_interval_{2};
    std::unique_ptr<BreakableStore> store_;
    std::unique_ptr<engine::Engine> engine_;
    std::unique_ptr<front::EngineDesk> desk_;
    std::unique_ptr<front::Router> router_;
};

} // namespace kktd::tests
