#include "log_fixture.hpp"

#include "base/log.hpp"
#include "temp_dir.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <memory>

namespace kktd::test {

namespace {

// The log is set up before the first thread starts, as the programs do it.
struct LogFixture {
    static inline std::unique_ptr<TempDir> folder;

    LogFixture() {
        folder = std::make_unique<TempDir>();
        base::LogConfig config;
        config.level = base::LogLevel::debug;
        config.file = folder->path("front.log");
        base::init_log(config);
    }
    ~LogFixture() {
        base::stop_log();
        folder.reset();
    }
};

} // namespace

BOOST_TEST_GLOBAL_FIXTURE(LogFixture);

std::string log_text() {
    std::ifstream file(LogFixture::folder->path("front.log"));
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace kktd::test
