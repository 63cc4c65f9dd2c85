#include "driver/atol/link_v2.hpp"

#include "driver/atol/bcd.hpp"

#include <algorithm>
#include <thread>

namespace kktd::driver::atol {

namespace {

using Clock = std::chrono::steady_clock;
using Kind = LinkError::Kind;

/// ENQs that nothing answers before the line counts as dead; and those answered with NAK or ENQ.
/// The reference nests 5 tries in 100 without saying which counts what.
constexpr int max_silent = 5;
constexpr int max_turns = 100;
/// Collisions in a row after which the KKT is let go first: it holds the answer to a command that
/// somebody gave up.
constexpr int max_collisions = 3;
constexpr int max_sendings = 10; ///< of a packet, ours or the KKT's
constexpr int max_garbage = 100; ///< bytes before an STX
constexpr std::size_t received_at_once = 256;

/// As long as the protocol says, and never past the deadline.
void pause(std::chrono::milliseconds duration, Deadline deadline) {
    std::this_thread::sleep_until(std::min(deadline, Clock::now() + duration));
}

Deadline within(std::chrono::milliseconds duration, Deadline deadline) {
    return std::min(deadline, Clock::now() + duration);
}

} // namespace

LinkV2::LinkV2(std::shared_ptr<port::Port> port, std::uint16_t password, const TimingV2& timing)
    : port_(std::move(port)), timing_(timing),
      password_(to_bcd(password, 2).value_or(std::string(2, '\0'))) {}

LinkError LinkV2::error(Kind kind, std::string_view text) const {
    return {kind, describe() + ": " + std::string(text)};
}

LinkV2::Result<void> LinkV2::connect(Deadline deadline) {
    if (const auto opened = port_->open(deadline); !opened) {
        return LinkError(Kind::not_run, opened.error().text());
    }
    return {};
}

LinkV2::Result<TaskState> LinkV2::ask(TaskId /*there are none*/, Deadline /*at once*/) {
    return TaskState{};
}

LinkV2::Result<void> LinkV2::clear(Deadline /*at once*/) {
    return {};
}

void LinkV2::close() {
    port_->close();
}

port::Result<std::optional<char>> LinkV2::next(Deadline until) {
    if (input_.empty()) {
        auto bytes = port_->receive(received_at_once, until);
        if (!bytes && bytes.error().kind() == port::PortError::Kind::timeout) {
            return std::optional<char>();
        }
        if (!bytes) {
            port_->close();
            return bytes.error();
        }
        input_ = std::move(*bytes);
    }
    const char byte = input_.front();
    input_.erase(0, 1);
    return std::optional(byte);
}

port::Result<void> LinkV2::put(char control, Deadline deadline) {
    auto sent = port_->send({&control, 1}, deadline);
    if (!sent) {
        port_->close();
    }
    return sent;
}

/// Before the command: what fails here has run nothing.
LinkV2::Result<void> LinkV2::put_before(char control, Deadline deadline) {
    if (const auto sent = put(control, deadline); !sent) {
        return LinkError(Kind::not_run, sent.error().text());
    }
    return {};
}

LinkV2::Result<std::string> LinkV2::run(std::string_view payload, Deadline deadline,
                                        std::optional<TaskId> /*there are none*/) {
    const std::string data = password_ + std::string(payload);
    if (payload.empty() || data.size() > max_v2_command) {
        return error(Kind::not_run, "no such command can be sent");
    }
    if (!port_->is_open()) {
        return error(Kind::not_run, "the line is closed");
    }
    port_->discard();
    input_.clear();
    if (const auto turn = get_turn(deadline); !turn) {
        return turn.error();
    }
    const auto given = give(encode_v2(data), deadline);
    if (!given) {
        return given.error();
    }
    return take_answer(*given == Given::answer_ready, deadline);
}

/// ENQ until ACK.
LinkV2::Result<void> LinkV2::get_turn(Deadline deadline) {
    int silent = 0;
    int collisions = 0;
    for (int turn = 0; turn < max_turns && silent < max_silent && Clock::now() < deadline; ++turn) {
        if (auto sent = put_before(v2::enq, deadline); !sent) {
            return sent;
        }
        const auto byte = next(within(timing_.t1, deadline));
        if (!byte) {
            return LinkError(Kind::not_run, byte.error().text());
        }
        if (*byte == v2::ack) {
            return {};
        }
        silent = *byte ? 0 : silent + 1;
        collisions = *byte == v2::enq ? collisions + 1 : 0;
        if (*byte == v2::nak) {
            pause(timing_.t1, deadline);
        } else if (collisions >= max_collisions) {
            // Whatever it is, it answers no command of ours. Whether it came whole does not matter.
            collisions = 0;
            if (auto sent = put_before(v2::ack, deadline); !sent) {
                return sent;
            }
            static_cast<void>(take_packet(deadline));
        } else if (collisions > 0) {
            pause(timing_.t7, deadline);
        }
    }
    if (port_->is_open()) {
        static_cast<void>(put(v2::eot, within(timing_.t1, deadline)));
    }
    return error(Kind::not_run, "does not let us send");
}

/// Our packet until ACK, and EOT after it.
LinkV2::Result<LinkV2::Given> LinkV2::give(const std::string& packet, Deadline deadline) {
    bool refused = true; // each time so far
    for (int i = 0; i < max_sendings && Clock::now() < deadline; ++i) {
        input_.clear();
        if (const auto sent = port_->send(packet, deadline); !sent) {
            port_->close();
            return LinkError(Kind::lost, sent.error().text());
        }
        const auto byte = next(within(timing_.t3, deadline));
        if (!byte) {
            return LinkError(Kind::lost, byte.error().text());
        }
        if (*byte == v2::ack) {
            if (const auto sent = put(v2::eot, deadline); !sent) {
                return LinkError(Kind::lost, sent.error().text());
            }
            return Given::taken;
        }
        if (*byte == v2::enq && i > 0) {
            return Given::answer_ready; // took an earlier one, whose ACK was lost
        }
        refused = refused && *byte == v2::nak;
    }
    static_cast<void>(put(v2::eot, within(timing_.t3, deadline)));
    return error(refused ? Kind::not_run : Kind::lost, "does not take the command");
}

/// `announced`: the KKT's ENQ has come already.
LinkV2::Result<std::string> LinkV2::take_answer(bool announced, Deadline deadline) {
    while (!announced) {
        const auto byte = next(deadline);
        if (!byte) {
            return LinkError(Kind::lost, byte.error().text());
        }
        announced = *byte == v2::enq;
        if (!announced && Clock::now() >= deadline) {
            return error(Kind::lost, "no answer in time");
        }
    }
    if (const auto sent = put(v2::ack, deadline); !sent) {
        return LinkError(Kind::lost, sent.error().text());
    }
    return take_packet(deadline);
}

/// After our ACK to the KKT's ENQ. Once the answer is in our hands, a line that dies changes
/// nothing.
LinkV2::Result<std::string> LinkV2::take_packet(Deadline deadline) {
    std::optional<std::string> answer;
    bool started = false;
    for (int i = 0; i < max_sendings; ++i) {
        auto whole = started ? port::Result<bool>(true) : find_start(deadline);
        if (whole && *whole) {
            whole = read_packet(deadline);
        }
        if (whole && *whole) {
            answer = reader_.data();
        }
        port::Result<void> sent;
        if (whole) {
            sent = put(*whole ? v2::ack : v2::nak, deadline);
        }
        started = whole && *whole && sent && comes_again(deadline);
        if (answer && !started) {
            return *answer;
        }
        if (!whole || !sent) {
            return LinkError(Kind::lost, whole ? sent.error().text() : whole.error().text());
        }
        if (Clock::now() >= deadline) {
            break;
        }
    }
    if (answer) {
        return *answer;
    }
    return error(Kind::lost, "no whole answer");
}

/// Whether an STX has come.
port::Result<bool> LinkV2::find_start(Deadline deadline) {
    for (int i = 0; i < max_garbage; ++i) {
        const auto byte = next(within(timing_.t2, deadline));
        if (!byte) {
            return byte.error();
        }
        if (!*byte) {
            return false;
        }
        if (*byte == v2::stx) {
            return true;
        }
        if (*byte == v2::enq) {
            if (const auto sent = put(v2::ack, deadline); !sent) {
                return sent.error();
            }
        }
    }
    return false;
}

/// Whether a packet, of which the STX has come, came whole.
port::Result<bool> LinkV2::read_packet(Deadline deadline) {
    reader_.start();
    for (;;) {
        const auto byte = next(within(timing_.t6, deadline));
        if (!byte) {
            return byte.error();
        }
        const auto taken = *byte ? reader_.take(**byte) : FrameV2Reader::Taken::broken;
        if (taken != FrameV2Reader::Taken::more) {
            return taken == FrameV2Reader::Taken::whole;
        }
    }
}

/// After our ACK to the answer: an EOT ends it, as silence does; an STX means that the ACK was
/// lost.
bool LinkV2::comes_again(Deadline deadline) {
    for (int i = 0; i < max_garbage; ++i) {
        const auto byte = next(within(timing_.t4, deadline));
        if (!byte || !*byte || *byte == v2::eot) {
            return false;
        }
        if (*byte == v2::stx) {
            return true;
        }
    }
    return false;
}

} // namespace kktd::driver::atol
