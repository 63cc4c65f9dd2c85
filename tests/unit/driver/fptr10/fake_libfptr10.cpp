// A libfptr10.so for tests: the C functions that kktd-fptr10 uses, over a KKT of a few lines. Built
// for tests only. The folder named by FAKE_FPTR10 holds
//   script     what is to go wrong, lines of "name=value", read again at each call
//   documents  what the fiscal storage has registered, one document a line; survives the process
//   open       type and sum of our receipt that stands open on the KKT; survives the process
//   ended      the foreign receipt of the script has been cancelled
//   trace      each call: its name and its inputs
//   fds        the descriptors the process had when the library was loaded
// Script: version=10.10.5.0, error.METHOD=CODE, hang=METHOD, crash=METHOD, close=lost_before |
// lost_after, check_fails=N, unsure=1 (check_document_closed lies), printed=0, shift=expired,
// foreign_receipt=1 (at_opening: from the next open_receipt on), keeps_open=CODE (cancel_receipt
// answers that, perhaps 0, and what is open stays so), foreign_document=1 (one more after
// ours), fn=NUMBER, sign=TEXT, records=broken, connect=PORT (open makes a TCP connection there),
// late=1 (what closes is registered only when the receipt is cancelled; 2: not yet then),
// half_open=CODE (open_receipt opens it and answers that), drops=TAG (the fiscal storage gets it
// not), key=METHOD (then somebody closes what stands open, or makes a document of his own).
// FAKE_OLD: a library without
// continue_print; FAKE_CUT: one without is_opened, which kktd needs.
#include "fiscal/tlv_codec.hpp"
#include "fiscal/utf8.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <netinet/in.h>
#include <sstream>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace kktd;

struct Time {
    int year, month, day, hour, minute, second;
};
constexpr Time some_time{2026, 3, 10, 12, 0, 0};

using Bytes = std::vector<unsigned char>;
using Param = std::variant<int, unsigned, double, std::wstring, Time, Bytes>;

std::string folder() {
    const char* const name = std::getenv("FAKE_FPTR10");
    return name != nullptr ? name : "/nonexistent";
}

std::string narrow(const std::wstring& wide) {
    std::string utf8;
    for (const wchar_t c : wide) {
        fiscal::append_utf8(utf8, static_cast<char32_t>(c));
    }
    return utf8;
}

std::wstring widen(std::string_view utf8) {
    std::wstring wide;
    while (!utf8.empty()) {
        wide.push_back(static_cast<wchar_t>(fiscal::take_utf8(utf8).value_or(U'?')));
    }
    return wide;
}

std::map<std::string, std::string> script() {
    std::map<std::string, std::string> lines;
    std::ifstream file(folder() + "/script");
    for (std::string line; std::getline(file, line);) {
        const auto equals = line.find('=');
        if (equals != std::string::npos) {
            lines[line.substr(0, equals)] = line.substr(equals + 1);
        }
    }
    return lines;
}

std::string scripted(const std::string& name, const std::string& usual = {}) {
    const auto lines = script();
    const auto found = lines.find(name);
    return found == lines.end() ? usual : found->second;
}

struct Document {
    unsigned fd = 0, type = 0, shift = 0, number = 0;
    std::string tlv; ///< elements, in hex
};

std::string hex(std::string_view bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        text += digits[static_cast<unsigned char>(c) >> 4];
        text += digits[static_cast<unsigned char>(c) & 15];
    }
    return text.empty() ? "-" : text;
}

std::string unhex(const std::string& text) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
    }
    return bytes;
}

struct Kkt {
    std::map<int, Param> in, out;
    std::vector<std::pair<int, Param>> receipt; ///< inputs of open_receipt
    std::vector<std::map<int, Param>> lines;
    int code = 0;
    int link = -1; ///< with connect=PORT
    bool opened = false;
    bool receipt_open = false;
    bool opening_tried = false;
    bool cashier_written = false; ///< 1021 of the document to come
    double paid = 0, sum = 0;
    unsigned before = 0; ///< last document when the present one was begun
    int checks = 0;      ///< failed ones of check_document_closed
    std::string reading; ///< what is left of the document being read

    /// Finds the KKT as it was left.
    Kkt() {
        unsigned type = 0;
        std::ifstream file(folder() + "/open");
        if (file >> type >> sum) {
            receipt_open = true;
            receipt.assign({{65545, type}});
        }
    }
    unsigned receipt_type() const {
        const auto type =
            std::ranges::find_if(receipt, [](const auto& param) { return param.first == 65545; });
        return std::get<unsigned>(type->second);
    }
    void keep_open() const {
        if (!receipt_open) {
            std::filesystem::remove(folder() + "/open");
            return;
        }
        std::ofstream(folder() + "/open") << receipt_type() << ' ' << sum << '\n';
    }
    bool foreign_open() const {
        const std::string foreign = scripted("foreign_receipt");
        return (foreign == "1" || (foreign == "at_opening" && opening_tried)) &&
               !std::filesystem::exists(folder() + "/ended");
    }

    static std::vector<Document> documents() {
        std::vector<Document> all;
        std::ifstream file(folder() + "/documents");
        for (Document one; file >> one.fd >> one.type >> one.shift >> one.number >> one.tlv;) {
            all.push_back(one);
        }
        return all;
    }
    static void keep(const Document& document) {
        const bool late = !scripted("late").empty();
        std::ofstream file(folder() + (late ? "/late" : "/documents"), std::ios::app);
        file << document.fd << ' ' << document.type << ' ' << document.shift << ' '
             << document.number << ' ' << document.tlv << '\n';
    }
    static unsigned last_fd() {
        const auto all = documents();
        return all.empty() ? 0 : all.back().fd;
    }
    static unsigned shifts() {
        const auto all = documents();
        return static_cast<unsigned>(std::ranges::count(all, 2U, &Document::type));
    }
    static bool shift_open() {
        const auto all = documents();
        return shifts() > static_cast<unsigned>(std::ranges::count(all, 5U, &Document::type));
    }
    static unsigned receipts() {
        unsigned count = 0;
        for (const Document& document : documents()) {
            count = document.type == 2 ? 0 : count + (document.type == 3 || document.type == 31);
        }
        return count;
    }

    void finish(unsigned type, const std::string& tlv) {
        cashier_written = false;
        Document document{.fd = last_fd() + 1,
                          .type = type,
                          .shift = shifts() + (type == 2 ? 1 : 0),
                          .number = type == 3 || type == 31 ? receipts() + 1 : 0,
                          .tlv = hex(tlv)};
        keep(document);
        if (scripted("foreign_document") == "1") {
            ++document.fd;
            ++document.number;
            document.tlv = "-";
            keep(document);
        }
    }

    unsigned number(int id) const {
        const auto found = in.find(id);
        const auto* value = found == in.end() ? nullptr : std::get_if<unsigned>(&found->second);
        return value != nullptr ? *value : 0;
    }
    double real(int id) const {
        const auto found = in.find(id);
        const auto* value = found == in.end() ? nullptr : std::get_if<double>(&found->second);
        return value != nullptr ? *value : 0;
    }
};

fiscal::Money kopecks(double rubles) {
    return fiscal::Money(std::llround(rubles * 100));
}

std::string shown(const Param& param) {
    std::ostringstream text;
    if (const auto* integer = std::get_if<int>(&param)) {
        text << (*integer != 0 ? "true" : "false");
    } else if (const auto* number = std::get_if<unsigned>(&param)) {
        text << *number;
    } else if (const auto* real = std::get_if<double>(&param)) {
        text << *real;
    } else if (const auto* wide = std::get_if<std::wstring>(&param)) {
        text << narrow(*wide);
    } else if (const auto* bytes = std::get_if<Bytes>(&param)) {
        text << hex({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
    } else {
        text << std::get<Time>(param).year;
    }
    return text.str();
}

/// The elements of the receipt that stands open.
std::string elements(const Kkt& kkt) {
    static const std::map<unsigned, std::uint8_t> kinds{{1, 1}, {2, 2}, {4, 3}, {5, 4},
                                                        {7, 1}, {8, 2}, {9, 3}, {10, 4}};
    fiscal::TlvWriter tlv;
    for (const auto& [id, param] : kkt.receipt) {
        if (id == 65545) {
            const auto kind = kinds.find(std::get<unsigned>(param));
            tlv.byte(1054, kind == kinds.end() ? 0 : kind->second);
        } else if (id < 65536 && scripted("drops") != std::to_string(id)) {
            const auto tag = static_cast<std::uint16_t>(id);
            if (const auto* text = std::get_if<std::wstring>(&param)) {
                tlv.text(tag, narrow(*text));
            } else if (const auto* bytes = std::get_if<Bytes>(&param)) {
                tlv.bytes(tag, std::string(bytes->begin(), bytes->end()));
            } else if (const auto* number = std::get_if<unsigned>(&param)) {
                tlv.vln(tag, *number);
            }
        }
    }
    tlv.money(1020, kopecks(kkt.sum));
    tlv.uint32(1038, Kkt::shifts());
    tlv.uint32(1042, Kkt::receipts() + 1);
    tlv.time(1012, fiscal::LocalTime::at({2026, 3, 10}, 12));
    tlv.bytes(1077, std::string("\0\0\x49\x96\x02\xD2", 6)); // 1234567890
    return tlv.bytes();
}

int status(Kkt& kkt) {
    if (kkt.number(65587) == 14) { // of the shift alone
        kkt.out[65592] = Kkt::shift_open() ? 1U : 0U;
        kkt.out[65590] = Time{2026, 3, 11, 9, 0, 0};
        return 0;
    }
    kkt.out[65559] = std::wstring(L"00106900000001  ");
    kkt.out[65603] = std::wstring(L"АТОЛ 55Ф");
    kkt.out[65604] = std::wstring(L"3.0.8461");
    kkt.out[65590] = some_time;
    const bool expired = scripted("shift") == "expired";
    kkt.out[65592] = !Kkt::shift_open() ? 0U : expired ? 2U : 1U;
    kkt.out[65599] = Kkt::shifts();
    const bool foreign = kkt.foreign_open() || std::filesystem::exists(folder() + "/late");
    kkt.out[65545] = foreign ? static_cast<unsigned>(std::stoul(scripted("foreign_type", "1")))
                     : kkt.receipt_open ? kkt.receipt_type()
                                        : 0U;
    kkt.out[65600] = foreign ? std::stod(scripted("foreign_sum", "0")) : kkt.sum;
    kkt.out[65594] = scripted("paper", "1") == "1" ? 1 : 0;
    return 0;
}

int fn_query(Kkt& kkt) {
    const auto all = Kkt::documents();
    const std::wstring sign = widen(scripted("sign", "1234567890"));
    switch (kkt.number(65622)) {
    case 0: {
        const unsigned tag = kkt.number(65623);
        if (tag == 1018) {
            kkt.out[65624] = std::wstring(L"7701234560  ");
        } else if (tag == 1037) {
            kkt.out[65624] = std::wstring(L"0000000001012345    ");
        } else if (tag == 1062) {
            kkt.out[65624] = 1U;
        } else {
            return 161;
        }
        return 0;
    }
    case 1:
        kkt.out[65625] = 0U;
        return 0;
    case 2:
        kkt.out[65559] = widen(scripted("fn", "9999078900012345"));
        kkt.out[65648] = 3U;
        return 0;
    case 5:
        kkt.out[65598] = Kkt::last_fd();
        kkt.out[65626] = sign;
        kkt.out[65590] = some_time;
        return 0;
    case 6:
        kkt.out[65599] = Kkt::shifts();
        kkt.out[65597] = Kkt::receipts();
        return 0;
    case 7:
        kkt.out[65629] = static_cast<unsigned>(std::stoi(scripted("ffd", "105")));
        return 0;
    case 8:
        kkt.out[65590] = Time{2029, 3, 10, 0, 0, 0};
        return 0;
    case 13: {
        const auto found = std::ranges::find(all, kkt.number(65598), &Document::fd);
        if (found == all.end()) {
            return 123;
        }
        if (scripted("header") == "broken") {
            return 6;
        }
        kkt.out[65697] = found->type;
        kkt.out[65626] = sign;
        kkt.out[65599] = found->shift;
        kkt.out[65590] = some_time;
        return 0;
    }
    default:
        return 11;
    }
}

int open_receipt(Kkt& kkt) {
    if (kkt.receipt_open) {
        return 82;
    }
    if (!Kkt::shift_open()) {
        kkt.finish(2, ""); // as the real one does
    }
    kkt.before = Kkt::last_fd();
    kkt.receipt_open = true;
    kkt.receipt.assign(kkt.in.begin(), kkt.in.end());
    kkt.lines.clear();
    kkt.sum = kkt.paid = 0;
    return std::stoi(scripted("half_open", "0"));
}

int registration(Kkt& kkt) {
    if (!kkt.receipt_open) {
        return 81;
    }
    const unsigned tax = kkt.number(65569);
    const double sum = kkt.real(65634);
    if (tax == 0 || tax > 14) {
        return 144;
    }
    if (std::fabs(kkt.real(65632) * kkt.real(65633) - sum) > 0.011) {
        return 16;
    }
    kkt.sum += sum;
    kkt.lines.push_back(kkt.in);
    return 0;
}

/// Whoever has opened it: the library annuls any.
int cancel_receipt(Kkt& kkt) {
    if (const std::string answer = scripted("keeps_open"); !answer.empty()) {
        return std::stoi(answer);
    }
    const bool foreign = kkt.foreign_open();
    if (foreign) {
        std::ofstream(folder() + "/ended") << '\n';
    }
    const bool open = std::exchange(kkt.receipt_open, false) || foreign;
    if (std::ifstream late(folder() + "/late"); late && scripted("late") != "2") {
        std::ofstream(folder() + "/documents", std::ios::app) << late.rdbuf();
        std::filesystem::remove(folder() + "/late");
    }
    kkt.cashier_written = kkt.cashier_written && scripted("keeps_tags") == "1";
    return open ? 0 : 81;
}

int close_receipt(Kkt& kkt) {
    if (!kkt.receipt_open) {
        return 81;
    }
    if (kopecks(kkt.paid) < kopecks(kkt.sum)) {
        return 66;
    }
    const std::string how = scripted("close");
    if (how == "lost_before") {
        return 241;
    }
    kkt.finish(kkt.receipt_type() >= 7 ? 31 : 3, elements(kkt));
    kkt.receipt_open = false;
    return how == "lost_after" ? 241 : 0;
}

/// A TCP connection like that of the library to a KKT in the network, to the scripted port.
int connected(Kkt& kkt) {
    const std::string port = scripted("connect");
    if (port.empty()) {
        return 0;
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
    kkt.link = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return ::connect(kkt.link, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0
               ? 0
               : 2;
}

int report(Kkt& kkt) {
    if (kkt.number(65546) != 0) {
        return 0;
    }
    kkt.before = Kkt::last_fd();
    if (!Kkt::shift_open()) {
        return 73;
    }
    fiscal::TlvWriter tlv;
    tlv.uint32(1038, Kkt::shifts());
    tlv.uint32(1118, Kkt::receipts());
    tlv.bytes(1077, std::string("\0\0\x49\x96\x02\xD2", 6));
    kkt.finish(5, tlv.bytes());
    return 0;
}

int check_document_closed(Kkt& kkt) {
    if (++kkt.checks <= std::stoi(scripted("check_fails", "0"))) {
        return 2;
    }
    const bool closed = Kkt::last_fd() > kkt.before;
    kkt.out[65644] = closed != (scripted("unsure") == "1") ? 1 : 0;
    kkt.out[65709] = scripted("printed", "1") == "1" ? 1 : 0;
    return 0;
}

int begin_read(Kkt& kkt) {
    const auto all = Kkt::documents();
    const auto found = std::ranges::find(all, kkt.number(65598), &Document::fd);
    if (found == all.end()) {
        return 123;
    }
    if (scripted("records") == "broken") {
        return 162;
    }
    kkt.reading = unhex(found->tlv);
    kkt.out[65764] = std::wstring(L"1");
    return 0;
}

int read_next(Kkt& kkt) {
    fiscal::TlvCursor cursor(kkt.reading);
    if (!cursor.next()) {
        return 30;
    }
    kkt.out[65623] = unsigned{cursor.tag()};
    kkt.out[65624] = Bytes(cursor.value().begin(), cursor.value().end());
    kkt.reading.erase(0, 4 + cursor.value().size());
    return 0;
}

Kkt& kkt_of(void* handle) {
    return *static_cast<Kkt*>(handle);
}

void trace(const std::string& name, const Kkt& kkt) {
    std::ofstream file(folder() + "/trace", std::ios::app);
    file << name;
    for (const auto& [id, param] : kkt.in) {
        file << ' ' << id << '=' << shown(param);
    }
    file << '\n';
}

[[noreturn]] void hang() {
    while (true) {
        ::pause();
    }
}

/// At the KKT's own keys.
int key_pressed(Kkt& kkt) {
    if (!kkt.receipt_open) {
        kkt.receipt.assign({{65545, 1U}}); // a sale
        kkt.sum = 0;
    }
    kkt.finish(3, elements(kkt));
    kkt.receipt_open = false;
    return 81;
}

/// One call of the interface: what the script wants, then what the KKT does.
int act(void* handle, const std::string& name, const std::function<int(Kkt&)>& what) {
    Kkt& kkt = kkt_of(handle);
    trace(name, kkt);
    kkt.out.clear();
    const auto lines = script();
    const auto is = [&](const std::string& key) {
        const auto found = lines.find(key);
        return found != lines.end() && found->second == name;
    };
    if (is("crash")) {
        std::abort();
    }
    if (is("hang")) {
        hang();
    }
    kkt.opening_tried = kkt.opening_tried || name == "open_receipt";
    const auto error = lines.find("error." + name);
    kkt.code = error != lines.end()            ? std::stoi(error->second)
               : is("key")                     ? key_pressed(kkt)
               : !kkt.opened && name != "open" ? 1
                                               : what(kkt);
    kkt.keep_open();
    kkt.in.clear();
    if (is("crash_after")) {
        std::abort();
    }
    if (is("hang_after")) {
        hang();
    }
    return kkt.code == 0 ? 0 : -1;
}

int give(const std::wstring& text, wchar_t* buffer, int size) {
    const auto needed = static_cast<int>(text.size()) + 1;
    if (size > 0) {
        const auto room = std::min<std::size_t>(text.size(), static_cast<std::size_t>(size) - 1);
        std::wmemcpy(buffer, text.data(), room);
        buffer[room] = 0;
    }
    return needed;
}

template<class T>
T out(void* handle, int id) {
    const auto& all = kkt_of(handle).out;
    const auto found = all.find(id);
    const auto* value = found == all.end() ? nullptr : std::get_if<T>(&found->second);
    return value != nullptr ? *value : T{};
}

void note_descriptors() {
    std::ofstream file(folder() + "/fds");
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", ignored)) {
        file << entry.path().filename().string() << ' '
             << std::filesystem::read_symlink(entry.path(), ignored).string() << '\n';
    }
}

} // namespace

extern "C" {

const char* libfptr_get_version_string();
const char* libfptr_get_version_string() {
    static std::string version;
    version = scripted("version", "10.10.8.0");
    note_descriptors();
    return version.c_str();
}
int libfptr_create(void** handle);
int libfptr_create(void** handle) {
    *handle = new Kkt;
    return 0;
}
void libfptr_set_single_setting(void* handle, const wchar_t* key, const wchar_t* value);
void libfptr_set_single_setting(void*, const wchar_t* key, const wchar_t* value) {
    std::ofstream file(folder() + "/trace", std::ios::app);
    file << "setting " << narrow(key) << '=' << narrow(value) << '\n';
}
int libfptr_apply_single_settings(void* handle);
int libfptr_apply_single_settings(void*) {
    return 0;
}
#ifndef FAKE_CUT
int libfptr_is_opened(void* handle);
int libfptr_is_opened(void* handle) {
    return kkt_of(handle).opened ? 1 : 0;
}
#endif
int libfptr_error_code(void* handle);
int libfptr_error_code(void* handle) {
    return kkt_of(handle).code;
}
int libfptr_error_description(void* handle, wchar_t* buffer, int size);
int libfptr_error_description(void* handle, wchar_t* buffer, int size) {
    const int code = kkt_of(handle).code;
    return give(code == 44   ? L"Нет бумаги"
                : code == 16 ? std::wstring(1000, L'Я')
                             : L"Ошибка " + std::to_wstring(code),
                buffer, size);
}

#define SETTER(name, type, stored)                                                                 \
    void name(void* handle, int id, type value);                                                   \
    void name(void* handle, int id, type value) {                                                  \
        kkt_of(handle).in[id] = stored;                                                            \
    }
SETTER(libfptr_set_param_bool, int, value)
SETTER(libfptr_set_param_int, unsigned, value)
SETTER(libfptr_set_param_double, double, value)
SETTER(libfptr_set_param_str, const wchar_t*, std::wstring(value))
SETTER(libfptr_set_non_printable_param_str, const wchar_t*, std::wstring(value))
#undef SETTER

void libfptr_set_param_datetime(void* handle, int id, int y, int mo, int d, int h, int mi, int s);
void libfptr_set_param_datetime(void* handle, int id, int y, int mo, int d, int h, int mi, int s) {
    kkt_of(handle).in[id] = Time{y, mo, d, h, mi, s};
}
void libfptr_set_param_bytearray(void* handle, int id, const unsigned char* bytes, int size);
void libfptr_set_param_bytearray(void* handle, int id, const unsigned char* bytes, int size) {
    kkt_of(handle).in[id] = Bytes(bytes, bytes + size);
}
void libfptr_set_non_printable_param_bytearray(void* handle, int id, const unsigned char* bytes,
                                               int size);
void libfptr_set_non_printable_param_bytearray(void* handle, int id, const unsigned char* bytes,
                                               int size) {
    libfptr_set_param_bytearray(handle, id, bytes, size);
}
int libfptr_get_param_bool(void* handle, int id);
int libfptr_get_param_bool(void* handle, int id) {
    return out<int>(handle, id);
}
unsigned libfptr_get_param_int(void* handle, int id);
unsigned libfptr_get_param_int(void* handle, int id) {
    return out<unsigned>(handle, id);
}
double libfptr_get_param_double(void* handle, int id);
double libfptr_get_param_double(void* handle, int id) {
    return out<double>(handle, id);
}
int libfptr_get_param_str(void* handle, int id, wchar_t* buffer, int size);
int libfptr_get_param_str(void* handle, int id, wchar_t* buffer, int size) {
    return give(out<std::wstring>(handle, id), buffer, size);
}
void libfptr_get_param_datetime(void* handle, int id, int* y, int* mo, int* d, int* h, int* mi,
                                int* s);
void libfptr_get_param_datetime(void* handle, int id, int* y, int* mo, int* d, int* h, int* mi,
                                int* s) {
    const Time time = out<Time>(handle, id);
    *y = time.year;
    *mo = time.month;
    *d = time.day;
    *h = time.hour;
    *mi = time.minute;
    *s = time.second;
}
int libfptr_get_param_bytearray(void* handle, int id, unsigned char* buffer, int size);
int libfptr_get_param_bytearray(void* handle, int id, unsigned char* buffer, int size) {
    const Bytes bytes = out<Bytes>(handle, id);
    if (!bytes.empty() && size >= static_cast<int>(bytes.size())) {
        std::memcpy(buffer, bytes.data(), bytes.size());
    }
    return static_cast<int>(bytes.size());
}
int libfptr_reset_params(void* handle);
int libfptr_reset_params(void* handle) {
    kkt_of(handle).in.clear();
    return 0;
}

#define ACTION(name, what)                                                                         \
    int libfptr_##name(void* handle);                                                              \
    int libfptr_##name(void* handle) {                                                             \
        return act(handle, #name, what);                                                           \
    }
ACTION(open, [](Kkt& kkt) {
    kkt.opened = true;
    return connected(kkt);
})
ACTION(close, [](Kkt& kkt) {
    kkt.opened = false;
    ::close(kkt.link);
    return 0;
})
ACTION(operator_login, [](Kkt& kkt) {
    if (kkt.cashier_written) {
        return 148;
    }
    kkt.cashier_written = true;
    return 0;
})
ACTION(open_shift, [](Kkt& kkt) {
    kkt.before = Kkt::last_fd();
    if (Kkt::shift_open()) {
        return 83;
    }
    kkt.finish(2, "");
    return 0;
})
ACTION(open_receipt, open_receipt)
ACTION(cancel_receipt, cancel_receipt)
ACTION(close_receipt, close_receipt)
ACTION(check_document_closed, check_document_closed)
#ifndef FAKE_OLD
ACTION(continue_print, [](Kkt&) { return scripted("printed", "1") == "1" ? 0 : 44; })
#endif
ACTION(registration, registration)
ACTION(payment, [](Kkt& kkt) {
    kkt.paid += kkt.real(65565);
    return 0;
})
ACTION(receipt_tax, [](Kkt&) { return 0; })
ACTION(receipt_total, [](Kkt& kkt) {
    if (kkt.lines.empty()) {
        kkt.sum = kkt.real(65613); // a correction without lines
    }
    return kopecks(kkt.sum) == kopecks(kkt.real(65613)) ? 0 : 227;
})
ACTION(report, report)
ACTION(cash_income, [](Kkt&) { return 0; })
ACTION(cash_outcome, [](Kkt&) { return 80; })
ACTION(query_data, status)
ACTION(fn_query_data, fn_query)
ACTION(begin_read_records, begin_read)
ACTION(read_next_record, read_next)
ACTION(end_read_records, [](Kkt&) { return 0; })
#undef ACTION
}
