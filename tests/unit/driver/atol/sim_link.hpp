// A Link to a simulated KKT in process: no packets, but a memory of tasks, a transcript, and a
// script of what goes wrong.
#pragma once

#include "../../base/temp_dir.hpp"
#include "base/hex.hpp"
#include "driver/atol/atol_driver.hpp"
#include "driver/atol/byte_reader.hpp"
#include "sim/atol/device.hpp"

#include <boost/test/unit_test.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace kktd::driver::atol::testing {

class FakeClock final : public base::Clock {
public:
    [[nodiscard]] std::int64_t utc_micros() const override { return seconds * 1'000'000; }
    std::int64_t seconds = 1'773'133'200; // 2026-03-10T09:00:00Z
};

/// What becomes of one command, once.
struct Trouble {
    enum class Kind : std::uint8_t {
        error,       ///< answered with `code`, not executed
        not_run,     ///< never sent
        lost_before, ///< sent, not executed, no answer
        lost_after,  ///< executed, no answer
        garbled,     ///< executed, answered with rubbish
    };
    std::string prefix; ///< of the payload, in hex: "4A", "91 33"
    Kind kind = Kind::error;
    int code = 0;
    int skip = 0; ///< so many of them go well before
};

/// The KKT and what it remembers; outlives links and drivers.
class World {
public:
    explicit World(std::uint8_t ffd = 2, sim::atol::DeviceOptions options = {})
        : till_(open(ffd)), device_(till_, std::move(options)) {}

    [[nodiscard]] sim::Till& till() { return till_; }
    [[nodiscard]] sim::atol::Device& device() { return device_; }
    void power_cycle() {
        device_.power_cycle();
        tasks.clear();
    }
    [[nodiscard]] std::uint32_t documents() const {
        return till_.last_document() ? till_.last_document()->fd : 0;
    }

    base::testing::TempDir folder;
    FakeClock clock;
    std::vector<Trouble> troubles;
    std::function<void(std::string_view command, std::string& answer)> tamper;
    std::vector<std::string> transcript; ///< "4A 00 01 …", with " task D0"; "ask D0", "clear"
    std::map<TaskId, TaskState> tasks;
    bool remembers = true;
    bool down = false; ///< nothing connects

private:
    sim::Till open(std::uint8_t ffd) {
        sim::TillConfig config;
        config.storage = folder / "kkt.jsonl";
        config.sync = false;
        config.profile.registration.ffd = ffd;
        auto till = sim::Till::open(std::move(config), clock);
        BOOST_REQUIRE(till.has_value());
        return std::move(*till);
    }

    sim::Till till_;
    sim::atol::Device device_;
};

class SimLink final : public Link {
public:
    explicit SimLink(World& world) : world_(world) {}

    Result<void> connect(Deadline) override {
        if (world_.down) {
            return LinkError(LinkError::Kind::not_run, "sim: connection refused");
        }
        return {};
    }
    bool remembers() const override { return world_.remembers; }
    Result<TaskState> ask(TaskId task, Deadline) override {
        world_.transcript.push_back("ask " + base::hex_dump(bytes({task})));
        return world_.tasks[task];
    }
    Result<void> clear(Deadline) override {
        world_.transcript.emplace_back("clear");
        world_.tasks.clear();
        next_ = first_reserved;
        return {};
    }
    /// D0h and D1h after each clear().
    std::optional<TaskId> reserve() override {
        return world_.remembers ? std::optional(next_++) : std::nullopt;
    }
    Result<std::string> run(std::string_view payload, Deadline,
                            std::optional<TaskId> task) override {
        const std::string sent = base::hex_dump(payload);
        const auto trouble = take_trouble(sent);
        world_.transcript.push_back(sent + (task ? " task " + base::hex_dump(bytes({*task})) : ""));
        if (world_.down || (trouble && trouble->kind == Trouble::Kind::not_run)) {
            return LinkError(LinkError::Kind::not_run, "sim: not sent");
        }
        if (trouble && trouble->kind == Trouble::Kind::lost_before) {
            return LinkError(LinkError::Kind::lost, "sim: no answer");
        }
        std::string answer = trouble && trouble->kind == Trouble::Kind::error
                                 ? bytes({0x55, trouble->code, 0})
                                 : world_.device().execute(payload).bytes;
        if (world_.tamper) {
            world_.tamper(payload, answer);
        }
        if (task) {
            world_.tasks[*task] = {TaskState::Kind::finished, answer};
        }
        if (trouble && trouble->kind == Trouble::Kind::lost_after) {
            return LinkError(LinkError::Kind::lost, "sim: no answer");
        }
        return trouble && trouble->kind == Trouble::Kind::garbled ? "\x12" : answer;
    }
    void close() override {}
    std::string describe() const override { return "sim"; }

private:
    std::optional<Trouble> take_trouble(const std::string& sent) {
        for (auto it = world_.troubles.begin(); it != world_.troubles.end(); ++it) {
            if (sent.starts_with(it->prefix)) {
                if (it->skip-- > 0) {
                    return std::nullopt;
                }
                const Trouble trouble = *it;
                world_.troubles.erase(it);
                return trouble;
            }
        }
        return std::nullopt;
    }

    World& world_;
    TaskId next_ = first_reserved;
};

} // namespace kktd::driver::atol::testing
