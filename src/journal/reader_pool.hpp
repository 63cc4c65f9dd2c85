// ReaderPool: read-only connections to journal.db for any number of threads at once. A reader sees
// every commit whose callback was called, and never waits for the writer.
#pragma once

#include "journal/lookups.hpp"
#include "journal/statement.hpp"
#include "journal/store.hpp"

#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace kktd::journal {

class ReaderPool {
public:
    /// Connections kept open between calls; more threads at once open and close their own.
    static constexpr std::size_t max_idle = 4;

    /// `fresh` outlives the pool.
    ReaderPool(std::string path, const char* vfs, const FreshKeys& fresh)
        : path_(std::move(path)), vfs_(vfs), fresh_(fresh) {}

    /// Calls `question` with Lookups nobody else uses meanwhile. Any thread.
    template<class Question>
    [[nodiscard]] auto read(Question question) -> Read<std::invoke_result_t<Question, Lookups&>> {
        try {
            std::unique_ptr<Reader> reader = take();
            auto answer = question(reader->lookups);
            give_back(std::move(reader)); // one that threw is closed instead
            return answer;
        } catch (const std::exception& error) {
            return JournalError(error.what());
        }
    }

private:
    struct Reader {
        Reader(const std::string& path, const char* vfs, const FreshKeys& fresh);
        Connection connection;
        Lookups lookups;
    };

    [[nodiscard]] std::unique_ptr<Reader> take();
    void give_back(std::unique_ptr<Reader> reader);

    const std::string path_;
    const char* const vfs_;
    const FreshKeys& fresh_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Reader>> idle_;
};

} // namespace kktd::journal
