// StateLock: one process owns a state folder. Two workers on one journal would register receipts
// twice, so the second one is told who has it and leaves.
#pragma once

#include "base/unique_fd.hpp"

#include <boost/system/result.hpp>
#include <string>
#include <utility>

namespace kktd::base {

/// Not an aggregate: it is the error of a result.
class StateLockError {
public:
    StateLockError() = default;
    StateLockError(bool busy, bool disk_full, int pid, std::string text)
        : busy_(busy), disk_full_(disk_full), pid_(pid), text_(std::move(text)) {}

    /// Another process has the folder.
    [[nodiscard]] bool busy() const { return busy_; }
    /// What time may cure (exit 75); otherwise the folder cannot be used at all (exit 78).
    [[nodiscard]] bool may_pass() const { return busy_ || disk_full_; }
    /// Of the owner; 0 if it has not written it.
    [[nodiscard]] int pid() const { return pid_; }
    /// English, one line, says what to do.
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    bool busy_ = false;
    bool disk_full_ = false;
    int pid_ = 0;
    std::string text_;
};

class StateLock {
public:
    /// Makes `state_dir` with mode 0700 if it is missing (its parent must exist, and is synced so
    /// that the folder survives a power cut), and locks state_dir/lock until the object or the
    /// process ends, however it ends. Never waits for the other owner. Needs no room on the disk
    /// once the file is there.
    [[nodiscard]] static boost::system::result<StateLock, StateLockError>
    acquire(const std::string& state_dir);

private:
    explicit StateLock(UniqueFd file) : file_(std::move(file)) {}
    UniqueFd file_;
};

} // namespace kktd::base
