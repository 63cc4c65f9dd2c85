#include "worker.hpp"

#include "api/classic.hpp"
#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "base/masked_uri.hpp"
#include "base/sd_notify.hpp"
#include "base/signals.hpp"
#include "base/state_lock.hpp"
#include "driver/registry.hpp"
#include "engine/engine.hpp"
#include "exit_code.hpp"
#include "front/control_server.hpp"
#include "front/engine_desk.hpp"
#include "front/server.hpp"
#include "journal/sqlite_store.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <future>
#include <sys/resource.h>

namespace kktd {

namespace {

using base::LogLevel;

/// How often systemd hears of us while nothing happens.
constexpr std::chrono::milliseconds tick{10'000};
/// Asked for again and again while the document at work is being finished.
constexpr std::chrono::seconds stop_extension{30};

const fiscal::FieldNames* names_of(std::string_view dialect) {
    return dialect == "classic" ? &api::classic_names() : nullptr;
}

bool is_test(const engine::KktConfig& kkt) {
    const auto uri = driver::DeviceUri::parse(kkt.device);
    const auto* entry = uri ? driver::find_driver(uri->driver) : nullptr;
    return entry != nullptr && entry->test;
}

/// What is wrong with a KKT's device, if anything. Its driver is made and thrown away: that touches
/// no device.
std::optional<std::string> device_error(const engine::KktConfig& kkt) {
    const auto uri = driver::DeviceUri::parse(kkt.device);
    if (!uri) {
        return "not a device URI: " + base::masked_uri(kkt.device);
    }
    const auto* entry = driver::find_driver(uri->driver);
    if (entry == nullptr) {
        std::string known;
        for (const auto& driver : driver::drivers()) {
            known += (known.empty() ? "" : ", ") + std::string(driver.name);
        }
        return "no driver \"" + uri->driver + "\"; there is: " + known;
    }
    const base::SystemClock clock;
    if (const auto made = entry->create(
            *uri, {.clock = clock, .utc_offset = kkt.utc_offset, .vat_codes = kkt.vat_codes});
        !made) {
        return made.error().text();
    }
    return std::nullopt;
}

/// What in the journal this configuration cannot be trusted with, if anything.
std::optional<std::string> journal_mismatch(const settings::Settings& settings,
                                            const journal::Store& store) {
    if (std::any_of(settings.kkt.begin(), settings.kkt.end(), is_test)) {
        const auto real = store.has_real_documents();
        if (!real || *real) {
            return settings.state_dir +
                   " holds documents of a real KKT: a test: device must have a "
                   "state_dir of its own";
        }
    }
    const auto owing = store.owing();
    if (!owing) {
        return "journal: " + owing.error().text();
    }
    for (const auto& [kkt, space] : *owing) {
        const auto& known = settings.kkt;
        const auto found = std::find_if(known.begin(), known.end(),
                                        [&, id = kkt](const auto& one) { return one.id == id; });
        const bool same_space =
            found != known.end() && is_test(*found) == (space == journal::Space::test_device);
        if (!same_space) {
            return "the journal owes receipts of kkt \"" + kkt +
                   "\", which is not in the configuration as it was (" +
                   std::string(journal::name(space)) +
                   "): put it back until they are registered, withdrawn or resolved";
        }
    }
    return std::nullopt;
}

/// Each connection, parked ones included, is a file descriptor.
void raise_descriptor_limit(std::size_t needed) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed) {
        return;
    }
    limit.rlim_cur = std::min<rlim_t>(needed, limit.rlim_max);
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < needed) {
        base::log(LogLevel::warning, "only " + std::to_string(limit.rlim_cur) +
                                         " file descriptors allowed, " + std::to_string(needed) +
                                         " wanted: raise LimitNOFILE or lower front.parked_limit");
    }
}

/// One line for `systemctl status`.
std::string status_line(const engine::Snapshot& snapshot) {
    std::string line;
    for (const auto& kkt : snapshot.kkt) {
        line += (line.empty() ? "" : "; ") + kkt.id + ": ";
        if (kkt.fault) {
            line += kkt.fault->text();
        } else if (kkt.state) {
            line += kkt.state->shift == fiscal::ShiftState::open
                        ? "shift " + std::to_string(kkt.state->shift_number) + " open, " +
                              std::to_string(kkt.state->receipt_number) + " receipts"
                        : "shift closed";
        }
        if (kkt.queued > 0) {
            line += ", " + std::to_string(kkt.queued) + " waiting";
        }
    }
    return line;
}

/// Runs `stop` while systemd is told that we are still at it.
void stop_patiently(const base::SdNotify& systemd, const std::function<void()>& stop) {
    auto stopped = std::async(std::launch::async, stop);
    do {
        systemd.extend_timeout(stop_extension);
        systemd.watchdog();
    } while (stopped.wait_for(stop_extension / 3) != std::future_status::ready);
    stopped.get();
}

} // namespace

std::optional<settings::Settings> load_settings(const std::string& config_file) {
    const auto text = base::read_file(config_file, settings::max_file_bytes);
    if (!text) {
        std::fprintf(stderr, "kktd: %s\n", text.error().text().c_str());
        return std::nullopt;
    }
    auto read = settings::read_settings(config_file, *text);
    if (!read) {
        std::fprintf(stderr, "%s", read.error().text().c_str());
        return std::nullopt;
    }
    bool sound = true;
    for (std::size_t i = 0; i < read->kkt.size(); ++i) {
        if (const auto error = device_error(read->kkt[i])) {
            std::fprintf(stderr, "%s: kkt[%zu].device: %s\n", config_file.c_str(), i,
                         error->c_str());
            sound = false;
        }
    }
    if (!sound) {
        return std::nullopt;
    }
    read->engine.version = KKTD_VERSION;
    read->engine.names_of = names_of;
    return std::move(*read);
}

WorkerEnd run_worker(const settings::Settings& settings, const std::string& config_file,
                     int listen_fd) {
    const auto lock = base::StateLock::acquire(settings.state_dir);
    if (!lock) {
        base::log(LogLevel::error, lock.error().text());
        return {lock.error().may_pass() ? exit_try_later : exit_config};
    }
    const auto store = journal::open_sqlite_store(settings.state_dir);
    if (!store) {
        base::log(LogLevel::error, "journal: " + store.error().text());
        return {exit_try_later};
    }
    if (const auto error = journal_mismatch(settings, **store)) {
        base::log(LogLevel::error, *error);
        return {exit_config};
    }
    raise_descriptor_limit(front::descriptors_needed(settings.front));

    const base::SdNotify systemd;
    const base::SystemClock clock;
    base::SignalFd signals;
    engine::Engine engine(settings.kkt, settings.engine, **store, clock);
    front::EngineDesk desk(engine);
    front::Router router(settings.front, desk);
    front::ControlServer control(desk, settings.state_dir + "/control.sock");
    front::Server server(settings.front, router, listen_fd);
    engine.start();
    control.start();
    server.start();
    systemd.ready(status_line(engine.snapshot()));
    base::log(LogLevel::notice, std::string("kktd ") + KKTD_VERSION + " serves " +
                                    std::to_string(settings.kkt.size()) + " KKT, state in " +
                                    settings.state_dir);

    WorkerEnd end;
    const auto interval = systemd.watchdog_interval();
    const auto wait =
        interval ? std::min(tick, std::chrono::duration_cast<std::chrono::milliseconds>(*interval))
                 : tick;
    for (bool running = true; running;) {
        const auto signal = signals.read(wait);
        systemd.watchdog();
        systemd.status(status_line(engine.snapshot()));
        switch (signal.value_or(0)) {
        case SIGTERM:
        case SIGINT:
            running = false;
            break;
        case SIGUSR1:
            base::reopen_log();
            break;
        case SIGHUP:
            end.reload = load_settings(config_file).has_value();
            running = !end.reload;
            base::log(end.reload ? LogLevel::notice : LogLevel::error,
                      end.reload ? "new configuration, starting anew"
                                 : "configuration not taken: see the errors above; going on with "
                                   "the old one");
            break;
        default:
            break;
        }
    }

    base::log(LogLevel::notice,
              "stopping: waiting requests get 202, the document at work is finished");
    if (end.reload) {
        systemd.reloading();
    } else {
        systemd.stopping();
    }
    stop_patiently(systemd, [&] {
        server.stop(); // what was taken in is answered: by its outcome or by 202
        engine.stop();
        control.stop(); // an operator who waits for a KKT has been answered by engine.stop()
    });
    base::log(LogLevel::notice, "stopped cleanly");
    return end;
}

} // namespace kktd
