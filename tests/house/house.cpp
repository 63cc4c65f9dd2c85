#include "house.hpp"

#include "api/classic.hpp"
#include "journal/sqlite_store.hpp"
#include "settings/settings.hpp"

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <stdexcept>
#include <thread>

namespace kktd::tests {

namespace {

/// No answer takes longer, unless something is broken.
constexpr std::chrono::seconds patience{20};
constexpr std::chrono::milliseconds look_again{2};

} // namespace

House::House() {
    std::string name = (std::filesystem::temp_directory_path() / "kktd-case.XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
        throw std::runtime_error("no temporary folder");
    }
    folder_ = name;
    set_faults("");
    clock.set(*fiscal::LocalTime::parse("2026-03-02T12:00:00"));
    start();
}

House::~House() {
    stop();
    std::filesystem::remove_all(folder_);
}

std::string House::config_text() const {
    namespace json = boost::json;
    json::object kkt{{"id", "main"},
                     {"device", "test:?storage=" + folder_ + "/kkt.fn&faults=" + folder_ +
                                    "/faults" + device_options_}};
    if (!members_.empty()) {
        const json::value members = json::parse(members_);
        for (const auto& member : members.get_object()) {
            kkt[member.key()] = member.value();
        }
    }
    return json::serialize(json::object{{"state_dir", folder_}, {"kkt", json::array{kkt}}});
}

void House::start() {
    auto settings = settings::read_settings("case", config_text());
    if (!settings) {
        throw std::runtime_error(settings.error().text());
    }
    for (auto& kkt : settings->kkt) {
        kkt.retry_interval = retry_interval_;
    }
    settings->engine.version = "test";
    settings->engine.names_of = [](std::string_view) { return &api::classic_names(); };
    auto store = journal::open_sqlite_store(folder_);
    if (!store) {
        throw std::runtime_error(store.error().text());
    }
    store_ = std::make_unique<BreakableStore>(std::move(*store));
    engine_ = std::make_unique<engine::Engine>(settings->kkt, settings->engine, *store_, clock);
    desk_ = std::make_unique<front::EngineDesk>(*engine_);
    router_ = std::make_unique<front::Router>(settings->front, *desk_);
    // The first look at the KKT, so that what comes next is judged by its state.
    const auto until = std::chrono::steady_clock::now() + patience;
    const auto first_fault = engine_->snapshot().kkt.front().fault;
    engine_->start();
    while (engine_->snapshot().kkt.front().fault == first_fault &&
           std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(look_again);
    }
}

void House::stop() {
    router_.reset();
    desk_.reset();
    engine_.reset();
    store_.reset();
}

void House::configure(const std::string& members) {
    members_ = members;
    restart();
}

void House::restart(const std::function<void()>& meanwhile) {
    stop();
    if (meanwhile) {
        meanwhile();
    }
    start();
}

void House::set_faults(const std::string& faults) const {
    std::string lines = faults;
    for (auto& c : lines) {
        c = c == ' ' ? '\n' : c;
    }
    const std::string path = folder_ + "/faults";
    std::ofstream(path + ".new") << lines << '\n';
    std::filesystem::rename(path + ".new", path);
}

std::size_t House::lines_with(const std::string& text) const {
    std::ifstream storage(folder_ + "/kkt.fn");
    std::size_t count = 0;
    for (std::string line; std::getline(storage, line);) {
        count += line.find(text) == std::string::npos ? 0U : 1U;
    }
    return count;
}

std::size_t House::documents() const {
    return lines_with("");
}

std::size_t House::receipts() const {
    return lines_with(R"("kind":"receipt")");
}

api::Answer House::ask(const front::Request& request, bool leave) {
    auto promise = std::make_shared<std::promise<fiscal::Reply>>();
    auto reply = promise->get_future();
    auto handled = router_->handle(
        request, [promise](fiscal::Reply settled) { promise->set_value(std::move(settled)); },
        front::ParkingLot::Room::free);
    if (const auto* answer = std::get_if<api::Answer>(&handled)) {
        return *answer;
    }
    const auto& waiting = std::get<front::Waiting>(handled);
    const auto until = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < until) {
        if (leave) {
            if (const auto left = engine_->leave(waiting.id)) {
                return waiting.render(*left, request.request_id);
            }
        }
        if (reply.wait_for(look_again) == std::future_status::ready) {
            return waiting.render(reply.get(), request.request_id);
        }
    }
    throw std::runtime_error("no answer to " + request.method + " " + request.path);
}

} // namespace kktd::tests
