#include "front/parking_lot.hpp"

#include "api/problem.hpp"
#include "base/log.hpp"

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace kktd::front {

using std::chrono::steady_clock;

namespace {

/// A parked connection and what is needed to answer it.
struct Parked {
    std::unique_ptr<FcgiConnection> connection;
    engine::WaiterId waiter = 0;
    Renderer render;
    RequestLine line;
};

/// Without a reply nobody can say what became of the receipt, and that is said.
void answer(const Parked& parked, const std::optional<fiscal::Reply>& reply) {
    const std::string& id = parked.line.request_id;
    try {
        deliver(*parked.connection, parked.line,
                reply ? parked.render(*reply, id)
                      : api::problem_answer(api::Problem::internal,
                                            "журнал не отвечает, состояние чека неизвестно", id));
    } catch (const std::exception& error) {
        // The connection is closed without an answer: nginx says "unknown, repeat" for us.
        base::log(base::LogLevel::error, "request " + id + " cannot be answered: " + error.what());
    }
}

/// The end of a receipt, for the one who sent it: whoever brings it writes it, which saves a change
/// of thread where nothing else is to do. What many wait for, or a socket may not take at once, is
/// left to the waker.
bool is_small_end(const fiscal::Reply& reply) {
    constexpr std::size_t few_bytes = std::size_t{16} * 1024;
    const auto* settled = std::get_if<fiscal::Settled>(&reply);
    if (settled == nullptr || settled->repeated ||
        settled->standing.state == fiscal::ReceiptState::accepted) {
        return false;
    }
    const fiscal::Standing& standing = settled->standing;
    std::size_t bytes = standing.fault ? standing.fault->text().size() : 0;
    for (const auto& warning : standing.warnings) {
        bytes += warning.path.size() + warning.text.size();
    }
    return bytes <= few_bytes;
}

/// Nothing, too, when the engine fails: it will be asked again.
std::optional<fiscal::Reply> leave(Desk& desk, engine::WaiterId waiter) {
    try {
        return desk.leave(waiter);
    } catch (const std::exception& error) {
        base::log(base::LogLevel::error, std::string("a waiting request: ") + error.what());
        return std::nullopt;
    }
}

} // namespace

using Deadlines = std::multimap<steady_clock::time_point, ParkingLot::Ticket>;

/// All members are guarded by Yard::mutex. Taken `parked` means answered, or being answered.
struct ParkingLot::Place {
    std::optional<fiscal::Reply> reply;
    std::optional<Parked> parked;
    std::optional<Deadlines::iterator> deadline; // while it stands in Yard::deadlines
    steady_clock::time_point give_up;            // deadline + settle_limit
};

struct ParkingLot::Yard {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<Ticket> ready; // have both a reply and a connection
    Deadlines deadlines;
    /// The waker looks at the deadlines then, even if the first of them was dropped meanwhile: to
    /// wake it for every change would cost more than all else here.
    steady_clock::time_point wakes_at = steady_clock::time_point::max();
    std::size_t parked = 0;
    std::size_t answering = 0; // by those who brought the reply
    bool closed = false;
    bool leaving = false; // nobody will park any more

    void set_deadline(const Ticket& ticket, steady_clock::time_point when) {
        ticket->deadline = deadlines.emplace(when, ticket);
    }
    void drop_deadline(const Ticket& ticket) {
        if (ticket->deadline) {
            deadlines.erase(*ticket->deadline);
            ticket->deadline.reset();
        }
    }
    /// Takes the connection out, to be answered by the caller.
    Parked take(const Ticket& ticket) {
        drop_deadline(ticket);
        Parked parked_one = std::move(*ticket->parked);
        ticket->parked.reset();
        --parked;
        return parked_one;
    }
};

ParkingLot::ParkingLot(const FrontConfig& config, Desk& desk)
    : desk_(desk), limit_(config.parked_limit), deadline_(config.answer_deadline),
      yard_(std::make_shared<Yard>()), waker_([this] { run(); }) {}

ParkingLot::~ParkingLot() {
    close();
    join();
}

ParkingLot::Ticket ParkingLot::ticket() {
    return std::make_shared<Place>();
}

engine::Waiter ParkingLot::waiter(const Ticket& ticket) const {
    return [yard = yard_, ticket](fiscal::Reply reply) {
        const bool here = is_small_end(reply);
        std::unique_lock lock(yard->mutex);
        ticket->reply = std::move(reply);
        if (!ticket->parked) {
            return;
        }
        if (!here) {
            yard->drop_deadline(ticket);
            yard->ready.push_back(ticket);
            yard->changed.notify_one();
            return;
        }
        ++yard->answering;
        {
            const Parked parked = yard->take(ticket);
            lock.unlock();
            answer(parked, ticket->reply);
        }
        lock.lock();
        if (--yard->answering == 0 && yard->leaving) {
            yard->changed.notify_all();
        }
    };
}

ParkingLot::Room ParkingLot::room() const {
    const std::lock_guard lock(yard_->mutex);
    if (yard_->parked < limit_) {
        return Room::free;
    }
    return yard_->parked < 2 * limit_ ? Room::full : Room::none;
}

void ParkingLot::park(const Ticket& ticket, std::unique_ptr<FcgiConnection> connection,
                      engine::WaiterId waiter, Renderer render, RequestLine line) {
    Parked parked{std::move(connection), waiter, std::move(render), std::move(line)};
    std::unique_lock lock(yard_->mutex);
    if (ticket->reply) { // it came before this call: no need for another thread
        lock.unlock();
        answer(parked, ticket->reply);
        return;
    }
    ticket->parked = std::move(parked);
    ++yard_->parked;
    const auto now = steady_clock::now();
    const auto when = yard_->closed ? now : now + deadline_;
    ticket->give_up = when + settle_limit;
    yard_->set_deadline(ticket, when);
    if (when < yard_->wakes_at) {
        yard_->changed.notify_one();
    }
}

void ParkingLot::close() {
    const std::lock_guard lock(yard_->mutex);
    if (std::exchange(yard_->closed, true)) {
        return;
    }
    const auto now = steady_clock::now();
    const Deadlines later = std::exchange(yard_->deadlines, {});
    for (const auto& [when, ticket] : later) {
        ticket->give_up = std::min(ticket->give_up, now + settle_limit);
        yard_->set_deadline(ticket, now);
    }
    yard_->changed.notify_one();
}

void ParkingLot::join() {
    if (!waker_.joinable()) {
        return;
    }
    {
        const std::lock_guard lock(yard_->mutex);
        yard_->leaving = true;
        yard_->changed.notify_one();
    }
    waker_.join();
    std::unique_lock lock(yard_->mutex);
    yard_->changed.wait(lock, [this] { return yard_->answering == 0; });
}

void ParkingLot::run() {
    std::unique_lock lock(yard_->mutex);
    const auto idle = [this] {
        return yard_->ready.empty() && !(yard_->leaving && yard_->parked == 0);
    };
    constexpr auto never = steady_clock::time_point::max();
    while (!yard_->leaving || yard_->parked > 0) {
        if (!yard_->deadlines.empty()) {
            yard_->wakes_at = yard_->deadlines.begin()->first;
        } else if (yard_->wakes_at <= steady_clock::now()) {
            yard_->wakes_at = never;
        }
        if (idle() && yard_->wakes_at == never) {
            yard_->changed.wait(lock);
        } else if (idle()) {
            const auto until = yard_->wakes_at; // a copy: the wait unlocks
            yard_->changed.wait_until(lock, until);
        }
        answer_ready(lock);
        answer_late(lock);
    }
}

void ParkingLot::answer_ready(std::unique_lock<std::mutex>& lock) {
    for (const Ticket& ticket : std::exchange(yard_->ready, {})) {
        if (ticket->parked) {
            const Parked parked = yard_->take(ticket);
            const fiscal::Reply reply = *std::move(ticket->reply);
            lock.unlock();
            answer(parked, reply);
            lock.lock();
        }
    }
}

void ParkingLot::answer_late(std::unique_lock<std::mutex>& lock) {
    std::vector<Ticket> late;
    const auto now = steady_clock::now();
    while (!yard_->deadlines.empty() && yard_->deadlines.begin()->first <= now) {
        late.push_back(yard_->deadlines.begin()->second);
        yard_->drop_deadline(late.back());
    }
    for (const Ticket& ticket : late) {
        if (ticket->reply) {
            continue; // came in the meantime: stands among the ready
        }
        const engine::WaiterId waiter = ticket->parked->waiter;
        // The engine is asked without the lock: it calls waiters, which take it, under its own.
        lock.unlock();
        const std::optional<fiscal::Reply> known = leave(desk_, waiter);
        lock.lock();
        const bool given_up = !known && now >= ticket->give_up;
        if (!known && !given_up) {
            if (!ticket->reply) {
                yard_->set_deadline(ticket, steady_clock::now() + settle_retry);
            }
            continue;
        }
        if (ticket->parked) {
            const Parked parked = yard_->take(ticket);
            lock.unlock();
            answer(parked, known);
            lock.lock();
        }
    }
}

} // namespace kktd::front
