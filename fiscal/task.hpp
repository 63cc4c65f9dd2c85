// FiscalTask: one fiscal document a driver is asked to make, and the marker that proves it ours.
#pragma once

#include "fiscal/document.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace kktd::fiscal {

struct OpenShift {
    std::string cashier;
    friend bool operator==(const OpenShift&, const OpenShift&) = default;
};
struct CloseShift {
    std::string cashier;
    friend bool operator==(const CloseShift&, const CloseShift&) = default;
};
struct Register {
    Document document;
    friend bool operator==(const Register&, const Register&) = default;
};

/// What to make. Kinds are data: a driver has one perform() for all of them.
using FiscalTask = std::variant<OpenShift, CloseShift, Register>;

enum class TaskKind : std::uint8_t { shift_open, shift_close, receipt, correction };

[[nodiscard]] TaskKind kind_of(const FiscalTask& task);
/// Of a receipt or its correction; the others are reports of a shift.
[[nodiscard]] bool is_receipt(TaskKind kind);
/// "shift_open", "shift_close", "receipt", "correction": also the kinds of the storage file.
[[nodiscard]] std::string_view name(TaskKind kind);
[[nodiscard]] std::optional<TaskKind> task_kind_by_name(std::string_view name);

/// Durable before the first irreversible command: what recovery compares the KKT with.
struct Marker {
    std::string fn;            ///< fiscal storage in the KKT at that moment
    std::uint32_t last_fd = 0; ///< the last document before ours
    std::uint32_t shift = 0;
    TaskKind kind = TaskKind::receipt;
    ReceiptKind receipt = ReceiptKind::sell; ///< tag 1054, receipts only
    Money total;                             ///< receipts only
    std::string contact;                     ///< tag 1008
    std::string stamp;                       ///< new for each attempt; empty for shift reports
    std::string prepared; ///< opaque bytes of the driver (ATOL: reserved task ids)
    friend bool operator==(const Marker&, const Marker&) = default;
};

/// What the task itself tells of its marker; what the KKT tells is the caller's to add.
[[nodiscard]] Marker marker_of(const FiscalTask& task);

} // namespace kktd::fiscal
