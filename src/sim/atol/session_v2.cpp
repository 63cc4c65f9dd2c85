#include "sim/atol/session_v2.hpp"

#include <utility>

namespace kktd::sim::atol {

namespace {

using std::chrono::milliseconds;

using driver::atol::FrameV2Reader;
using namespace driver::atol::v2;

// Timeouts by their names in the protocol.
constexpr milliseconds t1{500};  // ENQ → ACK
constexpr milliseconds t2{2000}; // ACK → STX
constexpr milliseconds t3{500};  // frame → ACK
constexpr milliseconds t4{500};  // ACK → EOT
constexpr milliseconds t6{500};  // between bytes
constexpr int max_enquiries = 5;
constexpr int max_frames = 10;

constexpr std::string_view stray{"\x00\x55\xAA\x13\x7F", 5};

} // namespace

void SessionV2::enter(State state, std::optional<TimePoint> deadline, bool fresh) {
    state_ = state;
    deadline_ = deadline;
    tries_ = fresh ? 0 : tries_ + 1;
}

void SessionV2::connected() {
    enter(State::idle, std::nullopt);
}

void SessionV2::power_cycle() {
    device_.power_cycle();
    enter(State::idle, std::nullopt);
    wire_.drop();
}

void SessionV2::receive(std::string_view bytes, TimePoint now) {
    for (const char byte : bytes) {
        take(byte, now);
    }
}

void SessionV2::take(char byte, TimePoint now) {
    switch (state_) {
    case State::idle:
        if (byte == enq) {
            control(ack);
            enter(State::stx, now + t2);
        }
        return;
    case State::stx:
        if (byte == stx) {
            reader_.start();
            enter(State::frame, now + t6, false);
        } else if (byte == enq) {
            control(ack); // ours was lost
        }
        return;
    case State::frame:
        take_frame_byte(byte, now);
        return;
    case State::eot:
        if (byte == eot) {
            begin_work(now);
        } else if (byte == enq || byte == etx) {
            control(ack); // the host did not hear that the frame was taken
        }
        return;
    case State::working:
        if (byte == enq) {
            control(nak);
        }
        return;
    case State::enquiry:
        if (byte == ack) {
            send_answer(now);
        }
        return;
    case State::answered:
        if (byte == ack) {
            control(eot);
            enter(State::idle, std::nullopt);
        } else if (byte == nak) {
            send_answer(now);
        } else if (byte == enq) { // its ACK and our EOT were lost: the host is at its next command
            control(ack);
            enter(State::stx, now + t2);
        }
        return;
    }
}

void SessionV2::take_frame_byte(char byte, TimePoint now) {
    switch (reader_.take(byte)) {
    case FrameV2Reader::Taken::more:
        deadline_ = now + t6;
        return;
    case FrameV2Reader::Taken::broken:
        control(nak);
        tries_ < max_frames ? enter(State::stx, now + t2, false) : enter(State::idle, std::nullopt);
        return;
    case FrameV2Reader::Taken::whole:
        break;
    }
    payload_ = reader_.data();
    before_ = device_.before(open_payload(payload_).command);
    using Wire = Disturbance::Wire;
    if (before_.power_cycle) {
        power_cycle();
        return;
    }
    if (before_.wire == Wire::drop) {
        enter(State::idle, std::nullopt);
        before_.refuse.count() > 0 ? wire_.refuse(before_.refuse) : wire_.drop();
        return;
    }
    if (before_.wire != Wire::none) { // there is no packet that could come spoilt: it never came
        enter(State::idle, std::nullopt);
        return;
    }
    control(ack);
    enter(State::eot, now + t4);
}

void SessionV2::begin_work(TimePoint now) {
    const Opened opened = open_payload(payload_);
    answer_ = opened.refusal ? opened.refusal : before_.answer;
    after_ = Disturbance();
    after_.stray_bytes = before_.stray_bytes;
    enter(State::working, now + before_.slow);
    if (before_.slow.count() == 0) {
        tick(now);
    }
}

void SessionV2::execute(TimePoint now) {
    const std::string_view command = open_payload(payload_).command;
    answer_ = device_.execute(command);
    Disturbance after = device_.after(command);
    if (after.power_cycle) {
        power_cycle();
        return;
    }
    if (after.answer) {
        answer_ = std::move(after.answer);
    }
    after.stray_bytes = after.stray_bytes || after_.stray_bytes;
    after_ = std::move(after);
    if (after_.slow.count() > 0) {
        enter(State::working, now + after_.slow);
        return;
    }
    offer(now);
}

void SessionV2::offer(TimePoint now) {
    using Wire = Disturbance::Wire;
    if (after_.wire == Wire::drop) {
        enter(State::idle, std::nullopt);
        after_.refuse.count() > 0 ? wire_.refuse(after_.refuse) : wire_.drop();
        return;
    }
    if (after_.wire == Wire::lose) {
        enter(State::idle, std::nullopt);
        return;
    }
    control(enq);
    enter(State::enquiry, now + t1);
}

void SessionV2::send_answer(TimePoint now) {
    using Wire = Disturbance::Wire;
    if (state_ == State::answered && tries_ >= max_frames) {
        control(eot);
        enter(State::idle, std::nullopt);
        return;
    }
    std::string frame = driver::atol::encode_v2(answer_->bytes);
    const Wire wire = std::exchange(after_.wire, Wire::none); // the repeat is whole
    if (wire == Wire::half_frame) {
        frame.resize(frame.size() / 2);
    } else if (wire == Wire::wrong_crc || wire == Wire::wrong_id) { // frames have no numbers
        frame.back() = static_cast<char>(frame.back() ^ '\x40');
    }
    if (std::exchange(after_.stray_bytes, false)) {
        frame.insert(0, stray);
    }
    wire_.send(frame);
    enter(State::answered, now + t3, state_ != State::answered);
}

void SessionV2::tick(TimePoint now) {
    if (!deadline_ || now < *deadline_) {
        return;
    }
    switch (state_) {
    case State::idle:
    case State::stx:
        enter(State::idle, std::nullopt);
        return;
    case State::frame:
        control(nak);
        enter(State::stx, now + t2, false);
        return;
    case State::eot: // it is taken all the same
        begin_work(now);
        return;
    case State::working:
        answer_ ? offer(now) : execute(now);
        return;
    case State::enquiry:
        if (tries_ + 1 >= max_enquiries) {
            control(eot); // nobody wants to know
            enter(State::idle, std::nullopt);
            return;
        }
        control(enq);
        enter(State::enquiry, now + t1, false);
        return;
    case State::answered:
        send_answer(now);
        return;
    }
}

} // namespace kktd::sim::atol
