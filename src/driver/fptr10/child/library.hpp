// Library: the vendor's libfptr10.so, loaded at run time: the table of its functions by name, and
// one handle. Never unloaded: the library's threads outlive dlclose() (its change log, 10.3.0).
// Used by one thread.
#pragma once

#include "driver/fptr10/message.hpp"

#include <array>
#include <string>

namespace kktd::driver::fptr10::child {

/// Functions other than those of `methods`. Signatures: the vendor's header; each action answers 0,
/// or less than 0 for an error. Texts are wchar_t, text getters answer the size they need.
struct Functions {
    const char* (*get_version_string)() = nullptr;
    int (*create)(void**) = nullptr;
    void (*set_single_setting)(void*, const wchar_t* key, const wchar_t* value) = nullptr;
    int (*apply_single_settings)(void*) = nullptr;
    int (*is_opened)(void*) = nullptr;
    int (*error_code)(void*) = nullptr;
    int (*error_description)(void*, wchar_t*, int size) = nullptr;
    void (*set_param_bool)(void*, int, int) = nullptr;
    void (*set_param_int)(void*, int, unsigned) = nullptr;
    void (*set_param_double)(void*, int, double) = nullptr;
    void (*set_param_str)(void*, int, const wchar_t*) = nullptr;
    void (*set_param_datetime)(void*, int, int, int, int, int, int, int) = nullptr;
    void (*set_param_bytearray)(void*, int, const unsigned char*, int size) = nullptr;
    void (*set_non_printable_param_bytearray)(void*, int, const unsigned char*, int) = nullptr;
    void (*set_non_printable_param_str)(void*, int, const wchar_t*) = nullptr;
    int (*get_param_bool)(void*, int) = nullptr;
    unsigned (*get_param_int)(void*, int) = nullptr;
    double (*get_param_double)(void*, int) = nullptr;
    int (*get_param_str)(void*, int, wchar_t*, int size) = nullptr;
    void (*get_param_datetime)(void*, int, int*, int*, int*, int*, int*, int*) = nullptr;
    int (*get_param_bytearray)(void*, int, unsigned char*, int size) = nullptr;
    int (*reset_params)(void*) = nullptr;                    ///< optional
    std::array<int (*)(void*), methods.size()> actions = {}; ///< by Method; each optional
};

class Library {
public:
    /// What kktd asked for. Never throws; whatever the library does to its process, it does here.
    [[nodiscard]] Response call(const Request& request);

private:
    [[nodiscard]] Response load(const std::string& path);
    [[nodiscard]] Response configure(const Request& request);
    [[nodiscard]] Response act(const Request& request);
    [[nodiscard]] Response failure() const;
    void set(const Input& input) const;
    [[nodiscard]] Value get(const Wanted& wanted) const;

    Functions functions_;
    void* handle_ = nullptr;
};

} // namespace kktd::driver::fptr10::child
