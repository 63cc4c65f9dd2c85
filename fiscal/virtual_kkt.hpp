// VirtualKkt: a whole KKT with its fiscal storage (ФН) as a state machine: shift and 24-hour rule,
// receipts step by step, counters, fiscal sign, OFD queue, life of the storage, paper and cover,
// and every refusal a real one gives. Pure: no I/O, no clock (each call is told the host's local
// time). The `test:` driver calls it in process, kktsim puts it behind a wire protocol. All it
// makes is marked as test, not fiscal.
//
// Finished documents are handed out; whoever keeps them gives the memory back by restore().
#pragma once

#include "fiscal/device_state.hpp"
#include "fiscal/document.hpp"
#include "fiscal/finished_document.hpp"
#include "fiscal/kkt_memory.hpp"
#include "fiscal/kkt_refusal.hpp"
#include "fiscal/kkt_registration.hpp"
#include "fiscal/result.hpp"
#include "fiscal/tlv.hpp"

#include <bitset>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::fiscal {

enum class FnFault : std::uint8_t { none, absent, expired, full, critical };

/// What happens to a KKT from outside.
struct KktSwitches {
    Paper paper = Paper::ok;
    bool cover_open = false;
    bool busy = false;
    bool link_down = false;             ///< nobody is answered; for whoever stands in front
    bool receipt_open = false;          ///< somebody else's receipt stands open
    bool shift_expired = false;         ///< an open shift counts as one of 24 hours
    std::chrono::seconds clock_skew{0}; ///< KKT minus host
    bool ofd_stuck = false;             ///< documents stay unsent
    int ofd_days = 0;                   ///< > 0: stuck, and the oldest document is so old
    FnFault fn = FnFault::none;
    friend bool operator==(const KktSwitches&, const KktSwitches&) = default;
};

struct KktProfile {
    KktRegistration registration;
    std::bitset<14> vat_rates = std::bitset<14>().set(); ///< by VatRate: what the firmware knows
    int quantity_digits = 3;
    std::uint32_t fn_capacity = 250'000; ///< documents
    int fn_days = 1'110;                 ///< life of the fiscal storage: 36 months
    friend bool operator==(const KktProfile&, const KktProfile&) = default;
};

class VirtualKkt {
public:
    template<class T>
    using Answer = Result<T, KktRefusal>;

    static constexpr std::chrono::hours max_shift{24};
    /// ст. 4.1 п. 1 54-ФЗ: unsent for so long, the fiscal storage refuses everything.
    static constexpr int ofd_block_days = 30;

    /// A user name that lacks test_mark gets it.
    explicit VirtualKkt(KktProfile profile);
    /// Memory of another fiscal storage than the profile's: a new one was put in, it is empty.
    VirtualKkt(KktProfile profile, KktMemory memory);

    [[nodiscard]] const KktProfile& profile() const { return profile_; }
    [[nodiscard]] const KktMemory& memory() const { return memory_; }
    /// As after switching the KKT off and on: the open receipt is lost. For whoever could not keep
    /// the last finished document: it never happened.
    void restore(KktMemory memory);
    void power_cycle();
    /// Unsent documents are sent at once when ofd_stuck ends.
    void set_switches(const KktSwitches& switches);
    [[nodiscard]] const KktSwitches& switches() const { return switches_; }

    [[nodiscard]] DeviceState state(LocalTime host_now) const;
    /// The open receipt as far as it has come, its total that of the lines so far; nullptr if there
    /// is none. Valid until the next command.
    [[nodiscard]] const Document* open_document() const;

    // ---- commands ------------------------------------------------------------------------------
    [[nodiscard]] Answer<FinishedDocument> open_shift(std::string_view cashier, LocalTime host_now);
    [[nodiscard]] Answer<FinishedDocument> close_shift(std::string_view cashier,
                                                       LocalTime host_now);
    [[nodiscard]] Answer<void> open_receipt(ReceiptKind kind, std::optional<Correction> correction,
                                            LocalTime host_now);
    /// Everything of `attributes` but kind, correction, lines, payments and sums: taxation,
    /// contact, cashier, stamp …
    [[nodiscard]] Answer<void> set_attributes(const Document& attributes);
    /// For protocols that tell the basis after the receipt was opened as a correction.
    [[nodiscard]] Answer<void> set_correction(const Correction& correction);
    /// Elements (fiscal/tlv_codec.hpp) that Document has no field for; they follow all others.
    [[nodiscard]] Answer<void> add_elements(std::string_view tlv);
    /// `stated`: the cost may differ from price × quantity, as real ones let it if they are told
    /// to.
    enum class Cost : std::uint8_t { exact, stated };
    [[nodiscard]] Answer<void> add_item(const Item& item, Cost cost = Cost::exact);
    /// Округление итога: takes less than a rouble off the total. No line may follow.
    [[nodiscard]] Answer<void> round_down(Money discount);
    /// Total and tax sums of a correction without lines. Only FFD 1.05 has such ones: in its form
    /// 31 tag 1059 may be absent, from FFD 1.1 on it may not.
    [[nodiscard]] Answer<void> set_sums(Money total, const VatTotals& vat);
    /// Cash above the total is change; whether it is paid fully is asked by close_receipt().
    [[nodiscard]] Answer<void> pay(PaymentKind kind, Money sum);
    /// A refusal leaves the receipt open.
    [[nodiscard]] Answer<FinishedDocument> close_receipt(LocalTime host_now);
    [[nodiscard]] Answer<void> cancel_receipt();

    /// The whole sequence. A refusal leaves no open receipt.
    [[nodiscard]] Answer<FinishedDocument> register_document(const Document& document,
                                                             LocalTime host_now);

private:
    struct OpenReceipt {
        Document document; ///< total: of the lines so far, or of set_sums()
        bool paying;
        std::string elements; ///< of add_elements()
    };
    /// What clock, printer and fiscal storage refuse before any document.
    [[nodiscard]] std::optional<KktRefusal> obstacle(LocalTime host_now) const;
    /// A storage at its end still lets a shift be closed.
    [[nodiscard]] std::optional<KktRefusal> fn_ended(LocalTime host_now) const;
    [[nodiscard]] std::optional<KktRefusal> receipt_obstacle(LocalTime host_now) const;
    [[nodiscard]] std::optional<KktRefusal> item_error(const Item& item, Cost cost) const;
    [[nodiscard]] bool shift_expired(LocalTime now) const;
    [[nodiscard]] LocalTime kkt_time(LocalTime host_now) const;
    [[nodiscard]] FnState fn_state(LocalTime now) const;
    [[nodiscard]] OfdQueue ofd_queue(LocalTime now) const;
    [[nodiscard]] Answer<FinishedDocument> fill_and_close(const Document& document,
                                                          LocalTime host_now);
    /// The fiscal storage takes the document: from here on it is registered.
    [[nodiscard]] Answer<FinishedDocument> finish(TaskKind kind, const DocumentNumbers& numbers,
                                                  EncodedDocument encoded);

    KktProfile profile_;
    KktMemory memory_;
    KktSwitches switches_;
    std::optional<OpenReceipt> receipt_;
};

} // namespace kktd::fiscal
