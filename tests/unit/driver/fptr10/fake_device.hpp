// FakeDevice: an fptr10 device over the real child and the fake library, in a folder of its own.
#pragma once

#include "../../base/temp_dir.hpp"
#include "../outcome_word.hpp"
#include "driver/fptr10/fptr10_driver.hpp"
#include "driver/fptr10/remote_library.hpp"
#include "fiscal/task.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

namespace kktd::driver::fptr10::testing {

class FakeClock final : public base::Clock {
public:
    [[nodiscard]] std::int64_t utc_micros() const override { return 0; }
};

inline Deadline within(std::chrono::milliseconds span) {
    return std::chrono::steady_clock::now() + span;
}
inline Deadline soon() {
    return within(std::chrono::seconds(20));
}

/// The fake library reads its folder from the environment, which the child inherits.
class FakeFolder {
public:
    FakeFolder() { ::setenv("FAKE_FPTR10", (folder_ / "").c_str(), 1); }
    ~FakeFolder() { ::unsetenv("FAKE_FPTR10"); }
    FakeFolder(const FakeFolder&) = delete;
    FakeFolder& operator=(const FakeFolder&) = delete;

    /// A foreign receipt of this script is another one than that of the last.
    void script(const std::string& text) const {
        std::filesystem::remove(folder_ / "ended");
        base::testing::write_file(folder_ / "script", text);
    }
    [[nodiscard]] std::string file(const std::string& name) const {
        return base::testing::contents(folder_ / name);
    }
    [[nodiscard]] std::ptrdiff_t documents() const {
        return std::ranges::count(file("documents"), '\n');
    }
    [[nodiscard]] std::string operator/(const std::string& name) const { return folder_ / name; }

private:
    base::testing::TempDir folder_;
};

class FakeDevice : public FakeFolder {
public:
    static constexpr std::chrono::seconds leftover{1}; ///< the option

    explicit FakeDevice(const std::string& script = {}, const std::string& library = FAKE_LIBRARY)
        : library_(library) {
        this->script(script);
        reopen();
    }
    /// As after the death of kktd.
    void reopen() {
        driver_.reset();
        const auto uri =
            DeviceUri::parse("fptr10+tcp://127.0.0.1:5555?library=" + library_ +
                             "&child=" KKTD_FPTR10 "&leftover=" + std::to_string(leftover.count()));
        BOOST_REQUIRE(uri.has_value());
        auto made = create(*uri, {.clock = clock_});
        BOOST_REQUIRE_MESSAGE(made.has_value(), made.error().text());
        driver_ = std::move(*made);
    }
    Driver* operator->() { return driver_.get(); }

    fiscal::DeviceState state() {
        const auto state = driver_->state(soon());
        BOOST_REQUIRE_MESSAGE(state.has_value(), state.error().text());
        return *state;
    }
    /// As the engine does it: prepare, keep the marker, perform.
    fiscal::Outcome perform(const fiscal::FiscalTask& task, Deadline deadline = soon()) {
        const fiscal::DeviceState now = state();
        const auto prepared = driver_->prepare(task, soon());
        BOOST_REQUIRE_MESSAGE(prepared.has_value(), prepared.error().text());
        marker = {};
        marker.fn = now.identity.fn;
        marker.last_fd = now.last_fd;
        marker.shift = now.shift_number;
        marker.kind = kind_of(task);
        marker.prepared = *prepared;
        if (const auto* sale = std::get_if<fiscal::Register>(&task)) {
            marker.receipt = sale->document.kind;
            marker.total = sale->document.total;
            marker.contact = sale->document.contact;
            marker.stamp = sale->document.stamp;
        }
        return driver_->perform(task, marker, deadline);
    }
    fiscal::Outcome sell(const fiscal::Document& document, Deadline deadline = soon()) {
        return perform(fiscal::Register{document}, deadline);
    }
    fiscal::Outcome recover() { return driver_->recover(marker, soon()); }

    fiscal::Marker marker; ///< of the last perform()

private:
    std::string library_;
    FakeClock clock_;
    std::unique_ptr<Driver> driver_;
};

using tests::word;

inline std::string text(const fiscal::Outcome& outcome) {
    if (const auto* refused = std::get_if<fiscal::Refused>(&outcome)) {
        return refused->fault.text();
    }
    const auto* unknown = std::get_if<fiscal::Unknown>(&outcome);
    return unknown != nullptr ? unknown->fault.text() : "";
}

} // namespace kktd::driver::fptr10::testing
