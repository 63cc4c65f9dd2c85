// A KKT, or a line, that says anything: the driver over LinkV3 and a port on which a simulated
// KKT's packets are bent, cut, doubled, swallowed and replaced. Whatever comes, each call ends by
// its deadline, and "done" and "refused" are what the fiscal storage says.
#include "../../fiscal/sample_documents.hpp"
#include "../outcome_word.hpp"
#include "driver/atol/atol_driver.hpp"
#include "driver/atol/link_v3.hpp"
#include "sim/atol/session_v3.hpp"
#include "sim_link.hpp"

#include <boost/test/unit_test.hpp>
#include <deque>
#include <random>
#include <thread>

using namespace kktd;
using namespace kktd::driver::atol;
using namespace kktd::driver::atol::testing;
using namespace std::chrono_literals;
using fiscal::sample::item;

namespace {

using Clock = std::chrono::steady_clock;

constexpr TimingV3 quick{10ms, 5ms, 5ms};
constexpr auto allowed = 150ms;
constexpr auto slack = 10s; ///< of a machine that is busy or stopped; a hang is for ever
constexpr auto honest = 5s; ///< of a call to a KKT that is well again

/// What becomes of what the KKT sends.
enum class Evil : std::uint8_t {
    none,
    wire,           ///< the bytes of its packets change on their way
    lies,           ///< the data of its packets change, and their checksum fits
    random,         ///< there is no KKT: bytes without an end
    random_answers, ///< the same, as soon as something was sent
};

struct Bender {
    explicit Bender(unsigned seed) : random(seed) {}

    [[nodiscard]] std::size_t below(std::size_t end) {
        return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
    }
    [[nodiscard]] std::string noise(std::size_t size) {
        std::string bytes;
        for (std::size_t i = 0; i < size; ++i) {
            bytes += static_cast<char>(below(256));
        }
        return bytes;
    }
    void bend(std::string& bytes) {
        if (bytes.empty()) {
            return;
        }
        switch (below(4)) {
        case 0:
            bytes[below(bytes.size())] = static_cast<char>(below(256));
            break;
        case 1:
            bytes[below(bytes.size())] ^= static_cast<char>(1U << below(8));
            break;
        case 2:
            bytes.resize(below(bytes.size()));
            break;
        default:
            bytes.insert(below(bytes.size()), noise(1 + below(4)));
            break;
        }
    }

    std::mt19937 random;
    Evil evil = Evil::none;
    std::size_t rarity = 4; ///< one packet in so many
    std::string earlier;    ///< some packet that was sent before
};

/// The port of the driver and the wire of the simulated KKT, in one.
class HostilePort final : public port::Port, public sim::Wire {
public:
    HostilePort(sim::Till& till, Bender& bender)
        : bender_(bender), device_(till, {}), session_(device_, *this, false) {}

    port::Result<void> open(port::Deadline /*at once*/) override {
        if (!open_) {
            open_ = true;
            coming_.clear();
            asked_ = false;
            session_.connected();
        }
        return {};
    }
    [[nodiscard]] bool is_open() const override { return open_; }
    port::Result<void> send(std::string_view bytes, port::Deadline /*at once*/) override {
        if (!open_) {
            return port::PortError(port::PortError::Kind::closed, "kkt: closed");
        }
        ++packets;
        asked_ = true;
        if (bender_.evil != Evil::random && bender_.evil != Evil::random_answers) {
            session_.receive(bytes, Clock::now());
        }
        return {};
    }
    port::Result<std::string> receive(std::size_t max, port::Deadline deadline) override {
        while (open_) {
            if (bender_.evil == Evil::random || (bender_.evil == Evil::random_answers && asked_)) {
                return bender_.noise(1 + bender_.below(max));
            }
            work();
            if (!coming_.empty()) {
                std::string bytes = coming_.substr(0, max);
                coming_.erase(0, bytes.size());
                return bytes;
            }
            if (Clock::now() >= deadline) {
                return port::PortError(port::PortError::Kind::timeout, "kkt: nothing has come");
            }
            std::this_thread::sleep_for(200us);
        }
        return port::PortError(port::PortError::Kind::closed, "kkt: closed by the device");
    }
    void discard() override { coming_.clear(); }
    void close() override { open_ = false; }
    [[nodiscard]] std::string describe() const override { return "kkt"; }

    int packets = 0; ///< that the driver has sent

    /// What the KKT still has to do, it does.
    void work() {
        for (auto due = session_.due(); due && *due <= Clock::now(); due = session_.due()) {
            session_.tick(Clock::now());
        }
    }

private:
    void send(std::string_view bytes) override {
        if (!open_) {
            return;
        }
        std::string packet(bytes);
        if (bender_.evil != Evil::none && bender_.below(bender_.rarity) == 0) {
            packet = spoilt(packet);
        } else if (bender_.below(3) == 0) {
            bender_.earlier = packet;
        }
        coming_ += packet;
    }
    [[nodiscard]] std::string spoilt(std::string packet) {
        switch (bender_.below(8)) {
        case 0:
            return {};
        case 1:
            return packet + packet;
        case 2:
            return bender_.earlier + packet;
        case 3:
            open_ = bender_.below(4) != 0;
            return packet;
        default:
            break;
        }
        FrameV3Reader reader;
        reader.add(packet);
        auto frame = reader.next();
        if (bender_.evil == Evil::wire || !frame) {
            bender_.bend(packet);
            return packet;
        }
        bender_.bend(frame->data);
        return encode(*frame);
    }
    void drop() override { open_ = false; }
    void refuse(std::chrono::milliseconds /*never*/) override { open_ = false; }

    Bender& bender_;
    sim::atol::FaultyDevice device_;
    sim::atol::SessionV3 session_;
    std::string coming_;
    bool open_ = false;
    bool asked_ = false; ///< over this connection
};

/// A KKT with an open shift, and the driver, which knows it already.
struct Stand {
    explicit Stand(unsigned seed) : bender(seed) {
        auto port = std::make_unique<HostilePort>(world.till(), bender);
        kkt = port.get();
        driver = make_driver(std::make_unique<LinkV3>(std::move(port), 0, quick), {});
        static_cast<void>(world.till().open_shift("Иванова"));
        BOOST_REQUIRE(world.documents() == 1U);
    }

    /// Runs a call and takes its time.
    template<class Call>
    auto timed(const Call& call, std::chrono::milliseconds time = allowed) {
        const auto begun = Clock::now();
        auto answer = call(begun + time);
        BOOST_TEST((Clock::now() - begun < time + slack));
        return answer;
    }
    /// Of documents with that stamp: how many, and the number of the last.
    [[nodiscard]] std::pair<int, std::uint32_t> stored(const std::string& stamp) {
        std::pair<int, std::uint32_t> found{0, 0};
        for (std::uint32_t fd = 1; fd <= world.documents(); ++fd) {
            if (world.till().document(fd)->stamp == stamp) {
                ++found.first;
                found.second = fd;
            }
        }
        return found;
    }
    void check(const fiscal::Outcome& outcome, const std::string& stamp, unsigned seed) {
        kkt->work();
        const auto [count, fd] = stored(stamp);
        BOOST_TEST(count <= 1, "seed " << seed);
        if (const auto* done = std::get_if<fiscal::Done>(&outcome)) {
            BOOST_TEST(count == 1, "seed " << seed);
            BOOST_TEST(done->registration.fd == fd, "seed " << seed);
        } else if (std::holds_alternative<fiscal::Refused>(outcome)) {
            BOOST_TEST(count == 0, "seed " << seed << ": " << tests::word(outcome));
        }
    }

    World world;
    Bender bender;
    HostilePort* kkt = nullptr;
    std::unique_ptr<driver::Driver> driver;
};

fiscal::Document receipt(std::string stamp) {
    fiscal::Document document;
    document.items = {
        item("Товар 1", fiscal::Money(32512), fiscal::Quantity::units(6), fiscal::VatRate::vat20)};
    document.contact = "a@b.ru";
    document.cashier = "Иванова";
    document.stamp = std::move(stamp);
    return fiscal::sample::paid(std::move(document));
}

std::string stamp_of(unsigned seed) {
    std::string stamp = "AAAAAAAAAAAAAAAA";
    for (std::size_t i = 0; i < 4; ++i) {
        stamp[i] = static_cast<char>('A' + (seed >> (4 * i)) % 16);
    }
    return stamp;
}

/// What the engine does with a document: counts the outcomes by word.
void sell(unsigned seed, Evil evil, std::map<std::string, int>& outcomes) {
    Stand stand(seed);
    stand.bender.rarity = 2 + seed % 40; // from hopeless to one packet of a receipt
    stand.bender.evil = evil;
    const fiscal::Register task{receipt(stamp_of(seed))};
    auto marker = fiscal::marker_of(task);
    marker.last_fd = 1;
    marker.fn = stand.world.till().registration().identity.fn;
    const auto state = stand.timed([&](auto deadline) { return stand.driver->state(deadline); });
    if (state) {
        marker.fn = state->identity.fn;
        marker.last_fd = state->last_fd;
    }
    const auto prepared =
        stand.timed([&](auto deadline) { return stand.driver->prepare(task, deadline); });
    marker.prepared = prepared ? *prepared : "v3:D0,D1";
    auto outcome =
        stand.timed([&](auto deadline) { return stand.driver->perform(task, marker, deadline); });
    stand.check(outcome, task.document.stamp, seed);
    for (int asked = 0; asked < 30 && std::holds_alternative<fiscal::Unknown>(outcome); ++asked) {
        if (asked == 3) {
            stand.bender.evil = Evil::none;
        }
        outcome =
            stand.timed([&](auto deadline) { return stand.driver->recover(marker, deadline); },
                        asked < 3 ? allowed : honest);
        stand.check(outcome, task.document.stamp, seed);
        if (const auto* unknown = std::get_if<fiscal::Unknown>(&outcome);
            unknown != nullptr && unknown->fault.cls() != fiscal::FaultClass::link &&
            unknown->fault.cls() != fiscal::FaultClass::busy) {
            break; // an operator decides
        }
    }
    // What was refused stays so when the KKT has done all that it was ever told.
    stand.bender.evil = Evil::none;
    static_cast<void>(stand.driver->state(Clock::now() + honest));
    stand.check(outcome, task.document.stamp, seed);
    ++outcomes[tests::word(outcome)];
}

void sell_all(Evil evil) {
    constexpr unsigned seeds = 120;
    std::map<std::string, int> outcomes;
    for (unsigned seed = 0; seed < seeds; ++seed) {
        sell(seed, evil, outcomes);
    }
    int known = 0;
    for (const auto& [word, count] : outcomes) {
        BOOST_TEST_MESSAGE(word << ": " << count);
        known += word.starts_with("done") || word.starts_with("refused") ? count : 0;
    }
    BOOST_TEST(outcomes["done 2"] > 0); // some come through
    BOOST_TEST(known > static_cast<int>(seeds * 9 / 10));
}

} // namespace

BOOST_AUTO_TEST_SUITE(atol_hostile_tests)

BOOST_AUTO_TEST_CASE(a_line_that_spoils_packets) {
    sell_all(Evil::wire);
}

BOOST_AUTO_TEST_CASE(a_kkt_whose_answers_are_spoilt) {
    sell_all(Evil::lies);
}

BOOST_AUTO_TEST_CASE(bytes_without_end_are_link_faults) {
    for (unsigned seed = 0; seed < 10; ++seed) {
        Stand stand(seed);
        stand.bender.evil = seed % 2 == 0 ? Evil::random : Evil::random_answers;
        const fiscal::Register task{receipt(stamp_of(seed))};
        auto marker = fiscal::marker_of(task);
        marker.prepared = "v3:D0,D1";
        const auto state =
            stand.timed([&](auto deadline) { return stand.driver->state(deadline); });
        BOOST_REQUIRE(!state.has_value());
        BOOST_CHECK(state.error().cls() == fiscal::FaultClass::link);
        BOOST_TEST(
            !stand.timed([&](auto deadline) { return stand.driver->prepare(task, deadline); })
                 .has_value());
        BOOST_TEST(tests::word(stand.timed([&](auto deadline) {
                       return stand.driver->perform(task, marker, deadline);
                   })) == "refused link");
        BOOST_TEST(tests::word(stand.timed([&](auto deadline) {
                       return stand.driver->recover(marker, deadline);
                   })) == "unknown link");
        BOOST_TEST(stand.world.documents() == 1U);
        // To a line that is never silent nothing is sent; the other was asked, not only late.
        BOOST_TEST((stand.kkt->packets > 0) == (stand.bender.evil == Evil::random_answers));
    }
}

BOOST_AUTO_TEST_SUITE_END()
