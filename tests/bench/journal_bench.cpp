// What the journal costs by itself, without nginx and a KKT:
//
//   journal_bench DIR [ROWS]
//
// makes journal.db in DIR (an empty folder) and prints, as ratios to a bare fdatasync measured in
// between: one durable claim, claims of 64 threads at once, a claim at 1,000 rows and at ROWS
// (1,000,000), and how long it takes to open the journal and to ask what it owes (a full queue of
// 1,000 receipts).
#include "base/unique_fd.hpp"
#include "journal/sqlite_store.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <future>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using namespace kktd;
using Clock = std::chrono::steady_clock;
using Micros = std::chrono::duration<double, std::micro>;

[[noreturn]] void die(const std::string& why) {
    std::fprintf(stderr, "journal_bench: %s\n", why.c_str());
    std::exit(1);
}

double micros_since(Clock::time_point start) {
    return Micros(Clock::now() - start).count();
}

double quantile(std::vector<double> values, double share) {
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

/// p50 of one pwrite of 4,096 bytes over a preallocated file with fdatasync.
double sync_p50(const std::string& dir) {
    constexpr int writes = 2000;
    constexpr off_t pages = 256;
    const std::string path = dir + "/sync";
    const base::UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    const std::string page(4096, 'x');
    const auto size = static_cast<off_t>(page.size());
    for (off_t i = 0; i < pages; ++i) {
        if (::pwrite(file.get(), page.data(), page.size(), i * size) != size) {
            die("cannot write " + path);
        }
    }
    ::fsync(file.get());
    std::vector<double> times;
    for (off_t i = 0; i < writes; ++i) {
        const auto start = Clock::now();
        if (::pwrite(file.get(), page.data(), page.size(), i % pages * size) != size ||
            ::fdatasync(file.get()) != 0) {
            die("cannot write " + path);
        }
        times.push_back(micros_since(start));
    }
    ::unlink(path.c_str());
    return quantile(times, 0.5);
}

journal::Claim a_claim(std::uint64_t n) {
    static thread_local std::mt19937_64 random(n + 1); // NOLINT: the same numbers every run
    char id[27];
    std::snprintf(id, sizeof id, "01J%013llu%010llu", static_cast<unsigned long long>(n),
                  static_cast<unsigned long long>(random() % 10'000'000'000ULL));
    const std::string number = "TP-" + std::to_string(random()); // no order: the worst case
    journal::Claim claim;
    claim.id = id;
    claim.kkt = "main";
    claim.keys = {journal::key_prefix(number) + "classic\037"
                                                "7707083893\037sell\037"
                                                "2026-03-01"};
    claim.repeat_key = "7707083893\037sell\037" + number;
    claim.content_digest = std::string(32, 'd');
    claim.draft = std::string(500, 'd');
    claim.number = number;
    claim.date = fiscal::Date{2026, 3, 1};
    claim.total = fiscal::Money(195'000);
    claim.rates = {fiscal::VatRate::vat22};
    claim.request = std::string(400, 'r');
    claim.request_id = std::string(32, 'q');
    claim.at = static_cast<fiscal::UtcMicros>(n);
    return claim;
}

class Bench {
public:
    explicit Bench(std::string dir) : dir_(std::move(dir)) { open(); }

    double open() {
        store_.reset();
        const auto start = Clock::now();
        auto opened = journal::open_sqlite_store(dir_);
        if (!opened) {
            die(opened.error().text());
        }
        store_ = std::move(*opened);
        return micros_since(start);
    }

    journal::Store& store() { return *store_; }

    /// Durably accepted when it returns.
    double one_claim() {
        journal::Claim claim = a_claim(next_++);
        std::promise<void> durable;
        const auto start = Clock::now();
        store_->claim(std::move(claim), [&](journal::Read<journal::Claimed> claimed) {
            if (!claimed) {
                die(claimed.error().text());
            }
            durable.set_value();
        });
        durable.get_future().wait();
        return micros_since(start);
    }

    std::vector<double> claims(int count) {
        std::vector<double> times;
        for (int i = 0; i < count; ++i) {
            times.push_back(one_claim());
        }
        return times;
    }

    /// `threads` callers, each waiting for its own; all times together.
    std::vector<double> claims_of(int threads, int each, double& per_second) {
        std::vector<std::vector<double>> times(static_cast<std::size_t>(threads));
        std::vector<std::thread> callers;
        const auto start = Clock::now();
        for (auto& mine : times) {
            callers.emplace_back([this, &mine, each] { mine = claims(each); });
        }
        for (std::thread& caller : callers) {
            caller.join();
        }
        per_second = threads * each / (micros_since(start) / 1e6);
        std::vector<double> all;
        for (const auto& mine : times) {
            all.insert(all.end(), mine.begin(), mine.end());
        }
        return all;
    }

    /// Refused at once, so that they are rows but nothing is owed.
    void fill(std::uint64_t rows) {
        constexpr std::uint64_t in_flight = 2000;
        std::mutex mutex;
        std::condition_variable less;
        std::uint64_t flying = 0;
        const auto landed = [&](bool well) {
            if (!well) {
                die("a write failed");
            }
            const std::lock_guard lock(mutex);
            --flying;
            less.notify_one();
        };
        while (next_ < rows) {
            {
                std::unique_lock lock(mutex);
                less.wait(lock, [&] { return flying < in_flight; });
                ++flying;
            }
            store_->claim(a_claim(next_++), [&](journal::Read<journal::Claimed> claimed) {
                if (!claimed) {
                    landed(false);
                    return;
                }
                store_->finish({.receipt = claimed->row,
                                .state = fiscal::ReceiptState::refused,
                                .fault = fiscal::Fault(fiscal::FaultClass::rejected, "no"),
                                .warnings = {},
                                .at = 1},
                               [&](journal::Read<bool> done) { landed(done && *done); });
            });
        }
        std::unique_lock lock(mutex);
        less.wait(lock, [&] { return flying == 0; });
    }

    /// Leaves a full queue, as it may be found at a start; refuses the rest.
    void leave(std::size_t receipts) {
        const auto owed = store_->accepted("main");
        for (std::size_t i = receipts; owed && i < owed->size(); ++i) {
            store_->finish({.receipt = (*owed)[i].row,
                            .state = fiscal::ReceiptState::refused,
                            .fault = std::nullopt,
                            .warnings = {},
                            .at = 1},
                           [](const journal::Read<bool>&) {});
        }
    }

private:
    std::string dir_;
    std::unique_ptr<journal::Store> store_;
    std::atomic<std::uint64_t> next_ = 0;
};

void print_claims(const char* what, const std::vector<double>& times, double sync) {
    const double p50 = quantile(times, 0.5);
    std::printf("%-28s p50 %7.1f us  p99 %8.1f us  p50 - sync %6.1f us  p50 / sync %.2f\n", what,
                p50, quantile(times, 0.99), p50 - sync, p50 / sync);
    std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        die("usage: journal_bench DIR [ROWS]");
    }
    const std::string dir = argv[1];
    const std::uint64_t rows = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1'000'000;
    constexpr int count = 3000;

    Bench bench(dir);
    const double empty = bench.open();
    double sync = sync_p50(dir);
    std::printf("sync p50 %.1f us, open of an empty journal %.1f ms\n", sync, empty / 1000);

    bench.fill(1000);
    const auto small = bench.claims(count);
    sync = (sync + sync_p50(dir)) / 2;
    print_claims("1 client, 10^3 rows", small, sync);

    double per_second = 0;
    const auto many = bench.claims_of(64, 300, per_second);
    print_claims("64 clients", many, sync);
    std::printf("64 clients: %.0f claims/s = %.2f x the sync rate\n", per_second,
                per_second * sync / 1e6);

    const auto start = Clock::now();
    bench.fill(rows);
    std::printf("filled to %llu rows in %.1f s\n", static_cast<unsigned long long>(rows),
                micros_since(start) / 1e6);
    sync = sync_p50(dir);
    const auto large = bench.claims(count);
    sync = (sync + sync_p50(dir)) / 2;
    print_claims("1 client, many rows", large, sync);
    std::printf("growth of the insert p50: %.3f\n", quantile(large, 0.5) / quantile(small, 0.5));

    constexpr std::size_t queue_limit = 1000;
    bench.leave(queue_limit);
    const double opened = bench.open();
    const auto asked = Clock::now();
    const bool well = bench.store().accepted("main").has_value() &&
                      bench.store().open_intents("main").has_value() &&
                      bench.store().unknown(100).has_value() &&
                      bench.store().last_done("main").has_value();
    const double asking = micros_since(asked);
    std::printf("start: open %.1f ms, what is owed (1,000 receipts) %.1f ms%s\n", opened / 1000,
                asking / 1000, well ? "" : " (FAILED)");
    return well ? 0 : 1;
}
