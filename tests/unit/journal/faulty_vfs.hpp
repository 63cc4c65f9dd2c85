// FaultyVfs: SQLite's file system with a thumb on it. It counts what is done to journal.db and its
// WAL (writes, truncations, syncs), lets the N-th of them fail or end the process, and can take
// back what was written and never synced, as a power cut does. Nothing is really synced: the tests
// are about order, not about the disk.
#pragma once

#include <cstdint>

namespace kktd::tests {

class FaultyVfs {
public:
    enum class Fault : std::uint8_t {
        none,
        once,    ///< the N-th operation fails, later ones do not
        forever, ///< the N-th operation and all after it fail
        full,    ///< as `forever`, but syncs and truncations go on: the disk is full
        kill,    ///< the process is killed in place of the N-th operation
    };

    /// Registers it as VFS name().
    static void install();
    static const char* name() { return "kktd-faulty"; }

    /// Forgets everything; the `at`-th operation from now (counted from 1) will meet `fault`.
    static void plan(Fault fault, long at);
    [[nodiscard]] static long operations();
    [[nodiscard]] static long syncs();
    /// Power cut: takes back unsynced writes, each with probability 1/2 by `seed`, or all of them
    /// if `seed` is 0. Every connection must be closed.
    static void drop_unsynced(unsigned seed);
};

} // namespace kktd::tests
