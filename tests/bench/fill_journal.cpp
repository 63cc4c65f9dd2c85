// fill_journal: makes a journal as kktd would have left it after many receipts on a test KKT, all
// done, through the journal's own code, so that the benchmark can ask how a large one behaves.
//
//   fill_journal STATE_FOLDER RECEIPTS
#include "base/random_id.hpp"
#include "fiscal/draft.hpp"
#include "journal/sqlite_store.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <semaphore>
#include <string>
#include <string_view>

namespace {

using namespace kktd;

/// Receipts on their way at a time: what shares one commit.
constexpr std::ptrdiff_t window = 4096;
constexpr std::uint32_t receipts_in_shift = 500;
constexpr long max_receipts = 100'000'000;
constexpr std::int64_t micros_between = 30'000'000; // one receipt in half a minute

[[noreturn]] void die(const std::string& text) {
    std::fprintf(stderr, "fill_journal: %s\n", text.c_str());
    std::exit(EXIT_FAILURE);
}

template<class T>
T checked(fiscal::Result<T, journal::JournalError> result) {
    if (!result) {
        die(result.error().text());
    }
    return std::move(*result);
}

/// The n-th receipt of the file, n from 1: the classic example with a number of its own.
class Receipt {
public:
    Receipt(std::uint32_t n, fiscal::UtcMicros at) : n_(n), at_(at) {}

    [[nodiscard]] journal::Claim claim() const {
        auto draft = classic_draft();
        draft.number = number();
        draft.date = date;
        journal::Claim claim;
        claim.id = base::new_receipt_id(at_);
        claim.kkt = "main";
        claim.space = journal::Space::test_device;
        claim.keys = {journal::key_prefix(number()) + "7701234560 sell " + date.iso()};
        claim.repeat_key = "7701234560 sell " + number();
        claim.content_digest = std::string(32, static_cast<char>(n_ % 251));
        claim.draft = fiscal::encode(draft);
        claim.number = number();
        claim.date = date;
        claim.total = total;
        claim.rates = {fiscal::VatRate::vat22};
        claim.request = request();
        claim.request_id = std::string(32, 'f');
        claim.at = at_;
        return claim;
    }

    [[nodiscard]] journal::Intent intent(journal::RowId row) const {
        journal::Intent intent;
        intent.receipt = row;
        intent.kkt = "main";
        intent.marker.fn = fn;
        intent.marker.last_fd = n_;
        intent.marker.shift = shift();
        intent.marker.total = total;
        intent.marker.stamp = base::new_stamp();
        intent.at = at_;
        return intent;
    }

    [[nodiscard]] journal::IntentOutcome outcome(journal::RowId row) const {
        fiscal::Registration registration;
        registration.fn = fn;
        registration.fd = n_ + 1;
        registration.fpd = std::to_string(n_ * 2'654'435'761U);
        registration.shift = shift();
        registration.number = n_ % receipts_in_shift + 1;
        registration.time.seconds = at_ / 1'000'000;
        registration.total = total;
        registration.rnm = "0000000001012345";
        registration.qr = "t=20171006T1200&s=1950.00&fn=9999078900000001&i=1&fp=1&n=1";
        journal::IntentOutcome outcome;
        outcome.intent = row;
        outcome.outcome = fiscal::Done{registration};
        outcome.at = at_;
        return outcome;
    }

private:
    static constexpr fiscal::Date date{2017, 10, 6};
    static constexpr fiscal::Money total{195'000};
    static constexpr const char* fn = "9999078900000001";

    [[nodiscard]] std::string number() const { return "F-" + std::to_string(n_); }
    [[nodiscard]] std::uint32_t shift() const { return n_ / receipts_in_shift + 1; }
    [[nodiscard]] std::string request() const {
        return R"({"DocNumber": ")" + number() +
               R"(", "DocDate": "06.10.2017", "DocSumm": 1950, "Goods": {"Position_1": )"
               R"({"Name": "Наименование товара", "Price": 325.12, "Quantity": 6, "Tax": 18, )"
               R"("PositionSumm": 1950}}})";
    }
    static fiscal::Draft classic_draft() {
        fiscal::DraftPosition position;
        position.path = "/Goods/Position_1";
        position.name = "Наименование товара";
        position.price = *fiscal::Number::parse("325.12");
        position.quantity = fiscal::Number::of(6);
        position.sum = fiscal::Number::of(1950);
        position.vat = fiscal::VatRate::vat18;
        fiscal::Draft draft;
        draft.dialect = "classic";
        draft.total = fiscal::Number::of(1950);
        draft.positions = {position};
        return draft;
    }

    std::uint32_t n_;
    fiscal::UtcMicros at_;
};

} // namespace

int main(int argc, char** argv) {
    const std::string_view amount = argc == 3 ? argv[2] : "";
    long receipts = 0;
    std::from_chars(amount.data(), amount.data() + amount.size(), receipts);
    if (receipts < 1 || receipts > max_receipts) {
        std::fputs("usage: fill_journal STATE_FOLDER RECEIPTS\n", stderr);
        return 64;
    }
    const auto store = checked(journal::open_sqlite_store(argv[1]));
    const auto begin = std::time(nullptr) * std::int64_t{1'000'000} - receipts * micros_between;

    std::counting_semaphore<window> free(window);
    for (long n = 1; n <= receipts; ++n) {
        free.acquire();
        const Receipt receipt(static_cast<std::uint32_t>(n), begin + n * micros_between);
        store->claim(receipt.claim(), [&store, &free, receipt](auto claimed) {
            store->intent(receipt.intent(checked(std::move(claimed)).row),
                          [&store, &free, receipt](auto intent) {
                              store->outcome(receipt.outcome(checked(std::move(intent))),
                                             journal::Urgency::now, [&free](auto done) {
                                                 checked(std::move(done));
                                                 free.release();
                                             });
                          });
        });
    }
    for (std::ptrdiff_t i = 0; i < window; ++i) {
        free.acquire();
    }
}
