#include "sim/atol/session_v3.hpp"

#include <algorithm>
#include <utility>

namespace kktd::sim::atol {

namespace {

using driver::atol::FrameV3;

// First byte of what the host sends.
constexpr std::uint8_t add_command = 0xC1;
constexpr std::uint8_t ack_command = 0xC2;
constexpr std::uint8_t ask_command = 0xC3;
constexpr std::uint8_t abort_command = 0xC4;
constexpr std::uint8_t ack_add_command = 0xC5;

/// Garbage without FEh, as a bad cable makes it.
constexpr std::string_view stray{"\x00\x55\xAA\x13\x7F", 5};

} // namespace

void SessionV3::connected() {
    ++connection_;
    reader_.reset();
    broken_ = reader_.broken();
    last_sent_ = FrameV3();
}

void SessionV3::power_cycle() {
    ++connection_;
    device_.power_cycle();
    buffer_.clear();
    waiting_.clear();
    work_.reset();
    wire_.drop();
}

std::optional<TimePoint> SessionV3::due() const {
    return work_ ? std::optional(work_->next) : std::nullopt;
}

void SessionV3::receive(std::string_view bytes, TimePoint now) {
    const std::uint64_t connection = connection_;
    reader_.add(bytes);
    while (const auto frame = reader_.next()) {
        handle(*frame, now);
        if (connection != connection_) {
            return; // the rest came over a connection that is gone
        }
    }
    if (reader_.broken() != broken_) {
        broken_ = reader_.broken();
        if (const auto id = reader_.broken_id()) {
            send(*id, {}); // repeat it
        }
    }
}

void SessionV3::handle(const FrameV3& frame, TimePoint now) {
    if (frame.data.empty()) {
        if (!last_sent_.data.empty()) {
            wire_.send(driver::atol::encode(last_sent_));
        }
        return;
    }
    const std::string_view data = std::string_view(frame.data).substr(1);
    const std::uint8_t task =
        data.empty() ? std::uint8_t{0xFF} : static_cast<std::uint8_t>(data[0]);
    switch (static_cast<std::uint8_t>(frame.data.front())) {
    case add_command:
        add_task(frame.id, data, now);
        return;
    case ack_add_command: // that the acknowledged task goes first is not in any source
        if (data.empty()) {
            send(frame.id, status_bytes(Status::illegal_value) + '\1');
            return;
        }
        (void)buffer_.acknowledge(task);
        add_task(frame.id, data.substr(1), now);
        return;
    case ack_command:
        reply_around(frame.id, Packet::ack, &SessionV3::acknowledge, task);
        return;
    case ask_command:
        reply_around(frame.id, Packet::ask, &SessionV3::ask, task);
        return;
    case abort_command:
        reply_around(frame.id, Packet::abort, &SessionV3::abort, task);
        return;
    default:
        send(frame.id, status_bytes(Status::illegal_value) + '\0');
        return;
    }
}

std::string SessionV3::abort(std::uint8_t) {
    waiting_.clear();
    return buffer_.abort();
}

void SessionV3::reply_around(std::uint8_t packet, Packet kind,
                             std::string (SessionV3::*run)(std::uint8_t), std::uint8_t task) {
    const Disturbance before = device_.around(Moment::before, kind);
    if (before.wire != Disturbance::Wire::none) {
        send(packet, status_bytes(Status::not_found), before); // it never came
        return;
    }
    std::string reply = (this->*run)(task);
    Disturbance after = device_.around(Moment::after, kind);
    after.stray_bytes = after.stray_bytes || before.stray_bytes;
    send(packet, std::move(reply), after);
}

void SessionV3::add_task(std::uint8_t packet, std::string_view data, TimePoint now) {
    constexpr std::size_t head = 2; // flags, number
    if (data.size() < head) {
        send(packet, status_bytes(Status::illegal_value) + '\0');
        return;
    }
    const auto flags = static_cast<std::uint8_t>(data[0]);
    const auto task = static_cast<std::uint8_t>(data[1]);
    if (const auto refusal = buffer_.refusal(flags, task)) {
        send(packet, *refusal);
        return;
    }
    const std::string_view payload = data.substr(head);
    Disturbance before = device_.before(open_payload(payload).command);
    if (before.power_cycle) {
        power_cycle();
        return;
    }
    if (before.wire != Disturbance::Wire::none) {
        send(packet, status_bytes(Status::in_progress), before); // it never came
        return;
    }
    const Status status = buffer_.add(flags, task, payload);
    if (!sync_ || status == Status::stopped) {
        Disturbance stray_only;
        stray_only.stray_bytes = std::exchange(before.stray_bytes, false);
        send(packet, status_bytes(status), stray_only);
    }
    if (status != Status::stopped) {
        waiting_.push_back({.task = task, .packet = packet, .before = std::move(before)});
    }
    work(now);
}

void SessionV3::tick(TimePoint now) {
    work(now);
}

/// Runs what is due. Where nothing is slow that is everything.
void SessionV3::work(TimePoint now) {
    while (true) {
        if (!work_ && !begin_next(now)) {
            return;
        }
        if (work_->next > now) {
            return;
        }
        if (!work_->answer) {
            execute(now);
        } else {
            deliver();
        }
    }
}

bool SessionV3::begin_next(TimePoint now) {
    Task* task = buffer_.head();
    if (task == nullptr) {
        return false;
    }
    task->state = Task::State::running;
    Work work{.next = now, .packet = 0, .command = {}, .answer = {}, .disturbance = {}};
    const auto told = std::ranges::find(waiting_, task->id, &Waiting::task);
    if (told != waiting_.end()) {
        work.packet = told->packet;
        work.next = now + told->before.slow;
        work.answer = std::move(told->before.answer);
        work.disturbance.stray_bytes = told->before.stray_bytes;
        waiting_.erase(told);
    }
    const Opened opened = open_payload(task->payload);
    work.command = std::string(opened.command);
    if (opened.refusal) {
        work.answer = opened.refusal;
    }
    work_ = std::move(work);
    return true;
}

void SessionV3::execute(TimePoint now) {
    Work& work = *work_;
    work.answer = device_.execute(work.command);
    Disturbance after = device_.after(work.command);
    if (after.power_cycle) {
        power_cycle();
        return;
    }
    if (after.answer) {
        work.answer = std::move(after.answer);
    }
    work.next = now + after.slow;
    after.stray_bytes = after.stray_bytes || work.disturbance.stray_bytes;
    work.disturbance = std::move(after);
}

void SessionV3::deliver() {
    Work work = std::move(*work_);
    work_.reset();
    const auto task = buffer_.finish(std::move(*work.answer));
    std::erase_if(waiting_, [this](const Waiting& waiting) {
        return buffer_.ask(waiting.task) == status_bytes(Status::stopped);
    });
    if (!task) {
        return;
    }
    if (sync_) {
        send(work.packet, buffer_.ask(task->id), work.disturbance);
        return;
    }
    std::string data =
        status_bytes(task->answer.error ? Status::async_error : Status::async_result);
    data.push_back(static_cast<char>(task->id));
    send(driver::atol::async_id, data + task->answer.bytes, work.disturbance);
}

void SessionV3::send(std::uint8_t packet, std::string data) {
    send(packet, std::move(data), Disturbance());
}

void SessionV3::send(std::uint8_t packet, std::string data, const Disturbance& disturbance) {
    using Wire = Disturbance::Wire;
    if (disturbance.wire == Wire::drop) {
        ++connection_;
        disturbance.refuse.count() > 0 ? wire_.refuse(disturbance.refuse) : wire_.drop();
        return;
    }
    last_sent_ = {.id = packet, .data = std::move(data)};
    if (disturbance.wire == Wire::lose) {
        return;
    }
    FrameV3 frame = last_sent_;
    if (disturbance.wire == Wire::wrong_id) {
        frame.id = static_cast<std::uint8_t>((frame.id + 1) % driver::atol::async_id);
    }
    std::string bytes = driver::atol::encode(frame);
    if (disturbance.wire == Wire::half_frame) {
        bytes.resize(bytes.size() / 2);
    }
    if (disturbance.wire == Wire::wrong_crc) {
        // Flipped so that it becomes none of the bytes that are escaped.
        bytes.back() = static_cast<char>(bytes.back() ^ '\x40');
    }
    if (disturbance.stray_bytes) {
        bytes.insert(0, stray);
    }
    wire_.send(bytes);
}

} // namespace kktd::sim::atol
