#include "fiscal/task.hpp"

#include <array>

namespace kktd::fiscal {

namespace {

constexpr std::array all_kinds{TaskKind::shift_open, TaskKind::shift_close, TaskKind::receipt,
                               TaskKind::correction};

} // namespace

TaskKind kind_of(const FiscalTask& task) {
    if (std::holds_alternative<OpenShift>(task)) {
        return TaskKind::shift_open;
    }
    if (std::holds_alternative<CloseShift>(task)) {
        return TaskKind::shift_close;
    }
    return std::get<Register>(task).document.correction ? TaskKind::correction : TaskKind::receipt;
}

bool is_receipt(TaskKind kind) {
    switch (kind) {
    case TaskKind::receipt:
    case TaskKind::correction:
        return true;
    case TaskKind::shift_open:
    case TaskKind::shift_close:
        return false;
    }
    return false;
}

std::string_view name(TaskKind kind) {
    switch (kind) {
    case TaskKind::shift_open:
        return "shift_open";
    case TaskKind::shift_close:
        return "shift_close";
    case TaskKind::receipt:
        return "receipt";
    case TaskKind::correction:
        return "correction";
    }
    return "receipt";
}

std::optional<TaskKind> task_kind_by_name(std::string_view text) {
    for (const TaskKind kind : all_kinds) {
        if (name(kind) == text) {
            return kind;
        }
    }
    return std::nullopt;
}

Marker marker_of(const FiscalTask& task) {
    Marker marker;
    marker.kind = kind_of(task);
    if (const auto* receipt = std::get_if<Register>(&task)) {
        marker.receipt = receipt->document.kind;
        marker.total = receipt->document.total;
        marker.contact = receipt->document.contact;
        marker.stamp = receipt->document.stamp;
    }
    return marker;
}

} // namespace kktd::fiscal
