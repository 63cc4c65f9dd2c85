#include "driver/fptr10/library_fault.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace kktd::driver::fptr10 {

namespace {

using fiscal::Fault;
using fiscal::FaultClass;

/// Errors first … last.
struct Entry {
    std::uint32_t first;
    std::uint32_t last;
    FaultClass cls;
    std::string_view advice;
};

constexpr std::string_view check_link =
    "Проверьте, включена ли ККТ, её кабель и адрес или порт в настройках: чек будет "
    "зарегистрирован сам, пробивать его вручную не нужно.";
constexpr std::string_view check_settings =
    "Проверьте настройки устройства fptr10 и установлен ли драйвер АТОЛ полностью.";
constexpr std::string_view wait = "Чек будет зарегистрирован сам, пробивать его вручную не нужно.";
constexpr std::string_view other_program =
    "Закройте программу, которая занимает ККТ: чек будет зарегистрирован сам.";
constexpr std::string_view finish_document =
    "Завершите или отмените документ, открытый на ККТ: чек будет зарегистрирован сам.";
constexpr std::string_view put_paper =
    "Вставьте чековую ленту: чек будет зарегистрирован сам, пробивать его вручную не нужно.";
constexpr std::string_view check_printer =
    "Закройте крышку и проверьте принтер ККТ: чек будет зарегистрирован сам, пробивать его "
    "вручную не нужно.";
constexpr std::string_view set_clock = "Установите на ККТ верные дату и время.";
constexpr std::string_view restore_ofd =
    "Восстановите связь ККТ с оператором фискальных данных (ОФД).";
constexpr std::string_view see_fn =
    "Проверьте фискальный накопитель и регистрацию ККТ; при необходимости обратитесь в центр "
    "технического обслуживания.";
constexpr std::string_view service =
    "Перезапустите ККТ; если не поможет, обратитесь в центр технического обслуживания.";
constexpr std::string_view licence =
    "Введите в ККТ нужный код защиты или лицензию, их выдаёт АТОЛ.";
constexpr std::string_view update =
    "Обновите драйвер АТОЛ и прошивку ККТ или уберите из чека то, чего ККТ не умеет.";
constexpr std::string_view fix_receipt = "Исправьте чек и отправьте его снова.";
constexpr std::string_view bug = "Это ошибка программы, сообщите о ней разработчикам.";

/// Sorted by first. What is not here is `rejected`: an error of the receipt.
constexpr auto table = std::to_array<Entry>({
    {1, 2, FaultClass::link, check_link},
    {3, 3, FaultClass::busy, other_program},
    {4, 4, FaultClass::link,
     "Проверьте порт и права на него (группа dialout, правило udev для USB 2912:0005): чек будет "
     "зарегистрирован сам."},
    {5, 5, FaultClass::link, check_link},
    {6, 8, FaultClass::internal, bug},
    {9, 10, FaultClass::link, check_settings},
    {11, 11, FaultClass::unsupported, update},
    {12, 12, FaultClass::busy, finish_document},
    {14, 14, FaultClass::link, check_settings},
    {28, 29, FaultClass::clock, set_clock},
    {32, 32, FaultClass::busy, wait},
    {35, 36, FaultClass::clock, set_clock},
    {44, 44, FaultClass::paper, put_paper},
    {45, 47, FaultClass::cover, check_printer},
    {55, 55, FaultClass::busy, wait},
    {64, 64, FaultClass::busy, finish_document},
    {67, 67, FaultClass::busy, finish_document},
    {68, 68, FaultClass::shift, wait},
    {69, 69, FaultClass::busy, finish_document},
    {70, 70, FaultClass::fn, see_fn},
    {72, 72, FaultClass::busy, wait},
    {73, 73, FaultClass::shift, wait},
    {77, 77, FaultClass::clock, set_clock},
    {82, 82, FaultClass::busy, finish_document},
    {83, 83, FaultClass::shift, wait},
    {89, 90, FaultClass::fn, see_fn},
    {94, 94, FaultClass::fn, licence},
    {95, 95, FaultClass::fn, service},
    {96, 96, FaultClass::unsupported, licence},
    {104, 105, FaultClass::fn, service},
    {106, 106, FaultClass::fn, see_fn},
    {107, 108, FaultClass::link, check_link},
    {113, 113, FaultClass::fn, see_fn},
    {114, 114, FaultClass::cover, check_printer},
    {115, 121, FaultClass::fn, see_fn},
    {122, 122, FaultClass::clock, set_clock},
    {132, 132, FaultClass::fn, service},
    {135, 136, FaultClass::fn, see_fn},
    {137, 137, FaultClass::ofd, restore_ofd},
    {138, 138, FaultClass::fn, see_fn},
    {139, 139, FaultClass::ofd, restore_ofd},
    {140, 140, FaultClass::fn, see_fn},
    {141, 141, FaultClass::shift, wait},
    {142, 142, FaultClass::clock, set_clock},
    {150, 150, FaultClass::cover, check_printer},
    {151, 151, FaultClass::busy, wait},
    {159, 159, FaultClass::fn, see_fn},
    {165, 166, FaultClass::fn, service},
    {173, 178, FaultClass::busy, wait},
    {179, 179, FaultClass::clock, set_clock},
    {180, 182, FaultClass::fn, service},
    {185, 186, FaultClass::fn, service},
    {188, 188, FaultClass::busy, "Перезагрузите ККТ: чек будет зарегистрирован сам."},
    {189, 189, FaultClass::fn, licence},
    {190, 190, FaultClass::unsupported, update},
    {198, 198, FaultClass::clock, set_clock},
    {200, 200, FaultClass::busy, finish_document},
    {203, 203, FaultClass::busy, finish_document},
    {204, 204, FaultClass::busy, wait},
    {205, 205, FaultClass::internal, bug},
    {206, 210, FaultClass::fn, service},
    {211, 211, FaultClass::busy, wait},
    {213, 214, FaultClass::link, check_link},
    {218, 218, FaultClass::clock, set_clock},
    {221, 221, FaultClass::link, check_link},
    {224, 225, FaultClass::fn, see_fn},
    {226, 226, FaultClass::busy, wait},
    {229, 229, FaultClass::internal, bug},
    {241, 241, FaultClass::link, check_link},
    {242, 242, FaultClass::fn, service},
    {245, 248, FaultClass::fn, licence},
    {269, 269, FaultClass::unsupported, update},
    {277, 277, FaultClass::link, check_link},
    {402, 402, FaultClass::link, check_link},
    {413, 413, FaultClass::unsupported, update},
    {601, 601, FaultClass::busy, other_program},
    {602, 602, FaultClass::link, check_settings},
    {603, 603, FaultClass::link, check_link},
});

constexpr bool sorted() {
    for (std::size_t i = 1; i < table.size(); ++i) {
        if (table[i - 1].last >= table[i].first) {
            return false;
        }
    }
    return true;
}
static_assert(sorted());

const Entry* find(std::uint32_t code) {
    const auto after = std::ranges::upper_bound(table, code, {}, &Entry::first);
    if (after == table.begin() || code > std::prev(after)->last) {
        return nullptr;
    }
    return &*std::prev(after);
}

} // namespace

Fault library_fault(std::uint32_t code, const std::string& text) {
    const Entry* const entry = find(code);
    const std::string words = text.empty() ? "ошибка драйвера АТОЛ" : text;
    return {entry != nullptr ? entry->cls : FaultClass::rejected,
            words + " (код " + std::to_string(code) + "). " +
                std::string(entry != nullptr ? entry->advice : fix_receipt),
            code, text};
}

Fault fault_of(const Response& response) {
    switch (response.status) {
    case CallStatus::missing_symbol:
        return {FaultClass::unsupported, "Эта версия драйвера АТОЛ слишком старая: в ней нет " +
                                             response.text +
                                             ". Установите новую версию драйвера АТОЛ."};
    case CallStatus::not_loaded:
        return {FaultClass::link, "Библиотека АТОЛ libfptr10.so не загружается (" + response.text +
                                      "). Установите драйвер АТОЛ 10 или укажите путь к "
                                      "libfptr10.so параметром library: чек будет зарегистрирован "
                                      "сам."};
    case CallStatus::done:
    case CallStatus::failed:
        break;
    }
    return library_fault(response.code, response.text);
}

bool nothing_to_cancel(std::int64_t code) {
    static constexpr std::array<std::int64_t, 12> codes{81,  12,  34,  68,  32,  151,
                                                        173, 174, 175, 176, 177, 96};
    return std::ranges::find(codes, code) != codes.end();
}

bool already_open(std::int64_t code) {
    static constexpr std::array<std::int64_t, 6> codes{64, 67, 69, 82, 200, 203};
    return std::ranges::find(codes, code) != codes.end();
}

} // namespace kktd::driver::fptr10
