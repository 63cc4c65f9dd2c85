#include "driver/test/faults.hpp"

#include "../base/temp_dir.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd::driver;
using namespace kktd::base::testing;
using namespace kktd::driver::test;

BOOST_AUTO_TEST_SUITE(faults_tests)

BOOST_AUTO_TEST_CASE(reads_every_switch) {
    const auto faults =
        parse_faults("# comment\n\npaper=out\ncover=open\nlink=down\nbusy=1\n"
                     "receipt_open=1\nclock_skew=-600\nofd=stuck\nofd_days=31\nfn=expired\n"
                     "refuse=143\nlose_answer=after\nmute=1");
    BOOST_REQUIRE(faults.has_value());
    BOOST_TEST((faults->switches.paper == kktd::fiscal::Paper::out));
    BOOST_TEST(faults->switches.cover_open);
    BOOST_TEST(faults->switches.link_down);
    BOOST_TEST(faults->switches.busy);
    BOOST_TEST(faults->switches.receipt_open);
    BOOST_TEST(faults->switches.clock_skew.count() == -600);
    BOOST_TEST(faults->switches.ofd_stuck);
    BOOST_TEST(faults->switches.ofd_days == 31);
    BOOST_TEST((faults->switches.fn == kktd::fiscal::FnFault::expired));
    BOOST_TEST(faults->refuse == 143);
    BOOST_TEST((faults->lose_answer == Faults::LoseAnswer::after));
    BOOST_TEST(faults->mute);
    BOOST_TEST((*parse_faults("") == Faults()));
    BOOST_TEST(
        (*parse_faults("paper=ok\ncover=closed\nlink=up\nbusy=0\nofd=ok\nfn=ok\n") == Faults()));
}

BOOST_AUTO_TEST_CASE(a_misspelt_switch_is_an_error) {
    for (const char* text :
         {"papr=out", "paper=gone", "paper", "=", "busy=2", "clock_skew=1.5", "ofd_days=-1",
          "refuse=x", "lose_answer=", " paper=out", "paper=out\nmute=yes\n"}) {
        BOOST_TEST(!parse_faults(text).has_value(), text);
    }
    BOOST_TEST(parse_faults("paper=out\npapr=out").error().text() ==
               "непонятная строка «papr=out»");
}

BOOST_AUTO_TEST_CASE(notices_every_change_of_the_file) {
    const TempDir folder;
    const std::string path = folder / "faults";
    FaultsFile file(path);
    BOOST_TEST((*file.read() == Faults()));
    write_file(path, "busy=1\n");
    BOOST_TEST(file.read()->switches.busy);
    BOOST_TEST(file.read()->switches.busy);
    write_file(path, "mute=1 \n");
    BOOST_TEST(!file.read().has_value());
    write_file(path, "mute=1\n");
    BOOST_TEST(file.read()->mute);
    BOOST_TEST(!file.read()->switches.busy);
    std::filesystem::remove(path);
    BOOST_TEST((*file.read() == Faults()));
    BOOST_TEST((*FaultsFile("").read() == Faults()));
}

BOOST_AUTO_TEST_SUITE_END()
