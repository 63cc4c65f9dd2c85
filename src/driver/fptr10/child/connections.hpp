// Connections: TCP connections of the library. Our connect() stands before that of the C library,
// so that a kill throws away what the KKT has not got yet: a closing that came later, when its
// absence has been found and the receipt is being made again, would close the wrong one.
#pragma once

namespace kktd::driver::fptr10::child {

/// Before the library closes its link by itself: a connection with nothing on its way is ended
/// with a goodbye, not with a reset. Used by the thread that calls the library.
void end_politely();

} // namespace kktd::driver::fptr10::child
