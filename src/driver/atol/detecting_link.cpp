#include "driver/atol/detecting_link.hpp"

#include "driver/atol/frame_v3.hpp"
#include "driver/atol/status.hpp"

#include <algorithm>

namespace kktd::driver::atol {

namespace {

using Clock = std::chrono::steady_clock;
using Kind = LinkError::Kind;

// The question by v3: C3 for task DFh, whole FE 02 00 5A C3 DF 6E. None of its bytes but the 02 of
// the length is a control byte of v2: no ENQ (05) that a KKT of v2 would answer, no EOT (04) that
// would set off a command of somebody who died before he sent it, no ETX (03) that could end a
// packet begun with the 02. What such a KKT makes of other bytes is not in any source; kktsim
// ignores them, and one that waits for a packet drops what does not go on within T6. The number of
// the packet is far from those with which LinkV3 begins: an answer that comes late is nobody's.
constexpr std::uint8_t question_id = 0x5A;
constexpr std::string_view question_data = "\xC3\xDF";
constexpr std::size_t received_at_once = 4096;

/// Statuses of v3: A1 to A8 and B1 to B4. Our own question, on a line that echoes, is none.
bool is_status(char c) {
    const auto status = static_cast<std::uint8_t>(c);
    return (status >= 0xA1 && status <= 0xA8) || (status >= 0xB1 && status <= 0xB4);
}

/// Without data: the question came broken, as a KKT of v3 alone can say.
bool is_answer_v3(const FrameV3& packet) {
    return packet.id == question_id && (packet.data.empty() || is_status(packet.data.front()));
}

/// To 3Fh: what it asks for, or an error. Whether it makes sense, the driver judges.
bool is_answer_v2(std::string_view answer) {
    return answer.starts_with('\x44') || answer.starts_with('\x55');
}

constexpr std::string_view what_to_check =
    "ККТ не ответила ни по протоколу 3, ни по протоколу 2. Если она включена и загрузилась, "
    "проверьте, к этому ли порту она подключена, та ли скорость (baud) стоит в адресе и выбран ли "
    "этот порт каналом обмена в настройках самой ККТ.";

} // namespace

DetectingLink::DetectingLink(std::unique_ptr<port::Port> port, std::uint16_t password,
                             const DetectionTiming& timing)
    : port_(std::move(port)), timing_(timing), v3_(port_, password, timing.v3),
      v2_(port_, password, timing.v2) {}

LinkError DetectingLink::unknown() const {
    return {Kind::not_run, describe() + ": no connection, its protocol is not known yet"};
}

DetectingLink::Result<void> DetectingLink::connect(Deadline deadline) {
    if (found_ == nullptr) {
        if (auto found = find(deadline); !found) {
            port_->close();
            return found;
        }
    }
    return found_->connect(deadline);
}

DetectingLink::Result<void> DetectingLink::find(Deadline deadline) {
    if (const auto opened = port_->open(deadline); !opened) {
        return LinkError(Kind::not_run, opened.error().text());
    }
    const auto now = Clock::now();
    const auto v3 = answers_v3(std::min(now + timing_.v3_patience, now + (deadline - now) / 2));
    if (!v3) {
        return LinkError(Kind::not_run, v3.error().text());
    }
    if (*v3) {
        found_ = &v3_;
        return {};
    }
    auto v2 = answers_v2(std::min(deadline, Clock::now() + timing_.v2_patience));
    if (v2) {
        found_ = &v2_;
    }
    return v2;
}

port::Result<bool> DetectingLink::answers_v3(Deadline until) {
    const std::string question = encode({question_id, std::string(question_data)});
    FrameV3Reader reader;
    auto next_question = Clock::now();
    for (auto now = next_question; now < until; now = Clock::now()) {
        if (now >= next_question) {
            if (const auto sent = port_->send(question, until); !sent) {
                return sent.error();
            }
            next_question += timing_.question;
        }
        const auto bytes = port_->receive(received_at_once, std::min(until, next_question));
        if (!bytes && bytes.error().kind() == port::PortError::Kind::timeout) {
            continue;
        }
        if (!bytes) {
            return bytes.error();
        }
        reader.add(*bytes);
        while (const auto packet = reader.next()) {
            if (is_answer_v3(*packet)) {
                return true;
            }
        }
    }
    return false;
}

/// Nothing that it sends can have changed anything, so whatever fails is not_run.
DetectingLink::Result<void> DetectingLink::answers_v2(Deadline until) {
    if (const auto connected = v2_.connect(until); !connected) {
        return connected;
    }
    const auto answer = v2_.run(status_command(), until);
    if (answer && is_answer_v2(*answer)) {
        return {};
    }
    const std::string text =
        answer ? describe() + ": answers 3F with something else" : answer.error().text();
    if (!port_->is_open()) {
        return LinkError(Kind::not_run, text); // the cable: nobody has been asked
    }
    LinkError error(Kind::not_run, text + " by protocol 2, and no answer by protocol 3");
    error.advise(what_to_check);
    return error;
}

DetectingLink::Result<TaskState> DetectingLink::ask(TaskId task, Deadline deadline) {
    return found_ == nullptr ? unknown() : found_->ask(task, deadline);
}

DetectingLink::Result<void> DetectingLink::clear(Deadline deadline) {
    return found_ == nullptr ? unknown() : found_->clear(deadline);
}

std::optional<TaskId> DetectingLink::reserve() {
    return found_ == nullptr ? std::nullopt : found_->reserve();
}

DetectingLink::Result<std::string> DetectingLink::run(std::string_view payload, Deadline deadline,
                                                      std::optional<TaskId> task) {
    return found_ == nullptr ? unknown() : found_->run(payload, deadline, task);
}

} // namespace kktd::driver::atol
