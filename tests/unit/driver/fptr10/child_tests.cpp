// kktd-fptr10 as a process: what it is started with, when it ends, what it may answer.
#include "driver/fptr10/child/wide_text.hpp"
#include "driver/fptr10/remote_library.hpp"
#include "fake_device.hpp"
#include "hostile_heard.hpp"

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>

using namespace kktd;
using namespace kktd::driver;
using namespace kktd::driver::fptr10;
using namespace kktd::driver::fptr10::testing;
using namespace std::chrono_literals;

namespace {

LibraryPlace fake(const std::string& library = FAKE_LIBRARY) {
    return {.library = library, .child = KKTD_FPTR10, .home = {}, .settings = {{"Model", "500"}}};
}

Request last_document() {
    return {.method = Method::fn_query_data,
            .inputs = {{.id = param::fn_data_type,
                        .value = fn_data_type::last_document,
                        .printed = true}},
            .wanted = {{param::document_number, ValueType::integer}}};
}

bool gone(pid_t pid, std::chrono::milliseconds bound = 5s) {
    const base::UniqueFd end(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U)));
    if (!end) {
        return errno == ESRCH;
    }
    pollfd ended{.fd = end.get(), .events = POLLIN, .revents = 0};
    return ::poll(&ended, 1, static_cast<int>(bound.count())) == 1;
}

LibraryPlace hostile_place() {
    return {.library = {}, .child = HOSTILE_CHILD, .home = {}, .settings = {}};
}

/// The failure of the first call of a child that answers as `mode` says.
CallFailure hostile(const std::string& mode, std::chrono::milliseconds first_bound = 10s) {
    const HostileHeard heard(mode);
    CallFailure failure;
    BOOST_TEST(heard.within(first_bound,
                            [&](std::chrono::milliseconds bound) {
                                RemoteLibrary library(hostile_place());
                                const auto began = std::chrono::steady_clock::now();
                                const auto answer = library.call(last_document(), within(bound));
                                BOOST_TEST((std::chrono::steady_clock::now() - began < bound + 3s),
                                           mode);
                                BOOST_TEST(!library.child_pid().has_value(), mode); // killed
                                BOOST_REQUIRE(!answer.has_value());
                                failure = answer.error();
                            }),
               mode << ": never got so far");
    return failure;
}

} // namespace

BOOST_AUTO_TEST_SUITE(fptr10_child_tests)

BOOST_AUTO_TEST_CASE(loads_the_library_and_calls_it) {
    const FakeFolder folder;
    folder.script("");
    RemoteLibrary library(fake());
    BOOST_REQUIRE(library.call({.method = Method::open}, soon()).has_value());
    BOOST_TEST((library.version() == LibraryVersion{10, 10, 8, 0}));
    const auto answer = library.call(last_document(), soon());
    BOOST_REQUIRE(answer.has_value());
    BOOST_TEST(std::get<std::uint32_t>(answer->outputs[0]) == 0U);
    BOOST_TEST(library.generation() == 1U);
    BOOST_TEST(folder.file("trace").find("setting Model=500\nopen\n") != std::string::npos);
}

/// Descriptors without close-on-exec, a lock of ours among them, end at the child's start.
BOOST_AUTO_TEST_CASE(inherits_neither_locks_nor_descriptors) {
    const FakeFolder folder;
    folder.script("");
    const base::UniqueFd lock(::open((folder / "lock").c_str(), O_CREAT | O_RDWR, 0600));
    BOOST_REQUIRE(::flock(lock.get(), LOCK_EX | LOCK_NB) == 0);
    RemoteLibrary library(fake());
    BOOST_REQUIRE(library.start(soon()).has_value());
    const std::string fds = folder.file("fds");
    BOOST_TEST(fds.find("0 /dev/null") != std::string::npos, fds);
    BOOST_TEST(fds.find("1 /dev/null") != std::string::npos, fds);
    BOOST_TEST(fds.find("3 socket:") != std::string::npos, fds);
    BOOST_TEST(fds.find("lock") == std::string::npos, fds);
    BOOST_TEST(std::ranges::count(fds, '\n') <= 6,
               fds); // two more: reading the list and writing it
    BOOST_TEST(fds.find("socket:") == fds.rfind("socket:"), fds);
}

BOOST_AUTO_TEST_CASE(has_an_empty_signal_mask_and_outlives_what_a_service_manager_sends) {
    const FakeFolder folder;
    folder.script("");
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    RemoteLibrary library(fake());
    const bool started = library.start(soon()).has_value();
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    BOOST_REQUIRE(started);
    const std::string status =
        base::testing::contents("/proc/" + std::to_string(*library.child_pid()) + "/status");
    BOOST_TEST(status.find("SigBlk:\t0000000000000000") != std::string::npos);
    ::kill(*library.child_pid(), SIGTERM);
    ::kill(*library.child_pid(), SIGINT);
    BOOST_TEST(library.call({.method = Method::open}, soon()).has_value());
    BOOST_TEST(library.generation() == 1U);
}

BOOST_AUTO_TEST_CASE(ends_when_its_parent_dies) {
    const FakeFolder folder;
    folder.script("hang=open\n"); // so that it is not at its socket
    int ends[2] = {-1, -1};
    BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    const base::UniqueFd from(ends[0]);
    base::UniqueFd to(ends[1]);
    const pid_t parent = ::fork();
    BOOST_REQUIRE(parent >= 0);
    if (parent == 0) {
        RemoteLibrary library(fake());
        const bool started = library.start(soon()).has_value();
        const pid_t child = started ? *library.child_pid() : -1;
        (void)!::write(to.get(), &child, sizeof(child));
        (void)library.call({.method = Method::open}, soon());
        ::_exit(0);
    }
    to.reset();
    pid_t child = -1;
    BOOST_REQUIRE(::read(from.get(), &child, sizeof(child)) == sizeof(child));
    BOOST_REQUIRE(child > 0);
    for (int tries = 0; folder.file("trace").find("open\n") == std::string::npos && tries < 500;
         ++tries) {
        std::this_thread::sleep_for(10ms);
    }
    BOOST_TEST(!gone(child, 0ms));
    ::kill(parent, SIGKILL);
    ::waitpid(parent, nullptr, 0);
    BOOST_TEST(gone(child));
}

BOOST_AUTO_TEST_CASE(is_killed_past_the_deadline_and_started_again_by_the_next_call) {
    const FakeFolder folder;
    folder.script("hang=open\n");
    RemoteLibrary library(fake());
    BOOST_REQUIRE(library.start(soon()).has_value());
    const pid_t child = *library.child_pid();
    const auto began = std::chrono::steady_clock::now();
    const auto answer = library.call({.method = Method::open}, within(300ms));
    BOOST_TEST((std::chrono::steady_clock::now() - began < 3s));
    BOOST_REQUIRE(!answer.has_value());
    BOOST_TEST((answer.error().kind() == CallFailure::Kind::lost));
    BOOST_TEST(answer.error().fault().text().find("не ответила вовремя") != std::string::npos);
    BOOST_TEST(gone(child, 0ms));
    folder.script("");
    BOOST_TEST(library.call({.method = Method::open}, soon()).has_value());
    BOOST_TEST(library.generation() == 2U);
}

BOOST_AUTO_TEST_CASE(a_crash_of_the_library_is_a_lost_call) {
    const FakeFolder folder;
    folder.script("crash=open\n");
    RemoteLibrary library(fake());
    const auto answer = library.call({.method = Method::open}, soon());
    BOOST_REQUIRE(!answer.has_value());
    BOOST_TEST((answer.error().kind() == CallFailure::Kind::lost));
    BOOST_TEST((answer.error().fault().cls() == fiscal::FaultClass::link));
    BOOST_TEST(answer.error().fault().text().find("неожиданно завершился") != std::string::npos);
    folder.script("");
    BOOST_TEST(library.call({.method = Method::open}, soon()).has_value());
}

/// A reset takes with it what the KKT has not got yet; a link that is closed is told goodbye.
BOOST_AUTO_TEST_CASE(a_kill_resets_the_connection_of_the_library) {
    const FakeFolder folder;
    const base::UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const place = reinterpret_cast<sockaddr*>(&address);
    BOOST_REQUIRE(::bind(listener.get(), place, size) == 0);
    BOOST_REQUIRE(::listen(listener.get(), 1) == 0);
    BOOST_REQUIRE(::getsockname(listener.get(), place, &size) == 0);
    folder.script("connect=" + std::to_string(ntohs(address.sin_port)) + "\n");
    RemoteLibrary library(fake());
    const auto ended = [&](bool killed) {
        BOOST_REQUIRE(library.call({.method = Method::open}, soon()).has_value());
        const base::UniqueFd kkt(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (killed) {
            library.stop();
        } else {
            BOOST_REQUIRE(library.call({.method = Method::close}, soon()).has_value());
        }
        pollfd over{.fd = kkt.get(), .events = POLLIN, .revents = 0};
        BOOST_REQUIRE(::poll(&over, 1, 5000) == 1);
        char byte = 0;
        return ::recv(kkt.get(), &byte, 1, 0) == 0 ? 0 : errno;
    };
    BOOST_TEST(ended(false) == 0);
    BOOST_TEST(ended(true) == ECONNRESET);
}

BOOST_AUTO_TEST_CASE(libraries_that_cannot_be_used) {
    const FakeFolder folder;
    folder.script("");
    const auto fault = [&](const std::string& path) {
        RemoteLibrary library(fake(path));
        const auto started = library.start(soon());
        BOOST_REQUIRE(!started.has_value());
        BOOST_TEST((started.error().kind() == CallFailure::Kind::not_sent));
        BOOST_TEST((started.error().fault().cls() == fiscal::FaultClass::link));
        return started.error().fault().text();
    };
    BOOST_TEST(fault(folder / "none.so").find("Установите драйвер АТОЛ 10 или укажите путь") !=
               std::string::npos);
    BOOST_TEST(fault(folder / "").find("libfptr10.so") != std::string::npos); // a folder
    BOOST_TEST(fault(FAKE_CUT_LIBRARY).find("нет функций libfptr_is_opened") != std::string::npos);
    folder.script("version=9.12.0.0\n");
    BOOST_TEST(fault(FAKE_LIBRARY).find("не старее 10.6.0.0") != std::string::npos);
    folder.script("version=\n");
    BOOST_TEST(fault(FAKE_LIBRARY).find("не поддерживается") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_child_is_found_where_it_was_built_and_where_it_was_installed) {
    const base::testing::TempDir folder;
    const std::filesystem::path build = folder / "";
    std::filesystem::create_directories(build / "src/tool");
    const std::string child = (build / "src/kktd-fptr10").string();
    const auto found = [&](const char* program, const char* option = "") {
        return child_executable(option, build / program);
    };
    BOOST_TEST(found("src/kktd") == INSTALLED_CHILD); // none beside it
    BOOST_TEST(found("src/kktd", "/opt/child") == "/opt/child");
    base::testing::write_file(child, "");
    BOOST_TEST(found("src/kktd") == child);
    BOOST_TEST(found("src/tool/kktctl") == child);
    BOOST_TEST(found("src/tool/kktctl", "/opt/child") == "/opt/child");
    BOOST_TEST(child_executable("", {}) == INSTALLED_CHILD);
    BOOST_TEST(this_program().filename() == "fptr10_tests");
}

BOOST_AUTO_TEST_CASE(a_missing_child_is_told) {
    RemoteLibrary library(
        {.library = {}, .child = "/nonexistent/kktd-fptr10", .home = {}, .settings = {}});
    const auto started = library.start(soon());
    BOOST_REQUIRE(!started.has_value());
    BOOST_TEST(started.error().fault().text().find("/nonexistent/kktd-fptr10") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_function_the_library_lacks_is_told_when_it_is_called) {
    const FakeFolder folder;
    folder.script("");
    RemoteLibrary library(fake(FAKE_OLD_LIBRARY));
    BOOST_REQUIRE(library.call({.method = Method::open}, soon()).has_value());
    const auto answer = library.call({.method = Method::continue_print}, soon());
    BOOST_REQUIRE(!answer.has_value());
    BOOST_TEST((answer.error().kind() == CallFailure::Kind::refused));
    BOOST_TEST((answer.error().fault().cls() == fiscal::FaultClass::unsupported));
    BOOST_TEST(answer.error().fault().text().find("libfptr_continue_print") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_hostile_child_ends_in_a_clear_fault) {
    for (const char* mode : {"exit", "huge", "garbage", "cut"}) {
        const CallFailure failure = hostile(mode); // of loading: nothing was sent to the KKT
        BOOST_TEST((failure.kind() == CallFailure::Kind::not_sent), mode);
        BOOST_TEST((failure.fault().cls() == fiscal::FaultClass::link), mode);
    }
    BOOST_TEST(hostile("slow", 300ms).fault().text().find("не ответила вовремя") !=
               std::string::npos);
    BOOST_TEST(hostile("trickle", 300ms).fault().text().find("не ответила вовремя") !=
               std::string::npos);
    for (const char* mode : {"other_types", "fewer", "endless_zeros"}) {
        const CallFailure failure = hostile(mode);
        BOOST_TEST((failure.kind() == CallFailure::Kind::lost), mode);
        BOOST_TEST(failure.fault().text().find("ответил непонятное") != std::string::npos, mode);
    }
}

/// An answer that came without a question is no answer to the next one.
BOOST_AUTO_TEST_CASE(answers_without_end_are_not_taken_for_those_to_later_calls) {
    const HostileHeard heard("endless");
    RemoteLibrary library(hostile_place());
    BOOST_TEST(library.call(last_document(), soon()).has_value());
    BOOST_TEST(heard.enough());
    const auto second = library.call(last_document(), soon());
    BOOST_REQUIRE(!second.has_value());
    BOOST_TEST((second.error().kind() == CallFailure::Kind::lost));
    BOOST_TEST(second.error().fault().text().find("ответил непонятное") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(any_bytes_of_a_child_end_in_a_clear_fault) {
    constexpr int seeds = 20;
    for (int seed = 0; seed < seeds; ++seed) {
        for (const char* mode : {"random", "random_later"}) {
            const CallFailure failure = hostile(mode + (' ' + std::to_string(seed)), 200ms);
            BOOST_TEST((failure.fault().cls() == fiscal::FaultClass::link), mode << seed);
            BOOST_TEST(failure.fault().text().find("Связь с ККТ потеряна") != std::string::npos,
                       mode << seed);
        }
    }
}

BOOST_AUTO_TEST_CASE(long_texts_of_the_library_come_whole) {
    const FakeFolder folder;
    folder.script("error.open=16\n");
    RemoteLibrary library(fake());
    const auto answer = library.call({.method = Method::open}, soon());
    BOOST_REQUIRE(!answer.has_value());
    BOOST_TEST(answer.error().fault().native_text().size() == 2000U); // 1000 letters of two bytes
}

BOOST_AUTO_TEST_CASE(wide_texts) {
    BOOST_TEST((child::widened("aЯ€😀") == L"aЯ€😀"));
    BOOST_TEST(child::narrowed(L"aЯ€😀") == "aЯ€😀");
    BOOST_TEST((child::widened("\xFFz") == L"\xFFFDz"));
    BOOST_TEST((child::widened(std::string_view("a\0b", 3)) == L"a\xFFFD"
                                                               L"b"));
    const wchar_t bad[] = {static_cast<wchar_t>(0xD800), static_cast<wchar_t>(0x7FFF'FFFF), 0};
    BOOST_TEST(child::narrowed(bad) == "\xEF\xBF\xBD\xEF\xBF\xBD");
}

BOOST_AUTO_TEST_SUITE_END()
