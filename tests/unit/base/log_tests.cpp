#include "base/log.hpp"

#include "base/unique_fd.hpp"
#include "temp_dir.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fcntl.h>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace kktd::base;
using kktd::base::testing::contents;
using kktd::base::testing::TempDir;

namespace {

/// stderr goes to a file while this lives.
class CapturedStderr {
public:
    CapturedStderr() : saved_(::dup(STDERR_FILENO)) {
        const UniqueFd file(
            ::open(path().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
        ::dup2(file.get(), STDERR_FILENO);
    }
    ~CapturedStderr() { ::dup2(saved_.get(), STDERR_FILENO); }
    std::string text() const { return contents(path()); }

private:
    std::string path() const { return dir_ / "stderr"; }
    TempDir dir_;
    UniqueFd saved_;
};

struct RunningLog {
    explicit RunningLog(const LogConfig& config) { init_log(config); }
    ~RunningLog() { stop_log(); }
};

std::size_t lines(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

std::string stderr_of(std::string_view message) {
    const CapturedStderr captured;
    const RunningLog running(LogConfig{});
    log(LogLevel::info, message);
    return captured.text();
}

} // namespace

BOOST_AUTO_TEST_SUITE(log_tests)

BOOST_AUTO_TEST_CASE(journald_prefixes_and_level) {
    const CapturedStderr captured;
    {
        const RunningLog running(LogConfig{.level = LogLevel::debug, .file = {}});
        log(LogLevel::debug, "d");
        log(LogLevel::info, "i");
        log(LogLevel::notice, "n");
        log(LogLevel::warning, "w");
        log(LogLevel::error, "e");
    }
    const RunningLog running(LogConfig{.level = LogLevel::warning, .file = {}});
    log(LogLevel::notice, "hidden");
    log(LogLevel::warning, "shown");
    BOOST_TEST(captured.text() == "<7>d\n<6>i\n<5>n\n<4>w\n<3>e\n<4>shown\n");
}

BOOST_AUTO_TEST_CASE(words_before_and_after_are_not_lost) {
    const CapturedStderr captured;
    log(LogLevel::error, "before");
    { const RunningLog running(LogConfig{}); }
    log(LogLevel::error, "after");
    BOOST_TEST(captured.text() == "<3>before\n<3>after\n");
}

BOOST_AUTO_TEST_CASE(one_line_whatever_is_in_it) {
    BOOST_TEST(stderr_of("a\nb\r\tc\x1b[31m\x7f") == "<6>a\\x0Ab\\x0D\\x09c\\x1B[31m\\x7F\n");
    BOOST_TEST(stderr_of(std::string_view("nul\0l", 5)) == "<6>nul\\x00l\n");
    BOOST_TEST(stderr_of("next\xC2\x85line") == "<6>next\\xC2\\x85line\n");
    BOOST_TEST(stderr_of("чек №1 «ТЕСТ» ±§") == "<6>чек №1 «ТЕСТ» ±§\n");
    BOOST_TEST(stderr_of("cut short \xC2") == "<6>cut short \xC2\n");
    const std::string line = stderr_of(std::string(100'000, 'x'));
    BOOST_TEST(line == "<6>" + std::string(8192, 'x') + " [cut]\n");
}

BOOST_AUTO_TEST_CASE(file_lines_have_time_and_level) {
    const CapturedStderr captured;
    const TempDir dir;
    const RunningLog running(LogConfig{.file = dir / "kktd.log"});
    log(LogLevel::notice, "shift 12 opened");
    const std::string line = contents(dir / "kktd.log");
    BOOST_REQUIRE(line.size() ==
                  std::string("2026-01-31T09:15:02.123Z notice shift 12 opened\n").size());
    std::string shape = line;
    std::replace_if(
        shape.begin(), shape.begin() + 24, [](char c) { return c >= '0' && c <= '9'; }, '0');
    BOOST_TEST(shape == "0000-00-00T00:00:00.000Z notice shift 12 opened\n");
    BOOST_TEST(captured.text() == "<5>shift 12 opened\n");
}

BOOST_AUTO_TEST_CASE(file_is_appended_to) {
    const CapturedStderr captured;
    const TempDir dir;
    const LogConfig config{.file = dir / "kktd.log"};
    for (int start = 0; start < 3; ++start) {
        const RunningLog running(config);
        log(LogLevel::info, "started");
    }
    BOOST_TEST(lines(contents(dir / "kktd.log")) == 3U);
}

BOOST_AUTO_TEST_CASE(file_that_cannot_be_opened) {
    const TempDir dir;
    BOOST_CHECK_EXCEPTION(init_log(LogConfig{.file = dir / "no/kktd.log"}), std::runtime_error,
                          [&dir](const std::runtime_error& error) {
                              return error.what() == "cannot open the log file " +
                                                         (dir / "no/kktd.log") +
                                                         ": No such file or directory";
                          });
    stop_log();
}

BOOST_AUTO_TEST_CASE(rotates_by_size_and_keeps_so_many) {
    const CapturedStderr captured;
    const TempDir dir;
    const std::string path = dir / "kktd.log";
    // A line has 24 + 6 + 70 = 100 bytes: three fit.
    const RunningLog running(LogConfig{.file = path, .rotate_bytes = 300, .keep_files = 2});
    const auto write = [](char c) { log(LogLevel::info, std::string(69, c)); };
    for (const char c : {'1', '2', '3'}) {
        write(c);
    }
    BOOST_TEST(contents(path).size() == 300U);
    BOOST_TEST(!std::filesystem::exists(path + ".1"));
    for (const char c : {'4', '5', '6', '7', '8', '9', 'a'}) {
        write(c);
    }
    BOOST_TEST(lines(contents(path)) == 1U);
    BOOST_TEST(contents(path).find("aaa") != std::string::npos);
    BOOST_TEST(lines(contents(path + ".1")) == 3U);
    BOOST_TEST(contents(path + ".1").find("999") != std::string::npos);
    BOOST_TEST(lines(contents(path + ".2")) == 3U);
    BOOST_TEST(contents(path + ".2").find("444") != std::string::npos);
    BOOST_TEST(!std::filesystem::exists(path + ".3"));
    BOOST_TEST(lines(captured.text()) == 10U);
}

BOOST_AUTO_TEST_CASE(a_line_longer_than_the_bound_is_still_written) {
    const CapturedStderr captured;
    const TempDir dir;
    const std::string path = dir / "kktd.log";
    const RunningLog running(LogConfig{.file = path, .rotate_bytes = 10, .keep_files = 1});
    log(LogLevel::info, "first");
    log(LogLevel::info, "second");
    BOOST_TEST(contents(path).ends_with("second\n"));
    BOOST_TEST(contents(path + ".1").ends_with("first\n"));
}

BOOST_AUTO_TEST_CASE(reopened_after_logrotate_moved_it) {
    const CapturedStderr captured;
    const TempDir dir;
    const std::string path = dir / "kktd.log";
    const RunningLog running(LogConfig{.file = path});
    log(LogLevel::info, "one");
    std::filesystem::rename(path, dir / "moved.log");
    log(LogLevel::info, "two");
    reopen_log();
    log(LogLevel::info, "three");
    BOOST_TEST(lines(contents(dir / "moved.log")) == 2U);
    BOOST_TEST(contents(path).ends_with("three\n"));
    BOOST_TEST(lines(contents(path)) == 1U);
    // A folder that is gone: the open file goes on.
    std::filesystem::remove(path);
    std::filesystem::create_directory(path);
    reopen_log();
    log(LogLevel::info, "four");
    BOOST_TEST(lines(captured.text()) == 4U);
}

BOOST_AUTO_TEST_CASE(many_threads_write_whole_lines) {
    const CapturedStderr captured;
    const TempDir dir;
    const std::string path = dir / "kktd.log";
    const RunningLog running(LogConfig{.file = path, .rotate_bytes = 20'000, .keep_files = 100});
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([t] {
            for (int i = 0; i < 200; ++i) {
                log(LogLevel::info, std::string(40, static_cast<char>('a' + t)));
            }
        });
    }
    for (int i = 0; i < 20; ++i) {
        reopen_log();
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    std::string all = captured.text();
    BOOST_TEST(lines(all) == 1600U);
    for (std::size_t begin = 0; begin < all.size(); begin += 44) {
        BOOST_TEST_REQUIRE(all.substr(begin, 44) == "<6>" + std::string(40, all[begin + 3]) + "\n");
    }
    std::size_t in_files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(dir / ".")) {
        in_files += lines(contents(entry.path()));
    }
    BOOST_TEST(in_files == 1600U);
}

BOOST_AUTO_TEST_SUITE_END()
