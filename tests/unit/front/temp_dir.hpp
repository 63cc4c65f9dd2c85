// A folder of one test, removed with it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace kktd::test {

class TempDir {
public:
    TempDir() : path_((std::filesystem::temp_directory_path() / "kktd-front-XXXXXX").string()) {
        if (!::mkdtemp(path_.data())) {
            throw std::runtime_error("mkdtemp " + path_);
        }
    }
    ~TempDir() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;

    [[nodiscard]] std::string path(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

} // namespace kktd::test
