#include "fiscal/kkt_refusal.hpp"

#include <algorithm>
#include <array>

namespace kktd::fiscal {

namespace {

struct Entry {
    KktError error;
    std::int64_t code; ///< from 1000 on: ours, ATOL has none
    FaultClass cls;
    std::string_view text;
    std::string_view advice;
};

constexpr std::string_view fix_receipt = "Исправьте чек и отправьте его снова.";
constexpr std::string_view again_by_itself =
    "Чек будет зарегистрирован сам, пробивать его вручную не нужно.";
constexpr std::string_view bug = "Это ошибка программы, сообщите о ней разработчикам.";

constexpr auto table = std::to_array<Entry>({
    {KktError::bad_price, 8, FaultClass::rejected, "Неверная цена (сумма)", fix_receipt},
    {KktError::bad_quantity, 10, FaultClass::rejected, "Неверное количество", fix_receipt},
    {KktError::bad_settlement, 231, FaultClass::rejected,
     "Некорректное значение параметров команды ФН", fix_receipt},
    {KktError::bad_vat_rate, 1001, FaultClass::rejected, "Неизвестная ставка НДС",
     "Укажите ставку, которую знает прошивка ККТ, или обновите прошивку."},
    {KktError::bad_vat_sum, 223, FaultClass::rejected, "Некорректная сумма налога", fix_receipt},
    {KktError::bad_taxation, 1002, FaultClass::rejected, "Некорректная СНО",
     "Укажите систему налогообложения, с которой зарегистрирована ККТ."},
    {KktError::bad_total, 1003, FaultClass::rejected, "Неверный итог чека", fix_receipt},
    {KktError::bad_tag, 232, FaultClass::rejected, "Превышение размеров TLV данных ФН",
     "Сократите текст или уберите из него необычные символы и отправьте чек снова."},
    {KktError::empty_receipt, 203, FaultClass::rejected, "Недопустимое кол-во позиций в чеке",
     fix_receipt},
    {KktError::underpaid, 134, FaultClass::rejected, "Чек оплачен не полностью", fix_receipt},
    {KktError::noncash_overpaid, 113, FaultClass::rejected,
     "Сумма не наличных платежей превышает сумму чека", fix_receipt},
    {KktError::payment_started, 1004, FaultClass::internal,
     "Позиция после начала оплаты невозможна", bug},
    {KktError::document_too_large, 63, FaultClass::rejected, "Переполнение буфера чека",
     "Разделите чек на несколько."},
    {KktError::unsupported_by_ffd, 108, FaultClass::unsupported,
     "Не поддерживается в данной версии",
     "Уберите из чека лишнее или перерегистрируйте ККТ на более новую версию ФФД."},
    {KktError::receipt_open, 155, FaultClass::busy, "Чек открыт - операция невозможна",
     "Завершите или отмените чек, открытый на ККТ."},
    {KktError::receipt_closed, 154, FaultClass::internal, "Чек закрыт - операция невозможна", bug},
    {KktError::shift_open, 156, FaultClass::shift, "Смена открыта, операция невозможна",
     again_by_itself},
    {KktError::shift_closed, 143, FaultClass::shift, "Смена закрыта - операция невозможна",
     again_by_itself},
    {KktError::shift_expired, 136, FaultClass::shift, "Смена превысила 24 часа", again_by_itself},
    {KktError::clock_behind, 32, FaultClass::clock,
     "Переданные дата/время меньше даты/времени последнего фискального документа",
     "Установите на ККТ верное время."},
    {KktError::busy, 1005, FaultClass::busy, "ККТ занята", again_by_itself},
    {KktError::paper_out, 103, FaultClass::paper, "Нет бумаги",
     "Вставьте чековую ленту: чек будет зарегистрирован сам, пробивать его вручную не нужно."},
    {KktError::cover_open, 1006, FaultClass::cover, "Открыта крышка",
     "Закройте крышку ККТ: чек будет зарегистрирован сам, пробивать его вручную не нужно."},
    {KktError::fn_absent, 233, FaultClass::fn, "Нет транспортного соединения ФН",
     "Проверьте, установлен ли в ККТ фискальный накопитель."},
    {KktError::fn_expired, 215, FaultClass::fn, "Закончен срок эксплуатации ФН",
     "Замените фискальный накопитель."},
    {KktError::fn_full, 216, FaultClass::fn, "Архив ФН переполнен",
     "Замените фискальный накопитель."},
    {KktError::fn_critical, 213, FaultClass::fn, "Неисправимая ошибка ФН",
     "Замените фискальный накопитель."},
    {KktError::ofd_blocked, 235, FaultClass::ofd, "Ресурс хранения ФД исчерпан",
     "Документы не переданы ОФД 30 дней: восстановите связь ККТ с оператором фискальных данных."},
    {KktError::injected, 1, FaultClass::rejected, "Отказ, заданный для проверки", fix_receipt},
});

const Entry& entry(KktError error) {
    return *std::ranges::find(table, error, &Entry::error);
}

// Every error has an entry, and in the order of the enumeration: none is missing.
static_assert([] {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (static_cast<std::size_t>(table[i].error) != i) {
            return false;
        }
    }
    return table.size() == static_cast<std::size_t>(KktError::injected) + 1;
}());

} // namespace

KktRefusal KktRefusal::injected(std::int64_t code) {
    KktRefusal refusal(KktError::injected);
    refusal.injected_code_ = code;
    return refusal;
}

std::int64_t KktRefusal::code() const {
    return injected_code_ != 0 ? injected_code_ : entry(error_).code;
}

std::string KktRefusal::text() const {
    std::string text(entry(error_).text);
    if (!detail_.empty()) {
        text += " (" + detail_ + ")";
    }
    return text;
}

Fault KktRefusal::fault() const {
    return {entry(error_).cls, "ККТ отказала: " + text() + ". " + std::string(entry(error_).advice),
            code(), text()};
}

} // namespace kktd::fiscal
