#include "driver/atol/rate_check.hpp"

#include "driver/atol/read_back.hpp"
#include "driver/atol/vat_code.hpp"
#include "fiscal/ffd.hpp"

#include <algorithm>
#include <thread>

namespace kktd::driver::atol {

void RateCheck::expect(const fiscal::Marker& marker, const fiscal::Document& document,
                       std::uint8_t ffd) {
    expected_.reset();
    if (document.correction && ffd <= fiscal::ffd_1_05) {
        return;
    }
    Expected expected{.marker = marker, .rates = {}, .codes = {}};
    for (const auto& item : document.items) {
        expected.codes.push_back(fiscal::info(item.vat).code);
        if (is_given_rate(item.vat)) {
            expected.rates.set(static_cast<std::size_t>(item.vat));
        }
    }
    expected.rates &= ~understood_;
    if (expected.rates.any()) {
        expected_ = std::move(expected);
    }
}

void RateCheck::look_at(Session& session, const fiscal::Marker& marker, std::uint32_t fd,
                        Deadline deadline) {
    const auto expected = std::exchange(expected_, std::nullopt);
    if (!expected) {
        return;
    }
    fiscal::Marker as_sent = marker; // what was asked about once more has lost its task ids
    as_sent.prepared = expected->marker.prepared;
    if (expected->marker != as_sent) {
        return;
    }
    const auto found =
        read(session, fd, std::min(deadline, std::chrono::steady_clock::now() + reading_limit));
    if (!found) {
        return;
    }
    understood_ |= expected->rates;
    if (*found != expected->codes) {
        stop_for(expected->rates, fd, *found);
    }
}

std::optional<std::vector<std::uint8_t>> RateCheck::read(Session& session, std::uint32_t fd,
                                                         Deadline deadline) {
    while (true) {
        const auto stored = read_document(session, fd, deadline);
        if (stored) {
            readings_ = 0;
            return vat_codes_of(*stored);
        }
        const Failure& failure = stored.error();
        if (failure.kind() != Failure::Kind::refused && failure.kind() != Failure::Kind::garbled) {
            return std::nullopt; // the KKT was not heard
        }
        if (++readings_ == max_readings) {
            readings_ = 0;
            return std::vector<std::uint8_t>();
        }
        if (!is_definite(failure) || std::chrono::steady_clock::now() + reading_pause >= deadline) {
            return std::nullopt;
        }
        std::this_thread::sleep_for(reading_pause);
    }
}

void RateCheck::stop_for(const std::bitset<14>& rates, std::uint32_t fd,
                         const std::vector<std::uint8_t>& found) {
    std::string titles, codes;
    for (const auto& rate : fiscal::vat_rates()) {
        if (rates[static_cast<std::size_t>(rate.rate)]) {
            titles += (titles.empty() ? "«" : ", «") + std::string(rate.title) + "»";
        }
    }
    for (const auto code : found) {
        codes += (codes.empty() ? "" : ", ") + std::to_string(code);
    }
    const std::string seen = codes.empty() ? "какие ставки в нём записаны, прочитать не удалось"
                                           : "в нём записаны коды ставок (тег 1199) " + codes;
    // A class that makes receipts wait: the operator decides, nothing is refused.
    stop_.emplace(fiscal::FaultClass::fn,
                  "ККТ остановлена: в зарегистрированном чеке ФД " + std::to_string(fd) +
                      " должна быть ставка НДС " + titles + ", но " + seen +
                      ". Прошивка приняла код из настройки vat_codes, но, возможно, поняла его "
                      "иначе. Проверьте этот чек. Если ставка в нём неверна, исправьте его "
                      "(возврат и новый чек), уберите код из vat_codes или подключите ККТ "
                      "драйвером производителя (fptr10) и перезапустите kktd. Перезапуск "
                      "остановки не снимает: когда всё исправлено или ставка верна, выполните "
                      "kktctl accept-kkt.");
}

} // namespace kktd::driver::atol
