#include "engine/kkt_order.hpp"

namespace kktd::engine {

namespace {

using fiscal::FaultClass;

struct Name {
    std::string operator()(const fiscal::XReport&) const { return "x-report"; }
    std::string operator()(const fiscal::CashIn& task) const {
        return "cash-in " + task.sum.text();
    }
    std::string operator()(const fiscal::CashOut& task) const {
        return "cash-out " + task.sum.text();
    }
    std::string operator()(const fiscal::ReprintLast&) const { return "reprint"; }
    std::string operator()(const fiscal::ContinuePrint&) const { return "continue-print"; }
    std::string operator()(const fiscal::CloseShift&) const { return "z-report"; }
    std::string operator()(const fiscal::ServiceTask& task) const {
        return std::visit(*this, task);
    }
};

struct DoneText {
    std::string operator()(const fiscal::XReport&) const { return "X-отчёт снят"; }
    std::string operator()(const fiscal::CashIn& task) const {
        return "Внесено " + task.sum.text();
    }
    std::string operator()(const fiscal::CashOut& task) const {
        return "Выплачено " + task.sum.text();
    }
    std::string operator()(const fiscal::ReprintLast&) const {
        return "Напечатана копия последнего документа";
    }
    std::string operator()(const fiscal::ContinuePrint&) const { return "Печать продолжена"; }
    std::string operator()(const fiscal::CloseShift&) const { return "Смена закрыта"; }
    std::string operator()(const fiscal::ServiceTask& task) const {
        return std::visit(*this, task);
    }
};

struct NotDoneText {
    std::string operator()(const fiscal::XReport&) const { return "X-отчёт не снят"; }
    std::string operator()(const fiscal::CashIn&) const { return "деньги не внесены"; }
    std::string operator()(const fiscal::CashOut&) const { return "деньги не выплачены"; }
    std::string operator()(const fiscal::ReprintLast&) const { return "копия не напечатана"; }
    std::string operator()(const fiscal::ContinuePrint&) const { return "печать не продолжена"; }
    std::string operator()(const fiscal::CloseShift&) const { return "смена не закрыта"; }
    std::string operator()(const fiscal::ServiceTask& task) const {
        return std::visit(*this, task);
    }
};

} // namespace

std::string name_of(const OperatorTask& task) {
    return std::visit(Name{}, task);
}

std::string done_text(const OperatorTask& task) {
    return std::visit(DoneText{}, task);
}

std::string not_done_text(const OperatorTask& task) {
    return std::visit(NotDoneText{}, task);
}

bool possible_in_spite_of(fiscal::FaultClass fault, const OperatorTask& task) {
    const auto* service = std::get_if<fiscal::ServiceTask>(&task);
    switch (fault) {
    case FaultClass::fn:
        return true;
    case FaultClass::clock:
    case FaultClass::ofd:
        return service != nullptr;
    case FaultClass::busy:
        return service != nullptr && std::holds_alternative<fiscal::ContinuePrint>(*service);
    case FaultClass::link:
    case FaultClass::paper:
    case FaultClass::cover:
    case FaultClass::shift:
    case FaultClass::identity:
    case FaultClass::earlier:
    case FaultClass::rejected:
    case FaultClass::unsupported:
    case FaultClass::internal:
        return false;
    }
    return false;
}

} // namespace kktd::engine
