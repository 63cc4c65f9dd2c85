#include "driver/atol/session_vat_probe.hpp"

#include "driver/atol/fn_reads.hpp"
#include "driver/atol/registers.hpp"
#include "sim_link.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>

using namespace kktd;
using namespace kktd::driver::atol;
using namespace kktd::driver::atol::testing;
using namespace std::chrono_literals;
using fiscal::FaultClass;

namespace {

using Codes = fiscal::Result<std::vector<driver::VatCode>, fiscal::Fault>;

sim::atol::DeviceOptions firmware(std::uint8_t last_code) {
    sim::atol::DeviceOptions options;
    options.vat_codes.reset();
    for (std::uint8_t code = 1; code <= last_code; ++code) {
        options.vat_codes.set(code);
    }
    return options;
}

/// A KKT in whose shift nothing was sold, and its driver.
struct Stand {
    explicit Stand(std::uint8_t last_code = 12, bool shift = true, std::uint8_t ffd = 2)
        : world(ffd, firmware(last_code)),
          driver(make_driver(std::make_unique<SimLink>(world), {})) {
        if (shift) {
            command_is_done(bytes({0x56, 1, 0, 0, 0, 0x30}));
            command_is_done(bytes({0x9A, 0}));
        }
        before = world.documents();
    }
    void command_is_done(const std::string& command) {
        const auto answer = world.device().execute(command).bytes;
        BOOST_REQUIRE(answer.size() >= 2);
        BOOST_REQUIRE(answer[1] == 0);
    }
    Codes probe(std::chrono::milliseconds beyond = 5s) {
        world.transcript.clear();
        return driver->vat_probe()->probe_vat(std::chrono::steady_clock::now() + 20s + beyond);
    }
    [[nodiscard]] std::ptrdiff_t count(const std::string& prefix) const {
        return std::count_if(world.transcript.begin(), world.transcript.end(),
                             [&](const std::string& line) { return line.starts_with(prefix); });
    }
    /// No document, no open receipt.
    [[nodiscard]] bool untouched() {
        return world.documents() == before && world.till().kkt().open_document() == nullptr &&
               count("4A") == 0;
    }

    World world;
    std::unique_ptr<driver::Driver> driver;
    std::uint32_t before = 0;
};

std::string taken(const Codes& codes) {
    if (!codes) {
        return std::string(name(codes.error().cls())) + ": " + codes.error().text();
    }
    std::string text;
    for (const auto& code : *codes) {
        text += (text.empty() ? "" : " ") + std::to_string(code.code) + "=" +
                std::string(fiscal::info(code.rate).name) + (code.taken ? "+" : "-") +
                (code.published ? "" : "?");
    }
    return text;
}

std::string fault(const Codes& codes) {
    return codes ? "none" : name(codes.error().cls());
}

} // namespace

BOOST_AUTO_TEST_SUITE(atol_session_vat_probe_tests)

BOOST_AUTO_TEST_CASE(what_the_firmware_takes) {
    Stand old(6);
    BOOST_TEST(taken(old.probe()) == "1=20+ 2=10+ 3=20/120+ 4=10/110+ 5=0+ 6=none+ 7=5-? 8=7-? "
                                     "9=5/105-? 10=7/107-? 11=22-? 12=22/122-?");
    BOOST_TEST(old.untouched());
    Stand fresh(12);
    BOOST_TEST(taken(fresh.probe()) == "1=20+ 2=10+ 3=20/120+ 4=10/110+ 5=0+ 6=none+ 7=5+? 8=7+? "
                                       "9=5/105+? 10=7/107+? 11=22+? 12=22/122+?");
    BOOST_TEST(fresh.untouched());
    // Nothing is printed, nothing is really sold, and it is cancelled once.
    BOOST_TEST(fresh.count("92 04 01") == 1);
    BOOST_TEST(fresh.count("EB") == fresh.count("EB 0B"));
    BOOST_TEST(fresh.count("59") == 1);
}

BOOST_AUTO_TEST_CASE(not_while_the_shift_is_closed_or_a_receipt_is_open) {
    Stand closed(12, false);
    BOOST_TEST(fault(closed.probe()) == "shift");
    BOOST_TEST(closed.count("92") == 0);
    Stand open;
    open.command_is_done(bytes({0x92, 0, 1}));
    BOOST_TEST(fault(open.probe()) == "busy");
    BOOST_TEST(open.count("92") == 0);
    BOOST_TEST(open.count("59") == 0);
    BOOST_TEST((open.world.till().kkt().open_document() != nullptr));
    Stand old;
    old.world.clock.seconds += 25 * 3600;
    BOOST_TEST(fault(old.probe()) == "shift");
    BOOST_TEST(old.count("92") == 0);
}

BOOST_AUTO_TEST_CASE(a_receipt_that_is_opened_meanwhile_is_not_cancelled) {
    Stand stand;
    stand.world.tamper = [&](std::string_view command, std::string&) {
        if (command == fn_status_command()) {
            stand.world.tamper = nullptr;
            static_cast<void>(stand.world.device().execute(bytes({0x92, 0, 1})));
        }
    };
    BOOST_TEST(fault(stand.probe()) != "none");
    BOOST_TEST(stand.count("59") == 0);
    BOOST_TEST((stand.world.till().kkt().open_document() != nullptr));
}

BOOST_AUTO_TEST_CASE(it_is_cancelled_whatever_goes_wrong) {
    using Kind = Trouble::Kind;
    for (const char* command : {"92", "EA", "EB", "59"}) {
        for (const Kind kind :
             {Kind::lost_before, Kind::lost_after, Kind::garbled, Kind::not_run}) {
            Stand stand;
            stand.world.troubles = {{command, kind}};
            const auto codes = stand.probe();
            const std::string at = std::string(command) + " " + std::to_string(int(kind));
            BOOST_TEST(fault(codes) == (command[0] == '5' ? "none" : "link"), at);
            BOOST_TEST(stand.untouched(), at);
        }
        Stand stand;
        stand.world.troubles = {{command, Kind::error, 0x67}}; // no paper
        BOOST_TEST(fault(stand.probe()) == (command[0] == '5' ? "busy" : "paper"), command);
        BOOST_TEST((stand.untouched() || command[0] == '5'), command);
    }
}

BOOST_AUTO_TEST_CASE(a_receipt_that_stays_open_is_told) {
    Stand stand;
    stand.world.troubles.assign(100, {"59", Trouble::Kind::lost_before});
    const auto codes = stand.probe(-18s);
    BOOST_TEST(fault(codes) == "busy");
    BOOST_TEST(codes.error().text().find("Отмените его на ККТ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(on_paper_where_there_are_no_electronic_receipts) {
    Stand stand(6);
    stand.world.troubles = {{"92 04", Trouble::Kind::error, 0x7A}}; // this model cannot
    BOOST_TEST(fault(stand.probe()) == "none");
    BOOST_TEST(stand.count("92 00 01") == 1);
    BOOST_TEST(stand.untouched());
}

BOOST_AUTO_TEST_CASE(a_firmware_that_checks_nothing_proves_nothing) {
    Stand credulous;
    credulous.world.tamper = [](std::string_view command, std::string& answer) {
        if (command.front() == '\xEB') {
            answer = bytes({0x55, 0, 0});
        }
    };
    BOOST_TEST(fault(credulous.probe()) == "unsupported");
    BOOST_TEST(credulous.untouched());
    Stand mistrustful;
    mistrustful.world.tamper = [](std::string_view command, std::string& answer) {
        if (command.front() == '\xEB') {
            answer = bytes({0x55, 0xF4, 0});
        }
    };
    BOOST_TEST(fault(mistrustful.probe()) == "unsupported");
    BOOST_TEST(mistrustful.untouched());
}

BOOST_AUTO_TEST_CASE(a_document_that_somebody_makes_meanwhile_is_told) {
    Stand stand;
    stand.world.tamper = [&](std::string_view command, std::string& answer) {
        // The number of the last document ends the answer; the first one tells of none before.
        if (command == fn_status_command() && stand.count("59") == 1) {
            answer[answer.size() - 4] = static_cast<char>(answer[answer.size() - 4] + 1);
        }
    };
    const auto codes = stand.probe();
    BOOST_TEST(fault(codes) == "busy");
    BOOST_TEST(codes.error().text().find("ФД 2") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(not_in_ffd_1_0) {
    Stand stand;
    stand.world.tamper = [](std::string_view command, std::string& answer) {
        if (command == register_command(Register::ffd) && answer.size() > 4) {
            answer[2] = answer[3] = answer[4] = 1;
        }
    };
    BOOST_TEST(fault(stand.probe()) == "unsupported");
    BOOST_TEST(stand.count("92") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
