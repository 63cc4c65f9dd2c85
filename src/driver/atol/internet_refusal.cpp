#include "driver/atol/internet_refusal.hpp"

namespace kktd::driver::atol {

fiscal::Fault InternetRefusal::judged(const ReceiptStep& step, fiscal::Fault fault) {
    if (!step.internet || fiscal::is_temporary(fault.cls()) || std::exchange(told_, true)) {
        return fault;
    }
    // A class that makes receipts wait: the operator decides, nothing is refused.
    stop_.emplace(fiscal::FaultClass::fn,
                  "ККТ остановлена: её прошивка не приняла чек расчёта в интернете. Отказ (" +
                      step.doing + "): " + fault.native_text() +
                      ". Ничего не зарегистрировано, чеки ждут. Обновите прошивку ККТ или "
                      "подключите её драйвером производителя (fptr10); если касса продаёт не в "
                      "интернете, исправьте legal.sale. Затем перезапустите kktd и выполните "
                      "kktctl accept-kkt.",
                  fault.native_code(), fault.native_text());
    return *stop_;
}

} // namespace kktd::driver::atol
