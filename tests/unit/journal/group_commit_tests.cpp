#include "journal/group_commit.hpp"

#include "faulty_vfs.hpp"
#include "journal/sqlite_store.hpp"
#include "temp_dir.hpp"
#include "writes.hpp"

#include <atomic>
#include <barrier>
#include <boost/test/unit_test.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace {

using namespace kktd;
using namespace kktd::journal;
using namespace kktd::tests;
using std::chrono::steady_clock;

struct Fixture {
    Fixture() {
        FaultyVfs::install();
        FaultyVfs::plan(FaultyVfs::Fault::none, 0);
        store = open_store(dir.path(), FaultyVfs::name());
    }
    TempDir dir;
    std::unique_ptr<Store> store;
};

/// Runs `work(i)` on `count` threads that start together.
template<class Work>
void together(int count, const Work& work) {
    std::barrier start(count);
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) {
        threads.emplace_back([&, i] {
            start.arrive_and_wait();
            work(i);
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
}

/// Holds a writer in its callback until it goes, so that what is queued meanwhile is one batch.
class HeldWriter {
public:
    explicit HeldWriter(Store& store)
        : thread_([this, &store] {
              store.note("main", "hold", 1, [this](const Read<bool>&) {
                  std::unique_lock lock(mutex_);
                  held_ = true;
                  changed_.notify_all();
                  changed_.wait(lock, [&] { return !held_; });
              });
          }) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return held_; });
    }
    ~HeldWriter() {
        {
            const std::lock_guard lock(mutex_);
            held_ = false;
        }
        changed_.notify_all();
        thread_.join();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool held_ = false;
    std::thread thread_; // the last member: it uses the others
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(group_commit_tests, Fixture)

BOOST_AUTO_TEST_CASE(of_64_claims_of_one_key_one_is_accepted) {
    constexpr int threads = 64;
    std::atomic<int> created = 0;
    std::atomic<int> existing = 0;
    std::mutex mutex;
    std::string winner;
    together(threads, [&](int i) {
        const auto claimed = claim(*store, claim_of(i, "the key"));
        if (claimed && claimed->existing) {
            ++existing;
        } else if (claimed) {
            ++created;
            const std::lock_guard lock(mutex);
            winner = claimed->id;
        }
    });
    BOOST_TEST(created == 1);
    BOOST_TEST(existing == threads - 1);
    BOOST_TEST((*store->find_key(Space::real, key_of("the key")))->standing.id == winner);
    BOOST_TEST(store->accepted("main")->size() == 1U);
}

BOOST_AUTO_TEST_CASE(writes_that_arrive_together_share_one_sync) {
    constexpr int writes = 200;
    std::vector<std::future<Read<Claimed>>> futures;
    std::mutex mutex;
    std::vector<int> order;
    {
        HeldWriter held(*store);
        FaultyVfs::plan(FaultyVfs::Fault::none, 0);
        for (int n = 0; n < writes; ++n) {
            auto promise = std::make_shared<Promise<Claimed>>();
            futures.push_back(promise->get_future());
            store->claim(claim_of(n), [&, n, promise](Read<Claimed> claimed) {
                {
                    const std::lock_guard lock(mutex);
                    order.push_back(n);
                }
                promise->set_value(std::move(claimed));
            });
        }
    }
    for (auto& future : futures) {
        BOOST_REQUIRE(future.get().has_value());
    }
    BOOST_TEST(FaultyVfs::syncs() <= 3); // the commit, and perhaps a checkpoint's two
    BOOST_TEST(std::is_sorted(order.begin(), order.end()));
    BOOST_TEST(store->accepted("main")->size() == static_cast<std::size_t>(writes));
}

BOOST_AUTO_TEST_CASE(a_queue_beyond_one_batch_is_written_in_order) {
    constexpr int writes = static_cast<int>(GroupCommit::max_batch) * 2 + 100;
    std::atomic<int> next = 0;
    std::atomic<bool> ordered = true;
    {
        HeldWriter held(*store);
        for (int n = 0; n < writes; ++n) {
            store->note("main", "n", n, [&, n](const Read<bool>& noted) {
                ordered = ordered && noted.has_value() && next == n;
                ++next;
            });
        }
    }
    store.reset(); // answers everything
    BOOST_TEST(next == writes);
    BOOST_TEST(ordered.load());
}

BOOST_AUTO_TEST_CASE(a_write_with_next_goes_with_the_next) {
    const auto claimed = claim(*store, claim_of(1));
    const auto begun = intent(*store, intent_of(claimed->row, "S1"));
    auto outcome_done = std::make_shared<Promise<bool>>();
    auto claim_done = std::make_shared<Promise<Claimed>>();
    {
        HeldWriter held(*store);
        FaultyVfs::plan(FaultyVfs::Fault::none, 0);
        store->outcome(done_of(*begun, 42), Urgency::with_next, into(outcome_done));
        store->claim(claim_of(2), into(claim_done));
    }
    BOOST_TEST(claim_done->get_future().get().has_value());
    BOOST_TEST(*outcome_done->get_future().get());
    BOOST_TEST(FaultyVfs::syncs() == 1);
}

BOOST_AUTO_TEST_CASE(a_write_with_next_does_not_wait_for_ever) {
    const auto claimed = claim(*store, claim_of(1));
    const auto begun = intent(*store, intent_of(claimed->row, "S1"));
    const auto start = steady_clock::now();
    const auto done = outcome(*store, done_of(*begun, 42), Urgency::with_next);
    BOOST_TEST(*done);
    BOOST_TEST((steady_clock::now() - start >= GroupCommit::with_next_span));
}

BOOST_AUTO_TEST_CASE(a_lone_write_is_durable_when_the_call_returns) {
    BOOST_REQUIRE(claim(*store, claim_of(1)).has_value()); // begins the WAL, which costs a sync
    FaultyVfs::plan(FaultyVfs::Fault::none, 0);
    std::thread::id written_by;
    store->claim(claim_of(2), [&](const Read<Claimed>& claimed) {
        BOOST_TEST(claimed.has_value());
        written_by = std::this_thread::get_id();
    });
    BOOST_TEST((written_by == std::this_thread::get_id()));
    BOOST_TEST(FaultyVfs::syncs() == 1);
}

BOOST_AUTO_TEST_CASE(a_lone_write_takes_a_waiting_one_with_it) {
    const auto claimed = claim(*store, claim_of(1));
    const auto begun = intent(*store, intent_of(claimed->row, "S1"));
    FaultyVfs::plan(FaultyVfs::Fault::none, 0);
    auto outcome_done = std::make_shared<Promise<bool>>();
    store->outcome(done_of(*begun, 42), Urgency::with_next, into(outcome_done));
    BOOST_REQUIRE(claim(*store, claim_of(2)).has_value());
    BOOST_TEST(*outcome_done->get_future().get());
    BOOST_TEST(FaultyVfs::syncs() == 1);
}

BOOST_AUTO_TEST_CASE(a_write_during_a_write_of_others_does_not_wait_for_the_disk) {
    auto done = std::make_shared<Promise<bool>>();
    auto future = done->get_future();
    {
        const HeldWriter held(*store);
        store->note("main", "n", 1, into(done));
        BOOST_TEST((future.wait_for(std::chrono::milliseconds(0)) == std::future_status::timeout));
    }
    BOOST_REQUIRE((future.wait_for(patience) == std::future_status::ready));
    BOOST_TEST(*future.get());
}

BOOST_AUTO_TEST_CASE(a_callback_may_queue_the_next_write) {
    auto all = std::make_shared<Promise<bool>>();
    store->claim(claim_of(1), [&](Read<Claimed> claimed) {
        store->intent(intent_of(claimed->row, "S1"), [&](Read<RowId> begun) {
            store->outcome(done_of(*begun, 42), Urgency::now, into(all));
        });
    });
    auto future = all->get_future();
    BOOST_REQUIRE((future.wait_for(patience) == std::future_status::ready));
    BOOST_TEST(*future.get());
    BOOST_TEST((*store->last_done("main"))->standing.id == id_of(1));
}

BOOST_AUTO_TEST_CASE(closing_answers_everything) {
    std::atomic<int> answered = 0;
    constexpr int writes = 100;
    for (int n = 0; n < writes; ++n) {
        store->claim(claim_of(n), [&](const Read<Claimed>& claimed) {
            answered += claimed.has_value() ? 1 : 0;
        });
    }
    store->outcome({}, Urgency::with_next, [&](const Read<bool>&) { ++answered; });
    store.reset();
    BOOST_TEST(answered == writes + 1);
    store = open_store(dir.path());
    BOOST_TEST(store->accepted("main")->size() == static_cast<std::size_t>(writes));
}

// A write that fails when the WAL is full leaves a checkpoint due that will never be made.
BOOST_AUTO_TEST_CASE(a_failure_with_a_full_wal_leaves_the_store_answering) {
    auto failed = std::make_shared<Promise<bool>>();
    auto future = failed->get_future();
    Claim large = claim_of(1);
    large.request.assign(std::size_t{GroupCommit::checkpoint_pages} * 4096, 'x');
    store->claim(std::move(large), [&](const Read<Claimed>& claimed) {
        BOOST_TEST(claimed.has_value());
        FaultyVfs::plan(FaultyVfs::Fault::forever, 1);
        store->note("main", "n", 1, into(failed));
    });
    BOOST_REQUIRE((future.wait_for(patience) == std::future_status::ready));
    BOOST_TEST(!future.get().has_value());
    BOOST_TEST(store->trouble().has_value());
    BOOST_TEST(!note(*store, "more").has_value());
    FaultyVfs::plan(FaultyVfs::Fault::none, 0);
}

BOOST_AUTO_TEST_CASE(a_long_commit_is_called_a_stall) {
    BOOST_TEST(!store->stalled());
    {
        const HeldWriter held(*store);
        BOOST_TEST(!store->stalled());
        std::this_thread::sleep_for(GroupCommit::stall_span * 2);
        BOOST_TEST(store->stalled());
        BOOST_TEST(!store->find_id("who only asks does not wait")->has_value());
    }
    BOOST_TEST(note(*store, "n").has_value());
    BOOST_TEST(!store->stalled());
}

BOOST_AUTO_TEST_CASE(the_wal_does_not_grow_with_the_journal) {
    const std::string wal = dir.db() + "-wal";
    const auto size = std::filesystem::file_size(wal);
    for (int n = 0; n < 1500; ++n) {
        BOOST_REQUIRE(claim(*store, claim_of(n)).has_value());
    }
    BOOST_TEST(std::filesystem::file_size(wal) == size);
    store.reset();
    // After a clean end the database alone is the whole journal.
    std::filesystem::remove(wal);
    store = open_store(dir.path());
    BOOST_TEST(store->accepted("main")->size() == 1500U);
}

BOOST_AUTO_TEST_CASE(readers_see_what_was_called_durable_while_others_write) {
    constexpr int writers = 4;
    constexpr int each = 60;
    std::atomic<int> seen = 0;
    std::atomic<bool> writing = true;
    std::vector<std::thread> readers;
    for (int i = 0; i < 8; ++i) { // more than the pool keeps
        readers.emplace_back([&] {
            do {
                const auto accepted = store->accepted("main");
                const auto unknown = store->unknown(10);
                if (!accepted || !unknown) {
                    seen = -1'000'000;
                }
                std::this_thread::yield();
            } while (writing);
        });
    }
    together(writers, [&](int i) {
        for (int n = 0; n < each; ++n) {
            const auto made = claim_of(i * each + n);
            const auto claimed = claim(*store, made);
            const auto found = store->find_key(Space::real, made.keys[0]);
            const bool well =
                claimed && found && found->has_value() && (*found)->row == claimed->row;
            seen += well ? 1 : 0;
        }
    });
    writing = false;
    for (std::thread& reader : readers) {
        reader.join();
    }
    BOOST_TEST(seen == writers * each);
}

BOOST_AUTO_TEST_SUITE_END()
