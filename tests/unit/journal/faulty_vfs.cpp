#include "faulty_vfs.hpp"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <new>
#include <random>
#include <sqlite3.h>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

namespace kktd::tests {

namespace {

/// What a write changed, to take it back.
struct Undo {
    sqlite3_int64 offset = 0;
    std::string old_bytes; ///< shorter than what was written, if the file was
    sqlite3_int64 old_size = 0;
};

struct State {
    std::mutex mutex;
    FaultyVfs::Fault fault = FaultyVfs::Fault::none;
    long at = 0;
    long operations = 0;
    long syncs = 0;
    std::map<std::string, std::vector<Undo>> unsynced; ///< by path
};

State& state() {
    static State the_state;
    return the_state;
}

struct File {
    sqlite3_file base;
    sqlite3_file* real;
    std::string* path; ///< null: not watched
};

File* own(sqlite3_file* file) {
    return reinterpret_cast<File*>(file); // as SQLite's own VFS do: base is the first member
}
sqlite3_file* real(sqlite3_file* file) {
    return own(file)->real;
}
sqlite3_vfs* real(sqlite3_vfs* vfs) {
    return static_cast<sqlite3_vfs*>(vfs->pAppData);
}

enum class Operation { write, truncate, sync };

/// Counts an operation; true if it must fail. The caller holds the mutex.
bool meets_fault(Operation operation) {
    State& s = state();
    ++s.operations;
    switch (s.fault) {
    case FaultyVfs::Fault::none:
        return false;
    case FaultyVfs::Fault::once:
        return s.operations == s.at;
    case FaultyVfs::Fault::forever:
        return s.operations >= s.at;
    case FaultyVfs::Fault::full:
        return s.operations >= s.at && operation == Operation::write;
    case FaultyVfs::Fault::kill:
        if (s.operations == s.at) {
            ::raise(SIGKILL);
        }
        return false;
    }
    return false;
}

Undo undo_of(sqlite3_file* file, sqlite3_int64 offset, sqlite3_int64 size) {
    Undo undo;
    undo.offset = offset;
    file->pMethods->xFileSize(file, &undo.old_size);
    const sqlite3_int64 kept = std::clamp<sqlite3_int64>(undo.old_size - offset, 0, size);
    undo.old_bytes.resize(static_cast<std::size_t>(kept));
    if (kept > 0) {
        file->pMethods->xRead(file, undo.old_bytes.data(), static_cast<int>(kept), offset);
    }
    return undo;
}

int file_close(sqlite3_file* file) {
    const int code = real(file)->pMethods->xClose(real(file));
    delete own(file)->path;
    return code;
}

int file_read(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
    return real(file)->pMethods->xRead(real(file), data, size, offset);
}

int file_write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
    if (own(file)->path != nullptr) {
        const std::lock_guard lock(state().mutex);
        if (meets_fault(Operation::write)) {
            return state().fault == FaultyVfs::Fault::full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
        }
        state().unsynced[*own(file)->path].push_back(undo_of(real(file), offset, size));
    }
    return real(file)->pMethods->xWrite(real(file), data, size, offset);
}

int file_truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (own(file)->path != nullptr) {
        const std::lock_guard lock(state().mutex);
        if (meets_fault(Operation::truncate)) {
            return SQLITE_IOERR_TRUNCATE;
        }
        sqlite3_int64 old_size = 0;
        real(file)->pMethods->xFileSize(real(file), &old_size);
        if (size < old_size) {
            state().unsynced[*own(file)->path].push_back(
                undo_of(real(file), size, old_size - size));
        }
    }
    return real(file)->pMethods->xTruncate(real(file), size);
}

int file_sync(sqlite3_file* file, int flags) {
    if (own(file)->path == nullptr) {
        return real(file)->pMethods->xSync(real(file), flags);
    }
    const std::lock_guard lock(state().mutex);
    if (meets_fault(Operation::sync)) {
        return SQLITE_IOERR_FSYNC;
    }
    ++state().syncs;
    state().unsynced[*own(file)->path].clear();
    return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return real(file)->pMethods->xFileSize(real(file), size);
}
int file_lock(sqlite3_file* file, int level) {
    return real(file)->pMethods->xLock(real(file), level);
}
int file_unlock(sqlite3_file* file, int level) {
    return real(file)->pMethods->xUnlock(real(file), level);
}
int file_check_lock(sqlite3_file* file, int* result) {
    return real(file)->pMethods->xCheckReservedLock(real(file), result);
}
int file_control(sqlite3_file* file, int operation, void* argument) {
    return real(file)->pMethods->xFileControl(real(file), operation, argument);
}
int file_sector_size(sqlite3_file* file) {
    return real(file)->pMethods->xSectorSize(real(file));
}
int file_characteristics(sqlite3_file* file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}
int file_shm_map(sqlite3_file* file, int page, int size, int extend, volatile void** memory) {
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, memory);
}
int file_shm_lock(sqlite3_file* file, int offset, int count, int flags) {
    return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
void file_shm_barrier(sqlite3_file* file) {
    real(file)->pMethods->xShmBarrier(real(file));
}
int file_shm_unmap(sqlite3_file* file, int remove) {
    return real(file)->pMethods->xShmUnmap(real(file), remove);
}

const sqlite3_io_methods methods{
    2,
    file_close,
    file_read,
    file_write,
    file_truncate,
    file_sync,
    file_size,
    file_lock,
    file_unlock,
    file_check_lock,
    file_control,
    file_sector_size,
    file_characteristics,
    file_shm_map,
    file_shm_lock,
    file_shm_barrier,
    file_shm_unmap,
    nullptr,
    nullptr,
};

int vfs_open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
    File* opened = own(file);
    opened->real = reinterpret_cast<sqlite3_file*>(opened + 1);
    opened->path = nullptr;
    const int code = real(vfs)->xOpen(real(vfs), path, opened->real, flags, out_flags);
    opened->base.pMethods = opened->real->pMethods != nullptr ? &methods : nullptr;
    if (code == SQLITE_OK && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0) {
        opened->path = new std::string(path);
    }
    return code;
}

} // namespace

void FaultyVfs::install() {
    static sqlite3_vfs vfs = [] {
        sqlite3_vfs* real_vfs = sqlite3_vfs_find(nullptr);
        sqlite3_vfs made = *real_vfs; // everything but opening is the real one's, with its own data
        made.szOsFile += static_cast<int>(sizeof(File));
        made.pNext = nullptr;
        made.zName = name();
        made.xOpen = vfs_open;
        made.pAppData = real_vfs;
        made.xDelete = [](sqlite3_vfs* v, const char* path, int sync) {
            return real(v)->xDelete(real(v), path, sync);
        };
        made.xAccess = [](sqlite3_vfs* v, const char* path, int flags, int* out) {
            return real(v)->xAccess(real(v), path, flags, out);
        };
        made.xFullPathname = [](sqlite3_vfs* v, const char* path, int size, char* out) {
            return real(v)->xFullPathname(real(v), path, size, out);
        };
        return made;
    }();
    sqlite3_vfs_register(&vfs, 0);
}

void FaultyVfs::plan(Fault fault, long at) {
    State& s = state();
    const std::lock_guard lock(s.mutex);
    s.fault = fault;
    s.at = at;
    s.operations = 0;
    s.syncs = 0;
    s.unsynced.clear();
}

long FaultyVfs::operations() {
    const std::lock_guard lock(state().mutex);
    return state().operations;
}

long FaultyVfs::syncs() {
    const std::lock_guard lock(state().mutex);
    return state().syncs;
}

void FaultyVfs::drop_unsynced(unsigned seed) {
    State& s = state();
    const std::lock_guard lock(s.mutex);
    std::mt19937 random(seed); // NOLINT: the same every run
    for (auto& [path, undos] : s.unsynced) {
        const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
        if (fd < 0) {
            throw std::runtime_error("cannot open " + path);
        }
        for (auto undo = undos.rbegin(); undo != undos.rend(); ++undo) {
            if (seed != 0 && random() % 2 == 0) {
                continue;
            }
            const auto size = static_cast<ssize_t>(undo->old_bytes.size());
            if (::pwrite(fd, undo->old_bytes.data(), undo->old_bytes.size(), undo->offset) !=
                    size ||
                (seed == 0 && ::ftruncate(fd, undo->old_size) != 0)) {
                throw std::runtime_error("cannot take back writes to " + path);
            }
        }
        ::close(fd);
        undos.clear();
    }
}

} // namespace kktd::tests
