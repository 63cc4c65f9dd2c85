#include "driver/test/storage.hpp"

#include "../base/temp_dir.hpp"
#include "../fiscal/sample_documents.hpp"
#include "fiscal/virtual_kkt.hpp"

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace kktd;
using namespace kktd::driver;
using namespace kktd::base::testing;
using driver::test::Storage;
using driver::test::StorageConfig;
using driver::test::StorageError;
using fiscal::FinishedDocument;

namespace {

const fiscal::LocalTime morning = fiscal::LocalTime::at({2026, 3, 10}, 9);
constexpr const char* our_fn = "9999078900012345";

StorageConfig config(const std::string& path, std::uint32_t interval = 10'000,
                     const char* fn = our_fn) {
    return {.path = path, .fn = fn, .sync = false, .checkpoint_interval = interval};
}

Storage opened(StorageConfig of) {
    auto storage = Storage::open(std::move(of));
    BOOST_REQUIRE_MESSAGE(storage.has_value(), storage.error().text());
    return std::move(*storage);
}

/// Makes documents and keeps them, as the driver does.
class Maker {
public:
    explicit Maker(Storage& storage) : storage_(storage), kkt_({}, storage.memory()) {}
    FinishedDocument make() {
        auto made = !kkt_.memory().shift_open
                        ? kkt_.open_shift("Иванова", morning)
                        : kkt_.register_document(fiscal::sample::receipt(), morning);
        BOOST_REQUIRE(made.has_value());
        BOOST_REQUIRE(storage_.append(*made).has_value());
        return *made;
    }
    void make(int count) {
        for (int i = 0; i < count; ++i) {
            make();
        }
    }

private:
    Storage& storage_;
    fiscal::VirtualKkt kkt_;
};

/// A file with `count` documents; returns its contents.
std::string filled(const std::string& path, int count, std::uint32_t interval = 10'000) {
    Storage storage = opened(config(path, interval));
    Maker(storage).make(count);
    return contents(path);
}

fiscal::KktMemory memory_of(const std::string& path, std::uint64_t* read = nullptr) {
    const Storage storage = opened(config(path));
    if (read != nullptr) {
        *read = storage.bytes_read();
    }
    return storage.memory();
}

/// Files cannot grow beyond `bytes` while it lives.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        rlimit limited = before_;
        limited.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limited);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        static_cast<void>(std::signal(SIGXFSZ, handler_));
    }

private:
    void (*handler_)(int);
    rlimit before_{};
};

} // namespace

BOOST_AUTO_TEST_SUITE(storage_tests)

BOOST_AUTO_TEST_CASE(a_line_is_exactly_this) {
    const FinishedDocument document{.fd = 42,
                                    .kind = fiscal::TaskKind::receipt,
                                    .fn = our_fn,
                                    .shift = 7,
                                    .number = 3,
                                    .time = fiscal::LocalTime::at({2017, 10, 6}, 12, 30),
                                    .total = fiscal::Money(195000),
                                    .stamp = "ABCDEFGHIJKLMNOP",
                                    .fpd = "1234567890",
                                    .tlv = std::string("\x03\x00\xFF", 3)};
    const std::string line =
        R"({"fd":42,"kind":"receipt","fn":"9999078900012345","shift":7,"number":3,)"
        R"("time":"2017-10-06T12:30:00","total":195000,"stamp":"ABCDEFGHIJKLMNOP",)"
        R"("fpd":"1234567890","tlv":"0300ff"})";
    BOOST_TEST(test::storage_line(document) == line);
    BOOST_REQUIRE(test::parse_storage_line(line).has_value());
    BOOST_TEST((*test::parse_storage_line(line) == document));
    for (std::size_t size = 0; size < line.size(); ++size) {
        BOOST_TEST(!test::parse_storage_line(line.substr(0, size)).has_value());
    }
    BOOST_TEST(!test::parse_storage_line(line + " ").has_value());
    for (const auto& [from, to] :
         std::initializer_list<std::pair<const char*, const char*>>{{"42", "-1"},
                                                                    {"42", "4294967296"},
                                                                    {"receipt", "recept"},
                                                                    {"ff", "fg"},
                                                                    {"ff", "f"},
                                                                    {"2017-10-06", "2017-13-06"},
                                                                    {"195000", "1950.0"},
                                                                    {"195000", "-1"}}) {
        std::string bad = line;
        bad.replace(bad.find(from), std::string_view(from).size(), to);
        BOOST_TEST(!test::parse_storage_line(bad).has_value(), bad);
    }
}

BOOST_AUTO_TEST_CASE(a_line_tells_what_the_operator_has_not_got) {
    const std::string sent =
        R"({"fd":42,"kind":"receipt","fn":"9999078900012345","shift":7,"number":3,)"
        R"("time":"2017-10-06T12:30:00","total":195000,"stamp":"","fpd":"1","tlv":""})";
    auto document = test::parse_storage_line(sent); // as in files from before the queue was kept
    BOOST_REQUIRE(document.has_value());
    BOOST_TEST(document->first_unsent == 0U);
    document->first_unsent = 40;
    const std::string line = test::storage_line(*document);
    BOOST_TEST(line.find(R"("fpd":"1","first_unsent":40,"tlv":"")") != std::string::npos);
    BOOST_REQUIRE(test::parse_storage_line(line).has_value());
    BOOST_TEST((*test::parse_storage_line(line) == *document));
    for (std::size_t size = 0; size < line.size(); ++size) {
        BOOST_TEST(!test::parse_storage_line(line.substr(0, size)).has_value());
    }
    std::string bad = line;
    bad.replace(bad.find("40"), 2, "-1");
    BOOST_TEST(!test::parse_storage_line(bad).has_value());
}

BOOST_AUTO_TEST_CASE(the_queue_to_the_operator_survives) {
    const TempDir folder;
    const std::string path = folder / "kkt.jsonl";
    filled(path, 3);
    fiscal::KktMemory memory;
    {
        Storage storage = opened(config(path));
        fiscal::VirtualKkt kkt({}, storage.memory());
        fiscal::KktSwitches switches;
        switches.ofd_stuck = true;
        kkt.set_switches(switches);
        for (int i = 0; i < 4; ++i) {
            const fiscal::LocalTime now{morning.seconds + i};
            BOOST_REQUIRE(
                storage.append(*kkt.register_document(fiscal::sample::receipt(), now)).has_value());
        }
        memory = kkt.memory();
        BOOST_TEST((storage.memory() == memory));
    }
    BOOST_TEST((memory.ofd == fiscal::OfdQueue{4, 4, morning}));
    BOOST_TEST((memory_of(path) == memory));
    std::filesystem::remove(path + ".checkpoint");
    BOOST_TEST((memory_of(path) == memory));
}

BOOST_AUTO_TEST_CASE(keeps_what_it_was_given) {
    const TempDir folder;
    const std::string path = folder / "kkt.jsonl";
    fiscal::KktMemory memory;
    std::vector<FinishedDocument> made;
    {
        Storage storage = opened(config(path));
        BOOST_TEST(storage.memory().last_fd == 0U);
        Maker maker(storage);
        for (int i = 0; i < 5; ++i) {
            made.push_back(maker.make());
        }
        memory = storage.memory();
    }
    struct stat status {};
    BOOST_TEST(::stat(path.c_str(), &status) == 0);
    BOOST_TEST((status.st_mode & 0777) == 0600U);
    const Storage storage = opened(config(path));
    BOOST_TEST((storage.memory() == memory));
    BOOST_TEST(storage.memory().receipts == 4U);
    BOOST_TEST((*storage.after(0) == made));
    BOOST_TEST((*storage.after(3) == std::vector(made.begin() + 3, made.end())));
    BOOST_TEST(storage.after(5)->empty());
    BOOST_TEST(storage.after(100)->empty());
}

BOOST_AUTO_TEST_CASE(has_one_owner) {
    const TempDir folder;
    const std::string path = folder / "kkt.jsonl";
    {
        const Storage storage = opened(config(path));
        const auto second = Storage::open(config(path));
        BOOST_REQUIRE(!second.has_value());
        BOOST_TEST((second.error().kind() == StorageError::Kind::locked));
    }
    BOOST_TEST(Storage::open(config(path)).has_value());
    BOOST_TEST((Storage::open(config(folder / "no/such/folder")).error().kind() ==
                StorageError::Kind::io));
    BOOST_TEST(!Storage::open(config(folder / "")).has_value());
}

BOOST_AUTO_TEST_CASE(a_torn_last_line_never_happened) {
    const TempDir folder;
    const std::string path = folder / "kkt.jsonl";
    const std::string two = filled(path, 2);
    const fiscal::KktMemory memory = memory_of(path);
    const std::string three = filled(path, 1);
    BOOST_REQUIRE(three.starts_with(two));
    for (std::size_t size = two.size(); size < three.size(); ++size) {
        write_file(path, three.substr(0, size));
        BOOST_TEST((memory_of(path) == memory), "torn at " << size);
        BOOST_TEST(contents(path).size() == two.size());
    }
    write_file(path, three);
    BOOST_TEST(memory_of(path).last_fd == 3U);
    // Also without any checkpoint, and when nothing but the torn line is there.
    std::filesystem::remove(path + ".checkpoint");
    write_file(path, three.substr(0, two.size() + 10));
    BOOST_TEST((memory_of(path) == memory));
    write_file(path, two.substr(0, 10));
    BOOST_TEST(memory_of(path).last_fd == 0U);
    BOOST_TEST(contents(path).empty());
}

BOOST_AUTO_TEST_CASE(a_line_that_is_no_document_is_told_and_nothing_is_cut) {
    const TempDir folder;
    const std::string path = folder / "kkt.jsonl";
    std::string text = filled(path, 3);
    text[text.find('\n') + 3] = '!';
    write_file(path, text);
    std::filesystem::remove(path + ".checkpoint");
    const auto storage = Storage::open(config(path));
    BOOST_REQUIRE(!storage.has_value());
    BOOST_TEST((storage.error().kind() == StorageError::Kind::damaged));
    BOOST_TEST(storage.error().text().find("с байта " + std::to_string(text.find('\n') + 1)) !=
               std::string::npos);
    BOOST_TEST(contents(path) == text);
    write_file(path, std::string(1 << 20, 'x'));
    BOOST_TEST((Storage::open(config(path)).error().kind() == StorageError::Kind::damaged));
}

BOOST_AUTO_TEST_CASE(a_checkpoint_spares_reading) {
    const TempDir folder;
    const std::string path = folder / "kkt.jsonl";
    const std::string text = filled(path, 100);
    std::uint64_t read = 0;
    const fiscal::KktMemory memory = memory_of(path, &read);
    BOOST_TEST(read == 0U); // closing wrote one
    std::filesystem::remove(path + ".checkpoint");
    BOOST_TEST((memory_of(path, &read) == memory));
    BOOST_TEST(read == text.size());
    memory_of(path, &read); // and reading in full wrote one again
    BOOST_TEST(read == 0U);
}

BOOST_AUTO_TEST_CASE(a_killed_process_leaves_an_older_checkpoint) {
    const TempDir folder;
    const std::string path = folder / "kkt.jsonl";
    std::string old;
    {
        Storage storage = opened(config(path, 10));
        Maker maker(storage);
        maker.make(25);
        old = contents(path + ".checkpoint"); // of document 20
        BOOST_TEST(!old.empty());
    }
    const fiscal::KktMemory memory = memory_of(path);
    write_file(path + ".checkpoint", old);
    std::uint64_t read = 0;
    BOOST_TEST((memory_of(path, &read) == memory));
    BOOST_TEST(read > 0U);
    BOOST_TEST(read < contents(path).size() / 4);
}

BOOST_AUTO_TEST_CASE(a_checkpoint_ahead_of_the_file_or_of_another_file_is_ignored) {
    const TempDir folder;
    const std::string path = folder / "kkt.jsonl";
    const std::string ten = filled(path, 10);
    const fiscal::KktMemory memory = memory_of(path);
    filled(path, 10);
    write_file(path, ten); // what a power cut does without sync
    BOOST_TEST((memory_of(path) == memory));

    // The same length, other documents.
    const std::string other_path = folder / "other.jsonl";
    filled(other_path, 10);
    std::string other = contents(other_path);
    const std::size_t last = other.rfind("\"fpd\":\"") + 7;
    other[last] = other[last] == '1' ? '2' : '1';
    write_file(path, other);
    std::uint64_t read = 0;
    BOOST_TEST(memory_of(path, &read).last_fd == 10U);
    BOOST_TEST(read == other.size());
}

BOOST_AUTO_TEST_CASE(a_damaged_checkpoint_is_ignored) {
    const TempDir folder;
    const std::string path = folder / "kkt.jsonl";
    const std::string text = filled(path, 10);
    const fiscal::KktMemory memory = memory_of(path);
    const std::string good = contents(path + ".checkpoint");
    const auto check = [&](const std::string& checkpoint) {
        write_file(path + ".checkpoint", checkpoint);
        std::uint64_t read = 0;
        BOOST_TEST((memory_of(path, &read) == memory));
        BOOST_TEST(read == text.size());
    };
    for (std::size_t size = 0; size < good.size(); size += 7) {
        check(good.substr(0, size));
    }
    for (std::size_t at = 0; at < good.size(); at += 11) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 1);
        check(bad);
    }
    check(good + "sum=1\n");
    check(std::string(200'000, 'x'));
    std::filesystem::remove(path + ".checkpoint");
    std::filesystem::create_directory(path + ".checkpoint");
    BOOST_TEST((memory_of(path) == memory));
}

BOOST_AUTO_TEST_CASE(documents_of_another_fiscal_storage_are_passed_over) {
    const TempDir folder;
    const std::string path = folder / "kkt.jsonl";
    filled(path, 5);
    const fiscal::KktMemory first = memory_of(path);
    constexpr const char* other_fn = "9999078900012346";
    {
        Storage storage = opened(config(path, 10'000, other_fn));
        BOOST_TEST(storage.memory().last_fd == 0U);
        fiscal::KktProfile profile;
        profile.registration.identity.fn = other_fn;
        fiscal::VirtualKkt kkt(profile, storage.memory());
        BOOST_TEST(storage.append(*kkt.open_shift("", morning)).has_value());
        BOOST_TEST(storage.after(0)->size() == 1U);
    }
    // The first one is put back.
    Storage storage = opened(config(path));
    BOOST_TEST((storage.memory() == first));
    BOOST_TEST(storage.after(3)->size() == 2U);
}

BOOST_AUTO_TEST_CASE(looks_back_over_many_chunks) {
    const TempDir folder;
    const std::string path = folder / "kkt.jsonl";
    filled(path, 1500); // ~2 MB
    const Storage storage = opened(config(path));
    for (const std::uint32_t fd : std::initializer_list<std::uint32_t>{0, 1, 700, 1400, 1499}) {
        const auto found = storage.after(fd);
        BOOST_REQUIRE(found.has_value());
        BOOST_REQUIRE(found->size() == 1500 - fd);
        for (std::size_t i = 0; i < found->size(); ++i) {
            BOOST_REQUIRE((*found)[i].fd == fd + 1 + i);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_full_disk_leaves_no_half_line) {
    const TempDir folder;
    const std::string path = folder / "kkt.jsonl";
    const std::string before = filled(path, 3);
    Storage storage = opened(config(path));
    fiscal::VirtualKkt kkt({}, storage.memory());
    const auto document = kkt.register_document(fiscal::sample::receipt(), morning);
    const auto kept = [&] {
        const FileSizeLimit limit(before.size() + 100); // the write stops after 100 bytes
        return storage.append(*document);
    }();
    BOOST_REQUIRE(!kept.has_value());
    BOOST_TEST((kept.error().kind() == StorageError::Kind::io));
    BOOST_TEST(contents(path) == before);
    BOOST_TEST(storage.memory().last_fd == 3U);
}

BOOST_AUTO_TEST_CASE(reopens_a_large_file_quickly) {
    const TempDir folder;
    const std::string path = folder / "kkt.jsonl";
    constexpr std::uint32_t count = 100'000;
    {
        std::ofstream out(path, std::ios::binary);
        FinishedDocument document;
        document.fn = our_fn;
        document.kind = fiscal::TaskKind::shift_open;
        document.shift = 1;
        document.time = morning;
        document.fpd = "1234567890";
        for (document.fd = 1; document.fd <= count; ++document.fd) {
            out << test::storage_line(document) << '\n';
            document.kind = fiscal::TaskKind::receipt;
            ++document.number;
        }
    }
    const auto timed = [&] {
        const auto start = std::chrono::steady_clock::now();
        BOOST_TEST(memory_of(path).last_fd == count);
        return std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::steady_clock::now() - start)
            .count();
    };
    const auto full = timed();
    const auto quick = timed();
    BOOST_TEST_MESSAGE("100000 documents: in full " << full << " ms, by checkpoint " << quick
                                                    << " ms");
    BOOST_TEST(quick < 100);
}

BOOST_AUTO_TEST_SUITE_END()
