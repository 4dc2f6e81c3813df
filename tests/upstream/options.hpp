#pragma once

#include <cstdint>
#include <string>

#include "answers.hpp"
#include "recorder.hpp"

namespace dreamina::stand_in {

struct Options {
    std::uint16_t port = 8080;  ///< 0: a free one
    Role role;
    bool pictures = false;  ///< of `anything`: real pictures instead of random bytes
    int delay_ms = 0;
    double points = 120;
    Recording recording = Recording::full;
    std::string register_key;
    int register_delay_ms = 0;
    std::string session_prefix = "us-";
};

/// Ends the program on --help (0) and on a fault (64, with a sentence on stderr).
Options read_options(int argc, char** argv);

}  // namespace dreamina::stand_in
