// check_receipt: has an ATOL KKT itself judge a receipt that is not to be made, with the "check
// only" flag on a trial receipt. Asked are the opening, the receipt's tags and each position with
// its tags. Not asked are the cashier's tags 1021 and 1203, which stand before the opening and may
// outlive the cancelling; payments and the closing (see TrialReceipt).
#pragma once

#include "driver/atol/link.hpp"
#include "driver/atol/session.hpp"
#include "driver/atol/vat_code.hpp"
#include "driver/checked.hpp"
#include "fiscal/document.hpp"

#include <optional>

namespace kktd::driver::atol {

struct TriedReceipt {
    Checked checked;
    bool ended = false; ///< the trial receipt may have been open, and is no more
};

/// The trial receipt is electronic, whatever the document is, so that nothing is printed; it
/// carries the document's stamp, by which recover() would know it, and its openings have the
/// number `opening`. Blocks until `deadline` at most, of which TrialReceipt::cancel_limit is for
/// the cancelling.
[[nodiscard]] TriedReceipt check_receipt(Session& session, const fiscal::Document& document,
                                         const GivenVatCodes& vat_codes,
                                         std::optional<TaskId> opening, Deadline deadline);

} // namespace kktd::driver::atol
