#include "driver/atol/transcript.hpp"

#include "../../base/temp_dir.hpp"

#include <boost/test/unit_test.hpp>
#include <sys/stat.h>

using kktd::driver::atol::Transcript;
using namespace kktd::base::testing;

BOOST_AUTO_TEST_SUITE(atol_transcript_tests)

BOOST_AUTO_TEST_CASE(lines_for_the_owners_eyes_alone) {
    const TempDir folder;
    Transcript transcript(folder / "log");
    BOOST_TEST(!std::filesystem::exists(folder / "log"));
    transcript.write("one");
    transcript.write("two");
    BOOST_TEST(contents(folder / "log") == "one\ntwo\n");
    struct stat status {};
    BOOST_REQUIRE(::stat((folder / "log").c_str(), &status) == 0);
    BOOST_TEST((status.st_mode & 0777U) == 0600U);
}

BOOST_AUTO_TEST_CASE(is_bounded) {
    const TempDir folder;
    write_file(folder / "log", "begun\n");
    Transcript transcript(folder / "log", 20);
    for (const char* line : {"0123456789", "abcdefghij", "ABCDEFGHIJ"}) {
        transcript.write(line);
    }
    BOOST_TEST(contents(folder / "log") == "ABCDEFGHIJ\n");
    BOOST_TEST(contents(folder / "log.1") == "abcdefghij\n");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_stops_nothing) {
    Transcript nowhere("/nonexistent/log");
    nowhere.write("x");
    const TempDir folder;
    BOOST_REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
    Transcript pipe(folder / "pipe");
    pipe.write("x");
    BOOST_TEST(std::filesystem::is_fifo(folder / "pipe"));
}

BOOST_AUTO_TEST_SUITE_END()
