#include "journal/reader_pool.hpp"

namespace kktd::journal {

ReaderPool::Reader::Reader(const std::string& path, const char* vfs, const FreshKeys& fresh)
    : connection(path, false, vfs), lookups(connection, fresh) {
    connection.exec("PRAGMA cache_size = -256"); // KiB: a lookup touches few pages
}

std::unique_ptr<ReaderPool::Reader> ReaderPool::take() {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            std::unique_ptr<Reader> reader = std::move(idle_.back());
            idle_.pop_back();
            return reader;
        }
    }
    return std::make_unique<Reader>(path_, vfs_, fresh_);
}

void ReaderPool::give_back(std::unique_ptr<Reader> reader) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < max_idle) {
        idle_.push_back(std::move(reader));
    }
}

} // namespace kktd::journal
