#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

#include "answers.hpp"
#include "script.hpp"

namespace dreamina::stand_in {

/// One registration or session refresh as it shall go.
struct Outcome {
    std::string for_email;  ///< refreshes only: of this account; empty: of any
    std::uint64_t times = 1;
    int delay_ms = 0;
    std::string error;                        ///< not empty: it fails, with this sentence
    int status = 500;                         ///< of a refresh that fails
    std::string email, password, session_id;  ///< empty: invented
};

/// The register service, its tasks in memory. `POST /_register` scripts it:
///   {"register": [outcome, ...], "session_update": [outcome, ...]}
/// An outcome holds any of times (default 1), delay_ms, error, email, password, session_id, and for
/// a refresh for_email and status. Both lists replace the former ones; where none is left, it
/// succeeds after the program's default delay.
class RegisterService {
public:
    struct Options {
        std::string key;             ///< empty: any caller is let in
        std::string session_prefix;  ///< of the sessions it hands out
        int delay_ms = 0;
    };
    struct Answer {
        Reply reply;
        int delay_ms = 0;
    };

    explicit RegisterService(Options options) : options_(std::move(options)) {}

    /// Nothing if the path is none of the service's routes.
    std::optional<Answer> answer(const Request& request);

    /// Throws BadScript.
    void set_outcomes(std::string_view json_text);

    /// As if the service had been restarted.
    void forget_tasks() { tasks_.clear(); }

private:
    using Clock = std::chrono::steady_clock;
    struct Task {
        Clock::time_point queued, due;
        bool batch = false;
        std::vector<Outcome> registrations;
    };

    Outcome take(std::deque<Outcome>& outcomes, std::string_view email);
    Outcome invent(Outcome outcome) const;
    Reply queue(const Request& request, bool batch);
    Reply show(const std::string& id) const;
    Answer refresh(const Request& request);

    Options options_;
    std::deque<Outcome> registrations_, refreshes_;
    std::unordered_map<std::string, Task> tasks_;
};

}  // namespace dreamina::stand_in
