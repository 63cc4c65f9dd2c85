#include "driver/atol/link_v3.hpp"

#include "base/hex.hpp"
#include "driver/atol/bcd.hpp"

#include <algorithm>

namespace kktd::driver::atol {

namespace {

using Clock = std::chrono::steady_clock;
using port::PortError;

// First byte of our packets.
constexpr std::uint8_t command_add = 0xC1;
constexpr std::uint8_t command_ack = 0xC2;
constexpr std::uint8_t command_ask = 0xC3;
constexpr std::uint8_t command_clear = 0xC4;
constexpr std::uint8_t flag_need_result = 0x01;

// First byte of the KKT's.
constexpr std::uint8_t status_pending = 0xA1;
constexpr std::uint8_t status_in_progress = 0xA2;
constexpr std::uint8_t status_result = 0xA3;
constexpr std::uint8_t status_error = 0xA4;
constexpr std::uint8_t status_stopped = 0xA5;
constexpr std::uint8_t status_async_result = 0xA6;
constexpr std::uint8_t status_async_error = 0xA7;
constexpr std::uint8_t status_waiting = 0xA8;
constexpr std::uint8_t status_overflow = 0xB1;
constexpr std::uint8_t status_exists = 0xB2;
constexpr std::uint8_t status_not_found = 0xB3;
constexpr std::uint8_t status_illegal = 0xB4;

constexpr std::size_t packet_numbers = std::size_t{last_id} + 1;
constexpr std::size_t received_at_once = 4096;
/// Packets that come while nothing is asked; a KKT that never stops is not to be talked to.
constexpr int max_unexpected = 1'000;
/// Questions sent before their time, because something came broken. Then the usual pace is kept: a
/// line that breaks everything must not be flooded.
constexpr int max_hurried = 8;
/// How often a command that came broken, as the KKT itself says, is sent.
constexpr int max_sendings = 3;
/// Numbers that may be in use by tasks of an earlier run before the KKT's memory is no place for
/// us.
constexpr int max_numbers = 16;

char character(std::uint8_t byte) {
    return static_cast<char>(byte);
}

std::uint8_t octet(char c) {
    return static_cast<std::uint8_t>(c);
}

std::string packet(std::uint8_t command, TaskId task) {
    return {character(command), character(task)};
}

bool is_running(std::uint8_t status) {
    return status == status_pending || status == status_in_progress || status == status_waiting;
}

} // namespace

/// One run(): what was sent, and what is known of it.
struct LinkV3::Attempt {
    std::string payload; ///< with the password
    std::string name;    ///< of the command, for texts: "4A"
    TaskId task = 0;
    bool reserved = false;
    Deadline deadline;
    Clock::time_point begun = Clock::now();

    /// Packets whose answers are awaited; none of those sent before the last Add.
    std::optional<std::uint8_t> add;
    std::bitset<packet_numbers> questions;

    bool heard = false;       ///< anything at all
    bool confirmed = false;   ///< the KKT has said that it has the task
    bool came_broken = false; ///< … that it got the last Add broken
    std::string refusal;      ///< why the last Add was certainly not taken; empty: it may have been
    Clock::time_point next_step = Clock::now(); ///< the Add if refused (or not sent yet), else C3
    int sendings = 0;
    int numbers = 1;
    bool stopped = false; ///< once, and taken out of the queue by C4
    int hurried = 0;

    void refuse(std::string why, Clock::time_point again) {
        refusal = std::move(why);
        add.reset();
        questions.reset();
        next_step = again;
    }
    void hurry() {
        if (refusal.empty() && hurried < max_hurried) {
            ++hurried;
            next_step = Clock::now();
        }
    }
};

LinkV3::LinkV3(std::shared_ptr<port::Port> port, std::uint16_t password, const TimingV3& timing)
    : port_(std::move(port)), timing_(timing),
      password_(to_bcd(password, 2).value_or(std::string(2, '\0'))) {}

LinkV3::Result<void> LinkV3::connect(Deadline deadline) {
    return get_ready(deadline);
}

std::optional<TaskId> LinkV3::reserve() {
    const TaskId task = next_reserved_;
    next_reserved_ = task == last_id ? first_reserved : static_cast<TaskId>(task + 1);
    return task;
}

/// Round and round, past those that the KKT may still have.
TaskId LinkV3::next_task() {
    TaskId task = next_task_;
    for (int i = 0; i < first_reserved && left_.test(task); ++i) {
        task = static_cast<TaskId>((task + 1) % first_reserved);
    }
    next_task_ = static_cast<TaskId>((task + 1) % first_reserved);
    return task;
}

void LinkV3::close() {
    port_->close();
}

LinkError LinkV3::error(LinkError::Kind kind, std::string_view text) const {
    return {kind, describe() + ": " + std::string(text)};
}

/// A connection, and nothing on it that belongs to an earlier command. Sends nothing. A connection
/// that the KKT has closed in the meantime is found out here, while a new one is still harmless.
LinkV3::Result<void> LinkV3::get_ready(Deadline deadline) {
    if (stay_ready(deadline)) {
        return {};
    }
    if (const auto opened = port_->open(deadline); !opened) {
        return LinkError(LinkError::Kind::not_run, opened.error().text());
    }
    reader_.reset();
    leave_ack();
    broken_told_ = reader_.broken();
    return {};
}

/// The same, of the connection there is; without it nothing can be run.
LinkV3::Result<void> LinkV3::stay_ready(Deadline deadline) {
    if (port_->is_open() && !settle(deadline)) {
        port_->close();
    }
    if (!port_->is_open()) {
        return error(LinkError::Kind::not_run, "the connection is lost");
    }
    broken_told_ = reader_.broken();
    return {};
}

/// Whether the connection can be used on. Ends what the last command left open.
bool LinkV3::settle(Deadline deadline) {
    const auto patience = std::min(deadline, Clock::now() + timing_.ack_patience);
    for (int i = 0; i < max_unexpected; ++i) {
        while (const auto late = reader_.next()) {
            if (unsettled_ack_ && late->id == unsettled_ack_->packet) {
                unsettled_ack_.reset();
            }
        }
        const auto bytes = port_->receive(received_at_once, unsettled_ack_ ? patience : Deadline{});
        if (!bytes) {
            leave_ack();
            return bytes.error().kind() == PortError::Kind::timeout;
        }
        reader_.add(*bytes);
    }
    return false;
}

void LinkV3::leave_ack() {
    if (unsettled_ack_) {
        left_.set(unsettled_ack_->task);
        unsettled_ack_.reset();
    }
}

port::Result<std::uint8_t> LinkV3::send(std::string data, Deadline deadline) {
    const std::uint8_t id = next_packet_;
    next_packet_ = static_cast<std::uint8_t>((id + 1U) % packet_numbers);
    if (const auto sent = port_->send(encode({id, std::move(data)}), deadline); !sent) {
        port_->close(); // half a packet is on the line
        return sent.error();
    }
    return id;
}

/// Any error but "nothing has come" means that the connection is gone.
port::Result<LinkV3::Heard> LinkV3::hear(Deadline until) {
    for (;;) {
        if (auto next = reader_.next()) {
            return Heard{std::move(next), false};
        }
        if (reader_.broken() != broken_told_) {
            broken_told_ = reader_.broken();
            return Heard{std::nullopt, true};
        }
        auto bytes = port_->receive(received_at_once, until);
        if (!bytes && bytes.error().kind() == PortError::Kind::timeout) {
            return Heard{};
        }
        if (!bytes) {
            port_->close();
            return bytes.error();
        }
        reader_.add(*bytes);
        // Bytes that make no packet must not keep anybody past the deadline.
        if (Clock::now() >= until) {
            return Heard{reader_.next(), false};
        }
    }
}

/// Sends what may be repeated at will (C3, C4) until it is answered; the answer's bytes, at least
/// one.
LinkV3::Result<std::string> LinkV3::inquire(const std::string& data, Deadline deadline) {
    if (const auto ready = stay_ready(deadline); !ready) {
        return ready.error();
    }
    std::bitset<packet_numbers> sent;
    auto next_sending = Clock::now();
    bool heard_any = false;
    for (int hurried = 0;;) {
        if (Clock::now() >= next_sending) {
            const auto id = send(data, deadline);
            if (!id) {
                return LinkError(LinkError::Kind::lost, id.error().text());
            }
            sent.set(*id);
            next_sending = Clock::now() + timing_.poll;
        }
        const auto heard = hear(std::min(deadline, next_sending));
        if (!heard) {
            return LinkError(LinkError::Kind::lost, heard.error().text());
        }
        const auto& answer = heard->packet;
        const bool ours = answer && answer->id <= last_id && sent.test(answer->id);
        if (ours && !answer->data.empty()) {
            return answer->data;
        }
        heard_any = heard_any || answer || heard->broken;
        if ((ours || heard->broken) && hurried < max_hurried) {
            ++hurried;
            next_sending = Clock::now();
        }
        if (Clock::now() >= deadline) {
            if (!heard_any) {
                port_->close(); // a new connection finds a KKT that is back sooner than an old one
            }
            return error(LinkError::Kind::lost,
                         "no answer to " + base::hex_byte(octet(data.front())));
        }
    }
}

LinkV3::Result<TaskState> LinkV3::ask(TaskId task, Deadline deadline) {
    const auto answer = inquire(packet(command_ask, task), deadline);
    if (!answer) {
        return answer.error();
    }
    const auto status = octet(answer->front());
    if (is_running(status)) {
        return TaskState{TaskState::Kind::running, {}};
    }
    if (status == status_result || status == status_error) {
        queue_stopped_ = queue_stopped_ || status == status_error;
        return TaskState{TaskState::Kind::finished, answer->substr(1)};
    }
    if (status == status_stopped) {
        queue_stopped_ = true;
        return TaskState{TaskState::Kind::stopped, {}};
    }
    if (status == status_not_found) {
        return TaskState{TaskState::Kind::absent, {}};
    }
    return error(LinkError::Kind::lost, "unknown status " + base::hex_byte(status) + " of a task");
}

LinkV3::Result<void> LinkV3::clear(Deadline deadline) {
    const auto answer = inquire(std::string(1, character(command_clear)), deadline);
    if (!answer) {
        return answer.error();
    }
    const auto status = octet(answer->front());
    if (status != status_result) {
        return error(LinkError::Kind::lost, "unknown status " + base::hex_byte(status) + " of C4");
    }
    queue_stopped_ = false;
    left_.reset();
    return {};
}

LinkV3::Result<std::string> LinkV3::run(std::string_view payload, Deadline deadline,
                                        std::optional<TaskId> task) {
    constexpr std::size_t overhead = 5; // C1, flags, number, password
    if (payload.empty() || payload.size() > max_frame_data - overhead ||
        (task && (*task < first_reserved || *task > last_id))) {
        return error(LinkError::Kind::not_run, "no such command can be sent");
    }
    if (queue_stopped_) {
        if (const auto cleared = clear(deadline); !cleared) {
            return LinkError(LinkError::Kind::not_run, cleared.error().text());
        }
    }
    if (const auto ready = stay_ready(deadline); !ready) {
        return ready.error();
    }
    Attempt attempt;
    attempt.payload = password_ + std::string(payload);
    attempt.name = base::hex_byte(octet(payload.front()));
    attempt.task = task ? *task : next_task();
    attempt.reserved = task.has_value();
    attempt.deadline = deadline;
    attempt.refusal = "no time was left to send " + attempt.name;
    auto answer = carry(attempt);
    if (!answer && answer.error().kind() == LinkError::Kind::lost && !attempt.reserved) {
        left_.set(attempt.task);
    }
    return answer;
}

LinkV3::Result<std::string> LinkV3::carry(Attempt& attempt) {
    for (;;) {
        const auto now = Clock::now();
        if (now >= attempt.deadline) {
            return give_up_at_deadline(attempt);
        }
        if (now >= attempt.next_step) {
            if (const auto done = step(attempt); !done) {
                return LinkError(LinkError::Kind::lost, done.error().text());
            }
        }
        const auto heard = hear(std::min(attempt.deadline, attempt.next_step));
        if (!heard) {
            return give_up(attempt, "connection lost before the answer to " + attempt.name + " (" +
                                        heard.error().text() + ")");
        }
        attempt.heard = attempt.heard || heard->packet || heard->broken;
        if (heard->broken) {
            attempt.hurry();
        }
        if (heard->packet) {
            if (auto verdict = judge(attempt, *heard->packet)) {
                return std::move(*verdict);
            }
        }
    }
}

LinkError LinkV3::give_up_at_deadline(const Attempt& attempt) {
    if (!attempt.heard) {
        port_->close(); // as in inquire()
    }
    const auto waited = std::chrono::round<std::chrono::seconds>(Clock::now() - attempt.begun);
    return give_up(attempt, "no answer to " + attempt.name + " within " +
                                std::to_string(waited.count()) + " s");
}

LinkError LinkV3::give_up(const Attempt& attempt, std::string_view why) const {
    return attempt.refusal.empty() ? error(LinkError::Kind::lost, why)
                                   : error(LinkError::Kind::not_run, attempt.refusal);
}

/// The next packet of an attempt: the command, if the KKT has certainly not got it, else the
/// question for it.
port::Result<void> LinkV3::step(Attempt& attempt) {
    const bool add = !attempt.refusal.empty();
    std::string data = packet(command_ask, attempt.task);
    if (add) {
        attempt.refusal.clear(); // from here on it may have been taken
        attempt.came_broken = false;
        ++attempt.sendings;
        data = packet(command_add, flag_need_result) + character(attempt.task) + attempt.payload;
    }
    const auto id = send(std::move(data), attempt.deadline);
    if (!id) {
        return id.error();
    }
    if (add) {
        attempt.add = *id;
    } else {
        attempt.questions.set(*id);
    }
    attempt.next_step = Clock::now() + timing_.poll;
    return {};
}

LinkV3::Verdict LinkV3::judge(Attempt& attempt, const FrameV3& packet) {
    if (packet.id == async_id) {
        return judge_async(attempt, packet.data);
    }
    if (packet.id == attempt.add) {
        return judge_reply(attempt, packet.data, false);
    }
    if (packet.id <= last_id && attempt.questions.test(packet.id)) {
        return judge_reply(attempt, packet.data, true);
    }
    return {};
}

LinkV3::Verdict LinkV3::judge_async(Attempt& attempt, std::string_view data) {
    if (data.size() < 2 || octet(data[1]) != attempt.task) {
        return {};
    }
    const auto status = octet(data[0]);
    if (status != status_async_result && status != status_async_error) {
        return {};
    }
    if (!attempt.confirmed) {
        // Of a task of an earlier run with the same number, for all we know: the KKT tells whether
        // it has taken ours first.
        attempt.hurry();
        return {};
    }
    return finish(attempt, data.substr(2), status == status_async_error);
}

LinkV3::Verdict LinkV3::judge_reply(Attempt& attempt, std::string_view data, bool to_question) {
    if (data.empty()) { // that packet of ours came broken
        attempt.came_broken = attempt.came_broken || !to_question;
        attempt.hurry();
        return {};
    }
    const auto status = octet(data[0]);
    if (is_running(status)) {
        attempt.confirmed = true;
        return {};
    }
    if (status == status_result || status == status_error) {
        return finish(attempt, data.substr(1), status == status_error);
    }
    if (status == status_stopped) {
        return judge_stopped(attempt);
    }
    if (to_question) {
        return status == status_not_found ? judge_absent(attempt) : std::nullopt;
    }
    return attempt.confirmed ? std::nullopt : judge_refusal(attempt, status);
}

/// B1, B2, B4 in answer to an Add: it was not taken. (B3 means nothing there.)
LinkV3::Verdict LinkV3::judge_refusal(Attempt& attempt, std::uint8_t status) {
    if (status == status_overflow) {
        attempt.refuse("its buffer of tasks stays full, " + attempt.name + " was not taken",
                       Clock::now() + timing_.overflow_pause);
    } else if (status == status_illegal) {
        return error(LinkError::Kind::not_run, attempt.name + " was refused as a task (B4)");
    } else if (status == status_exists) {
        // An Add is repeated only when the KKT has said that it did not take the one before, so the
        // task with this number is never this one: it is left from an earlier run, and its answer
        // is not the answer to ours. Aborting it could destroy what somebody has yet to ask for.
        if (attempt.reserved) { // its owner has to ask, and to compare
            return error(LinkError::Kind::lost, "a task with the number " +
                                                    base::hex_byte(attempt.task) + " of " +
                                                    attempt.name + " is there already");
        }
        std::string why = "its buffer is full of earlier tasks, " + attempt.name + " was not taken";
        if (++attempt.numbers > max_numbers) {
            return error(LinkError::Kind::not_run, why);
        }
        attempt.task = next_task();
        attempt.refuse(std::move(why), Clock::now());
    }
    return {};
}

/// B3 in answer to a question that went behind the command, over the same connection.
LinkV3::Verdict LinkV3::judge_absent(Attempt& attempt) {
    if (attempt.confirmed) { // had it, and has forgotten it: a restart
        return error(LinkError::Kind::lost,
                     "has forgotten " + attempt.name + ", was it restarted?");
    }
    std::string why = "never got " + attempt.name;
    if (attempt.reserved) {
        return error(LinkError::Kind::lost, why + ", as it says");
    }
    if (attempt.came_broken && attempt.sendings < max_sendings) {
        attempt.refuse(std::move(why), Clock::now());
        return {};
    }
    return error(LinkError::Kind::not_run, why);
}

/// It waited behind a task that failed. As long as it stands in the queue nobody knows whether it
/// stays there, so it is taken out before it is called not run. Errors of ours are cleared before
/// each run(): this one was of an earlier client, and what is not reserved may be sent once more.
LinkV3::Verdict LinkV3::judge_stopped(Attempt& attempt) {
    queue_stopped_ = true;
    const auto cleared = clear(attempt.deadline);
    if (!cleared) {
        return LinkError(LinkError::Kind::lost, cleared.error().text());
    }
    std::string why = attempt.name + " was stopped by an earlier error";
    if (attempt.reserved || attempt.stopped) {
        return error(LinkError::Kind::not_run, why);
    }
    attempt.stopped = true;
    attempt.confirmed = false;
    attempt.refuse(std::move(why), Clock::now());
    return {};
}

LinkV3::Result<std::string> LinkV3::finish(const Attempt& attempt, std::string_view answer,
                                           bool error) {
    std::string kept(answer);
    if (error) {
        queue_stopped_ = true; // C4, not C2, takes it away
    } else if (!attempt.reserved) {
        if (const auto id = send(packet(command_ack, attempt.task), attempt.deadline)) {
            unsettled_ack_ = Ack{*id, attempt.task};
        } else {
            left_.set(attempt.task);
        }
    }
    return kept;
}

} // namespace kktd::driver::atol
