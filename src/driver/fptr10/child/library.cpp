#include "driver/fptr10/child/library.hpp"

#include "driver/fptr10/child/wide_text.hpp"

#include <algorithm>
#include <cstring>
#include <dlfcn.h>
#include <filesystem>
#include <vector>

namespace kktd::driver::fptr10::child {

namespace {

constexpr const char* file_name = "libfptr10.so";
/// Of a text or of bytes that the library hands out; what is longer is cut.
constexpr int max_units = 32'768;
constexpr int first_units = 256;

/// Looks up symbols and keeps the names of those that are not there.
class Symbols {
public:
    explicit Symbols(void* library) : library_(library) {}

    template<class Function>
    void optional(const std::string& name, Function*& function) const {
        void* const symbol = dlsym(library_, name.c_str());
        static_assert(sizeof(symbol) == sizeof(function));
        std::memcpy(&function, &symbol, sizeof(function)); // POSIX: a symbol may be a function
    }
    template<class Function>
    void required(const std::string& name, Function*& function) {
        optional(name, function);
        if (function == nullptr) {
            missing_ += (missing_.empty() ? "" : ", ") + name;
        }
    }
    [[nodiscard]] const std::string& missing() const { return missing_; }

private:
    void* library_;
    std::string missing_;
};

std::string look_up(void* library, Functions& functions) {
    Symbols symbols(library);
    symbols.required("libfptr_get_version_string", functions.get_version_string);
    symbols.required("libfptr_create", functions.create);
    symbols.required("libfptr_set_single_setting", functions.set_single_setting);
    symbols.required("libfptr_apply_single_settings", functions.apply_single_settings);
    symbols.required("libfptr_is_opened", functions.is_opened);
    symbols.required("libfptr_error_code", functions.error_code);
    symbols.required("libfptr_error_description", functions.error_description);
    symbols.required("libfptr_set_param_bool", functions.set_param_bool);
    symbols.required("libfptr_set_param_int", functions.set_param_int);
    symbols.required("libfptr_set_param_double", functions.set_param_double);
    symbols.required("libfptr_set_param_str", functions.set_param_str);
    symbols.required("libfptr_set_param_datetime", functions.set_param_datetime);
    symbols.required("libfptr_set_param_bytearray", functions.set_param_bytearray);
    symbols.optional("libfptr_set_non_printable_param_bytearray",
                     functions.set_non_printable_param_bytearray);
    symbols.optional("libfptr_set_non_printable_param_str", functions.set_non_printable_param_str);
    symbols.required("libfptr_get_param_bool", functions.get_param_bool);
    symbols.required("libfptr_get_param_int", functions.get_param_int);
    symbols.required("libfptr_get_param_double", functions.get_param_double);
    symbols.required("libfptr_get_param_str", functions.get_param_str);
    symbols.required("libfptr_get_param_datetime", functions.get_param_datetime);
    symbols.required("libfptr_get_param_bytearray", functions.get_param_bytearray);
    symbols.optional("libfptr_reset_params", functions.reset_params);
    for (const MethodInfo& method : methods) {
        if (!method.symbol.empty()) {
            symbols.optional(std::string(method.symbol),
                             functions.actions[static_cast<std::size_t>(method.method)]);
        }
    }
    return symbols.missing();
}

/// As the vendor's own programs look: the path that was given (a folder or a file), else the folder
/// of the executable, else wherever the loader of the system looks.
std::vector<std::string> places(const std::string& path) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    if (!path.empty()) {
        return {fs::is_directory(path, ignored) ? (fs::path(path) / file_name).string() : path};
    }
    std::vector<std::string> found;
    const fs::path own = fs::read_symlink("/proc/self/exe", ignored).parent_path() / file_name;
    if (fs::exists(own, ignored)) {
        found.push_back(own.string());
    }
    found.emplace_back(file_name);
    return found;
}

Response not_loaded(std::string why) {
    return {.status = CallStatus::not_loaded, .text = std::move(why)};
}

/// A text or bytes of unknown length: asked again with more room until everything fits.
template<class Buffer, class Get>
Buffer fetched(Get get) {
    for (int room = first_units;;) {
        Buffer buffer(static_cast<std::size_t>(room) + 1, typename Buffer::value_type{});
        const int size = std::clamp(get(buffer.data(), room), 0, max_units);
        if (size <= room) {
            buffer.resize(static_cast<std::size_t>(size));
            return buffer;
        }
        room = size;
    }
}

std::string text_of(std::wstring wide) {
    wide.resize(std::min(wide.find(L'\0'), wide.size())); // the size may count the ending zero
    return narrowed(wide);
}

} // namespace

Response Library::call(const Request& request) {
    if (request.method == Method::load) {
        return load(request.text);
    }
    if (request.method == Method::configure) {
        return configure(request);
    }
    // Opening twice once crashed (its change log, 10.3.0).
    const bool opened = handle_ != nullptr && functions_.is_opened(handle_) != 0;
    return request.method == Method::open && opened ? Response{.status = CallStatus::done}
                                                    : act(request);
}

Response Library::load(const std::string& path) {
    void* library = nullptr;
    std::string why;
    for (const std::string& place : places(path)) {
        library = dlopen(place.c_str(), RTLD_LAZY | RTLD_LOCAL);
        if (library != nullptr) {
            break;
        }
        const char* const error = dlerror();
        why += (why.empty() ? "" : "; ") + std::string(error != nullptr ? error : place);
    }
    if (library == nullptr) {
        return not_loaded(why);
    }
    if (const std::string missing = look_up(library, functions_); !missing.empty()) {
        return not_loaded("нет функций " + missing);
    }
    const char* const version = functions_.get_version_string();
    return {.status = CallStatus::done, .text = version != nullptr ? version : ""};
}

Response Library::configure(const Request& request) {
    if (functions_.create == nullptr) {
        return not_loaded("configure");
    }
    if (handle_ == nullptr && (functions_.create(&handle_) != 0 || handle_ == nullptr)) {
        handle_ = nullptr;
        return {.status = CallStatus::failed, .text = "libfptr_create"};
    }
    for (const auto& [key, value] : request.settings) {
        functions_.set_single_setting(handle_, widened(key).c_str(), widened(value).c_str());
    }
    if (functions_.apply_single_settings(handle_) < 0) {
        return failure();
    }
    return {.status = CallStatus::done};
}

Response Library::act(const Request& request) {
    if (handle_ == nullptr) {
        return not_loaded("configure");
    }
    const auto action = functions_.actions[static_cast<std::size_t>(request.method)];
    if (action == nullptr) {
        return {.status = CallStatus::missing_symbol,
                .text = std::string(methods[static_cast<std::size_t>(request.method)].symbol)};
    }
    if (functions_.reset_params != nullptr) {
        functions_.reset_params(handle_);
    }
    for (const Input& input : request.inputs) {
        set(input);
    }
    if (action(handle_) < 0) {
        return failure();
    }
    Response response{.status = CallStatus::done};
    for (const Wanted& wanted : request.wanted) {
        response.outputs.push_back(get(wanted));
    }
    return response;
}

Response Library::failure() const {
    Response response;
    response.status = CallStatus::failed;
    response.code = static_cast<std::uint32_t>(std::max(functions_.error_code(handle_), 0));
    response.text = text_of(fetched<std::wstring>([&](wchar_t* buffer, int room) {
        return functions_.error_description(handle_, buffer, room);
    }));
    return response;
}

void Library::set(const Input& input) const {
    const auto id = static_cast<int>(input.id);
    switch (static_cast<ValueType>(input.value.index())) {
    case ValueType::boolean:
        functions_.set_param_bool(handle_, id, std::get<bool>(input.value) ? 1 : 0);
        break;
    case ValueType::integer:
        functions_.set_param_int(handle_, id, std::get<std::uint32_t>(input.value));
        break;
    case ValueType::real:
        functions_.set_param_double(handle_, id, std::get<double>(input.value));
        break;
    case ValueType::text: {
        const bool printed = input.printed || functions_.set_non_printable_param_str == nullptr;
        const auto setter =
            printed ? functions_.set_param_str : functions_.set_non_printable_param_str;
        setter(handle_, id, widened(std::get<std::string>(input.value)).c_str());
        break;
    }
    case ValueType::date_time: {
        const auto& time = std::get<DateTime>(input.value);
        functions_.set_param_datetime(handle_, id, time.year, time.month, time.day, time.hour,
                                      time.minute, time.second);
        break;
    }
    case ValueType::bytes: {
        const bool printed =
            input.printed || functions_.set_non_printable_param_bytearray == nullptr;
        const auto setter =
            printed ? functions_.set_param_bytearray : functions_.set_non_printable_param_bytearray;
        const std::string& bytes = std::get<Bytes>(input.value).bytes;
        const std::vector<unsigned char> plain(bytes.begin(), bytes.end());
        setter(handle_, id, plain.data(), static_cast<int>(plain.size()));
        break;
    }
    }
}

Value Library::get(const Wanted& wanted) const {
    const auto id = static_cast<int>(wanted.id);
    switch (wanted.type) {
    case ValueType::boolean:
        return functions_.get_param_bool(handle_, id) != 0;
    case ValueType::integer:
        return std::uint32_t{functions_.get_param_int(handle_, id)};
    case ValueType::real:
        return functions_.get_param_double(handle_, id);
    case ValueType::text:
        return text_of(fetched<std::wstring>([&](wchar_t* buffer, int room) {
            return functions_.get_param_str(handle_, id, buffer, room);
        }));
    case ValueType::date_time: {
        DateTime time;
        functions_.get_param_datetime(handle_, id, &time.year, &time.month, &time.day, &time.hour,
                                      &time.minute, &time.second);
        return time;
    }
    case ValueType::bytes: {
        const auto bytes =
            fetched<std::vector<unsigned char>>([&](unsigned char* buffer, int room) {
                return functions_.get_param_bytearray(handle_, id, buffer, room);
            });
        return Bytes{std::string(bytes.begin(), bytes.end())};
    }
    }
    return false;
}

} // namespace kktd::driver::fptr10::child
