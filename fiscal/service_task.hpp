// ServiceTask: what an operator asks of a KKT that makes no fiscal document. Nothing of it is worth
// a recovery: who got no answer looks at the paper and asks again.
#pragma once

#include "fiscal/money.hpp"

#include <variant>

namespace kktd::fiscal {

/// Отчёт без гашения.
struct XReport {
    friend bool operator==(const XReport&, const XReport&) = default;
};
/// Внесение наличных.
struct CashIn {
    Money sum;
    friend bool operator==(const CashIn&, const CashIn&) = default;
};
/// Выплата наличных.
struct CashOut {
    Money sum;
    friend bool operator==(const CashOut&, const CashOut&) = default;
};
/// Копия последнего документа.
struct ReprintLast {
    friend bool operator==(const ReprintLast&, const ReprintLast&) = default;
};
/// Допечатать прерванное.
struct ContinuePrint {
    friend bool operator==(const ContinuePrint&, const ContinuePrint&) = default;
};

using ServiceTask = std::variant<XReport, CashIn, CashOut, ReprintLast, ContinuePrint>;

} // namespace kktd::fiscal
