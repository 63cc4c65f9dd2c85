#include "base/log.hpp"

#include "base/unique_fd.hpp"

#include <array>
#include <atomic>
#include <boost/log/core.hpp>
#include <boost/log/sinks/basic_sink_backend.hpp>
#include <boost/log/sinks/sync_frontend.hpp>
#include <boost/log/sources/record_ostream.hpp>
#include <boost/log/sources/severity_logger.hpp>
#include <boost/log/utility/exception_handler.hpp>
#include <boost/make_shared.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fcntl.h>
#include <stdexcept>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace kktd::base {
namespace {

namespace logging = boost::log;

/// journald's line limit is 48 KiB; nothing kktd says needs a quarter of it.
constexpr std::size_t max_line_bytes = 8192;

struct LevelNames {
    std::string_view prefix; ///< what journald reads the priority from (sd-daemon(3))
    std::string_view word;
};
constexpr std::array<LevelNames, 5> level_names{{
    {"<7>", "debug"},
    {"<6>", "info"},
    {"<5>", "notice"},
    {"<4>", "warning"},
    {"<3>", "error"},
}};
const LevelNames& names_of(LogLevel level) {
    return level_names[static_cast<std::size_t>(level)];
}

/// One write() a line, so that lines of several processes on one stream stay whole. A line that
/// cannot be written is lost: a full disk must not stop the selling.
void write_line(int fd, const std::string& line) {
    while (::write(fd, line.data(), line.size()) < 0 && errno == EINTR) {
    }
}

std::string stderr_line(LogLevel level, std::string_view text) {
    std::string line(names_of(level).prefix);
    line += text;
    line += '\n';
    return line;
}

/// "2026-01-31T09:15:02.123Z notice text"
std::string file_line(LogLevel level, std::string_view text) {
    using namespace std::chrono;
    const auto now = system_clock::now();
    const std::time_t second = system_clock::to_time_t(now);
    const auto millis = duration_cast<milliseconds>(now.time_since_epoch()).count() % 1000;
    std::tm utc{};
    ::gmtime_r(&second, &utc);
    std::array<char, 32> stamp{};
    const std::size_t length = std::strftime(stamp.data(), stamp.size(), "%Y-%m-%dT%H:%M:%S", &utc);
    std::string line(stamp.data(), length);
    std::array<char, 8> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%03dZ ", static_cast<int>(millis));
    line += fraction.data();
    line += names_of(level).word;
    line += ' ';
    line += text;
    line += '\n';
    return line;
}

/// What both sinks take from a record.
LogLevel level_of(const logging::attribute_value_set& values) {
    static const logging::attribute_name severity("Severity");
    return logging::extract_or_default<LogLevel>(severity, values, LogLevel::error);
}
std::string text_of(const logging::record_view& record) {
    static const logging::attribute_name message("Message");
    return logging::extract_or_default<std::string>(message, record, std::string());
}

class StderrBackend final
    : public logging::sinks::basic_sink_backend<logging::sinks::synchronized_feeding> {
public:
    void consume(const logging::record_view& record) {
        write_line(STDERR_FILENO,
                   stderr_line(level_of(record.attribute_values()), text_of(record)));
    }
};

/// kktd.log, and the older kktd.log.1 … kktd.log.N as logrotate names them.
class FileBackend final
    : public logging::sinks::basic_sink_backend<logging::sinks::synchronized_feeding> {
public:
    explicit FileBackend(const LogConfig& config)
        : path_(config.file), rotate_bytes_(config.rotate_bytes), keep_files_(config.keep_files) {
        if (!open()) {
            throw std::runtime_error("cannot open the log file " + path_ + ": " +
                                     std::generic_category().message(errno));
        }
    }

    void consume(const logging::record_view& record) {
        const std::string line = file_line(level_of(record.attribute_values()), text_of(record));
        if (size_ > 0 && size_ + line.size() > rotate_bytes_) {
            rotate();
        }
        write_line(file_.get(), line);
        size_ += line.size();
    }

    /// Goes on in the old file if the new one cannot be opened.
    bool open() {
        UniqueFd file(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640));
        struct stat status {};
        if (!file || ::fstat(file.get(), &status) != 0) {
            return false;
        }
        file_ = std::move(file);
        size_ = static_cast<std::uint64_t>(status.st_size);
        return true;
    }

private:
    void rotate() {
        const auto numbered = [this](unsigned n) { return path_ + "." + std::to_string(n); };
        for (unsigned n = keep_files_; n > 1; --n) {
            ::rename(numbered(n - 1).c_str(), numbered(n).c_str());
        }
        if (keep_files_ > 0) {
            ::rename(path_.c_str(), numbered(1).c_str());
        } else {
            ::unlink(path_.c_str());
        }
        open();
    }

    std::string path_;
    std::uint64_t rotate_bytes_;
    unsigned keep_files_;
    UniqueFd file_;
    std::uint64_t size_ = 0;
};

using StderrSink = logging::sinks::synchronous_sink<StderrBackend>;
using FileSink = logging::sinks::synchronous_sink<FileBackend>;

/// Set up and torn down by the main thread; reopen_log() is called there too.
boost::shared_ptr<FileSink> file_sink;
std::atomic<bool> ready{false};
std::atomic<LogLevel> least{LogLevel::debug}; // what is written

/// Made by init_log() before there are threads and never destroyed: a thread that outlives main()
/// may still want to say something.
using Logger = logging::sources::severity_logger_mt<LogLevel>;
Logger& logger() {
    static Logger* const made = new Logger;
    return *made;
}

bool is_control(std::string_view text, std::size_t i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) {
        return true;
    }
    // U+0080 … U+009F, the second control block, is C2 80 … C2 9F in UTF-8; NEL breaks lines too.
    const auto is_c1 = [&](std::size_t lead) {
        return static_cast<unsigned char>(text[lead]) == 0xC2 && lead + 1 < text.size() &&
               static_cast<unsigned char>(text[lead + 1]) >= 0x80 &&
               static_cast<unsigned char>(text[lead + 1]) <= 0x9F;
    };
    return is_c1(i) || (i > 0 && is_c1(i - 1));
}

std::string one_line(std::string_view text) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string line;
    line.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (line.size() >= max_line_bytes) {
            line += " [cut]";
            break;
        }
        if (is_control(text, i)) {
            const auto byte = static_cast<unsigned char>(text[i]);
            line += "\\x";
            line += digits[byte >> 4];
            line += digits[byte & 0x0F];
        } else {
            line += text[i];
        }
    }
    return line;
}

} // namespace

void init_log(const LogConfig& config) {
    stop_log();
    if (!config.file.empty()) {
        file_sink = boost::make_shared<FileSink>(boost::make_shared<FileBackend>(config));
    }
    least = config.level;
    const auto core = logging::core::get();
    core->set_exception_handler(logging::make_exception_suppressor());
    core->add_sink(boost::make_shared<StderrSink>());
    if (file_sink) {
        core->add_sink(file_sink);
    }
    logger();
    ready = true;
}

void reopen_log() {
    if (file_sink) {
        file_sink->locked_backend()->open();
    }
}

void stop_log() {
    if (ready.exchange(false)) {
        const auto core = logging::core::get();
        core->flush();
        core->remove_all_sinks();
        file_sink.reset();
    }
}

bool logs(LogLevel level) {
    return !ready || level >= least;
}

void log(LogLevel level, std::string_view message) {
    if (!logs(level)) {
        return;
    }
    if (!ready) { // before init_log() and after stop_log(): a last word must not be lost
        write_line(STDERR_FILENO, stderr_line(level, one_line(message)));
        return;
    }
    if (logging::record record = logger().open_record(logging::keywords::severity = level)) {
        logging::record_ostream stream(record);
        stream << one_line(message);
        stream.flush();
        logger().push_record(std::move(record));
    }
}

} // namespace kktd::base
