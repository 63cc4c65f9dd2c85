// Storage: the one keeper of storage files, which hold what a simulated fiscal storage has made:
// JSON Lines, one finished document a line, one write() each. A torn last line never happened and
// is cut off when the file is opened. A checkpoint beside the file ("FILE.checkpoint") spares
// reading the whole of it; it is only a help: lost, damaged or not of this file, the file is read
// in full. The file is locked, so that no two processes own one KKT. One thread at a time.
#pragma once

#include "base/unique_fd.hpp"
#include "fiscal/finished_document.hpp"
#include "fiscal/kkt_memory.hpp"
#include "fiscal/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kktd::driver::test {

/// Not an aggregate: it is the error of Result.
class StorageError {
public:
    enum class Kind : std::uint8_t {
        io,       ///< the file system refused; nothing was added
        locked,   ///< another process owns the file
        damaged,  ///< a line that is no document
        doubtful, ///< a document may or may not be in the file; it must be opened anew
    };
    StorageError() = default;
    StorageError(Kind kind, std::string text) : kind_(kind), text_(std::move(text)) {}
    [[nodiscard]] Kind kind() const { return kind_; }
    /// Russian, names the file and what to do.
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    Kind kind_ = Kind::io;
    std::string text_;
};

struct StorageConfig {
    std::string path;
    std::string fn;    ///< the fiscal storage in the KKT: documents of others are passed over
    bool sync = false; ///< fdatasync after each document
    std::uint32_t checkpoint_interval = 10'000; ///< documents
};

class Storage {
public:
    template<class T>
    using Result = fiscal::Result<T, StorageError>;

    /// Creates the file (0600) if there is none.
    [[nodiscard]] static Result<Storage> open(StorageConfig config);
    Storage(Storage&&) noexcept = default;
    Storage& operator=(Storage&&) = delete;
    /// Writes a checkpoint.
    ~Storage();

    /// After the last document in the file.
    [[nodiscard]] const fiscal::KktMemory& memory() const { return memory_; }
    /// One write(). Error io: certainly not in the file.
    [[nodiscard]] Result<void> append(const fiscal::FinishedDocument& document);
    /// The documents of this fiscal storage with a number above `fd`, oldest first; read backwards
    /// from the end of the file.
    [[nodiscard]] Result<std::vector<fiscal::FinishedDocument>> after(std::uint32_t fd) const;
    /// Bytes of the file that were read by open(): the whole of it, or what follows the checkpoint.
    [[nodiscard]] std::uint64_t bytes_read() const { return bytes_read_; }

private:
    Storage(StorageConfig config, base::UniqueFd fd);
    [[nodiscard]] Result<void> load();
    [[nodiscard]] bool load_checkpoint(std::uint64_t file_size);
    void save_checkpoint();
    [[nodiscard]] std::string checkpoint_path() const;

    StorageConfig config_;
    base::UniqueFd fd_;
    fiscal::KktMemory memory_;
    std::uint64_t size_ = 0; ///< bytes of whole lines in the file
    std::uint64_t bytes_read_ = 0;
    std::uint32_t since_checkpoint_ = 0; ///< documents
};

/// A line of the file without its line break, and back. Nothing if the text is not exactly such a
/// line. "first_unsent" stands in it only where the OFD had not got everything: so it tells what
/// the OFD queue was, and files from before it was kept are read as sent.
[[nodiscard]] std::string storage_line(const fiscal::FinishedDocument& document);
[[nodiscard]] std::optional<fiscal::FinishedDocument> parse_storage_line(std::string_view line);

} // namespace kktd::driver::test
