#include "kktctl.hpp"

#include <cstdlib>
#include <exception>
#include <iostream>

int main(int argc, char** argv) {
    try {
        const char* state_dir = std::getenv("KKTD_STATE_DIR");
        const char* invoker = std::getenv("SUDO_USER");
        return kktd::tool::run_kktctl({argv + (argc > 0 ? 1 : 0), argv + argc},
                                      state_dir ? state_dir : "", std::cout, std::cerr,
                                      invoker ? invoker : "");
    } catch (const std::exception& error) {
        std::cerr << "kktctl: " << error.what() << "\n";
        return 70; // EX_SOFTWARE
    }
}
