#include "driver/secret_file.hpp"

#include "base/file.hpp"

#include <optional>
#include <sys/stat.h>

namespace kktd::driver {

namespace {

constexpr std::string_view kind = "password"; ///< how the names of such options end
constexpr char mark = '@';
constexpr std::size_t max_bytes = 256;

/// Puts the first line of "@FILE" in its place. What is wrong with the file, if anything.
std::optional<OpenError> read_in(std::string& value) {
    const std::string file = value.substr(1);
    if (!file.starts_with('/')) {
        return OpenError("write an absolute path after \"@\"");
    }
    struct stat status {};
    if (::stat(file.c_str(), &status) == 0 && (status.st_mode & S_IRWXO) != 0) {
        return OpenError("everybody may read " + file + "; chmod o= " + file);
    }
    const auto text = base::read_file(file, max_bytes);
    if (!text) {
        return OpenError(text.error().text());
    }
    value = text->substr(0, text->find_first_of("\r\n"));
    return value.empty() ? std::optional(OpenError("the first line of " + file + " is empty"))
                         : std::nullopt;
}

} // namespace

fiscal::Result<DeviceUri, OpenError> with_passwords(DeviceUri uri) {
    for (auto& [name, value] : uri.options) {
        if (!name.ends_with(kind) || !value.starts_with(mark)) {
            continue;
        }
        if (const auto error = read_in(value)) {
            return OpenError("option \"" + name + "\": " + error->text());
        }
    }
    return uri;
}

} // namespace kktd::driver
