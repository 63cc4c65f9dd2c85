// A value or the reason why there is none: how errors travel between the layers of kktd.
// Error types must have a default constructor and must not be aggregates (Boost.System 1.81 needs
// both to tell a value from an error).
#pragma once

#include <boost/system/result.hpp>

namespace kktd::fiscal {

template<class T, class E>
using Result = boost::system::result<T, E>;

} // namespace kktd::fiscal
