// What callers hear when the journal keeps a receipt from being accepted. `test`: of a test device
// or a rehearsal.
#pragma once

#include "fiscal/standing.hpp"

namespace kktd::engine {

/// The journal cannot be written (or read): nothing was accepted.
[[nodiscard]] fiscal::NotAccepting journal_failed(bool test);
/// A write was not confirmed: whether it was made is known after a restart.
[[nodiscard]] fiscal::NotAccepting journal_doubt(bool test);
/// The receipt that is in the way cannot be read: nothing was accepted.
[[nodiscard]] fiscal::NotAccepting journal_damaged(bool test);

} // namespace kktd::engine
