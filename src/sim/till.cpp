#include "sim/till.hpp"

#include "fiscal/drawing.hpp"

#include <algorithm>
#include <utility>

namespace kktd::sim {

namespace {

using fiscal::KktError;
using fiscal::KktRefusal;
using fiscal::Money;
using fiscal::ReceiptKind;

constexpr Money foreign_price{100};
constexpr std::string_view foreign_cashier = "Другой кассир";

std::uint32_t lines_of(const fiscal::FinishedDocument& document) {
    const auto drawn = fiscal::draw(document.tlv);
    return drawn ? static_cast<std::uint32_t>(std::ranges::count(*drawn, '\n')) : 1;
}

fiscal::Item foreign_item() {
    fiscal::Item item;
    item.name = "Чужой товар";
    item.price = foreign_price;
    item.quantity = fiscal::Quantity::units(1);
    item.cost = foreign_price;
    item.vat = fiscal::VatRate::none;
    return item;
}

} // namespace

Till::Till(TillConfig config, const base::Clock& clock, driver::test::Storage storage)
    : clock_(&clock), config_(std::move(config)), storage_(std::move(storage)),
      kkt_(config_.profile, storage_.memory()) {
    find_last();
}

fiscal::Result<Till, Till::StorageError> Till::open(TillConfig config, const base::Clock& clock) {
    auto storage = driver::test::Storage::open({.path = config.storage,
                                                .fn = config.profile.registration.identity.fn,
                                                .sync = config.sync});
    if (!storage) {
        return storage.error();
    }
    return Till(std::move(config), clock, std::move(*storage));
}

fiscal::LocalTime Till::host_now() const {
    return fiscal::LocalTime::of_utc(clock_->utc_micros(), config_.utc_offset);
}

fiscal::LocalTime Till::now() const {
    return {host_now().seconds + kkt_.switches().clock_skew.count()};
}

void Till::set_clock(fiscal::LocalTime time) {
    auto switches = kkt_.switches();
    switches.clock_skew = std::chrono::seconds(time.seconds - host_now().seconds);
    kkt_.set_switches(switches);
}

void Till::find_last() {
    constexpr std::uint32_t most = 65'536; // documents read back for the last receipt
    const std::uint32_t last_fd = storage_.memory().last_fd;
    for (std::uint32_t count = 16; last_fd > 0 && !last_receipt_; count *= 4) {
        const auto documents = storage_.after(last_fd - std::min(last_fd, count));
        if (!documents) {
            return;
        }
        for (const FinishedDocument& document : *documents) {
            last_ = document;
            if (fiscal::is_receipt(document.kind)) {
                last_receipt_ = document;
            }
        }
        if (count >= last_fd || count >= most) {
            return;
        }
    }
}

Till::Answer<Till::FinishedDocument> Till::keep(Answer<FinishedDocument> made,
                                                const fiscal::VirtualKkt& before) {
    if (!made) {
        return made;
    }
    if (const auto kept = storage_.append(*made); !kept) {
        // As a fiscal storage that fails while it writes: what it has got shows at the next start.
        kkt_ = before;
        auto switches = kkt_.switches();
        switches.fn = fiscal::FnFault::critical;
        kkt_.set_switches(switches);
        return KktRefusal(KktError::fn_critical, kept.error().text());
    }
    last_ = *made;
    if (fiscal::is_receipt(made->kind)) {
        last_receipt_ = *made;
    }
    print(*made);
    return made;
}

Till::Answer<Till::FinishedDocument> Till::open_shift(std::string_view cashier) {
    const fiscal::VirtualKkt before = kkt_;
    return keep(kkt_.open_shift(cashier, host_now()), before);
}

Till::Answer<Till::FinishedDocument> Till::close_shift(std::string_view cashier) {
    const fiscal::VirtualKkt before = kkt_;
    auto made = keep(kkt_.close_shift(cashier, host_now()), before);
    if (made) {
        auto switches = kkt_.switches();
        switches.shift_expired = false; // it was said of this shift
        kkt_.set_switches(switches);
    }
    return made;
}

Till::Answer<Till::FinishedDocument> Till::close_receipt() {
    const fiscal::VirtualKkt before = kkt_;
    return keep(kkt_.close_receipt(host_now()), before);
}

void Till::power_cycle() {
    kkt_.power_cycle();
    electronic_ = false;
}

Till::Answer<void> Till::open_foreign_receipt() {
    if (!kkt_.memory().shift_open) {
        if (const auto opened = open_shift(foreign_cashier); !opened) {
            return opened.error();
        }
    }
    if (const auto opened = kkt_.open_receipt(ReceiptKind::sell, std::nullopt, host_now());
        !opened) {
        return opened;
    }
    fiscal::Document attributes;
    attributes.cashier = foreign_cashier;
    const std::uint8_t systems = registration().taxations.mask;
    attributes.taxation = static_cast<fiscal::Taxation>(systems & (~systems + 1)); // the lowest bit
    (void)kkt_.set_attributes(attributes);
    return kkt_.add_item(foreign_item());
}

Till::Answer<Till::FinishedDocument> Till::foreign_receipt() {
    if (const auto opened = open_foreign_receipt(); !opened) {
        return opened.error();
    }
    if (const auto paid = kkt_.pay(fiscal::PaymentKind::cash, foreign_price); !paid) {
        return paid.error();
    }
    return close_receipt();
}

std::optional<fiscal::FinishedDocument> Till::document(std::uint32_t fd) const {
    if (fd == 0) {
        return std::nullopt;
    }
    if (last_ && last_->fd == fd) {
        return last_;
    }
    const auto documents = storage_.after(fd - 1);
    if (!documents || documents->empty() || documents->front().fd != fd) {
        return std::nullopt;
    }
    return documents->front();
}

Money Till::cash() const {
    const auto& totals = kkt_.memory().totals;
    return totals.receipts(ReceiptKind::sell).payments.cash +
           totals.receipts(ReceiptKind::buy_refund).payments.cash -
           totals.receipts(ReceiptKind::sell_refund).payments.cash -
           totals.receipts(ReceiptKind::buy).payments.cash + cash_moved_;
}

// ---- paper -------------------------------------------------------------------------------------

bool Till::can_print() const {
    return registration().internet_only ||
           (kkt_.switches().paper != fiscal::Paper::out && !kkt_.switches().cover_open);
}

void Till::set_paper(std::optional<std::uint32_t> lines) {
    paper_lines_ = lines;
    auto switches = kkt_.switches();
    switches.paper = lines == 0U ? fiscal::Paper::out : fiscal::Paper::ok;
    kkt_.set_switches(switches);
}

bool Till::print_lines(std::uint32_t lines) {
    if (registration().internet_only) {
        return true;
    }
    if (!can_print()) {
        return false;
    }
    if (paper_lines_) {
        const std::uint32_t printed = std::min(*paper_lines_, lines);
        lines -= printed;
        set_paper(*paper_lines_ - printed);
        return lines == 0;
    }
    return true;
}

void Till::print(const FinishedDocument& document) {
    (void)continue_print(); // what was interrupted goes before
    unprinted_lines_ = 0;
    const bool silent = std::exchange(electronic_, false) && fiscal::is_receipt(document.kind);
    if (silent || registration().internet_only) {
        return;
    }
    const std::uint32_t lines = lines_of(document);
    if (!print_lines(lines)) {
        unprinted_lines_ = lines; // a torn receipt is printed anew
    }
}

void Till::spoil_print() {
    set_paper(0);
    if (last_ && !registration().internet_only) {
        unprinted_lines_ = lines_of(*last_);
    }
}

bool Till::continue_print() {
    if (!print_lines(unprinted_lines_)) {
        return false;
    }
    unprinted_lines_ = 0;
    return true;
}

} // namespace kktd::sim
