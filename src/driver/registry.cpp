#include "driver/registry.hpp"

#include "driver/atol/atol_driver.hpp"
#include "driver/fptr10/fptr10_driver.hpp"
#include "driver/secret_file.hpp"
#include "driver/test/test_driver.hpp"

#include <algorithm>
#include <array>

namespace kktd::driver {

namespace {

constexpr std::array table{
    DriverEntry{"atol", "ККТ АТОЛ платформы 2.x (ФФД 1.05 и 1.1), протокол ККТ 3.1", Maturity::beta,
                false, atol::create, "atol+tcp://192.168.1.10:5555", true},
    DriverEntry{"fptr10", "ККТ АТОЛ через драйвер АТОЛ 10 (libfptr10)", Maturity::beta, false,
                fptr10::create, "fptr10+tcp://192.168.1.10:5555"},
    DriverEntry{"test", "Встроенная тестовая ККТ", Maturity::stable, true, test::create,
                "test:?storage=/var/lib/kktd/test-kkt.fn"},
};

} // namespace

fiscal::Result<std::unique_ptr<Driver>, OpenError>
DriverEntry::create(const DeviceUri& uri, const Surroundings& surroundings) const {
    const auto complete = with_passwords(uri);
    if (!complete) {
        return complete.error();
    }
    return make(*complete, surroundings);
}

std::string_view name(Maturity maturity) {
    switch (maturity) {
    case Maturity::experimental:
        return "experimental";
    case Maturity::beta:
        return "beta";
    case Maturity::stable:
        return "stable";
    }
    return "experimental";
}

std::span<const DriverEntry> drivers() {
    return table;
}

const DriverEntry* find_driver(std::string_view name) {
    const auto found = std::ranges::find(table, name, &DriverEntry::name);
    return found == table.end() ? nullptr : &*found;
}

} // namespace kktd::driver
