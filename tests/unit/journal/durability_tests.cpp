// What was called durable is there: after every failed write, truncation and sync, after a power
// cut that takes back what was not synced, after SIGKILL.
#include "faulty_vfs.hpp"
#include "journal/fresh_rows.hpp"
#include "journal/group_commit.hpp"
#include "journal/lookups.hpp"
#include "journal/sqlite_store.hpp"
#include "journal/statement.hpp"
#include "temp_dir.hpp"
#include "writes.hpp"

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <set>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

using namespace kktd;
using namespace kktd::journal;
using namespace kktd::tests;
using fiscal::ReceiptState;

constexpr int scenario_receipts = 40;

/// A journal in which the next receipts but 16 begin a block: some are indexed, some are not.
class FilledDir : public TempDir {
public:
    FilledDir() {
        static const Full full;
        std::filesystem::copy_file(full.dir.db(), db());
    }

private:
    struct Full {
        Full() {
            const auto store = open_store(dir.path());
            for (int n = 0; n < static_cast<int>(receipt_block) - 16; ++n) {
                const auto claimed = claim(*store, claim_of(10'000 + n));
                BOOST_REQUIRE(*finish(*store, refusal_of(claimed->row)));
            }
        }
        TempDir dir;
    };
};

/// What callbacks called durable, in the order of the calls.
struct Told {
    enum class What : std::uint8_t { accepted, begun, done, refused, again };
    What what = What::accepted;
    int receipt = 0;
};

/// One write after the other, so that every run does the same to the files. Stops at the first
/// error. `tell` hears of every write after its callback.
template<class Tell>
void play(Store& store, const Tell& tell) {
    for (int n = 0; n < scenario_receipts; ++n) {
        const auto claimed = claim(store, claim_of(n));
        if (!claimed) {
            return;
        }
        tell(Told{Told::What::accepted, n});
        if (n % 4 == 1) {
            const auto begun = intent(store, intent_of(claimed->row, "S" + std::to_string(n)));
            if (!begun) {
                return;
            }
            tell(Told{Told::What::begun, n});
            if (!outcome(store, done_of(*begun, static_cast<std::uint32_t>(n)))) {
                return;
            }
            tell(Told{Told::What::done, n});
        } else if (n % 4 == 2) {
            if (!finish(store, refusal_of(claimed->row))) {
                return;
            }
            tell(Told{Told::What::refused, n});
            if (n % 8 == 2) {
                if (!claim(store, claim_of(1000 + n, "key-" + std::to_string(n)))) {
                    return;
                }
                tell(Told{Told::What::again, n});
            }
        }
    }
}

/// "ok", or what does not fit together.
std::string integrity(const std::string& db) {
    Connection connection(db, false, nullptr);
    Statement check(connection, "PRAGMA integrity_check");
    auto rows = check.query();
    return (rows.next() ? rows.text(0) : "") + dangling(connection);
}

/// Every promise is kept, and what nobody was told is either whole or not there.
void verify(const TempDir& dir, const std::vector<Told>& told) {
    FaultyVfs::plan(FaultyVfs::Fault::none, 0);
    const auto store = open_store(dir.path(), FaultyVfs::name());
    BOOST_REQUIRE(integrity(dir.db()) == "ok");
    std::set<std::string> accepted;
    for (const auto& receipt : *store->accepted("main")) {
        accepted.insert(receipt.standing.id);
    }
    for (const Told& one : told) {
        const auto found =
            store->find_key(Space::real, key_of("key-" + std::to_string(one.receipt)));
        BOOST_REQUIRE(found.has_value());
        BOOST_REQUIRE(found->has_value());
        const fiscal::Standing& standing = (*found)->standing;
        BOOST_REQUIRE(standing.id == id_of(one.receipt));
        BOOST_REQUIRE(store->find_id(standing.id)->has_value());
        BOOST_REQUIRE(store->find_number(standing.number, {}, {}, 9)->size() == 1U);
        const bool waits = accepted.count(standing.id) != 0;
        BOOST_REQUIRE(waits == (standing.state == ReceiptState::accepted));
        switch (one.what) {
        case Told::What::accepted:
            break;
        case Told::What::begun:
            BOOST_REQUIRE((standing.working || standing.state == ReceiptState::done));
            break;
        case Told::What::done:
            BOOST_REQUIRE((standing.state == ReceiptState::done));
            BOOST_REQUIRE(standing.registration->fd == static_cast<std::uint32_t>(one.receipt));
            break;
        case Told::What::refused:
            BOOST_REQUIRE((standing.state == ReceiptState::refused || standing.attempt == 2));
            break;
        case Told::What::again:
            BOOST_REQUIRE(standing.attempt == 2);
            BOOST_REQUIRE(waits);
            break;
        }
    }
    // At most the one write nobody was told of is there besides.
    const std::size_t receipts =
        static_cast<std::size_t>(std::count_if(told.begin(), told.end(), [](const Told& one) {
            return one.what == Told::What::accepted;
        }));
    std::size_t found = 0;
    for (int n = 0; n < scenario_receipts; ++n) {
        found += static_cast<std::size_t>(store->find_id(id_of(n))->has_value());
    }
    BOOST_REQUIRE(found >= receipts);
    BOOST_REQUIRE(found <= receipts + 1);
    // And the journal goes on.
    BOOST_REQUIRE(claim(*store, claim_of(5000)).has_value());
}

/// Plays the scenario on FaultyVfs in a new folder; what it was told.
std::vector<Told> play_with(const TempDir& dir, FaultyVfs::Fault fault, long at) {
    std::vector<Told> told;
    FaultyVfs::plan(fault, at);
    auto store = open_sqlite_store(dir.path(), {.vfs = FaultyVfs::name()});
    if (!store) {
        return told;
    }
    play(**store, [&](const Told& one) { told.push_back(one); });
    if ((*store)->trouble()) {
        // For good, whatever the disk does now.
        BOOST_REQUIRE(!note(**store, "more").has_value());
        BOOST_REQUIRE(!claim(**store, claim_of(9000)).has_value());
        BOOST_REQUIRE((*store)->find_id(id_of(9000)).has_value());
        BOOST_REQUIRE(!(*store)->find_id(id_of(9000))->has_value());
    } else {
        BOOST_REQUIRE(note(**store, "more").has_value() != (*store)->trouble().has_value());
    }
    return told;
}

long operations_of_scenario() {
    const FilledDir dir;
    const auto told = play_with(dir, FaultyVfs::Fault::none, 0);
    const long operations = FaultyVfs::operations();
    BOOST_REQUIRE(told.size() > static_cast<std::size_t>(scenario_receipts));
    verify(dir, told);
    return operations;
}

struct Fixture {
    Fixture() { FaultyVfs::install(); }
    ~Fixture() { FaultyVfs::plan(FaultyVfs::Fault::none, 0); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(durability_tests, Fixture)

BOOST_AUTO_TEST_CASE(every_failure_is_told_and_sticks) {
    const long operations = operations_of_scenario();
    BOOST_REQUIRE(operations > 200);
    constexpr std::array faults{FaultyVfs::Fault::once, FaultyVfs::Fault::forever,
                                FaultyVfs::Fault::full};
    for (long at = 1; at <= operations; ++at) {
        const auto fault = faults[static_cast<std::size_t>(at) % faults.size()];
        BOOST_TEST_CONTEXT("fault " << static_cast<int>(fault) << " at operation " << at) {
            const FilledDir dir;
            const auto told = play_with(dir, fault, at);
            verify(dir, told);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_power_cut_takes_nothing_that_was_called_durable) {
    const long operations = operations_of_scenario();
    for (long at = 1; at <= operations; ++at) {
        BOOST_TEST_CONTEXT("power cut at operation " << at) {
            const FilledDir dir;
            const auto told = play_with(dir, FaultyVfs::Fault::forever, at);
            const bool all = at % 2 == 0;
            FaultyVfs::drop_unsynced(all ? 0 : static_cast<unsigned>(at));
            verify(dir, told);
        }
    }
}

BOOST_AUTO_TEST_CASE(sigkill_takes_nothing_that_was_called_durable) {
    const long operations = operations_of_scenario();
    for (long at = 1; at <= operations; at += 5) {
        BOOST_TEST_CONTEXT("killed at operation " << at) {
            const FilledDir dir;
            int ends[2];
            BOOST_REQUIRE(::pipe(ends) == 0);
            const pid_t child = ::fork();
            BOOST_REQUIRE(child >= 0);
            if (child == 0) {
                FaultyVfs::plan(FaultyVfs::Fault::kill, at);
                auto store = open_sqlite_store(dir.path(), {.vfs = FaultyVfs::name()});
                if (store) {
                    play(**store, [&](const Told& one) {
                        static_cast<void>(!::write(ends[1], &one, sizeof one));
                    });
                }
                ::_exit(0);
            }
            ::close(ends[1]);
            std::vector<Told> told;
            for (Told one; ::read(ends[0], &one, sizeof one) == sizeof one;) {
                told.push_back(one);
            }
            ::close(ends[0]);
            int status = 0;
            BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
            BOOST_REQUIRE((WIFSIGNALED(status) || WIFEXITED(status)));
            verify(dir, told);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_named) {
    const TempDir dir;
    auto store = open_store(dir.path(), FaultyVfs::name());
    FaultyVfs::plan(FaultyVfs::Fault::full, 1);
    const auto failed = claim(*store, claim_of(1));
    BOOST_REQUIRE(!failed.has_value());
    BOOST_TEST(failed.error().text().find("full") != std::string::npos);
    BOOST_REQUIRE(store->trouble().has_value());
    BOOST_TEST(store->trouble()->text() == failed.error().text());
    FaultyVfs::plan(FaultyVfs::Fault::none, 0); // space is back: only a new start uses it
    BOOST_TEST(!claim(*store, claim_of(1)).has_value());
    store.reset();
    store = open_store(dir.path(), FaultyVfs::name());
    BOOST_TEST(claim(*store, claim_of(1)).has_value());
}

BOOST_AUTO_TEST_CASE(everything_queued_fails_together) {
    const TempDir dir;
    const auto store = open_store(dir.path(), FaultyVfs::name());
    FaultyVfs::plan(FaultyVfs::Fault::once, 3);
    constexpr int writes = 50;
    std::vector<std::future<Read<Claimed>>> futures;
    for (int n = 0; n < writes; ++n) {
        auto promise = std::make_shared<Promise<Claimed>>();
        futures.push_back(promise->get_future());
        store->claim(claim_of(n), into(promise));
    }
    int done = 0;
    bool failed = false;
    for (int n = 0; n < writes; ++n) {
        const bool well = futures[static_cast<std::size_t>(n)].get().has_value();
        BOOST_TEST(!(failed && well));
        failed = failed || !well;
        done += well ? 1 : 0;
        BOOST_TEST((*store->find_id(id_of(n))).has_value() == well);
    }
    BOOST_TEST(done < writes);
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_be_written_is_told_when_it_is_opened) {
    const TempDir dir;
    FaultyVfs::plan(FaultyVfs::Fault::full, 1);
    const auto full = open_sqlite_store(dir.path(), {.vfs = FaultyVfs::name()});
    BOOST_REQUIRE(!full.has_value());
    BOOST_TEST(full.error().text().find("full") != std::string::npos);

    if (::geteuid() != 0) { // root may write everywhere
        const TempDir closed;
        BOOST_REQUIRE(::chmod(closed.path().c_str(), 0500) == 0);
        BOOST_TEST(!open_sqlite_store(closed.path()).has_value());
        ::chmod(closed.path().c_str(), 0700);
    }
}

BOOST_AUTO_TEST_SUITE_END()
