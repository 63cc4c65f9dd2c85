#include "sim/simulator.hpp"

#include "base/file.hpp"
#include "base/hex.hpp"
#include "sim/atol/session_v2.hpp"
#include "sim/atol/session_v3.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <system_error>
#include <utility>

namespace kktd::sim {

namespace {

constexpr std::size_t max_faults_bytes = 64 << 10;

} // namespace

Simulator::Simulator(SimulatorConfig config, Till till)
    : config_(std::move(config)), till_(std::move(till)), device_(till_, config_.device) {
    if (config_.trace) {
        device_.set_trace([](std::string_view command, std::string_view answer) {
            std::fprintf(stderr, "%s -> %s\n", base::hex_dump(command).c_str(),
                         base::hex_dump(answer).c_str());
        });
    }
}

fiscal::Result<std::unique_ptr<Simulator>, SimulatorError>
Simulator::open(SimulatorConfig config, const base::Clock& clock) {
    auto till = Till::open(config.till, clock);
    if (!till) {
        return SimulatorError(till.error().text());
    }
    std::unique_ptr<Simulator> simulator(new Simulator(std::move(config), std::move(*till)));
    try {
        simulator->server_ = std::make_unique<Server>(simulator->config_.server);
    } catch (const std::system_error& error) {
        return SimulatorError(std::string("не удалось начать слушать: ") + error.what());
    }
    const SimulatorConfig& kept = simulator->config_;
    if (kept.protocol == Protocol::atol3) {
        simulator->session_ = std::make_unique<atol::SessionV3>(
            simulator->device_, *simulator->server_, kept.sync_answers);
    } else {
        simulator->session_ =
            std::make_unique<atol::SessionV2>(simulator->device_, *simulator->server_);
    }
    if (const auto read = simulator->read_faults(); !read) {
        return SimulatorError(kept.faults + ": " + read.error().text());
    }
    return simulator;
}

fiscal::Result<void, SimulatorError> Simulator::run(int stop_fd) {
    server_->run({.session = *session_,
                  .before =
                      [&] {
                          const auto read = read_faults();
                          if (!read) {
                              trouble_ = config_.faults + ": " + read.error().text();
                          }
                          return read.has_value();
                      },
                  .control = [&](std::string_view line) { return control(line); }},
                 stop_fd);
    return trouble_.empty() ? fiscal::Result<void, SimulatorError>() : SimulatorError(trouble_);
}

fiscal::Result<void, FaultError> Simulator::read_faults() {
    if (config_.faults.empty()) {
        return {};
    }
    const auto now = base::FileVersion::of(config_.faults);
    if (now == seen_) {
        return {};
    }
    seen_ = now;
    clear_faults();
    if (now == base::FileVersion()) {
        return {}; // no file, no faults
    }
    const auto text = base::read_file(config_.faults, max_faults_bytes);
    if (!text) {
        return FaultError(text.error().text());
    }
    const auto lines = parse_faults(*text);
    if (!lines) {
        return lines.error();
    }
    for (const FaultLine& line : *lines) {
        if (const auto taken = take(line); !taken) {
            return taken;
        }
    }
    return {};
}

/// Rules are forgotten, and whatever was switched is as it was at the start.
void Simulator::clear_faults() {
    device_.script().clear();
    till_.kkt().set_switches({});
    till_.set_paper(std::nullopt);
    server_->admit();
}

fiscal::Result<void, FaultError> Simulator::take(const FaultLine& line) {
    if (const auto* rule = std::get_if<Rule>(&line)) {
        if (!device_.script().add(*rule)) {
            return FaultError("слишком много правил");
        }
        return {};
    }
    const auto& action = std::get<Action>(line);
    if (action.kind == Action::Kind::drop) {
        server_->drop();
    } else if (action.kind == Action::Kind::refuse) {
        server_->refuse(action.time);
    } else if (action.kind == Action::Kind::power_cycle) {
        session_->power_cycle();
    } else {
        device_.apply(action);
    }
    return {};
}

std::string Simulator::control(std::string_view line) {
    if (line == "clear") {
        clear_faults();
        return "ok";
    }
    if (line == "state") {
        return state_json();
    }
    if (line == "stats") {
        return stats_json();
    }
    if (line == "rules") {
        return std::to_string(device_.script().rules().size());
    }
    const auto parsed = parse_fault(line);
    if (!parsed) {
        return "error " + parsed.error().text();
    }
    const auto taken = take(*parsed);
    return taken ? "ok" : "error " + taken.error().text();
}

std::string Simulator::state_json() {
    const fiscal::DeviceState state = till_.state();
    const fiscal::Document* receipt = till_.kkt().open_document();
    const boost::json::object json{
        {"test", true},
        {"fn", state.identity.fn},
        {"last_fd", state.last_fd},
        {"shift", name(state.shift)},
        {"shift_number", state.shift_number},
        {"receipt_open", state.receipt_open},
        {"receipt_total", receipt != nullptr ? receipt->total.kopecks() : 0},
        {"cash", till_.cash().kopecks()},
        {"clock", state.now.iso()},
        {"unsent", state.ofd.unsent},
        {"not_printed", till_.unprinted()},
        {"rules", device_.script().rules().size()}};
    return boost::json::serialize(json);
}

std::string Simulator::stats_json() {
    boost::json::object commands;
    std::uint64_t total = 0;
    const auto& counts = device_.counts();
    for (std::size_t byte = 0; byte < counts.size(); ++byte) {
        if (counts.at(byte) > 0) {
            commands[base::hex_byte(static_cast<std::uint8_t>(byte))] = counts.at(byte);
            total += counts.at(byte);
        }
    }
    return boost::json::serialize(
        boost::json::object{{"total", total}, {"commands", std::move(commands)}});
}

} // namespace kktd::sim
