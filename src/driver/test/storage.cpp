#include "driver/test/storage.hpp"

#include "base/fault_point.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace kktd::driver::test {

namespace {

using base::UniqueFd;
using fiscal::FinishedDocument;

/// One read of the file; also more than any line has (a document is at most 64 KiB, twice as hex).
constexpr std::size_t chunk_bytes = 256 << 10;
constexpr std::size_t max_line_bytes = 160 << 10;
constexpr std::size_t max_checkpoint_bytes = 64 << 10;

std::string reason() {
    return std::strerror(errno); // NOLINT(concurrency-mt-unsafe): glibc's is per thread
}

StorageError io_error(const std::string& path, const std::string& what) {
    return {StorageError::Kind::io, "Файл " + path + ": " + what + " (" + reason() + ")."};
}

/// Whole or nothing; retries what signals interrupt. Returns bytes read, fewer at the end of the
/// file, or −1.
ssize_t read_at(int fd, char* to, std::size_t size, std::uint64_t offset) {
    std::size_t done = 0;
    while (done < size) {
        const ssize_t got = ::pread(fd, to + done, size - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return -1;
        }
        if (got == 0) {
            break;
        }
        done += static_cast<std::size_t>(got);
    }
    return static_cast<ssize_t>(done);
}

std::uint64_t fnv1a(std::string_view bytes) {
    std::uint64_t hash = 14'695'981'039'346'656'037U;
    for (const char byte : bytes) {
        hash = (hash ^ static_cast<unsigned char>(byte)) * 1'099'511'628'211U;
    }
    return hash;
}

constexpr std::string_view hex_digits = "0123456789abcdef";

void append_hex(std::string& out, std::string_view bytes) {
    std::size_t at = out.size();
    out.resize(at + 2 * bytes.size());
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        out[at++] = hex_digits[value >> 4];
        out[at++] = hex_digits[value & 15];
    }
}

int hex_value(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::optional<std::string> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) {
        return std::nullopt;
    }
    std::string bytes(text.size() / 2, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const int high = hex_value(text[2 * i]);
        const int low = hex_value(text[2 * i + 1]);
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        bytes[i] = static_cast<char>(static_cast<unsigned char>(high * 16 + low));
    }
    return bytes;
}

/// Takes a line apart, in the one way it is written.
class LineReader {
public:
    explicit LineReader(std::string_view line) : rest_(line) {}

    LineReader& literal(std::string_view text) {
        sound_ = skip(text);
        return *this;
    }
    /// For what need not be there; false if it is not.
    bool skip(std::string_view text) {
        const bool there = sound_ && rest_.starts_with(text);
        if (there) {
            rest_.remove_prefix(text.size());
        }
        return there;
    }
    template<class T>
    LineReader& number(T& value) {
        const auto [end, error] = std::from_chars(rest_.begin(), rest_.end(), value);
        sound_ = sound_ && error == std::errc() && value >= 0;
        if (sound_) {
            rest_.remove_prefix(static_cast<std::size_t>(end - rest_.begin()));
        }
        return *this;
    }
    /// Up to the closing quote, which stays. None of our texts has anything to escape.
    LineReader& text(std::string_view& value) {
        const std::size_t end = rest_.find('"');
        sound_ = sound_ && end != std::string_view::npos;
        if (sound_) {
            value = rest_.substr(0, end);
            rest_.remove_prefix(end);
        }
        return *this;
    }
    [[nodiscard]] bool whole() const { return sound_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool sound_ = true;
};

/// Letters, digits and a few signs: what needs no escape in JSON.
std::string plain(std::string_view text) {
    std::string out(text);
    std::erase_if(out, [](char c) { return c == '"' || c == '\\' || c < ' ' || c > '~'; });
    return out;
}

} // namespace

std::string storage_line(const FinishedDocument& document) {
    std::string line;
    line.reserve(256 + 2 * document.tlv.size());
    line += R"({"fd":)" + std::to_string(document.fd);
    line += R"(,"kind":")" + std::string(name(document.kind));
    line += R"(","fn":")" + plain(document.fn);
    line += R"(","shift":)" + std::to_string(document.shift);
    line += R"(,"number":)" + std::to_string(document.number);
    line += R"(,"time":")" + document.time.iso();
    line += R"(","total":)" + std::to_string(document.total.kopecks());
    line += R"(,"stamp":")" + plain(document.stamp);
    line += R"(","fpd":")" + plain(document.fpd);
    line += '"';
    if (document.first_unsent != 0) {
        line += R"(,"first_unsent":)" + std::to_string(document.first_unsent);
    }
    line += R"(,"tlv":")";
    append_hex(line, document.tlv);
    line += R"("})";
    return line;
}

std::optional<FinishedDocument> parse_storage_line(std::string_view line) {
    FinishedDocument document;
    std::string_view kind, fn, time, stamp, fpd, tlv;
    std::int64_t total = 0;
    LineReader reader(line);
    reader.literal(R"({"fd":)").number(document.fd);
    reader.literal(R"(,"kind":")").text(kind);
    reader.literal(R"(","fn":")").text(fn);
    reader.literal(R"(","shift":)").number(document.shift);
    reader.literal(R"(,"number":)").number(document.number);
    reader.literal(R"(,"time":")").text(time);
    reader.literal(R"(","total":)").number(total);
    reader.literal(R"(,"stamp":")").text(stamp);
    reader.literal(R"(","fpd":")").text(fpd);
    reader.literal(R"(")");
    if (reader.skip(R"(,"first_unsent":)")) {
        reader.number(document.first_unsent);
    }
    reader.literal(R"(,"tlv":")").text(tlv).literal(R"("})");
    const auto task_kind = fiscal::task_kind_by_name(kind);
    const auto local = fiscal::LocalTime::parse(time);
    auto bytes = from_hex(tlv);
    if (!reader.whole() || !task_kind || !local || !bytes) {
        return std::nullopt;
    }
    document.kind = *task_kind;
    document.fn = fn;
    document.time = *local;
    document.total = fiscal::Money(total);
    document.stamp = stamp;
    document.fpd = fpd;
    document.tlv = std::move(*bytes);
    return document;
}

Storage::Storage(StorageConfig config, UniqueFd fd)
    : config_(std::move(config)), fd_(std::move(fd)) {
    memory_.fn = config_.fn;
}

Storage::~Storage() {
    if (fd_ && since_checkpoint_ != 0) {
        save_checkpoint();
    }
}

Storage::Result<Storage> Storage::open(StorageConfig config) {
    constexpr mode_t owner_only = 0600;
    UniqueFd fd(::open(config.path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, owner_only));
    if (!fd) {
        return io_error(config.path, "не открывается; проверьте папку и права");
    }
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
        return errno == EWOULDBLOCK
                   ? StorageError(StorageError::Kind::locked,
                                  "Файл " + config.path +
                                      " занят другой программой. Остановите её: у одной ККТ может "
                                      "быть только один хозяин.")
                   : io_error(config.path, "не блокируется");
    }
    Storage storage(std::move(config), std::move(fd));
    if (const auto loaded = storage.load(); !loaded) {
        return loaded.error();
    }
    return storage;
}

Storage::Result<void> Storage::load() {
    struct stat status {};
    if (::fstat(fd_.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return io_error(config_.path, "это не обычный файл");
    }
    const auto file_size = static_cast<std::uint64_t>(status.st_size);
    if (!load_checkpoint(file_size)) {
        memory_ = {};
        memory_.fn = config_.fn;
        size_ = 0;
    }
    std::string buffer;
    std::uint64_t end = size_; // of what is in the buffer
    while (end < file_size) {
        const std::size_t kept = buffer.size();
        const auto wanted = std::min<std::uint64_t>(chunk_bytes, file_size - end);
        buffer.resize(kept + wanted);
        const ssize_t got = read_at(fd_.get(), buffer.data() + kept, wanted, end);
        if (got <= 0) {
            return io_error(config_.path, "не читается");
        }
        buffer.resize(kept + static_cast<std::size_t>(got));
        end += static_cast<std::uint64_t>(got);
        bytes_read_ += static_cast<std::uint64_t>(got);
        std::string_view rest = buffer;
        for (std::size_t stop = rest.find('\n'); stop != std::string_view::npos;
             stop = rest.find('\n')) {
            const auto document = parse_storage_line(rest.substr(0, stop));
            if (!document) {
                return StorageError(StorageError::Kind::damaged,
                                    "Файл " + config_.path + " испорчен: с байта " +
                                        std::to_string(size_) +
                                        " стоит не документ. Возьмите файл из копии или начните "
                                        "новый.");
            }
            memory_.apply(*document);
            size_ += stop + 1;
            ++since_checkpoint_;
            rest.remove_prefix(stop + 1);
        }
        if (rest.size() > max_line_bytes) {
            return StorageError(StorageError::Kind::damaged,
                                "Файл " + config_.path +
                                    " испорчен: слишком длинная строка с байта " +
                                    std::to_string(size_) + ".");
        }
        buffer.erase(0, buffer.size() - rest.size());
    }
    // A torn last line never happened.
    if (file_size > size_ && ::ftruncate(fd_.get(), static_cast<off_t>(size_)) != 0) {
        return io_error(config_.path, "не удалось отрезать недописанную строку");
    }
    if (since_checkpoint_ >= config_.checkpoint_interval) {
        save_checkpoint();
    }
    return {};
}

Storage::Result<void> Storage::append(const FinishedDocument& document) {
    const std::string line = storage_line(document) + '\n';
    base::fault_point("storage.append.before");
    const ssize_t written = ::write(fd_.get(), line.data(), line.size());
    if (written != static_cast<ssize_t>(line.size())) {
        StorageError error = written < 0
                                 ? io_error(config_.path, "не записывается")
                                 : StorageError(StorageError::Kind::io,
                                                "Файл " + config_.path + ": нет места на диске.");
        if (::ftruncate(fd_.get(), static_cast<off_t>(size_)) != 0) {
            return StorageError(StorageError::Kind::doubtful, error.text());
        }
        return error;
    }
    if (config_.sync && ::fdatasync(fd_.get()) != 0) {
        return StorageError(StorageError::Kind::doubtful,
                            io_error(config_.path, "не сохраняется на диск").text());
    }
    base::fault_point("storage.append.after");
    size_ += line.size();
    memory_.apply(document);
    if (++since_checkpoint_ >= config_.checkpoint_interval) {
        save_checkpoint();
    }
    return {};
}

Storage::Result<std::vector<FinishedDocument>> Storage::after(std::uint32_t fd) const {
    std::vector<FinishedDocument> found;
    std::string buffer; // from `begin` of the file on; ends at a line break
    std::uint64_t begin = size_;
    while (begin > 0) {
        const auto wanted = std::min<std::uint64_t>(chunk_bytes, begin);
        begin -= wanted;
        buffer.insert(0, wanted, '\0');
        if (read_at(fd_.get(), buffer.data(), wanted, begin) != static_cast<ssize_t>(wanted)) {
            return io_error(config_.path, "не читается");
        }
        // Lines from the last to the first that is whole in the buffer.
        while (!buffer.empty()) {
            const std::size_t before =
                buffer.size() < 2 ? std::string::npos : buffer.rfind('\n', buffer.size() - 2);
            if (before == std::string::npos && begin > 0) {
                break;
            }
            const std::size_t start = before == std::string::npos ? 0 : before + 1;
            auto document = parse_storage_line(
                std::string_view(buffer).substr(start, buffer.size() - start - 1));
            if (!document) {
                return StorageError(StorageError::Kind::damaged,
                                    "Файл " + config_.path + " испорчен.");
            }
            buffer.resize(start);
            if (document->fn != config_.fn) {
                continue;
            }
            if (document->fd <= fd) {
                std::ranges::reverse(found);
                return found;
            }
            found.push_back(std::move(*document));
        }
    }
    std::ranges::reverse(found);
    return found;
}

// The checkpoint: a version line, the size of the file it was made at, the hash of the line before
// that place, the memory, and a hash of all this.

namespace {

constexpr std::string_view checkpoint_version = "kktd-checkpoint 1\n";

/// The line that ends at `end`, its break included; nothing if there is none.
std::optional<std::string> line_before(int fd, std::uint64_t end) {
    const auto size = std::min<std::uint64_t>(max_line_bytes, end);
    std::string bytes(size, '\0');
    if (size < 2 || read_at(fd, bytes.data(), size, end - size) != static_cast<ssize_t>(size) ||
        bytes.back() != '\n') {
        return std::nullopt;
    }
    const std::size_t before = bytes.rfind('\n', bytes.size() - 2);
    if (before != std::string::npos) {
        bytes.erase(0, before + 1);
    } else if (size != end) {
        return std::nullopt;
    }
    return bytes;
}

/// The value of the line "name=value" at the front of `text`, which is taken away.
std::optional<std::uint64_t> take_value(std::string_view& text, std::string_view name) {
    std::uint64_t value = 0;
    if (!text.starts_with(name)) {
        return std::nullopt;
    }
    text.remove_prefix(name.size());
    const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
    if (error != std::errc() || end == text.end() || *end != '\n') {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.begin()) + 1);
    return value;
}

} // namespace

bool Storage::load_checkpoint(std::uint64_t file_size) {
    const UniqueFd fd(::open(checkpoint_path().c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    std::string text(max_checkpoint_bytes, '\0');
    const ssize_t got = fd ? read_at(fd.get(), text.data(), text.size(), 0) : -1;
    if (got <= 0) {
        return false;
    }
    text.resize(static_cast<std::size_t>(got));
    const std::size_t sum_at = text.rfind("sum=");
    if (sum_at == std::string::npos || !text.starts_with(checkpoint_version)) {
        return false;
    }
    std::string_view body = std::string_view(text).substr(0, sum_at);
    std::string_view sum_line = std::string_view(text).substr(sum_at);
    const auto sum = take_value(sum_line, "sum=");
    if (sum != fnv1a(body) || !sum_line.empty()) {
        return false;
    }
    body.remove_prefix(checkpoint_version.size());
    const auto size = take_value(body, "size=");
    const auto last = take_value(body, "last=");
    auto memory = fiscal::decode_kkt_memory(body);
    if (!size || !last || !memory || *size > file_size || memory->fn != config_.fn) {
        return false;
    }
    const auto line = line_before(fd_.get(), *size);
    if (!line || fnv1a(*line) != *last) {
        return false;
    }
    memory_ = std::move(*memory);
    size_ = *size;
    return true;
}

void Storage::save_checkpoint() {
    // Whatever goes wrong here costs only time at the next opening; tried again after as many
    // documents.
    since_checkpoint_ = 0;
    const auto line = line_before(fd_.get(), size_);
    if (!line) {
        return;
    }
    std::string text(checkpoint_version);
    text += "size=" + std::to_string(size_) + '\n';
    text += "last=" + std::to_string(fnv1a(*line)) + '\n';
    text += encode(memory_);
    text += "sum=" + std::to_string(fnv1a(text)) + '\n';
    constexpr mode_t owner_only = 0600;
    const std::string fresh = checkpoint_path() + ".new";
    const UniqueFd fd(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, owner_only));
    if (fd && ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size())) {
        static_cast<void>(::rename(fresh.c_str(), checkpoint_path().c_str()));
    }
}

std::string Storage::checkpoint_path() const {
    return config_.path + ".checkpoint";
}

} // namespace kktd::driver::test
