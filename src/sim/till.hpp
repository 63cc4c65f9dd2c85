// Till: a simulated KKT as a thing on a counter, whatever protocol it speaks: the VirtualKkt with
// its fiscal storage on disk, the clock, the cash drawer and the paper roll. A document that could
// not be kept never happened. One thread at a time.
#pragma once

#include "base/clock.hpp"
#include "driver/test/storage.hpp"
#include "fiscal/service_task.hpp"
#include "fiscal/virtual_kkt.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::sim {

struct TillConfig {
    std::string storage; ///< path of the storage file
    bool sync = true;    ///< fdatasync after each document, as a real storage would
    fiscal::KktProfile profile;
    std::chrono::seconds utc_offset{10'800}; ///< of the place of the KKT
};

class Till {
public:
    template<class T>
    using Answer = fiscal::VirtualKkt::Answer<T>;
    using FinishedDocument = fiscal::FinishedDocument;
    using StorageError = driver::test::StorageError;

    /// Creates the storage file if there is none. `clock` outlives the till.
    [[nodiscard]] static fiscal::Result<Till, StorageError> open(TillConfig config,
                                                                 const base::Clock& clock);

    /// For commands that make no document, and for trials on a copy.
    [[nodiscard]] fiscal::VirtualKkt& kkt() { return kkt_; }
    [[nodiscard]] const fiscal::VirtualKkt& kkt() const { return kkt_; }
    [[nodiscard]] const fiscal::KktRegistration& registration() const {
        return kkt_.profile().registration;
    }
    [[nodiscard]] fiscal::DeviceState state() const { return kkt_.state(host_now()); }

    [[nodiscard]] fiscal::LocalTime host_now() const;
    /// The host's clock, for how long something takes.
    [[nodiscard]] std::chrono::microseconds clock_time() const {
        return std::chrono::microseconds(clock_->utc_micros());
    }
    /// The KKT's own clock.
    [[nodiscard]] fiscal::LocalTime now() const;
    void set_clock(fiscal::LocalTime time);

    // Each document is in the file before anybody is told; a refusal changes nothing.
    [[nodiscard]] Answer<FinishedDocument> open_shift(std::string_view cashier);
    [[nodiscard]] Answer<FinishedDocument> close_shift(std::string_view cashier);
    [[nodiscard]] Answer<FinishedDocument> close_receipt();

    /// As switching it off and on: open receipt and half-printed paper are lost, documents are not.
    void power_cycle();
    /// Somebody else's receipt of 1.00 ₽ without our stamp, registered at once; opens a shift if
    /// there is none. Refused while a receipt is open.
    [[nodiscard]] Answer<FinishedDocument> foreign_receipt();
    /// Somebody else's receipt stands open with one line.
    [[nodiscard]] Answer<void> open_foreign_receipt();

    [[nodiscard]] const std::optional<FinishedDocument>& last_document() const { return last_; }
    /// The last receipt or correction.
    [[nodiscard]] const std::optional<FinishedDocument>& last_receipt() const {
        return last_receipt_;
    }
    /// By FD number; read from the file.
    [[nodiscard]] std::optional<FinishedDocument> document(std::uint32_t fd) const;

    // ---- drawer ----
    /// Cash receipts since the fiscal storage was new, and what was put in and taken out since the
    /// program was started.
    [[nodiscard]] fiscal::Money cash() const;
    void put_cash(fiscal::Money sum) { cash_moved_ += sum; }

    // ---- paper ----
    /// Lines left on the roll; nothing: endless.
    void set_paper(std::optional<std::uint32_t> lines);
    /// Prints lines that are no document; false if the paper ended.
    bool print_lines(std::uint32_t lines);
    /// Whether the last document's paper is unfinished.
    [[nodiscard]] bool unprinted() const { return unprinted_lines_ > 0; }
    /// Prints the rest; false if it could not be finished.
    bool continue_print();
    /// The paper tore or ended while the last document was printed.
    void spoil_print();
    /// Whether paper and cover let it print.
    [[nodiscard]] bool can_print() const;
    /// The document to be closed next prints nothing (electronic only).
    void set_electronic(bool electronic) { electronic_ = electronic; }

private:
    Till(TillConfig config, const base::Clock& clock, driver::test::Storage storage);
    [[nodiscard]] Answer<FinishedDocument> keep(Answer<FinishedDocument> made,
                                                const fiscal::VirtualKkt& before);
    void find_last();
    void print(const FinishedDocument& document);

    const base::Clock* clock_;
    TillConfig config_;
    driver::test::Storage storage_;
    fiscal::VirtualKkt kkt_;
    std::optional<FinishedDocument> last_;
    std::optional<FinishedDocument> last_receipt_;
    fiscal::Money cash_moved_;
    std::optional<std::uint32_t> paper_lines_;
    std::uint32_t unprinted_lines_ = 0;
    bool electronic_ = false;
};

} // namespace kktd::sim
