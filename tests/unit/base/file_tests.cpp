#include "base/file.hpp"

#include "temp_dir.hpp"

#include <boost/test/unit_test.hpp>
#include <sys/stat.h>

using namespace kktd::base;
using kktd::base::testing::TempDir;
using kktd::base::testing::write_file;

BOOST_AUTO_TEST_SUITE(file_tests)

BOOST_AUTO_TEST_CASE(whole_file_up_to_the_bound) {
    const TempDir dir;
    const std::string path = dir / "file";
    const std::string bytes("a\0\r\nb", 5);
    write_file(path, bytes);
    BOOST_REQUIRE(read_file(path, 5).has_value());
    BOOST_TEST(*read_file(path, 5) == bytes);
    BOOST_TEST(*read_file(path, 100) == bytes);
    BOOST_TEST(read_file(path, 4).error().text() == path + ": longer than 4 bytes");
    write_file(path, "");
    BOOST_TEST(read_file(path, 0)->empty());
}

BOOST_AUTO_TEST_CASE(what_is_no_file) {
    const TempDir dir;
    BOOST_TEST(read_file(dir / "none", 10).error().text() ==
               (dir / "none") + ": No such file or directory");
    BOOST_TEST(read_file(dir / ".", 10).error().text() == (dir / ".") + ": not a regular file");
    // A pipe without a writer must not be waited for.
    BOOST_REQUIRE(::mkfifo((dir / "pipe").c_str(), 0600) == 0);
    BOOST_TEST(read_file(dir / "pipe", 10).error().text() ==
               (dir / "pipe") + ": not a regular file");
}

BOOST_AUTO_TEST_SUITE_END()
