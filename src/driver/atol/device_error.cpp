#include "driver/atol/device_error.hpp"

#include <algorithm>
#include <array>

namespace kktd::driver::atol {

namespace {

using fiscal::FaultClass;

struct Entry {
    std::uint16_t code;
    FaultClass cls;
    std::string_view text;
    std::string_view advice;
};

constexpr std::string_view fix_receipt = "Исправьте чек и отправьте его снова.";
constexpr std::string_view shorten =
    "Сократите тексты или разделите чек на несколько и отправьте снова.";
constexpr std::string_view by_itself =
    "Чек будет зарегистрирован сам, пробивать его вручную не нужно.";
constexpr std::string_view bug = "Это ошибка программы, сообщите о ней разработчикам.";
// By the state of the KKT, not by the receipt: made anew, it may go through.
constexpr std::string_view once_more =
    "Чек будет отправлен снова сам. Если ошибка повторяется, сообщите о ней разработчикам.";
constexpr std::string_view set_clock = "Установите на ККТ верные дату и время.";
constexpr std::string_view cash_in =
    "Внесите в ККТ наличные (kktctl cash-in): чек будет зарегистрирован сам.";
constexpr std::string_view cash_out =
    "Выплатите наличные из ККТ (kktctl cash-out): чек будет зарегистрирован сам.";
constexpr std::string_view settings =
    "Проверьте настройки ККТ утилитой производителя: это запрещено её таблицами.";
constexpr std::string_view nothing_there = "Такого документа в ККТ нет.";
constexpr std::string_view service =
    "Обратитесь в центр технического обслуживания ККТ. Принятые чеки подождут.";
constexpr std::string_view replace_fn = "Замените фискальный накопитель.";
constexpr std::string_view check_fn =
    "Проверьте, установлен ли в ККТ фискальный накопитель, и тот ли это накопитель.";
constexpr std::string_view paper =
    "Вставьте чековую ленту: чек будет зарегистрирован сам, пробивать его вручную не нужно.";
constexpr std::string_view printer =
    "Проверьте печатающее устройство и питание ККТ: чек будет зарегистрирован сам.";
constexpr std::string_view cool_down =
    "Подождите, пока печатающая головка остынет: чек будет зарегистрирован сам.";
constexpr std::string_view firmware =
    "Обновите прошивку ККТ или подключите её драйвером производителя (fptr10).";
constexpr std::string_view open_receipt =
    "Если чек на ККТ открыт не программой kktd, завершите или отмените его на ККТ.";
constexpr std::string_view password =
    "Укажите пароли ККТ в адресе device (password – доступа, user_password – режима; без них "
    "заводские) или верните ККТ заводские.";
constexpr std::string_view ofd =
    "Восстановите связь ККТ с оператором фискальных данных: документы ему не переданы.";
constexpr std::string_view vat =
    "Прошивка ККТ не знает кода этой ставки НДС. Узнайте верный код (kktctl probe --vat) и укажите "
    "его в настройке vat_codes, или подключите ККТ драйвером производителя (fptr10).";
constexpr std::string_view taxation =
    "Укажите систему налогообложения, с которой зарегистрирована ККТ.";

/// "55 err": all codes the vendor's driver 10.8.0.0 knows, by its texts, 76h, and EEh for
/// when register 55 could not be read.
constexpr auto codes = std::to_array<Entry>({
    {0x08, FaultClass::rejected, "Неверная цена (сумма)", fix_receipt},
    {0x0A, FaultClass::rejected, "Неверное количество", fix_receipt},
    {0x0B, FaultClass::busy, "Переполнение счетчика наличности", cash_out},
    {0x0C, FaultClass::internal, "Невозможно сторно последней операции", bug},
    {0x0D, FaultClass::internal, "Сторно по коду невозможно", bug},
    {0x0E, FaultClass::internal, "Невозможен повтор последней операции", bug},
    {0x0F, FaultClass::internal, "Повторная скидка на операцию невозможна", bug},
    {0x10, FaultClass::internal, "Невозможно начислить скидку/надбавку", bug},
    {0x11, FaultClass::internal, "Неверный код товара", bug},
    {0x12, FaultClass::internal, "Неверный штрихкод товара", bug},
    {0x13, FaultClass::internal, "Неверный формат команды", bug},
    {0x14, FaultClass::internal, "Неверная длина", bug},
    {0x15, FaultClass::clock, "ККТ заблокирована в режиме ввода даты", set_clock},
    {0x16, FaultClass::clock, "Требуется подтверждение ввода даты", set_clock},
    {0x18, FaultClass::internal, "Нет больше данных", bug},
    {0x19, FaultClass::busy, "Нет подтверждения или отмены продажи", by_itself},
    {0x1A, FaultClass::busy, "Отчет о закрытии смены прерван", by_itself},
    {0x1B, FaultClass::rejected,
     "Отключение контроля наличности невозможно (не настроены необходимые типы оплаты)", settings},
    {0x1E, FaultClass::busy, "Вход в режим заблокирован", by_itself},
    {0x1F, FaultClass::clock, "Проверьте дату и время", set_clock},
    {0x20, FaultClass::clock,
     "Переданные дата/время меньше даты/времени последнего фискального документа", set_clock},
    {0x21, FaultClass::fn, "Невозможно закрыть архив", service},
    {0x3D, FaultClass::internal, "Товар не найден", bug},
    {0x3E, FaultClass::internal, "Весовой штрихкод с количеством <> 1.000", bug},
    {0x3F, FaultClass::rejected, "Переполнение буфера чека", shorten},
    {0x40, FaultClass::internal, "Недостаточное количество товара", bug},
    {0x41, FaultClass::internal, "Сторнируемое количество больше проданного", bug},
    {0x42, FaultClass::internal, "Товар не найден", bug},
    {0x43, FaultClass::internal, "Товар не найден", bug},
    {0x46, FaultClass::link, "Некорректные данные от устройства", by_itself},
    {0x66, FaultClass::busy, "Не поддерживается в данном режиме", by_itself},
    {0x67, FaultClass::paper, "Нет бумаги", paper},
    {0x68, FaultClass::cover, "Нет связи с принтером чеков", printer},
    {0x69, FaultClass::cover, "Механическая ошибка печатающего устройства", printer},
    {0x6A, FaultClass::internal, "Неверный тип чека", bug},
    {0x6B, FaultClass::internal, "Нет больше данных", bug},
    {0x6C, FaultClass::unsupported, "Не поддерживается в данной версии", firmware},
    {0x6D, FaultClass::internal, "Недопустимое целевое устройство", bug},
    {0x6E, FaultClass::internal, "Нет места в массиве картинок/штрихкодов", bug},
    {0x6F, FaultClass::internal,
     "Неверный номер картинки/штрихкода (картинка/штрихкод отсутствует)", bug},
    {0x70, FaultClass::internal, "Сторнируемое количество больше проданного", bug},
    {0x71, FaultClass::rejected, "Сумма не наличных платежей превышает сумму чека", fix_receipt},
    {0x72, FaultClass::rejected, "Чек оплачен не полностью", fix_receipt},
    {0x73, FaultClass::busy, "Накопление меньше суммы возврата или аннулирования", cash_in},
    {0x75, FaultClass::rejected, "Переполнение суммы платежей", fix_receipt},
    {0x76, FaultClass::busy, "Предыдущая операция не завершена", by_itself},
    {0x77, FaultClass::fn, "Ошибка GSM-модуля", service},
    {0x7A, FaultClass::unsupported, "Не поддерживается в данной версии", firmware},
    {0x7B, FaultClass::internal, "Неверная величина скидки / надбавки", bug},
    {0x7C, FaultClass::internal, "Операция после скидки / надбавки невозможна", bug},
    {0x7D, FaultClass::internal, "Неверная секция", bug},
    {0x7E, FaultClass::rejected, "Неверный вид оплаты", settings},
    {0x7F, FaultClass::rejected, "Переполнение при умножении", fix_receipt},
    {0x80, FaultClass::fn, "Операция запрещена в таблице настроек", settings},
    {0x81, FaultClass::rejected, "Переполнение итога чека", fix_receipt},
    {0x82, FaultClass::busy, "Открыт чек аннулирования - операция невозможна", open_receipt},
    {0x84, FaultClass::fn, "Переполнение буфера ЭЖ", service},
    {0x86, FaultClass::rejected, "Чек оплачен не полностью", fix_receipt},
    {0x87, FaultClass::busy, "Открыт чек возврата - операция невозможна", open_receipt},
    {0x88, FaultClass::shift, "Смена превысила 24 часа", by_itself},
    {0x89, FaultClass::busy, "Открыт чек продажи - операция невозможна", open_receipt},
    {0x8A, FaultClass::fn, "Переполнение ФП", service},
    {0x8C, FaultClass::fn, "Неверный пароль", password},
    {0x8E, FaultClass::busy, "Идет обработка ЭЖ", by_itself},
    {0x8F, FaultClass::shift, "Смена закрыта - операция невозможна", by_itself},
    {0x91, FaultClass::internal, "Неверный номер таблицы", bug},
    {0x92, FaultClass::internal, "Неверный номер ряда", bug},
    {0x93, FaultClass::internal, "Неверный номер поля", bug},
    {0x94, FaultClass::clock, "Неверная дата и/или время", set_clock},
    {0x95, FaultClass::clock, "Неверная дата и/или время", set_clock},
    {0x96, FaultClass::internal, "Неверная сумма сторно", bug},
    {0x97, FaultClass::rejected, "Подсчет суммы сдачи невозможен", fix_receipt},
    {0x98, FaultClass::busy, "В ККТ нет денег для выплаты", cash_in},
    {0x9A, FaultClass::busy, "Чек закрыт - операция невозможна", open_receipt},
    {0x9B, FaultClass::busy, "Чек открыт - операция невозможна", open_receipt},
    {0x9C, FaultClass::shift, "Смена открыта, операция невозможна", by_itself},
    {0x9E, FaultClass::fn, "Серийный номер / MAC-адрес уже задан", service},
    {0x9F, FaultClass::fn, "Исчерпан лимит перерегистраций", service},
    {0xA2, FaultClass::fn, "Неверный номер смены", service},
    {0xA3, FaultClass::unsupported, "Не поддерживается в данной версии", firmware},
    {0xA4, FaultClass::fn, "Неверный пароль", password},
    {0xA5, FaultClass::fn, "Недопустимый серийный номер ККТ", service},
    {0xA6, FaultClass::fn, "Недопустимый РНМ и/или ИНН", service},
    {0xA7, FaultClass::fn, "Недопустимый РНМ и/или ИНН", service},
    {0xA8, FaultClass::fn, "ККТ не зарегистрирована", service},
    {0xA9, FaultClass::fn, "Не задан серийный номер", service},
    {0xAA, FaultClass::rejected, "Нет отчетов", nothing_there},
    {0xAB, FaultClass::fn, "Режим не активизирован", service},
    {0xAC, FaultClass::rejected, "Данные документа отсутствуют", nothing_there},
    {0xAD, FaultClass::internal, "Нет больше данных", bug},
    {0xAE, FaultClass::fn, "Некорректный код защиты / лицензия или номер", service},
    {0xAF, FaultClass::internal, "Нет больше данных", bug},
    {0xB0, FaultClass::fn, "Требуется выполнение общего гашения", service},
    {0xB1, FaultClass::fn, "Команда не разрешена введенными кодами защиты / лицензиями ККТ",
     service},
    {0xB2, FaultClass::internal, "Невозможна отмена скидки/надбавки", bug},
    {0xB3, FaultClass::rejected, "Невозможно закрыть чек данным типом оплаты", settings},
    {0xB4, FaultClass::internal, "Неверный номер маршрута", bug},
    {0xB5, FaultClass::internal, "Неверный номер начальной зоны", bug},
    {0xB6, FaultClass::internal, "Неверный номер конечной зоны", bug},
    {0xB7, FaultClass::internal, "Неверный тип тарифа", bug},
    {0xB8, FaultClass::internal, "Неверный тариф", bug},
    {0xBA, FaultClass::fn, "Ошибка обмена с фискальным модулем", service},
    {0xBE, FaultClass::cover, "Необходимо провести профилактические работы", printer},
    {0xBF, FaultClass::fn, "Неверные номера смен в ККТ и ФН", service},
    {0xC8, FaultClass::unsupported, "Нет устройства, обрабатывающего данную команду", firmware},
    {0xC9, FaultClass::cover, "Нет связи с внешним устройством", printer},
    {0xCA, FaultClass::internal, "Ошибочное состояние ТРК", bug},
    {0xCB, FaultClass::rejected, "Недопустимое кол-во позиций в чеке", fix_receipt},
    {0xCC, FaultClass::internal, "Ошибочный номер ТРК", bug},
    {0xCD, FaultClass::internal, "Неверный делитель", bug},
    {0xD0, FaultClass::fn, "Активация данного ФН в составе данной ККТ невозможна", service},
    {0xD1, FaultClass::cover, "Перегрев головки принтера", cool_down},
    {0xD2, FaultClass::fn, "Ошибка обмена с ФН на уровне интерфейса I2C", service},
    {0xD3, FaultClass::fn, "Ошибка формата передачи ФН", service},
    {0xD4, FaultClass::fn, "Неверное состояние ФН", service},
    {0xD5, FaultClass::fn, "Неисправимая ошибка ФН", replace_fn},
    {0xD6, FaultClass::fn, "Ошибка КС ФН", service},
    {0xD7, FaultClass::fn, "Закончен срок эксплуатации ФН", replace_fn},
    {0xD8, FaultClass::fn, "Архив ФН переполнен", replace_fn},
    {0xD9, FaultClass::clock, "В ФН переданы неверная дата или время", set_clock},
    {0xDA, FaultClass::internal, "В ФН нет запрошенных данных", bug},
    {0xDB, FaultClass::rejected, "Переполнение ФН (итог чека)", fix_receipt},
    {0xDC, FaultClass::rejected, "Буфер переполнен", shorten},
    {0xDD, FaultClass::internal, "Невозможно напечатать вторую фискальную копию", bug},
    {0xDE, FaultClass::fn, "Требуется гашение ЭЖ", service},
    {0xDF, FaultClass::rejected, "Некорректная сумма налога", fix_receipt},
    {0xE0, FaultClass::internal, "Начисление налога на последнюю операцию невозможно", bug},
    {0xE1, FaultClass::fn, "Неверный номер ФН", check_fn},
    {0xE4, FaultClass::internal,
     "Сумма сторно налога больше суммы зарегистрированного налога данного типа", bug},
    {0xE6, FaultClass::cover, "Операция невозможна, недостаточно питания", printer},
    {0xE7, FaultClass::rejected, "Некорректное значение параметров команды ФН", fix_receipt},
    {0xE8, FaultClass::rejected, "Превышение размеров TLV данных ФН", shorten},
    {0xE9, FaultClass::fn, "Нет транспортного соединения ФН", check_fn},
    {0xEA, FaultClass::fn, "Исчерпан ресурс КС ФН", replace_fn},
    {0xEB, FaultClass::ofd, "Ресурс хранения ФД исчерпан", ofd},
    {0xEC, FaultClass::ofd, "Сообщение от ОФД не может быть принято ФН", ofd},
    {0xED, FaultClass::ofd, "В ФН есть неотправленные ФД", ofd},
    {error_extended, FaultClass::busy, "Причину отказа прочитать не удалось", once_more},
    {0xEF, FaultClass::ofd, "Исчерпан ресурс ожидания передачи сообщения в ФН", ofd},
    {0xF0, FaultClass::shift, "Продолжительность смены ФН более 24 часов", by_itself},
    {0xF1, FaultClass::clock, "Неверная разница во времени между двумя операциями ФН", set_clock},
    {0xF2, FaultClass::internal, "Неверный формат команды", bug},
    {0xF3, FaultClass::rejected, "Недопустимое кол-во позиций в чеке", fix_receipt},
    {0xF4, FaultClass::internal, "Неверный формат команды", bug},
    {0xF5, FaultClass::rejected, "Недопустима регистрация подакцизного товара", fix_receipt},
    {0xF6, FaultClass::rejected, "Недопустимое кол-во позиций в чеке", fix_receipt},
});

/// Register 55, after EEh and some F6h.
constexpr auto extended_codes = std::to_array<Entry>({
    {0x0101, FaultClass::rejected, "В чеке коррекции больше одной позиции",
     "Отправьте каждую позицию отдельным чеком коррекции."},
    {0x0102, FaultClass::rejected, "Больше десяти маркированных товаров без связи", fix_receipt},
    {0x0103, FaultClass::rejected, "Неверная система налогообложения", taxation},
    {extended_bad_vat, FaultClass::unsupported, "Недопустимый номер ставки налога", vat},
    {0x0105, FaultClass::rejected, "Неверный вид оплаты", settings},
    {0x0106, FaultClass::rejected, "Неверный тип кода товара (тег 1162)", fix_receipt},
    {0x0107, FaultClass::rejected, "Недопустимый акциз", fix_receipt},
    {0x0108, FaultClass::internal, "Недопустимая скидка", bug},
    {0x0109, FaultClass::internal, "Недопустимая скидка", bug},
    {0x010A, FaultClass::rejected, "Неверная система налогообложения", taxation},
    {extended_tag_written, FaultClass::busy, "Реквизит уже записан", once_more},
    {0x0202, FaultClass::internal, "Реквизит нельзя записать в этом режиме", bug},
    {0x0204, FaultClass::internal, "Реквизит нельзя изменить", bug},
    {0x0205, FaultClass::rejected, "Недопустимое сочетание реквизитов", fix_receipt},
    {0x0206, FaultClass::rejected, "Не записан обязательный реквизит", fix_receipt},
    {0x0207, FaultClass::busy, "Позиция завершена, но не начата", once_more},
    {0x0208, FaultClass::busy, "Реквизит позиции записан не в своё время", once_more},
    {0x0209, FaultClass::internal, "Реквизит уже напечатан", bug},
    {0x020A, FaultClass::rejected, "Буфер реквизитов переполнен", shorten},
    {0x020B, FaultClass::internal, "Неверный реквизит 1205", bug},
    {0x0301, FaultClass::busy, "Отчёт прерван", by_itself},
    {0x0302, FaultClass::fn, "Неисправимая ошибка ФН", replace_fn},
    {extended_read_ended, FaultClass::busy, "Чтение документа из ФН прервано", by_itself},
});

/// The byte after F6h.
constexpr auto parameter_codes = std::to_array<Entry>({
    {1, FaultClass::unsupported, "Неверная версия ФФД", firmware},
    {3, FaultClass::internal, "Внутренняя ошибка", bug},
    {4, FaultClass::internal, "Параметр можно только читать", bug},
    {8, FaultClass::rejected, "Недопустимый признак предмета расчёта (1212)", fix_receipt},
    {9, FaultClass::rejected, "Недопустимый признак способа расчёта (1214)", fix_receipt},
});

template<class Table>
const Entry* find(const Table& table, std::uint16_t code) {
    const auto found = std::ranges::find(table, code, &Entry::code);
    return found == table.end() ? nullptr : &*found;
}

std::string hex_number(std::uint32_t number) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text;
    for (int shift = number > 0xFF ? 12 : 4; shift >= 0; shift -= 4) {
        text += digits[number >> shift & 0x0F];
    }
    return "0x" + text;
}

const Entry* entry_of(const DeviceError& error, std::uint8_t detail) {
    if (error.extended() != 0) {
        return find(extended_codes, error.extended());
    }
    if (error.code() == error_parameter) {
        if (const Entry* found = find(parameter_codes, detail)) {
            return found;
        }
    }
    return find(codes, error.code());
}

} // namespace

std::string DeviceError::text() const {
    if (const Entry* entry = entry_of(*this, detail_)) {
        return std::string(entry->text);
    }
    return "код ошибки " + hex_number(static_cast<std::uint32_t>(native_code()));
}

fiscal::Fault DeviceError::fault(std::string_view doing) const {
    std::string words = "ККТ отказала";
    if (!doing.empty()) {
        words.append(" (").append(doing).append(")");
    }
    words += ": " + text() + ". ";
    const Entry* entry = entry_of(*this, detail_);
    words += entry != nullptr
                 ? entry->advice
                 : "Найдите этот код в документации ККТ или сообщите о нём разработчикам.";
    return {entry != nullptr ? entry->cls : FaultClass::rejected, std::move(words), native_code(),
            text() + " (команда " + hex_number(command_) + ", код " + hex_number(code_) + ")"};
}

} // namespace kktd::driver::atol
