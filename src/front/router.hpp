// Router: paths and methods. Turns a request into an answer, or into a submission that will be
// answered later.
//
//   GET    /kkt                      state of the KKT as the 2017 service worded it
//   POST   /kkt                      a receipt, classic dialect
//   GET    /kkt/status               state as JSON; 503 when nothing can be sold
//   GET    /kkt/receipts/{id}        one receipt
//   DELETE /kkt/receipts/{id}        takes it back, if nothing has begun
//   GET    /kkt/receipts?number=…    receipts by the caller's document number (&date=, &operation=)
//
// One slash at the end of a path changes nothing. HEAD is GET without the body, OPTIONS names the
// methods.
#pragma once

#include "api/answer.hpp"
#include "front/answered.hpp"
#include "front/desk.hpp"
#include "front/front_config.hpp"
#include "front/parking_lot.hpp"
#include "front/request.hpp"
#include "front/status_page.hpp"

#include <atomic>
#include <variant>

namespace kktd::front {

/// The engine has taken the submission; its reply goes to the waiter.
struct Waiting {
    engine::WaiterId id = 0;
    Renderer render;
};
using Handled = std::variant<api::Answer, Waiting>;

/// Longer Idempotency-Key headers are a violation.
inline constexpr std::size_t max_idempotency_key = 255; ///< bytes

class Router {
public:
    /// `desk` outlives the router.
    Router(const FrontConfig& config, Desk& desk) : config_(config), desk_(desk) {}

    /// Any thread. Never waits for a KKT, but DELETE: for a look at it and for one journal write,
    /// one DELETE at a time, so that the others stay free. `waiter` is used by a POST only, and
    /// only if the result is Waiting. `room` is what the parking lot has left.
    [[nodiscard]] Handled handle(const Request& request, engine::Waiter waiter,
                                 ParkingLot::Room room);

    [[nodiscard]] Desk& desk() { return desk_; }

private:
    [[nodiscard]] Handled post_receipt(const Request& request, engine::Waiter waiter,
                                       ParkingLot::Room room);
    void keep_repeat(const std::string& print, const fiscal::Reply& reply);
    [[nodiscard]] api::Answer status_text(const Request& request) const;
    [[nodiscard]] api::Answer find_receipts(const Request& request) const;
    [[nodiscard]] api::Answer get_receipt(const Request& request, std::string_view id) const;
    [[nodiscard]] api::Answer withdraw_receipt(const Request& request, std::string_view id);

    const FrontConfig config_;
    Desk& desk_;
    Answered answered_;
    StatusPage status_page_;
    std::atomic<bool> withdrawing_ = false;
};

} // namespace kktd::front
